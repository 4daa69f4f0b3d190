/*
 * Kernels: code that is compiled once for each instruction set and chosen at run time; every build gives the same bits.
 * The functions of a file NAME.kernel.c are static, and it ends with a table of them:
 *
 *     EESI_KERNEL_TABLE(eesi_size_kernels) = {draw, hold};
 *
 * Its header declares the struct eesi_size_kernels and says EESI_KERNELS(eesi_size_kernels). Then
 * eesi_size_kernels_best() is the table for this processor. CMakeLists.txt compiles the file for each instruction set;
 * elsewhere than on x86-64 there is one plain build.
 */
#ifndef EESI_ISA_H
#define EESI_ISA_H

enum eesi_isa { EESI_ISA_BASE, EESI_ISA_V3, EESI_ISA_V4, EESI_ISA_COUNT };

/* The best one this processor has. */
enum eesi_isa eesi_isa_best(void);

/* name_for(isa) is only for an instruction set that this processor has: isa <= eesi_isa_best(). */
#if defined(__x86_64__)
#define EESI_KERNELS(name)                                                                                             \
    extern const name name##_base, name##_v3, name##_v4;                                                               \
    static inline const name *name##_for(enum eesi_isa isa) {                                                          \
        return isa == EESI_ISA_V4 ? &name##_v4 : isa == EESI_ISA_V3 ? &name##_v3 : &name##_base;                       \
    }                                                                                                                  \
    EESI_KERNELS_BEST(name)
#else
#define EESI_KERNELS(name)                                                                                             \
    extern const name name##_base;                                                                                     \
    static inline const name *name##_for(enum eesi_isa isa) {                                                          \
        (void)isa;                                                                                                     \
        return &name##_base;                                                                                           \
    }                                                                                                                  \
    EESI_KERNELS_BEST(name)
#endif
#define EESI_KERNELS_BEST(name)                                                                                        \
    static inline const name *name##_best(void) {                                                                      \
        return name##_for(eesi_isa_best());                                                                            \
    }                                                                                                                  \
    struct name /* so that a semicolon may follow */

/* EESI_KERNEL_BUILD is given to the compiler: base, v3 or v4. */
#define EESI_KERNEL_TABLE(name) EESI_KERNEL_TABLE_OF(name, EESI_KERNEL_BUILD)
#define EESI_KERNEL_TABLE_OF(name, build) EESI_KERNEL_TABLE_NAME(name, build)
#define EESI_KERNEL_TABLE_NAME(name, build) const name name##_##build

#endif
