/* Many profiles: a CSV file of them, with scores and programs added. */
#ifndef EESI_PROFILE_CSV_H
#define EESI_PROFILE_CSV_H

#include <stdio.h>

#include "crs/eligibility.h"

typedef struct eesi_profiles_report {
    uint64_t rows;
    char passed_on[200]; /* names of columns that are no key of a profile */
    char assumed[300];   /* keys that the file has no column for: they count as none */
} eesi_profiles_report;

/*
 * Read a CSV file (or a pipe) of profiles and write it with the columns score, score_core, score_spouse,
 * score_transferability, score_additional and, unless it has one, programs. Columns are the keys of a profile, with '_'
 * for '.' if one likes; other columns are passed on, and earlier results of these names replaced.
 * @param date  of profiles without one; EES_DATE_NONE: they need one where something in them has a date.
 * @return 0, EES_ERR_NOTFOUND, EES_ERR_IO, EES_ERR_DATA (file, line, number of the column), EES_ERR_RANGE (no rules on
 * that day), EES_ERR_NOMEM. About 4 microseconds a row.
 */
int eesi_profiles_score(const eesi_crs_file *rules, const eesi_eligibility *eligibility, const char *path,
                        ees_date date, FILE *out, eesi_profiles_report *report, ees_error *err) EES_MUST_CHECK;

#endif
