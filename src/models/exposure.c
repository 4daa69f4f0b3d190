#include "models/exposure.h"

#include <math.h>
#include <string.h>

#include "base/stats.h"
#include "feed/bands.h"
#include "models/nominees_present.h"

/* A residual, log, beyond both limits counts as the larger of them: an event of policy, not of arrivals. After a long
 * gap the scale is wide, and a large residual then means a new level. */
static const double residual_limit = 1.2;
static const double residual_limit_scales = 4.0;
static const double usual_gap_days = 14.0;
static const double count_sd = 0.3; /* what the count of a band leaves open of the rate of arrivals, log */
static const int top_low = 501;     /* the top band reaches from here to 600 */
static const int lowest_band = 401; /* bands below are never reached by rounds that see the pool */
/* A program without a round may have far fewer candidates than its related programs, hardly far more: the first round
 * of skilled trades stood at 199. So much wider is the lower half of the first forecast. */
static const double first_fall = 1.5;
static const double nobody = 1e-9; /* candidates; keeps logs finite where a tail is empty */

void eesi_exposure_init(eesi_exposure *state, const eesi_exposure_params *params, double reference, double spread) {
    memset(state, 0, sizeof *state);
    state->params = params;
    state->date = state->last_round = state->seen = state->nominees_left = EES_DATE_NONE;
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
    state->nominees += state->nominees_per_day * (date - state->date);
    state->date = date;
}

static int cell_of(int score) {
    int cell = score - EESI_EXPOSURE_LOW;
    return cell < 0 ? 0 : cell >= EESI_EXPOSURE_CELLS ? EESI_EXPOSURE_CELLS - 1 : cell;
}

/* Half of those at the cut-off itself were early enough to be invited. */
void eesi_exposure_take_top(eesi_exposure *state, int cutoff, double share) {
    int cell = cell_of(cutoff);
    state->days[cell] *= 1.0 - 0.5 * share;
    for (int i = cell + 1; i < EESI_EXPOSURE_CELLS; i++)
        state->days[i] *= 1.0 - share;
    state->nominees *= 1.0 - share;
    state->nominees_left = state->date;
}

static bool sees_pool(const eesi_exposure *state) {
    return state->params->arrival_sd > 0.0;
}

/* Nominees are counted apart: how many there are and how fast they come. */
static void observe_nominees(eesi_exposure *state, double count, ees_date as_of) {
    double days = state->nominees_left == EES_DATE_NONE ? 0.0 : as_of - state->nominees_left;
    if (days >= EESI_NOMINEES_RATE_DAYS) {
        double rate = count / days;
        state->nominees_per_day = state->nominees_per_day > 0.0 ? 0.5 * (state->nominees_per_day + rate) : rate;
    }
    state->nominees = count + state->nominees_per_day * fmax(state->date - as_of, 0.0);
}

static double band_tail(const eesi_exposure *state, ees_band band) {
    double sum = 0.0;
    for (int s = band.low; s <= band.high; s++)
        sum += state->shape[s - EESI_EXPOSURE_LOW] * state->days[s - EESI_EXPOSURE_LOW];
    return fmax(sum, nobody);
}

/* The top band holds mostly new arrivals, so its count speaks of their rate; the stock takes every band's count. */
static void observe_bands(eesi_exposure *state, const ees_snapshot *snapshot) {
    int64_t count;
    const ees_band highest = eesi_snapshot_top(snapshot, top_low, &count, NULL);
    double top = log((double)count + 1.0) - log(band_tail(state, highest)) - state->level;
    double unknown = state->level_variance / (state->level_variance + count_sd * count_sd);
    bool first = state->rounds == 0 && state->seen == EES_DATE_NONE; /* measures a level of which little was known */
    state->level +=
        fmax(state->params->pool_gain, unknown) * (first ? top : fmin(fmax(top, -residual_limit), residual_limit));
    state->level_variance *= 1.0 - unknown;
    for (int b = 1; b < snapshot->bands.count && snapshot->bands.band[b].low >= lowest_band; b++) {
        const ees_band band = snapshot->bands.band[b];
        double factor = (double)snapshot->leaf[b] / (exp(state->level) * band_tail(state, band));
        for (int s = band.low; s <= band.high; s++)
            state->days[s - EESI_EXPOSURE_LOW] *= factor;
    }
}

void eesi_exposure_observe(eesi_exposure *state, const ees_snapshot *snapshot) {
    bool old = state->last_round != EES_DATE_NONE && snapshot->as_of <= state->last_round;
    if (!sees_pool(state) || old)
        return;
    eesi_exposure_advance(state, snapshot->as_of);
    observe_nominees(state, (double)snapshot->leaf[0], snapshot->as_of);
    observe_bands(state, snapshot);
    for (int i = 0; i < EESI_EXPOSURE_CELLS; i++)
        state->days[i] += fmax(state->date - snapshot->as_of, 0.0);
    state->seen = snapshot->as_of;
}

/* Candidates below the nominees that a round of this size takes. */
static double size_below_nominees(const eesi_exposure *state, double size) {
    return fmax(size - state->nominees, 0.05 * size);
}

/* Variance, log, of what a pool cannot show: arrivals and nominees since it was counted. */
static double unseen_variance(const eesi_exposure *state, double size) {
    if (!sees_pool(state) || state->seen == EES_DATE_NONE)
        return 0.0;
    double days = fmax(state->date - state->seen, 0.0);
    double arrivals = state->params->arrival_sd * fmin(days / usual_gap_days, 1.0);
    double nominees = EESI_NOMINEES_SD + 0.03 * state->nominees + 0.05 * state->nominees_per_day * days;
    double below = size_below_nominees(state, size);
    return arrivals * arrivals + nominees * nominees / (below * below);
}

static double gap_factor(const eesi_exposure *state) {
    if (state->last_round == EES_DATE_NONE || state->date - state->last_round <= usual_gap_days)
        return 1.0;
    return pow((state->date - state->last_round) / usual_gap_days, state->params->gap_power);
}

static double predictive_scale(const eesi_exposure *state, double size) {
    double residual = state->scale_squares / state->scale_dof * gap_factor(state);
    const double fewest = 12; /* as eesi_places_sd() */
    return sqrt(residual + state->level_variance + unseen_variance(state, size) + 1.0 / fmax(size, fewest));
}

/* P(cut-off >= the score whose tail sum this is). */
static double share_at_least(const eesi_exposure *state, double tail, double log_size, double scale) {
    const double below = (state->level + log(tail + nobody) - log_size) / scale; /* the median, in scales */
    const bool unknown = state->rounds == 0 && !sees_pool(state);
    return eesi_student3_below(unknown && below > 0.0 ? below / first_fall : below);
}

void eesi_exposure_predict(const eesi_exposure *state, double size, ees_predictive *predictive) {
    double scale = predictive_scale(state, size), log_size = log(size_below_nominees(state, size));
    double tail = 0.0, above = 0.0;
    memset(predictive, 0, sizeof *predictive);
    for (int i = EESI_EXPOSURE_CELLS - 1; i >= 0; i--) {
        tail += state->shape[i] * state->days[i];
        double here = i > 0 ? share_at_least(state, tail, log_size, scale) : 1.0;
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
    double scale = predictive_scale(state, size), log_size = log(size_below_nominees(state, size));
    int cell = cell_of(cutoff);
    double above = tail_above(state, cell);
    double here = above + state->shape[cell] * state->days[cell];
    return fmax(share_at_least(state, here, log_size, scale) - share_at_least(state, above, log_size, scale), 0.0);
}

/* The residual variance keeps a memory of some rounds and always its prior; a wild round counts as three scales. */
static void learn_scale(eesi_exposure *state, double residual, double size) {
    const eesi_exposure_params *params = state->params;
    double memory = params->scale_memory;
    double prior = params->scale_dof * params->scale * params->scale;
    double bounded = fmin(fabs(residual), 3.0 * predictive_scale(state, size));
    double squared = bounded * bounded;
    double excess = fmax(squared - state->level_variance - unseen_variance(state, size) - 1.0 / size, 0.1 * squared) /
                    gap_factor(state);
    state->scale_dof = memory * state->scale_dof + (1.0 - memory) * params->scale_dof + 1.0;
    state->scale_squares = memory * state->scale_squares + (1.0 - memory) * prior + excess;
}

void eesi_exposure_assimilate(eesi_exposure *state, double size, int cutoff) {
    const eesi_exposure_params *params = state->params;
    int cell = cell_of(cutoff);
    double tail = tail_above(state, cell) + 0.5 * state->shape[cell] * state->days[cell];
    double residual = log(size_below_nominees(state, size)) - log(tail + nobody) - state->level;
    double scale = predictive_scale(state, size), variance = scale * scale;
    double limit = fmax(residual_limit, residual_limit_scales * scale);
    double gain = fmax(params->level_gain, state->level_variance / variance);
    /* The first residual measures a level of which little was known, so it is not cut short. */
    double used = state->rounds == 0 ? residual : fmin(fmax(residual, -limit), limit);
    if (state->rounds > 0) /* the first shows the level only */
        learn_scale(state, residual, size);
    state->level += gain * used;
    state->level_variance *= 1.0 - fmin(state->level_variance / variance, 1.0);
    double factor = exp(params->stock_gain * (1.0 - gain) * used);
    for (int i = 0; i <= cell; i++)
        state->days[i] *= factor;
    eesi_exposure_take_top(state, cutoff, 1.0);
    state->last_round = state->date;
    state->rounds++;
}
