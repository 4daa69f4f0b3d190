#include "models/tie_age.h"

#include <math.h>

#include "base/stats.h"
#include "feed/tie_break.h"
#include "models/forecaster.h"

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
            return fmin(fmax(question->date - round->date, 1.0), EESI_AGE_COUNT - 1.0);
    }
    return EESI_AGE_COUNT - 1.0;
}

int eesi_tie_age(const ees_round *round) {
    const double days = eesi_tie_break_age_days(round);
    return days < 0.0 ? -1 : (int)fmin(floor(days), EESI_AGE_COUNT - 1.0);
}

size_t eesi_past_tie_ages(const ees_question *question, double *ages, size_t limit) {
    size_t count = 0;
    for (size_t i = question->known.round_count; i-- > 0 && count < limit;) {
        const ees_round *round = &question->history->rounds[i];
        const int age = round->program == question->program ? eesi_tie_age(round) : -1;
        if (age >= 0)
            ages[count++] = age;
    }
    return count;
}

static double usual_age(const ees_question *question) {
    double ages[RECENT] = {0};
    size_t count = eesi_past_tie_ages(question, ages, RECENT);
    double sum = mean_age_days * mean_age_rounds;
    for (size_t i = 0; i < count; i++)
        sum += ages[i];
    return fmax(sum / ((double)count + mean_age_rounds), 5.0);
}

int eesi_tie_break_ages(const ees_question *question, int cutoff, eesi_age_predictive *ages, ees_error *err) {
    if (question->program < 0 || cutoff < 0 || cutoff > EES_SCORE_MAX)
        return ees_error_set(err, EES_ERR_RANGE, "a tie-break needs a program and a cut-off of 0 to %d", EES_SCORE_MAX);
    double cleared = days_since_cleared(question, cutoff);
    double usual = usual_age(question);
    double norm = 1.0 - exp(-EESI_AGE_COUNT / usual);
    for (int a = 0; a < EESI_AGE_COUNT; a++) {
        double since = fmax(fmin(cleared - a, 1.0), 0.0) / cleared; /* part of this day after the clearing */
        double often = (exp(-a / usual) - exp(-(a + 1) / usual)) / norm;
        ages->p[a] = share_since_cleared * since + share_usual * often +
                     (1.0 - share_since_cleared - share_usual) / EESI_AGE_COUNT;
    }
    return 0;
}

int eesi_age_quantile(const eesi_age_predictive *ages, double probability) {
    double sum = 0.0;
    for (int a = 0; a < EESI_AGE_COUNT; a++) {
        sum += ages->p[a];
        if (sum >= probability)
            return a;
    }
    return EESI_AGE_COUNT - 1;
}

double eesi_age_crps(const eesi_age_predictive *ages, int observed) {
    int clipped = observed < 0 ? 0 : observed >= EESI_AGE_COUNT ? EESI_AGE_COUNT - 1 : observed;
    return eesi_crps(ages->p, EESI_AGE_COUNT, clipped);
}
