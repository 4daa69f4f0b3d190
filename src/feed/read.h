/* Programs and history from wherever the files are: a folder or a buffer. */
#ifndef EESI_READ_H
#define EESI_READ_H

#include "feed/name.h"
#include <eesim/history.h>
#include <eesim/program.h>

#include "base/source.h"

/* Programs and, as ees_history_load(), a history. @param from  NULL: files of the system. */
int eesi_programs_read(ees_programs *programs, const eesi_source *from, const char *path,
                       ees_error *err) EES_MUST_CHECK;
int eesi_history_read(ees_history *history, const eesi_source *from, const char *dir, const ees_programs *programs,
                      ees_error *err) EES_MUST_CHECK;

/*
 * Load the definitions. @param programs uninitialised; eesi_programs_free() it, also after an error.
 * @return 0, EES_ERR_NOTFOUND, EES_ERR_IO, EES_ERR_DATA, EES_ERR_NOMEM. No randomness. Reentrant.
 */
void eesi_programs_free(ees_programs *programs);

/*
 * Map an official round name to a program. Case, spacing, dashes and the version at its end ("(Version 2)",
 * "2026-Version 2") do not matter; the rest must match one of the feed names. An unknown name is never guessed.
 * @return position or EES_PROGRAM_NONE (unmapped).
 */
int eesi_programs_map(const ees_programs *programs, const char *feed_name);

/* @return true when a candidate with this eligibility may be invited in a round under `program`. */
bool eesi_program_admits(const ees_programs *programs, int program, ees_program_set eligibility);

/* A list of programs as it is typed, "CEC, FRENCH": whether there is one more at *at, which moves to it. */
bool eesi_programs_more(const char **at);
/* The program at *at, EES_PROGRAM_NONE when it is none; *at moves behind it, and `word` holds what was typed. */
int eesi_programs_next(const ees_programs *programs, const char **at, char word[EESI_NAME_MAX]);
/* Sets the error of a text that is no program: EES_ERR_RANGE. */
int eesi_programs_unknown(const ees_programs *programs, const char *word, ees_error *err);

#endif
