/* What totals are made of; eesim/run.h says what they mean. */
#ifndef EESI_TOTALS_H
#define EESI_TOTALS_H

#include "run/block.h"
#include "run/hist.h"

/* One round of a program: the k-th in every replicate that has it. */
typedef struct eesi_round_totals {
    eesi_hist measure[EES_MEASURES];
    eesi_hist difference[EES_MEASURE_INVITED + 1]; /* paired, to scenario 0; empty there */
    eesi_hist *stock;                              /* [bands] or NULL */
} eesi_round_totals;

typedef struct eesi_program_totals {
    int rounds, capacity;
    eesi_round_totals **round; /* [capacity]; owned */
    eesi_hist overall[EES_OVERALLS];
    eesi_hist overall_difference[EES_OVERALLS];
} eesi_program_totals;

/*
 * A candidate is invited once a round's bar is at or below the score; the bar is the cut-off, or one more when the
 * candidate loses the tie-break. step[d] holds, modulo 2^64, how many replicates' lowest bar so far came to rest at
 * each score on day d less how many left it, so that the sum over days is the histogram of the lowest bar.
 */
typedef struct eesi_chance_totals {
    eesi_hist *step; /* [days + 1] */
    /* [EESI_MEMBER_DAYS][EESI_MEMBER_GROUPS] how many replicates' lowest bar by that day is at each score. */
    eesi_hist *member;
} eesi_chance_totals;

/*
 * Replicates that start from the same member of the posterior are alike, and the members are drawn too. Sixty-four
 * lanes of a block start from the same members in every block, other lanes from others, and lanes g and g + 8 of these
 * sixteen from the same parameter set. How far such halves differ is what members and replicates together leave
 * uncertain.
 */
enum { EESI_MEMBER_GROUPS = 16, EESI_MEMBER_DAYS = 8 };

/* The days of the horizon on which groups are compared, rising; the last is the last. */
int eesi_member_day(int days, int c);

typedef struct eesi_scenario_totals {
    eesi_program_totals *program;
    eesi_chance_totals *chance; /* [audiences] */
} eesi_scenario_totals;

struct eesi_adding;

struct ees_totals {
    ees_run_layout layout;
    uint64_t replicates;
    eesi_scenario_totals *scenario;
    struct eesi_adding *adding; /* scratch of eesi_totals_add(), made by it; owned */
    /* [layout.randomisations], or NULL: the totals of each; their sum is what stands above. Owned. */
    ees_totals **part;
};

extern const eesi_hist_kind eesi_measure_kinds[EES_MEASURES];
extern const eesi_hist_kind eesi_overall_kinds[EES_OVERALLS];

enum { EESI_RANDOMISATIONS_MAX = 64 };

/* Empty totals. @param small  fewer than 2^31 replicates will be counted. @return 0, EES_ERR_RANGE, EES_ERR_NOMEM. */
int eesi_totals_create(ees_totals **totals, const ees_run_layout *layout, bool small, ees_error *err) EES_MUST_CHECK;
/* Add counts of blocks from `block` on, all of one randomisation; they were counted without randomisations. */
int eesi_totals_merge_blocks(ees_totals *into, const ees_totals *from, uint64_t block, ees_error *err) EES_MUST_CHECK;
void eesi_adding_destroy(struct eesi_adding *adding);
/* Forget the content, keep the memory. */
void eesi_totals_clear(ees_totals *totals);
/* The round-th record of a program, made when it is not there; NULL when out of memory. */
eesi_round_totals *eesi_totals_slot(ees_totals *totals, int scenario, int program, int round);
const eesi_round_totals *eesi_totals_find(const ees_totals *totals, int scenario, int program, int round);

/*
 * Add one block of every scenario. @param blocks  layout.scenarios blocks of the same replicates; the first is what the
 * others are compared with. @return 0, EES_ERR_NOMEM (the totals are then spoilt). O(records).
 */
int eesi_totals_add(ees_totals *totals, const eesi_block *blocks, ees_error *err) EES_MUST_CHECK;
/* Add the content of other totals of the same layout. @return 0, EES_ERR_MISMATCH, EES_ERR_NOMEM. */
int eesi_totals_merge(ees_totals *into, const ees_totals *from, ees_error *err) EES_MUST_CHECK;

/* A number about a program over the whole horizon. */
ees_estimate eesi_totals_overall(const ees_totals *totals, int scenario, int program, ees_overall what);
/*
 * Replicates in which a candidate of the audience with score s is invited at or before start + day.
 * @param counts  uint64_t[1201], by score. O(days * scores).
 */
void eesi_totals_chance(const ees_totals *totals, int scenario, int audience, int day,
                        uint64_t counts[EES_SCORE_COUNT]);
/* By how much the variances of chances are larger than those of as many independent replicates: at least 1. */
typedef struct eesi_design {
    double effect[EESI_MEMBER_DAYS][EES_SCORE_COUNT];
} eesi_design;

/* As the groups of members show, scores up to 3 points apart together. Good for every day of the audience. */
void eesi_totals_design(const ees_totals *totals, int scenario, int audience, eesi_design *design);
/* The effect on one day and score: that of the next day on which groups are compared. */
double eesi_totals_design_effect(const ees_totals *totals, int scenario, int audience, int day, int score);
/*
 * Standard errors of the chances counts / replicates of eesi_totals_chance(): binomial, times the root of the design
 * effect. With randomisations, the standard deviation of those of each over the root of their number, if it is larger
 * than that. O(randomisations * days * scores).
 */
void eesi_totals_chance_se(const ees_totals *totals, int scenario, int audience, int day, const eesi_design *design,
                           double se[EES_SCORE_COUNT]);

/*
 * The largest standard error of a chance (any scenario, audience, day and score). 1 while there is nothing.
 * O(scenarios * audiences * days * scores).
 */
double eesi_totals_worst_se(const ees_totals *totals);
/* The same of the part that more replicates make smaller, as if no two had a member in common: what --until-se looks
 * at. */
double eesi_totals_replicates_se(const ees_totals *totals);

#endif
