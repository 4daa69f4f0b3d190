/* The part of a report that is about a profile: score, programs, chances. */
#include <stdlib.h>
#include <string.h>

#include "score.h"

static void put(FILE *out, const char *before, const char *text, const char *after) {
    fputs(before, out);
    ees_html_put_text(out, text);
    fputs(after, out);
}

static const char *text(const json_t *object, const char *key) {
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

static int number(const json_t *object, const char *key) {
    return (int)json_integer_value(json_object_get(object, key));
}

json_t *report_ask(cli *app, const char *profile, ees_error *err) {
    ees_date today = cli_given(app)->date;
    char day[EES_DATE_TEXT_MAX], *answer = NULL;
    if (today == EES_DATE_NONE && cli_read_today(app, &today) != CLI_DONE) {
        ees_error_set(err, EES_ERR_RANGE, "what day is it?");
        return NULL;
    }
    ees_context *context = cli_context(app, true, err);
    json_t *question =
        json_pack("{s:s,s:s,s:s}", "command", "score", "profile", profile, "today", ees_date_format(today, day));
    char *asked = question ? json_dumps(question, 0) : NULL;
    if (context && !asked)
        ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    const bool found = context && asked && ees_answer_json(context, asked, &answer, err) == EES_OK;
    json_t *root = found ? json_loads(answer, 0, NULL) : NULL;
    if (found && !root)
        ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    json_decref(question);
    free(asked);
    free(answer);
    return root;
}

static void put_score(FILE *out, const json_t *score) {
    size_t i;
    const json_t *part;
    fprintf(out,
            "<p>Score on %s</p>\n<p class=\"big\">%d</p>\n<table>\n<tr><th>Part</th><th>Points</th><th>of</th></tr>\n",
            text(score, "date"), number(score, "score"));
    json_array_foreach(json_object_get(score, "parts"), i, part) {
        if (number(part, "most") == 0 && number(part, "points") == 0)
            continue;
        put(out, "<tr><td>", score_part_name(text(part, "part")), "</td>");
        fprintf(out, "<td>%d</td><td>%d</td></tr>\n", number(part, "points"), number(part, "most"));
    }
    fprintf(
        out,
        "</table>\n<p class=\"small\">After caps: core %d, spouse %d, skill transferability %d, additional %d.</p>\n",
        number(score, "core"), number(score, "spouse"), number(score, "transferability"), number(score, "additional"));
}

static void put_programs(FILE *out, const json_t *score) {
    size_t i;
    const json_t *program;
    fputs("<h2>Programs</h2>\n<table>\n<tr><th>Program</th><th>Eligible</th><th>Because</th></tr>\n", out);
    json_array_foreach(json_object_get(score, "programs"), i, program) {
        const json_t *is = json_object_get(program, "eligible");
        put(out, "<tr><td>", text(program, "program"), "</td><td>");
        fputs(json_is_true(is) ? "yes" : json_is_false(is) ? "no" : "not known", out);
        put(out, "</td><td>", text(program, "reason"), "</td></tr>\n");
    }
    fputs("</table>\n", out);
}

static void put_phases(FILE *out, const ees_chance_answer *chance, const ees_programs *programs) {
    char day[EES_DATE_TEXT_MAX];
    fputs("<table>\n<tr><th>From</th><th>Score</th><th>Programs</th></tr>\n", out);
    for (size_t i = 0; i < chance->phase_count; i++) {
        fprintf(out, "<tr><td>%s</td><td>%d</td><td>", ees_date_format(chance->phases[i].from, day),
                chance->phases[i].score);
        for (size_t p = 0; p < programs->count; p++)
            if (chance->phases[i].programs >> p & 1u)
                put(out, "", programs->programs[p].code, " ");
        fputs(chance->phases[i].programs ? "</td></tr>\n" : "none</td></tr>\n", out);
    }
    fputs("</table>\n", out);
}

/* A bar as long as the chance, which no script has to draw. */
static void put_curve(FILE *out, const ees_chance_answer *chance) {
    char day[EES_DATE_TEXT_MAX];
    fputs("<table>\n<tr><th>By</th>", out);
    for (int i = 0; i < chance->score_count; i++)
        fprintf(out, "<th>%+d</th>", chance->scores[i] - chance->score);
    fputs("<th></th></tr>\n", out);
    for (size_t d = 0; d < chance->day_count; d++) {
        fprintf(out, "<tr><td>%s</td>", ees_date_format(chance->days[d], day));
        for (int i = 0; i < chance->score_count; i++)
            fprintf(out, "<td>%.1f %%</td>", 100 * chance->by[i][d].probability);
        fprintf(out, "<td><div style=\"background:#4a7ab5;height:.8rem;width:%.1frem\"></div></td></tr>\n",
                10 * chance->by[0][d].probability);
    }
    fputs("</table>\n<p class=\"small\">Columns: as the profile is, and with so many points more from the first day "
          "on. Monte "
          "Carlo errors are at most half a point.</p>\n",
          out);
}

static int put_chance(cli *app, const char *profile, FILE *out, ees_error *err) {
    const cli_common *common = cli_given(app);
    ees_chance_request request;
    ees_chance_answer chance = {0};
    ees_chance_request_init(&request);
    request.profile = profile;
    request.date = common->date;
    request.seed = (uint64_t)common->seed;
    request.replicates = common->replicates == CLI_INT_NONE ? 0 : (uint64_t)common->replicates;
    const ees_programs *programs = cli_programs(app, err);
    int rc = programs ? ees_chance(cli_context(app, true, err), &request, &chance, err) : err->code;
    cli_progress_end(app);
    if (rc == EES_OK) {
        fputs("<h2>Chance of an invitation</h2>\n", out);
        put_phases(out, &chance, programs);
        put_curve(out, &chance);
    } else if (rc == EES_ERR_RANGE) { /* in no program: a page about the score still says something */
        put(out, "<h2>Chance of an invitation</h2>\n<p>None can be given: ", err->message, ".</p>\n");
        rc = EES_OK;
    }
    ees_chance_answer_free(&chance);
    return rc;
}

int report_put_profile(cli *app, const char *profile, const json_t *score, FILE *out, ees_error *err) {
    put_score(out, score);
    put_programs(out, score);
    int rc = put_chance(app, profile, out, err);
    if (rc == EES_OK)
        fputs("<p class=\"small\">The score is computed from what the profile says by published rules. Only IRCC's own "
              "system "
              "gives an official one. This page is no advice.</p>\n",
              out);
    return rc;
}
