/* The rounds a backtest looks at, and the question it asks about one. */
#ifndef EESI_SELECTION_H
#define EESI_SELECTION_H

#include "eval/backtest.h"
#include "models/forecaster.h"

/* Does a backtest score this round (of the history, at this position)? */
bool eesi_backtest_selects(const eesi_backtest_options *options, const ees_round *round, int position);
/* The question whose answer is the cut-off of a past round. */
ees_question eesi_backtest_question(const ees_history *history, const ees_programs *programs, int position,
                                    const eesi_backtest_options *options);

#endif
