#include "engine/urn.h"

#include <math.h>

#include "base/philox.h"
#include "base/vector.h"

void eesi_stream_init(eesi_stream *stream, uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t step,
                      const eesi_log_factorials *table) {
    stream->table = table;
    stream->key[0] = (uint32_t)seed;
    stream->key[1] = (uint32_t)(seed >> 32);
    stream->counter[0] = 0;
    stream->counter[1] = step;
    stream->counter[2] = (uint32_t)replicate;
    stream->counter[3] = (uint32_t)(replicate >> 32) << 16 | (purpose & 0xffffU);
    stream->used = 4;
}

double eesi_stream_uniform(eesi_stream *stream) {
    if (stream->used == 4) {
        eesi_philox4x32_10(stream->counter, stream->key, stream->words);
        stream->counter[0]++;
        stream->used = 0;
    }
    uint64_t bits = (uint64_t)stream->words[stream->used + 1] << 32 | stream->words[stream->used];
    stream->used += 2;
    return ((double)(bits >> 12) + 0.5) * 0x1p-52;
}

static double log_one(double x) {
    return eesi_log(eesi_f64_all(x))[0];
}

static double exp_one(double x) {
    return eesi_exp(eesi_f64_all(x))[0];
}

/* Stirling's series; below 16 through (k + 16)!. */
static double stirling(double k) {
    double x = k < 16 ? k + 17 : k + 1;
    double product = 1;
    for (int i = 1; k < 16 && i <= 16; i++)
        product *= k + i;
    double r = 1 / (x * x);
    double tail = (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r / 1680))) / x;
    return (x - 0.5) * log_one(x) - x + 0.9189385332046728 + tail - log_one(product);
}

void eesi_log_factorials_init(eesi_log_factorials *table) {
    for (int k = 0; k < EESI_LOG_FACTORIALS; k++)
        table->value[k] = stirling(k);
}

static double log_factorial(const eesi_stream *stream, int64_t k) {
    return k < EESI_LOG_FACTORIALS ? stream->table->value[k] : stirling((double)k);
}

/* Ratio of neighbouring probabilities, f(k + 1) / f(k). */
typedef struct distribution {
    int64_t low, high; /* support */
    double a, b, c;    /* (a - k) (b - k) / ((k + 1) (c + k)); binomial: b is the odds and c is unused */
    int binomial;
} distribution;

static double ratio_up(const distribution *l, int64_t k) {
    double x = (double)k;
    return l->binomial ? (l->a - x) * l->b / (x + 1) : (l->a - x) * (l->b - x) / ((x + 1) * (l->c + x));
}

/* The mode first, then the neighbours on both sides in turn, until the uniform number is used up. */
static int64_t search(double u, const distribution *l, int64_t mode, double at_mode) {
    int64_t below = mode, above = mode;
    double f_below = at_mode, f_above = at_mode;
    u -= at_mode;
    /* what rounding leaves over at the ends goes to the mode */
    while (u > 0 && (below > l->low || above < l->high)) {
        if (above < l->high) {
            f_above *= ratio_up(l, above++);
            u -= f_above;
            if (u <= 0)
                return above;
        }
        if (below > l->low) {
            f_below /= ratio_up(l, --below);
            u -= f_below;
            if (u <= 0)
                return below;
        }
        if (f_above + f_below < 1e-300)
            break;
    }
    return mode;
}

int64_t eesi_hypergeometric(eesi_stream *stream, int64_t total, int64_t marked, int64_t draws) {
    int64_t others = total - marked;
    distribution l = {draws > others ? draws - others : 0, draws < marked ? draws : marked, 0, 0, 0, 0};
    if (l.low == l.high)
        return l.low;
    l.a = (double)marked;
    l.b = (double)draws;
    l.c = (double)(others - draws + 1);
    int64_t mode = (int64_t)floor((double)(draws + 1) * (double)(marked + 1) / (double)(total + 2));
    mode = mode < l.low ? l.low : mode > l.high ? l.high : mode;
    double log_f = log_factorial(stream, marked) + log_factorial(stream, others) + log_factorial(stream, draws) +
                   log_factorial(stream, total - draws) - log_factorial(stream, total) - log_factorial(stream, mode) -
                   log_factorial(stream, marked - mode) - log_factorial(stream, draws - mode) -
                   log_factorial(stream, others - draws + mode);
    return search(eesi_stream_uniform(stream), &l, mode, exp_one(log_f));
}

int64_t eesi_binomial(eesi_stream *stream, int64_t n, double p) {
    if (n == 0 || p <= 0)
        return 0;
    if (p >= 1)
        return n;
    distribution l = {0, n, (double)n, p / (1 - p), 0, 1};
    int64_t mode = (int64_t)floor((double)(n + 1) * p);
    mode = mode > n ? n : mode;
    double log_f = log_factorial(stream, n) - log_factorial(stream, mode) - log_factorial(stream, n - mode) +
                   (double)mode * log_one(p) + (double)(n - mode) * log_one(1 - p);
    return search(eesi_stream_uniform(stream), &l, mode, exp_one(log_f));
}
