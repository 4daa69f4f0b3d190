/* exp and log of arrays, with the edges that the cores of base/vector.h leave out. */
#include "engine/elementary.h"

#include "base/vector.h"

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

EESI_KERNEL_TABLE(eesi_elementary_kernels) = {map_exp, map_log};
