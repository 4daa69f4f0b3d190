/*
 * Times of submission. Ages are exponential, cut at 12 months; where a past round has cleared a score for a segment,
 * only the share of candidates who rose to that score later is older than the round (or, at its cut-off, than its
 * tie-break). Candidates take evenly spaced quantiles of that distribution, so no random number is needed and any count
 * of them has the right distribution.
 */
#include "pool/build.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "feed/read.h"
#include "feed/tie_break.h"
#include "pool/pool.h"

enum { QUANTILES = 256 };

static const ees_time PROFILE_SECONDS = (ees_time)EES_PROFILE_DAYS * EES_SECONDS_PER_DAY;

/* Ages of a segment's profiles. */
typedef struct age_distribution {
    double mean_seconds;
    double mass;                    /* of the exponential within 12 months */
    double quantile[QUANTILES + 2]; /* age in seconds at even steps of that mass; the last entry guards rounding */
} age_distribution;

/* One candidate of a score as a number that sorts by rank: seconds after the oldest submission there can be, then the
 * segment. */
typedef uint32_t entry;
enum { SEGMENT_BITS = 5, ENTRY_BITS = 30 };
_Static_assert(EES_SEGMENTS_MAX <= 1 << SEGMENT_BITS, "a segment fits");
_Static_assert((int64_t)EES_PROFILE_DAYS *EES_SECONDS_PER_DAY < 1 << (ENTRY_BITS - SEGMENT_BITS), "a year fits");

typedef struct dating {
    const ees_pool_source *source;
    ees_time as_of;
    size_t segment_count;
    int32_t *cleared; /* cleared[segment * EES_SCORE_COUNT + score]: seconds since, PROFILE_SECONDS when never */
    age_distribution *distributions; /* by segment */
    entry *sorted;                   /* scratch for the largest score, twice */
    int32_t *bucket;                 /* as many, and one */
} dating;

static void fill_distribution(age_distribution *distribution, double mean_days) {
    distribution->mean_seconds = mean_days * EES_SECONDS_PER_DAY;
    distribution->mass = -expm1(-(double)PROFILE_SECONDS / distribution->mean_seconds);
    for (int i = 0; i < QUANTILES; i++)
        distribution->quantile[i] = -distribution->mean_seconds * log1p(-distribution->mass * i / QUANTILES);
    distribution->quantile[QUANTILES] = distribution->quantile[QUANTILES + 1] = (double)PROFILE_SECONDS;
}

/* Share of the profiles not older than `age`. */
static double share_younger(const age_distribution *distribution, int32_t age) {
    return age >= PROFILE_SECONDS ? 1 : -expm1(-(double)age / distribution->mean_seconds) / distribution->mass;
}

static int32_t age_at(const age_distribution *distribution, double share) {
    double position = share * QUANTILES;
    int i = (int)position;
    double age =
        distribution->quantile[i] + (position - i) * (distribution->quantile[i + 1] - distribution->quantile[i]);
    return (int32_t)age;
}

/* A round takes everybody above its cut-off, and at it those who submitted by the tie-break. */
static void clear_round(dating *x, const ees_round *round, size_t segment) {
    const ees_time held = eesi_round_held_at(round);
    ees_time age = x->as_of - held;
    if (age < 0 || age >= PROFILE_SECONDS)
        return;
    int32_t *row = x->cleared + segment * EES_SCORE_COUNT;
    for (int s = round->cutoff + 1; s < EES_SCORE_COUNT; s++)
        row[s] = row[s] < (int32_t)age ? row[s] : (int32_t)age;
    if (round->tie_break != EES_TIME_NONE && round->tie_break <= held &&
        x->as_of - round->tie_break < row[round->cutoff])
        row[round->cutoff] = (int32_t)(x->as_of - round->tie_break);
}

/* Rounds of the snapshot's own day come after it: the snapshot still holds whom they invited. */
static void clear_rounds(dating *x) {
    const ees_pool_source *in = x->source;
    for (size_t i = 0; i < x->segment_count * EES_SCORE_COUNT; i++)
        x->cleared[i] = (int32_t)PROFILE_SECONDS;
    for (size_t r = 0; in->history && r < in->round_count; r++) {
        const ees_round *round = &in->history->rounds[r];
        if (round->date >= in->snapshot->as_of)
            continue;
        for (size_t g = 0; g < x->segment_count; g++)
            if (eesi_program_admits(in->programs, round->program, in->segments->segments[g].eligibility))
                clear_round(x, round, g);
    }
}

/* Shifts the quantiles of a score and segment, so that thin cells do not all take the median. */
static double offset_of(int score, size_t segment) {
    double x = score * 0.6180339887498949 + (double)segment * 0.4142135623730951;
    return x - floor(x);
}

/* `count` ages at even steps of the distribution between two shares. */
static entry *add_ages(const age_distribution *distribution, double from, double to, int32_t count, double offset,
                       size_t segment, entry *out) {
    double step = count > 0 ? (to - from) / count : 0;
    for (int32_t k = 0; k < count; k++) {
        uint32_t after_oldest = (uint32_t)((int32_t)PROFILE_SECONDS - age_at(distribution, from + (k + offset) * step));
        *out++ = after_oldest << SEGMENT_BITS | (uint32_t)segment;
    }
    return out;
}

static entry *date_segment(const dating *x, size_t segment, int score, int32_t count, entry *out) {
    const age_distribution *distribution = &x->distributions[segment];
    double offset = offset_of(score, segment);
    double since = share_younger(distribution, x->cleared[segment * EES_SCORE_COUNT + (size_t)score]);
    double risen = since < 1 ? x->source->segments->segments[segment].updated_share : 0;
    int32_t old = (int32_t)(risen * count + offset);
    old = old > count ? count : old;
    out = add_ages(distribution, 0, since, count - old, offset, segment, out);
    return add_ages(distribution, since, 1, old, offset, segment, out);
}

/* Oldest first; within an instant the lower segment. A bucket sort: submissions are nearly evenly spread. */
static void sort_entries(const dating *x, const entry *in, entry *out, size_t count) {
    memset(x->bucket, 0, (count + 1) * sizeof *x->bucket);
    for (size_t i = 0; i < count; i++)
        x->bucket[(uint64_t)in[i] * count >> ENTRY_BITS]++;
    int32_t before = 0;
    for (size_t b = 0; b < count; b++) {
        int32_t held = x->bucket[b];
        x->bucket[b] = before;
        before += held;
    }
    for (size_t i = 0; i < count; i++)
        out[x->bucket[(uint64_t)in[i] * count >> ENTRY_BITS]++] = in[i];
    for (size_t i = 1; i < count; i++) {
        entry moving = out[i];
        size_t k = i;
        for (; k > 0 && out[k - 1] > moving; k--)
            out[k] = out[k - 1];
        out[k] = moving;
    }
}

static ees_cell *write_cells(const dating *x, const entry *sorted, size_t count, int score, ees_cell *cells) {
    const ees_time oldest = x->as_of - PROFILE_SECONDS;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && sorted[i] == sorted[i - 1])
            cells[-1].count++;
        else
            *cells++ = (ees_cell){oldest + (ees_time)(sorted[i] >> SEGMENT_BITS), 1, (int16_t)score,
                                  (int16_t)(sorted[i] & ((1u << SEGMENT_BITS) - 1))};
    }
    return cells;
}

static size_t count_at(const dating *x, const int32_t *counts, int score) {
    size_t sum = 0;
    for (size_t g = 0; g < x->segment_count; g++)
        sum += (size_t)counts[g * EES_SCORE_COUNT + (size_t)score];
    return sum;
}

static int allocate(dating *x, const int32_t *counts, ees_error *err) {
    size_t largest = 0;
    for (int s = x->source->lowest; s < EES_SCORE_COUNT; s++) {
        size_t count = count_at(x, counts, s);
        largest = count > largest ? count : largest;
    }
    x->cleared = malloc(x->segment_count * EES_SCORE_COUNT * sizeof *x->cleared);
    x->distributions = malloc(x->segment_count * sizeof *x->distributions);
    x->sorted = malloc((2 * largest + 1) * sizeof *x->sorted);
    x->bucket = malloc((largest + 1) * sizeof *x->bucket);
    if (!x->cleared || !x->distributions || !x->sorted || !x->bucket)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    return EES_OK;
}

int64_t eesi_date_cells(const ees_pool_source *source, ees_time as_of, const int32_t *counts, ees_cell *cells,
                        ees_error *err) {
    dating x = {.source = source, .as_of = as_of, .segment_count = source->segments->count};
    ees_cell *end = cells;
    int rc = allocate(&x, counts, err);
    if (!rc) {
        clear_rounds(&x);
        for (size_t g = 0; g < x.segment_count; g++)
            fill_distribution(&x.distributions[g], source->segments->segments[g].mean_age_days);
        for (int s = EES_SCORE_MAX; s >= source->lowest; s--) {
            size_t count = count_at(&x, counts, s);
            entry *unsorted = x.sorted + count;
            entry *next = unsorted;
            for (size_t g = 0; g < x.segment_count; g++)
                next = date_segment(&x, g, s, counts[g * EES_SCORE_COUNT + (size_t)s], next);
            sort_entries(&x, unsorted, x.sorted, count);
            end = write_cells(&x, x.sorted, count, s, end);
        }
    }
    free(x.cleared);
    free(x.distributions);
    free(x.sorted);
    free(x.bucket);
    return rc ? rc : end - cells;
}
