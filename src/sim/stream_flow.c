/* Futures of the ensemble's members. The law of a round is that of eesi_ensemble_predict(), lane by lane. */
#include "sim/stream.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/simd.h"
#include "base/vecmath.h"
#include "flow/normals.h"

enum { N = EESI_GROUP, NOISE_NOMINEES = 0, NOISE_SIZE, NOISE_TIE, NOISE_ROWS };
static const double least_effective = 0.02; /* of a round's size is never taken by nominees, as in the filter */
static const double nominee_sd = 5.0;       /* as there: error of their number in any case */
static const double tie_window_days = 350.0;

/* What a round needs besides the round itself. */
typedef struct hold_scratch {
    double z[NOISE_ROWS][N];
    double places[N]; /* for the stream itself */
    double need[N];   /* of its stock as the member knows it; below 0: no round */
    double tail[N], cut[N], share[N], at_cut[N], window[N];
} hold_scratch;

int eesi_flow_stream_init(eesi_flow_stream *stream, const ees_posterior *posterior) {
    stream->posterior = posterior;
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
    stream->tables = calloc(posterior->set_count, sizeof *stream->tables);
    int rc = stream->tables ? EES_OK : EES_ERR_NOMEM;
    for (size_t k = 0; rc == EES_OK && k < posterior->set_count; k++) {
        stream->tables[k] = eesi_flow_tables_create(posterior->sets[k].params, &posterior->stream->grid);
        rc = stream->tables[k] ? EES_OK : EES_ERR_NOMEM;
    }
    return rc;
}

void eesi_flow_stream_free(eesi_flow_stream *stream) {
    for (size_t k = 0; stream->tables && k < stream->posterior->set_count; k++)
        eesi_flow_tables_free(stream->tables[k]);
    free(stream->tables);
    stream->tables = NULL;
}

int eesi_flow_worker_init(eesi_flow_worker *worker, const eesi_flow_stream *stream) {
    const eesi_flow_grid *grid = &stream->posterior->stream->grid;
    memset(worker, 0, sizeof *worker);
    worker->cleared = malloc((size_t)grid->cells * N * sizeof *worker->cleared);
    int rc = worker->cleared ? eesi_flow_block_init(&worker->block, grid, N) : EES_ERR_NOMEM;
    if (rc)
        eesi_flow_worker_free(worker);
    return rc;
}

void eesi_flow_worker_free(eesi_flow_worker *worker) {
    eesi_flow_block_free(&worker->block);
    free(worker->cleared);
    memset(worker, 0, sizeof *worker);
}

/* A group belongs to one set of parameters; groups take the sets in turn, and in each the members in turn. */
void eesi_flow_begin(eesi_flow_worker *worker, const eesi_flow_stream *stream, uint64_t first_replicate) {
    const ees_posterior *posterior = stream->posterior;
    const uint64_t group = first_replicate / N;
    const eesi_ensemble *set = &posterior->sets[group % posterior->set_count];
    const eesi_flow_block *from = &set->block;
    eesi_flow_block *to = &worker->block;
    const size_t members = (size_t)from->members;
    worker->set = set;
    worker->tables = stream->tables[group % posterior->set_count];
    for (size_t lane = 0; lane < N; lane++) {
        const size_t member = (size_t)((group / posterior->set_count * N + lane) % members);
        to->log_level[lane] = from->log_level[member];
        to->log_tail[lane] = from->log_tail[member];
        to->other[lane] = from->other[member];
        to->drift[lane] = from->drift[member];
        worker->date[lane] = set->date;
        for (size_t c = 0; c < (size_t)to->grid.cells; c++) {
            to->stock[c * N + lane] = from->stock[c * members + member];
            worker->cleared[c * N + lane] = set->cleared[c];
        }
    }
}

/* Move the lanes in `dt`; the others have 0 there and stay. */
static void move(eesi_flow_worker *worker, const eesi_flow_stream *stream, const eesi_group_round *round,
                 uint32_t step) {
    const eesi_flow_address at = {stream->seed, round->first_replicate, stream->purpose, step};
    for (int m = 0; m < N; m++)
        worker->date[m] += worker->dt[m];
    eesi_flow_advance_each(worker->set->params, worker->tables, &worker->block, worker->dt, round->inflow,
                           worker->work[0], &at);
}

/* A share of the stock at each score moves by `points`, in the lanes marked; what leaves the grid below is lost to it,
 * and nobody rises past its top. */
static void shift(eesi_flow_block *x, const eesi_lane_shock *shock, const double marked[N]) {
    const int cells = x->grid.cells, step = shock->points < 0 ? 1 : -1, first = step > 0 ? 0 : cells - 1;
    for (int i = 0, c = first; i < cells; i++, c += step) {
        const int source = c - shock->points;
        double *row = x->stock + (size_t)c * N;
        const double *from = source >= 0 && source < cells ? x->stock + (size_t)source * N : NULL;
        for (int m = 0; m < N; m++) {
            const double h = shock->share * marked[m];
            row[m] = (1.0 - h) * row[m] + (from ? h * from[m] : 0.0);
        }
    }
}

/* Lanes whose way to their next round leads over the day of a shock stop there and feel it. */
static void feel_shock(eesi_flow_worker *worker, const eesi_flow_stream *stream, const eesi_group_round *round,
                       size_t s) {
    const eesi_lane_shock *shock = &round->shocks[s];
    double marked[N];
    bool any = false;
    for (int m = 0; m < N; m++) {
        const bool crosses =
            round->size[m] > 0 && worker->date[m] < shock->date && (double)shock->date <= round->date[m];
        worker->dt[m] = crosses ? shock->date - worker->date[m] : 0.0;
        marked[m] = crosses;
        any = any || crosses;
    }
    if (!any)
        return;
    move(worker, stream, round, round->step | (uint32_t)(s + 1) << 16);
    if (shock->points != 0)
        shift(&worker->block, shock, marked);
}

static void advance(eesi_flow_worker *worker, const eesi_flow_stream *stream, const eesi_group_round *round) {
    for (size_t s = 0; s < round->shock_count; s++)
        feel_shock(worker, stream, round, s);
    for (int m = 0; m < N; m++) {
        const double days = round->date[m] - worker->date[m];
        worker->dt[m] = round->size[m] > 0 && days > 0 ? days : 0.0;
    }
    move(worker, stream, round, round->step);
}

/* Invitations that reach the stream's own candidates, and how much of a member's stock they are. */
EESI_CLONES static void count_places(const eesi_flow_params *p, const eesi_group_round *round, hold_scratch *s) {
    for (int m = 0; m < N; m++) {
        const double band = round->nominees_band[m], flow = round->nominees_flow[m];
        const double error = p->nominee_flow_sd * flow + p->nominee_band_sd * band + nominee_sd;
        const double present = band + flow + error * s->z[NOISE_NOMINEES][m];
        const double left = round->size[m] - p->nominee_share * (present > 0 ? present : 0.0);
        const double least = least_effective * round->size[m];
        const double places = (left > least ? left : least) + 1e-9;
        const double sd = sqrt(p->round_sd * p->round_sd + 1.0 / places);
        s->places[m] = places;
        s->need[m] = round->size[m] > 0 ? places * eesi_exp_scalar(sd * s->z[NOISE_SIZE][m]) : -1.0;
    }
}

EESI_CLONES static void walk_down(const eesi_flow_block *x, const double *restrict cleared, hold_scratch *s) {
    for (int m = 0; m < N; m++) {
        s->tail[m] = s->at_cut[m] = s->window[m] = 0.0;
        s->cut[m] = -1.0;
        s->share[m] = 1.0;
    }
    for (int c = x->grid.cells - 1; c >= 0; c--) {
        const double *restrict row = x->stock + (size_t)c * N, *restrict since = cleared + (size_t)c * N;
        for (int m = 0; m < N; m++) {
            const double next = s->tail[m] + row[m];
            const int here = s->tail[m] < s->need[m] && next >= s->need[m];
            s->cut[m] = here ? (double)c : s->cut[m];
            s->share[m] = here ? (s->need[m] - s->tail[m]) / (row[m] + 1e-300) : s->share[m];
            s->at_cut[m] = here ? row[m] : s->at_cut[m];
            s->window[m] = here ? since[m] : s->window[m];
            s->tail[m] = next;
        }
    }
}

/* Everybody above the cut-off leaves, and the invited share of those at it. */
EESI_CLONES static void clear(const eesi_flow_block *x, double *restrict cleared, const hold_scratch *s,
                              const double *restrict date) {
    for (int c = 0; c < x->grid.cells; c++) {
        double *restrict row = x->stock + (size_t)c * N, *restrict since = cleared + (size_t)c * N;
        for (int m = 0; m < N; m++) {
            const int held = s->need[m] >= 0, above = held && (double)c > s->cut[m];
            const double kept = (double)c == s->cut[m] && held ? 1.0 - s->share[m] : 1.0;
            row[m] = above ? 0.0 : row[m] * kept;
            since[m] = above ? date[m] : since[m];
        }
    }
}

EESI_CLONES static void add_row(const double *restrict row, double *restrict sum) {
    for (int m = 0; m < N; m++)
        sum[m] += row[m];
}

static void count_bands(const eesi_flow_stream *stream, const eesi_flow_block *x, eesi_group_round *round) {
    for (int b = 0; b < stream->bands; b++) {
        double sum[N] = {0};
        const int low = stream->band[b].low - x->grid.lo, high = stream->band[b].high - x->grid.lo;
        for (int c = low; low >= 0 && c <= high && c < x->grid.cells; c++)
            add_row(x->stock + (size_t)c * N, sum);
        for (int m = 0; m < N; m++)
            round->stock[b][m] = low >= 0 ? (int32_t)(sum[m] + 0.5) : EESI_UNKNOWN;
    }
}

/* The share of the marginal score that is invited tells the age of the tie-break; the inverse of the filter's law. */
static int32_t tie_age(const eesi_flow_params *p, double share, double z, double days_since_cleared) {
    const double window = fmin(fmax(days_since_cleared, 1.0), tie_window_days), weight = p->age_window_weight;
    const double rest = 1.0 - fmin(fmax(share + p->marginal_sd * z, 0.02), 0.98);
    double age = rest / (weight / window + (1.0 - weight) / tie_window_days);
    if (age > window)
        age = fmin((rest - weight) / fmax(1.0 - weight, 1e-9), 1.0) * tie_window_days;
    return (int32_t)(fmin(fmax(age, 0.0), tie_window_days) + 0.5);
}

/* The round reaches below the lowest score the stream knows: one less than it stands for "there or lower". */
static void tell_beyond(const eesi_flow_worker *worker, eesi_group_round *round, int m) {
    round->invited[m] = (int32_t)round->size[m];
    round->cutoff[m] = worker->block.grid.lo - 1;
    round->taken[m] = EESI_UNKNOWN;
    round->tie_age[m] = EES_AGE_NONE;
}

static void tell(const eesi_flow_worker *worker, const hold_scratch *s, eesi_group_round *round) {
    const eesi_flow_params *p = worker->set->params;
    for (int m = 0; m < N; m++) {
        if (round->size[m] <= 0)
            continue;
        if (s->cut[m] < 0) {
            tell_beyond(worker, round, m);
            continue;
        }
        /* The error of the size against the stock is one of the member's stock: counts are told at the true scale. */
        const double scale = s->places[m] / s->need[m];
        round->invited[m] = (int32_t)round->size[m];
        round->cutoff[m] = worker->block.grid.lo + (int32_t)s->cut[m];
        round->taken[m] = (int32_t)fmin(round->invited[m], fmax(1.0, scale * s->share[m] * s->at_cut[m] + 0.5));
        round->tie_age[m] = tie_age(p, s->share[m], s->z[NOISE_TIE][m], round->date[m] - s->window[m]);
    }
}

void eesi_flow_hold(eesi_flow_worker *worker, const eesi_flow_stream *stream, eesi_group_round *round) {
    hold_scratch s;
    advance(worker, stream, round);
    /* cppcheck-suppress uninitvar; filled by this very call */
    eesi_normals_block(stream->seed, round->first_replicate, stream->purpose + 1, round->step, NOISE_ROWS, N, s.z[0]);
    count_bands(stream, &worker->block, round);
    count_places(worker->set->params, round, &s);
    walk_down(&worker->block, worker->cleared, &s);
    clear(&worker->block, worker->cleared, &s, round->date);
    tell(worker, &s, round);
}
