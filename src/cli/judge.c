#include "judge.h"

static int report_progress(void *context, size_t done, size_t total) {
    const ees_progress *progress = context;
    return !progress->report(progress->user, done, total);
}

int judge_model(cli *app, const cli_models *models, int program, ees_date since, ees_score_summary *summary,
                ees_error *err) {
    static const char *const skip[] = {"176"}; /* a policy event */
    const ees_history *history = cli_history(app, err);
    const ees_programs *programs = cli_programs(app, err);
    if (!history || !programs)
        return err->code;
    ees_backtest_options options;
    ees_backtest_options_init(&options);
    options.programs = program == EES_PROGRAM_NONE ? 0 : (ees_program_set)1 << program;
    options.first_date = since;
    options.last_date = cli_given(app)->date == EES_DATE_NONE ? EES_DATE_NONE : cli_given(app)->date - 1;
    options.skip = skip;
    options.skip_count = 1;
    options.threads = (int)cli_given(app)->threads;
    ees_progress progress = cli_progress(app, "forecasts");
    if (progress.report) {
        options.progress = report_progress;
        options.progress_context = &progress;
    }
    ees_backtest backtest;
    int rc = ees_backtest_run(&backtest, history, programs, models->forecasters, 1, &options, err);
    cli_progress_end(app);
    if (rc == EES_OK || rc == EES_ERR_NOTFOUND) /* no such round: a summary of none */
        rc = ees_backtest_summarise(&backtest, 0, 0, false, summary, err);
    ees_backtest_free(&backtest);
    return rc;
}
