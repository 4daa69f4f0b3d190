/*
 * Sizes of rounds. Each component is a spread-out guess rounded to a multiple of its grid: exp(centre + scale * L), L
 * standard Laplace, rounded to the nearest multiple and at least one of it. So a probability is a difference of two
 * values of a closed-form distribution function, all of them sum to 1 exactly, and drawing is rounding a Laplace
 * variate. Laplace rather than normal: sizes jump (1,000 to 6,000 in one fortnight), and its tails allow that.
 */
#include <math.h>
#include <string.h>

#include "calendar/calendar_model.h"
#include "calendar/size_components.h"

typedef enum size_centre { CENTRE_LAST, CENTRE_MEAN, CENTRE_RATE, CENTRE_FRESH } size_centre;

typedef struct size_kind {
    int64_t grid;
    double start; /* weight before anything is learned */
    size_centre centre;
    enum eesi_calendar_param scale;
} size_kind;

static const size_kind size_kinds[] = {
    [SIZE_SAME] = {1, 0.15, CENTRE_LAST, EESI_SCALE_LAST},   [SIZE_RECENT] = {1, 0.1, CENTRE_LAST, EESI_SCALE_LAST},
    [SIZE_1000] = {1000, 0.1, CENTRE_LAST, EESI_SCALE_1000}, [SIZE_500] = {500, 0.1, CENTRE_LAST, EESI_SCALE_500},
    [SIZE_100] = {100, 0.1, CENTRE_LAST, EESI_SCALE_100},    [SIZE_50] = {50, 0.1, CENTRE_LAST, EESI_SCALE_50},
    [SIZE_LAST] = {1, 0.1, CENTRE_LAST, EESI_SCALE_LAST},    [SIZE_MEAN] = {1, 0.1, CENTRE_MEAN, EESI_SCALE_MEAN},
    [SIZE_RATE] = {1, 0.1, CENTRE_RATE, EESI_SCALE_RATE},    [SIZE_WIDE] = {1, 0.05, CENTRE_MEAN, EESI_SCALE_WIDE},
    [SIZE_FRESH] = {1, 0.5, CENTRE_FRESH, EESI_SCALE_FRESH}, [SIZE_PAST] = {1, 0, CENTRE_LAST, EESI_SCALE_LAST},
};

/* No guess lies above so many times the largest of the sizes remembered; the wide one reaches further still. */
static const double reach = 2.2, wide_reach = 10;

/* Share of rounds that come back to one of the many published sizes. Chosen for the sizes of twelve rounds ahead, of
 * which the fit, which looks one round ahead, sees nothing (docs/calendar.md). */
static const double past_share = 0.15;

static double laplace_cdf(double z) {
    return z < 0 ? 0.5 * exp(z) : 1 - 0.5 * exp(-z);
}

static double laplace_quantile(double u) {
    return u < 0.5 ? log(2 * u) : -log(2 * (1 - u));
}

static double centre_log(const eesi_size_context *context, size_centre centre) {
    switch (centre) {
    case CENTRE_MEAN:
        return context->mean_log;
    case CENTRE_RATE:
        return log(fmax(context->rate * fmax(context->gap_days, 1), 1));
    case CENTRE_FRESH:
        return log(fmax(context->fresh + context->rate * context->fresh_age_days, 1));
    case CENTRE_LAST:
    default:
        return log(fmax(context->last, 1));
    }
}

/*
 * Scale of a component. A count of nominees is exact on its day and grows by an uncertain inflow after it, so its
 * scale moves towards that of (rate x gap) as the inflow's share grows.
 */
static double spread_scale(const eesi_calendar *calendar, const eesi_size_context *context, int component) {
    const double *params = calendar->model.params;
    double scale = params[size_kinds[component].scale];
    if (component != SIZE_FRESH)
        return scale;
    double inflow = context->rate * context->fresh_age_days;
    return scale + params[EESI_SCALE_RATE] * inflow / fmax(context->fresh + inflow, 1);
}

/*
 * One spread-out guess. It is cut off at `most`, far above what the program has seen: uncut, a Laplace of this scale
 * has no mean, and chains of guesses would run away.
 */
typedef struct size_spread {
    double centre; /* log */
    double scale;
    double most;
    double below_most; /* share of the uncut distribution that is kept */
    int64_t grid;
} size_spread;

eesi_size_component eesi_size_component_of(const eesi_calendar *calendar, const eesi_size_context *context,
                                           int component) {
    const double most = context->most * (component == SIZE_WIDE ? wide_reach : 1);
    const int64_t grid = size_kinds[component].grid;
    return (eesi_size_component){grid, spread_scale(calendar, context, component), fmax(most, (double)grid)};
}

static size_spread spread_of(const eesi_calendar *calendar, const eesi_size_context *context, int component) {
    const size_kind *kind = &size_kinds[component];
    size_spread spread = {centre_log(context, kind->centre), spread_scale(calendar, context, component),
                          context->most * (component == SIZE_WIDE ? wide_reach : 1), 1, kind->grid};
    if (component == SIZE_FRESH)
        spread.most = fmax(spread.most, 2 * exp(spread.centre));
    spread.most = fmax(spread.most, (double)kind->grid);
    spread.below_most = laplace_cdf((log(spread.most) - spread.centre) / spread.scale);
    return spread;
}

/* P(grid multiple <= m * grid), for m >= 1. */
static double spread_cdf(const size_spread *spread, int64_t multiple) {
    double edge = ((double)multiple + 0.5) * (double)spread->grid;
    if (edge >= spread->most)
        return 1;
    return laplace_cdf((log(edge) - spread->centre) / spread->scale) / spread->below_most;
}

static double spread_prob(const size_spread *spread, int64_t size) {
    if (size % spread->grid)
        return 0;
    int64_t multiple = size / spread->grid;
    double below = multiple > 1 ? spread_cdf(spread, multiple - 1) : 0;
    return spread_cdf(spread, multiple) - below;
}

/* Weights of the remembered sizes after the last one, summing to 1; false when there are none. */
static bool recent_weights(const eesi_calendar *calendar, const eesi_size_context *context,
                           double weights[EESI_RECENT]) {
    double total = 0, weight = 1;
    for (int i = 1; i < EESI_RECENT; i++, weight *= calendar->model.params[EESI_RECENT_DECAY]) {
        weights[i] = context->recent[i] > 0 ? weight : 0;
        total += weights[i];
    }
    for (int i = 1; i < EESI_RECENT; i++)
        weights[i] = total > 0 ? weights[i] / total : 0;
    return total > 0;
}

/* Sum over the remembered sizes that count (equal to `size`, or up to it). A program without any repeats its last. */
static double recent_prob(const eesi_calendar *calendar, const eesi_size_context *context, int64_t size, bool up_to) {
    double weights[EESI_RECENT], sum = 0, target = (double)size;
    if (!recent_weights(calendar, context, weights))
        return up_to ? context->last <= target : context->last == target;
    for (int i = 1; i < EESI_RECENT; i++)
        if (context->recent[i] == target || (up_to && context->recent[i] < target))
            sum += weights[i];
    return sum;
}

/* Share of the published sizes that count (equal to `size`, or up to it). */
static double past_prob(const eesi_size_context *context, int64_t size, bool up_to) {
    int count = 0;
    for (int i = 0; i < context->past_count; i++)
        count += context->past[i] == (double)size || (up_to && context->past[i] < (double)size);
    return (double)count / context->past_count;
}

double eesi_size_past_share(const eesi_size_context *context) {
    return context->past_count ? past_share : 0;
}

static double component_prob(const eesi_calendar *calendar, const eesi_size_context *context, int component,
                             int64_t size) {
    if (component == SIZE_SAME)
        return context->last == (double)size;
    if (component == SIZE_RECENT)
        return recent_prob(calendar, context, size, false);
    if (component == SIZE_PAST)
        return past_prob(context, size, false);
    size_spread spread = spread_of(calendar, context, component);
    return spread_prob(&spread, size);
}

static double component_cdf(const eesi_calendar *calendar, const eesi_size_context *context, int component,
                            int64_t size) {
    if (component == SIZE_SAME)
        return context->last <= (double)size;
    if (component == SIZE_RECENT)
        return recent_prob(calendar, context, size, true);
    if (component == SIZE_PAST)
        return past_prob(context, size, true);
    size_spread spread = spread_of(calendar, context, component);
    return size < spread.grid ? 0 : spread_cdf(&spread, size / spread.grid);
}

static bool has_fresh(const eesi_size_context *context) {
    return context->fresh > 0;
}

typedef double component_function(const eesi_calendar *calendar, const eesi_size_context *context, int component,
                                  int64_t size);

static double mixture(const eesi_calendar *calendar, int program, const eesi_size_context *context, int64_t size,
                      component_function *function) {
    if (size < 1)
        return 0;
    const double *weight = calendar->weight[program];
    double sum = 0;
    for (int c = 0; c < SIZE_HABITS; c++)
        sum += weight[c] * function(calendar, context, c, size);
    const double past = eesi_size_past_share(context);
    if (past > 0)
        sum = past * function(calendar, context, SIZE_PAST, size) + (1 - past) * sum;
    if (!has_fresh(context))
        return sum;
    double fresh = weight[SIZE_FRESH];
    return fresh * function(calendar, context, SIZE_FRESH, size) + (1 - fresh) * sum;
}

double eesi_calendar_size_prob(const eesi_calendar *calendar, int program, const eesi_size_context *context,
                               int64_t size) {
    return mixture(calendar, program, context, size, component_prob);
}

double eesi_calendar_size_cdf(const eesi_calendar *calendar, int program, const eesi_size_context *context,
                              int64_t size) {
    return mixture(calendar, program, context, size, component_cdf);
}

static int64_t draw_spread(const eesi_calendar *calendar, const eesi_size_context *context, int component, double u) {
    size_spread spread = spread_of(calendar, context, component);
    double guess = exp(spread.centre + spread.scale * laplace_quantile(u * spread.below_most));
    /* Halves go down, as in spread_cdf: (m + 0.5) grid still belongs to m. */
    double multiple = ceil(fmin(guess, spread.most) / (double)spread.grid - 0.5);
    return (int64_t)fmax(multiple, 1) * spread.grid;
}

static int64_t draw_recent(const eesi_calendar *calendar, const eesi_size_context *context, double u) {
    double weights[EESI_RECENT], sum = 0;
    if (!recent_weights(calendar, context, weights))
        return (int64_t)context->last;
    int last = 1;
    for (int i = 1; i < EESI_RECENT; i++) {
        if (weights[i] <= 0)
            continue;
        last = i;
        sum += weights[i];
        if (u < sum)
            break;
    }
    return (int64_t)context->recent[last];
}

int64_t eesi_calendar_size_draw(const eesi_calendar *calendar, int program, const eesi_size_context *context,
                                const double u[2]) {
    const double *weight = calendar->weight[program];
    double pick = u[0];
    if (has_fresh(context)) {
        if (pick < weight[SIZE_FRESH])
            return draw_spread(calendar, context, SIZE_FRESH, u[1]);
        pick = (pick - weight[SIZE_FRESH]) / (1 - weight[SIZE_FRESH]);
    }
    const double past = eesi_size_past_share(context);
    if (pick < past)
        return (int64_t)context->past[(int)(pick / past * context->past_count)];
    pick = (pick - past) / (1 - past);
    int component = 0;
    while (component < SIZE_HABITS - 1 && pick >= weight[component])
        pick -= weight[component++];
    if (component == SIZE_SAME)
        return (int64_t)context->last;
    if (component == SIZE_RECENT)
        return draw_recent(calendar, context, u[1]);
    return draw_spread(calendar, context, component, u[1]);
}

void eesi_calendar_size_update(eesi_size_context *context, int64_t size) {
    memmove(context->recent + 1, context->recent, (EESI_RECENT - 1) * sizeof *context->recent);
    context->recent[0] = context->last = (double)(size < 1 ? 1 : size);
    context->gap_days = 0;
    context->fresh = 0;
}

/* As above for a published round, which also moves the program's mean, rate and reach; a guessed one does not, so that
 * futures come back to what is known. */
static void learn_size(const eesi_calendar *calendar, eesi_size_context *context, int64_t size) {
    double gain = calendar->model.params[EESI_MEAN_GAIN], value = (double)size;
    double per_day = value / fmax(context->gap_days, 1);
    bool first = context->recent[0] <= 0;
    context->mean_log = first ? log(value) : context->mean_log + gain * (log(value) - context->mean_log);
    context->rate = first || context->recent[1] <= 0 ? per_day : context->rate + gain * (per_day - context->rate);
    eesi_calendar_size_update(context, size);
    memmove(context->past + 1, context->past, (EESI_PAST - 1) * sizeof *context->past);
    context->past[0] = value;
    context->past_count += context->past_count < EESI_PAST;
    context->most = 0;
    for (int i = 0; i < EESI_RECENT; i++)
        context->most = fmax(context->most, reach * context->recent[i]);
}

/* --- learning the weights --- */

/* Decayed responsibilities: how much of the past rounds each component explains. */
typedef struct size_tally {
    double share[EESI_SIZE_COMPONENTS];
    double total;       /* of the habits */
    double fresh_total; /* of the rounds where a fresh count was known */
} size_tally;

static void tally_weights(const size_tally *own, const size_tally *pool, double strength, double *weight) {
    for (int c = 0; c < SIZE_HABITS; c++) {
        double prior = (pool->share[c] + 5 * size_kinds[c].start) / (pool->total + 5);
        weight[c] = (own->share[c] + strength * prior) / (own->total + strength);
    }
    const double fresh_prior = 2 * size_kinds[SIZE_FRESH].start;
    weight[SIZE_FRESH] = (own->share[SIZE_FRESH] + fresh_prior) / (own->fresh_total + 2);
}

static void tally_fade(size_tally *tally, double factor, bool fresh) {
    for (int c = 0; c < SIZE_HABITS; c++)
        tally->share[c] *= factor;
    tally->total *= factor;
    if (fresh) {
        tally->share[SIZE_FRESH] *= factor;
        tally->fresh_total *= factor;
    }
}

/* The habits are learned as if no fresh count were known, so that they are ready for rounds without one. */
static void tally_round(const eesi_calendar *calendar, size_tally *own, size_tally *pool, const double *weight,
                        const eesi_size_context *context, int64_t size) {
    double part[EESI_SIZE_COMPONENTS], sum = 0;
    bool fresh = has_fresh(context);
    for (int c = 0; c < SIZE_HABITS; c++)
        sum += part[c] = weight[c] * component_prob(calendar, context, c, size);
    if (sum <= 0)
        return;
    tally_fade(own, exp2(-1 / calendar->model.params[EESI_SIZE_HALF_LIFE]), fresh);
    tally_fade(pool, exp2(-1 / calendar->model.params[EESI_POOL_HALF_LIFE]), false);
    for (int c = 0; c < SIZE_HABITS; c++) {
        own->share[c] += part[c] / sum;
        pool->share[c] += part[c] / sum;
    }
    own->total += 1;
    pool->total += 1;
    if (!fresh)
        return;
    double by_fresh = weight[SIZE_FRESH] * component_prob(calendar, context, SIZE_FRESH, size);
    own->share[SIZE_FRESH] += by_fresh / (by_fresh + (1 - weight[SIZE_FRESH]) * sum);
    own->fresh_total += 1;
}

/*
 * Candidates of 601 and more in the newest known snapshot, if it was taken after the last nominee round. `snapshots`
 * are those known before that round.
 */
static void find_fresh(eesi_calendar *calendar, const ees_history *history, size_t snapshots) {
    eesi_size_context *context = &calendar->size[calendar->nominee];
    ees_date last = calendar->size_date[calendar->nominee], newest = EES_DATE_NONE;
    context->fresh = 0;
    for (size_t i = snapshots; i-- > 0 && i + 4 > snapshots;) {
        const ees_snapshot *snapshot = &history->snapshots[i];
        if (snapshot->as_of > last && (newest == EES_DATE_NONE || snapshot->as_of > newest)) {
            newest = snapshot->as_of;
            context->fresh = (double)snapshot->leaf[0];
        }
    }
    calendar->fresh_date = newest;
}

/* Nominations arrive on working days; those of the count's own day and of the round's own day hardly matter. */
static double inflow_days(const eesi_calendar *calendar, ees_date date) {
    int working = 0;
    for (ees_date day = calendar->fresh_date + 1; day < date; day++)
        working += !eesi_calendar_closed(&calendar->model, day);
    return 1.4 * working;
}

eesi_size_context eesi_calendar_size_context(const eesi_calendar *calendar, int program, ees_date date) {
    eesi_size_context context = calendar->size[program];
    ees_date last = calendar->size_date[program];
    context.gap_days = last == EES_DATE_NONE ? 14 : (double)(date - last);
    if (has_fresh(&context)) {
        context.fresh_age_days = inflow_days(calendar, date);
    }
    return context;
}

/* A program that never held a round starts from the mean size of the programs of its kind. */
static void fill_unknown(eesi_calendar *calendar) {
    double sum = 0, count = 0;
    for (int p = 0; p < calendar->program_count; p++)
        if (calendar->category[p] && calendar->size[p].last > 0) {
            sum += calendar->size[p].mean_log;
            count++;
        }
    double mean_log = count > 0 ? sum / count : log(1000.0);
    for (int p = 0; p < calendar->program_count; p++)
        if (calendar->size[p].last <= 0) {
            calendar->size[p].mean_log = mean_log;
            calendar->size[p].last = floor(exp(mean_log));
            calendar->size[p].rate = exp(mean_log) / 60;
            calendar->size[p].most = reach * exp(mean_log) * 2;
        }
}

void eesi_size_estimate(eesi_calendar *calendar, const ees_history *history, ees_known known) {
    size_tally own[EES_PROGRAMS_MAX], pool;
    memset(own, 0, sizeof own);
    memset(&pool, 0, sizeof pool);
    double strength = calendar->model.params[EESI_SIZE_STRENGTH];
    for (int p = 0; p < calendar->program_count; p++)
        calendar->size_date[p] = EES_DATE_NONE;
    for (size_t i = 0; i < known.round_count; i++) {
        const ees_round *round = &history->rounds[i];
        int p = round->program;
        if (p < 0 || p >= calendar->program_count || round->size < 1)
            continue;
        /* A past round's own snapshot is public by now: it teaches how exact such a count is. */
        if (p == calendar->nominee)
            find_fresh(calendar, history, ees_history_before(history, round->date, true).snapshot_count);
        eesi_size_context context = eesi_calendar_size_context(calendar, p, round->date);
        if (context.last > 0) {
            double weight[EESI_SIZE_COMPONENTS];
            tally_weights(&own[p], &pool, strength, weight);
            tally_round(calendar, &own[p], &pool, weight, &context, round->size);
        }
        learn_size(calendar, &context, round->size);
        calendar->size[p] = context;
        calendar->size_date[p] = round->date;
    }
    for (int p = 0; p < calendar->program_count; p++)
        tally_weights(&own[p], &pool, strength, calendar->weight[p]);
    if (calendar->nominee >= 0)
        find_fresh(calendar, history, known.snapshot_count);
    fill_unknown(calendar);
}
