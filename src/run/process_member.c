/* Futures of the ensemble's members. A round goes as in eesi_ensemble_invite(), lane by lane. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "run/process_kernels.h"

enum { N = EESI_GROUP };

/* ---- a process ---- */

/* The place of a cell among the edges, put there when it is new; they fall. */
static int edge_at(eesi_member_process *process, int cell) {
    int at = 0;
    while (at < process->edges && process->edge[at] > cell)
        at++;
    if (at < process->edges && process->edge[at] == cell)
        return at;
    memmove(process->edge + at + 1, process->edge + at, (size_t)(process->edges - at) * sizeof *process->edge);
    process->edge[at] = cell;
    process->edges++;
    return at;
}

static void find_edges(eesi_member_process *process, const eesi_flow_grid *grid) {
    process->edges = 0;
    edge_at(process, 0);
    for (int pass = 0; pass < 2; pass++) /* places move while edges come in */
        for (int b = 0; b < process->bands; b++) {
            const int low = process->band[b].low - grid->lo, beyond = process->band[b].high + 1 - grid->lo;
            const bool seen = low >= 0 && low < grid->cells;
            process->low[b] = seen ? edge_at(process, low) : EESI_UNKNOWN;
            process->beyond[b] = seen && beyond < grid->cells ? edge_at(process, beyond) : EESI_UNKNOWN;
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

int eesi_member_process_init(eesi_member_process *process, const eesi_posterior *posterior) {
    process->posterior = posterior;
    process->tables = calloc(posterior->set_count, sizeof *process->tables);
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
    process->stock = calloc(posterior->set_count, sizeof *process->stock);
    int rc = process->tables && process->stock ? EES_OK : EES_ERR_NOMEM;
    for (size_t k = 0; rc == EES_OK && k < posterior->set_count; k++) {
        process->stock[k] = copy_stocks(&posterior->sets[k].block);
        rc = process->stock[k] ? EES_OK : EES_ERR_NOMEM;
        if (rc == EES_OK)
            rc = eesi_future_tables_init(&process->tables[k], posterior->sets[k].params, &posterior->stream->grid);
    }
    find_edges(process, &posterior->stream->grid);
    return rc;
}

void eesi_member_process_free(eesi_member_process *process) {
    for (size_t k = 0; process->tables && k < process->posterior->set_count; k++)
        eesi_future_tables_free(&process->tables[k]);
    for (size_t k = 0; process->stock && k < process->posterior->set_count; k++)
        free(process->stock[k]);
    free(process->stock);
    free(process->tables);
    process->stock = NULL;
    free(process->below_grid);
    process->tables = NULL;
    process->below_grid = NULL;
}

/* ---- a group ---- */

int eesi_member_worker_init(eesi_member_worker *worker, const eesi_member_process *process, int rounds, int returns) {
    memset(worker, 0, sizeof *worker);
    const size_t cells = (size_t)(rounds > 0 ? rounds : 1) * N;
    worker->capacity = rounds;
    worker->cleared_cell = malloc(cells * sizeof *worker->cleared_cell);
    worker->cleared_date = malloc(cells * sizeof *worker->cleared_date);
    int rc = worker->cleared_cell && worker->cleared_date ? EES_OK : EES_ERR_NOMEM;
    if (rc == EES_OK)
        rc = eesi_futures_init(&worker->x, &process->posterior->stream->grid);
    if (rc == EES_OK)
        rc = eesi_waiting_init(&worker->waiting, process->posterior->stream->grid.cells, returns);
    if (rc)
        eesi_member_worker_free(worker);
    return rc;
}

void eesi_member_worker_free(eesi_member_worker *worker) {
    eesi_futures_free(&worker->x);
    free(worker->cleared_cell);
    free(worker->cleared_date);
    eesi_waiting_free(&worker->waiting);
    memset(worker, 0, sizeof *worker);
}

/* Replicates take the sets in turn, 64 at a time, and in each the members in turn. */
size_t eesi_member_set_of(const eesi_member_process *process, uint64_t replicate) {
    return (size_t)(replicate / EESI_SET_LANES % process->posterior->set_count);
}

static size_t member_of(const eesi_member_process *process, uint64_t replicate, size_t members) {
    const uint64_t turn = replicate / EESI_SET_LANES / process->posterior->set_count;
    return (size_t)((turn * EESI_SET_LANES + replicate % EESI_SET_LANES) % members);
}

void eesi_member_begin(eesi_member_worker *worker, const eesi_member_process *process,
                       const uint64_t replicate[EESI_GROUP]) {
    const size_t k = eesi_member_set_of(process, replicate[0]);
    const eesi_ensemble *set = &process->posterior->sets[k];
    const eesi_flow_block *from = &set->block;
    const size_t members = (size_t)from->members, cells = (size_t)from->grid.cells;
    worker->set = set;
    worker->tables = &process->tables[k];
    worker->held = 0;
    memset(worker->rows, 0, sizeof worker->rows);
    memcpy(worker->x.replicate, replicate, sizeof worker->x.replicate);
    const float *stock[N];
    for (size_t lane = 0; lane < N; lane++) {
        const size_t member = member_of(process, replicate[lane], members);
        worker->x.log_level[lane] = (float)from->log_level[member];
        worker->x.log_tail[lane] = (float)from->log_tail[member];
        worker->date[lane] = set->date;
        stock[lane] = process->stock[k] + member * cells;
    }
    for (size_t c = 0; c < cells; c++)
        for (size_t lane = 0; lane < N; lane++)
            worker->x.stock[c * N + lane] = stock[lane][c];
}

/* ---- time ---- */

/* Move the lanes to `to`, where that lies ahead; the others stay. */
static void move(eesi_member_worker *worker, const eesi_member_process *process, const eesi_group_round *round,
                 const double *to, uint32_t step) {
    eesi_future_move *by = &worker->move;
    double from[N];
    bool any = false;
    for (int m = 0; m < N; m++)
        any = any || to[m] > worker->date[m];
    if (round->return_share > 0)
        eesi_waiting_note(worker);
    by->seed = process->seed;
    by->points = process->points;
    by->purpose = process->purpose;
    by->step = step;
    for (int m = 0; m < N; m++) {
        const double days = to[m] - worker->date[m];
        from[m] = worker->date[m];
        by->days[m] = days > 0 ? (float)days : 0.0F;
        by->inflow[m] = (float)round->inflow[m];
        worker->date[m] = days > 0 ? to[m] : worker->date[m];
    }
    if (any)
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
static void feel_shock(eesi_member_worker *worker, const eesi_member_process *process, const eesi_group_round *round,
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
    move(worker, process, round, to, round->step | (uint32_t)(s + 1) << 16);
    const int cells = worker->tables->grid.cells;
    if (shock->points != 0)
        shift(worker->x.stock, cells, shock, marked);
    for (int k = 0; k < worker->waiting.slots && shock->points != 0 && round->return_share > 0; k++)
        shift(worker->waiting.stock + (size_t)k * (size_t)cells * N, cells, shock, marked);
}

static void advance(eesi_member_worker *worker, const eesi_member_process *process, const eesi_group_round *round) {
    double to[N];
    for (size_t s = 0; s < round->shock_count; s++)
        feel_shock(worker, process, round, s);
    for (int m = 0; m < N; m++)
        to[m] = round->size[m] > 0 ? round->date[m] : worker->date[m];
    move(worker, process, round, to, round->step);
}

/* ---- a round ---- */

/* The round takes everybody whom the members know, and goes on below. */
static void go_below_grid(const eesi_member_worker *worker, const eesi_member_process *process,
                          const eesi_group_round *round, int m, eesi_member_scratch *s) {
    if (!process->below_grid)
        return;
    const double known = (double)worker->cut.tail[process->edges - 1][m];
    const eesi_below_grid_cut end = eesi_below_grid_cut_of(worker, process, m, round->date[m], s->need[m] - known);
    s->cell[m] = end.cell;
    s->share[m] = end.share;
    s->at_cut[m] = end.at_cut;
    s->since[m] = end.since;
    s->missing[m] = end.missing;
}

static void remember(eesi_member_worker *worker, int m, double cell, double date) {
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
static void remember_all(eesi_member_worker *worker, const eesi_group_round *round, const eesi_member_scratch *s) {
    for (int m = 0; m < N; m++) {
        const double cut = s->cell[m] < 0 && s->share[m] > 0.5 ? s->cell[m] - 1 : s->cell[m];
        if (s->need[m] >= 0)
            remember(worker, m, cut, round->date[m]);
    }
}

/* Everybody above the cut-off leaves, and the invited share of those at it. */
static void invite(eesi_member_worker *worker, const eesi_member_process *process, const eesi_group_round *round,
                   eesi_member_scratch *s) {
    eesi_future_cut *cut = &worker->cut;
    cut->edges = process->edges;
    memcpy(cut->edge, process->edge, (size_t)process->edges * sizeof *process->edge);
    for (int m = 0; m < N; m++)
        cut->need[m] = (float)s->need[m];
    if (round->return_share > 0)
        eesi_waiting_note(worker);
    eesi_futures_invite(worker->tables, &worker->x, cut);
    if (round->return_share > 0)
        eesi_waiting_left(worker, round);
    const eesi_process_kernels *kernels = eesi_process_kernels_best();
    float since[N];
    for (int m = 0; m < N; m++)
        since[m] = cut->cell[m] >= 0 ? (float)worker->set->cleared[(int)cut->cell[m]] : 0.0F;
    kernels->find_clearing(worker, since);
    kernels->measure_cut(cut, since, s);
    for (int m = 0; m < N; m++)
        if (s->cell[m] < 0 && s->need[m] >= 0)
            go_below_grid(worker, process, round, m, s);
    remember_all(worker, round, s);
}

/* The round reaches below the lowest score the members know, and no published pool says what stands there: one less
 * than that score stands for "there or lower". */
static void report_beyond(const eesi_member_worker *worker, eesi_group_round *round, int m) {
    round->invited[m] = (int32_t)round->size[m];
    round->cutoff[m] = worker->tables->grid.lo - 1;
    round->share[m] = 1;
    round->taken[m] = EESI_UNKNOWN;
    round->tie_age[m] = EESI_AGE_NONE;
}

static void report(const eesi_member_worker *worker, const eesi_member_process *process, eesi_member_scratch *s,
                   eesi_group_round *round) {
    eesi_process_kernels_best()->answer_lanes(worker->set->params, round, s);
    for (int m = 0; m < N; m++) {
        if (round->size[m] <= 0)
            continue;
        if (s->cell[m] < 0 && !process->below_grid) {
            report_beyond(worker, round, m);
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

void eesi_member_hold(eesi_member_worker *worker, const eesi_member_process *process, eesi_group_round *round) {
    eesi_member_scratch s;
    const eesi_process_kernels *kernels = eesi_process_kernels_best();
    advance(worker, process, round);
    /* cppcheck-suppress uninitvar; filled by this very call */
    eesi_future_normals(process->seed, process->points, worker->x.replicate, process->purpose + 1, round->step, 1,
                        s.z[0]);
    kernels->count_places(worker->set->params, round, &s);
    invite(worker, process, round, &s);
    kernels->count_bands(process, &worker->cut, round);
    report(worker, process, &s, round);
}

/* ---- rounds of other programs ---- */

void eesi_member_advance(eesi_member_worker *worker, const eesi_member_process *process,
                         const eesi_group_round *round) {
    advance(worker, process, round);
}

void eesi_member_take_share(eesi_member_worker *worker, const eesi_member_process *process,
                            const eesi_group_round *round) {
    const int lo = worker->tables->grid.lo;
    advance(worker, process, round);
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

void eesi_member_lose(eesi_member_worker *worker, const eesi_member_process *process, int lane, int cutoff,
                      double count) {
    const eesi_flow_grid *grid = &worker->tables->grid;
    const int first = cutoff < grid->lo ? 0 : cutoff - grid->lo;
    double there = 0;
    for (int score = cutoff; process->below_grid && score < grid->lo; score++)
        there += (double)process->below_grid[score];
    for (int c = first; c < grid->cells; c++)
        there += (double)worker->x.stock[(size_t)c * N + (size_t)lane];
    const float kept = there > count ? (float)(1 - count / there) : 0.0F;
    for (int c = first; c < grid->cells; c++)
        worker->x.stock[(size_t)c * N + (size_t)lane] *= kept;
}
