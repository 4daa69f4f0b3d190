/*
 * Draws a future: week by week, the programs in their order, each with one uniform for "a round, and on which day", and
 * two for its size. Random numbers are addressed by week and by (program, date), so a round keeps its luck when another
 * program's calendar changes: differences between scenarios stay sharp.
 */
#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include <eesim/rng.h>

#include "base/kernels.h"
#include "base/quasi.h"
#include "policy/policy_model.h"

enum { WEEKS_AHEAD = 8 };
enum {
    PURPOSE_WEEK = EES_RNG_POLICY,       /* + 1: annual targets */
    PURPOSE_SIZE = EES_RNG_POLICY + 0x20 /* + program */
};

static const double size_most = 1e7;

void eesi_policy_uniforms(const ees_policy *policy, uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t step,
                          double u[2]) {
    if (policy->points > 0)
        eesi_quasi_uniforms(seed, policy->points, replicate, purpose, step, u);
    else
        eesi_two_uniforms(seed, replicate, purpose, step, u);
}

double eesi_size_law_draw(const eesi_size_rule *rule, double u) {
    switch (rule->law) {
    case EESI_SIZE_LOGNORMAL:
        return rule->a * exp(rule->b * gsl_cdf_ugaussian_Pinv(u));
    case EESI_SIZE_NORMAL:
        return rule->a + rule->b * gsl_cdf_ugaussian_Pinv(u);
    case EESI_SIZE_UNIFORM:
        return floor(rule->a + u * (rule->b - rule->a + 1));
    case EESI_SIZE_FIXED:
    case EESI_SIZE_LAST:
    case EESI_SIZE_EMPIRICAL:
    case EESI_SIZE_LEARNED:
    default:
        return rule->a;
    }
}

/* What changes along a future. */
typedef struct policy_future {
    const ees_policy *policy;
    uint64_t seed, replicate;
    int8_t age[EES_PROGRAMS_MAX];
    int8_t held[EES_PROGRAMS_MAX];
    uint32_t known_held; /* ranks of programs that held a round in the first week before the horizon */
    ees_size_context size[EES_PROGRAMS_MAX];
    ees_date last[EES_PROGRAMS_MAX];
    double luck[WEEKS_AHEAD * EES_PROGRAMS_MAX]; /* [week][program], of the weeks at hand */
} policy_future;

static void set_ages(policy_future *future, int program, ees_date date) {
    ees_size_context *context = &future->size[program];
    ees_date last = future->last[program];
    context->gap_days = last == EES_DATE_NONE ? 14 : (double)(date - last);
    if (context->fresh > 0)
        context->fresh_age_days = future->policy->fresh_age[date - future->policy->from];
}

static double law_value(const policy_future *future, int program, const eesi_size_rule *rule, const double *u) {
    const ees_policy *policy = future->policy;
    size_t known = policy->past_count[program];
    if (rule->law == EESI_SIZE_LEARNED)
        return (double)ees_calendar_size_draw(policy->calendar, program, &future->size[program], u);
    if (rule->law == EESI_SIZE_LAST)
        return known ? (double)policy->past[program][0] : future->size[program].last;
    if (rule->law == EESI_SIZE_EMPIRICAL) {
        size_t k = known < (size_t)rule->a ? known : (size_t)rule->a;
        return k ? (double)policy->past[program][(size_t)(u[0] * (double)k)] : future->size[program].last;
    }
    return eesi_size_law_draw(rule, u[0]);
}

static int32_t draw_size(policy_future *future, int program, ees_date date) {
    const eesi_program_rule *rule = &future->policy->spec.rules[program];
    double u[2];
    eesi_policy_uniforms(future->policy, future->seed, future->replicate, PURPOSE_SIZE + (uint32_t)program,
                         (uint32_t)date, u);
    set_ages(future, program, date);
    double value = law_value(future, program, &rule->size, u);
    ees_calendar_size_update(&future->size[program], (int64_t)fmin(value, size_most));
    future->last[program] = date;
    return (int32_t)fmin(fmax(nearbyint(value * rule->size_factor), 1), size_most);
}

/* Insert by date; within a day in the order of the programs. The week's rounds before it are few. */
static void insert(const policy_future *future, ees_future_round *rounds, int first, int count,
                   ees_future_round round) {
    const int *rank = future->policy->calendar->rank;
    int at = count;
    while (at > first && (rounds[at - 1].date > round.date ||
                          (rounds[at - 1].date == round.date && rank[rounds[at - 1].program] > rank[round.program]))) {
        rounds[at] = rounds[at - 1];
        at--;
    }
    rounds[at] = round;
}

static bool paused(const ees_policy *policy, int program, ees_date date) {
    for (size_t i = 0; i < policy->spec.pause_count; i++)
        if (eesi_period_holds(&policy->spec.pauses[i], program, date))
            return true;
    return false;
}

/* The day of a learned round in this week, or -1. */
static int learned_day(const policy_future *future, const eesi_pattern *pattern, int program, eesi_week_state seen,
                       double u) {
    double hazard = future->policy->calendar->hazard[program][seen.level][future->age[program]] * pattern->factor;
    const eesi_day_table *table = &pattern->day[program];
    if (pattern->first_day > 0)
        hazard = hazard * table->left[seen.day] / (1 - hazard + hazard * table->left[seen.day]);
    if (u >= hazard)
        return -1;
    u /= hazard;
    int day = pattern->first_day;
    while (day < EESI_DAYS - 1 && u >= table->cdf[seen.day][day])
        day++;
    return day;
}

/* Plain arithmetic on bytes, so that the compiler does all programs at once. */
static void end_week(policy_future *future, bool week_counts) {
    const int8_t step = week_counts ? 1 : 0;
    for (int p = 0; p < EES_PROGRAMS_MAX; p++) {
        int8_t age = (int8_t)(future->age[p] + step);
        age = age < EESI_AGES - 1 ? age : (int8_t)(EESI_AGES - 1);
        future->age[p] = future->held[p] >= 0 ? (int8_t)1 : age;
        future->held[p] = -1;
    }
}

/*
 * Programs, as bits by their rank, that need a look: those whose number is small enough for a round under any
 * circumstances, and those that hold a round with a date of its own. In most weeks that is two or three of sixteen.
 */
static uint32_t candidates(const policy_future *future, const eesi_week_plan *plan, const double *u) {
    const ees_policy *policy = future->policy;
    uint32_t found = 0;
    for (uint32_t left = plan->ranks; left; left &= left - 1) {
        const int r = __builtin_ctz(left), p = policy->calendar->order[r];
        found |= (uint32_t)(u[p] < policy->most_hazard[p]) << r;
    }
    for (uint32_t i = plan->fixed_first; i < plan->fixed_end; i++)
        found |= UINT32_C(1) << policy->calendar->rank[policy->fixed[i].program];
    return found;
}

/* One uniform for each program, some weeks at a time; nothing where no week asks for it. */
static const double *luck_of_week(policy_future *future, size_t w) {
    const ees_policy *policy = future->policy;
    const size_t n = (size_t)policy->program_count, left = policy->week_count - w;
    if (w % WEEKS_AHEAD == 0 && policy->any_learned)
        eesi_uniform_steps(future->seed, future->replicate, PURPOSE_WEEK, (uint32_t)(policy->first_week + (int32_t)w),
                           left < WEEKS_AHEAD ? (int)left : WEEKS_AHEAD, n, future->luck);
    return future->luck + w % WEEKS_AHEAD * n;
}

static int draw_week(policy_future *future, size_t w, ees_future_round *rounds, int count) {
    const ees_policy *policy = future->policy;
    const eesi_week_plan *plan = &policy->weeks[w];
    const eesi_pattern *pattern = &policy->patterns[plan->pattern];
    ees_date monday = eesi_week_monday(policy->first_week + (int32_t)w);
    const double *u = luck_of_week(future, w);
    int first = count;
    for (uint32_t i = plan->fixed_first; i < plan->fixed_end; i++) {
        ees_future_round round = policy->fixed[i];
        future->held[round.program] = (int8_t)(round.date - monday);
        insert(future, rounds, first, count++, round);
    }
    eesi_week_state seen = {0, EESI_DAYS};
    for (uint32_t left = candidates(future, plan, u) | future->known_held; left; left &= left - 1) {
        int p = policy->calendar->order[__builtin_ctz(left)];
        int day = plan->learned >> p & 1U ? learned_day(future, pattern, p, seen, u[p]) : -1;
        ees_date date = monday + day;
        if (day >= 0 && date <= policy->until && !(policy->spec.pause_count && paused(policy, p, date))) {
            insert(future, rounds, first, count++, (ees_future_round){date, p, 0});
            if (future->held[p] < 0) /* a one-off round may be there already */
                future->held[p] = (int8_t)day;
        }
        if (future->held[p] >= 0 && policy->leads >> p & 1U)
            seen = eesi_week_after(policy->calendar, p, seen, future->held[p]);
    }
    for (int i = first; i < count; i++)
        if (rounds[i].size == 0)
            rounds[i].size = draw_size(future, rounds[i].program, rounds[i].date);
    future->known_held = 0;
    end_week(future, pattern->open != 0);
    return count;
}

int ees_policy_sample(const ees_policy *policy, uint64_t seed, uint64_t replicate, ees_future_round *rounds) {
    policy_future future;
    future.policy = policy;
    future.seed = seed;
    future.replicate = replicate;
    size_t programs = (size_t)policy->program_count;
    memset(future.age, 1, sizeof future.age);
    memset(future.held, -1, sizeof future.held);
    future.known_held = 0;
    for (size_t p = 0; p < programs; p++) {
        future.age[p] = (int8_t)policy->calendar->age[p];
        future.held[p] = policy->calendar->held[p];
        if (future.held[p] >= 0)
            future.known_held |= UINT32_C(1) << policy->calendar->rank[p];
    }
    memcpy(future.size, policy->calendar->size, programs * sizeof *future.size);
    memcpy(future.last, policy->calendar->size_date, programs * sizeof *future.last);
    int count = 0;
    for (size_t w = 0; w < policy->week_count; w++)
        count = draw_week(&future, w, rounds, count);
    return eesi_policy_annual(policy, seed, replicate, rounds, count);
}
