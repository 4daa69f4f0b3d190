#include "eval/chance_past.h"

#include <stdlib.h>

#include "feed/tie_break.h"
#include "models/series.h"
#include "run/bar.h"

enum { WEEK = 7, RHYTHM_DAYS = 20, RHYTHM_ROUNDS = 4 };

static bool is_skipped(const eesi_chance_view *view, const ees_round *round) {
    return eesi_is_skipped(view->options->skip, view->options->skip_count, round);
}

/* Position of the first round on this day or later. */
static size_t first_from(const ees_history *history, ees_date day) {
    size_t low = 0, high = history->round_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (history->rounds[middle].date < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const ees_round *eesi_chance_last(const eesi_chance_view *view, ees_date before) {
    for (size_t i = first_from(view->history, before); i-- > 0;) {
        const ees_round *round = &view->history->rounds[i];
        if (round->program == view->program && !is_skipped(view, round))
            return round;
    }
    return NULL;
}

int eesi_chance_quiet_days(const eesi_chance_view *view, ees_date day, bool *in_rhythm) {
    ees_date later = day;
    int rounds = 0, quiet = INT_MAX;
    *in_rhythm = true;
    for (size_t i = first_from(view->history, day); i-- > 0 && rounds < RHYTHM_ROUNDS;) {
        const ees_round *round = &view->history->rounds[i];
        if (round->program != view->program)
            continue;
        if (rounds++ == 0)
            quiet = day - round->date;
        *in_rhythm = *in_rhythm && later - round->date <= RHYTHM_DAYS;
        later = round->date;
    }
    *in_rhythm = *in_rhythm && rounds == RHYTHM_ROUNDS;
    return quiet;
}

static bool takes_part(const eesi_chance_view *view, const ees_round *round) {
    return round->program == view->program || (round->program == view->general && round->program != EES_PROGRAM_NONE);
}

/* At the cut-off: whoever submitted before the last invited candidate did. */
static double tie_came(const ees_round *round, ees_date submitted) {
    const ees_date renewed = submitted + (round->date - submitted) / EESI_PROFILE_DAYS * EESI_PROFILE_DAYS;
    if (eesi_tie_break_age_days(round) < 0)
        return 0.5;
    return (ees_time)renewed * EES_SECONDS_PER_DAY <= round->tie_break;
}

double eesi_chance_came(const eesi_chance_view *view, ees_date from, ees_date to, int score, ees_date submitted) {
    double came = 0;
    for (size_t i = first_from(view->history, from); came < 1 && i < view->history->round_count; i++) {
        const ees_round *round = &view->history->rounds[i];
        if (round->date > to)
            break;
        if (!takes_part(view, round) || round->size <= 0 || score < round->cutoff)
            continue;
        const double now = score > round->cutoff ? 1 : tie_came(round, submitted);
        came = now > came ? now : came;
    }
    return came;
}

eesi_chance_span eesi_chance_look(const eesi_chance_view *view, ees_date from, ees_date to) {
    eesi_chance_span span = {.reach = INT_MAX};
    for (size_t i = first_from(view->history, from); i < view->history->round_count; i++) {
        const ees_round *round = &view->history->rounds[i];
        if (round->date > to)
            break;
        if (round->program == view->program) {
            span.rounds++;
            span.invited += round->size;
        }
        if (takes_part(view, round) && round->size > 0 && round->cutoff < span.reach)
            span.reach = round->cutoff;
    }
    return span;
}

static eesi_chance_window window_of(const eesi_chance_view *view, ees_date from) {
    eesi_chance_window window = {.from = from};
    const ees_round *last = eesi_chance_last(view, from);
    for (int h = 0; h < EES_CHANCE_HORIZONS; h++) {
        window.span[h] = eesi_chance_look(view, from, from + ees_chance_horizons[h]);
        window.reach[h] = window.span[h].reach == INT_MAX ? INT_MAX : window.span[h].reach - last->cutoff;
    }
    return window;
}

int eesi_chance_windows_make(eesi_chance_windows *windows, const eesi_chance_view *view, ees_error *err) {
    const ees_history *history = view->history;
    const ees_date end = history->rounds[history->round_count - 1].date;
    size_t first = 0;
    *windows = (eesi_chance_windows){0};
    while (first < history->round_count &&
           (history->rounds[first].program != view->program || is_skipped(view, &history->rounds[first])))
        first++;
    if (first == history->round_count)
        return EES_OK;
    const ees_date begin = history->rounds[first].date + 1;
    windows->windows = calloc((size_t)(end - begin + 1) / WEEK + 2, sizeof *windows->windows);
    if (!windows->windows)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    for (ees_date from = begin; from <= end; from += WEEK)
        windows->windows[windows->count++] = window_of(view, from);
    return EES_OK;
}

size_t eesi_chance_windows_over(const eesi_chance_windows *windows, int horizon, ees_date before) {
    size_t count = 0;
    while (count < windows->count && windows->windows[count].from + ees_chance_horizons[horizon] < before)
        count++;
    return count;
}

double eesi_chance_empirical(const eesi_chance_windows *windows, size_t count, int horizon, int points) {
    double invited = 0.5;
    for (size_t i = 0; i < count; i++) {
        const int reach = windows->windows[i].reach[horizon];
        invited += reach < points ? 1.0 : reach == points ? 0.5 : 0.0;
    }
    return invited / ((double)count + 1.0);
}
