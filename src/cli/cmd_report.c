/* eesim report: one self-contained page about a program's next round. */
#include <math.h>
#include <string.h>

#include "commands.h"
#include "draw.h"
#include "judge.h"
#include "score.h"

typedef struct report_options {
    cli_program program;
    int64_t size;
    int64_t score;
    const char *profile;
} report_options;

static const cli_option options[] = {
    {.name = "program",
     .value_name = "P",
     .kind = CLI_PROGRAM,
     .offset = offsetof(report_options, program),
     .help = "program of the round"},
    {.name = "draw-size",
     .value_name = "N",
     .kind = CLI_INT,
     .offset = offsetof(report_options, size),
     .min = 1,
     .max = 100e6,
     .help = "invitations of the round; without it as many as in the program's last round"},
    {.name = "score",
     .value_name = "S",
     .kind = CLI_INT,
     .offset = offsetof(report_options, score),
     .min = 0,
     .max = EES_SCORE_MAX,
     .help = "a candidate's score: what the round would mean for it"},
    {.name = "profile",
     .value_name = "FILE",
     .kind = CLI_TEXT,
     .offset = offsetof(report_options, profile),
     .help =
         "a profile in JSON (docs/crs.md): its score, its programs and its chances; with --program also what the round "
         "would mean for it"},
    {.name = NULL}};

static const char *const page_top =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<style>\n"
    "body{font:16px/1.5 sans-serif;color:#222;background:#fff;max-width:46rem;margin:2rem auto;padding:0 1rem}\n"
    "h1{font-size:1.6rem;line-height:1.2}h2{font-size:1.2rem;margin-top:2rem}svg{max-width:100%;height:auto}\n"
    "table{border-collapse:collapse}th,td{text-align:right;padding:.2rem .7rem;border-bottom:1px solid #ddd}\n"
    "th:first-child,td:first-child{text-align:left}.big{font-size:2.4rem;font-weight:bold}.small{color:#555;font-size:."
    "9rem}\n"
    "</style>\n";

static void put(FILE *out, const char *before, const char *text, const char *after) {
    fputs(before, out);
    ees_html_put_text(out, text);
    fputs(after, out);
}

static void put_head(FILE *out, const draw_answer *answer) {
    const ees_prediction *p = &answer->prediction;
    const ees_program *program = &answer->programs->programs[p->program];
    char day[EES_DATE_TEXT_MAX], size[32];
    fputs(page_top, out);
    put(out, "<title>", program->label_en, " - eesim</title>\n</head>\n<body>\n");
    put(out, "<h1>", program->label_en, ": ");
    fprintf(out, "%s invitation%s on %s</h1>\n", ees_count_text(p->size, size, sizeof size), p->size == 1 ? "" : "s",
            ees_date_format(p->date, day));
}

static void put_answer(FILE *out, const draw_answer *answer) {
    static const double levels[3] = {0.5, 0.8, 0.95};
    const ees_prediction *p = &answer->prediction;
    char day[EES_DATE_TEXT_MAX], size[32];
    fprintf(out,
            "<p>Cut-off</p>\n<p class=\"big\">%d</p>\n<table>\n<tr><th>Interval</th><th>from</th><th>to</th></tr>\n",
            ees_predictive_median(&p->cutoff));
    for (int i = 0; i < 3; i++) {
        ees_interval interval = ees_predictive_interval(&p->cutoff, levels[i]);
        fprintf(out, "<tr><td>%.0f %%</td><td>%d</td><td>%d</td></tr>\n", 100.0 * levels[i], interval.low,
                interval.high);
    }
    fputs("</table>\n", out);
    if (p->tie_break[EES_PREDICT_LEVELS / 2] != EES_TIME_NONE)
        fprintf(out, "<p>Tie-break: %s (median).</p>\n",
                ees_date_format(ees_time_date(p->tie_break[EES_PREDICT_LEVELS / 2]), day));
    for (int c = 0; c < EES_PREDICT_CHANGES; c++)
        if (p->changes[c].size > 0)
            fprintf(out, "<p>With %s invitations: %d (%+.1f on average).</p>\n",
                    ees_count_text(p->changes[c].size, size, sizeof size), p->changes[c].median,
                    p->changes[c].mean - ees_predictive_mean(&p->cutoff));
}

/* Above the cut-off everybody is invited, at it those who submitted early enough, below it nobody. */
static void put_score(FILE *out, const draw_answer *answer, int score) {
    const ees_prediction *p = &answer->prediction;
    double surely = ees_predictive_cdf(&p->cutoff, score - 1), at = p->cutoff.p[score];
    fprintf(out, "<h2>A score of %d</h2>\n<p>Invited in this round, whenever the profile was submitted: %.0f %%. ",
            score, 100.0 * surely);
    fprintf(out, "The cut-off is exactly %d, so that the tie-break decides: %.0f %%. ", score, 100.0 * at);
    fprintf(out, "Not invited: %.0f %%.</p>\n", 100.0 * fmax(0.0, 1.0 - surely - at));
    char about[32], low[32], high[32];
    if (isnan(p->above[1][score]))
        return;
    fprintf(out, "<p>About %s eligible candidates stand at this score or above",
            ees_count_text(llround(p->above[1][score]), about, sizeof about));
    /* An end that no size asked about reaches is not known. */
    if (!isnan(p->above[0][score]) && !isnan(p->above[2][score]))
        fprintf(out, " (80 %% interval: %s to %s)", ees_count_text(llround(p->above[0][score]), low, sizeof low),
                ees_count_text(llround(p->above[2][score]), high, sizeof high));
    fputs(".</p>\n", out);
}

static void put_pictures(FILE *out, const draw_answer *answer) {
    const ees_prediction *p = &answer->prediction;
    fputs("<h2>The cut-off</h2>\n", out);
    ees_picture_cutoff(out, &p->cutoff, "Probability of each cut-off");
    fputs("<h2>Earlier rounds</h2>\n", out);
    ees_picture_history(out, answer->history, p->known, p->program, EES_DATE_NONE, &p->cutoff, p->date,
                        "Published cut-offs and the forecast");
    if (!isnan(p->above[1][ees_predictive_median(&p->cutoff)])) {
        fputs("<h2>Who stands where</h2>\n", out);
        ees_picture_above(out, p, "Eligible candidates at or above a score");
    }
}

/* Which rounds they are, and whether the parameters had seen them. */
static void put_rounds_judged(FILE *out, const draw_answer *answer, const judgement *found) {
    const ees_round *first = &answer->history->rounds[found->first], *last = &answer->history->rounds[found->last];
    const size_t count = found->summary.count;
    char from[EES_DATE_TEXT_MAX], to[EES_DATE_TEXT_MAX];
    fprintf(out, "<p>%zu round%s of the program, #%s of %s", count, count == 1 ? "" : "s", first->number,
            ees_date_format(first->date, from));
    if (count > 1)
        fprintf(out, " to #%s of %s", last->number, ees_date_format(last->date, to));
    fputs(", each predicted from what was public before it. ", out);
    if (found->seen)
        fputs("No round was held since the parameters were fitted: these rounds had a part in the fit, and new rounds "
              "may be predicted less well.</p>\n",
              out);
    else if (*found->file)
        fprintf(out,
                "The parameters that were used for them are older (%s, fitted on rounds up to #%s) and had not seen "
                "any of them. Those of this page have.</p>\n",
                found->file, found->fitted_until);
    else
        fprintf(out,
                "The parameters were fitted on rounds up to #%s before and had not seen any of them: these are scores "
                "out of sample.</p>\n",
                found->fitted_until);
}

static void put_judgement(FILE *out, const draw_answer *answer, const judgement *found) {
    const ees_score_summary *s = &found->summary;
    put(out, "<h2>How good such forecasts have been</h2>\n<p>Model: ", answer->prediction.model, " (");
    put(out, "", answer->prediction.about, ").</p>\n");
    if (s->count == 0) {
        fputs("<p>No earlier round of this program could be predicted: take the intervals as a guess.</p>\n", out);
        return;
    }
    put_rounds_judged(out, answer, found);
    fprintf(out,
            "<table>\n<tr><th>Past rounds predicted</th><td>%zu</td></tr>\n<tr><th>Mean absolute error, points</th>"
            "<td>%.1f</td></tr>\n<tr><th>Within 5 points</th><td>%.0f %%</td></tr>\n<tr><th>80 %% intervals that held"
            "</th><td>%.0f %%</td></tr>\n<tr><th>Worst error, points</th><td>%.0f</td></tr>\n</table>\n",
            s->count, s->mae, 100.0 * s->hits[EES_HIT_LIMITS - 1], 100.0 * s->coverage[1], s->worst);
    ees_picture_calibration(out, s,
                            found->seen ? "Calibration on past rounds of the program"
                                        : "Calibration on rounds that the parameters had not seen");
}

static void put_foot(FILE *out, const draw_answer *answer) {
    const ees_prediction *p = &answer->prediction;
    const ees_round *last = &answer->history->rounds[p->known.round_count - 1];
    char day[EES_DATE_TEXT_MAX];
    fprintf(out, "<p class=\"small\">Known: rounds up to #%s of %s", last->number, ees_date_format(last->date, day));
    if (answer->prediction.snapshot != EES_SNAPSHOT_NONE)
        fprintf(out, "; the pool of %s",
                ees_date_format(answer->history->snapshots[answer->prediction.snapshot].as_of, day));
    put(out, ". Parameters: ", p->parameters, " ");
    fprintf(out,
            "(%.12s), data %.12s, seed %llu, eesim %s. Figures published by Immigration, Refugees and Citizenship "
            "Canada under the Open Government Licence - Canada; this page is no service of theirs.</p>\n"
            "</body>\n</html>\n",
            p->parameters_sha256, answer->history->sha256, (unsigned long long)p->seed, ees_version());
}

static int make_page(cli *app, const report_options *given, const json_t *score, ees_error *err) {
    draw_answer answer;
    const ees_predict_request request = draw_request(app, given->program.position, given->size);
    judgement found;
    FILE *out = cli_out(app);
    int rc = draw_predict(app, &request, &answer, err);
    const char *model = rc == EES_OK ? ees_context_model(cli_context(app, true, err), request.program, err) : NULL;
    if (rc == EES_OK)
        rc = !model ? err->code : judge_unseen(app, model, request.program, &found, err);
    if (rc == EES_OK) {
        put_head(out, &answer);
        put_answer(out, &answer);
        if (given->score != CLI_INT_NONE)
            put_score(out, &answer, (int)given->score);
        if (score)
            rc = report_put_profile(app, given->profile, score, out, err);
        put_pictures(out, &answer);
        put_judgement(out, &answer, &found);
        put_foot(out, &answer);
    }
    ees_prediction_free(&answer.prediction);
    return rc;
}

/* A page about a profile alone. */
static int make_profile_page(cli *app, const report_options *given, const json_t *score, ees_error *err) {
    FILE *out = cli_out(app);
    fputs(page_top, out);
    fputs("<title>A profile - eesim</title>\n</head>\n<body>\n<h1>A profile in Express Entry</h1>\n", out);
    int rc = report_put_profile(app, given->profile, score, out, err);
    fprintf(out,
            "<p class=\"small\">eesim %s. Figures published by Immigration, Refugees and Citizenship Canada under the "
            "Open Government Licence - Canada; this page is no service of theirs.</p>\n</body>\n</html>\n",
            ees_version());
    return rc;
}

static int make(cli *app, const report_options *given, ees_error *err) {
    report_options of = *given;
    json_t *score = given->profile ? report_ask(app, given->profile, err) : NULL;
    if (given->profile && !score)
        return err->code;
    if (score && given->program.code)
        of.score = json_integer_value(json_object_get(score, "score"));
    int rc = given->program.code ? make_page(app, &of, score, err) : make_profile_page(app, given, score, err);
    json_decref(score);
    return rc;
}

static int run(cli *app, const void *raw) {
    const report_options *given = raw;
    ees_error err = {0};
    if (!given->program.code && !given->profile)
        return cli_misuse(app, "--program is missing, such as --program CEC, or --profile");
    if (given->profile && given->score != CLI_INT_NONE)
        return cli_misuse(app, "--score and --profile exclude each other");
    int rc = make(app, given, &err);
    return rc ? cli_fail(app, &err) : CLI_DONE;
}

const cli_command cmd_report = {
    .name = "report",
    .summary = "One self-contained page about a program's next round, with pictures",
    .examples = "# The next CEC round, and what it means for a score of 505\n"
                "eesim report --program CEC --score 505 -o cec.html\n"
                "# A profile: score, programs, chances\n"
                "eesim report --profile me.json -o me.html\n"
                "# As it could have been written before a past round\n"
                "eesim report --program FRENCH --draw-size 8500 --date 2026-02-06 -o french.html\n",
    .details =
        "The page is a single file: nothing is fetched, no script runs. How good such forecasts have been is shown "
        "on rounds that the parameters had not seen: those since they were fitted, or else those since older "
        "parameters (models/until-N.json) were.",
    .options = options,
    .options_size = sizeof(report_options),
    .common = CLI_TAKES_DATA | CLI_TAKES_MODEL | CLI_TAKES_DATE | CLI_TAKES_RANDOM | CLI_TAKES_THREADS,
    .run = run,
};
