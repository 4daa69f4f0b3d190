/* What happened to the candidates and the rounds of a program in a span of days, and what its past says of such spans.
 */
#ifndef EESI_CHANCE_PAST_H
#define EESI_CHANCE_PAST_H

#include <limits.h>

#include <eesim/backtest.h>
#include <eesim/history.h>

#include "eval/backtest.h"

/* A program, seen from a day. */
typedef struct eesi_chance_view {
    const ees_history *history;
    const eesi_backtest_options *options; /* rounds to skip: they happened, but no rival learns a cut-off from them */
    int program;
    int general; /* the program whose rounds are for everybody; EES_PROGRAM_NONE */
} eesi_chance_view;

/* The last round of the program before a day; NULL: none, or only skipped ones. */
const ees_round *eesi_chance_last(const eesi_chance_view *view, ees_date before);
/* Days from the program's last round, skipped or not, to the day; and whether the last four and the day lie at most 20
 * days apart. */
int eesi_chance_quiet_days(const eesi_chance_view *view, ees_date day, bool *in_rhythm);

/*
 * Was a candidate of the program invited from one day to another, both included?
 * @param submitted  the profile entered the pool as this day began; it is renewed every year.
 * @return 1, 0, or 1/2 when it stood at a cut-off without a published tie-break.
 */
double eesi_chance_came(const eesi_chance_view *view, ees_date from, ees_date to, int score, ees_date submitted);

/* The program's own rounds in a span, both days included. */
typedef struct eesi_chance_span {
    int rounds;
    int64_t invited;
    int reach; /* lowest cut-off of a round that the program's candidates took part in; INT_MAX: there was none */
} eesi_chance_span;
eesi_chance_span eesi_chance_look(const eesi_chance_view *view, ees_date from, ees_date to);

/* A span that began on `from`: how far below the last cut-off of then it reached, for each horizon. */
typedef struct eesi_chance_window {
    ees_date from;
    int reach[EES_CHANCE_HORIZONS]; /* lowest cut-off less the last one before `from`; INT_MAX: no round */
    eesi_chance_span span[EES_CHANCE_HORIZONS];
} eesi_chance_window;

/* Windows of a program, one a week from the day after its first round on. */
typedef struct eesi_chance_windows {
    size_t count;
    eesi_chance_window *windows; /* owned */
} eesi_chance_windows;

/* 0 or EES_ERR_NOMEM. free() the windows. O(weeks * rounds). */
int eesi_chance_windows_make(eesi_chance_windows *windows, const eesi_chance_view *view, ees_error *err) EES_MUST_CHECK;
/* How many of them were over, with this horizon, before a day: the first ones. */
size_t eesi_chance_windows_over(const eesi_chance_windows *windows, int horizon, ees_date before);
/* How often a score so many points above the last cut-off was invited in the first `count` windows; at the cut-off it
 * counts half, and so does one more window, of which nobody knows. */
double eesi_chance_empirical(const eesi_chance_windows *windows, size_t count, int horizon, int points);

#endif
