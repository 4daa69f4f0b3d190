/* `pool` as JSON. */
#include <eesim/context.h>
#include <eesim/version.h>

#include "core/answer.h"
#include "table/table.h"

typedef struct pool_question {
    int program;
    ees_date as_of, since;
} pool_question;

static const eesi_key keys[] = {
    {.name = "program", .kind = EESI_KEY_PROGRAM, .offset = offsetof(pool_question, program)},
    {.name = "as_of", .kind = EESI_KEY_DATE, .offset = offsetof(pool_question, as_of)},
    {.name = "since", .kind = EESI_KEY_DATE, .offset = offsetof(pool_question, since)},
    {.name = NULL}};

static int64_t count(const ees_pool_view *view, ees_band band) {
    return ees_pool_count(&view->known.pool, view->members, band.low, band.high);
}

static void put_bands(FILE *out, const ees_pool_view *view, const ees_snapshot *snapshot) {
    eesi_json_put_key(out, ",\n ", "bands");
    for (int b = 0; b < snapshot->bands.count; b++) {
        const ees_band band = snapshot->bands.band[b];
        fprintf(out, "%s\n  {\"low\":%d,\"high\":%d,\"candidates\":%lld,\"eligible\":%lld}", b ? "," : "[", band.low,
                band.high, (long long)snapshot->leaf[b], (long long)count(view, band));
    }
    fputc(']', out);
}

static void put_stocks(FILE *out, const ees_pool_view *view, const ees_programs *programs) {
    eesi_json_put_key(out, ",\n ", "streams");
    fputc('[', out);
    for (size_t i = 0; i < view->known.stock_count; i++) {
        const ees_known_stock *s = &view->known.stocks[i];
        fprintf(out, "%s{\"program\":\"%s\",\"low\":%d,\"high\":%d,\"model\":\"%s\"}", i ? "," : "",
                programs->programs[s->program].code, s->low, s->high, s->model);
    }
    fputc(']', out);
}

static int put_view(ees_context *context, const ees_pool_view *view, const ees_table *cells, FILE *out,
                    ees_error *err) {
    const ees_history *history = ees_context_history(context, err);
    const ees_programs *programs = history ? ees_context_programs(context, err) : NULL;
    if (!programs)
        return err->code;
    const ees_snapshot *snapshot = &history->snapshots[view->snapshot];
    fputs("{\"schema\":\"eesim.pool/1\"", out);
    eesi_json_put_key(out, ",\n ", "as_of");
    eesi_json_put_date(out, snapshot->as_of);
    eesi_json_put_key(out, ",\n ", "candidates");
    eesi_json_put_int(out, view->known.pool.total);
    eesi_json_put_key(out, ",\n ", "program");
    if (view->program == EES_PROGRAM_NONE)
        fputs("null", out);
    else
        ees_json_put_string(out, programs->programs[view->program].code);
    eesi_json_put_key(out, ",\n ", "eligible");
    eesi_json_put_int(out, count(view, (ees_band){0, EES_SCORE_MAX}));
    put_bands(out, view, snapshot);
    put_stocks(out, view, programs);
    eesi_json_put_key(out, ",\n ", "scores");
    int rc = ees_table_write_json(cells, out, err);
    return rc ? rc : eesi_answer_foot(out, ",\n ", context, NULL, err);
}

static int put_changes(ees_context *context, const ees_table *bands, FILE *out, ees_error *err) {
    const ees_history *history = ees_context_history(context, err);
    if (!history)
        return err->code;
    fputs("{\"schema\":\"eesim.pool-changes/1\",\n \"bands\":", out);
    int rc = ees_table_write_json(bands, out, err);
    return rc ? rc : eesi_answer_foot(out, ",\n ", context, NULL, err);
}

static int answer(ees_context *context, const eesi_common *common, const void *question, FILE *out, ees_error *err) {
    const pool_question *asked = question;
    const ees_pool_request request = {asked->program, asked->as_of, common->model, asked->since};
    ees_pool_view view;
    ees_table *cells = NULL;
    if (asked->since != EES_DATE_NONE && asked->program != EES_PROGRAM_NONE)
        return ees_error_set(err, EES_ERR_RANGE,
                             "since and program exclude each other: only whole bands are published");
    int rc = ees_pool_view_make(context, &request, &view, err);
    if (rc == EES_OK)
        rc = ees_pool_view_table(context, &view, &cells, err);
    if (rc == EES_OK)
        rc = view.since != EES_SNAPSHOT_NONE ? put_changes(context, cells, out, err)
                                             : put_view(context, &view, cells, out, err);
    ees_table_destroy(cells);
    ees_pool_view_free(&view);
    return rc;
}

const eesi_answerer eesi_answer_pool = {"pool", keys, sizeof(pool_question), EESI_TAKES_MODEL, NULL, answer};
