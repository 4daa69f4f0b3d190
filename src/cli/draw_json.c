/* `draw` as JSON. The keys of the JSON are a contract: add, never rename. */
#include <math.h>
#include <string.h>

#include "draw.h"

#include <eesim/scoring.h>

/* A key of the outermost object, on a line of its own. */
static void put_key(FILE *out, const char *key) {
    fprintf(out, ",\n \"%s\":", key);
}

static void put_text(FILE *out, const char *key, const char *value) {
    put_key(out, key);
    ees_json_put_string(out, value);
}

static void put_int(FILE *out, const char *key, int64_t value) {
    put_key(out, key);
    if (value == EES_COUNT_NONE)
        fputs("null", out);
    else
        fprintf(out, "%lld", (long long)value);
}

static void put_date(FILE *out, const char *key, ees_date date) {
    put_key(out, key);
    cli_put_json_date(out, date);
}

static void put_time_value(FILE *out, ees_time time) {
    char text[EES_TIME_TEXT_MAX];
    if (time == EES_TIME_NONE)
        fputs("null", out);
    else
        ees_json_put_string(out, ees_time_format(time, text));
}

static void put_pool(FILE *out, const draw_answer *answer) {
    const ees_prediction *p = &answer->prediction;
    put_key(out, "pool");
    if (p->snapshot == EES_SNAPSHOT_NONE) {
        fputs("null", out);
        return;
    }
    const ees_snapshot *snapshot = &answer->history->snapshots[p->snapshot];
    char day[EES_DATE_TEXT_MAX];
    fprintf(out, "{\"as_of\":\"%s\",\"candidates\":%lld", ees_date_format(snapshot->as_of, day),
            (long long)snapshot->total);
    if (p->eligible != EES_COUNT_NONE)
        fprintf(out, ",\"eligible\":%lld", (long long)p->eligible);
    fputc('}', out);
}

static void put_cutoff(FILE *out, const ees_prediction *p) {
    put_key(out, "cutoff");
    if (!p->has_cutoff) {
        fputs("null", out);
        return;
    }
    fprintf(out, "{\"median\":%d,\"mean\":", ees_predictive_median(&p->cutoff));
    ees_json_put_number(out, ees_predictive_mean(&p->cutoff));
    fputs(",\"sd\":", out);
    ees_json_put_number(out, ees_predictive_sd(&p->cutoff));
    fputs(",\n  \"quantiles\":{", out);
    for (int l = 0; l < EES_PREDICT_LEVELS; l++)
        fprintf(out, "%s\"%g\":%d", l ? "," : "", ees_predict_levels[l],
                ees_predictive_quantile(&p->cutoff, ees_predict_levels[l]));
    fputs("},\n  \"intervals\":{", out);
    for (int l = 0; l < EES_LEVELS; l++) {
        const ees_interval interval = ees_predictive_interval(&p->cutoff, ees_levels[l]);
        fprintf(out, "%s\"%g\":[%d,%d]", l ? "," : "", ees_levels[l], interval.low, interval.high);
    }
    fputs("},\n  \"pmf\":[", out);
    bool first = true;
    for (int s = 0; s < EES_SCORE_COUNT; s++) {
        if (p->counts[s] == 0)
            continue;
        fprintf(out, "%s{\"score\":%d,\"p\":", first ? "" : ",", s);
        ees_json_put_number(out, (double)p->counts[s] / (double)p->replicates);
        fputc('}', out);
        first = false;
    }
    fputs("]}", out);
}

static void put_tie_break(FILE *out, const draw_answer *answer) {
    const ees_prediction *p = &answer->prediction;
    put_key(out, "tie_break");
    if (!p->has_cutoff || p->tie_break[EES_PREDICT_LEVELS / 2] == EES_TIME_NONE) {
        fputs("null", out);
        return;
    }
    fputs("{\"median\":", out);
    put_time_value(out, p->tie_break[EES_PREDICT_LEVELS / 2]);
    fputs(",\"quantiles\":{", out);
    for (int l = 0; l < EES_PREDICT_LEVELS; l++) {
        fprintf(out, "%s\"%g\":", l ? "," : "", ees_predict_levels[l]);
        put_time_value(out, p->tie_break[l]);
    }
    fputs("}}", out);
}

static void put_above(FILE *out, const ees_prediction *p) {
    int low, high;
    bool first = true;
    draw_nearby(p, &low, &high);
    put_key(out, "above");
    fputc('[', out);
    for (int s = low; s <= high; s++) {
        if (isnan(p->above[1][s]))
            continue;
        fprintf(out, "%s{\"score\":%d,\"quantiles\":{", first ? "" : ",", s);
        const char *names[3] = {"0.1", "0.5", "0.9"};
        for (int l = 0; l < 3; l++) {
            fprintf(out, "%s\"%s\":", l ? "," : "", names[l]);
            ees_json_put_number(out, rint(p->above[l][s]));
        }
        fputs("}}", out);
        first = false;
    }
    fputc(']', out);
}

static void put_changes(FILE *out, const ees_prediction *p) {
    bool first = true;
    put_key(out, "changes");
    fputc('[', out);
    for (int c = 0; c < EES_PREDICT_CHANGES; c++) {
        if (p->changes[c].size == 0)
            continue;
        fprintf(out, "%s{\"draw_size\":%lld,\"median\":%d,\"mean\":", first ? "" : ",", (long long)p->changes[c].size,
                p->changes[c].median);
        ees_json_put_number(out, p->changes[c].mean);
        fputc('}', out);
        first = false;
    }
    fputc(']', out);
}

void draw_put_json(FILE *out, const draw_answer *answer) {
    const ees_prediction *p = &answer->prediction;
    const ees_question *q = &answer->request.question;
    fputs("{\"schema\":\"eesim.draw/1\"", out);
    put_text(out, "program", q->programs->programs[q->program].code);
    put_date(out, "date", q->date);
    put_int(out, "draw_size", p->size);
    put_int(out, "invited", p->invited);
    put_pool(out, answer);
    put_cutoff(out, p);
    put_tie_break(out, answer);
    put_above(out, p);
    put_changes(out, p);
    put_int(out, "replicates", (int64_t)p->replicates);
    char seed[24];
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)answer->request.seed);
    put_text(out, "seed", seed);
    put_key(out, "model");
    fputs("{\"name\":", out);
    ees_json_put_string(out, p->model);
    fputs(",\"parameters\":", out);
    ees_json_put_string(out, answer->model_file);
    fprintf(out, ",\"sha256\":\"%s\"}", answer->model_sha256);
    put_int(out, "program_rounds", (int64_t)p->program_rounds);
    put_key(out, "data");
    fprintf(out, "{\"sha256\":\"%s\",\"last_round\":", q->history->sha256);
    ees_json_put_string(out, q->history->rounds[q->known.round_count - 1].number);
    fputc('}', out);
    put_text(out, "version", ees_version());
    fputs("}\n", out);
}
