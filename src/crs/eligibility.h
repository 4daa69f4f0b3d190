/* Which programs and categories a candidate belongs to, and why (models/eligibility.json). */
#ifndef EESI_ELIGIBILITY_H
#define EESI_ELIGIBILITY_H

#include <eesim/program.h>

#include "crs/profile.h"

enum { EESI_TEER_SKILLED = 4, EESI_OCCUPATIONS_MAX = 128, EESI_CATEGORIES_MAX = 24, EESI_MONTHS_MAX = 8 };

typedef char eesi_occupation[6]; /* five digits of NOC 2021, or the beginning of them */

typedef struct eesi_category {
    int program; /* position in the programs */
    bool in_canada;
    bool complete; /* false: another occupation may belong to it too */
    int within_years;
    int month_count;
    ees_date months_from[EESI_MONTHS_MAX];
    int months[EESI_MONTHS_MAX];
    int occupation_count;
    eesi_occupation occupations[EESI_OCCUPATIONS_MAX];
    char condition[2][120]; /* what no profile says, in English and French; "": nothing */
} eesi_category;

typedef struct eesi_eligibility {
    int cec, fsw, fst, french, nominee; /* positions; EES_PROGRAM_NONE */
    int cec_months, cec_within, cec_language[EESI_TEER_SKILLED];
    int fsw_pass, fsw_months, fsw_language;
    int fsw_education[EESI_EDUCATIONS], fsw_first[EESI_LEVEL_MAX + 1], fsw_second_from, fsw_second;
    int fsw_age[EESI_AGE_MAX + 1], fsw_work[EESI_YEARS_MAX + 1], fsw_job_offer;
    int fsw_cap, fsw_canadian_work, fsw_study, fsw_study_years, fsw_relative, fsw_offer_adapts, fsw_spouse_language,
        fsw_spouse_from, fsw_spouse_work;
    int fst_months, fst_within, fst_language[EESI_ABILITIES];
    int trade_count, except_count;
    eesi_occupation trades[EESI_OCCUPATIONS_MAX], except[EESI_OCCUPATIONS_MAX];
    int french_level;
    int category_count;
    eesi_category categories[EESI_CATEGORIES_MAX];
    const ees_programs *programs; /* borrowed */
} eesi_eligibility;

/* EES_ERR_NOTFOUND, EES_ERR_DATA, EES_ERR_NOMEM. @param programs  must outlive it. */
int eesi_eligibility_read(eesi_eligibility *rules, const struct eesi_source *from, const char *path,
                          const ees_programs *programs, ees_error *err) EES_MUST_CHECK;

typedef enum eesi_standing_is { EESI_STANDING_NO, EESI_STANDING_YES, EESI_STANDING_UNKNOWN } eesi_standing_is;

typedef struct eesi_standing {
    int program; /* position */
    eesi_standing_is is;
    char reason[240]; /* in the language asked for */
} eesi_standing;

enum { EESI_REASON_EN, EESI_REASON_FR, EESI_REASON_NONE };

/* Whether an occupation is a skilled trade; one that is not given may be. */
bool eesi_may_be_trade(const eesi_eligibility *rules, const char *occupation);
/* Points of the selection grid of the Federal Skilled Worker Program. */
int eesi_fsw_points(const eesi_eligibility *rules, const eesi_crs_person *person);

/*
 * Hold a person to every program there are conditions for, on a day.
 * @param reasons  their language, or EESI_REASON_NONE: reasons are left empty, which is much faster.
 * @return how many. No error.
 */
int eesi_eligibility_judge(const eesi_eligibility *rules, const eesi_profile *profile, const eesi_crs_person *person,
                           ees_date day, int reasons, eesi_standing standings[EES_PROGRAMS_MAX]);
/* Those that the person certainly belongs to. */
ees_program_set eesi_standing_set(const eesi_standing *standings, int count);

#endif
