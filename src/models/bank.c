#include "models/bank.h"
#include "models/predictive.h"

#include <math.h>

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
    return (place){member / EESI_BANK_SPREADS - EESI_BANK_REFERENCES / 2,
                   member % EESI_BANK_SPREADS - EESI_BANK_SPREADS / 2};
}

static double log_prior(int member) {
    place at = place_of(member);
    return -0.5 * (at.reference * at.reference + at.spread * at.spread);
}

static void restart(eesi_bank *bank) {
    const eesi_family *family = bank->family;
    for (int i = 0; i < EESI_BANK_SIZE; i++) {
        place at = place_of(i);
        bank->log_weight[i] = log_prior(i);
        eesi_exposure_init(&bank->member[i], &family->exposure,
                           family->reference + family->reference_step * at.reference,
                           family->spread * pow(family->spread_ratio, at.spread));
    }
}

void eesi_bank_init(eesi_bank *bank, const eesi_family *family, int program) {
    bank->family = family;
    bank->program = program;
    bank->next_round = bank->next_snapshot = 0;
    restart(bank);
}

static void advance(eesi_bank *bank, ees_date date) {
    for (int i = 0; i < EESI_BANK_SIZE; i++)
        eesi_exposure_advance(&bank->member[i], date);
}

/* Bayes: each member is weighted by the probability it gave to what happened. Forgetting keeps every member in reach.
 */
static void reweigh(eesi_bank *bank, double size, int cutoff) {
    double highest = -INFINITY;
    for (int i = 0; i < EESI_BANK_SIZE; i++) {
        double p = eesi_exposure_probability(&bank->member[i], size, cutoff);
        double memory = bank->family->weight_memory;
        bank->log_weight[i] =
            memory * bank->log_weight[i] + (1.0 - memory) * log_prior(i) + log(fmax(p, EESI_PREDICTIVE_P_MIN));
        highest = fmax(highest, bank->log_weight[i]);
    }
    for (int i = 0; i < EESI_BANK_SIZE; i++)
        bank->log_weight[i] -= highest;
}

/* Bring the bank to the day of a round of its program. */
static void reach_day(eesi_bank *bank, ees_date date) {
    const eesi_exposure *first = &bank->member[0];
    if (first->last_round != EES_DATE_NONE && date - first->last_round > bank->family->restart_days)
        restart(bank);
    advance(bank, date);
}

double eesi_bank_foresaw(eesi_bank *bank, const ees_round *round) {
    double sum = 0.0, weights = 0.0;
    reach_day(bank, round->date);
    for (int i = 0; i < EESI_BANK_SIZE; i++) {
        double weight = exp(bank->log_weight[i]);
        weights += weight;
        sum += weight * eesi_exposure_probability(&bank->member[i], (double)round->size, round->cutoff);
    }
    return sum / weights;
}

static void digest_own(eesi_bank *bank, const ees_round *round) {
    reach_day(bank, round->date);
    double size = (double)round->size;
    if (bank->member[0].rounds > 0)
        reweigh(bank, size, round->cutoff);
    for (int i = 0; i < EESI_BANK_SIZE; i++)
        eesi_exposure_assimilate(&bank->member[i], size, round->cutoff);
}

static void digest_round(eesi_bank *bank, const ees_round *round) {
    const eesi_family *family = bank->family;
    if (round->program < 0 || round->size <= 0)
        return;
    if (round->program == bank->program && eesi_family_covers(family, round->program, round->date)) {
        digest_own(bank, round);
        return;
    }
    double share = family->skim[round->program];
    bool in_time = (family->from == EES_DATE_NONE || round->date >= family->from);
    if (share <= 0.0 || !in_time || round->program == bank->program)
        return;
    advance(bank, round->date);
    for (int i = 0; i < EESI_BANK_SIZE; i++)
        eesi_exposure_skim(&bank->member[i], round->cutoff, share);
}

static void observe(eesi_bank *bank, const ees_history *history) {
    const ees_snapshot *snapshot = &history->snapshots[bank->next_snapshot++];
    for (int i = 0; i < EESI_BANK_SIZE; i++)
        eesi_exposure_observe(&bank->member[i], snapshot);
}

void eesi_bank_look(eesi_bank *bank, const ees_history *history) {
    while (bank->next_snapshot < history->snapshot_count &&
           history->snapshots[bank->next_snapshot].first_round <= (int)bank->next_round)
        observe(bank, history);
}

void eesi_bank_digest(eesi_bank *bank, const ees_history *history, bool leave_out) {
    const ees_round *round = &history->rounds[bank->next_round];
    eesi_bank_look(bank, history); /* a pool of the same day was counted before the round */
    if (!leave_out)
        digest_round(bank, round);
    bank->next_round++;
}

int eesi_bank_predict(eesi_bank *bank, const ees_question *question, ees_predictive *predictive, ees_error *err) {
    if (question->size == EES_COUNT_NONE || question->size <= 0)
        return ees_error_set(err, EES_ERR_NOTFOUND, "this model needs the size of the round");
    while (bank->next_snapshot < question->known.snapshot_count) /* with hindsight: the pool of the round itself */
        observe(bank, question->history);
    reach_day(bank, question->date);
    ees_predictive mixed = {{0}};
    for (int i = 0; i < EESI_BANK_SIZE; i++) {
        ees_predictive part;
        double weight = exp(bank->log_weight[i]);
        if (weight < 1e-4) /* of the heaviest, which has 1 */
            continue;
        eesi_exposure_predict(&bank->member[i], (double)question->size, &part);
        for (int s = 0; s < EES_SCORE_COUNT; s++)
            mixed.p[s] += weight * part.p[s];
    }
    *predictive = mixed;
    return eesi_predictive_normalise(predictive, err);
}
