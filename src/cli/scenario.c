#include "scenario.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int scenario_read_shard(const cli *app, const char *text, ees_run_job *job) {
    unsigned long long k = 0, n = 0;
    char rest = 0;
    if (!text)
        return CLI_DONE;
    if (sscanf(text, "%6llu/%6llu%c", &k, &n, &rest) != 2 || k < 1 || k > n)
        return cli_misuse(app, "--shard '%s': expected K/N with K from 1 to N, such as 1/3", text);
    job->shard = k;
    job->shards = n;
    return CLI_DONE;
}

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Ctrl-C: what is kept and how to go on. */
static int print_interrupt(cli *app, const ees_run_result *result, const char *dir) {
    cli_progress_end(app);
    char first;
    char *real = readlink(dir, &first, 1) < 0 ? NULL : realpath(dir, NULL); /* what is kept lies beside that folder */
    if (result->kept)
        cli_note(app, "interrupted; %llu replicates are kept in %s.partial: the same command with --resume goes on",
                 (unsigned long long)result->replicates, real ? real : dir);
    else
        cli_note(app, "interrupted before anything was finished; nothing is kept");
    free(real);
    return CLI_INTERRUPTED;
}

int scenario_execute(cli *app, const ees_run_plan *plan, ees_run_job *job) {
    const char *dir = cli_given(app)->output;
    ees_error err = {0};
    ees_run_result result;
    double started = seconds_now();
    job->threads = (int)cli_given(app)->threads;
    job->progress = cli_progress(app, "replicates");
    bool speaks = true;
    int rc = scenario_carry_out(plan, dir, job, &result, &speaks, &err);
    if (rc == EES_ERR_INTERRUPTED)
        return speaks ? print_interrupt(app, &result, dir) : CLI_INTERRUPTED;
    if (rc)
        return cli_fail(app, &err);
    cli_progress_end(app);
    if (!speaks)
        return CLI_DONE;
    cli_note(app, "%llu replicates of %d %s in %.1f s, written to %s", (unsigned long long)result.replicates,
             ees_run_plan_layout(plan)->scenarios, ees_run_plan_layout(plan)->scenarios == 1 ? "scenario" : "scenarios",
             seconds_now() - started, dir);
    return CLI_DONE;
}
