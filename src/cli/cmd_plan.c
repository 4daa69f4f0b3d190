/* eesim plan: what would move a candidate's chance. */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "score.h"

typedef struct plan_options {
    const char *profile, *rules;
    ees_date until;
} plan_options;

static const cli_option options[] = {
    {.name = "profile",
     .value_name = "FILE",
     .kind = CLI_TEXT,
     .offset = offsetof(plan_options, profile),
     .help = "a profile in JSON (docs/crs.md)"},
    {.name = "until",
     .value_name = "D",
     .kind = CLI_DATE,
     .offset = offsetof(plan_options, until),
     .help = "last day looked at; if not given, half a year on"},
    {.name = "rules",
     .value_name = "FILE",
     .kind = CLI_TEXT,
     .offset = offsetof(plan_options, rules),
     .help = "rules that score the profile, in the form of models/crs.json; if not given, that file"},
    {.name = NULL}};

static double real(const json_t *object, const char *key) {
    return json_number_value(json_object_get(object, key));
}

static int whole(const json_t *object, const char *key) {
    return (int)json_integer_value(json_object_get(object, key));
}

static const char *text(const json_t *object, const char *key) {
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

static void append(char *line, size_t size, const char *word) {
    const size_t used = strlen(line);
    snprintf(line + used, size - used, "%s", word);
}

static void describe(const json_t *action, char *line, size_t size) {
    const json_t *changes = json_object_get(action, "changes"), *change;
    size_t i;
    char number[32];
    line[0] = '\0';
    json_array_foreach(changes, i, change) {
        const json_t *to = json_object_get(change, "to");
        append(line, size, i ? " + " : "");
        append(line, size, score_change_name(text(change, "change")));
        if (json_is_string(to)) {
            append(line, size, ": ");
            append(line, size, json_string_value(to));
        } else if (strstr(text(change, "change"), "language")) {
            snprintf(number, sizeof number, ": level %d", (int)json_integer_value(to));
            append(line, size, number);
        }
    }
}

static void put_names(FILE *out, const json_t *names, const char *before) {
    size_t i;
    const json_t *name;
    json_array_foreach(names, i, name) fprintf(out, "%s%s", i ? " " : before, json_string_value(name));
}

static void put_action(FILE *out, const json_t *action) {
    char line[200];
    describe(action, line, sizeof line);
    fprintf(out, "%5.1f %%  %+5.1f +- %.1f  %+5d %+7d   %s", 100 * real(action, "probability"),
            100 * real(action, "gain"), 100 * real(action, "gain_se"), whole(action, "points"),
            whole(action, "points_later"), line);
    put_names(out, json_object_get(action, "opens"), "; opens ");
    fputc('\n', out);
}

/* Differences within two standard errors are none; a program may open although its chance is still none. */
static bool helps(const json_t *action) {
    return json_array_size(json_object_get(action, "opens")) > 0 ||
           real(action, "gain") > 2 * real(action, "gain_se") || real(action, "gain") > 0.005;
}

static void put_list(FILE *out, const json_t *list, const char *title, bool wanted) {
    size_t i;
    const json_t *action;
    bool any = false;
    json_array_foreach(list, i, action) {
        if (helps(action) != wanted)
            continue;
        if (!any)
            fprintf(out, "\n%s\n Chance   Difference   Points   later   Change\n", title);
        any = true;
        put_action(out, action);
    }
}

static void put_plan(FILE *out, const json_t *plan) {
    fprintf(out, "Score %d on %s", whole(plan, "score"), text(plan, "from"));
    if (whole(plan, "score_later") != whole(plan, "score"))
        fprintf(out, ", %d on %s", whole(plan, "score_later"), text(plan, "until"));
    put_names(out, json_object_get(plan, "programs"), "; ");
    fprintf(out, "\nInvited by %s as it is: %.1f %% (+- %.1f)\n", text(plan, "until"), 100 * real(plan, "probability"),
            100 * real(plan, "probability_se"));
    put_list(out, json_object_get(plan, "actions"), "What would help, from today on", true);
    put_list(out, json_object_get(plan, "pairs"), "Two together", true);
    put_list(out, json_object_get(plan, "actions"), "What would not", false);
    fputs("\n+- is the error of the simulation. How rounds will be held is far less certain: eesim backtest has the "
          "record.\n"
          "This is arithmetic on published rules and simulated rounds, no advice.\n",
          out);
}

static int run(cli *app, const void *raw) {
    const plan_options *given = raw;
    ees_error err = {0};
    char *answer = NULL;
    if (!given->profile)
        return cli_misuse(app, "--profile is missing, such as --profile me.json");
    if (cli_given(app)->format == CLI_FORMAT_CSV)
        return cli_misuse(app, "a plan is a table for people, or JSON: --format csv is not there");
    ees_context *context = cli_context(app, true, &err);
    if (!context)
        return cli_fail(app, &err);
    const ees_progress progress = cli_progress(app, "replicates");
    ees_context_listen(context, &progress);
    int rc = cli_ask(app, given, NULL, true, &answer, &err);
    cli_progress_end(app);
    json_t *plan = rc == EES_OK ? json_loads(answer, 0, NULL) : NULL;
    if (rc == EES_OK && cli_given(app)->format == CLI_FORMAT_JSON)
        fputs(answer, cli_out(app));
    else if (plan)
        put_plan(cli_out(app), plan);
    else if (rc == EES_OK)
        rc = ees_error_set(&err, EES_ERR_NOMEM, "out of memory");
    json_decref(plan);
    free(answer);
    return rc ? cli_fail(app, &err) : CLI_DONE;
}

const cli_command cmd_plan = {
    .name = "plan",
    .summary = "What would move a profile's chance: points, programs and chances with each change",
    .examples = "# By the end of the year\n"
                "eesim plan --profile me.json --until 2026-12-31\n",
    .details = "Each change is taken for true from the first day on: a better test, French, another credential, a "
               "certificate, "
               "a nomination, a spouse who does not come along. All of them meet the same simulated rounds, and the "
               "five best are "
               "tried two together. Points later are those on the last day. The chance of an invitation is no chance "
               "of permanent "
               "residence. This is no advice.",
    .options = options,
    .options_size = sizeof(plan_options),
    .common = CLI_TAKES_FORECAST | CLI_TAKES_OUTPUT,
    .run = run,
};
