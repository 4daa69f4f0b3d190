/* Bodies of policy_lanes.h. */
#include "policy/policy_lanes.h"

#include <string.h>

#include "base/purpose.h"
#include "base/vector.h"
#include "policy/policy.h"

enum { N = EESI_POLICY_LANES, WORDS = 4, NO_DAY = -1 };

/* What changes along the futures. */
typedef struct dates_state {
    eesi_policy_futures *to;
    const ees_policy *policy;
    const eesi_week_plan *plan;
    const eesi_pattern *pattern;
    ees_date monday;
    eesi_wint age[EES_PROGRAMS_MAX];   /* weeks since the last round; 0: it was held in this week */
    int fixed_day[EES_PROGRAMS_MAX];   /* of a round in this week that all futures have; NO_DAY */
    int32_t luck[EES_PROGRAMS_MAX][N]; /* 31 bits each, of this week */
    int32_t level[N], day[N];          /* what the leaders have done in this week */
} dates_state;

static inline void philox_words(uint64_t seed, const uint64_t *replicate, uint32_t purpose, const uint32_t *step,
                                uint32_t block, eesi_u32 word[WORDS]) {
    uint64_t lower[EESI_LANES], upper[EESI_LANES], lower_step[EESI_LANES], upper_step[EESI_LANES];
    for (int i = 0; i < EESI_LANES; i++) {
        lower[i] = replicate[2 * i];
        upper[i] = replicate[2 * i + 1];
        lower_step[i] = step[2 * i];
        upper_step[i] = step[2 * i + 1];
    }
    eesi_counters even = eesi_counters_at(eesi_u64_load(lower), purpose, 0, eesi_u64_all(block));
    eesi_counters odd = eesi_counters_at(eesi_u64_load(upper), purpose, 0, eesi_u64_all(block));
    eesi_u64 e[WORDS], o[WORDS];
    even.c[1] = eesi_u64_load(lower_step);
    odd.c[1] = eesi_u64_load(upper_step);
    eesi_philox_words(even, seed, e);
    eesi_philox_words(odd, seed, o);
    for (int w = 0; w < WORDS; w++)
        word[w] = eesi_u32_join(e[w], o[w]);
}

static void words(uint64_t seed, const uint64_t *replicate, uint32_t purpose, const uint32_t *step,
                  uint32_t out[2][N]) {
    for (int lane = 0; lane < N; lane += EESI_FLOATS) {
        eesi_u32 word[WORDS];
        philox_words(seed, replicate + lane, purpose, step + lane, 0, word);
        memcpy(out[0] + lane, &word[0], sizeof word[0]);
        memcpy(out[1] + lane, &word[1], sizeof word[1]);
    }
}

/* Four programs a Philox block. */
static void draw_luck(dates_state *s, int32_t week) {
    uint32_t step[N];
    for (int i = 0; i < N; i++)
        step[i] = (uint32_t)week;
    for (int p = 0; p < s->policy->program_count; p += WORDS) {
        if ((s->plan->learned >> p & 15U) == 0)
            continue;
        for (int lane = 0; lane < N; lane += EESI_FLOATS) {
            eesi_u32 word[WORDS];
            philox_words(s->to->seed, s->to->replicate + lane, EESI_RNG_WEEK, step + lane, (uint32_t)(p / WORDS), word);
            for (int w = 0; w < WORDS; w++) {
                const eesi_u32 bits = word[w] >> 1;
                memcpy(s->luck[p + w] + lane, &bits, sizeof bits);
            }
        }
    }
}

/* By date; within a day in the order of the programs. The week's rounds before it are few. */
static inline void insert(dates_state *s, int lane, ees_future_round round) {
    const int *rank = s->policy->calendar->rank;
    ees_future_round *rounds = s->to->rounds + (size_t)lane * (size_t)s->policy->capacity;
    int at = s->to->count[lane]++;
    while (at > 0 && (rounds[at - 1].date > round.date ||
                      (rounds[at - 1].date == round.date && rank[rounds[at - 1].program] > rank[round.program]))) {
        rounds[at] = rounds[at - 1];
        at--;
    }
    rounds[at] = round;
}

static void hold_fixed(dates_state *s) {
    memset(s->fixed_day, NO_DAY, sizeof s->fixed_day);
    for (uint32_t i = s->plan->fixed_first; i < s->plan->fixed_end; i++) {
        const ees_future_round *round = &s->policy->fixed[i];
        s->fixed_day[round->program] = round->date - s->monday;
        for (int lane = 0; lane < s->to->lanes; lane++)
            insert(s, lane, *round);
    }
}

/* What the others see of a leader's round. */
static inline void show_others(dates_state *s, int program, int lane, int day) {
    const int level = s->policy->calendar->category[program] ? 2 : 1;
    s->level[lane] = s->level[lane] > level ? s->level[lane] : level;
    s->day[lane] = s->day[lane] > day ? s->day[lane] : day;
}

static inline int pick_day(const eesi_day_table *table, int seen_day, double share) {
    const double *cdf = table->cdf[seen_day];
    int day = 0;
    for (int d = 0; d < EESI_DAYS - 1; d++)
        day += share >= cdf[d];
    return day;
}

/* eesi_cell_of(), lane by lane. */
static inline eesi_wint cell_of(eesi_wint age) {
    const eesi_wint one = eesi_wint_all(1), zero = eesi_wint_all(0);
    const eesi_wint stopped = eesi_wint_pick(eesi_wint_less(age, eesi_wint_all(EESI_HALF_YEAR)), zero, one);
    const eesi_wint forgotten = eesi_wint_pick(eesi_wint_less(age, eesi_wint_all(EESI_YEAR)), zero, one);
    return eesi_wint_min(age, eesi_wint_all(EESI_AGES - 1)) + stopped + forgotten;
}

/* One program's turn: a round in the lanes whose number is below the bar. */
static inline void take_turn(dates_state *s, int p) {
    const ees_policy *policy = s->policy;
    const bool leads = policy->leads >> p & 1U;
    const int fixed_day = s->fixed_day[p];
    eesi_wint level = eesi_wint_load(s->level), place = level * EESI_CELLS + cell_of(s->age[p]);
    unsigned hits = 0;
    int32_t bar[N];
    if (s->plan->learned >> p & 1U) {
        const eesi_wint day = eesi_wint_load(s->day), none = eesi_wint_all(EESI_DAYS);
        if (s->pattern->first_day > 0)
            place += eesi_wint_pick(eesi_wint_less(day, eesi_wint_all(0)), none, day) * (EESI_LEVELS * EESI_CELLS);
        const eesi_wint bars = eesi_wint_lookup(s->pattern->bar[p], place);
        hits = eesi_wmask_bits(eesi_wint_less(eesi_wint_load(s->luck[p]), bars)) & ((1U << s->to->lanes) - 1);
        eesi_wint_store(bar, bars);
    }
    unsigned held = fixed_day >= 0 ? (1U << N) - 1 : 0;
    for (unsigned left = fixed_day >= 0 && leads ? held : 0; left; left &= left - 1)
        show_others(s, p, __builtin_ctz(left), fixed_day);
    for (; hits; hits &= hits - 1) {
        const int lane = __builtin_ctz(hits), seen_day = s->day[lane] < 0 ? EESI_DAYS : s->day[lane];
        const int day = pick_day(&s->pattern->day[p], seen_day, (s->luck[p][lane] + 0.5) / bar[lane]);
        const ees_date date = s->monday + day;
        if (date > policy->until || (policy->spec.pause_count && eesi_policy_paused(policy, p, date)))
            continue;
        insert(s, lane, (ees_future_round){.date = date, .program = p});
        held |= 1U << lane;
        if (leads && fixed_day < 0) /* a one-off round may be there already */
            show_others(s, p, lane, day);
    }
    s->age[p] = eesi_wint_pick(eesi_wmask_of(held), eesi_wint_all(0), s->age[p]);
}

static void begin(dates_state *s, eesi_policy_futures *futures) {
    s->to = futures;
    s->policy = futures->policy;
    memset(futures->count, 0, sizeof futures->count);
    for (int p = 0; p < s->policy->program_count; p++)
        s->age[p] = eesi_wint_all(s->policy->calendar->age[p]);
}

static void begin_week(dates_state *s, size_t w) {
    s->plan = &s->policy->weeks[w];
    s->pattern = &s->policy->patterns[s->plan->pattern];
    s->monday = eesi_week_monday(s->policy->first_week + (int32_t)w);
    memset(s->level, 0, sizeof s->level);
    memset(s->day, NO_DAY, sizeof s->day);
    draw_luck(s, s->policy->first_week + (int32_t)w);
    hold_fixed(s);
    for (int p = 0; w == 0 && p < s->policy->program_count; p++) /* before the horizon */
        if (s->policy->calendar->held[p] >= 0 && s->fixed_day[p] < 0)
            s->fixed_day[p] = (unsigned char)s->policy->calendar->held[p];
}

static void dates(eesi_policy_futures *futures) {
    dates_state s;
    begin(&s, futures);
    const int programs = s.policy->program_count;
    for (size_t w = 0; w < s.policy->week_count; w++) {
        begin_week(&s, w);
        for (int r = 0; r < programs; r++) {
            const int p = s.policy->calendar->order[r];
            if ((s.plan->learned >> p & 1U) || s.fixed_day[p] >= 0)
                take_turn(&s, p);
        }
        const eesi_wint older = eesi_wint_all(s.pattern->open != 0), oldest = eesi_wint_all(EESI_YEAR);
        for (int p = 0; p < programs; p++)
            s.age[p] = eesi_wint_min(eesi_wint_max(s.age[p] + older, eesi_wint_all(1)), oldest);
    }
}

EESI_KERNEL_TABLE(eesi_policy_kernels) = {dates, words};
