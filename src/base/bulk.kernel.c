/* Bodies of the bulk functions of base. */
#include "base/bulk.h"

#include "base/vector.h"

/* Streams are laid out in groups of 8 blocks whatever the number of lanes: entry 16 g + b is the first number of block
 * 8 g + b, entry 16 g + 8 + b its second. */
#define GROUP_BLOCKS 8
#define GROUP_NUMBERS 16

static inline void fill_group(eesi_counters counters, uint64_t seed, uint64_t group, double *out) {
    for (unsigned b = 0; b < GROUP_BLOCKS; b += EESI_LANES) {
        eesi_u64 first, second;
        counters.c[0] = eesi_lane_index() + (group * GROUP_BLOCKS + b);
        eesi_philox_lanes(counters, seed, &first, &second);
        eesi_f64_store(out + b, eesi_open01(first));
        eesi_f64_store(out + GROUP_BLOCKS + b, eesi_open01(second));
    }
}

static void uniforms(uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t step, double *out, size_t n) {
    eesi_counters counters = eesi_counters_at(eesi_u64_all(replicate), purpose, step, eesi_u64_all(0));
    uint64_t group = 0;
    for (; n >= GROUP_NUMBERS; n -= GROUP_NUMBERS, out += GROUP_NUMBERS)
        fill_group(counters, seed, group++, out);
    if (n > 0) {
        double rest[GROUP_NUMBERS];
        fill_group(counters, seed, group, rest);
        memcpy(out, rest, n * sizeof *out);
    }
}

static inline void store_some(double *to, eesi_f64 v, int n) {
    if (n >= EESI_LANES)
        eesi_f64_store(to, v);
    else
        memcpy(to, &v, (size_t)n * sizeof *to);
}

/* Replicates side by side, in rows. Each lane has the layout of a group: rows 16 g + b and 16 g + 8 + b are the two
 * normals (Box-Muller) of block 8 g + b. */
static void normals_block(uint64_t seed, uint64_t first, uint32_t purpose, uint32_t step, int rows, int lanes,
                          double *out) {
    for (int row = 0; row < rows; row += row % GROUP_NUMBERS == GROUP_BLOCKS - 1 ? GROUP_BLOCKS + 1 : 1) {
        const int block = row / GROUP_NUMBERS * GROUP_BLOCKS + row % GROUP_NUMBERS, partner = row + GROUP_BLOCKS;
        for (int lane = 0; lane < lanes; lane += EESI_LANES) {
            eesi_u64 a, b;
            eesi_f64 x, y;
            const eesi_u64 replicate = eesi_lane_index() + (first + (uint64_t)lane);
            eesi_philox_lanes(eesi_counters_at(replicate, purpose, step, eesi_u64_all((uint64_t)block)), seed, &a, &b);
            eesi_normal_pair(a, b, &x, &y);
            store_some(out + (size_t)row * (size_t)lanes + lane, x, lanes - lane);
            if (partner < rows)
                store_some(out + (size_t)partner * (size_t)lanes + lane, y, lanes - lane);
        }
    }
}

EESI_KERNEL_TABLE(eesi_kernels) = {uniforms, normals_block};
