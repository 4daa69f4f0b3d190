/* `rounds` as JSON. */
#include <eesim/context.h>

#include "core/answer.h"

typedef struct rounds_question {
    eesi_texts programs;
    ees_date from, until;
    int64_t last;
    int by; /* among the choices, from 0 */
} rounds_question;

static const eesi_key keys[] = {
    {.name = "program", .kind = EESI_KEY_LIST, .offset = offsetof(rounds_question, programs)},
    {.name = "from", .kind = EESI_KEY_DATE, .offset = offsetof(rounds_question, from)},
    {.name = "until", .kind = EESI_KEY_DATE, .offset = offsetof(rounds_question, until)},
    {.name = "last", .kind = EESI_KEY_INT, .offset = offsetof(rounds_question, last), .min = 1, .max = 1e6},
    {.name = "by",
     .kind = EESI_KEY_CHOICE,
     .offset = offsetof(rounds_question, by),
     .choices = "year|program|year,program"},
    {.name = NULL}};

static int answer(ees_context *context, const eesi_common *common, const void *question, FILE *out, ees_error *err) {
    const rounds_question *asked = question;
    (void)common;
    ees_rounds_request request = {.from = asked->from, .until = asked->until};
    request.last = asked->last == EES_COUNT_NONE ? 0 : (size_t)asked->last;
    request.by = (unsigned)(asked->by + 1); /* absent: -1 */
    ees_table *table = NULL;
    int rc = asked->programs.count ? eesi_program_set(context, &asked->programs, &request.programs, err) : EES_OK;
    if (rc == EES_OK && request.from != EES_DATE_NONE && request.until != EES_DATE_NONE && request.from > request.until)
        rc = ees_error_set(err, EES_ERR_RANGE, "'from' is after 'until': no round can be between them");
    if (rc == EES_OK)
        rc = ees_rounds_table(context, &request, &table, err);
    if (rc == EES_OK)
        rc = eesi_answer_table(out, "eesim.rounds/1", "rounds", table, context, NULL, err);
    ees_table_destroy(table);
    return rc;
}

const eesi_answerer eesi_answer_rounds = {"rounds", keys, sizeof(rounds_question), 0, NULL, answer};
