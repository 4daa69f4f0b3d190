/* Bodies of process_kernels.h. */
#include "run/process_kernels.h"

#include <math.h>
#include <string.h>

#include "base/vector.h"

enum { N = EESI_GROUP, NOISE_NOMINEES = 0, NOISE_SIZE, NOISE_TIE };
static const double tie_window_days = EESI_TIE_WINDOW_DAYS;

/* Invitations that go to the program's own candidates, and how much of a member's stock they are. */
static void count_places(const eesi_flow_params *p, const eesi_group_round *round, eesi_member_scratch *s) {
    for (int m = 0; m < N; m++) {
        const double band = round->nominees_band[m], flow = round->nominees_flow[m];
        const double error = p->nominee_flow_sd * flow + p->nominee_band_sd * band + EESI_NOMINEES_SD;
        const double present = band + flow + error * (double)s->z[NOISE_NOMINEES][m];
        const double places = eesi_nominees_leave(round->size[m], p->nominee_share, present) + 1e-9;
        const double sd = eesi_places_sd(p->round_sd, places);
        s->places[m] = places;
        s->need[m] = round->size[m] > 0 ? places * eesi_exp_scalar(sd * (double)s->z[NOISE_SIZE][m]) : -1.0;
    }
}

/* The last day on which whoever stood at the cut-off was invited: in a round of the future, or before. */
static void find_clearing(const eesi_member_worker *worker, float since[N]) {
    float at[N], latest[N];
    memcpy(at, worker->cut.cell, sizeof at);
    memcpy(latest, since, sizeof latest);
    for (int k = 0; k < worker->held; k++) {
        const float *cell = worker->cleared_cell + (size_t)k * N, *date = worker->cleared_date + (size_t)k * N;
        for (int m = 0; m < N; m++)
            latest[m] = at[m] > cell[m] ? date[m] : latest[m];
    }
    memcpy(since, latest, sizeof latest);
}

/* The cut-off, its shares, and when it was there before. */
static void measure_cut(const eesi_future_cut *restrict cut, const float *restrict since,
                        eesi_member_scratch *restrict s) {
    for (int m = 0; m < N; m++) {
        s->cell[m] = (double)cut->cell[m];
        s->missing[m] = 0;
        s->since[m] = (double)since[m];
        s->at_cut[m] = (double)cut->at_or_above[m] - (double)cut->above[m];
        s->share[m] = ((double)cut->need[m] - (double)cut->above[m]) / (s->at_cut[m] + 1e-300);
    }
}

static const float nobody[N];

static void count_bands(const eesi_member_process *restrict process, const eesi_future_cut *restrict cut,
                        eesi_group_round *restrict round) {
    for (int b = 0; b < process->bands; b++) {
        const int low = process->low[b], beyond = process->beyond[b];
        if (low < 0)
            continue;
        const float *from = cut->tail[low], *above = beyond >= 0 ? cut->tail[beyond] : nobody;
        for (int m = 0; m < N; m++)
            round->stock[b][m] = (int32_t)(from[m] - above[m] + 0.5F);
    }
}

/* Plain comparisons, which compilers turn into one instruction where fmin() is a call. */
static inline double least(double a, double b) {
    return a < b ? a : b;
}

static inline double most(double a, double b) {
    return a > b ? a : b;
}

/* The share of the marginal score that is invited gives the age of the tie-break; the inverse of what the filter does.
 * And the error of the size against the stock is one of the member's stock: counts are given at the true scale. */
static void answer_lanes(const eesi_flow_params *restrict p, const eesi_group_round *restrict round,
                         eesi_member_scratch *restrict s) {
    const double weight = p->age_window_weight;
    for (int m = 0; m < N; m++) {
        const double since = least(round->date[m] - s->since[m], 2 * tie_window_days);
        const double window = least(most(since, 1.0), tie_window_days);
        const double rest = 1.0 - least(most(s->share[m] + p->marginal_sd * (double)s->z[NOISE_TIE][m], 0.02), 0.98);
        const double within = rest / (weight / window + (1.0 - weight) / tie_window_days);
        const double older = least((rest - weight) / most(1.0 - weight, 1e-9), 1.0) * tie_window_days;
        const double age = within > window ? older : within;
        const double scale = s->places[m] / s->need[m], missing = s->missing[m] > 0 ? scale * s->missing[m] : 0.0;
        s->age[m] = least(most(age, 0.0), tie_window_days);
        s->taken[m] = least(round->size[m], most(1.0, scale * (s->share[m] * s->at_cut[m]) + 0.5));
        s->invited[m] = most(1.0, round->size[m] - missing);
    }
}

/* Share of the variance of a one-step error that is an error of level, and so stays for the rounds after. */
static const double stays = 0.5;

/* Points by which a size moves the cut-off: linear between the sizes asked about, level beyond them. */
static inline double moved_by_size(const eesi_drift_process *process, double log_size) {
    enum { LAST = EESI_DRIFT_SIZES - 1 };
    double at = (log_size - process->log_size[0]) / (process->log_size[1] - process->log_size[0]);
    at = most(least(at, LAST), 0);
    const int k = at < LAST ? (int)at : LAST - 1;
    return process->moved[k] + (at - k) * (process->moved[k + 1] - process->moved[k]);
}

/* The sums of all lanes at once; those without a round keep their day and their drift. */
static void draw_drift(eesi_drift_worker *worker, const eesi_drift_process *process, const eesi_group_round *round,
                       eesi_drift_scratch *s) {
    enum { OLDEST = 365 };
    const double level = sqrt(stays), fresh = sqrt(1.0 - stays), mean = process->tie_days;
    const double ended = 1.0 - eesi_exp_scalar(-OLDEST / mean);
    for (int m = 0; m < N; m++) {
        const double size = round->size[m] > 0 ? round->size[m] : 1.0;
        double days = round->size[m] > 0 ? round->date[m] - worker->date[m] : 0.0;
        days = days > 0 ? days : 0.0;
        worker->date[m] += days;
        worker->drift[m] += process->wander * sqrt(days / 14.0) * (double)s->z[1][m];
        s->place[m] = eesi_normal_cdf_scalar(level * (double)worker->level[m] + fresh * (double)s->z[0][m]);
        s->moved[m] = worker->drift[m] + moved_by_size(process, eesi_log_scalar(size));
        s->tie[m] = -mean * eesi_log_scalar(1.0 - eesi_normal_cdf_scalar((double)s->z[2][m]) * ended);
    }
}

EESI_KERNEL_TABLE(eesi_process_kernels) = {count_places, find_clearing, measure_cut,
                                           count_bands,  answer_lanes,  draw_drift};
