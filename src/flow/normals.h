/* Standard normals for a block of replicates, in the layout of the transition. */
#ifndef EESI_NORMALS_H
#define EESI_NORMALS_H

#include <stdint.h>

/*
 * out[row][lane], rows x lanes: lane i holds replicate first_replicate + i. Philox4x32-10 at the addresses of rng.h,
 * 32 bits a number (the bulk functions there spend 64 and fill one replicate at a time), then Box-Muller. An address
 * used here must not be used with rng.h.
 */
void eesi_normals_block(uint64_t seed, uint64_t first_replicate, uint32_t purpose, uint32_t step, int rows, int lanes,
                        double *out);

#endif
