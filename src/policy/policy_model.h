/* A policy bound to a history and a horizon: the tables that make drawing a future cheap. */
#ifndef EESI_POLICY_MODEL_H
#define EESI_POLICY_MODEL_H

#include "calendar/calendar_model.h"
#include "calendar/size_lanes.h"
#include "policy/policy.h"
#include "policy/policy_spec.h"

enum {
    EESI_PATTERNS_MAX =
        2 * 32 + 1, /* kinds of weeks: which days are open, while a rhythm holds or not; the first week */
    EESI_SEEN = EESI_DAYS + 1,
    EESI_YEARS_MAX = 16
};

/* Distribution of a program's day in one kind of week, for each day a leader's round may have been seen on. */
typedef struct eesi_day_table {
    double left[EESI_SEEN]; /* share of the week's chance on the days still to come */
    double cdf[EESI_SEEN][EESI_DAYS];
} eesi_day_table;

typedef struct eesi_pattern {
    unsigned open;
    int first_day;
    bool in_rhythm;
    double factor;
    eesi_day_table day[EES_PROGRAMS_MAX];
    /* Chance of a round on the days left, of 2^31, by level and cell; where some days are over also by the day seen. */
    int32_t bar[EES_PROGRAMS_MAX][EESI_SEEN * EESI_LEVELS * EESI_CELLS];
} eesi_pattern;

typedef struct eesi_week_plan {
    int pattern;
    uint32_t learned;     /* programs that may hold a learned round this week */
    uint32_t fixed_first; /* the week's part of `fixed` */
    uint32_t fixed_end;
} eesi_week_plan;

struct ees_policy {
    eesi_policy_spec spec;
    eesi_calendar *calendar;
    int program_count;
    ees_date from, until;
    int32_t first_week;
    size_t week_count;
    eesi_week_plan *weeks;
    size_t pattern_count;
    eesi_pattern *patterns;
    ees_future_round *fixed; /* dated by a cadence or one by one, by date; size 0: to be drawn */
    size_t fixed_count;
    int32_t *past[EES_PROGRAMS_MAX]; /* latest sizes, newest first, for the empirical distribution */
    size_t past_count[EES_PROGRAMS_MAX];
    double *fresh_age; /* [days of the horizon], for the count of nominees known at its start */
    eesi_size_habits habits[EES_PROGRAMS_MAX];
    uint32_t leads; /* bit p: program p is one that others look at */
    int first_year, year_count;
    double issued[EES_PROGRAMS_MAX]; /* invitations in the first year before the horizon */
    double issued_total;
    int capacity;
    int points; /* of a randomisation, log2 (base/quasi.h): sizes are drawn from them; 0: pseudo-random numbers */
};

bool eesi_policy_paused(const ees_policy *policy, int program, ees_date date);
/* Scale or stop the rounds of each year so that they keep to the annual targets. Returns how many are left. */
int eesi_policy_annual(const ees_policy *policy, uint64_t seed, uint64_t replicate, ees_future_round *rounds,
                       int count);
/* Two uniform numbers, for sizes: pseudo-random, or points of a randomisation. */
void eesi_policy_uniforms(const ees_policy *policy, uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t step,
                          double u[2]);
/* A number from a distribution that needs no history (all but learned, last, empirical). */
double eesi_size_distribution_draw(const eesi_size_rule *rule, double u);

/* As eesi_policy_bind(), from JSON that has been parsed; `root` stays the caller's. */
int eesi_policy_create(ees_policy **policy, const char *file, json_t *root, const ees_policy_world *world,
                       ees_error *err) EES_MUST_CHECK;

#endif
