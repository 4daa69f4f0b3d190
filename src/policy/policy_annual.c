/* Annual targets. They act on whole futures: what IRCC does late in a year answers to what it did early. */
#include <math.h>

#include "base/purpose.h"
#include "policy/policy.h"
#include "policy/policy_model.h"

enum { KEPT_DAYS = 56 };

/* Under "limit" and "spread" a round never falls below this share of its drawn size. */
static const double least_factor = 0.1;

/* One target over one calendar year: the program's rounds, or (EES_PROGRAM_NONE) everybody's. */
typedef struct year_target {
    const ees_policy *policy;
    const eesi_annual *annual;
    int program;
    double left;          /* invitations still to be issued in the year */
    ees_date first, last; /* days of the year inside the horizon */
    ees_date year_last;
} year_target;

static bool concerns(const year_target *target, const ees_future_round *round) {
    const bool inside = target->program == EES_PROGRAM_NONE ? !target->policy->spec.rules[round->program].outside_annual
                                                            : round->program == target->program;
    return inside && round->date >= target->first && round->date <= target->last;
}

static void cap(const year_target *target, ees_future_round *rounds, int count) {
    double left = target->left;
    for (int i = 0; i < count; i++) {
        if (!concerns(target, &rounds[i]))
            continue;
        if ((double)rounds[i].size > left)
            rounds[i].size = left >= 1 ? (int32_t)left : 0;
        left -= (double)rounds[i].size;
    }
}

/* Sizes are announced as round numbers. */
static int32_t announced(double size) {
    double grid = size >= 1000 ? 100 : 10;
    return (int32_t)fmax(nearbyint(size / grid) * grid, 1);
}

/* Nominees are taken as they come; under "limit" the first eight weeks stay as drawn: policy turns slowly. */
static bool adjustable(const year_target *target, const ees_future_round *round) {
    if (target->program == EES_PROGRAM_NONE && round->program == target->policy->calendar->nominee)
        return false;
    return target->annual->mode == EESI_ANNUAL_SPREAD || round->date >= target->policy->from + KEPT_DAYS;
}

static void scale(const year_target *target, ees_future_round *rounds, int count) {
    double kept = 0, rest = 0;
    for (int i = 0; i < count; i++)
        if (concerns(target, &rounds[i])) {
            if (adjustable(target, &rounds[i]))
                rest += (double)rounds[i].size;
            else
                kept += (double)rounds[i].size;
        }
    double days_left = (double)(target->year_last - target->first + 1);
    double share = (double)(target->last - target->first + 1) / days_left;
    double factor = rest > 0 ? (target->left * share - kept) / rest : 1;
    if (target->annual->mode == EESI_ANNUAL_LIMIT && factor > 1)
        return;
    factor = fmax(factor, least_factor);
    for (int i = 0; i < count; i++)
        if (concerns(target, &rounds[i]) && adjustable(target, &rounds[i]))
            rounds[i].size = announced(factor * (double)rounds[i].size);
}

static void apply(const ees_policy *policy, const eesi_annual *annual, int program, uint64_t seed, uint64_t replicate,
                  ees_future_round *rounds, int count) {
    if (annual->mode == EESI_ANNUAL_NONE)
        return;
    for (int y = 0; y < policy->year_count; y++) {
        int year = policy->first_year + y;
        double u[2];
        eesi_policy_uniforms(policy, seed, replicate, EESI_RNG_TARGET, (uint32_t)(year + 10000 * (program + 1)), u);
        double issued = y > 0 ? 0 : program == EES_PROGRAM_NONE ? policy->issued_total : policy->issued[program];
        year_target target = {policy,
                              annual,
                              program,
                              fmax(eesi_size_distribution_draw(&annual->target, u[0]) - issued, 0),
                              ees_date_from_civil(year, 1, 1),
                              ees_date_from_civil(year, 12, 31),
                              0};
        target.year_last = target.last;
        if (target.first < policy->from)
            target.first = policy->from;
        if (target.last > policy->until)
            target.last = policy->until;
        if (annual->mode == EESI_ANNUAL_CAP)
            cap(&target, rounds, count);
        else
            scale(&target, rounds, count);
    }
}

int eesi_policy_annual(const ees_policy *policy, uint64_t seed, uint64_t replicate, ees_future_round *rounds,
                       int count) {
    for (int p = 0; p < policy->program_count; p++)
        apply(policy, &policy->spec.rules[p].annual, p, seed, replicate, rounds, count);
    apply(policy, &policy->spec.annual, EES_PROGRAM_NONE, seed, replicate, rounds, count);
    int left = 0;
    for (int i = 0; i < count; i++)
        if (rounds[i].size > 0)
            rounds[left++] = rounds[i];
    return left;
}
