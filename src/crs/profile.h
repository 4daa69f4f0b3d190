/* A candidate's profile: read from JSON, from the columns of a CSV row or from single texts, and checked. */
#ifndef EESI_PROFILE_H
#define EESI_PROFILE_H

#include <stdint.h>

#include <jansson.h>

#include "crs/crs.h"

/* Work: a number of years, or periods with days. */
enum { EESI_PERIODS_MAX = 16 };

typedef struct eesi_period {
    ees_date from, until; /* both included; until EES_DATE_NONE: it goes on */
} eesi_period;

typedef struct eesi_work {
    double years; /* where there are no periods */
    int count;
    eesi_period periods[EESI_PERIODS_MAX];
} eesi_work;

typedef struct eesi_test {
    char name[12]; /* "": none */
    int language;  /* EESI_ENGLISH, EESI_FRENCH; -1: not given */
    double result[EESI_ABILITIES];
    ees_date date; /* EES_DATE_NONE: not given */
} eesi_test;

typedef struct eesi_profile {
    ees_date date; /* the score is asked for this day; EES_DATE_NONE: not given */
    int64_t age;   /* -1: birth_date */
    ees_date birth_date;
    int education;
    eesi_test first, second;
    eesi_work canadian, foreign;
    bool certificate;
    double study_years;
    bool sibling, nomination;
    int job_offer;
    char occupation[8]; /* NOC 2021, five digits; "": not given */
    bool has_spouse;
    int spouse_education;
    eesi_test spouse_test;
    eesi_work spouse_work;
    uint64_t given; /* bit k: key k of eesi_profile_keys */
} eesi_profile;

/* The keys, "spouse.language.reading"; NULL-terminated. */
extern const char *const eesi_profile_keys[];
/* Position of a key in them; in a CSV header '_' may stand for '.'. -1: there is none. */
int eesi_profile_key(const char *name, size_t length);
bool eesi_profile_has(const eesi_profile *profile, const char *key);
/* What a key's value is in JSON; the same texts stand for it in CSV. */
typedef enum eesi_profile_type { EESI_TYPE_TEXT, EESI_TYPE_NUMBER, EESI_TYPE_FLAG, EESI_TYPE_EITHER } eesi_profile_type;
eesi_profile_type eesi_profile_type_of(int key);

/* ---- reading ---- */

/* What went wrong with a key; the caller knows the file. */
typedef struct eesi_profile_fault {
    char key[48]; /* "" when it is about no key */
    char text[320];
} eesi_profile_fault;

void eesi_profile_init(eesi_profile *profile);
/* Set a key from text, as in a CSV field. A test may be one text, "IELTS en 7 8.5 7 7" (speaking, listening, reading,
 * writing) or "CLB fr 9". False, and *fault. */
bool eesi_profile_set(eesi_profile *profile, int key, const char *text, eesi_profile_fault *fault) EES_MUST_CHECK;
/* What is missing, and what contradicts itself or is impossible under the tests of `rules`. False, and *fault. */
bool eesi_profile_check(const eesi_profile *profile, const eesi_crs_file *rules,
                        eesi_profile_fault *fault) EES_MUST_CHECK;

/*
 * Set keys from an object and check the whole.
 * @param file  for messages; @param text  of the file, for lines; both may be NULL.
 * @return 0, EES_ERR_DATA (of a file), EES_ERR_RANGE (where there is none).
 */
int eesi_profile_take(eesi_profile *profile, const json_t *object, const char *file, const char *text,
                      ees_error *err) EES_MUST_CHECK;

/* ---- on a day ---- */

/* Whole years of work before a day: numbers as they are, periods counted up to the day before, ten years back. */
int eesi_work_years(const eesi_work *work, ees_date day);
/* Months of the last so many years; of a number of years: all of them. */
int eesi_work_months(const eesi_work *work, ees_date day, int within_years);
/* Days after which a test no longer counts; EES_DATE_NONE when its date is not known. */
ees_date eesi_test_expiry(const eesi_test *test);
/* The day with this number of years added; 29 February becomes 1 March where there is none. */
ees_date eesi_years_after(ees_date date, int years);

/*
 * The person the rules see on a day. @param day  EES_DATE_NONE: the profile's own, which may be none when nothing in it
 * has a date. A test that has expired counts as none.
 */
void eesi_profile_person(const eesi_profile *profile, const eesi_crs_file *rules, ees_date day,
                         eesi_crs_person *person);

#endif
