/*
 * The Comprehensive Ranking System: rules read from a file (models/crs.json), a candidate as the rules see one, the
 * points. docs/crs.md has the rules and their sources.
 */
#ifndef EESI_CRS_H
#define EESI_CRS_H

#include <stdbool.h>

#include <eesim/date.h>
#include <eesim/error.h>

struct eesi_source;

enum { EESI_SPEAKING, EESI_LISTENING, EESI_READING, EESI_WRITING, EESI_ABILITIES };
extern const char *const eesi_abilities[EESI_ABILITIES];

enum { EESI_ENGLISH, EESI_FRENCH };

/* Levels of education, lowest first. */
enum {
    EESI_LESS_THAN_SECONDARY,
    EESI_SECONDARY,
    EESI_ONE_YEAR,
    EESI_TWO_YEAR,
    EESI_BACHELOR,
    EESI_TWO_OR_MORE,
    EESI_MASTERS,
    EESI_DOCTORAL,
    EESI_EDUCATIONS
};
extern const char *const eesi_educations[EESI_EDUCATIONS];

enum { EESI_JOB_OFFER_NONE, EESI_JOB_OFFER_50, EESI_JOB_OFFER_200, EESI_JOB_OFFERS };

enum { EESI_LEVEL_MAX = 12, EESI_AGE_MAX = 120, EESI_YEARS_MAX = 60, EESI_TIERS = 4 };

/* ---- the rules ---- */

/* Two columns: who has a spouse who accompanies them, and who has none. */
enum { EESI_WITH_SPOUSE, EESI_WITHOUT_SPOUSE, EESI_COLUMNS };

/* Points by whole years, levels of language and so on; the file gives steps, here every entry is filled. */
typedef struct eesi_crs_rules {
    char name[32];
    ees_date from, until; /* EES_DATE_NONE: open */
    int age[EESI_COLUMNS][EESI_AGE_MAX + 1];
    int education[EESI_COLUMNS][EESI_EDUCATIONS];
    int first[EESI_COLUMNS][EESI_LEVEL_MAX + 1]; /* for each ability */
    int second[EESI_LEVEL_MAX + 1];
    int second_cap[EESI_COLUMNS];
    int canadian_work[EESI_COLUMNS][EESI_YEARS_MAX + 1];
    int core_cap[EESI_COLUMNS];
    int spouse_education[EESI_EDUCATIONS];
    int spouse_language[EESI_LEVEL_MAX + 1];
    int spouse_language_cap;
    int spouse_work[EESI_YEARS_MAX + 1];
    int spouse_cap;
    int education_tier[EESI_EDUCATIONS];
    int foreign_tier[EESI_YEARS_MAX + 1], canadian_tier[EESI_YEARS_MAX + 1];
    int language_tier[EESI_LEVEL_MAX + 1], certificate_tier[EESI_LEVEL_MAX + 1]; /* by the lowest ability */
    int education_language[EESI_TIERS][EESI_TIERS];                              /* [language][education] */
    int education_work[EESI_TIERS][EESI_TIERS];                                  /* [Canadian work][education] */
    int education_cap;
    int foreign_language[EESI_TIERS][EESI_TIERS]; /* [language][foreign work] */
    int foreign_work[EESI_TIERS][EESI_TIERS];     /* [Canadian work][foreign work] */
    int foreign_cap;
    int certificate[EESI_TIERS];
    int certificate_cap, transfer_cap;
    int nomination, sibling;
    int job_offer[EESI_JOB_OFFERS];
    int french_from, english_from; /* levels in all four abilities */
    int french_with_english, french_without_english;
    int study[EESI_YEARS_MAX + 1]; /* by years of a Canadian credential */
    int additional_cap;
} eesi_crs_rules;

/* One scale of one language test. */
typedef struct eesi_crs_test {
    char name[12];
    bool languages[2];
    ees_date from, until; /* days of the test; EES_DATE_NONE: open */
    double step, low[EESI_ABILITIES], high[EESI_ABILITIES];
    int count; /* 0: the result is the level */
    int level[EESI_LEVEL_MAX + 1];
    double at[EESI_LEVEL_MAX + 1][EESI_ABILITIES]; /* least results */
} eesi_crs_test;

enum { EESI_RULES_MAX = 32, EESI_TESTS_MAX = 32 };

typedef struct eesi_crs_file {
    int count, test_count;
    eesi_crs_rules rules[EESI_RULES_MAX];
    eesi_crs_test tests[EESI_TESTS_MAX];
} eesi_crs_file;

/* Read a file of rules. EES_ERR_NOTFOUND, EES_ERR_DATA (file and place), EES_ERR_NOMEM. */
int eesi_crs_read(eesi_crs_file *rules, const struct eesi_source *from, const char *path,
                  ees_error *err) EES_MUST_CHECK;
/* The rules in force on a day; EES_DATE_NONE: the newest. NULL: there are none. */
const eesi_crs_rules *eesi_crs_on(const eesi_crs_file *file, ees_date date);
/* The scale of a test taken on a day; EES_DATE_NONE: the newest scale. NULL: there is no such test. */
const eesi_crs_test *eesi_crs_scale(const eesi_crs_file *file, const char *name, ees_date date);
/* The level of one result; 0 below the lowest level of the table. */
int eesi_crs_level(const eesi_crs_test *test, int ability, double result);

/* ---- a candidate on a day ---- */

/* What the rules look at, as levels and whole years. Open: fill it with {0} and set fields. */
typedef struct eesi_crs_person {
    int age;
    int education;
    int first_language;                                /* EESI_ENGLISH or EESI_FRENCH */
    int first[EESI_ABILITIES], second[EESI_ABILITIES]; /* levels; 0: none */
    int canadian_work, foreign_work, study;            /* whole years */
    int certificate, sibling, nomination;              /* 0 or 1 */
    int job_offer;
    int has_spouse;
    int spouse_education, spouse_language[EESI_ABILITIES], spouse_work;
} eesi_crs_person;

/* ---- the points ---- */

/* Parts of a score, by section. */
typedef enum eesi_crs_part {
    EESI_PART_AGE,
    EESI_PART_EDUCATION,
    EESI_PART_FIRST,
    EESI_PART_SECOND,
    EESI_PART_CANADIAN_WORK,
    EESI_PART_SPOUSE_EDUCATION,
    EESI_PART_SPOUSE_LANGUAGE,
    EESI_PART_SPOUSE_WORK,
    EESI_PART_EDUCATION_LANGUAGE,
    EESI_PART_EDUCATION_WORK,
    EESI_PART_FOREIGN_LANGUAGE,
    EESI_PART_FOREIGN_WORK,
    EESI_PART_CERTIFICATE,
    EESI_PART_NOMINATION,
    EESI_PART_JOB_OFFER,
    EESI_PART_FRENCH,
    EESI_PART_STUDY,
    EESI_PART_SIBLING,
    EESI_PARTS
} eesi_crs_part;

typedef enum eesi_crs_section {
    EESI_SECTION_CORE,
    EESI_SECTION_SPOUSE,
    EESI_SECTION_TRANSFER,
    EESI_SECTION_ADDITIONAL,
    EESI_SECTIONS
} eesi_crs_section;

extern const char *const eesi_crs_part_names[EESI_PARTS];
extern const char *const eesi_crs_section_names[EESI_SECTIONS];
eesi_crs_section eesi_crs_section_of(eesi_crs_part part);

/* Several parts that may not be worth more together. */
typedef enum eesi_crs_cap {
    EESI_CAP_SECOND,
    EESI_CAP_SPOUSE_LANGUAGE,
    EESI_CAP_EDUCATION,
    EESI_CAP_FOREIGN,
    EESI_CAP_CERTIFICATE,
    EESI_CAP_CORE,
    EESI_CAP_SPOUSE,
    EESI_CAP_TRANSFER,
    EESI_CAP_ADDITIONAL,
    EESI_CAPS
} eesi_crs_cap;

extern const char *const eesi_crs_cap_names[EESI_CAPS];

typedef struct eesi_crs_points {
    int score;
    int section[EESI_SECTIONS];
    int part[EESI_PARTS]; /* second and spouse's language as capped, the rest before the caps of several parts */
    int before[EESI_CAPS], most[EESI_CAPS];
} eesi_crs_points;

/* The points of a person, whose fields are in the ranges of the rules' arrays. No error. About 30 ns. */
void eesi_crs_score(const eesi_crs_rules *rules, const eesi_crs_person *person, eesi_crs_points *points);

/* The most a part can be worth for people with, or without, a spouse. */
int eesi_crs_part_most(const eesi_crs_rules *rules, eesi_crs_part part, bool with_spouse);

/* ---- steps ---- */

/* What a candidate could change; the abilities follow each other. */
typedef enum eesi_crs_change {
    EESI_CHANGE_EDUCATION,
    EESI_CHANGE_FIRST, /* + ability */
    EESI_CHANGE_FIRST_ALL = EESI_CHANGE_FIRST + EESI_ABILITIES,
    EESI_CHANGE_SECOND, /* + ability */
    EESI_CHANGE_SECOND_ALL = EESI_CHANGE_SECOND + EESI_ABILITIES,
    EESI_CHANGE_CANADIAN_WORK,
    EESI_CHANGE_FOREIGN_WORK,
    EESI_CHANGE_CERTIFICATE,
    EESI_CHANGE_STUDY,
    EESI_CHANGE_SIBLING,
    EESI_CHANGE_NOMINATION,
    EESI_CHANGE_JOB_OFFER,
    EESI_CHANGE_SPOUSE_EDUCATION,
    EESI_CHANGE_SPOUSE_LANGUAGE, /* + ability */
    EESI_CHANGE_SPOUSE_WORK = EESI_CHANGE_SPOUSE_LANGUAGE + EESI_ABILITIES,
    EESI_CHANGES
} eesi_crs_change;

extern const char *const eesi_crs_change_names[EESI_CHANGES];

/* The value a change raises: a level, years, 0 or 1. For "all abilities" the lowest of them. */
int eesi_crs_value(const eesi_crs_person *person, eesi_crs_change change);
/* Raise it. "All abilities": those below `to` are raised to it. */
void eesi_crs_raise(eesi_crs_person *person, eesi_crs_change change, int to);

/* Two changes that would be one effort: abilities of a language, or the same thing. */
bool eesi_crs_same_kind(eesi_crs_change a, eesi_crs_change b);

/* The smallest change of one kind that makes a part worth more. */
typedef struct eesi_crs_step {
    eesi_crs_part part;
    eesi_crs_change change;
    int from, to;
    int part_gain, gain; /* of the part, and of the score, which caps may keep from rising */
} eesi_crs_step;

enum { EESI_STEPS_MAX = EESI_PARTS * 8 };

/* All of them, by part; returns how many. About a millisecond. */
int eesi_crs_steps(const eesi_crs_rules *rules, const eesi_crs_person *person, eesi_crs_step steps[EESI_STEPS_MAX]);

#endif
