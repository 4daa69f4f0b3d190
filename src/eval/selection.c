#include "eval/selection.h"

#include "models/forecaster.h"
#include "models/series.h"

bool eesi_backtest_selects(const eesi_backtest_options *options, const ees_round *round, int position) {
    if (round->program < 0 || round->size <= 0 || eesi_is_skipped(options->skip, options->skip_count, round))
        return false;
    if (options->programs && !(options->programs >> round->program & 1U))
        return false;
    if (options->first_round >= 0 && position < options->first_round)
        return false;
    if (options->last_round >= 0 && position > options->last_round)
        return false;
    if (options->first_date != EES_DATE_NONE && round->date < options->first_date)
        return false;
    return options->last_date == EES_DATE_NONE || round->date <= options->last_date;
}

ees_question eesi_backtest_question(const ees_history *history, const ees_programs *programs, int position,
                                    const eesi_backtest_options *options) {
    const ees_round *round = &history->rounds[position];
    return (ees_question){.history = history,
                          .programs = programs,
                          .known = ees_history_before(history, round->date, options->hindsight),
                          .program = round->program,
                          .date = round->date,
                          .size = options->size_unknown ? EES_COUNT_NONE : round->size,
                          .hindsight = options->hindsight,
                          .skip = options->skip,
                          .skip_count = options->skip_count};
}
