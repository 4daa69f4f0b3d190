/* Fits: the sections of a model one after another, and what is kept of them in a folder on the way. */
#include <eesim/fit.h>

#include <stdlib.h>
#include <string.h>

#include "calendar/calendar.h"
#include "calendar/calendar_model.h"
#include "core/context.h"
#include "eval/backtest.h"
#include "fit/fit.h"
#include "fit/statistical_fit.h"
#include "models/model.h"

/* Rounds before it came under other habits (2015 to 2021: a round of everybody every second Wednesday). */
static const char first_of_calendar[] = "200";
enum { NAME_MAX_LENGTH = 40, PATH_MAX_LENGTH = 4096 };

void ees_fit_request_init(ees_fit_request *request) {
    *request = (ees_fit_request){.program = EES_PROGRAM_NONE, .starts = 8, .evaluations = 250, .turns = 3, .seed = 1};
}

typedef struct fit_job {
    ees_context *context;
    const ees_fit_request *request;
    const ees_history *history;
    const ees_programs *programs;
    const ees_model *model;
    eesi_fit_options how;
    eesi_fit *fits; /* count of them; owned */
    size_t count;
    ees_error *err;
} fit_job;

static int no_memory(ees_error *err) {
    return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
}

static const char *name_of(const ees_fit_request *request, char text[NAME_MAX_LENGTH]) {
    if (request->name)
        return request->name;
    snprintf(text, NAME_MAX_LENGTH, request->until ? "until-%.20s" : "default", request->until);
    return text;
}

/* ---- streams ---- */

static const char *section_of(const eesi_fit *fit) {
    return fit->target.ensemble ? "ensemble" : "stock-flow";
}

/* Where the finished starts of one fit are kept. */
static char *state_path(const char *dir, const eesi_fit *fit) {
    const size_t length = strlen(dir) + 80;
    char *path = malloc(length);
    if (path)
        snprintf(path, length, "%s/%s-%zu-%s.json", dir, fit->target.program, fit->target.stream, section_of(fit));
    return path;
}

/* A start that cannot be saved is not worth stopping for: the fit goes on, only without that safety. */
static void save(void *user, const eesi_fit *fit) {
    const fit_job *job = user;
    char *path = state_path(job->request->state_dir, fit);
    ees_error err = {0};
    if (path && eesi_fit_save(fit, path, &err) != 0)
        eesi_context_remark(job->context, "%s: %s", path, err.message);
    free(path);
}

static int restore(const fit_job *job, eesi_fit *fit) {
    char *path = job->request->state_dir ? state_path(job->request->state_dir, fit) : NULL;
    if (!path)
        return EES_OK;
    const int rc = eesi_fit_restore(fit, path, job->err);
    free(path);
    return rc == EES_ERR_NOTFOUND ? EES_OK : rc;
}

static int fit_stream(fit_job *job, size_t target) {
    eesi_fit *fit = &job->fits[job->count];
    int rc = eesi_fit_init(fit, job->history, job->programs, job->model, target, &job->how, job->err);
    if (rc == EES_ERR_NOTFOUND && job->how.until == NULL) {
        eesi_fit_free(fit); /* a stream whose rounds are not in these data keeps its parameters */
        return EES_OK;
    }
    job->count++;
    if (rc == EES_OK)
        rc = restore(job, fit);
    if (rc == EES_OK)
        rc = eesi_fit_run(fit, job->history, job->programs, job->model, &job->how, job->err);
    if (rc == EES_OK)
        eesi_context_remark(job->context, "%s, %s: %zu rounds", fit->target.program, section_of(fit), fit->rounds);
    return rc;
}

/* *text becomes the model with what was found. */
static int fit_streams(fit_job *job, char **text) {
    const size_t targets = eesi_fit_target_count(job->model);
    const int wanted = job->request->program;
    char name[NAME_MAX_LENGTH];
    int rc = EES_OK;
    job->fits = calloc(targets + 1, sizeof *job->fits);
    if (!job->fits)
        return no_memory(job->err);
    for (size_t i = 0; i < targets && rc == EES_OK; i++)
        if (wanted == EES_PROGRAM_NONE ||
            ees_programs_find(job->programs, eesi_fit_target_at(job->model, i).program) == wanted)
            rc = fit_stream(job, i);
    if (rc == EES_OK && job->count == 0)
        rc = ees_error_set(job->err, EES_ERR_RANGE, "the model has nothing to fit for this program");
    if (rc == EES_OK)
        rc = eesi_fit_model_text(job->model, job->history, job->fits, job->count, name_of(job->request, name), text,
                                 job->err);
    return rc;
}

/* ---- the statistical model ---- */

/* The search itself; *text becomes the model with the new section. */
static int search_statistical(fit_job *job, const char *last, char **text) {
    eesi_statistical *statistical = NULL;
    eesi_statistical_fit_options how;
    eesi_statistical_fit_report report;
    char *result = NULL;
    eesi_statistical_fit_options_init(&how);
    how.until = job->how.until;
    how.cycles = job->request->turns;
    how.threads = job->how.threads;
    how.progress = job->how.progress;
    int rc = eesi_statistical_create(&statistical, job->model, job->programs, job->err);
    if (rc == EES_OK)
        rc = eesi_statistical_fit(statistical, job->history, &how, &report, job->err);
    if (rc == EES_OK)
        eesi_context_remark(job->context, "statistical: %zu forecasts, mean log score %.3f", report.rounds,
                            report.log_score);
    if (rc == EES_OK)
        rc = eesi_statistical_text(statistical, *text, &report, last, &result, job->err);
    eesi_statistical_destroy(statistical);
    if (rc == EES_OK) {
        free(*text);
        *text = result;
    }
    return rc;
}

/* The statistical model is one: its programs share parameters, so it is kept whole. */
static int fit_statistical(fit_job *job, char **text) {
    const int turns = job->request->turns;
    const char *last = job->how.until ? job->how.until : job->history->rounds[job->history->round_count - 1].number;
    const char *dir = job->request->state_dir;
    char path[PATH_MAX_LENGTH];
    int rc = EES_ERR_NOTFOUND;
    if (dir && snprintf(path, sizeof path, "%s/statistical.json", dir) >= (int)sizeof path)
        return ees_error_set(job->err, EES_ERR_RANGE, "the name of the folder is too long");
    if (dir)
        rc = eesi_fit_restore_statistical(path, job->model, job->history, last, turns, text, job->err);
    if (rc != EES_ERR_NOTFOUND)
        return rc;
    rc = search_statistical(job, last, text);
    ees_error ignored = {0};
    if (rc == EES_OK && dir &&
        eesi_fit_save_statistical(path, job->model, job->history, last, turns, *text, &ignored) != EES_OK)
        eesi_context_remark(job->context, "%s: %s", path, ignored.message);
    return rc;
}

static int fit_sections(fit_job *job, char **text) {
    const ees_fit_section section = job->request->section;
    const bool whole = section == EES_FIT_WHOLE && job->request->program == EES_PROGRAM_NONE;
    int rc = section == EES_FIT_STATISTICAL ? eesi_model_text(job->model, text, job->err) : fit_streams(job, text);
    if (rc == EES_OK && (whole || section == EES_FIT_STATISTICAL))
        rc = fit_statistical(job, text);
    return rc;
}

/* ---- the calendar ---- */

static int find_round(const ees_history *history, const char *number, size_t *position, ees_error *err) {
    const int found = number ? ees_history_find(history, number) : (int)history->round_count - 1;
    if (found < 0)
        return ees_error_set(err, EES_ERR_RANGE, "no round has the number '%.20s'", number);
    *position = (size_t)found;
    return EES_OK;
}

static int search_calendar(fit_job *job, size_t first, size_t last, char **text) {
    ees_calendar_model model;
    char provenance[80];
    double score = 0.0;
    eesi_calendar_model_init(&model);
    snprintf(model.name, sizeof model.name, "learned");
    snprintf(provenance, sizeof provenance, "eesim fit --calendar, rounds #%s to #%s", first_of_calendar,
             job->history->rounds[last].number);
    int rc = eesi_calendar_fit(&model, job->programs, job->history, first, last, job->how.progress, &score, job->err);
    if (rc == EES_OK)
        rc = eesi_calendar_model_text(&model, provenance, job->history->sha256, text, job->err);
    if (rc == EES_OK)
        eesi_context_remark(job->context, "log score a round, days and size: %.3f nats", score);
    return rc;
}

static int fit_calendar(fit_job *job, char **text) {
    size_t first = 0, last = 0;
    if (job->history->round_count == 0)
        return ees_error_set(job->err, EES_ERR_DATA, "the data hold no round");
    int rc = find_round(job->history, first_of_calendar, &first, job->err);
    if (rc == EES_OK)
        rc = find_round(job->history, job->request->until, &last, job->err);
    if (rc == EES_OK && first > last)
        rc = ees_error_set(job->err, EES_ERR_RANGE, "round #%s is after round #%s", first_of_calendar,
                           job->request->until);
    return rc ? rc : search_calendar(job, first, last, text);
}

/* ---- the verb ---- */

static int read_model(const fit_job *job, ees_model **model) {
    char *path = job->request->model ? strdup(job->request->model)
                                     : eesi_context_model_path(job->context, "default.json", job->err);
    int rc = path ? eesi_model_read(model, eesi_context_source(job->context), path, job->err) : no_memory(job->err);
    free(path);
    return rc;
}

static int read_data(fit_job *job) {
    job->history = ees_context_history(job->context, job->err);
    job->programs = job->history ? ees_context_programs(job->context, job->err) : NULL;
    if (!job->programs)
        return job->err->code;
    if (job->how.until && ees_history_find(job->history, job->how.until) < 0)
        return ees_error_set(job->err, EES_ERR_RANGE, "no round has the number '%.20s'", job->how.until);
    return EES_OK;
}

static void choose_options(fit_job *job) {
    const ees_fit_request *request = job->request;
    eesi_fit_options_init(&job->how);
    job->how.until = request->until;
    job->how.starts = request->starts;
    job->how.evaluations = request->evaluations;
    job->how.seed = request->seed;
    job->how.threads = eesi_context_threads(job->context);
    job->how.progress = eesi_context_progress(job->context);
    job->how.finished = request->state_dir ? save : NULL;
    job->how.context = job;
}

int ees_fit(ees_context *context, const ees_fit_request *request, char **text, ees_error *err) {
    ees_error own = {0};
    ees_model *model = NULL;
    fit_job job = {.context = context, .request = request, .err = err ? err : &own};
    const bool calendar = request->section == EES_FIT_CALENDAR;
    *text = NULL;
    choose_options(&job);
    int rc = calendar ? EES_OK : read_model(&job, &model);
    job.model = model;
    if (rc == EES_OK)
        rc = read_data(&job);
    if (rc == EES_OK)
        rc = (calendar ? fit_calendar : fit_sections)(&job, text);
    for (size_t i = 0; i < job.count; i++)
        eesi_fit_free(&job.fits[i]);
    free(job.fits);
    eesi_model_free(model);
    if (rc) {
        free(*text);
        *text = NULL;
    }
    return rc;
}
