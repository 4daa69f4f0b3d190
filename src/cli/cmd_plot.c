/* eesim plot: one picture as SVG. */
#include <string.h>

#include "commands.h"
#include "draw.h"
#include "judge.h"

typedef struct plot_options {
    cli_program program;
    int64_t size;
    ees_date since;
} plot_options;

static const cli_option options[] = {
    {.name = "program",
     .value_name = "P",
     .kind = CLI_PROGRAM,
     .offset = offsetof(plot_options, program),
     .help = "program of the round; 'calibration' and 'reliability' take all programs without it"},
    {.name = "draw-size",
     .value_name = "N",
     .kind = CLI_INT,
     .offset = offsetof(plot_options, size),
     .min = 1,
     .max = 100e6,
     .help = "invitations of the round; without it as many as in the program's last round"},
    {.name = "since",
     .value_name = "D",
     .kind = CLI_DATE,
     .offset = offsetof(plot_options, since),
     .help = "'history' and 'calibration': rounds of this day and later; 'reliability': chances given on them"},
    {.name = NULL}};

static int plot_calibration(cli *app, const plot_options *given, ees_error *err) {
    ees_score_summary summary;
    char title[160];
    ees_context *context = cli_context(app, false, err);
    const char *model = context ? ees_context_model(context, EES_PROGRAM_NONE, err) : NULL;
    int rc = model ? judge_model(app, model, given->program.position, given->since, &summary, err) : err->code;
    if (rc)
        return rc;
    if (summary.count == 0)
        return ees_error_set(err, EES_ERR_RANGE, "no round of that choice was forecast");
    char since[EES_DATE_TEXT_MAX] = "";
    if (given->since != EES_DATE_NONE)
        ees_date_format(given->since, since);
    snprintf(title, sizeof title, "Calibration of the model '%s' on %s rounds%s%s", model,
             given->program.code ? given->program.code : "all", *since ? " since " : "", since);
    ees_picture_calibration(cli_out(app), &summary, title);
    return EES_OK;
}

/* As 'eesim backtest --chance' of the same days, with fewer futures. */
static int plot_reliability(cli *app, const plot_options *given, ees_error *err) {
    enum { FUTURES = 1024 };
    const cli_common *common = cli_given(app);
    ees_backtest_request request;
    ees_backtest backtest = {0};
    char title[160], since[EES_DATE_TEXT_MAX];
    ees_backtest_request_init(&request);
    request.chance = true;
    request.programs = given->program.code ? (ees_program_set)1 << given->program.position : 0;
    request.since = given->since;
    request.model = common->model;
    request.seed = (uint64_t)common->seed;
    request.replicates = common->replicates != CLI_INT_NONE ? (uint64_t)common->replicates : FUTURES;
    const ees_progress progress = cli_progress(app, "days");
    ees_context *context = cli_context(app, true, err);
    if (!context)
        return err->code;
    ees_context_listen(context, &progress);
    int rc = ees_backtest_run(context, &request, &backtest, err);
    ees_context_listen(context, NULL);
    cli_progress_end(app);
    if (rc == EES_OK) {
        snprintf(title, sizeof title, "Chances of %s since %s, beside what came",
                 given->program.code ? given->program.code : "all programs",
                 ees_date_format(backtest.activity[0].at.origin, since));
        rc = ees_picture_reliability(cli_out(app), &backtest, title, err);
    }
    ees_backtest_free(&backtest);
    return rc;
}

static int plot_round(cli *app, const plot_options *given, const char *kind, ees_error *err) {
    draw_answer answer;
    const ees_predict_request request = draw_request(app, given->program.position, given->size);
    int rc = draw_predict(app, &request, &answer, err);
    if (rc == EES_OK) {
        const ees_prediction *p = &answer.prediction;
        const char *label = answer.programs->programs[p->program].label_en;
        char title[200], day[EES_DATE_TEXT_MAX], size[32];
        snprintf(title, sizeof title, "%.90s: %s invitation%s on %s", label, ees_count_text(p->size, size, sizeof size),
                 p->size == 1 ? "" : "s", ees_date_format(p->date, day));
        if (strcmp(kind, "cutoff") == 0)
            ees_picture_cutoff(cli_out(app), &p->cutoff, title);
        else if (strcmp(kind, "above") == 0)
            ees_picture_above(cli_out(app), p, title);
        else
            ees_picture_history(cli_out(app), answer.history, p->known, p->program, given->since, &p->cutoff, p->date,
                                title);
    }
    ees_prediction_free(&answer.prediction);
    return rc;
}

static int run(cli *app, const void *raw) {
    static const char *const kinds[] = {"cutoff", "history", "above", "calibration", "reliability"};
    enum { KINDS = sizeof kinds / sizeof *kinds, CALIBRATION = 3 };
    const plot_options *given = raw;
    const char *kind = cli_operand(app, 0);
    size_t i = 0;
    while (i < KINDS && strcmp(kinds[i], kind) != 0)
        i++;
    const char *near = ees_nearest(kind, kinds, KINDS);
    if (i == KINDS)
        return cli_misuse(app,
                          "'%.40s' is no picture, expected cutoff, history, above, calibration or reliability%s%s%s",
                          kind, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    if (i < CALIBRATION && !given->program.code)
        return cli_misuse(app, "--program is missing, such as --program CEC");
    ees_error err = {0};
    int rc = i > CALIBRATION    ? plot_reliability(app, given, &err)
             : i == CALIBRATION ? plot_calibration(app, given, &err)
                                : plot_round(app, given, kind, &err);
    return rc ? cli_fail(app, &err) : CLI_DONE;
}

const cli_command cmd_plot = {
    .name = "plot",
    .summary = "One picture as SVG: a cut-off's distribution, the history, the stock, the calibration, or chances",
    .operands = "cutoff|history|above|calibration|reliability",
    .operands_min = 1,
    .operands_max = 1,
    .examples = "# The distribution of the next CEC cut-off\n"
                "eesim plot cutoff --program CEC --draw-size 6000 -o cutoff.svg\n"
                "# Past cut-offs with the forecast at their end\n"
                "eesim plot history --program FRENCH -o french.svg\n"
                "# Are the intervals honest? Past rounds of every program\n"
                "eesim plot calibration --since 2022-01-01 -o calibration.svg\n"
                "# And the chances of scores? From every second week since then\n"
                "eesim plot reliability --since 2024-05-01 -o reliability.svg\n",
    .details =
        "cutoff: a bar a score. history: published cut-offs and the forecast. above: eligible candidates at or "
        "above each score. calibration: how often past outcomes fell where the forecasts said. reliability: how often "
        "scores were invited beside the chance that 'eesim chance' would have given them, as 'eesim backtest "
        "--chance' finds it.",
    .options = options,
    .options_size = sizeof(plot_options),
    .common = CLI_TAKES_DATA | CLI_TAKES_MODEL | CLI_TAKES_DATE | CLI_TAKES_RANDOM | CLI_TAKES_THREADS,
    .run = run,
};
