/* Reads the totals: estimates with their Monte Carlo standard errors. */
#include <math.h>
#include <string.h>

#include "sim/totals.h"

const double ees_estimate_levels[7] = {0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975};

static ees_estimate estimate_of(const eesi_hist *hist, eesi_hist_kind kind) {
    ees_estimate result = {.mean = NAN, .sd = NAN, .mean_se = NAN, .median_se = NAN};
    if (!hist)
        return result;
    result.count = hist->count;
    result.missing = hist->missing;
    if (hist->count == 0)
        return result;
    result.mean = eesi_hist_mean(hist);
    result.sd = eesi_hist_sd(hist);
    result.mean_se = eesi_hist_mean_se(hist);
    result.min = hist->min;
    result.max = hist->max;
    for (int i = 0; i < 7; i++)
        result.quantile[i] = eesi_hist_quantile(hist, kind, ees_estimate_levels[i]);
    result.median_se = eesi_hist_quantile_se(hist, kind, 0.5);
    return result;
}

int ees_totals_rounds(const ees_totals *totals, int scenario, int program) {
    return totals->scenario[scenario].program[program].rounds;
}

ees_estimate ees_totals_round(const ees_totals *totals, int scenario, int program, int round, ees_measure what) {
    const eesi_round_totals *slot = eesi_totals_find(totals, scenario, program, round);
    return estimate_of(slot ? &slot->measure[what] : NULL, eesi_measure_kinds[what]);
}

void ees_totals_cutoffs(const ees_totals *totals, int scenario, int program, int round,
                        uint64_t counts[EES_SCORE_COUNT]) {
    const eesi_round_totals *slot = eesi_totals_find(totals, scenario, program, round);
    for (int score = 0; score < EES_SCORE_COUNT; score++)
        counts[score] = slot ? eesi_hist_at(&slot->measure[EES_MEASURE_CUTOFF], score) : 0;
}

ees_estimate ees_totals_difference(const ees_totals *totals, int scenario, int program, int round, ees_measure what) {
    const eesi_round_totals *slot = eesi_totals_find(totals, scenario, program, round);
    return estimate_of(slot && what <= EES_MEASURE_INVITED ? &slot->difference[what] : NULL, EESI_HIST_DIFF);
}

ees_estimate ees_totals_stock(const ees_totals *totals, int scenario, int program, int round, int band) {
    const eesi_round_totals *slot = eesi_totals_find(totals, scenario, program, round);
    return estimate_of(slot && slot->stock ? &slot->stock[band] : NULL, EESI_HIST_COUNT);
}

ees_estimate ees_totals_overall(const ees_totals *totals, int scenario, int program, ees_overall what) {
    return estimate_of(&totals->scenario[scenario].program[program].overall[what], eesi_overall_kinds[what]);
}

ees_estimate ees_totals_overall_difference(const ees_totals *totals, int scenario, int program, ees_overall what) {
    return estimate_of(&totals->scenario[scenario].program[program].overall_difference[what], EESI_HIST_DIFF);
}

/* Steps of one day, added to the histogram of the lowest bar so far. */
static void take_step(const eesi_hist *step, uint64_t bars[EES_SCORE_COUNT]) {
    for (int page = 0; page < eesi_hist_pages(EESI_HIST_SCORE); page++) {
        if (!step->pages[page])
            continue;
        for (int i = 0, bar = page * EESI_HIST_PAGE; i < EESI_HIST_PAGE && bar < EES_SCORE_COUNT; i++, bar++)
            bars[bar] += step->pages[page][i];
    }
}

static void cumulate(const uint64_t bars[EES_SCORE_COUNT], uint64_t counts[EES_SCORE_COUNT]) {
    uint64_t below = 0;
    for (int score = 0; score < EES_SCORE_COUNT; score++)
        counts[score] = below += bars[score];
}

void ees_totals_chance(const ees_totals *totals, int scenario, int audience, int day,
                       uint64_t counts[EES_SCORE_COUNT]) {
    uint64_t bars[EES_SCORE_COUNT] = {0};
    for (int d = 0; d <= day; d++)
        take_step(&totals->scenario[scenario].chance[audience].step[d], bars);
    cumulate(bars, counts);
}

void ees_totals_chance_path(const ees_totals *totals, int scenario, int audience, int score, uint64_t *counts) {
    const eesi_hist *step = totals->scenario[scenario].chance[audience].step;
    uint64_t below = 0;
    for (int d = 0; d <= totals->layout.days; d++) {
        for (int page = 0; page <= score / EESI_HIST_PAGE; page++)
            for (int i = 0; step[d].pages[page] && i < EESI_HIST_PAGE && page * EESI_HIST_PAGE + i <= score; i++)
                below += step[d].pages[page][i];
        counts[d] = below;
    }
}

/* The standard error is largest where the chance is nearest to one half. */
static double worst_of(const ees_totals *totals, const eesi_hist *step) {
    uint64_t bars[EES_SCORE_COUNT] = {0};
    double n = (double)totals->replicates, worst = 0;
    for (int d = 0; d <= totals->layout.days; d++) {
        take_step(&step[d], bars);
        uint64_t below = 0;
        for (int score = 0; score < EES_SCORE_COUNT; score++) {
            below += bars[score];
            double p = (double)below / n;
            if (p * (1 - p) > worst)
                worst = p * (1 - p);
        }
    }
    return sqrt(worst / n);
}

double ees_totals_worst_se(const ees_totals *totals) {
    double worst = 0;
    if (totals->replicates == 0)
        return 1;
    for (int s = 0; s < totals->layout.scenarios; s++)
        for (int a = 0; a < totals->layout.audiences; a++) {
            double se = worst_of(totals, totals->scenario[s].chance[a].step);
            worst = se > worst ? se : worst;
        }
    return worst;
}
