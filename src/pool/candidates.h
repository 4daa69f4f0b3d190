/*
 * A list of candidates of one's own, and rounds held on it under the same ranking rule as on the pool.
 */
#ifndef EESI_CANDIDATES_H
#define EESI_CANDIDATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <eesim/date.h>
#include <eesim/error.h>
#include <eesim/program.h>

#define EES_CANDIDATES_MAX ((size_t)10000000)

/* Candidates in the order of their file: one entry of each array a candidate. Read-only after loading. */
typedef struct ees_candidates {
    size_t count;
    int16_t *scores;           /* CRS points 0..1200; owned, as all arrays here */
    ees_time *submitted;       /* UTC; never missing */
    ees_program_set *programs; /* base programs and categories the candidate belongs to */
} ees_candidates;

/*
 * Read a CSV file (or a pipe) with the columns score, submitted and programs, in any order, among any others.
 * submitted is YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ; programs are codes between spaces, ';', '|', '+' or, in quotes, ',',
 * or none.
 * @param candidates uninitialised; eesi_candidates_free() it, also after an error.
 * @return 0, EES_ERR_NOTFOUND, EES_ERR_IO, EES_ERR_DATA (file, line and column say where; column counts fields),
 * EES_ERR_NOMEM. Reentrant. About 50 ns a row; memory 14 bytes a row.
 */
int eesi_candidates_load(ees_candidates *candidates, const char *path, const ees_programs *programs,
                         ees_error *err) EES_MUST_CHECK;
void eesi_candidates_free(ees_candidates *candidates);

/* As ees_draw_rule, for a program instead of segments. */
typedef struct ees_candidates_rule {
    int program;        /* position in the programs */
    int64_t size;       /* invitations, >= 0; EES_COUNT_NONE for a replay */
    int cutoff;         /* CRS points 0..1200 in a replay, else EES_SCORE_NONE */
    ees_time tie_break; /* EES_TIME_NONE when there is none */
} ees_candidates_rule;

/* As ees_draw_result. */
typedef struct ees_candidates_result {
    int64_t eligible;
    int64_t invited;
    bool exhausted;     /* fewer were eligible than `size`: all are invited */
    int cutoff;         /* EES_SCORE_NONE if nobody was invited */
    ees_time tie_break; /* EES_TIME_NONE if nobody was invited */
    int64_t at_cutoff;
    int64_t at_cutoff_invited;
} ees_candidates_result;

/*
 * Hold a round; the list is unchanged. Among candidates of one score and one instant the earlier row comes first.
 * @param invited invited[row] says who is; count entries, may be NULL.
 * @return 0, EES_ERR_RANGE (rule), EES_ERR_NOMEM. No randomness. Reentrant. O(count), without a sort: scores are
 * counted, then the places at the marginal score found by counting times of submission.
 */
int eesi_candidates_draw(const ees_candidates *candidates, const ees_programs *programs,
                         const ees_candidates_rule *rule, ees_candidates_result *out, bool *invited,
                         ees_error *err) EES_MUST_CHECK;

#endif
