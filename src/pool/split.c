/*
 * From bands to segments. The ungrouped density times the share curves is the prior; streams scale the segments of
 * their program to the stock they know (iterative proportional fitting where several streams overlap, which keeps the
 * prior's odds between segments that the stocks do not distinguish); the segments no stream knows fill up each band.
 */
#include "pool/build.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "feed/read.h"
#include "pool/pool.h"
#include "pool/segment.h"
#include "pool/ungroup.h"

enum { FITTING_ROUNDS_MAX = 30 };
static const double FITTING_TOLERANCE = 1e-6;

typedef struct split {
    const ees_pool_source *source;
    size_t segment_count;
    ees_segment_set members[EES_PROGRAMS_MAX]; /* segments of each stream */
    double *expected;                          /* expected[score * segment_count + segment], candidates */
} split;

static int check_streams(split *x, ees_error *err) {
    const ees_pool_source *in = x->source;
    if (in->stream_count > EES_PROGRAMS_MAX)
        return ees_error_set(err, EES_ERR_RANGE, "%zu streams, expected at most %d", in->stream_count,
                             EES_PROGRAMS_MAX);
    for (size_t k = 0; k < in->stream_count; k++) {
        const ees_stream *stream = &in->streams[k];
        if (stream->low < 0 || stream->high < stream->low || stream->high >= EES_SCORE_NOMINEE)
            return ees_error_set(err, EES_ERR_RANGE, "stream %zu covers %d-%d, expected scores within 0-600", k,
                                 stream->low, stream->high);
        for (int s = stream->low; s <= stream->high; s++)
            if (!(stream->stock[s - stream->low] >= 0) || isinf(stream->stock[s - stream->low]))
                return ees_error_set(err, EES_ERR_RANGE, "stream %zu holds %g candidates at %d, expected 0 or more", k,
                                     stream->stock[s - stream->low], s);
        for (size_t g = 0; g < x->segment_count; g++)
            if (!in->segments->segments[g].nominee &&
                eesi_program_admits(in->programs, stream->program, in->segments->segments[g].eligibility))
                x->members[k] |= (ees_segment_set)1 << g;
        if (x->members[k] == 0)
            return ees_error_set(err, EES_ERR_RANGE, "no segment is eligible for the program of stream %zu", k);
    }
    return EES_OK;
}

static void fill_prior(split *x, const double *density) {
    for (int s = 0; s < EES_SCORE_COUNT; s++) {
        double *row = x->expected + (size_t)s * x->segment_count;
        double sum = 0;
        for (size_t g = 0; g < x->segment_count; g++)
            sum += row[g] = eesi_segment_share(&x->source->segments->segments[g], s);
        for (size_t g = 0; sum > 0 && g < x->segment_count; g++)
            row[g] *= density[s] / sum;
    }
}

static double sum_over(const double *row, size_t count, ees_segment_set set) {
    double sum = 0;
    for (size_t g = 0; g < count; g++)
        if (set >> g & 1u)
            sum += row[g];
    return sum;
}

static void scale(double *row, size_t count, ees_segment_set set, double factor) {
    for (size_t g = 0; g < count; g++)
        if (set >> g & 1u)
            row[g] *= factor;
}

/* Segments that some stream covers at this score. */
static ees_segment_set known_at(const split *x, int score) {
    ees_segment_set known = 0;
    for (size_t k = 0; k < x->source->stream_count; k++)
        if (score >= x->source->streams[k].low && score <= x->source->streams[k].high)
            known |= x->members[k];
    return known;
}

static void fit_streams_at(split *x, int score) {
    double *row = x->expected + (size_t)score * x->segment_count;
    double change = 1;
    for (int round = 0; round < FITTING_ROUNDS_MAX && change > FITTING_TOLERANCE; round++) {
        change = 0;
        for (size_t k = 0; k < x->source->stream_count; k++) {
            const ees_stream *stream = &x->source->streams[k];
            double have = sum_over(row, x->segment_count, x->members[k]);
            if (score < stream->low || score > stream->high || have <= 0)
                continue;
            double factor = stream->stock[score - stream->low] / have;
            scale(row, x->segment_count, x->members[k], factor);
            change = fmax(change, fabs(factor - 1));
        }
    }
}

/* Factors on the known and on the other candidates of a band that make its total right. */
static void balance(double known, double rest, double total, double floor_share, double *on_known, double *on_rest) {
    double room = rest > 0 ? fmax(total - known, floor_share * rest) : 0;
    room = fmin(room, total);
    *on_rest = rest > 0 ? room / rest : 0;
    *on_known = known > 0 ? (total - room) / known : 0;
    if (known <= 0 && rest > 0)
        *on_rest = total / rest;
}

static int fit_band(split *x, int band, ees_error *err) {
    const ees_band *limits = &x->source->snapshot->bands.band[band];
    double total = (double)x->source->snapshot->leaf[band];
    double known = 0, rest = 0, on_known, on_rest;
    for (int s = limits->low; s <= limits->high; s++) {
        const double *row = x->expected + (size_t)s * x->segment_count;
        ees_segment_set set = known_at(x, s);
        known += sum_over(row, x->segment_count, set);
        rest += sum_over(row, x->segment_count, ~set);
    }
    if (total > 0 && known + rest <= 0)
        return ees_error_set(err, EES_ERR_DATA, "nobody can be in band %d-%d, which holds %.0f candidates", limits->low,
                             limits->high, total);
    balance(known, rest, total, x->source->segments->unseen_floor, &on_known, &on_rest);
    for (int s = limits->low; s <= limits->high; s++) {
        double *row = x->expected + (size_t)s * x->segment_count;
        ees_segment_set set = known_at(x, s);
        scale(row, x->segment_count, set, on_known);
        scale(row, x->segment_count, ~set, on_rest);
    }
    return EES_OK;
}

/* The segment whose fraction asks loudest for one more (sign 1) or one less (sign -1). */
static size_t next_to_adjust(const double *row, const double *want, const int32_t *given, size_t count, int sign) {
    size_t best = count;
    double largest = -INFINITY;
    for (size_t g = 0; g < count; g++) {
        double gap = sign * (want[g] - given[g]);
        if (gap > largest && row[g] > 0 && (sign > 0 || given[g] > 0)) {
            largest = gap;
            best = g;
        }
    }
    return best;
}

/*
 * `total` candidates of one score to the segments in proportion to row, whole. What rounding denies a segment is owed
 * to it at the next score, so that thin segments are neither lost nor favoured.
 */
static void apportion(const double *row, int32_t total, size_t count, double *owed, int32_t *given) {
    double want[EES_SEGMENTS_MAX];
    double sum = 0;
    int32_t left = total;
    for (size_t g = 0; g < count; g++)
        sum += row[g];
    for (size_t g = 0; g < count; g++) {
        want[g] = sum > 0 && row[g] > 0 ? row[g] / sum * total + owed[g] : 0;
        given[g] = want[g] > 0 ? (int32_t)want[g] : 0;
        left -= given[g];
    }
    for (int sign = left > 0 ? 1 : -1; left != 0; left -= sign) {
        size_t g = next_to_adjust(row, want, given, count, sign);
        EES_BUG_ASSERT(g < count); /* a score without expected candidates has none to give */
        given[g] += sign;
    }
    for (size_t g = 0; g < count; g++)
        owed[g] = row[g] > 0 ? want[g] - given[g] : owed[g];
}

static int make_whole(const split *x, int32_t *counts, ees_error *err) {
    double density[EES_SCORE_COUNT];
    int32_t totals[EES_SCORE_COUNT];
    double owed[EES_SEGMENTS_MAX] = {0};
    int32_t given[EES_SEGMENTS_MAX];
    for (int s = 0; s < EES_SCORE_COUNT; s++)
        density[s] = sum_over(x->expected + (size_t)s * x->segment_count, x->segment_count, ~(ees_segment_set)0);
    int rc = eesi_ungroup_round(x->source->snapshot, density, totals, err);
    for (int s = 0; !rc && s < EES_SCORE_COUNT; s++) {
        apportion(x->expected + (size_t)s * x->segment_count, totals[s], x->segment_count, owed, given);
        for (size_t g = 0; g < x->segment_count; g++)
            counts[g * EES_SCORE_COUNT + (size_t)s] = given[g];
    }
    return rc;
}

int eesi_split(const ees_pool_source *source, int32_t *counts, ees_error *err) {
    split x = {.source = source, .segment_count = source->segments->count};
    double density[EES_SCORE_COUNT];
    int rc = check_streams(&x, err);
    if (!rc)
        rc = eesi_ungroup(source->snapshot, density, err);
    if (rc)
        return rc;
    x.expected = malloc(x.segment_count * EES_SCORE_COUNT * sizeof *x.expected);
    if (!x.expected)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    fill_prior(&x, density);
    for (int s = 0; source->stream_count > 0 && s < EES_SCORE_NOMINEE; s++)
        fit_streams_at(&x, s);
    for (int b = 0; !rc && b < source->snapshot->bands.count; b++)
        rc = fit_band(&x, b, err);
    if (!rc)
        rc = make_whole(&x, counts, err);
    free(x.expected);
    return rc;
}
