/* Functions marked EESI_CLONES are compiled once per instruction set and the best is chosen at run time. They must give
 * the same bits in every clone: element-wise arithmetic, no reductions left to the compiler. */
#ifndef EESI_SIMD_H
#define EESI_SIMD_H

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) &&               \
    !defined(__SANITIZE_THREAD__)
#define EESI_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define EESI_CLONES
#endif

#endif
