/* The history of rounds as a table. */
#include <eesim/context.h>

#include <stdlib.h>

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

/* ---- totals ---- */

#define YEAR                                                                                                           \
    { "year", "year", EES_COLUMN_INTEGER, 0, NULL, "Year of the rounds" }
#define TOTALS                                                                                                         \
    {"rounds", "rounds", EES_COLUMN_INTEGER, 0, NULL, "Rounds held"},                                                  \
        {"size", "invited", EES_COLUMN_COUNT, 0, "candidates", "Invitations issued"},                                  \
        {"cutoff_lowest", "lowest", EES_COLUMN_INTEGER, 0, "CRS points", "Lowest cut-off"}, {                          \
        "cutoff_highest", "highest", EES_COLUMN_INTEGER, 0, "CRS points", "Highest cut-off"                            \
    }
static const ees_column year_columns[] = {YEAR, TOTALS};
static const ees_column program_columns[] = {
    YEAR,
    {"program", "program", EES_COLUMN_TEXT, 0, NULL, "Code of the program or category; missing when it is not known"},
    TOTALS};
enum { YEAR_COLUMNS = sizeof year_columns / sizeof *year_columns };

/* A table borrows its columns. */
static int create(ees_table **table, unsigned by, ees_error *err) {
    if (!by)
        return ees_table_create(table, columns, COLUMNS, err);
    if (by == EES_ROUNDS_BY_YEAR)
        return ees_table_create(table, year_columns, YEAR_COLUMNS, err);
    const bool year = by & EES_ROUNDS_BY_YEAR;
    return ees_table_create(table, program_columns + !year, (size_t)YEAR_COLUMNS + year, err);
}

static int year_of(const ees_round *r) {
    int year, month, day;
    ees_date_to_civil(r->date, &year, &month, &day);
    return year;
}

static bool is_alike(const ees_round *a, const ees_round *b, unsigned by) {
    return (!(by & EES_ROUNDS_BY_YEAR) || year_of(a) == year_of(b)) &&
           (!(by & EES_ROUNDS_BY_PROGRAM) || a->program == b->program);
}

/* A total of the wanted rounds like `first`, the first of its kind. */
static void add_total(ees_table *table, const ees_history *history, const ees_programs *programs, const bool *wanted,
                      size_t first, unsigned by) {
    const ees_round *kind = &history->rounds[first];
    int64_t rounds = 0, size = 0, low = INT64_MIN, high = INT64_MIN;
    for (size_t i = first; i < history->round_count; i++) {
        const ees_round *r = &history->rounds[i];
        if (!wanted[i] || !is_alike(kind, r, by))
            continue;
        rounds++;
        size += r->size > 0 ? r->size : 0;
        if (r->cutoff == EES_SCORE_NONE)
            continue;
        low = low == INT64_MIN || r->cutoff < low ? r->cutoff : low;
        high = r->cutoff > high ? r->cutoff : high;
    }
    if (by & EES_ROUNDS_BY_YEAR)
        ees_table_int(table, year_of(kind));
    if (by & EES_ROUNDS_BY_PROGRAM)
        ees_table_text(table, kind->program == EES_PROGRAM_NONE ? NULL : programs->programs[kind->program].code);
    ees_table_int(table, rounds);
    ees_table_int(table, size);
    ees_table_int(table, low);
    ees_table_int(table, high);
}

/* Kinds in the order in which they were first held. */
static void fill_totals(ees_table *table, const ees_history *history, const ees_programs *programs, const bool *wanted,
                        unsigned by) {
    for (size_t i = 0; i < history->round_count; i++) {
        bool seen = !wanted[i];
        for (size_t j = 0; j < i && !seen; j++)
            seen = wanted[j] && is_alike(&history->rounds[j], &history->rounds[i], by);
        if (!seen)
            add_total(table, history, programs, wanted, i, by);
    }
}

static void choose(bool *wanted, const ees_history *history, const ees_rounds_request *request) {
    size_t count = 0;
    for (size_t i = history->round_count; i-- > 0;) {
        wanted[i] = is_wanted(&history->rounds[i], request) && (request->last == 0 || count < request->last);
        count += wanted[i];
    }
}

static int fill(ees_table **table, const ees_history *history, const ees_programs *programs,
                const ees_rounds_request *request, ees_error *err) {
    bool *wanted = calloc(history->round_count + 1, sizeof *wanted);
    int rc = wanted ? EES_OK : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    if (rc == EES_OK)
        rc = create(table, request->by, err);
    if (rc == EES_OK) {
        choose(wanted, history, request);
        for (size_t i = 0; i < history->round_count && !request->by; i++)
            if (wanted[i])
                add_round(*table, history, programs, &history->rounds[i]);
        if (request->by)
            fill_totals(*table, history, programs, wanted, request->by);
    }
    free(wanted);
    return rc;
}

int ees_rounds_table(ees_context *context, const ees_rounds_request *request, ees_table **table, ees_error *err) {
    ees_error own = {0};
    err = err ? err : &own;
    *table = NULL;
    const ees_history *history = ees_context_history(context, err);
    const ees_programs *programs = history ? ees_context_programs(context, err) : NULL;
    int rc = programs ? fill(table, history, programs, request, err) : err->code;
    if (rc)
        return rc;
    if (ees_table_rows(*table) == 0)
        eesi_context_remark(context, "no round matches; the data hold rounds #%s to #%s", history->rounds[0].number,
                            history->rounds[history->round_count - 1].number);
    return EES_OK;
}
