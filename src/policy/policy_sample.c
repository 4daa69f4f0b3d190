/*
 * Draws futures, sixteen side by side: first the dates of all programs (policy_lanes.h), then program by program the
 * sizes, each of which looks at those before it, then the annual targets. Numbers of a size are addressed by (program,
 * date), so a round keeps them when another program's calendar changes.
 */
#include <math.h>
#include <string.h>

#include "base/rng.h"

#include "base/purpose.h"
#include "base/quasi.h"
#include "calendar/size_lanes.h"
#include "policy/policy.h"
#include "policy/policy_lanes.h"

enum { N = EESI_POLICY_LANES };

static const double size_most = 1e7;

/* One program's rounds whose sizes are still to be drawn: each lane's are a chain, the round at hand and the next ones.
 */
typedef struct size_draws {
    const eesi_policy_futures *futures;
    int program;
    int next[N];      /* place of the lane's next round; below 0: there are no more */
    ees_date last[N]; /* day of its last round */
    eesi_size_chains chains;
} size_draws;

enum { CHAIN_END = -1 };

static ees_future_round *rounds_of(const eesi_policy_futures *futures, int lane) {
    return futures->rounds + (size_t)lane * (size_t)futures->policy->capacity;
}

/* Chains of all programs, from the last round back. */
static void link_rounds(const eesi_policy_futures *futures, int first[EES_PROGRAMS_MAX][N]) {
    memset(first, CHAIN_END, EES_PROGRAMS_MAX * sizeof *first);
    for (int lane = 0; lane < futures->lanes; lane++) {
        ees_future_round *rounds = rounds_of(futures, lane);
        for (int e = futures->count[lane] - 1; e >= 0; e--) {
            if (rounds[e].size != 0)
                continue; /* a one-off round of a given size, which teaches nothing */
            rounds[e].next = first[rounds[e].program][lane];
            first[rounds[e].program][lane] = e;
        }
    }
}

static void draw_words(const eesi_policy_futures *futures, uint32_t purpose, const uint32_t *date,
                       uint32_t word[2][N]) {
    const int points = futures->policy->points;
    if (points == 0) {
        eesi_policy_words(futures->seed, futures->replicate, purpose, date, word);
        return;
    }
    for (int lane = 0; lane < N; lane++) {
        const uint64_t replicate = futures->replicate[lane];
        const eesi_quasi_keys keys = eesi_quasi_keys_at(futures->seed, replicate >> points, purpose, date[lane], 0);
        uint32_t x[2];
        eesi_quasi_pair(&keys, 0, points, replicate, x);
        word[0][lane] = x[0];
        word[1][lane] = x[1];
    }
}

static inline double uniform(uint32_t word) {
    return (word + 0.5) * 0x1p-32;
}

/* A distribution of the policy's own; it may look at the last size. */
static double distribution_value(const ees_policy *policy, int program, const eesi_size_rule *rule, double last,
                                 double u) {
    const size_t known = policy->past_count[program];
    if (rule->distribution == EESI_SIZE_LAST)
        return known ? (double)policy->past[program][0] : last;
    if (rule->distribution == EESI_SIZE_EMPIRICAL) {
        const size_t k = known < (size_t)rule->a ? known : (size_t)rule->a;
        return k ? (double)policy->past[program][(size_t)(u * (double)k)] : last;
    }
    return eesi_size_distribution_draw(rule, u);
}

/* The first round of nominees after their number became known. */
static double fresh_value(const ees_policy *policy, int program, ees_date date, float gap, const double u[2]) {
    eesi_size_context context = policy->calendar->size[program];
    context.gap_days = (double)gap;
    context.fresh_age_days = policy->fresh_age[date - policy->from];
    return (double)eesi_calendar_size_draw(policy->calendar, program, &context, u);
}

/* The k-th sizes of the lanes that have so many. */
static void draw_sizes(size_draws *d, const eesi_size_habits *habits, int k) {
    const ees_policy *policy = d->futures->policy;
    const eesi_size_rule *rule = &policy->spec.rules[d->program].size;
    const bool learned = rule->distribution == EESI_SIZE_LEARNED,
               fresh = k == 0 && policy->calendar->size[d->program].fresh > 0;
    uint32_t date[N] = {0};
    eesi_size_step step;
    for (int lane = 0; lane < N; lane++) {
        step.gap_days[lane] = 14;
        if (d->next[lane] < 0)
            continue;
        const ees_date day = rounds_of(d->futures, lane)[d->next[lane]].date;
        date[lane] = (uint32_t)day;
        step.gap_days[lane] = d->last[lane] == EES_DATE_NONE ? 14 : (float)(day - d->last[lane]);
    }
    draw_words(d->futures, EESI_RNG_SIZE + (uint32_t)d->program, date, step.word);
    if (learned)
        eesi_size_draw(habits, &d->chains, &step);
    for (int lane = 0; lane < N; lane++) {
        const double u[2] = {uniform(step.word[0][lane]), uniform(step.word[1][lane])};
        if (d->next[lane] < 0) {
            step.size[lane] = 0; /* nobody asked for the one that was drawn */
            continue;
        }
        double value = learned ? (double)step.size[lane]
                               : distribution_value(policy, d->program, rule, (double)d->chains.last[lane], u[0]);
        if (learned && fresh)
            value = fresh_value(policy, d->program, (ees_date)date[lane], step.gap_days[lane], u);
        ees_future_round *round = &rounds_of(d->futures, lane)[d->next[lane]];
        d->next[lane] = round->next;
        d->last[lane] = round->date;
        step.size[lane] = (float)fmax(trunc(fmin(value, size_most)), 1);
        value = nearbyint(value * policy->spec.rules[d->program].size_factor);
        round->size = (int32_t)fmin(fmax(value, 1), size_most);
    }
    eesi_size_hold(&d->chains, step.size);
}

static bool any_left(const size_draws *d) {
    for (int lane = 0; lane < N; lane++)
        if (d->next[lane] >= 0)
            return true;
    return false;
}

void eesi_policy_sample(eesi_policy_futures *futures) {
    const ees_policy *policy = futures->policy;
    int first[EES_PROGRAMS_MAX][N];
    eesi_policy_dates(futures);
    link_rounds(futures, first);
    for (int p = 0; p < policy->program_count; p++) {
        size_draws d = {.futures = futures, .program = p};
        eesi_size_chains_begin(&d.chains, &policy->calendar->size[p]);
        for (int lane = 0; lane < N; lane++) {
            d.next[lane] = first[p][lane];
            d.last[lane] = policy->calendar->size_date[p];
        }
        for (int k = 0; any_left(&d); k++)
            draw_sizes(&d, &policy->habits[p], k);
    }
    for (int lane = 0; lane < futures->lanes; lane++)
        futures->count[lane] = eesi_policy_annual(policy, futures->seed, futures->replicate[lane],
                                                  rounds_of(futures, lane), futures->count[lane]);
}

int eesi_policy_future(const ees_policy *policy, uint64_t seed, uint64_t replicate, ees_future_round *rounds) {
    eesi_policy_futures futures = {.policy = policy, .seed = seed, .lanes = 1, .rounds = rounds};
    for (int lane = 0; lane < N; lane++)
        futures.replicate[lane] = replicate;
    eesi_policy_sample(&futures);
    return futures.count[0];
}
