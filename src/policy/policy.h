/*
 * What a Monte Carlo run assumes of the rounds to come: their dates, programs and sizes.
 *
 * A policy is a JSON text (models/schema/policy.schema.json, examples in models/policies/). Every program has a
 * calendar (learned from its past, a cadence, or none) and a distribution of sizes; pauses, one-off rounds, annual
 * targets, arrival factors and dated shocks come on top. eesi_policy_resolve_file() reads and checks the text and
 * applies `PATH=VALUE` settings; eesi_policy_bind() binds it to what is known and to a horizon; eesi_policy_future()
 * draws whole futures, each addressed by (seed, replicate), so that neither threads nor blocks nor other scenarios
 * change it.
 */
#ifndef EESI_POLICY_H
#define EESI_POLICY_H

#include <stddef.h>
#include <stdint.h>

#include "calendar/calendar.h"
#include <eesim/date.h>
#include <eesim/error.h>
#include <eesim/history.h>
#include <eesim/program.h>

/*
 * Read a policy, apply settings, check it.
 * @param path  of a JSON file. @param sets  set_count texts "programs.CEC.size=3000": the value is JSON, or a plain
 *              text where it is not JSON; missing objects on the way are made; "key=null" removes a key.
 * @param text  the resolved policy as JSON text with sorted keys; free() it; NULL after an error.
 * @return 0, EES_ERR_NOTFOUND, EES_ERR_IO, EES_ERR_DATA (file and place), EES_ERR_RANGE (a setting, or what it made
 *         wrong), EES_ERR_NOMEM.
 */
int eesi_policy_resolve_file(const char *path, const ees_programs *programs, const char *const *sets, size_t set_count,
                             char **text, ees_error *err) EES_MUST_CHECK;

/* What a policy is bound to. Everything may be freed after eesi_policy_bind(). */
typedef struct ees_policy_world {
    const ees_programs *programs;
    const ees_history *history;
    ees_known known; /* what may be looked at */
    const ees_calendar_model *calendar;
    ees_date from;  /* first day of the horizon */
    ees_date until; /* last day */
} ees_policy_world;

typedef struct ees_policy ees_policy;

/*
 * @param file  for messages. @param text  a policy as JSON, such as eesi_policy_resolve_file() gives.
 * @param policy  eesi_policy_destroy() it; NULL after an error.
 * @return 0, EES_ERR_DATA (names the place), EES_ERR_RANGE (horizon), EES_ERR_NOMEM. The result is read-only: threads
 * may share it.
 */
int eesi_policy_bind(ees_policy **policy, const char *file, const char *text, const ees_policy_world *world,
                     ees_error *err) EES_MUST_CHECK;
void eesi_policy_destroy(ees_policy *policy);
/* The name the policy gives itself; owned by the policy. */
const char *eesi_policy_name(const ees_policy *policy);

/* One round of a future. */
typedef struct ees_future_round {
    ees_date date;
    int32_t program; /* position in the programs */
    union {
        int32_t size; /* invitations, >= 1 */
        int32_t next; /* until it has a size: place of its program's next round without one, or -1 */
    };
} ees_future_round;

/* Rounds that a future can have at most. */
int eesi_policy_capacity(const ees_policy *policy);
/*
 * Draw one future: its rounds by date, within a day in the order in which IRCC holds them (PNP first).
 * Depends on (policy, seed, replicate) alone.
 * @param rounds  eesi_policy_capacity() entries. @return how many were written. A few microseconds a year.
 */
int eesi_policy_future(const ees_policy *policy, uint64_t seed, uint64_t replicate, ees_future_round *rounds);

/* Factor on the arrivals of a program's candidates on a day: 1 where the policy says nothing. */
double eesi_policy_arrivals(const ees_policy *policy, int program, ees_date date);

/* A share of the candidates gains or loses points on a day (2025-03-25: -50 or -200 for those with a job offer). */
typedef struct ees_policy_shock {
    ees_date date;
    int points;               /* added to the score */
    double share;             /* of the candidates, 0..1 */
    ees_program_set programs; /* whom it touches; 0: everybody */
} ees_policy_shock;

/* @return count of shocks by date; *shocks is owned by the policy. */
size_t eesi_policy_shocks(const ees_policy *policy, const ees_policy_shock **shocks);

/*
 * Invited candidates who do not use the invitation and come back to the pool: the share of them, 0 where the policy
 * says nothing. @param days  set to the days from the round to their return (60 where the policy says nothing).
 */
double eesi_policy_declined(const ees_policy *policy, double *days);

/* A grid of scenarios: a row a scenario, a column a parameter path; the column "scenario" names the rows. */
typedef struct ees_scenario_grid {
    size_t count;
    char **names; /* count, unique */
    char ***sets; /* sets[i]: set_counts[i] texts "PATH=VALUE"; an empty field sets nothing */
    size_t *set_counts;
} ees_scenario_grid;

/*
 * Read a grid. @param grid  uninitialised; eesi_scenario_grid_free() it, also after an error.
 * @return 0, EES_ERR_NOTFOUND, EES_ERR_IO, EES_ERR_DATA (file, line, column), EES_ERR_NOMEM.
 */
int eesi_scenario_grid_load(ees_scenario_grid *grid, const char *path, ees_error *err) EES_MUST_CHECK;
void eesi_scenario_grid_free(ees_scenario_grid *grid);

#endif
