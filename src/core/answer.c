/* A question in, an answer out, both JSON. */
#include <eesim/context.h>

#include "core/answer.h"

#include <stdlib.h>
#include <string.h>

#include <eesim/version.h>

#include "base/json.h"
#include "table/table.h"

static const eesi_answerer *const answerers[] = {
    &eesi_answer_backtest, &eesi_answer_chance, &eesi_answer_draw, &eesi_answer_fit,   &eesi_answer_forecast,
    &eesi_answer_pool,     &eesi_answer_rounds, &eesi_answer_run,  &eesi_answer_score, &eesi_answer_plan,
};
enum { ANSWERERS = sizeof answerers / sizeof *answerers };

int eesi_answer_foot(FILE *out, const char *separator, ees_context *context, const uint64_t *seed, ees_error *err) {
    const ees_history *history = ees_context_history(context, err);
    if (!history)
        return err->code;
    if (seed) {
        eesi_json_put_key(out, separator, "seed");
        fprintf(out, "%llu", (unsigned long long)*seed);
    }
    eesi_json_put_key(out, separator, "data");
    fprintf(out, "{\"sha256\":\"%s\",\"last_round\":", history->sha256);
    if (history->round_count > 0)
        ees_json_put_string(out, history->rounds[history->round_count - 1].number);
    else
        fputs("null", out);
    fputc('}', out);
    eesi_json_put_key(out, separator, "version");
    ees_json_put_string(out, ees_version());
    fputs("}\n", out);
    return EES_OK;
}

int eesi_answer_table(FILE *out, const char *schema, const char *key, const ees_table *table, ees_context *context,
                      const uint64_t *seed, ees_error *err) {
    fprintf(out, "{\"schema\":\"%s\",\"%s\":", schema, key);
    int rc = ees_table_write_json(table, out, err);
    return rc ? rc : eesi_answer_foot(out, ",", context, seed, err);
}

static int find_answerer(const json_t *question, const eesi_answerer **who, ees_error *err) {
    const char *names[ANSWERERS], *command = json_string_value(json_object_get(question, "command"));
    if (!command)
        return ees_error_set(err, EES_ERR_RANGE, "'command' is missing, expected a text such as \"draw\"");
    for (size_t i = 0; i < ANSWERERS; i++) {
        names[i] = answerers[i]->command;
        *who = answerers[i];
        if (strcmp(command, names[i]) == 0)
            return EES_OK;
    }
    const char *near = ees_nearest(command, names, ANSWERERS);
    return ees_error_set(err, EES_ERR_RANGE, "'%.60s' is no command that answers%s%s%s", command,
                         near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* Read a question into the struct of its command. The context keeps both. */
static int read_question(ees_context *context, const char *text, const eesi_answerer **who, eesi_common *common,
                         void **read, ees_error *err) {
    json_t *question = NULL;
    int rc = eesi_json_parse("question", text, strlen(text), &question, err);
    if (rc == EES_OK && !json_is_object(question))
        rc = ees_error_set(err, EES_ERR_RANGE, "the question is no JSON object");
    if (rc == EES_OK)
        rc = find_answerer(question, who, err);
    *read = rc ? NULL : calloc(1, (*who)->size + 1);
    if (rc == EES_OK && !*read)
        rc = ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    eesi_context_keep(context, question, *read);
    return rc ? rc : eesi_question_read(context, *who, question, common, *read, err);
}

/* The text written so far becomes the answer, or is thrown away. */
static int close_answer(FILE *out, int rc, char **answer, ees_error *err) {
    if ((fclose(out) != 0 || !*answer) && rc == EES_OK)
        rc = ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    if (rc) {
        free(*answer);
        *answer = NULL;
    }
    return rc;
}

int ees_answer_json(ees_context *context, const char *question, char **answer, ees_error *err) {
    ees_error own = {0};
    err = err ? err : &own;
    const eesi_answerer *who = NULL;
    eesi_common common;
    void *read = NULL;
    size_t length = 0;
    *answer = NULL;
    int rc = read_question(context, question, &who, &common, &read, err);
    FILE *out = rc ? NULL : open_memstream(answer, &length);
    if (rc == EES_OK)
        rc = out ? close_answer(out, who->answer(context, &common, read, out, err), answer, err)
                 : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    eesi_context_keep(context, NULL, NULL);
    return rc;
}

int ees_request_json(ees_context *context, const char *question, void *request, ees_error *err) {
    ees_error own = {0};
    err = err ? err : &own;
    const eesi_answerer *who = NULL;
    eesi_common common;
    void *read = NULL;
    int rc = read_question(context, question, &who, &common, &read, err);
    if (rc == EES_OK && !who->fill)
        rc = ees_error_set(err, EES_ERR_UNSUPPORTED, "a question of '%s' has no request", who->command);
    return rc ? rc : who->fill(context, &common, read, request, err);
}
