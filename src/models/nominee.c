#include "models/nominee.h"
#include "models/predictive.h"

#include <math.h>
#include <string.h>

static const double usual_size = 500.0;
/* A round beyond all that were held takes whoever is there: the regression is not carried further. */
static const double most_size = 10000;
static const double usual_gap_days = 14.0, gap_days_min = 3.0, gap_days_max = 60.0;
static const double surprise_limit = 2.5; /* a round further off, in predictive scales, counts as this far */

void eesi_nominee_init(eesi_nominee *state, const eesi_nominee_params *params) {
    memset(state, 0, sizeof *state);
    state->params = params;
    state->mean[0] = params->level;
    state->mean[1] = params->size_slope;
    state->mean[2] = params->gap_slope;
    state->covariance[0][0] = params->level_sd * params->level_sd;
    state->covariance[1][1] = params->size_slope_sd * params->size_slope_sd;
    state->covariance[2][2] = params->gap_slope_sd * params->gap_slope_sd;
    state->dof = params->scale_dof;
    state->squares = params->scale_dof * params->scale * params->scale;
    state->last_round = EES_DATE_NONE;
}

/* What the state says of one round before it is held. */
typedef struct outlook {
    double terms[EESI_NOMINEE_TERMS];
    double covariance[EESI_NOMINEE_TERMS][EESI_NOMINEE_TERMS];
    double gain[EESI_NOMINEE_TERMS]; /* covariance times terms */
    double forecast;                 /* points */
    double spread;                   /* predictive variance in units of the noise variance */
    double scale;                    /* points */
} outlook;

static outlook look_ahead(const eesi_nominee *state, double size, ees_date date) {
    const eesi_nominee_params *params = state->params;
    double gap = state->last_round == EES_DATE_NONE ? usual_gap_days : date - state->last_round;
    double used_gap = fmin(fmax(gap, gap_days_min), gap_days_max);
    outlook o = {.terms = {1.0, log(fmin(size, most_size) / usual_size), log(used_gap / usual_gap_days)},
                 .spread = 1.0};
    memcpy(o.covariance, state->covariance, sizeof o.covariance);
    o.covariance[0][0] += params->level_drift * params->level_drift * gap / usual_gap_days;
    o.covariance[1][1] += params->size_slope_drift * params->size_slope_drift * gap / usual_gap_days;
    for (int i = 0; i < EESI_NOMINEE_TERMS; i++) {
        o.forecast += o.terms[i] * state->mean[i];
        for (int j = 0; j < EESI_NOMINEE_TERMS; j++)
            o.gain[i] += o.covariance[i][j] * o.terms[j];
        o.spread += o.gain[i] * o.terms[i];
    }
    o.scale = sqrt(state->squares / state->dof * o.spread);
    return o;
}

int eesi_nominee_predict(const eesi_nominee *state, double size, ees_date date, ees_predictive *predictive,
                         ees_error *err) {
    outlook o = look_ahead(state, size, date);
    double dof = fmin(state->dof, state->params->dof_max);
    return eesi_predictive_from_student(predictive, dof, o.forecast, o.scale, EES_SCORE_NOMINEE, EES_SCORE_MAX, err);
}

void eesi_nominee_assimilate(eesi_nominee *state, double size, ees_date date, int cutoff) {
    outlook o = look_ahead(state, size, date);
    double limit = surprise_limit * o.scale;
    double error = fmin(fmax(cutoff - o.forecast, -limit), limit);
    for (int i = 0; i < EESI_NOMINEE_TERMS; i++) {
        state->mean[i] += o.gain[i] / o.spread * error;
        for (int j = 0; j < EESI_NOMINEE_TERMS; j++)
            state->covariance[i][j] = o.covariance[i][j] - o.gain[i] * o.gain[j] / o.spread;
    }
    state->dof = state->params->scale_memory * state->dof + 1.0;
    state->squares = state->params->scale_memory * state->squares + error * error / o.spread;
    state->last_round = date;
}
