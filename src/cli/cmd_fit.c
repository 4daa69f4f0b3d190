/* `eesim fit`: the parameters of a model from past rounds; prints a model file. */
#include <stdlib.h>
#include <string.h>

#include "commands.h"

typedef struct fit_options {
    bool calendar;
    const char *until, *name, *state;
    cli_program program;
    int64_t starts, evaluations, turns;
    int section;
} fit_options;

enum { SECTION_STREAMS, SECTION_STATISTICAL };

static const cli_option FIT_OPTIONS[] = {
    {.name = "until",
     .value_name = "ROUND",
     .kind = CLI_TEXT,
     .offset = offsetof(fit_options, until),
     .help = "use rounds up to this one, by its official number; the last there is"},
    {.name = "program",
     .value_name = "P",
     .kind = CLI_PROGRAM,
     .offset = offsetof(fit_options, program),
     .help = "fit the streams of this program only and keep the rest"},
    {.name = "calendar",
     .kind = CLI_FLAG,
     .offset = offsetof(fit_options, calendar),
     .help = "fit the habits of dates and sizes (calendar.json) instead, on the rounds from #200 on"},
    {.name = "starts",
     .value_name = "K",
     .kind = CLI_INT,
     .offset = offsetof(fit_options, starts),
     .min = 1,
     .max = 64,
     .otherwise = "8",
     .help = "starts of the search; each becomes a parameter set of the ensemble"},
    {.name = "evaluations",
     .value_name = "K",
     .kind = CLI_INT,
     .offset = offsetof(fit_options, evaluations),
     .min = 1,
     .max = 100000,
     .otherwise = "250",
     .help = "backtests of each start (6 times as many for the stock-flow model)"},
    {.name = "section",
     .value_name = "S",
     .kind = CLI_CHOICE,
     .offset = offsetof(fit_options, section),
     .choices = "streams|statistical",
     .help = "fit this part of the model only: streams (ensemble and stock-flow) or statistical; both"},
    {.name = "turns",
     .value_name = "K",
     .kind = CLI_INT,
     .offset = offsetof(fit_options, turns),
     .min = 1,
     .max = 100,
     .otherwise = "3",
     .help = "turns of the statistical model's search over its families"},
    {.name = "name",
     .value_name = "NAME",
     .kind = CLI_TEXT,
     .offset = offsetof(fit_options, name),
     .help = "name the model gives itself; default, or until-ROUND"},
    {.name = "state",
     .value_name = "DIR",
     .kind = CLI_TEXT,
     .offset = offsetof(fit_options, state),
     .help = "keep what is finished in this existing folder and go on from there"},
    {.name = NULL}};

typedef struct fit_job {
    cli *app;
    const fit_options *options;
    const ees_model *model;
    ees_fit_options how;
    ees_fit *fits;
    size_t count;
} fit_job;

enum { NAME_MAX_LENGTH = 40 };

static const char *name_of(const fit_options *o, char text[NAME_MAX_LENGTH]) {
    if (o->name)
        return o->name;
    snprintf(text, NAME_MAX_LENGTH, o->until ? "until-%.20s" : "default", o->until);
    return text;
}

/* Where the finished starts of one fit are kept. */
static char *state_path(const char *dir, const ees_fit *fit) {
    size_t length = strlen(dir) + 80;
    char *path = malloc(length);
    if (path)
        snprintf(path, length, "%s/%s-%zu-%s.json", dir, fit->target.program, fit->target.stream,
                 fit->target.ensemble ? "ensemble" : "stock-flow");
    return path;
}

/* A start that cannot be saved is not worth stopping for: the fit goes on, only without that safety. */
static void save(void *context, const ees_fit *fit) {
    const fit_job *job = context;
    char *path = state_path(job->options->state, fit);
    ees_error err = {0};
    if (path && ees_fit_save(fit, path, &err) != 0)
        cli_note(job->app, "%s: %s", path, err.message);
    free(path);
}

static int restore(const fit_job *job, ees_fit *fit, ees_error *err) {
    char *path = job->options->state ? state_path(job->options->state, fit) : NULL;
    if (!path)
        return EES_OK;
    int rc = ees_fit_restore(fit, path, err);
    free(path);
    return rc == EES_ERR_NOTFOUND ? EES_OK : rc;
}

static int fit_one(fit_job *job, size_t target, const ees_history *history, const ees_programs *programs,
                   ees_error *err) {
    ees_fit *fit = &job->fits[job->count];
    int rc = ees_fit_init(fit, history, programs, job->model, target, &job->how, err);
    if (rc == EES_ERR_NOTFOUND && job->how.until == NULL) {
        ees_fit_free(fit); /* a stream whose rounds are not in these data keeps its parameters */
        return EES_OK;
    }
    job->count++;
    if (rc == EES_OK)
        rc = restore(job, fit, err);
    if (rc == EES_OK)
        rc = ees_fit_run(fit, history, programs, job->model, &job->how, err);
    if (rc == EES_OK)
        cli_note(job->app, "%s, %s: %zu rounds", fit->target.program, fit->target.ensemble ? "ensemble" : "stock-flow",
                 fit->rounds);
    return rc;
}

/* The streams, one after another; *text becomes the model with what was found. */
static int fit_streams(fit_job *job, const ees_history *history, const ees_programs *programs, char **text,
                       ees_error *err) {
    size_t targets = ees_fit_target_count(job->model);
    job->fits = calloc(targets + 1, sizeof *job->fits);
    if (!job->fits)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    int rc = EES_OK;
    char name[NAME_MAX_LENGTH];
    for (size_t i = 0; i < targets && rc == EES_OK; i++) {
        const char *wanted = job->options->program.code;
        if (!wanted ||
            ees_programs_find(programs, ees_fit_target_at(job->model, i).program) == job->options->program.position)
            rc = fit_one(job, i, history, programs, err);
    }
    if (rc == EES_OK && job->count == 0)
        rc = ees_error_set(err, EES_ERR_RANGE, "the model has nothing to fit for this program");
    if (rc == EES_OK)
        rc = ees_fit_model_text(job->model, history, job->fits, job->count, name_of(job->options, name), text, err);
    return rc;
}

/* The search itself; *text becomes the model with the new section. */
static int search_statistical(fit_job *job, const ees_history *history, const ees_programs *programs, const char *last,
                              char **text, ees_error *err) {
    ees_statistical *statistical = NULL;
    ees_statistical_fit_options how;
    ees_statistical_fit_report report;
    char *result = NULL;
    ees_statistical_fit_options_init(&how);
    how.until = job->how.until;
    how.cycles = (int)job->options->turns;
    how.threads = job->how.threads;
    how.progress = job->how.progress;
    int rc = ees_statistical_create(&statistical, job->model, programs, err);
    if (rc == EES_OK)
        rc = ees_statistical_fit(statistical, history, &how, &report, err);
    if (rc == EES_OK)
        cli_note(job->app, "statistical: %zu forecasts, mean log score %.3f", report.rounds, report.log_score);
    if (rc == EES_OK)
        rc = ees_statistical_text(statistical, *text, &report, last, &result, err);
    ees_statistical_free(statistical);
    if (rc == EES_OK) {
        free(*text);
        *text = result;
    }
    return rc;
}

/* The statistical model is one: its programs share parameters, so it is kept whole. */
static int fit_statistical(fit_job *job, const ees_history *history, const ees_programs *programs, char **text,
                           ees_error *err) {
    const int turns = (int)job->options->turns;
    const char *last = job->how.until ? job->how.until : history->rounds[history->round_count - 1].number;
    const char *dir = job->options->state;
    char path[4096];
    int rc = EES_ERR_NOTFOUND;
    if (dir && snprintf(path, sizeof path, "%s/statistical.json", dir) >= (int)sizeof path)
        return ees_error_set(err, EES_ERR_RANGE, "the name of the folder is too long");
    if (dir)
        rc = ees_fit_restore_statistical(path, job->model, history, last, turns, text, err);
    if (rc != EES_ERR_NOTFOUND)
        return rc;
    rc = search_statistical(job, history, programs, last, text, err);
    ees_error ignored = {0};
    if (rc == EES_OK && dir &&
        ees_fit_save_statistical(path, job->model, history, last, turns, *text, &ignored) != EES_OK)
        cli_note(job->app, "%s: %s", path, ignored.message);
    return rc;
}

static int fit_all(fit_job *job, ees_error *err) {
    const ees_history *history = cli_history(job->app, err);
    const ees_programs *programs = history ? cli_programs(job->app, err) : NULL;
    char *text = NULL;
    if (!programs)
        return err->code;
    if (job->how.until && ees_history_find(history, job->how.until) < 0)
        return ees_error_set(err, EES_ERR_RANGE, "no round has the number '%.20s'", job->how.until);
    int rc = job->options->section == SECTION_STATISTICAL ? ees_model_text(job->model, &text, err)
                                                          : fit_streams(job, history, programs, &text, err);
    bool whole = job->options->section == -1 && !job->options->program.code;
    if (rc == EES_OK && (whole || job->options->section == SECTION_STATISTICAL))
        rc = fit_statistical(job, history, programs, &text, err);
    if (rc == EES_OK)
        fputs(text, cli_out(job->app));
    free(text);
    return rc;
}

static int run(cli *app, const void *options) {
    ees_error err = {0};
    ees_model *model = NULL;
    fit_job job = {.app = app, .options = options};
    const cli_common *given = cli_given(app);
    if (job.options->calendar)
        return cli_fit_calendar(app, job.options->until);
    char *path = given->model ? strdup(given->model) : cli_model_path(app, "default.json", &err);
    if (!path || ees_model_load(&model, path, &err) != 0) {
        free(path);
        return cli_fail(app, &err);
    }
    free(path);
    ees_progress progress = cli_progress(app, "evaluations");
    ees_fit_options_init(&job.how);
    job.model = model;
    job.how.until = job.options->until;
    job.how.starts = (int)job.options->starts;
    job.how.evaluations = (int)job.options->evaluations;
    job.how.seed = (uint64_t)given->seed;
    job.how.threads = (int)given->threads;
    job.how.progress = &progress;
    job.how.finished = job.options->state ? save : NULL;
    job.how.context = &job;
    int rc = fit_all(&job, &err);
    cli_progress_end(app);
    for (size_t i = 0; i < job.count; i++)
        ees_fit_free(&job.fits[i]);
    free(job.fits);
    ees_model_free(model);
    return rc == EES_OK ? CLI_DONE : cli_fail(app, &err);
}

const cli_command cmd_fit = {
    .name = "fit",
    .summary = "Estimates the model's parameters from past rounds",
    .examples = "eesim fit -o models/default.json\n"
                "# what could have been known after round 359, to test on later ones\n"
                "eesim fit --until 359 -o models/until-359.json\n"
                "# the pooled model of all programs only, about a minute\n"
                "eesim fit --section statistical -o models/default.json\n"
                "# when rounds are held, and how large they are\n"
                "eesim fit --calendar -o models/calendar.json\n"
                "# in pieces: Ctrl-C, then the same command again\n"
                "eesim fit --program CEC --state /tmp/fit -o cec.json\n",
    .details =
        "The search starts from the priors (\"fit\" sections) in the model file and minimises the mean CRPS of "
        "one-step forecasts plus a penalty for straying from them; the statistical model maximises the log scores of "
        "all programs together, from its own prior. The result is printed as a model file.",
    .options = FIT_OPTIONS,
    .options_size = sizeof(fit_options),
    .common = CLI_TAKES_DATA | CLI_TAKES_MODEL | CLI_TAKES_RANDOM | CLI_TAKES_THREADS,
    .run = run,
};
