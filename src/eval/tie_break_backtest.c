/* How well the ages of past tie-breaks were forecast, each from what was public before its round and its cut-off. */
#include "eval/backtest.h"

#include <math.h>
#include <stdlib.h>

#include "base/stats.h"
#include "eval/selection.h"
#include "models/forecaster.h"
#include "models/tie_age.h"

static int score_round(const ees_question *question, int position, double *scratch, ees_tie_break_row *row,
                       ees_error *err) {
    const ees_round *round = &question->history->rounds[position];
    eesi_age_predictive ages = {{0}};
    int status = eesi_tie_break_ages(question, round->cutoff, &ages, err);
    if (status != 0)
        return status;
    row->round = position;
    row->observed = eesi_tie_age(round);
    row->median = eesi_age_quantile(&ages, 0.5);
    row->low = eesi_age_quantile(&ages, 0.1);
    row->high = eesi_age_quantile(&ages, 0.9);
    row->crps = eesi_age_crps(&ages, row->observed);
    row->rival = eesi_median(scratch, eesi_past_tie_ages(question, scratch, question->known.round_count));
    row->rival_crps = fabs(row->rival - row->observed);
    return 0;
}

static int score_rounds(ees_tie_break_row *rows, size_t *count, double *scratch, const ees_history *history,
                        const ees_programs *programs, const eesi_backtest_options *options, ees_error *err) {
    for (size_t i = 0; i < history->round_count; i++) {
        const ees_round *round = &history->rounds[i];
        if (!eesi_backtest_selects(options, round, (int)i) || eesi_tie_age(round) < 0)
            continue;
        ees_question question = eesi_backtest_question(history, programs, (int)i, options);
        int status = score_round(&question, (int)i, scratch, &rows[(*count)++], err);
        if (status != 0)
            return status;
    }
    if (*count == 0)
        return ees_error_set(err, EES_ERR_NOTFOUND, "no round of the selection published a tie-break");
    return 0;
}

int eesi_backtest_tie_breaks(ees_tie_break_row **rows, size_t *count, const ees_history *history,
                             const ees_programs *programs, const eesi_backtest_options *options, ees_error *err) {
    double *scratch = calloc(history->round_count + 1, sizeof *scratch);
    ees_tie_break_row *list = calloc(history->round_count + 1, sizeof *list);
    int status = EES_ERR_NOMEM;
    *count = 0;
    if (!scratch || !list)
        (void)ees_error_set(err, status, "no memory for tie-breaks");
    else
        status = score_rounds(list, count, scratch, history, programs, options, err);
    free(scratch);
    if (status != 0) {
        free(list);
        list = NULL;
        *count = 0;
    }
    *rows = list;
    return status;
}
