#include "models/mixture.h"
#include "models/predictive.h"

#include <math.h>

#include "models/forecaster.h"

bool eesi_family_covers(const eesi_family *family, int program, ees_date date) {
    if (!(family->programs >> program & 1U))
        return false;
    return (family->from == EES_DATE_NONE || date >= family->from) &&
           (family->until == EES_DATE_NONE || date < family->until);
}

/* Steps from the middle of the grid. */
typedef struct place {
    int reference, spread;
} place;

static place place_of(int member) {
    return (place){member / EESI_MIXTURE_SPREADS - EESI_MIXTURE_REFERENCES / 2,
                   member % EESI_MIXTURE_SPREADS - EESI_MIXTURE_SPREADS / 2};
}

static double log_prior(int member) {
    place at = place_of(member);
    return -0.5 * (at.reference * at.reference + at.spread * at.spread);
}

static void restart(eesi_mixture *mixture) {
    const eesi_family *family = mixture->family;
    for (int i = 0; i < EESI_MIXTURE_SIZE; i++) {
        place at = place_of(i);
        mixture->log_weight[i] = log_prior(i);
        eesi_exposure_init(&mixture->member[i], &family->exposure,
                           family->reference + family->reference_step * at.reference,
                           family->spread * pow(family->spread_ratio, at.spread));
    }
}

void eesi_mixture_init(eesi_mixture *mixture, const eesi_family *family, int program) {
    mixture->family = family;
    mixture->program = program;
    mixture->next_round = mixture->next_snapshot = 0;
    restart(mixture);
}

static void advance(eesi_mixture *mixture, ees_date date) {
    for (int i = 0; i < EESI_MIXTURE_SIZE; i++)
        eesi_exposure_advance(&mixture->member[i], date);
}

/* Bayes: each member is weighted by the probability it gave to what happened. Forgetting keeps every member in reach.
 */
static void reweigh(eesi_mixture *mixture, double size, int cutoff) {
    double highest = -INFINITY;
    for (int i = 0; i < EESI_MIXTURE_SIZE; i++) {
        double p = eesi_exposure_probability(&mixture->member[i], size, cutoff);
        double memory = mixture->family->weight_memory;
        mixture->log_weight[i] =
            memory * mixture->log_weight[i] + (1.0 - memory) * log_prior(i) + log(fmax(p, EESI_PREDICTIVE_P_MIN));
        highest = fmax(highest, mixture->log_weight[i]);
    }
    for (int i = 0; i < EESI_MIXTURE_SIZE; i++)
        mixture->log_weight[i] -= highest;
}

/* Bring the mixture to the day of a round of its program. */
static void reach_day(eesi_mixture *mixture, ees_date date) {
    const eesi_exposure *first = &mixture->member[0];
    if (first->last_round != EES_DATE_NONE && date - first->last_round > mixture->family->restart_days)
        restart(mixture);
    advance(mixture, date);
}

double eesi_mixture_likelihood(eesi_mixture *mixture, const ees_round *round) {
    double sum = 0.0, weights = 0.0;
    reach_day(mixture, round->date);
    for (int i = 0; i < EESI_MIXTURE_SIZE; i++) {
        double weight = exp(mixture->log_weight[i]);
        weights += weight;
        sum += weight * eesi_exposure_probability(&mixture->member[i], (double)round->size, round->cutoff);
    }
    return sum / weights;
}

static void digest_own(eesi_mixture *mixture, const ees_round *round) {
    reach_day(mixture, round->date);
    double size = (double)round->size;
    if (mixture->member[0].rounds > 0)
        reweigh(mixture, size, round->cutoff);
    for (int i = 0; i < EESI_MIXTURE_SIZE; i++)
        eesi_exposure_assimilate(&mixture->member[i], size, round->cutoff);
}

static void digest_round(eesi_mixture *mixture, const ees_round *round) {
    const eesi_family *family = mixture->family;
    if (round->program < 0 || round->size <= 0)
        return;
    if (round->program == mixture->program && eesi_family_covers(family, round->program, round->date)) {
        digest_own(mixture, round);
        return;
    }
    double share = family->taken_share[round->program];
    bool in_time = (family->from == EES_DATE_NONE || round->date >= family->from);
    if (share <= 0.0 || !in_time || round->program == mixture->program)
        return;
    advance(mixture, round->date);
    for (int i = 0; i < EESI_MIXTURE_SIZE; i++)
        eesi_exposure_take_top(&mixture->member[i], round->cutoff, share);
}

static void observe(eesi_mixture *mixture, const ees_history *history) {
    const ees_snapshot *snapshot = &history->snapshots[mixture->next_snapshot++];
    for (int i = 0; i < EESI_MIXTURE_SIZE; i++)
        eesi_exposure_observe(&mixture->member[i], snapshot);
}

void eesi_mixture_look(eesi_mixture *mixture, const ees_history *history) {
    while (mixture->next_snapshot < history->snapshot_count &&
           history->snapshots[mixture->next_snapshot].first_round <= (int)mixture->next_round)
        observe(mixture, history);
}

void eesi_mixture_digest(eesi_mixture *mixture, const ees_history *history, bool leave_out) {
    const ees_round *round = &history->rounds[mixture->next_round];
    eesi_mixture_look(mixture, history); /* a pool of the same day was counted before the round */
    if (!leave_out)
        digest_round(mixture, round);
    mixture->next_round++;
}

int eesi_mixture_predict(eesi_mixture *mixture, const ees_question *question, ees_predictive *predictive,
                         ees_error *err) {
    if (question->size == EES_COUNT_NONE || question->size <= 0)
        return ees_error_set(err, EES_ERR_NOTFOUND, "this model needs the size of the round");
    while (mixture->next_snapshot < question->known.snapshot_count) /* with hindsight: the pool of the round itself */
        observe(mixture, question->history);
    reach_day(mixture, question->date);
    ees_predictive mixed = {{0}};
    for (int i = 0; i < EESI_MIXTURE_SIZE; i++) {
        ees_predictive part;
        double weight = exp(mixture->log_weight[i]);
        if (weight < 1e-4) /* of the heaviest, which has 1 */
            continue;
        eesi_exposure_predict(&mixture->member[i], (double)question->size, &part);
        for (int s = 0; s < EES_SCORE_COUNT; s++)
            mixed.p[s] += weight * part.p[s];
    }
    *predictive = mixed;
    return eesi_predictive_normalise(predictive, err);
}
