/* The history of rounds as a table. */
#include <eesim/context.h>

#include "core/context.h"

static const ees_column columns[] = {
    {"number", "round", EES_COLUMN_TEXT, 0, NULL, "Official number of the round"},
    {"date", "date", EES_COLUMN_DATE, 0, NULL, "Day of the round"},
    {"program", "program", EES_COLUMN_TEXT, 0, NULL, "Code of the program or category; missing when it is not known"},
    {"name", NULL, EES_COLUMN_TEXT, 0, NULL, "Official name of the round"},
    {"size", "invited", EES_COLUMN_COUNT, 0, "candidates", "Invitations issued"},
    {"cutoff", "cut-off", EES_COLUMN_INTEGER, 0, "CRS points", "Score of the lowest-ranked candidate invited"},
    {"tie_break", "tie-break", EES_COLUMN_TIME, 0, "UTC",
     "At the cut-off only profiles submitted by then were invited"},
    {"held_at", NULL, EES_COLUMN_TIME, 0, "UTC", "Time of the round"},
    {"pool_as_of", "pool as of", EES_COLUMN_DATE, 0, NULL, "As-of date of the pool published with the round"},
    {"pool_candidates", "candidates", EES_COLUMN_COUNT, 0, "candidates", "Candidates in that pool"},
};
enum { COLUMNS = sizeof columns / sizeof *columns };

static bool is_wanted(const ees_round *r, const ees_rounds_request *request) {
    if (request->from != EES_DATE_NONE && r->date < request->from)
        return false;
    if (request->until != EES_DATE_NONE && r->date > request->until)
        return false;
    if (r->program == EES_PROGRAM_NONE)
        return request->programs == 0;
    return request->programs == 0 || (request->programs >> r->program & 1u) != 0;
}

static void add_round(ees_table *table, const ees_history *history, const ees_programs *programs, const ees_round *r) {
    bool pool = r->snapshot != EES_SNAPSHOT_NONE;
    ees_table_text(table, r->number);
    ees_table_date(table, r->date);
    ees_table_text(table, r->program == EES_PROGRAM_NONE ? NULL : programs->programs[r->program].code);
    ees_table_text(table, r->name);
    ees_table_int(table, r->size);
    ees_table_int(table, r->cutoff);
    ees_table_time(table, r->tie_break);
    ees_table_time(table, r->held_at);
    ees_table_date(table, pool ? history->snapshots[r->snapshot].as_of : EES_DATE_NONE);
    ees_table_int(table, pool ? history->snapshots[r->snapshot].total : EES_COUNT_NONE);
}

static void fill(ees_table *table, const ees_history *history, const ees_programs *programs,
                 const ees_rounds_request *request) {
    size_t count = 0;
    for (size_t i = 0; i < history->round_count; i++)
        count += is_wanted(&history->rounds[i], request);
    size_t skip = request->last > 0 && request->last < count ? count - request->last : 0;
    for (size_t i = 0; i < history->round_count; i++) {
        if (!is_wanted(&history->rounds[i], request))
            continue;
        if (skip > 0)
            skip--;
        else
            add_round(table, history, programs, &history->rounds[i]);
    }
}

int ees_rounds_table(ees_context *context, const ees_rounds_request *request, ees_table **table, ees_error *err) {
    ees_error own = {0};
    err = err ? err : &own;
    *table = NULL;
    const ees_history *history = ees_context_history(context, err);
    const ees_programs *programs = history ? ees_context_programs(context, err) : NULL;
    int rc = programs ? ees_table_create(table, columns, COLUMNS, err) : err->code;
    if (rc)
        return rc;
    fill(*table, history, programs, request);
    if (ees_table_rows(*table) == 0)
        eesi_context_remark(context, "no round matches; the data hold rounds #%s to #%s", history->rounds[0].number,
                            history->rounds[history->round_count - 1].number);
    return EES_OK;
}
