#include "models/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/forecaster.h"

bool eesi_is_skipped(const char *const *skip, size_t skip_count, const ees_round *round) {
    for (size_t i = 0; i < skip_count; i++)
        if (strcmp(skip[i], round->number) == 0)
            return true;
    return false;
}

static eesi_point make_point(const eesi_series *series, int round, ees_date date, int64_t size, double cutoff) {
    eesi_point point = {.round = round, .date = date, .gap_days = 14.0, .cutoff = cutoff};
    if (series->count > 0) {
        const eesi_point *last = &series->points[series->count - 1];
        point.gap_days = fmax(1.0, date - last->date);
        point.log_size = last->log_size;
    }
    if (size != EES_COUNT_NONE)
        point.log_size = log((double)(size > 0 ? size : 1));
    return point;
}

int eesi_series_of(eesi_series *series, const ees_question *question, ees_error *err) {
    const ees_history *history = question->history;
    series->count = 0;
    series->points = calloc(question->known.round_count + 1, sizeof *series->points);
    if (!series->points)
        return ees_error_set(err, EES_ERR_NOMEM, "no memory for a series of rounds");
    for (size_t i = 0; i < question->known.round_count; i++) {
        const ees_round *round = &history->rounds[i];
        if (round->program != question->program || eesi_is_skipped(question->skip, question->skip_count, round))
            continue;
        series->points[series->count] = make_point(series, (int)i, round->date, round->size, round->cutoff);
        series->count++;
    }
    series->points[series->count] = make_point(series, -1, question->date, question->size, 0.0);
    return 0;
}

void eesi_series_free(eesi_series *series) {
    free(series->points);
    series->points = NULL;
    series->count = 0;
}
