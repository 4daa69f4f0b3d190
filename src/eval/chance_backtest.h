/* Rolling origins: what chances candidates were given on past days, and what became of them. */
#ifndef EESI_CHANCE_BACKTEST_H
#define EESI_CHANCE_BACKTEST_H

#include <eesim/backtest.h>
#include <eesim/run.h>

#include "eval/backtest.h"
#include "run/run_inputs.h"

/* Everything is borrowed. */
typedef struct eesi_chance_request {
    const ees_run_inputs *inputs;
    const ees_run_request *run; /* policy, settings, replicates, seed; its days and programs are not looked at */
    const eesi_backtest_options *options; /* first and last bound the origins, as their days or those of the rounds */
    int every_days;                       /* >= 1 */
} eesi_chance_request;

/*
 * One run of a year from each origin, all programs in it. Asked of each program that held a round before: scores in
 * steps of five within 25 points of its last cut-off, and quantiles of its past ones, for each horizon that has passed.
 * @param backtest  zeroed; ees_backtest_free() it, also after an error.
 * @return 0, EES_ERR_NOTFOUND (no such day), EES_ERR_INTERRUPTED, EES_ERR_NOMEM, the errors of eesi_run_plan_make().
 * The origins share the threads; the same rows for any number of them. About half a second of one core an origin.
 */
int eesi_backtest_chances(ees_backtest *backtest, const eesi_chance_request *request, ees_error *err) EES_MUST_CHECK;

#endif
