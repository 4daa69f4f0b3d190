/* Standard normals for a block of replicates, in the layout of the transition. */
#ifndef EESI_NORMALS_H
#define EESI_NORMALS_H

#include <stdint.h>

/*
 * Independent standard normal numbers (Box-Muller), |x| < 8.6: out[row][lane], rows x lanes. Those of a lane are of the
 * address (seed, first_replicate + lane, purpose, step) and depend on neither rows nor lanes. They take the same words
 * as the uniforms of the address: use an address for one or for the other.
 */
void eesi_normals_block(uint64_t seed, uint64_t first_replicate, uint32_t purpose, uint32_t step, int rows, int lanes,
                        double *out);

#endif
