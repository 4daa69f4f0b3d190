/* A profile and its score, for the questions that begin with one. */
#ifndef EESI_PROFILE_SCORE_H
#define EESI_PROFILE_SCORE_H

#include <jansson.h>

#include <eesim/run.h>

#include "core/context.h"
#include "crs/eligibility.h"
#include "crs/profile.h"

/* What is asked. Everything is borrowed; NULL and EES_DATE_NONE: not given. */
typedef struct eesi_score_question {
    const json_t *profile; /* the name of a file, or an object */
    const char *rules;     /* file; NULL: crs.json of the models */
    const json_t *values;  /* object: keys with their text, which take the place of the profile's */
    bool single;           /* no spouse accompanies, whatever the profile says */
    ees_date date;         /* takes the place of the profile's */
    ees_date today;        /* where neither has one */
} eesi_score_question;

typedef struct eesi_scored {
    eesi_crs_file *file;           /* owned */
    eesi_eligibility *eligibility; /* owned */
    const eesi_crs_rules *rules;
    eesi_profile profile; /* with its date */
    eesi_crs_person person;
    eesi_crs_points points;
    int change_count; /* what the phases take for true beside the profile */
    eesi_crs_change changes[2];
    int to[2];
} eesi_scored;

/*
 * Read, check, score. @param scored  eesi_scored_free() it, also after an error.
 * @return 0; EES_ERR_DATA with file and line, EES_ERR_RANGE for a profile that is in no file or a value of `values`;
 * EES_ERR_NOTFOUND, EES_ERR_IO, EES_ERR_NOMEM.
 */
int eesi_score(ees_context *context, const eesi_score_question *question, eesi_scored *scored,
               ees_error *err) EES_MUST_CHECK;
void eesi_scored_free(eesi_scored *scored);

/* A profile as text: the name of a file, or JSON that begins with '{'. json_decref() it; NULL and *err. */
json_t *eesi_score_profile_of(const char *text, ees_error *err);

/*
 * How score and programs move, day by day, from the first day to the last.
 * @param phases  points beside *score, which is that of the first day; programs as positions in the programs.
 * @return 0; EES_ERR_RANGE when there are more changes than phases, or no rules for a day.
 */
int eesi_score_phases(const eesi_scored *scored, ees_date first, ees_date last, int *score, ees_phases *phases,
                      ees_error *err) EES_MUST_CHECK;
/* The conditions of the models. free() them; NULL and *err. */
eesi_eligibility *eesi_score_eligibility(ees_context *context, ees_error *err);
/* The rules of a file; NULL: those of the models. free() them; NULL and *err. */
eesi_crs_file *eesi_score_rules(ees_context *context, const char *file, ees_error *err);
/* The rules of a day; NULL and *err when there are none. */
const eesi_crs_rules *eesi_score_rules_on(const eesi_crs_file *file, ees_date date, ees_error *err);

#endif
