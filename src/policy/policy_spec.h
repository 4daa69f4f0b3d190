/* A policy as read: rules by program and everything dated, before it is bound to a history and a horizon. */
#ifndef EESI_POLICY_SPEC_H
#define EESI_POLICY_SPEC_H

#include <jansson.h>

#include "policy/policy.h"

#include "base/source.h"

enum { EESI_POLICY_ITEMS_MAX = 64 };

typedef enum eesi_size_distribution {
    EESI_SIZE_LEARNED,
    EESI_SIZE_FIXED,     /* a */
    EESI_SIZE_LAST,      /* the last size before the horizon */
    EESI_SIZE_EMPIRICAL, /* one of the last a sizes */
    EESI_SIZE_LOGNORMAL, /* median a, sigma b */
    EESI_SIZE_NORMAL,    /* mean a, sd b */
    EESI_SIZE_UNIFORM    /* a .. b */
} eesi_size_distribution;

typedef struct eesi_size_rule {
    eesi_size_distribution distribution;
    double a, b;
} eesi_size_rule;

typedef enum eesi_cadence_kind {
    EESI_CADENCE_LEARNED,
    EESI_CADENCE_NONE,
    EESI_CADENCE_DAYS,
    EESI_CADENCE_WEEKS,
    EESI_CADENCE_MONTHS
} eesi_cadence_kind;

typedef struct eesi_cadence {
    eesi_cadence_kind kind;
    int every;
    int weekday;    /* -1: that of the first round */
    ees_date first; /* EES_DATE_NONE: counted on from the program's last round */
} eesi_cadence;

typedef enum eesi_annual_mode {
    EESI_ANNUAL_NONE,
    EESI_ANNUAL_CAP,   /* rounds as drawn until the target is reached, then none */
    EESI_ANNUAL_LIMIT, /* sizes scaled down where the year would exceed it */
    EESI_ANNUAL_SPREAD /* sizes scaled so that the year meets it */
} eesi_annual_mode;

typedef struct eesi_annual {
    eesi_annual_mode mode;
    eesi_size_rule target; /* invitations a calendar year; fixed, lognormal, normal or uniform */
} eesi_annual;

typedef struct eesi_program_rule {
    eesi_cadence cadence;
    eesi_size_rule size;
    double size_factor;
    eesi_annual annual;
    bool outside_annual; /* the target of all programs neither counts its rounds nor scales them */
} eesi_program_rule;

typedef struct eesi_period {
    ees_date from;  /* EES_DATE_NONE: open */
    ees_date until; /* last day; EES_DATE_NONE: open */
    int program;    /* EES_PROGRAM_NONE: all */
    double factor;  /* of arrivals; unused for pauses */
} eesi_period;

/* Invited candidates who come back: they declined, or let the invitation lapse and entered again. */
typedef struct eesi_declined {
    double share;
    double days; /* from the round to their return */
} eesi_declined;

typedef struct eesi_policy_spec {
    char name[64];
    eesi_declined declined;
    eesi_program_rule rules[EES_PROGRAMS_MAX];
    eesi_annual annual;
    size_t pause_count, arrival_count, one_off_count, shock_count;
    eesi_period pauses[EESI_POLICY_ITEMS_MAX];
    eesi_period arrivals[EESI_POLICY_ITEMS_MAX];
    ees_future_round one_offs[EESI_POLICY_ITEMS_MAX];
    ees_policy_shock shocks[EESI_POLICY_ITEMS_MAX];
} eesi_policy_spec;

/* Read and check a parsed policy. Errors name the path of the value ("programs.CEC.size"). */
int eesi_policy_read(eesi_policy_spec *spec, const char *file, json_t *root, const ees_programs *programs,
                     ees_error *err) EES_MUST_CHECK;
/*
 * Apply settings to a policy tree and check it. What was wrong before them is wrong data of `file`; what they made
 * wrong, or all of it when `file` is NULL (a policy made from options), is EES_ERR_RANGE and names no file.
 */
int eesi_policy_apply(json_t *root, const char *file, const ees_programs *programs, const char *const *sets,
                      size_t set_count, ees_error *err) EES_MUST_CHECK;

bool eesi_period_holds(const eesi_period *period, int program, ees_date date);

/* As eesi_policy_resolve_file(). @param from  NULL: files of the system. */
int eesi_policy_resolve(const eesi_source *from, const char *path, const ees_programs *programs,
                        const char *const *sets, size_t set_count, char **text, ees_error *err) EES_MUST_CHECK;

#endif
