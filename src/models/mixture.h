/*
 * A family of programs and a mixture of exposure models of one of its programs: one for every pair of reference score
 * and spread on a small grid, weighted by how well each foresaw the past. The grid stands for what a few rounds cannot
 * show about the shape of the stock; the family's parameters are the prior that its programs share.
 */
#ifndef EESI_MIXTURE_H
#define EESI_MIXTURE_H

#include "models/forecaster.h"

#include "models/exposure.h"
#include "models/model.h"

enum { EESI_MIXTURE_REFERENCES = 5, EESI_MIXTURE_SPREADS = 3, EESI_MIXTURE_SIZE = 15, EESI_FAMILY_NAME = 24 };

typedef struct eesi_family {
    char name[EESI_FAMILY_NAME];
    ees_program_set programs;
    ees_date from, until; /* rounds with from <= day < until; EES_DATE_NONE: open */
    int restart_days;     /* a longer pause of the program forgets its past */
    eesi_exposure_params exposure;
    double reference;      /* centre of the grid, points: the shape is flat below it */
    double reference_step; /* points between neighbours on the grid */
    double spread;         /* centre of the grid, points: the shape above the reference is half a bell of this sd */
    double spread_ratio;   /* between neighbours on the grid, > 1 */
    double weight_memory;  /* share of the log weights kept from round to round, 0..1 */
    double taken_share[EES_PROGRAMS_MAX]; /* share of this family's candidates above a round's cut-off that the round
                                             takes */
} eesi_family;

typedef struct eesi_mixture {
    const eesi_family *family;
    int program;
    size_t next_round;    /* rounds[0..next_round) have been digested */
    size_t next_snapshot; /* and snapshots[0..next_snapshot) */
    double log_weight[EESI_MIXTURE_SIZE];
    eesi_exposure member[EESI_MIXTURE_SIZE];
} eesi_mixture;

bool eesi_family_covers(const eesi_family *family, int program, ees_date date);
/* Rounds digested so far: none. The mixture is large: keep it on the heap. */
void eesi_mixture_init(eesi_mixture *mixture, const eesi_family *family, int program);
/* Learn from the next round of the history, of any program, and from the pool first published with it. A round that is
 * left out counts as read. */
void eesi_mixture_digest(eesi_mixture *mixture, const ees_history *history, bool leave_out);
/* Learn from the pool first published with the next round, before that round. */
void eesi_mixture_look(eesi_mixture *mixture, const ees_history *history);
/* Probability the mixture gave to what a round of its program brought; call it before the round is digested. */
double eesi_mixture_likelihood(eesi_mixture *mixture, const ees_round *round);
/* Answer: EES_ERR_NOTFOUND without a size. The mixture is advanced to the day of the question. */
int eesi_mixture_predict(eesi_mixture *mixture, const ees_question *question, ees_predictive *predictive,
                         ees_error *err);

#endif
