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

/* Chances of one group of members on a day on which groups are compared; false: nobody is in it. */
static bool chances_of_group(const eesi_hist *member, double p[EES_SCORE_COUNT]) {
    uint64_t bars[BARS] = {0}, counts[EES_SCORE_COUNT], all = 0;
    take_step(member, bars);
    for (int i = 0; i < BARS; i++)
        all += bars[i];
    cumulate(bars, counts);
    for (int score = 0; score < EES_SCORE_COUNT; score++)
        p[score] = (double)counts[score] / (double)(all > 0 ? all : 1);
    return all > 0;
}

/*
 * Halves of a set differ by the draw of its members. Sets differ by that, by what their filters drew for all members
 * together, and by their parameters, which no seed changes. So the truth lies between what the one and the other shows,
 * and their mean is taken.
 */
static void effects_on(const ees_totals *totals, const eesi_hist *member, double effect[EES_SCORE_COUNT]) {
    enum { NEAR = 3 }; /* scores on either side that are looked at together */
    enum { SETS = EESI_MEMBER_GROUPS / 2 };
    double p[2][EES_SCORE_COUNT], mean[EES_SCORE_COUNT] = {0}, squares[EES_SCORE_COUNT] = {0};
    double apart[EES_SCORE_COUNT] = {0}, seen[EES_SCORE_COUNT], expected[EES_SCORE_COUNT];
    for (int score = 0; score < EES_SCORE_COUNT; score++)
        effect[score] = 1;
    for (int k = 0; k < SETS; k++) {
        if (!chances_of_group(&member[k], p[0]) || !chances_of_group(&member[k + SETS], p[1]))
            return;
        for (int score = 0; score < EES_SCORE_COUNT; score++) {
            const double set = 0.5 * (p[0][score] + p[1][score]), half = 0.5 * (p[0][score] - p[1][score]);
            mean[score] += set / SETS;
            squares[score] += set * set / SETS;
            apart[score] += half * half / SETS;
        }
    }
    for (int score = 0; score < EES_SCORE_COUNT; score++) {
        const double m = mean[score], sets = (squares[score] - m * m) / (SETS - 1), halves = apart[score] / SETS;
        seen[score] = 0.5 * (sets + halves);
        expected[score] = m * (1 - m) / (double)totals->replicates;
    }
    for (int score = 0; score < EES_SCORE_COUNT; score++) {
        double sum = 0, independent = 0;
        for (int near = score - NEAR; near <= score + NEAR; near++) {
            sum += near >= 0 && near < EES_SCORE_COUNT ? seen[near] : 0;
            independent += near >= 0 && near < EES_SCORE_COUNT ? expected[near] : 0;
        }
        effect[score] = independent > 0 ? fmax(1, sum / independent) : 1;
    }
}

static int compared_on(const ees_totals *totals, int day) {
    int c = 0;
    while (c < EESI_MEMBER_DAYS - 1 && eesi_member_day(totals->layout.days, c) < day)
        c++;
    return c;
}

void eesi_totals_design(const ees_totals *totals, int scenario, int audience, eesi_design *design) {
    const eesi_hist *member = totals->scenario[scenario].chance[audience].member;
    for (int c = 0; c < EESI_MEMBER_DAYS; c++)
        effects_on(totals, member + (size_t)c * EESI_MEMBER_GROUPS, design->effect[c]);
}

double eesi_totals_design_effect(const ees_totals *totals, int scenario, int audience, int day, int score) {
    const eesi_hist *member = totals->scenario[scenario].chance[audience].member;
    double effect[EES_SCORE_COUNT];
    effects_on(totals, member + (size_t)compared_on(totals, day) * EESI_MEMBER_GROUPS, effect);
    return effect[score];
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

void eesi_totals_chance_se(const ees_totals *totals, int scenario, int audience, int day, const eesi_design *design,
                           double se[EES_SCORE_COUNT]) {
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
    eesi_totals_chance(totals, scenario, audience, day, counts);
    const double *effect = design->effect[compared_on(totals, day)];
    for (int score = 0; score < EES_SCORE_COUNT; score++) {
        const double p = (double)counts[score] / (double)totals->replicates;
        const double binomial = sqrt(p * (1 - p) / (double)totals->replicates),
                     members = binomial * sqrt(effect[score]);
        se[score] = totals->part ? fmax(error_of(&sums, score, parts), effect[score] > 1 ? members : 0) : members;
    }
}

/* Only the days on which a chance changes have to be looked at. */
static double worst_of(const ees_totals *totals, int s, int a, const eesi_design *design) {
    double worst = 0, se[EES_SCORE_COUNT];
    for (int d = 0; d <= totals->layout.days; d++) {
        if (!eesi_hist_any(&totals->scenario[s].chance[a].step[d]))
            continue;
        eesi_totals_chance_se(totals, s, a, d, design, se);
        for (int score = 0; score < EES_SCORE_COUNT; score++)
            worst = se[score] > worst ? se[score] : worst;
    }
    return worst;
}

static double worst_of_all(const ees_totals *totals, bool members) {
    eesi_design design;
    double worst = 0;
    for (int c = 0; c < EESI_MEMBER_DAYS; c++)
        for (int score = 0; score < EES_SCORE_COUNT; score++)
            design.effect[c][score] = 1;
    for (int s = 0; s < totals->layout.scenarios && totals->replicates > 0; s++)
        for (int a = 0; a < totals->layout.audiences; a++) {
            if (members)
                eesi_totals_design(totals, s, a, &design);
            const double se = worst_of(totals, s, a, &design);
            worst = se > worst ? se : worst;
        }
    return totals->replicates > 0 ? worst : 1;
}

double eesi_totals_worst_se(const ees_totals *totals) {
    return worst_of_all(totals, true);
}

double eesi_totals_replicates_se(const ees_totals *totals) {
    return worst_of_all(totals, false);
}
