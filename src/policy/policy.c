/* Binds a policy to what is known and to a horizon. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "policy/policy.h"
#include "policy/policy_model.h"

enum { HORIZON_DAYS_MAX = 3660, EMPIRICAL_MAX = 100 };

/* --- rounds with a date of their own --- */

static ees_date open_day(const ees_policy *policy, ees_date date) {
    for (int i = 0; i < 14 && eesi_calendar_closed(&policy->calendar->model, date); i++)
        date++;
    return date;
}

static ees_date add_months(ees_date date, int months) {
    int year, month, day;
    ees_date_to_civil(date, &year, &month, &day);
    int index = year * 12 + month - 1 + months;
    ees_date result = EES_DATE_NONE;
    for (; result == EES_DATE_NONE; day--) /* 31 January + 1 month is the last day of February */
        result = ees_date_from_civil(index / 12, index % 12 + 1, day);
    return result;
}

static ees_date cadence_start(const ees_policy *policy, int program, const eesi_cadence *cadence) {
    ees_date start = cadence->first;
    if (start == EES_DATE_NONE) {
        ees_date last = policy->calendar->size_date[program];
        if (last == EES_DATE_NONE)
            start = policy->from;
        else
            start = cadence->kind == EESI_CADENCE_MONTHS
                        ? add_months(last, cadence->every)
                        : last + cadence->every * (cadence->kind == EESI_CADENCE_WEEKS ? 7 : 1);
    }
    if (cadence->weekday >= 0)
        start += cadence->weekday - (int)ees_date_weekday(start);
    return start;
}

static ees_date cadence_date(const eesi_cadence *cadence, ees_date start, int step) {
    if (cadence->kind == EESI_CADENCE_MONTHS)
        return add_months(start, step * cadence->every);
    return start + step * cadence->every * (cadence->kind == EESI_CADENCE_WEEKS ? 7 : 1);
}

bool eesi_policy_paused(const ees_policy *policy, int program, ees_date date) {
    for (size_t i = 0; i < policy->spec.pause_count; i++)
        if (eesi_period_holds(&policy->spec.pauses[i], program, date))
            return true;
    return false;
}

/* Appends when there is room in `out`; always counts. */
static size_t plan_cadence(const ees_policy *policy, int program, ees_future_round *out) {
    const eesi_cadence *cadence = &policy->spec.rules[program].cadence;
    size_t count = 0;
    if (cadence->kind == EESI_CADENCE_LEARNED || cadence->kind == EESI_CADENCE_NONE)
        return 0;
    ees_date start = cadence_start(policy, program, cadence), last = EES_DATE_NONE;
    for (int step = 0;; step++) {
        ees_date date = open_day(policy, cadence_date(cadence, start, step));
        if (date > policy->until)
            return count;
        if (date < policy->from || date == last || eesi_policy_paused(policy, program, date))
            continue;
        last = date;
        if (out)
            out[count] = (ees_future_round){.date = date, .program = program};
        count++;
    }
}

static size_t plan_fixed(const ees_policy *policy, ees_future_round *out) {
    size_t count = 0;
    for (int p = 0; p < policy->program_count; p++)
        count += plan_cadence(policy, p, out ? out + count : NULL);
    for (size_t i = 0; i < policy->spec.one_off_count; i++) {
        const ees_future_round *round = &policy->spec.one_offs[i];
        if (round->date < policy->from || round->date > policy->until)
            continue;
        if (out)
            out[count] = *round;
        count++;
    }
    return count;
}

static int by_date(const void *a, const void *b) {
    const ees_future_round *left = a, *right = b;
    if (left->date != right->date)
        return left->date < right->date ? -1 : 1;
    return (left->program > right->program) - (left->program < right->program);
}

/* --- kinds of weeks --- */

static void fill_bars(const ees_policy *policy, eesi_pattern *pattern, int program, int seen) {
    const double left = pattern->day[program].left[seen], whole = 0x1p31;
    eesi_hazards *hazards = eesi_hazards_of(policy->calendar, program, pattern->in_rhythm);
    for (int l = 0; l < EESI_LEVELS; l++)
        for (int c = 0; c < EESI_CELLS; c++) {
            double hazard = (*hazards)[l][c] * pattern->factor;
            hazard = hazard * left / (1 - hazard + hazard * left);
            pattern->bar[program][(seen * EESI_LEVELS + l) * EESI_CELLS + c] =
                (int32_t)fmin(nearbyint(hazard * whole), whole - 1);
        }
}

static void fill_pattern(const ees_policy *policy, eesi_pattern *pattern) {
    for (int p = 0; p < policy->program_count; p++)
        for (int seen = 0; seen < EESI_SEEN; seen++) {
            eesi_day_table *table = &pattern->day[p];
            double pmf[EESI_DAYS], sum = 0;
            eesi_day_pmf(policy->calendar, p, pattern->open, seen, pmf);
            table->left[seen] = 1;
            if (pattern->first_day > 0) {
                table->left[seen] = 0;
                for (int d = pattern->first_day; d < EESI_DAYS; d++)
                    table->left[seen] += pmf[d];
                (void)eesi_week_chance(0.5, pattern->first_day, pmf); /* cut to the days left */
            }
            for (int d = 0; d < EESI_DAYS; d++)
                table->cdf[seen][d] = sum += pmf[d];
            fill_bars(policy, pattern, p, seen);
        }
}

static int find_pattern(ees_policy *policy, unsigned open, int first_day, bool in_rhythm) {
    for (size_t i = 0; i < policy->pattern_count; i++)
        if (policy->patterns[i].open == open && policy->patterns[i].first_day == first_day &&
            policy->patterns[i].in_rhythm == in_rhythm)
            return (int)i;
    eesi_pattern *pattern = &policy->patterns[policy->pattern_count];
    pattern->open = open;
    pattern->first_day = first_day;
    pattern->in_rhythm = in_rhythm;
    pattern->factor = eesi_week_factor(&policy->calendar->model, open);
    fill_pattern(policy, pattern);
    return (int)policy->pattern_count++;
}

static void plan_weeks(ees_policy *policy) {
    size_t fixed = 0;
    for (size_t w = 0; w < policy->week_count; w++) {
        int32_t week = policy->first_week + (int32_t)w;
        eesi_week_plan *plan = &policy->weeks[w];
        int first_day = w == 0 ? (int)ees_date_weekday(policy->from) : 0;
        plan->pattern = find_pattern(policy, eesi_week_open(&policy->calendar->model, week), first_day,
                                     eesi_rhythm_holds(policy->calendar, week));
        for (int p = 0; p < policy->program_count; p++)
            if (policy->spec.rules[p].cadence.kind == EESI_CADENCE_LEARNED &&
                eesi_program_runs(policy->calendar, p, week) && !(w == 0 && policy->calendar->held[p] >= 0)) {
                plan->learned |= UINT32_C(1) << p;
            }
        plan->fixed_first = (uint32_t)fixed;
        while (fixed < policy->fixed_count && eesi_week_of(policy->fixed[fixed].date) == week)
            fixed++;
        plan->fixed_end = (uint32_t)fixed;
    }
}

/* --- what is known of the past --- */

static int keep_past(ees_policy *policy, const ees_policy_world *world, ees_error *err) {
    int year, month, day;
    ees_date_to_civil(policy->from, &year, &month, &day);
    policy->first_year = year;
    for (int p = 0; p < policy->program_count; p++)
        if (!(policy->past[p] = calloc(EMPIRICAL_MAX, sizeof *policy->past[p])))
            return ees_error_set(err, EES_ERR_NOMEM, "no memory for the policy");
    for (size_t i = world->known.round_count; i-- > 0;) {
        const ees_round *round = &world->history->rounds[i];
        int p = round->program;
        if (round->date >= ees_date_from_civil(year, 1, 1)) {
            policy->issued_total += (double)round->size;
            if (p >= 0)
                policy->issued[p] += (double)round->size;
        }
        if (p >= 0 && p < policy->program_count && policy->past_count[p] < EMPIRICAL_MAX)
            policy->past[p][policy->past_count[p]++] = (int32_t)round->size;
    }
    ees_date_to_civil(policy->until, &year, &month, &day);
    policy->year_count = year - policy->first_year + 1;
    return EES_OK;
}

static int check_past(const ees_policy *policy, const char *file, const ees_policy_world *world, ees_error *err) {
    for (int p = 0; p < policy->program_count; p++) {
        const eesi_program_rule *rule = &policy->spec.rules[p];
        bool plain = rule->cadence.kind == EESI_CADENCE_LEARNED || rule->cadence.kind == EESI_CADENCE_NONE;
        if (plain || policy->past_count[p] ||
            (rule->size.distribution != EESI_SIZE_EMPIRICAL && rule->size.distribution != EESI_SIZE_LAST))
            continue;
        return ees_error_at(err, EES_ERR_DATA, file, 0, 0,
                            "programs.%s.size: no round of this program is known, so its past sizes cannot be used",
                            world->programs->programs[p].code);
    }
    return EES_OK;
}

static int keep_fresh_ages(ees_policy *policy, ees_error *err) {
    size_t days = (size_t)(policy->until - policy->from) + 1;
    policy->fresh_age = calloc(days, sizeof *policy->fresh_age);
    if (!policy->fresh_age)
        return ees_error_set(err, EES_ERR_NOMEM, "no memory for the policy");
    int nominee = policy->calendar->nominee;
    if (nominee < 0 || policy->calendar->size[nominee].fresh <= 0)
        return EES_OK;
    for (size_t d = 0; d < days && d < 120; d++)
        policy->fresh_age[d] =
            eesi_calendar_size_context(policy->calendar, nominee, policy->from + (ees_date)d).fresh_age_days;
    for (size_t d = 120; d < days; d++)
        policy->fresh_age[d] = policy->fresh_age[119] + (double)(d - 119);
    return EES_OK;
}

static int allocate_plan(ees_policy *policy, ees_error *err) {
    policy->first_week = policy->calendar->week;
    for (int p = 0; p < policy->program_count; p++)
        eesi_size_habits_of(policy->calendar, p, &policy->habits[p]);
    for (int i = 0; i < policy->calendar->leader_count; i++)
        policy->leads |= UINT32_C(1) << policy->calendar->leader[i];
    policy->week_count = (size_t)(eesi_week_of(policy->until) - policy->first_week) + 1;
    policy->weeks = calloc(policy->week_count, sizeof *policy->weeks);
    policy->patterns = calloc(EESI_PATTERNS_MAX, sizeof *policy->patterns);
    policy->fixed_count = plan_fixed(policy, NULL);
    policy->fixed = calloc(policy->fixed_count + 1, sizeof *policy->fixed);
    if (!policy->weeks || !policy->patterns || !policy->fixed)
        return ees_error_set(err, EES_ERR_NOMEM, "no memory for the policy");
    plan_fixed(policy, policy->fixed);
    qsort(policy->fixed, policy->fixed_count, sizeof *policy->fixed, by_date);
    plan_weeks(policy);
    policy->capacity = (int)policy->fixed_count;
    for (size_t w = 0; w < policy->week_count; w++)
        for (int p = 0; p < policy->program_count; p++)
            policy->capacity += (int)(policy->weeks[w].learned >> p & 1U);
    return EES_OK;
}

/* Programs that never hold a round. No other one waits for theirs. */
static ees_program_set without_rounds(const ees_policy *policy, const ees_programs *programs) {
    ees_program_set found = 0;
    for (size_t p = 0; p < programs->count; p++)
        if (policy->spec.rules[p].cadence.kind == EESI_CADENCE_NONE)
            found |= (ees_program_set)1 << p;
    return found;
}

static int build(ees_policy *policy, const char *file, json_t *root, const ees_policy_world *world, ees_error *err) {
    int rc = eesi_policy_read(&policy->spec, file, root, world->programs, err);
    if (!rc)
        rc = eesi_calendar_create_without(&policy->calendar, world->calendar, world->programs, world->history,
                                          world->known, world->from, without_rounds(policy, world->programs), err);
    policy->program_count = (int)world->programs->count;
    policy->from = world->from;
    policy->until = world->until;
    if (!rc)
        rc = keep_past(policy, world, err);
    if (!rc)
        rc = check_past(policy, file, world, err);
    if (!rc)
        rc = keep_fresh_ages(policy, err);
    return rc ? rc : allocate_plan(policy, err);
}

int eesi_policy_create(ees_policy **policy, const char *file, json_t *root, const ees_policy_world *world,
                       ees_error *err) {
    *policy = NULL;
    if (world->from == EES_DATE_NONE || world->until < world->from || world->until - world->from > HORIZON_DAYS_MAX)
        return ees_error_set(err, EES_ERR_RANGE, "a horizon runs from a day to a later day, at most %d days",
                             HORIZON_DAYS_MAX);
    ees_policy *made = calloc(1, sizeof *made);
    if (!made)
        return ees_error_set(err, EES_ERR_NOMEM, "no memory for the policy");
    int rc = build(made, file, root, world, err);
    if (rc)
        eesi_policy_destroy(made);
    else
        *policy = made;
    return rc;
}

int eesi_policy_bind(ees_policy **policy, const char *file, const char *text, const ees_policy_world *world,
                     ees_error *err) {
    json_t *root = NULL;
    *policy = NULL;
    int rc = eesi_json_parse(file, text, strlen(text), &root, err);
    if (!rc)
        rc = eesi_policy_create(policy, file, root, world, err);
    json_decref(root);
    return rc;
}

void eesi_policy_destroy(ees_policy *policy) {
    if (!policy)
        return;
    eesi_calendar_destroy(policy->calendar);
    for (size_t p = 0; p < EES_PROGRAMS_MAX; p++)
        free(policy->past[p]);
    free(policy->weeks);
    free(policy->patterns);
    free(policy->fixed);
    free(policy->fresh_age);
    free(policy);
}

const char *eesi_policy_name(const ees_policy *policy) {
    return policy->spec.name;
}

int eesi_policy_capacity(const ees_policy *policy) {
    return policy->capacity;
}

double eesi_policy_arrivals(const ees_policy *policy, int program, ees_date date) {
    double factor = 1;
    for (size_t i = 0; i < policy->spec.arrival_count; i++)
        if (eesi_period_holds(&policy->spec.arrivals[i], program, date))
            factor *= policy->spec.arrivals[i].factor;
    return factor;
}

size_t eesi_policy_shocks(const ees_policy *policy, const ees_policy_shock **shocks) {
    *shocks = policy->spec.shocks;
    return policy->spec.shock_count;
}

double eesi_policy_declined(const ees_policy *policy, double *days) {
    *days = policy->spec.declined.days;
    return policy->spec.declined.share;
}
