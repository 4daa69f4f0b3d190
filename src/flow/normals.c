#include "flow/normals.h"

#include "base/bulk.h"

void eesi_normals_block(uint64_t seed, uint64_t first_replicate, uint32_t purpose, uint32_t step, int rows, int lanes,
                        double *out) {
    eesi_kernels_for(eesi_isa_best())->normals_block(seed, first_replicate, purpose, step, rows, lanes, out);
}
