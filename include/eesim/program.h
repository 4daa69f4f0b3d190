/**
 * @file
 * Programs and categories: what a round can be restricted to. Definitions are data (models/programs.json).
 *
 * A program has a position 0..count-1 in its table; a set of programs is a bit mask of positions. A candidate's
 * eligibility is the set of *base* programs (FSW CEC FST PNP) and categories the candidate belongs to.
 */
#ifndef EESIM_PROGRAM_H
#define EESIM_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <eesim/date.h>
#include <eesim/error.h>

enum { EES_PROGRAM_NONE = -1, EES_PROGRAMS_MAX = 32 };

/** Bit i set: program at position i. */
typedef uint32_t ees_program_set;

typedef enum ees_program_kind {
    EES_KIND_PROGRAM, /* CEC PNP FSW FST: a round invites the candidates of the program */
    EES_KIND_GENERAL, /* everybody */
    EES_KIND_CATEGORY /* candidates of the category who also belong to one of `eligible` */
} ees_program_kind;

typedef struct ees_program {
    const char *code; /* "CEC", upper case; owned by the table, as all strings here */
    const char *label_en;
    const char *label_fr;
    ees_program_kind kind;
    ees_program_set eligible;      /* base programs a candidate needs one of */
    ees_date first_date;           /* first day a round under it could be held; EES_DATE_NONE: since the start (2015) */
    ees_date last_date;            /* last day; EES_DATE_NONE: still in force */
    const char *const *feed_names; /* normalised official round names that map to it; NULL-terminated */
} ees_program;

typedef struct ees_programs {
    size_t count;
    ees_program programs[EES_PROGRAMS_MAX];
    int nominee;     /* position of the program whose role is "nominee", or EES_PROGRAM_NONE */
    int general;     /* position of the program of kind EES_KIND_GENERAL, or EES_PROGRAM_NONE */
    char sha256[65]; /* of the file */
    void *arena;     /* private */
} ees_programs;

/**
 * Load the definitions. @param programs uninitialised; ees_programs_free() it, also after an error.
 * @return 0, EES_ERR_NOTFOUND, EES_ERR_IO, EES_ERR_DATA, EES_ERR_NOMEM. No randomness. Reentrant.
 */
EES_API int ees_programs_load(ees_programs *programs, const char *path, ees_error *err) EES_MUST_CHECK;
EES_API void ees_programs_free(ees_programs *programs);

/** @return position of a code, upper or lower case, or EES_PROGRAM_NONE. O(programs). */
EES_API int ees_programs_find(const ees_programs *programs, const char *code);
/** @return the code nearest to a misspelt one (edit distance at most 3), or NULL. */
EES_API const char *ees_programs_suggest(const ees_programs *programs, const char *code);
/**
 * Map an official round name to a program. Case, spacing, dashes and the version at its end ("(Version 2)",
 * "2026-Version 2") do not matter; the rest must match one of the feed names. An unknown name is never guessed.
 * @return position or EES_PROGRAM_NONE (unmapped).
 */
EES_API int ees_programs_map(const ees_programs *programs, const char *feed_name);

/** @return true when a candidate with this eligibility may be invited in a round under `program`. */
EES_API bool ees_program_admits(const ees_programs *programs, int program, ees_program_set eligibility);

#endif
