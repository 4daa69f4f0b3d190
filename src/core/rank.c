/* ees_rank(): the ranking rule on candidates of one's own; and the table of a round held. */
#include "pool/candidates.h"
#include <eesim/context.h>

#include "core/context.h"

static ees_held_round held_of(const ees_predict_request *request, const ees_candidates *candidates,
                              const ees_candidates_result *result) {
    return (ees_held_round){.program = request->program,
                            .date = request->date,
                            .size = request->size,
                            .candidates = (int64_t)candidates->count,
                            .as_of = EES_DATE_NONE,
                            .published = EES_COUNT_NONE,
                            .eligible = result->eligible,
                            .invited = result->invited,
                            .at_cutoff = result->at_cutoff,
                            .at_cutoff_invited = result->at_cutoff_invited,
                            .cutoff = result->cutoff,
                            .tie_break = result->tie_break};
}

int ees_rank(ees_context *context, const char *file, const ees_predict_request *request, ees_held_round *held,
             ees_error *err) {
    ees_error own = {0};
    ees_candidates candidates;
    ees_candidates_result result;
    err = err ? err : &own;
    const ees_programs *programs = ees_context_programs(context, err);
    if (!programs)
        return err->code;
    const ees_candidates_rule rule = {request->program, request->size, request->cutoff, request->tie_break};
    int rc = eesi_candidates_load(&candidates, file, programs, err);
    if (rc == EES_OK)
        rc = eesi_candidates_draw(&candidates, programs, &rule, &result, NULL, err);
    if (rc == EES_OK)
        *held = held_of(request, &candidates, &result);
    if (rc == EES_OK && result.exhausted)
        eesi_context_remark(context, "only %lld candidate%s eligible: all are invited", (long long)result.eligible,
                            result.eligible == 1 ? " is" : "s are");
    eesi_candidates_free(&candidates);
    return rc;
}

static const ees_column held_columns[] = {
    {.name = "program", .title = "Program", .type = EES_COLUMN_TEXT, .meaning = "Program code of the round"},
    {.name = "date", .title = "Date", .type = EES_COLUMN_DATE, .meaning = "Day of the round"},
    {.name = "cutoff", .title = "Cut-off", .type = EES_COLUMN_INTEGER, .unit = "CRS points", .meaning = "Cut-off"},
    {.name = "tie_break", .title = "Tie-break", .type = EES_COLUMN_TIME, .meaning = "Tie-break, UTC"},
    {.name = "draw_size", .title = NULL, .type = EES_COLUMN_COUNT, .meaning = "Invitations asked for"},
    {.name = "invited", .title = "Invited", .type = EES_COLUMN_COUNT, .meaning = "Candidates invited"},
    {.name = "at_cutoff_invited",
     .title = "At the cut-off",
     .type = EES_COLUMN_COUNT,
     .meaning = "Invited at the cut-off score"},
    {.name = "at_cutoff", .title = "of", .type = EES_COLUMN_COUNT, .meaning = "Eligible at the cut-off score"},
    {.name = "eligible", .title = "Eligible", .type = EES_COLUMN_COUNT, .meaning = "Candidates who could be invited"},
    {.name = "candidates", .title = "Pool", .type = EES_COLUMN_COUNT, .meaning = "All candidates"},
    {.name = "pool_as_of", .title = NULL, .type = EES_COLUMN_DATE, .meaning = "Day of the pool"},
    {.name = "published", .title = "Published", .type = EES_COLUMN_COUNT, .meaning = "Size of the official round"},
};
enum { HELD_COLUMNS = sizeof held_columns / sizeof *held_columns };

int ees_held_table(ees_context *context, const ees_held_round *held, ees_table **table, ees_error *err) {
    ees_error own = {0};
    err = err ? err : &own;
    const ees_programs *programs = ees_context_programs(context, err);
    *table = NULL;
    int rc = programs ? ees_table_create(table, held_columns, HELD_COLUMNS, err) : err->code;
    if (rc)
        return rc;
    ees_table_text(*table, programs->programs[held->program].code);
    ees_table_date(*table, held->date);
    ees_table_int(*table, held->cutoff == EES_SCORE_NONE ? EES_COUNT_NONE : held->cutoff);
    ees_table_time(*table, held->tie_break);
    ees_table_int(*table, held->size);
    ees_table_int(*table, held->invited);
    ees_table_int(*table, held->at_cutoff_invited);
    ees_table_int(*table, held->at_cutoff);
    ees_table_int(*table, held->eligible);
    ees_table_int(*table, held->candidates);
    ees_table_date(*table, held->as_of);
    ees_table_int(*table, held->published);
    return EES_OK;
}
