/* Standard normals for a block of replicates, in the layout of the transition. */
#ifndef EESI_NORMALS_H
#define EESI_NORMALS_H

#include <stdint.h>

/* out[row][lane], rows x lanes: lane i holds replicate first_replicate + i. Philox4x32-10, then Box-Muller. */
void eesi_normals_block(uint64_t seed, uint64_t first_replicate, uint32_t purpose, uint32_t step, int rows, int lanes,
                        double *out);

#endif
