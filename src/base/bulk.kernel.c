/* Bodies of the bulk functions of base. */
#include "base/bulk.h"

#include "base/vector.h"

/* Streams are laid out in groups of 8 blocks whatever the number of lanes: entry 16 g + b is the first number of block
 * 8 g + b, entry 16 g + 8 + b its second. */
#define GROUP_BLOCKS 8
#define GROUP_NUMBERS 16

typedef void pair_fn(eesi_u64 a, eesi_u64 b, eesi_f64 *x, eesi_f64 *y);

static inline void uniform_pair(eesi_u64 a, eesi_u64 b, eesi_f64 *x, eesi_f64 *y) {
    *x = eesi_open01(a);
    *y = eesi_open01(b);
}

static inline void fill_group(eesi_counters counters, uint64_t seed, uint64_t group, pair_fn *pair, double *out) {
    for (unsigned b = 0; b < GROUP_BLOCKS; b += EESI_LANES) {
        eesi_u64 first, second;
        eesi_f64 x, y;
        counters.c[0] = eesi_lane_index() + (group * GROUP_BLOCKS + b);
        eesi_philox_lanes(counters, seed, &first, &second);
        pair(first, second, &x, &y);
        eesi_f64_store(out + b, x);
        eesi_f64_store(out + GROUP_BLOCKS + b, y);
    }
}

static inline void fill(uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t step, pair_fn *pair, double *out,
                        size_t n) {
    eesi_counters counters = eesi_counters_at(eesi_u64_all(replicate), purpose, step, eesi_u64_all(0));
    uint64_t group = 0;
    for (; n >= GROUP_NUMBERS; n -= GROUP_NUMBERS, out += GROUP_NUMBERS)
        fill_group(counters, seed, group++, pair, out);
    if (n > 0) {
        double rest[GROUP_NUMBERS];
        fill_group(counters, seed, group, pair, rest);
        memcpy(out, rest, n * sizeof *out);
    }
}

static void uniforms(uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t step, double *out, size_t n) {
    fill(seed, replicate, purpose, step, uniform_pair, out, n);
}

/* Steps are independent of each other, so the processor works on several at once. */
static void uniform_steps(uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t first, int steps, size_t n,
                          double *out) {
    for (int s = 0; s < steps; s++)
        fill(seed, replicate, purpose, first + (uint32_t)s, uniform_pair, out + (size_t)s * n, n);
}

static void normals(uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t step, double *out, size_t n) {
    fill(seed, replicate, purpose, step, eesi_normal_pair, out, n);
}

static inline void store_some(double *to, eesi_f64 v, int n) {
    if (n >= EESI_LANES)
        eesi_f64_store(to, v);
    else
        memcpy(to, &v, (size_t)n * sizeof *to);
}

/* Replicates side by side: the numbers of normals() for each lane, in rows. Rows 16 g + b and 16 g + 8 + b are the two
 * numbers of one block. */
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

typedef eesi_f64 lane_fn(eesi_f64 x);

/* 2^k in two steps, so that the result may be subnormal. */
static inline eesi_f64 exp_full(eesi_f64 x) {
    eesi_f64 low = eesi_select(x < -746.0, eesi_f64_all(-746.0), x);
    eesi_f64 clamped = eesi_select(low > 710.0, eesi_f64_all(710.0), low);
    eesi_u64 k;
    eesi_f64 y = eesi_exp_core(clamped, &k);
    eesi_u64 biased = k + 2048;
    eesi_u64 half = biased >> 1;
    eesi_f64 scale_a = (eesi_f64)((half - 1) << 52);
    eesi_f64 scale_b = (eesi_f64)((biased - half - 1) << 52);
    return eesi_select(x != x, x, y * scale_a * scale_b); /* NaN: NOLINT(misc-redundant-expression) */
}

static inline eesi_f64 log_full(eesi_f64 x) {
    eesi_i64 subnormal = x < 0x1p-1022;
    eesi_f64 scaled = eesi_select(subnormal, x * 0x1p54, x);
    eesi_f64 shift = eesi_select(subnormal, eesi_f64_all(54.0), eesi_f64_all(0.0));
    eesi_f64 y = eesi_log(scaled) - shift * 0.6931471805599453;
    y = eesi_select(x == 0.0, eesi_f64_all(-INFINITY), y);
    y = eesi_select(x < 0.0, eesi_f64_all(NAN), y);
    return eesi_select((x == INFINITY) | (x != x), x, y); /* NaN: NOLINT(misc-redundant-expression) */
}

static inline void map(lane_fn *fn, const double *in, double *out, size_t n) {
    size_t i = 0;
    for (; i + EESI_LANES <= n; i += EESI_LANES)
        eesi_f64_store(out + i, fn(eesi_f64_load(in + i)));
    if (i < n) {
        double rest[EESI_LANES] = {0};
        memcpy(rest, in + i, (n - i) * sizeof *in);
        eesi_f64_store(rest, fn(eesi_f64_load(rest)));
        memcpy(out + i, rest, (n - i) * sizeof *in);
    }
}

static void map_exp(const double *in, double *out, size_t n) {
    map(exp_full, in, out, n);
}

static void map_log(const double *in, double *out, size_t n) {
    map(log_full, in, out, n);
}

EESI_KERNEL_TABLE(eesi_kernels) = {uniforms, uniform_steps, normals, normals_block, map_exp, map_log};
