/* ees_pool_view(): a published pool with the stocks that the models know in it. */
#include <eesim/context.h>

#include <string.h>

#include "core/context.h"
#include "core/pool_changes.h"
#include "models/forecaster.h"
#include "predict/known_pool.h"

static int find_snapshot(const ees_history *history, ees_date as_of, int *snapshot, ees_error *err) {
    char day[EES_DATE_TEXT_MAX];
    *snapshot = EES_SNAPSHOT_NONE;
    for (size_t i = 0; i < history->snapshot_count; i++)
        if (as_of == EES_DATE_NONE || history->snapshots[i].as_of <= as_of)
            *snapshot = (int)i;
    if (*snapshot != EES_SNAPSHOT_NONE)
        return EES_OK;
    return ees_error_set(err, EES_ERR_RANGE, "no published pool is dated %s or earlier", ees_date_format(as_of, day));
}

static int find_earlier(const ees_history *history, ees_date since, ees_pool_view *view, ees_error *err) {
    char then[EES_DATE_TEXT_MAX];
    if (since == EES_DATE_NONE || since == 0)
        return EES_OK;
    int rc = find_snapshot(history, since, &view->since, err);
    if (rc == EES_OK && view->since >= view->snapshot)
        rc = ees_error_set(err, EES_ERR_RANGE, "the pool of %s is the newest by then: nothing to compare it with",
                           ees_date_format(history->snapshots[view->snapshot].as_of, then));
    return rc;
}

/* Models that know a stock of candidates, in order of preference. */
static size_t choose_models(const eesi_models *models, ees_forecaster *chosen, size_t most) {
    size_t count = 0;
    for (size_t i = 0; i < models->count && count < most; i++)
        if (models->chosen || strcmp(models->forecasters[i].name, "ensemble") == 0 ||
            strcmp(models->forecasters[i].name, "stock-flow") == 0)
            chosen[count++] = models->forecasters[i];
    return count;
}

static int build(ees_context *context, const ees_pool_request *request, const eesi_models *models, ees_pool_view *view,
                 ees_error *err) {
    ees_forecaster chosen[8];
    const ees_history *history = ees_context_history(context, err);
    ees_known_request inner = {.history = history,
                               .programs = history ? ees_context_programs(context, err) : NULL,
                               .models = chosen,
                               .model_count = choose_models(models, chosen, sizeof chosen / sizeof *chosen)};
    inner.segments = inner.programs ? eesi_context_segments(context, err) : NULL;
    if (!inner.segments)
        return err->code;
    int rc = find_snapshot(history, request->as_of, &inner.snapshot, err);
    if (rc)
        return rc;
    inner.round_count = history->round_count;
    view->snapshot = inner.snapshot;
    rc = find_earlier(history, request->since, view, err);
    if (rc)
        return rc;
    view->program = request->program;
    view->segments = inner.segments;
    rc = eesi_known_pool_build(&view->known, &inner, err);
    view->members = rc == EES_OK && request->program != EES_PROGRAM_NONE
                        ? ees_pool_admitted(&view->known.pool, inner.programs, request->program)
                        : ~(ees_segment_set)0;
    return rc;
}

int ees_pool_view_make(ees_context *context, const ees_pool_request *request, ees_pool_view *view, ees_error *err) {
    ees_error own = {0};
    eesi_models models;
    err = err ? err : &own;
    memset(view, 0, sizeof *view);
    view->since = EES_SNAPSHOT_NONE;
    int rc = eesi_context_models(context, request->model, 1, &models, err);
    return rc ? rc : build(context, request, &models, view, err);
}

void ees_pool_view_free(ees_pool_view *view) {
    eesi_known_pool_free(&view->known);
}

static const ees_column cell_columns[] = {
    {"as_of", NULL, EES_COLUMN_DATE, 0, NULL, "Day of the pool"},
    {"score", NULL, EES_COLUMN_INTEGER, 0, "CRS points", "Score"},
    {"segment", NULL, EES_COLUMN_TEXT, 0, NULL, "Programs and categories of these candidates, joined by +"},
    {"candidates", NULL, EES_COLUMN_INTEGER, 0, "candidates", "Candidates of this score and segment; none: no row"},
};
enum { CELL_COLUMNS = sizeof cell_columns / sizeof *cell_columns };

int ees_pool_view_table(ees_context *context, const ees_pool_view *view, ees_table **table, ees_error *err) {
    const ees_pool *pool = &view->known.pool;
    const ees_history *history = ees_context_history(context, err);
    *table = NULL;
    if (!history)
        return EES_ERR_NOTFOUND;
    if (view->since != EES_SNAPSHOT_NONE)
        return eesi_pool_changes_table(context, view->since, view->snapshot, table, err);
    int rc = ees_table_create(table, cell_columns, CELL_COLUMNS, err);
    for (int s = EES_SCORE_MAX; !rc && s >= 0; s--) {
        for (size_t g = 0; g < pool->segment_count; g++) {
            int32_t held = pool->counts[g * EES_SCORE_COUNT + (size_t)s];
            if (held == 0 || !(view->members >> g & 1u))
                continue;
            ees_table_date(*table, history->snapshots[view->snapshot].as_of);
            ees_table_int(*table, s);
            ees_table_text(*table, view->segments->segments[g].name);
            ees_table_int(*table, held);
        }
    }
    return rc;
}
