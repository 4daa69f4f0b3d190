/* A backtest as tables and as JSON. */
#include <eesim/backtest.h>

#include <eesim/version.h>

#include "core/context.h"
#include "report/backtest_tables.h"

enum { PARTS = EES_BACKTEST_BESIDE + 1 };

static eesi_scored_table *const cutoffs[PARTS] = {eesi_backtest_rows, eesi_backtest_summaries,
                                                  eesi_backtest_differences, eesi_backtest_ties};
static eesi_scored_table *const joint[PARTS] = {eesi_backtest_joint_rows, eesi_backtest_summaries,
                                                eesi_backtest_differences, eesi_backtest_joint_summary};
static eesi_scored_table *const calendar[PARTS] = {eesi_backtest_calendar_rows, eesi_backtest_calendar_summary};

int ees_backtest_table(ees_context *context, const ees_backtest *backtest, ees_backtest_part part, ees_table **table,
                       ees_error *err) {
    ees_error own = {0};
    err = err ? err : &own;
    *table = NULL;
    eesi_scored scored = {.backtest = backtest, .history = ees_context_history(context, err)};
    scored.programs = scored.history ? ees_context_programs(context, err) : NULL;
    if (!scored.programs)
        return err->code;
    eesi_scored_table *const *makers = backtest->calendar ? calendar : backtest->joint ? joint : cutoffs;
    if ((int)part < 0 || (int)part >= PARTS || !makers[part])
        return ees_error_set(err, EES_ERR_RANGE, "this backtest has no such table");
    return makers[part](&scored, table, err);
}

static int put_part(ees_context *context, const ees_backtest *backtest, ees_backtest_part part, const char *key,
                    FILE *out, ees_error *err) {
    ees_table *table = NULL;
    int rc = ees_backtest_table(context, backtest, part, &table, err);
    if (rc == EES_OK) {
        fprintf(out, ",%s\"%s\":", backtest->calendar ? "" : "\n", key);
        rc = ees_table_write_json(table, out, err);
    }
    ees_table_destroy(table);
    return rc;
}

int ees_backtest_write_json(ees_context *context, const ees_backtest *backtest, FILE *out, ees_error *err) {
    static const ees_backtest_part parts[PARTS] = {EES_BACKTEST_SUMMARY, EES_BACKTEST_DIFFERENCES, EES_BACKTEST_BESIDE,
                                                   EES_BACKTEST_ROUNDS};
    const char *const keys[PARTS] = {"summary", "differences", backtest->joint ? "days_and_sizes" : "tie_breaks",
                                     "rounds"};
    int rc = EES_OK;
    fprintf(out, "{\"schema\":\"eesim.backtest%s/1\"", backtest->calendar ? "-calendar" : "");
    for (int i = backtest->calendar ? PARTS - 1 : 0; rc == EES_OK && i < PARTS; i++)
        rc = put_part(context, backtest, parts[i], keys[i], out, err);
    fprintf(out, ",%s\"version\":\"%s\"}\n", backtest->calendar ? "" : "\n", ees_version());
    return rc;
}
