/*
 * Which build of a kernel runs. Kernels are compiled for several instruction sets (files ending in _v4.c, _v3.c,
 * _base.c) and chosen at run time; every build gives the same bits. On other processors than x86-64 all builds are the
 * plain one.
 */
#ifndef EESI_ISA_H
#define EESI_ISA_H

enum eesi_isa { EESI_ISA_BASE, EESI_ISA_V3, EESI_ISA_V4, EESI_ISA_COUNT };

/* The best one this processor has. */
enum eesi_isa eesi_isa_best(void);

#endif
