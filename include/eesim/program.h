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

#ifdef __cplusplus
extern "C" {
#endif

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
    ees_program_set eligible; /* base programs a candidate needs one of */
    ees_date
        first_date;     /* announced; first day a round under it could be held; EES_DATE_NONE: since the start (2015) */
    ees_date last_date; /* last day, the end is known from the next day on; EES_DATE_NONE: still in force */
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
 * @param text  a code, or a name in English or French; case, accents, punctuation and spaces around do not matter.
 * @return its position, or EES_PROGRAM_NONE. O(names).
 */
EES_API int ees_programs_find(const ees_programs *programs, const char *text);
/**
 * Add the programs of "CEC, French-language proficiency" to a set.
 * @param set  unchanged after an error.
 * @return 0, or EES_ERR_RANGE: one is unknown, the message suggests another; or none is named. Reentrant.
 */
EES_API int ees_programs_parse(const ees_programs *programs, const char *text, ees_program_set *set,
                               ees_error *err) EES_MUST_CHECK;
/** @return the code nearest to a misspelt one (edit distance at most 3), or NULL. */
EES_API const char *ees_programs_suggest(const ees_programs *programs, const char *code);

#ifdef __cplusplus
}
#endif

#endif
