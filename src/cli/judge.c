#include "judge.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

enum { KEPT_MAX = 16 };

static int score(cli *app, ees_backtest_request *request, int program, judgement *found, ees_error *err) {
    ees_context *context = cli_history(app, err) ? cli_context(app, true, err) : NULL;
    if (!context)
        return err->code;
    const ees_progress progress = cli_progress(app, "forecasts");
    ees_backtest backtest;
    request->programs = program == EES_PROGRAM_NONE ? 0 : (ees_program_set)1 << program;
    request->until = cli_given(app)->date == EES_DATE_NONE ? EES_DATE_NONE : cli_given(app)->date - 1;
    request->seed = (uint64_t)cli_given(app)->seed;
    ees_context_listen(context, &progress);
    int rc = ees_backtest_run(context, request, &backtest, err);
    ees_context_listen(context, NULL);
    cli_progress_end(app);
    if (rc == EES_OK)
        rc = ees_backtest_summarise(&backtest, 0, 0, false, &found->summary, err);
    else if (rc == EES_ERR_NOTFOUND) { /* no such round: a summary of none */
        found->summary = (ees_score_summary){0};
        rc = EES_OK;
    }
    snprintf(found->fitted_until, sizeof found->fitted_until, "%s", backtest.fitted_until);
    found->first = -1;
    for (size_t i = 0; i < backtest.round_count && backtest.rows; i++)
        if (backtest.rows[i * backtest.model_count].status == EES_OK) {
            found->first = found->first < 0 ? backtest.rounds[i] : found->first;
            found->last = backtest.rounds[i];
        }
    ees_backtest_free(&backtest);
    return rc;
}

int judge_model(cli *app, const char *model, int program, ees_date since, ees_score_summary *summary, ees_error *err) {
    ees_backtest_request request;
    judgement found;
    ees_backtest_request_init(&request);
    request.since = since;
    request.model = cli_given(app)->model;
    request.models = model;
    int rc = score(app, &request, program, &found, err);
    *summary = found.summary;
    return rc;
}

/* "until-396.json" to 396; 0 for any other name. */
static long until_of(const char *name) {
    char *rest;
    long number = strncmp(name, "until-", 6) == 0 ? strtol(name + 6, &rest, 10) : 0;
    return number > 0 && strcmp(rest, ".json") == 0 ? number : 0;
}

static int compare_newest_first(const void *left, const void *right) {
    const long a = *(const long *)left, b = *(const long *)right;
    return (a < b) - (a > b);
}

/* The parameters kept from before, the newest first. */
static size_t list_kept(const char *folder, long *kept) {
    size_t count = 0;
    DIR *dir = opendir(folder);
    for (const struct dirent *entry; dir && count < KEPT_MAX && (entry = readdir(dir));)
        if ((kept[count] = until_of(entry->d_name)) > 0)
            count++;
    if (dir)
        closedir(dir);
    qsort(kept, count, sizeof *kept, compare_newest_first);
    return count;
}

static int judge_kept(cli *app, ees_backtest_request *request, int program, judgement *found, ees_error *err) {
    long kept[KEPT_MAX];
    char *folder = cli_models_dir(err), path[4096];
    const size_t count = folder ? list_kept(folder, kept) : 0;
    int rc = folder ? EES_OK : err->code;
    for (size_t i = 0; i < count && rc == EES_OK && found->summary.count == 0; i++) {
        snprintf(found->file, sizeof found->file, "until-%ld.json", kept[i]);
        snprintf(path, sizeof path, "%s/%s", folder, found->file);
        request->model = path;
        rc = score(app, request, program, found, err);
    }
    free(folder);
    return rc;
}

static bool is_file(const char *model) {
    return model && strpbrk(model, "/.");
}

int judge_unseen(cli *app, const char *model, int program, judgement *found, ees_error *err) {
    ees_backtest_request request;
    *found = (judgement){.first = -1, .last = -1};
    ees_backtest_request_init(&request);
    request.unseen = true;
    request.model = cli_given(app)->model;
    request.models = model;
    int rc = score(app, &request, program, found, err);
    if (rc == EES_OK && found->summary.count == 0 && !is_file(cli_given(app)->model))
        rc = judge_kept(app, &request, program, found, err);
    if (rc || found->summary.count > 0)
        return rc;
    found->file[0] = '\0';
    found->seen = true;
    request.unseen = false;
    request.model = cli_given(app)->model;
    return score(app, &request, program, found, err);
}
