/* Reads the totals: estimates with their Monte Carlo standard errors. */
#include <math.h>
#include <string.h>

#include "run/totals.h"

const double ees_estimate_levels[7] = {0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975};

/* Which histogram of some totals. */
typedef enum hist_group { OF_ROUND, OF_DIFFERENCE, OF_STOCK, OF_PROGRAM, OF_PROGRAM_DIFFERENCE } hist_group;

typedef struct hist_place {
    hist_group group;
    int scenario, program, round;
    int which; /* measure, overall or band */
    eesi_hist_kind kind;
} hist_place;

static const eesi_hist *find_hist(const ees_totals *totals, const hist_place *at) {
    const eesi_program_totals *program = &totals->scenario[at->scenario].program[at->program];
    if (at->group == OF_PROGRAM)
        return &program->overall[at->which];
    if (at->group == OF_PROGRAM_DIFFERENCE)
        return &program->overall_difference[at->which];
    const eesi_round_totals *slot = eesi_totals_find(totals, at->scenario, at->program, at->round);
    if (!slot)
        return NULL;
    if (at->group == OF_ROUND)
        return &slot->measure[at->which];
    if (at->group == OF_DIFFERENCE)
        return at->which <= EES_MEASURE_INVITED ? &slot->difference[at->which] : NULL;
    return slot->stock ? &slot->stock[at->which] : NULL;
}

/* Standard error of a mean of independent values. */
static double spread_of_parts(const double *values, int count) {
    double mean = 0, squares = 0;
    for (int j = 0; j < count; j++)
        mean += values[j] / count;
    for (int j = 0; j < count; j++)
        squares += (values[j] - mean) * (values[j] - mean);
    return count > 1 ? sqrt(squares / (count - 1) / count) : NAN;
}

/* Randomisations are independent, replicates within one are not. One without the number shows nothing. */
static void estimate_by_parts(const ees_totals *totals, const hist_place *at, ees_estimate *result) {
    double mean[EESI_RANDOMISATIONS_MAX], median[EESI_RANDOMISATIONS_MAX];
    int count = 0;
    for (int j = 0; j < totals->layout.randomisations; j++) {
        const eesi_hist *hist = find_hist(totals->part[j], at);
        if (!hist || hist->count == 0)
            continue;
        mean[count] = eesi_hist_mean(hist);
        median[count++] = eesi_hist_quantile(hist, at->kind, 0.5);
    }
    result->mean_se = spread_of_parts(mean, count);
    result->median_se = spread_of_parts(median, count);
}

static ees_estimate estimate_of(const ees_totals *totals, hist_place at) {
    const eesi_hist *hist = find_hist(totals, &at);
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
        result.quantile[i] = eesi_hist_quantile(hist, at.kind, ees_estimate_levels[i]);
    result.median_se = eesi_hist_quantile_se(hist, at.kind, 0.5);
    if (totals->part)
        estimate_by_parts(totals, &at, &result);
    return result;
}

int ees_totals_rounds(const ees_totals *totals, int scenario, int program) {
    return totals->scenario[scenario].program[program].rounds;
}

ees_estimate ees_totals_round(const ees_totals *totals, int scenario, int program, int round, ees_measure what) {
    return estimate_of(totals, (hist_place){OF_ROUND, scenario, program, round, (int)what, eesi_measure_kinds[what]});
}

ees_estimate ees_totals_difference(const ees_totals *totals, int scenario, int program, int round, ees_measure what) {
    return estimate_of(totals, (hist_place){OF_DIFFERENCE, scenario, program, round, (int)what, EESI_HIST_DIFF});
}

ees_estimate ees_totals_stock(const ees_totals *totals, int scenario, int program, int round, int band) {
    return estimate_of(totals, (hist_place){OF_STOCK, scenario, program, round, band, EESI_HIST_COUNT});
}

ees_estimate eesi_totals_overall(const ees_totals *totals, int scenario, int program, ees_overall what) {
    return estimate_of(totals, (hist_place){OF_PROGRAM, scenario, program, 0, (int)what, eesi_overall_kinds[what]});
}

ees_estimate ees_totals_overall_difference(const ees_totals *totals, int scenario, int program, ees_overall what) {
    return estimate_of(totals, (hist_place){OF_PROGRAM_DIFFERENCE, scenario, program, 0, (int)what, EESI_HIST_DIFF});
}

/* Whole pages of bins for the scores there are. */
enum { BARS = (EES_SCORE_COUNT + EESI_HIST_PAGE - 1) / EESI_HIST_PAGE * EESI_HIST_PAGE };

/* Steps of one day, added to the histogram of the lowest bar so far. */
static void take_step(const eesi_hist *step, uint64_t bars[BARS]) {
    for (int page = 0; page < BARS / EESI_HIST_PAGE; page++)
        eesi_hist_add_page(step, page, bars + (size_t)page * EESI_HIST_PAGE);
}

static void cumulate(const uint64_t bars[BARS], uint64_t counts[EES_SCORE_COUNT]) {
    uint64_t below = 0;
    for (int score = 0; score < EES_SCORE_COUNT; score++)
        counts[score] = below += bars[score];
}

void eesi_totals_chance(const ees_totals *totals, int scenario, int audience, int day,
                        uint64_t counts[EES_SCORE_COUNT]) {
    uint64_t bars[BARS] = {0};
    for (int d = 0; d <= day; d++)
        take_step(&totals->scenario[scenario].chance[audience].step[d], bars);
    cumulate(bars, counts);
}

/* Sums over randomisations of each chance and its square. */
typedef struct chance_sums {
    double sum[EES_SCORE_COUNT], squares[EES_SCORE_COUNT];
} chance_sums;

static void add_chances(const ees_totals *part, const uint64_t *counts, chance_sums *sums) {
    for (int score = 0; score < EES_SCORE_COUNT; score++) {
        const double p = (double)counts[score] / (double)part->replicates;
        sums->sum[score] += p;
        sums->squares[score] += p * p;
    }
}

static double error_of(const chance_sums *sums, int score, int parts) {
    const double mean = sums->sum[score] / parts, variance = sums->squares[score] / parts - mean * mean;
    return parts > 1 && variance > 0 ? sqrt(variance / (parts - 1)) : 0;
}

void eesi_totals_chance_se(const ees_totals *totals, int scenario, int audience, int day, double se[EES_SCORE_COUNT]) {
    uint64_t counts[EES_SCORE_COUNT];
    chance_sums sums = {{0}, {0}};
    int parts = 0;
    for (int j = 0; totals->part && j < totals->layout.randomisations; j++) {
        const ees_totals *part = totals->part[j];
        if (part->replicates == 0)
            continue;
        eesi_totals_chance(part, scenario, audience, day, counts);
        add_chances(part, counts, &sums);
        parts++;
    }
    if (!totals->part)
        eesi_totals_chance(totals, scenario, audience, day, counts);
    for (int score = 0; score < EES_SCORE_COUNT; score++) {
        const double p = totals->part ? 0 : (double)counts[score] / (double)totals->replicates;
        se[score] = totals->part ? error_of(&sums, score, parts) : sqrt(p * (1 - p) / (double)totals->replicates);
    }
}

/* The standard error is largest where the chance is nearest to one half. */
static double worst_binomial(const ees_totals *totals, const eesi_hist *step) {
    uint64_t bars[BARS] = {0};
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

/* Only the days on which a chance changes have to be looked at. */
static double worst_by_parts(const ees_totals *totals, int s, int a) {
    double worst = 0, se[EES_SCORE_COUNT];
    for (int d = 0; d <= totals->layout.days; d++) {
        if (!eesi_hist_any(&totals->scenario[s].chance[a].step[d]))
            continue;
        eesi_totals_chance_se(totals, s, a, d, se);
        for (int score = 0; score < EES_SCORE_COUNT; score++)
            worst = se[score] > worst ? se[score] : worst;
    }
    return worst;
}

double eesi_totals_worst_se(const ees_totals *totals) {
    double worst = 0;
    if (totals->replicates == 0)
        return 1;
    for (int s = 0; s < totals->layout.scenarios; s++)
        for (int a = 0; a < totals->layout.audiences; a++) {
            double se = totals->part ? worst_by_parts(totals, s, a)
                                     : worst_binomial(totals, totals->scenario[s].chance[a].step);
            worst = se > worst ? se : worst;
        }
    return worst;
}
