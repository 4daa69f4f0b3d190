#include "judge.h"

int judge_model(cli *app, const char *model, int program, ees_date since, ees_score_summary *summary, ees_error *err) {
    ees_context *context = cli_history(app, err) ? cli_context(app, true, err) : NULL;
    if (!context)
        return err->code;
    const ees_progress progress = cli_progress(app, "forecasts");
    ees_backtest_request request;
    ees_backtest backtest;
    ees_backtest_request_init(&request);
    request.programs = program == EES_PROGRAM_NONE ? 0 : (ees_program_set)1 << program;
    request.since = since;
    request.until = cli_given(app)->date == EES_DATE_NONE ? EES_DATE_NONE : cli_given(app)->date - 1;
    request.model = cli_given(app)->model;
    request.models = model;
    request.seed = (uint64_t)cli_given(app)->seed;
    ees_context_listen(context, &progress);
    int rc = ees_backtest_run(context, &request, &backtest, err);
    ees_context_listen(context, NULL);
    cli_progress_end(app);
    if (rc == EES_OK || rc == EES_ERR_NOTFOUND) /* no such round: a summary of none */
        rc = ees_backtest_summarise(&backtest, 0, 0, false, summary, err);
    ees_backtest_free(&backtest);
    return rc;
}
