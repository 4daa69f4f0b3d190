#include "filter/exposure.h"

#include <math.h>
#include <string.h>

static const double residual_limit = 1.2; /* a larger one, log, counts as this: a change of policy, not of arrivals */
static const double usual_gap_days = 14.0;
static const double nobody = 1e-9; /* candidates; keeps logs finite where a tail is empty */

void eesi_exposure_init(eesi_exposure *state, const eesi_exposure_params *params, double reference, double spread) {
    memset(state, 0, sizeof *state);
    state->params = params;
    state->date = state->last_round = EES_DATE_NONE;
    state->level = params->first_level;
    state->level_variance = params->first_level_sd * params->first_level_sd;
    state->scale_dof = params->scale_dof;
    state->scale_squares = params->scale_dof * params->scale * params->scale;
    for (int i = 0; i < EESI_EXPOSURE_CELLS; i++) {
        double above = fmax(i + EESI_EXPOSURE_LOW - reference, 0.0) / spread;
        state->shape[i] = exp(-0.5 * above * above);
        state->days[i] = params->first_days;
    }
}

void eesi_exposure_advance(eesi_exposure *state, ees_date date) {
    double loss = state->params->loss_per_day;
    if (state->date == EES_DATE_NONE)
        state->date = date;
    if (date <= state->date)
        return;
    double kept = exp(-loss * (date - state->date));
    double gained = (1.0 - kept) / loss;
    for (int i = 0; i < EESI_EXPOSURE_CELLS; i++)
        state->days[i] = state->days[i] * kept + gained;
    state->date = date;
}

static int cell_of(int score) {
    int cell = score - EESI_EXPOSURE_LOW;
    return cell < 0 ? 0 : cell >= EESI_EXPOSURE_CELLS ? EESI_EXPOSURE_CELLS - 1 : cell;
}

/* Half of those at the cut-off itself were early enough to be invited. */
void eesi_exposure_skim(eesi_exposure *state, int cutoff, double share) {
    int cell = cell_of(cutoff);
    state->days[cell] *= 1.0 - 0.5 * share;
    for (int i = cell + 1; i < EESI_EXPOSURE_CELLS; i++)
        state->days[i] *= 1.0 - share;
}

static double gap_factor(const eesi_exposure *state) {
    if (state->last_round == EES_DATE_NONE || state->date - state->last_round <= usual_gap_days)
        return 1.0;
    return 1.0 + state->params->gap_widening * log((state->date - state->last_round) / usual_gap_days);
}

static double predictive_scale(const eesi_exposure *state, double size) {
    double residual = state->scale_squares / state->scale_dof * gap_factor(state);
    return sqrt(residual + state->level_variance + 1.0 / size);
}

/* Distribution function of Student's t with 3 degrees of freedom. */
static double student3_below(double x) {
    double u = x / sqrt(3.0);
    return 0.5 + M_1_PI * (u / (1.0 + u * u) + atan(u));
}

/* P(cut-off >= the score whose tail sum this is). */
static double reach(const eesi_exposure *state, double tail, double log_size, double scale) {
    return student3_below((state->level + log(tail + nobody) - log_size) / scale);
}

void eesi_exposure_predict(const eesi_exposure *state, double size, ees_predictive *predictive) {
    double scale = predictive_scale(state, size), log_size = log(size);
    double tail = 0.0, above = 0.0;
    memset(predictive, 0, sizeof *predictive);
    for (int i = EESI_EXPOSURE_CELLS - 1; i >= 0; i--) {
        tail += state->shape[i] * state->days[i];
        double here = i > 0 ? reach(state, tail, log_size, scale) : 1.0;
        predictive->p[i + EESI_EXPOSURE_LOW] = fmax(here - above, 0.0);
        above = fmax(here, above);
    }
}

static double tail_above(const eesi_exposure *state, int cell) {
    double tail = 0.0;
    for (int i = EESI_EXPOSURE_CELLS - 1; i > cell; i--)
        tail += state->shape[i] * state->days[i];
    return tail;
}

double eesi_exposure_probability(const eesi_exposure *state, double size, int cutoff) {
    double scale = predictive_scale(state, size), log_size = log(size);
    int cell = cell_of(cutoff);
    double above = tail_above(state, cell);
    double here = above + state->shape[cell] * state->days[cell];
    return fmax(reach(state, here, log_size, scale) - reach(state, above, log_size, scale), 0.0);
}

/* The residual variance keeps a memory of some rounds and always its prior; a wild round counts as three scales. */
static void learn_scale(eesi_exposure *state, double residual, double size) {
    const eesi_exposure_params *params = state->params;
    double memory = params->scale_memory;
    double prior = params->scale_dof * params->scale * params->scale;
    double bounded = fmin(fabs(residual), 3.0 * predictive_scale(state, size));
    double squared = bounded * bounded;
    double excess = fmax(squared - state->level_variance - 1.0 / size, 0.1 * squared) / gap_factor(state);
    state->scale_dof = memory * state->scale_dof + (1.0 - memory) * params->scale_dof + 1.0;
    state->scale_squares = memory * state->scale_squares + (1.0 - memory) * prior + excess;
}

void eesi_exposure_assimilate(eesi_exposure *state, double size, int cutoff) {
    const eesi_exposure_params *params = state->params;
    int cell = cell_of(cutoff);
    double tail = tail_above(state, cell) + 0.5 * state->shape[cell] * state->days[cell];
    double residual = log(size) - log(tail + nobody) - state->level;
    double variance = predictive_scale(state, size);
    variance *= variance;
    double gain = fmax(params->level_gain, state->level_variance / variance);
    /* The first residual measures a level of which little was known, so it is not cut short. */
    double used = state->rounds == 0 ? residual : fmin(fmax(residual, -residual_limit), residual_limit);
    if (state->rounds > 0) /* the first tells the level only */
        learn_scale(state, residual, size);
    state->level += gain * used;
    state->level_variance *= 1.0 - fmin(state->level_variance / variance, 1.0);
    double factor = exp(params->stock_gain * (1.0 - gain) * used);
    for (int i = 0; i <= cell; i++)
        state->days[i] *= factor;
    eesi_exposure_skim(state, cutoff, 1.0);
    state->last_round = state->date;
    state->rounds++;
}
