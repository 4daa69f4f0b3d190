#include <eesim/tie_age.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "feed/tie_break.h"
#include "models/series.h"

/* Shares of the three kinds and what stands for the program's mean age before it is known. Chosen on rounds up to 359;
 * the score changes by less than a day for shares a tenth away. */
static const double share_since_cleared = 0.4, share_usual = 0.3;
static const double mean_age_days = 100.0, mean_age_rounds = 5.0;
enum { RECENT = 40 };

static bool same_people(const ees_question *question, int program) {
    return program == question->program ||
           (program >= 0 && question->programs->programs[program].kind == EES_KIND_GENERAL);
}

/* Days since everybody eligible at this score was last invited; a year when that is not known. */
static double days_since_cleared(const ees_question *question, int cutoff) {
    for (size_t i = question->known.round_count; i-- > 0;) {
        const ees_round *round = &question->history->rounds[i];
        if (same_people(question, round->program) && round->cutoff < cutoff)
            return fmin(fmax(question->date - round->date, 1.0), EES_AGE_COUNT - 1.0);
    }
    return EES_AGE_COUNT - 1.0;
}

/* Whole days between tie-break and round, or -1 when no tie-break can be read. */
static int age_days(const ees_round *round) {
    const double days = eesi_tie_break_age_days(round);
    return days < 0.0 ? -1 : (int)fmin(floor(days), EES_AGE_COUNT - 1.0);
}

/* Ages of the program's most recent tie-breaks, latest first. */
static size_t past_ages(const ees_question *question, int *ages, size_t limit) {
    size_t count = 0;
    for (size_t i = question->known.round_count; i-- > 0 && count < limit;) {
        const ees_round *round = &question->history->rounds[i];
        int age = round->program == question->program ? age_days(round) : -1;
        if (age >= 0)
            ages[count++] = age;
    }
    return count;
}

static double usual_age(const ees_question *question) {
    int ages[RECENT] = {0};
    size_t count = past_ages(question, ages, RECENT);
    double sum = mean_age_days * mean_age_rounds;
    for (size_t i = 0; i < count; i++)
        sum += ages[i];
    return fmax(sum / ((double)count + mean_age_rounds), 5.0);
}

int ees_tie_break_ages(const ees_question *question, int cutoff, ees_age_predictive *ages, ees_error *err) {
    if (question->program < 0 || cutoff < 0 || cutoff > EES_SCORE_MAX)
        return ees_error_set(err, EES_ERR_RANGE, "a tie-break needs a program and a cut-off of 0 to %d", EES_SCORE_MAX);
    double cleared = days_since_cleared(question, cutoff);
    double usual = usual_age(question);
    double norm = 1.0 - exp(-EES_AGE_COUNT / usual);
    for (int a = 0; a < EES_AGE_COUNT; a++) {
        double since = fmax(fmin(cleared - a, 1.0), 0.0) / cleared; /* part of this day after the clearing */
        double often = (exp(-a / usual) - exp(-(a + 1) / usual)) / norm;
        ages->p[a] = share_since_cleared * since + share_usual * often +
                     (1.0 - share_since_cleared - share_usual) / EES_AGE_COUNT;
    }
    return 0;
}

int ees_age_quantile(const ees_age_predictive *ages, double probability) {
    double sum = 0.0;
    for (int a = 0; a < EES_AGE_COUNT; a++) {
        sum += ages->p[a];
        if (sum >= probability)
            return a;
    }
    return EES_AGE_COUNT - 1;
}

double ees_age_crps(const ees_age_predictive *ages, int observed) {
    int clipped = observed < 0 ? 0 : observed >= EES_AGE_COUNT ? EES_AGE_COUNT - 1 : observed;
    double sum = 0.0, crps = 0.0;
    for (int a = 0; a < EES_AGE_COUNT - 1; a++) {
        sum += ages->p[a];
        double gap = sum - (clipped <= a ? 1.0 : 0.0);
        crps += gap * gap;
    }
    return crps;
}

static int ascending(const void *a, const void *b) {
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

static double median_of(int *ages, size_t count) {
    if (count == 0)
        return NAN;
    qsort(ages, count, sizeof *ages, ascending);
    size_t middle = count / 2;
    return count % 2 ? ages[middle] : 0.5 * (ages[middle - 1] + ages[middle]);
}

static int score_round(const ees_question *question, int position, int *scratch, ees_tie_break_row *row,
                       ees_error *err) {
    const ees_round *round = &question->history->rounds[position];
    ees_age_predictive ages = {{0}};
    int status = ees_tie_break_ages(question, round->cutoff, &ages, err);
    if (status != 0)
        return status;
    row->round = position;
    row->observed = age_days(round);
    row->median = ees_age_quantile(&ages, 0.5);
    row->low = ees_age_quantile(&ages, 0.1);
    row->high = ees_age_quantile(&ages, 0.9);
    row->crps = ees_age_crps(&ages, row->observed);
    row->rival = median_of(scratch, past_ages(question, scratch, question->known.round_count));
    row->rival_crps = fabs(row->rival - row->observed);
    return 0;
}

static int score_rounds(ees_tie_break_row *rows, size_t *count, int *scratch, const ees_history *history,
                        const ees_programs *programs, const ees_backtest_options *options, ees_error *err) {
    for (size_t i = 0; i < history->round_count; i++) {
        const ees_round *round = &history->rounds[i];
        if (!eesi_backtest_selects(options, round, (int)i) || age_days(round) < 0)
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

int ees_tie_break_backtest(ees_tie_break_row **rows, size_t *count, const ees_history *history,
                           const ees_programs *programs, const ees_backtest_options *options, ees_error *err) {
    int *scratch = calloc(history->round_count + 1, sizeof *scratch);
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
