/* A backtest as tables and as JSON. */
#include <eesim/backtest.h>

#include <eesim/version.h>

#include "core/answer.h"
#include "core/context.h"
#include "report/backtest_tables.h"

enum { PARTS = EES_BACKTEST_POOL + 1 };

static eesi_scored_table *const cutoffs[PARTS] = {eesi_backtest_rows, eesi_backtest_summaries,
                                                  eesi_backtest_differences, eesi_backtest_ties};
static eesi_scored_table *const joint[PARTS] = {eesi_backtest_joint_rows, eesi_backtest_summaries,
                                                eesi_backtest_differences, eesi_backtest_joint_summary};
static eesi_scored_table *const calendar[PARTS] = {eesi_backtest_calendar_rows, eesi_backtest_calendar_summary};
static eesi_scored_table *const chances[PARTS] = {
    [EES_BACKTEST_ROUNDS] = eesi_backtest_chance_rows,
    [EES_BACKTEST_SUMMARY] = eesi_backtest_chance_summary,
    [EES_BACKTEST_BESIDE] = eesi_backtest_activity_summary,
    [EES_BACKTEST_RELIABILITY] = eesi_backtest_reliability,
    [EES_BACKTEST_POOL] = eesi_backtest_pool,
};

static eesi_scored_table *const *makers_of(const ees_backtest *backtest) {
    if (backtest->chances)
        return chances;
    return backtest->calendar ? calendar : backtest->joint ? joint : cutoffs;
}

int ees_backtest_table(ees_context *context, const ees_backtest *backtest, ees_backtest_part part, ees_table **table,
                       ees_error *err) {
    ees_error own = {0};
    err = err ? err : &own;
    *table = NULL;
    eesi_scored scored = {.backtest = backtest, .history = ees_context_history(context, err)};
    scored.programs = scored.history ? ees_context_programs(context, err) : NULL;
    if (!scored.programs)
        return err->code;
    eesi_scored_table *const *makers = makers_of(backtest);
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

/* Not row by row: there are hundreds of thousands, which the CSV has. */
static int write_chances(ees_context *context, const ees_backtest *backtest, FILE *out, ees_error *err) {
    fputs("{\"schema\":\"eesim.backtest-chance/1\"", out);
    int rc = put_part(context, backtest, EES_BACKTEST_SUMMARY, "summary", out, err);
    if (rc == EES_OK)
        rc = put_part(context, backtest, EES_BACKTEST_BESIDE, "rounds", out, err);
    if (rc == EES_OK)
        rc = put_part(context, backtest, EES_BACKTEST_RELIABILITY, "reliability", out, err);
    if (rc == EES_OK)
        rc = put_part(context, backtest, EES_BACKTEST_POOL, "pool", out, err);
    fprintf(out, ",\n\"every_days\":%d,\"replicates\":%llu", backtest->every_days,
            (unsigned long long)backtest->replicates);
    return rc ? rc : eesi_answer_foot(out, ",\n", context, &backtest->seed, err);
}

int ees_backtest_write_json(ees_context *context, const ees_backtest *backtest, FILE *out, ees_error *err) {
    enum { WRITTEN = EES_BACKTEST_BESIDE + 1 };
    static const ees_backtest_part parts[WRITTEN] = {EES_BACKTEST_SUMMARY, EES_BACKTEST_DIFFERENCES,
                                                     EES_BACKTEST_BESIDE, EES_BACKTEST_ROUNDS};
    if (backtest->chances)
        return write_chances(context, backtest, out, err);
    const char *const keys[WRITTEN] = {"summary", "differences", backtest->joint ? "days_and_sizes" : "tie_breaks",
                                       "rounds"};
    int rc = EES_OK;
    fprintf(out, "{\"schema\":\"eesim.backtest%s/1\"", backtest->calendar ? "-calendar" : "");
    for (int i = backtest->calendar ? WRITTEN - 1 : 0; rc == EES_OK && i < WRITTEN; i++)
        rc = put_part(context, backtest, parts[i], keys[i], out, err);
    return rc ? rc : eesi_answer_foot(out, backtest->calendar ? "," : ",\n", context, &backtest->seed, err);
}
