/* Futures of the ensemble's members. A round goes as in eesi_ensemble_invite(), lane by lane. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "run/stream_kernels.h"

enum { N = EESI_GROUP };

/* ---- a stream ---- */

/* The place of a cell among the edges, put there when it is new; they fall. */
static int edge_at(eesi_flow_stream *stream, int cell) {
    int at = 0;
    while (at < stream->edges && stream->edge[at] > cell)
        at++;
    if (at < stream->edges && stream->edge[at] == cell)
        return at;
    memmove(stream->edge + at + 1, stream->edge + at, (size_t)(stream->edges - at) * sizeof *stream->edge);
    stream->edge[at] = cell;
    stream->edges++;
    return at;
}

static void find_edges(eesi_flow_stream *stream, const eesi_flow_grid *grid) {
    stream->edges = 0;
    edge_at(stream, 0);
    for (int pass = 0; pass < 2; pass++) /* places move while edges come in */
        for (int b = 0; b < stream->bands; b++) {
            const int low = stream->band[b].low - grid->lo, beyond = stream->band[b].high + 1 - grid->lo;
            const bool seen = low >= 0 && low < grid->cells;
            stream->low[b] = seen ? edge_at(stream, low) : EESI_UNKNOWN;
            stream->beyond[b] = seen && beyond < grid->cells ? edge_at(stream, beyond) : EESI_UNKNOWN;
        }
}

/* A member's scores side by side, as futures read them when they begin. */
static float *copy_stocks(const eesi_flow_block *from) {
    const size_t members = (size_t)from->members, cells = (size_t)from->grid.cells;
    float *stock = malloc(members * cells * sizeof *stock);
    for (size_t m = 0; stock && m < members; m++)
        for (size_t c = 0; c < cells; c++)
            stock[m * cells + c] = (float)from->stock[c * members + m];
    return stock;
}

int eesi_flow_stream_init(eesi_flow_stream *stream, const eesi_posterior *posterior) {
    stream->posterior = posterior;
    stream->tables = calloc(posterior->set_count, sizeof *stream->tables);
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
    stream->stock = calloc(posterior->set_count, sizeof *stream->stock);
    int rc = stream->tables && stream->stock ? EES_OK : EES_ERR_NOMEM;
    for (size_t k = 0; rc == EES_OK && k < posterior->set_count; k++) {
        stream->stock[k] = copy_stocks(&posterior->sets[k].block);
        rc = stream->stock[k] ? EES_OK : EES_ERR_NOMEM;
        if (rc == EES_OK)
            rc = eesi_future_tables_init(&stream->tables[k], posterior->sets[k].params, &posterior->stream->grid);
    }
    find_edges(stream, &posterior->stream->grid);
    return rc;
}

void eesi_flow_stream_free(eesi_flow_stream *stream) {
    for (size_t k = 0; stream->tables && k < stream->posterior->set_count; k++)
        eesi_future_tables_free(&stream->tables[k]);
    for (size_t k = 0; stream->stock && k < stream->posterior->set_count; k++)
        free(stream->stock[k]);
    free(stream->stock);
    free(stream->tables);
    stream->stock = NULL;
    free(stream->below_grid);
    stream->tables = NULL;
    stream->below_grid = NULL;
}

/* ---- a group ---- */

int eesi_flow_worker_init(eesi_flow_worker *worker, const eesi_flow_stream *stream, int rounds, int returns) {
    memset(worker, 0, sizeof *worker);
    const size_t cells = (size_t)(rounds > 0 ? rounds : 1) * N;
    worker->capacity = rounds;
    worker->cleared_cell = malloc(cells * sizeof *worker->cleared_cell);
    worker->cleared_date = malloc(cells * sizeof *worker->cleared_date);
    int rc = worker->cleared_cell && worker->cleared_date ? EES_OK : EES_ERR_NOMEM;
    if (rc == EES_OK)
        rc = eesi_futures_init(&worker->x, &stream->posterior->stream->grid);
    if (rc == EES_OK)
        rc = eesi_waiting_init(&worker->waiting, stream->posterior->stream->grid.cells, returns);
    if (rc)
        eesi_flow_worker_free(worker);
    return rc;
}

void eesi_flow_worker_free(eesi_flow_worker *worker) {
    eesi_futures_free(&worker->x);
    free(worker->cleared_cell);
    free(worker->cleared_date);
    eesi_waiting_free(&worker->waiting);
    memset(worker, 0, sizeof *worker);
}

/* Replicates take the sets in turn, 64 at a time, and in each the members in turn. */
size_t eesi_flow_set_of(const eesi_flow_stream *stream, uint64_t replicate) {
    return (size_t)(replicate / EESI_SET_LANES % stream->posterior->set_count);
}

static size_t member_of(const eesi_flow_stream *stream, uint64_t replicate, size_t members) {
    const uint64_t turn = replicate / EESI_SET_LANES / stream->posterior->set_count;
    return (size_t)((turn * EESI_SET_LANES + replicate % EESI_SET_LANES) % members);
}

void eesi_flow_begin(eesi_flow_worker *worker, const eesi_flow_stream *stream, const uint64_t replicate[EESI_GROUP]) {
    const size_t k = eesi_flow_set_of(stream, replicate[0]);
    const eesi_ensemble *set = &stream->posterior->sets[k];
    const eesi_flow_block *from = &set->block;
    const size_t members = (size_t)from->members, cells = (size_t)from->grid.cells;
    worker->set = set;
    worker->tables = &stream->tables[k];
    worker->held = 0;
    memset(worker->rows, 0, sizeof worker->rows);
    memcpy(worker->x.replicate, replicate, sizeof worker->x.replicate);
    const float *stock[N];
    for (size_t lane = 0; lane < N; lane++) {
        const size_t member = member_of(stream, replicate[lane], members);
        worker->x.log_level[lane] = (float)from->log_level[member];
        worker->x.log_tail[lane] = (float)from->log_tail[member];
        worker->date[lane] = set->date;
        stock[lane] = stream->stock[k] + member * cells;
    }
    for (size_t c = 0; c < cells; c++)
        for (size_t lane = 0; lane < N; lane++)
            worker->x.stock[c * N + lane] = stock[lane][c];
}

/* ---- time ---- */

/* Move the lanes to `to`, where that lies ahead; the others stay. */
static void move(eesi_flow_worker *worker, const eesi_flow_stream *stream, const eesi_group_round *round,
                 const double *to, uint32_t step) {
    eesi_future_move *by = &worker->move;
    double from[N];
    if (round->return_share > 0)
        eesi_waiting_note(worker);
    by->seed = stream->seed;
    by->points = stream->points;
    by->purpose = stream->purpose;
    by->step = step;
    for (int m = 0; m < N; m++) {
        const double days = to[m] - worker->date[m];
        from[m] = worker->date[m];
        by->days[m] = days > 0 ? (float)days : 0.0F;
        by->inflow[m] = (float)round->inflow[m];
        worker->date[m] = days > 0 ? to[m] : worker->date[m];
    }
    eesi_futures_advance(worker->tables, &worker->x, by);
    if (round->return_share > 0)
        eesi_waiting_moved(worker, round, from);
}

/* A share of the stock at each score moves by `points`, in the lanes marked; what leaves the grid below is lost to it,
 * and nobody rises past its top. */
static void shift(float *stock, int cells, const eesi_lane_shock *shock, const float marked[N]) {
    const int step = shock->points < 0 ? 1 : -1, first = step > 0 ? 0 : cells - 1;
    for (int i = 0, c = first; i < cells; i++, c += step) {
        const int source = c - shock->points;
        float *row = stock + (size_t)c * N;
        const float *from = source >= 0 && source < cells ? stock + (size_t)source * N : NULL;
        for (int m = 0; m < N; m++) {
            const float h = (float)shock->share * marked[m];
            row[m] = (1.0F - h) * row[m] + (from ? h * from[m] : 0.0F);
        }
    }
}

/* Lanes whose way to their next round leads over the day of a shock stop there and feel it. */
static void feel_shock(eesi_flow_worker *worker, const eesi_flow_stream *stream, const eesi_group_round *round,
                       size_t s) {
    const eesi_lane_shock *shock = &round->shocks[s];
    float marked[N];
    double to[N];
    bool any = false;
    for (int m = 0; m < N; m++) {
        const bool crosses =
            round->size[m] > 0 && worker->date[m] < shock->date && (double)shock->date <= round->date[m];
        to[m] = crosses ? shock->date : worker->date[m];
        marked[m] = crosses;
        any = any || crosses;
    }
    if (!any)
        return;
    move(worker, stream, round, to, round->step | (uint32_t)(s + 1) << 16);
    const int cells = worker->tables->grid.cells;
    if (shock->points != 0)
        shift(worker->x.stock, cells, shock, marked);
    for (int k = 0; k < worker->waiting.slots && shock->points != 0 && round->return_share > 0; k++)
        shift(worker->waiting.stock + (size_t)k * (size_t)cells * N, cells, shock, marked);
}

static void advance(eesi_flow_worker *worker, const eesi_flow_stream *stream, const eesi_group_round *round) {
    double to[N];
    for (size_t s = 0; s < round->shock_count; s++)
        feel_shock(worker, stream, round, s);
    for (int m = 0; m < N; m++)
        to[m] = round->size[m] > 0 ? round->date[m] : worker->date[m];
    move(worker, stream, round, to, round->step);
}

/* ---- a round ---- */

/* The round takes everybody whom the members know, and goes on below. */
static void go_below_grid(const eesi_flow_worker *worker, const eesi_flow_stream *stream, const eesi_group_round *round,
                          int m, eesi_flow_scratch *s) {
    if (!stream->below_grid)
        return;
    const double known = (double)worker->cut.tail[stream->edges - 1][m];
    const eesi_below_grid_cut end = eesi_below_grid_cut_of(worker, stream, m, round->date[m], s->need[m] - known);
    s->cell[m] = end.cell;
    s->share[m] = end.share;
    s->at_cut[m] = end.at_cut;
    s->since[m] = end.since;
    s->missing[m] = end.missing;
}

static void remember(eesi_flow_worker *worker, int m, double cell, double date) {
    const int row = worker->rows[m]++;
    if (row == worker->held) {
        EES_BUG_ASSERT(worker->held < worker->capacity);
        for (int i = 0; i < N; i++)
            worker->cleared_cell[(size_t)row * N + (size_t)i] = (float)worker->tables->grid.cells;
        worker->held++;
    }
    worker->cleared_cell[(size_t)row * N + (size_t)m] = (float)cell;
    worker->cleared_date[(size_t)row * N + (size_t)m] = (float)date;
}

/* Below the grid only whole scores are remembered as invited: one of which most were invited is. */
static void remember_all(eesi_flow_worker *worker, const eesi_group_round *round, const eesi_flow_scratch *s) {
    for (int m = 0; m < N; m++) {
        const double cut = s->cell[m] < 0 && s->share[m] > 0.5 ? s->cell[m] - 1 : s->cell[m];
        if (s->need[m] >= 0)
            remember(worker, m, cut, round->date[m]);
    }
}

/* Everybody above the cut-off leaves, and the invited share of those at it. */
static void invite(eesi_flow_worker *worker, const eesi_flow_stream *stream, const eesi_group_round *round,
                   eesi_flow_scratch *s) {
    eesi_future_cut *cut = &worker->cut;
    cut->edges = stream->edges;
    memcpy(cut->edge, stream->edge, (size_t)stream->edges * sizeof *stream->edge);
    for (int m = 0; m < N; m++)
        cut->need[m] = (float)s->need[m];
    if (round->return_share > 0)
        eesi_waiting_note(worker);
    eesi_futures_invite(worker->tables, &worker->x, cut);
    if (round->return_share > 0)
        eesi_waiting_left(worker, round);
    const eesi_stream_kernels *kernels = eesi_stream_kernels_best();
    float since[N];
    for (int m = 0; m < N; m++)
        since[m] = cut->cell[m] >= 0 ? (float)worker->set->cleared[(int)cut->cell[m]] : 0.0F;
    kernels->find_clearing(worker, since);
    kernels->measure_cut(cut, since, s);
    for (int m = 0; m < N; m++)
        if (s->cell[m] < 0 && s->need[m] >= 0)
            go_below_grid(worker, stream, round, m, s);
    remember_all(worker, round, s);
}

/* The round reaches below the lowest score the members know, and no published pool says what stands there: one less
 * than that score stands for "there or lower". */
static void tell_beyond(const eesi_flow_worker *worker, eesi_group_round *round, int m) {
    round->invited[m] = (int32_t)round->size[m];
    round->cutoff[m] = worker->tables->grid.lo - 1;
    round->share[m] = 1;
    round->taken[m] = EESI_UNKNOWN;
    round->tie_age[m] = EESI_AGE_NONE;
}

static void tell(const eesi_flow_worker *worker, const eesi_flow_stream *stream, eesi_flow_scratch *s,
                 eesi_group_round *round) {
    eesi_stream_kernels_best()->answer_lanes(worker->set->params, round, s);
    for (int m = 0; m < N; m++) {
        if (round->size[m] <= 0)
            continue;
        if (s->cell[m] < 0 && !stream->below_grid) {
            tell_beyond(worker, round, m);
            continue;
        }
        round->invited[m] = (int32_t)s->invited[m];
        round->cutoff[m] = worker->tables->grid.lo + (int32_t)s->cell[m];
        const double share = s->share[m] > 0 ? s->share[m] : 0.0;
        round->share[m] = share < 1 ? share : 1.0;
        round->taken[m] = (int32_t)s->taken[m];
        round->tie_age[m] = (int32_t)(s->age[m] + 0.5);
    }
}

void eesi_flow_hold(eesi_flow_worker *worker, const eesi_flow_stream *stream, eesi_group_round *round) {
    eesi_flow_scratch s;
    const eesi_stream_kernels *kernels = eesi_stream_kernels_best();
    advance(worker, stream, round);
    /* cppcheck-suppress uninitvar; filled by this very call */
    eesi_future_normals(stream->seed, stream->points, worker->x.replicate, stream->purpose + 1, round->step, 1, s.z[0]);
    kernels->count_places(worker->set->params, round, &s);
    invite(worker, stream, round, &s);
    kernels->count_bands(stream, &worker->cut, round);
    tell(worker, stream, &s, round);
}

/* ---- rounds of other programs ---- */

void eesi_flow_reach(eesi_flow_worker *worker, const eesi_flow_stream *stream, const eesi_group_round *round) {
    advance(worker, stream, round);
}

void eesi_flow_take_share(eesi_flow_worker *worker, const eesi_flow_stream *stream, const eesi_group_round *round) {
    const int lo = worker->tables->grid.lo;
    advance(worker, stream, round);
    if (round->return_share > 0)
        eesi_waiting_note(worker);
    for (int c = 0; c < worker->tables->grid.cells; c++) {
        float *row = worker->x.stock + (size_t)c * N;
        for (int m = 0; m < N; m++) {
            const int above = c + lo - round->cutoff[m];
            const double kept = above > 0 ? 0.0 : above == 0 ? 1.0 - round->share[m] : 1.0;
            row[m] *= round->size[m] > 0 ? (float)kept : 1.0F;
        }
    }
    if (round->return_share > 0)
        eesi_waiting_left(worker, round);
    for (int m = 0; m < N; m++)
        if (round->size[m] > 0)
            remember(worker, m, round->cutoff[m] - lo, round->date[m]);
}

void eesi_flow_lose(eesi_flow_worker *worker, const eesi_flow_stream *stream, int lane, int cutoff, double count) {
    const eesi_flow_grid *grid = &worker->tables->grid;
    const int first = cutoff < grid->lo ? 0 : cutoff - grid->lo;
    double there = 0;
    for (int score = cutoff; stream->below_grid && score < grid->lo; score++)
        there += (double)stream->below_grid[score];
    for (int c = first; c < grid->cells; c++)
        there += (double)worker->x.stock[(size_t)c * N + (size_t)lane];
    const float kept = there > count ? (float)(1 - count / there) : 0.0F;
    for (int c = first; c < grid->cells; c++)
        worker->x.stock[(size_t)c * N + (size_t)lane] *= kept;
}
