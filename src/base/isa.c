#include "base/isa.h"

#if defined(__x86_64__)
/* What the flags -march=x86-64-v3 and -v4 take for granted, as far as compilers let one ask for it. */
enum eesi_isa eesi_isa_best(void) {
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") || !__builtin_cpu_supports("bmi2"))
        return EESI_ISA_BASE;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512cd"))
        return EESI_ISA_V4;
    return EESI_ISA_V3;
}
#else
enum eesi_isa eesi_isa_best(void) {
    return EESI_ISA_BASE;
}
#endif
