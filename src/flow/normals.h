/* Standard normals for a block of replicates, in the layout of the transition. */
#ifndef EESI_NORMALS_H
#define EESI_NORMALS_H

#include <stdint.h>

/* out[row][lane], rows x lanes: row r of lane i is eesi_rng_normals(seed, first_replicate + i, purpose, step, ...)[r].
 */
void eesi_normals_block(uint64_t seed, uint64_t first_replicate, uint32_t purpose, uint32_t step, int rows, int lanes,
                        double *out);

#endif
