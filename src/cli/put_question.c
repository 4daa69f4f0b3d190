/* The options as a question in JSON, put to the library: keys and requests are made from them in one place. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static void put_key(FILE *out, const char *name) {
    char key[64];
    snprintf(key, sizeof key, "%s", name);
    for (char *p = key; *p; p++)
        *p = *p == '-' ? '_' : *p;
    fputc(',', out);
    ees_json_put_string(out, key);
    fputc(':', out);
}

static void put_list(FILE *out, const cli_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        fputc(i ? ',' : '[', out);
        ees_json_put_string(out, list->items[i]);
    }
    fputc(']', out);
}

static void put_choice(FILE *out, const char *choices, int position) {
    char text[64];
    for (; position > 0; position--)
        choices += strcspn(choices, "|") + 1;
    snprintf(text, sizeof text, "%.*s", (int)strcspn(choices, "|"), choices);
    ees_json_put_string(out, text);
}

static bool is_given(const cli_option *option, const void *field) {
    switch (option->kind) {
    case CLI_FLAG:
        return *(const bool *)field;
    case CLI_INT:
        return *(const int64_t *)field != CLI_INT_NONE;
    case CLI_NUMBER:
        return !isnan(*(const double *)field);
    case CLI_DATE:
        return *(const ees_date *)field != EES_DATE_NONE;
    case CLI_TIME:
        return *(const ees_time *)field != EES_TIME_NONE;
    case CLI_PROGRAM:
        return ((const cli_program *)field)->code != NULL;
    case CLI_CHOICE:
        return *(const int *)field >= 0;
    case CLI_TEXT:
        return *(const char *const *)field != NULL;
    case CLI_LIST:
        return ((const cli_list *)field)->count > 0;
    }
    return false;
}

static void put_value(cli *app, FILE *out, const cli_option *option, const void *field) {
    char text[EES_TIME_TEXT_MAX];
    switch (option->kind) {
    case CLI_FLAG:
        fputs("true", out);
        break;
    case CLI_INT:
        fprintf(out, "%" PRId64, *(const int64_t *)field);
        break;
    case CLI_NUMBER:
        ees_json_put_number(out, *(const double *)field);
        break;
    case CLI_DATE:
        ees_json_put_string(out, ees_date_format(*(const ees_date *)field, text));
        break;
    case CLI_TIME:
        ees_json_put_string(out, ees_time_format(*(const ees_time *)field, text));
        break;
    case CLI_PROGRAM:
        ees_json_put_string(out, cli_programs(app, NULL)->programs[((const cli_program *)field)->position].code);
        break;
    case CLI_CHOICE:
        put_choice(out, option->choices, *(const int *)field);
        break;
    case CLI_TEXT:
        ees_json_put_string(out, *(const char *const *)field);
        break;
    case CLI_LIST:
        put_list(out, field);
        break;
    }
}

/* Options about the computation; files, screens and threads are the context's. */
static bool is_asked(const cli *app, const cli_option *option) {
    return cli_takes(app->command, option) &&
           (option->group & (CLI_TAKES_MODEL | CLI_TAKES_DATE | CLI_TAKES_RANDOM)) != 0;
}

static void put_question(cli *app, const void *options, const json_t *more, FILE *out) {
    fputs("{\"command\":", out);
    ees_json_put_string(out, app->command->name);
    for (const cli_option *o = app->command->options; o && o->name; o++) {
        const void *field = (const char *)options + o->offset;
        if (!is_given(o, field) || (o->group & CLI_NOT_ASKED))
            continue;
        put_key(out, o->name);
        put_value(app, out, o, field);
    }
    for (const cli_option *o = cli_common_options; o->name; o++) {
        const void *field = (const char *)&app->common + o->offset;
        if (!is_asked(app, o) || !is_given(o, field))
            continue;
        put_key(out, o->name);
        put_value(app, out, o, field);
    }
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)more, key, value) {
        put_key(out, key);
        json_dumpf(value, out, JSON_ENCODE_ANY);
    }
    fputc('}', out);
}

static int no_memory(ees_error *err) {
    return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
}

/* The context, and the question to put to it; free() it. */
static int make_question(cli *app, const void *options, const json_t *more, bool needs_data, ees_context **context,
                         char **question, ees_error *err) {
    size_t length = 0;
    *question = NULL;
    *context = cli_context(app, needs_data, err);
    FILE *out = *context ? open_memstream(question, &length) : NULL;
    if (!out)
        return *context ? no_memory(err) : err->code;
    put_question(app, options, more, out);
    return fclose(out) == 0 && *question ? EES_OK : no_memory(err);
}

int cli_ask(cli *app, const void *options, const json_t *more, bool needs_data, char **answer, ees_error *err) {
    ees_context *context;
    char *question;
    *answer = NULL;
    int rc = make_question(app, options, more, needs_data, &context, &question, err);
    if (rc == EES_OK)
        rc = ees_answer_json(context, question, answer, err);
    free(question);
    return rc;
}

int cli_answer(cli *app, const void *options, bool needs_data, ees_error *err) {
    char *answer;
    int rc = cli_ask(app, options, NULL, needs_data, &answer, err);
    if (rc == EES_OK)
        fputs(answer, cli_out(app));
    free(answer);
    return rc;
}

int cli_request(cli *app, const void *options, bool needs_data, void *request, ees_context **context, ees_error *err) {
    char *question;
    int rc = make_question(app, options, NULL, needs_data, context, &question, err);
    if (rc == EES_OK)
        rc = ees_request_json(*context, question, request, err);
    free(question);
    return rc;
}
