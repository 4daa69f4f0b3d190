#include <eesim/report.h>

#include <eesim/context.h>

#include <math.h>

#include <eesim/backtest.h>

#include "eval/chance_summary.h"
#include "report/svg.h"

enum { LEFT = 80, RIGHT = 690, TOP = 62, BOTTOM = 320 };

/* Scores that hold all but a two-thousandth of the probability, and some room. */
static ees_interval shown_scores(const ees_predictive *cutoff) {
    ees_interval shown = ees_predictive_interval(cutoff, 0.999);
    shown.low = shown.low > 3 ? shown.low - 3 : 0;
    shown.high = shown.high + 3 < EES_SCORE_MAX ? shown.high + 3 : EES_SCORE_MAX;
    return shown;
}

void ees_picture_cutoff(FILE *out, const ees_predictive *cutoff, const char *title) {
    ees_interval shown = shown_scores(cutoff), eighty = ees_predictive_interval(cutoff, 0.8);
    int median = ees_predictive_median(cutoff);
    double most = 0.0;
    char text[120], caption[120];
    for (int s = shown.low; s <= shown.high; s++)
        most = fmax(most, cutoff->p[s]);
    snprintf(text, sizeof text, "Median %d, 80 %% interval %d to %d.", median, eighty.low, eighty.high);
    snprintf(caption, sizeof caption, "Dark: the median, %d. Light: the 80 %% interval, %d to %d.", median, eighty.low,
             eighty.high);
    eesi_svg_begin(out, title, caption, text);
    eesi_plot plot = eesi_plot_make(out, LEFT, RIGHT, TOP, BOTTOM);
    eesi_plot_range(&plot, shown.low - 0.5, shown.high + 0.5, 0.0, 1.12 * most);
    eesi_plot_axes(&plot, "cut-off, CRS points", "probability", false, true);
    for (int s = shown.low; s <= shown.high; s++) {
        const char *colour = s == median ? EESI_MAIN : s >= eighty.low && s <= eighty.high ? EESI_LIGHT : EESI_PALE;
        if (cutoff->p[s] > 0.0)
            eesi_plot_bar(&plot, s, 0.86, 0.0, cutoff->p[s], colour);
    }
    eesi_svg_end(out);
}

/* Days and scores the history shows. */
typedef struct window {
    double first, last, low, high;
    int count;
} window;

static void widen(window *w, double day, double low, double high) {
    w->first = w->count ? fmin(w->first, day) : day;
    w->last = w->count ? fmax(w->last, day) : day;
    w->low = w->count ? fmin(w->low, low) : low;
    w->high = w->count ? fmax(w->high, high) : high;
    w->count++;
}

static ees_date newest_round(const ees_history *history, ees_known known, int program) {
    for (size_t i = known.round_count; i-- > 0;)
        if (history->rounds[i].program == program)
            return history->rounds[i].date;
    return EES_DATE_NONE;
}

static void put_forecast(const eesi_plot *plot, const ees_predictive *cutoff, ees_date date) {
    static const double levels[] = {0.95, 0.8, 0.5};
    static const char *const colours[] = {EESI_LIGHTER, EESI_LIGHT, EESI_MAIN};
    double width = 0.012 * (plot->x.high - plot->x.low);
    for (int l = 0; l < 3; l++) {
        ees_interval interval = ees_predictive_interval(cutoff, levels[l]);
        eesi_plot_bar(plot, date, width, interval.low - 0.5, interval.high + 0.5, colours[l]);
    }
    eesi_plot_dot(plot, date, ees_predictive_median(cutoff), 4.0, EESI_MARK);
}

void ees_picture_history(FILE *out, const ees_history *history, ees_known known, int program, ees_date from,
                         const ees_predictive *cutoff, ees_date date, const char *title) {
    window w = {0};
    ees_date newest = newest_round(history, known, program);
    if (from == EES_DATE_NONE && newest != EES_DATE_NONE)
        from = newest - 730;
    for (size_t i = 0; i < known.round_count; i++)
        if (history->rounds[i].program == program && history->rounds[i].date >= from)
            widen(&w, history->rounds[i].date, history->rounds[i].cutoff, history->rounds[i].cutoff);
    if (cutoff) {
        ees_interval wide = ees_predictive_interval(cutoff, 0.95);
        widen(&w, date, wide.low, wide.high);
    }
    double margin = fmax(5.0, 0.06 * (w.high - w.low)), days = fmax(14.0, 0.03 * (w.last - w.first));
    eesi_svg_begin(out, title,
                   cutoff ? "Dots: published. Bar: the forecast, its median and its 50, 80 and 95 % intervals."
                          : "Dots: published.",
                   "Published cut-offs over time, and the forecast with its 50, 80 and 95 % intervals.");
    eesi_plot plot = eesi_plot_make(out, LEFT, RIGHT, TOP, BOTTOM);
    eesi_plot_range(&plot, w.first - days, w.last + days, w.low - margin, w.high + margin);
    eesi_plot_axes(&plot, "day of the round", "cut-off, CRS points", true, false);
    double last_day = 0.0, last_score = -1.0;
    for (size_t i = 0; i < known.round_count; i++) {
        const ees_round *round = &history->rounds[i];
        if (round->program != program || round->date < from)
            continue;
        if (last_score >= 0.0)
            eesi_plot_line(&plot, last_day, last_score, round->date, round->cutoff, EESI_PALE, 1.5, false);
        last_day = round->date;
        last_score = round->cutoff;
    }
    for (size_t i = 0; i < known.round_count; i++)
        if (history->rounds[i].program == program && history->rounds[i].date >= from)
            eesi_plot_dot(&plot, history->rounds[i].date, history->rounds[i].cutoff, 3.0, EESI_INK);
    if (cutoff)
        put_forecast(&plot, cutoff, date);
    eesi_svg_end(out);
}

void ees_picture_above(FILE *out, const ees_prediction *prediction, const char *title) {
    ees_interval shown = prediction->has_cutoff ? shown_scores(&prediction->cutoff) : (ees_interval){450, 550};
    shown.low = shown.low > 10 ? shown.low - 10 : 0;
    shown.high = shown.high + 10 < EES_SCORE_MAX ? shown.high + 10 : EES_SCORE_MAX;
    double most = 0.0;
    for (int s = shown.low; s <= shown.high; s++)
        for (int l = 1; l < 3; l++)
            most = isnan(prediction->above[l][s]) ? most : fmax(most, prediction->above[l][s]);
    eesi_svg_begin(out, title, "Line: the median. Bars: 80 % intervals.",
                   "Candidates at or above each score: the median as a line, 80 % intervals as bars.");
    eesi_plot plot = eesi_plot_make(out, LEFT, RIGHT, TOP, BOTTOM);
    eesi_plot_range(&plot, shown.low - 0.5, shown.high + 0.5, 0.0, fmax(1.0, 1.05 * most));
    eesi_plot_axes(&plot, "CRS score", "eligible candidates at or above", false, false);
    for (int s = shown.low; s <= shown.high; s++)
        if (!isnan(prediction->above[0][s]) && !isnan(prediction->above[2][s]))
            eesi_plot_bar(&plot, s, 0.6, prediction->above[0][s], prediction->above[2][s], EESI_LIGHT);
    for (int s = shown.low; s < shown.high; s++)
        if (!isnan(prediction->above[1][s]) && !isnan(prediction->above[1][s + 1]))
            eesi_plot_line(&plot, s, prediction->above[1][s], s + 1, prediction->above[1][s + 1], EESI_MAIN, 2.0,
                           false);
    if (prediction->has_cutoff && (double)prediction->size < plot.y.high) {
        eesi_plot_line(&plot, shown.low, (double)prediction->size, shown.high, (double)prediction->size, EESI_MARK, 1.5,
                       true);
        eesi_plot_note(&plot, shown.high, (double)prediction->size + 0.02 * plot.y.high, "end", "size of the round");
    }
    eesi_svg_end(out);
}

static void put_pit(FILE *out, const ees_score_summary *summary) {
    double most = 0.25;
    for (int i = 0; i < EES_PIT_BINS; i++)
        most = fmax(most, 1.1 * summary->pit[i]);
    eesi_plot plot = eesi_plot_make(out, LEFT, 400, TOP, BOTTOM);
    eesi_plot_range(&plot, 0.0, 1.0, 0.0, most);
    eesi_plot_axes(&plot, "probability given to lower cut-offs", "share of rounds", false, true);
    for (int i = 0; i < EES_PIT_BINS; i++)
        eesi_plot_bar(&plot, (i + 0.5) / EES_PIT_BINS, 0.9 / EES_PIT_BINS, 0.0, summary->pit[i], EESI_LIGHT);
    eesi_plot_line(&plot, 0.0, 1.0 / EES_PIT_BINS, 1.0, 1.0 / EES_PIT_BINS, EESI_MARK, 1.5, true);
}

/* Two standard errors of a share of `count` rounds, were the level true. */
static double band(double level, size_t count) {
    return 2.0 * sqrt(level * (1.0 - level) / (double)count);
}

static void put_coverage(FILE *out, const ees_score_summary *summary) {
    eesi_plot plot = eesi_plot_make(out, 480, RIGHT, TOP, BOTTOM);
    eesi_plot_range(&plot, 0.4, 1.0, 0.0, 1.0);
    eesi_plot_axes(&plot, "level of the interval", "share of rounds inside", false, true);
    eesi_plot_line(&plot, 0.4, 0.4, 1.0, 1.0, EESI_MARK, 1.5, true);
    for (int l = 0; l < EES_LEVELS; l++) {
        double level = ees_levels[l], half = band(level, summary->count);
        eesi_plot_bar(&plot, level, 0.02, fmax(0.0, level - half), fmin(1.0, level + half), EESI_LIGHTER);
        eesi_plot_dot(&plot, level, summary->pit_coverage[l], 5.0, EESI_MAIN);
    }
}

void ees_picture_calibration(FILE *out, const ees_score_summary *summary, const char *title) {
    char text[200], caption[120];
    snprintf(
        text, sizeof text,
        "%zu rounds. Left: shares of outcomes in each tenth of the forecast, even when forecasts are honest. Right: "
        "shares inside central intervals, on the line when they are honest.",
        summary->count);
    snprintf(caption, sizeof caption,
             "%zu rounds. Dashed: were the forecasts honest. Light bars on the right: two standard errors of it.",
             summary->count);
    eesi_svg_begin(out, title, caption, text);
    if (summary->count > 0) {
        put_pit(out, summary);
        put_coverage(out, summary);
    }
    eesi_svg_end(out);
}

/* One horizon: dots on the dashed line are honest. A dot grows with the share of forecasts in its class. */
static void put_reliability(FILE *out, int horizon, const eesi_chance_summary *of) {
    enum { PANEL = 124, WIDTH = 78 };
    char label[32];
    const double left = LEFT + (double)horizon * PANEL;
    snprintf(label, sizeof label, "%d days", ees_chance_horizons[horizon]);
    eesi_plot plot = eesi_plot_make(out, left, left + WIDTH, TOP, BOTTOM);
    eesi_plot_range(&plot, 0.0, 1.0, 0.0, 1.0);
    eesi_plot_axes(&plot, label, horizon == 0 ? "share invited" : "", false, true);
    eesi_plot_line(&plot, 0.0, 0.0, 1.0, 1.0, EESI_MARK, 1.5, true);
    for (int c = 0; c < EESI_CHANCE_CLASSES; c++) {
        const double x = of->value.class_forecast[c], y = of->value.class_came[c], se = of->error.class_gap[c];
        if (of->class_count[c] == 0)
            continue;
        if (isfinite(se))
            eesi_plot_line(&plot, x, fmax(0.0, y - 2 * se), x, fmin(1.0, y + 2 * se), EESI_LIGHT, 2.0, false);
        eesi_plot_dot(&plot, x, y, 2.0 + 6.0 * sqrt((double)of->class_count[c] / (double)of->count), EESI_MAIN);
    }
}

int ees_picture_reliability(FILE *out, const ees_backtest *backtest, const char *title, ees_error *err) {
    if (!backtest->chances)
        return ees_error_set(err, EES_ERR_RANGE, "this picture is one of a backtest of chances");
    int rc = EES_OK;
    eesi_svg_begin(out, title,
                   "Dots: classes of chances. Bars: two standard errors, by blocks of time. Dashed: honest.",
                   "Share invited beside the chance given, in ten classes, a panel a horizon.");
    for (int h = 0; rc == EES_OK && h < EES_CHANCE_HORIZONS; h++) {
        const eesi_chance_group group = {.kind = EESI_CHANCE_ALL, .era = -1, .horizon = h};
        eesi_chance_summary summary;
        rc = eesi_chance_summarise(backtest, &group, &summary, err);
        if (rc == EES_OK && summary.count > 0)
            put_reliability(out, h, &summary);
    }
    eesi_svg_end(out);
    return rc;
}
