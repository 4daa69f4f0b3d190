#include "flow/normals.h"

#include "base/simd.h"
#include "base/vecmath.h"

enum { LANES = 64 };

typedef struct {
    uint32_t c0[LANES], c1[LANES], c2[LANES], c3[LANES];
} counters;

EESI_CLONES static void philox(counters *x, uint32_t k0, uint32_t k1) {
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < LANES; i++) {
            const uint64_t p0 = (uint64_t)0xD2511F53u * x->c0[i];
            const uint64_t p1 = (uint64_t)0xCD9E8D57u * x->c2[i];
            const uint32_t n0 = (uint32_t)(p1 >> 32) ^ x->c1[i] ^ k0;
            const uint32_t n2 = (uint32_t)(p0 >> 32) ^ x->c3[i] ^ k1;
            x->c0[i] = n0;
            x->c1[i] = (uint32_t)p1;
            x->c2[i] = n2;
            x->c3[i] = (uint32_t)p0;
        }
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
}

static inline double poly_sin(double r) {
    const double z = r * r;
    return r * (1.0 + z * (-1.0 / 6 + z * (1.0 / 120 + z * (-1.0 / 5040 + z * (1.0 / 362880 - z / 39916800)))));
}

static inline double poly_cos(double r) {
    const double z = r * r;
    return 1.0 + z * (-0.5 + z * (1.0 / 24 + z * (-1.0 / 720 + z * (1.0 / 40320 - z / 3628800))));
}

EESI_CLONES static void box_muller(const uint32_t *a, const uint32_t *b, double *z0, double *z1) {
    for (int i = 0; i < LANES; i++) {
        const double u = ((double)(int32_t)(a[i] ^ 0x80000000u) + 2147483648.5) * 0x1p-32;
        const double v = (double)(int32_t)b[i] * 0x1p-32; /* turn in [-1/2, 1/2) */
        const double r = sqrt(-2.0 * eesi_log_scalar(u));
        /* Half turns fold into the sign, the rest is a sine and a cosine of at most a quarter turn. */
        const double half = (v > 0.25 ? 0.5 : 0.0) - (v < -0.25 ? 0.5 : 0.0);
        const double w = (v - half) * 6.283185307179586477;
        const double sign = (v > 0.25 || v < -0.25) ? -r : r;
        const double h = 0.5 * w; /* |h| <= pi/4 */
        const double s = poly_sin(h), c = poly_cos(h);
        z0[i] = sign * (c * c - s * s);
        z1[i] = sign * (2.0 * s * c);
    }
}

void eesi_normals_block(uint64_t seed, uint64_t first, uint32_t purpose, uint32_t step, int rows, int lanes,
                        double *out) {
    counters x;
    double spare[4][LANES];
    for (int l0 = 0; l0 < lanes; l0 += LANES) {
        const int n = lanes - l0 < LANES ? lanes - l0 : LANES;
        for (int row = 0; row < rows; row += 4) {
            for (int i = 0; i < LANES; i++) {
                const uint64_t replicate = first + (uint64_t)(l0 + i);
                x.c0[i] = (uint32_t)row / 4u;
                x.c1[i] = step;
                x.c2[i] = (uint32_t)replicate;
                x.c3[i] = (uint32_t)(replicate >> 32) << 16 | (purpose & 0xffffu);
            }
            philox(&x, (uint32_t)seed, (uint32_t)(seed >> 32));
            box_muller(x.c0, x.c1, spare[0], spare[1]);
            box_muller(x.c2, x.c3, spare[2], spare[3]);
            for (int r = 0; r < 4 && row + r < rows; r++)
                memcpy(out + (size_t)(row + r) * (size_t)lanes + l0, spare[r], (size_t)n * sizeof(double));
        }
    }
}
