/*
 * `plan` as JSON: what a candidate could change, the points it brings, the programs it opens, and the chance by a day
 * with it and without. All changes are candidates of one run, so that they meet the same futures: whoever is invited
 * without a change is invited with it, and the difference of two chances is itself the share of some futures.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <eesim/run.h>
#include <eesim/version.h>

#include "core/answer.h"
#include "core/profile_score.h"
#include "table/table.h"

enum { ACTIONS_MAX = EES_RUN_AUDIENCES_MAX, PAIRED = 5, HORIZON_DAYS = 182, REPLICATES = 4096 };

typedef struct plan_question {
    const json_t *profile;
    const char *rules;
    ees_date until;
} plan_question;

static const eesi_key keys[] = {
    {.name = "profile", .kind = EESI_KEY_JSON, .offset = offsetof(plan_question, profile), .needed = true},
    {.name = "rules", .kind = EESI_KEY_TEXT, .offset = offsetof(plan_question, rules)},
    {.name = "until", .kind = EESI_KEY_DATE, .offset = offsetof(plan_question, until)},
    {.name = NULL}};

/* A change, or two of them; what came of it. The first of a list has none: the profile as it is. */
typedef struct action {
    int count;
    eesi_crs_change change[2];
    int from[2], to[2];
    bool leaves_spouse;
    int score, last; /* points on the first day and on the last */
    ees_program_set programs;
    char codes[256];
    ees_phases phases;
    ees_probability chance;
} action;

typedef struct planning {
    ees_context *context;
    const eesi_common *common;
    eesi_scored scored;
    ees_date first, until;
    int count;
    action actions[ACTIONS_MAX];
} planning;

/* ---- what could be done ---- */

static int score_with(const planning *in, const action *with) {
    eesi_crs_person person = in->scored.person;
    eesi_crs_points points;
    person.has_spouse &= !with->leaves_spouse;
    for (int i = 0; i < with->count; i++)
        eesi_crs_raise(&person, with->change[i], with->to[i]);
    eesi_crs_score(in->scored.rules, &person, &points);
    return points.score;
}

static void add_action(planning *in, eesi_crs_change change, int to) {
    if (in->count == ACTIONS_MAX || to <= eesi_crs_value(&in->scored.person, change))
        return;
    in->actions[in->count++] =
        (action){.count = 1, .change = {change}, .from = {eesi_crs_value(&in->scored.person, change)}, .to = {to}};
}

/* The next value that pays; where none does, the next one, so that the answer says so. */
static void add_next(planning *in, eesi_crs_change change, int most) {
    const int from = eesi_crs_value(&in->scored.person, change);
    for (int to = from + 1; to <= most; to++) {
        const action with = {.count = 1, .change = {change}, .to = {to}};
        if (score_with(in, &with) > in->scored.points.score) {
            add_action(in, change, to);
            return;
        }
    }
    if (from < most)
        add_action(in, change, from + 1);
}

static void list_actions(planning *in) {
    const eesi_crs_person *p = &in->scored.person;
    in->actions[in->count++] = (action){0};
    for (int a = 0; a < EESI_ABILITIES; a++)
        add_next(in, (eesi_crs_change)(EESI_CHANGE_FIRST + a), 10);
    const int low = eesi_crs_value(p, EESI_CHANGE_FIRST_ALL);
    add_action(in, EESI_CHANGE_FIRST_ALL, low < 7 ? 7 : low < 9 ? 9 : 10);
    if (low < 9)
        add_action(in, EESI_CHANGE_FIRST_ALL, low < 7 ? 9 : 10);
    const int second = eesi_crs_value(p, EESI_CHANGE_SECOND_ALL);
    add_action(in, EESI_CHANGE_SECOND_ALL, second < 5 ? 5 : second < 7 ? 7 : 9);
    if (second < 5)
        add_action(in, EESI_CHANGE_SECOND_ALL, 7);
    add_next(in, EESI_CHANGE_EDUCATION, EESI_DOCTORAL);
    if (eesi_may_be_trade(in->scored.eligibility, in->scored.profile.occupation))
        add_action(in, EESI_CHANGE_CERTIFICATE, 1);
    add_action(in, EESI_CHANGE_NOMINATION, 1);
    if (in->scored.person.has_spouse && in->count < ACTIONS_MAX)
        in->actions[in->count++] = (action){.leaves_spouse = true};
}

/* ---- what comes of it ---- */

static int follow(const planning *in, action *with, ees_error *err) {
    eesi_scored changed = in->scored;
    changed.profile.has_spouse &= !with->leaves_spouse;
    changed.change_count = with->count;
    for (int i = 0; i < with->count; i++) {
        changed.changes[i] = with->change[i];
        changed.to[i] = with->to[i];
    }
    int rc = eesi_score_phases(&changed, in->first, in->until, &with->score, &with->phases, err);
    for (int i = 0; rc == EES_OK && i < with->phases.count; i++)
        with->programs |= with->phases.phase[i].programs;
    with->last = with->score + (with->phases.count ? with->phases.phase[with->phases.count - 1].points : 0);
    const ees_programs *programs = in->scored.eligibility->programs;
    for (size_t p = 0; p < programs->count; p++)
        if (with->programs >> p & 1u) {
            const size_t used = strlen(with->codes);
            snprintf(with->codes + used, sizeof with->codes - used, "%s%s", used ? "," : "",
                     programs->programs[p].code);
        }
    return rc;
}

static ees_run_request request_of(const planning *in, const char *const *codes, const ees_phases *phases, int count) {
    ees_run_request request;
    ees_run_request_init(&request);
    request.programs = request.audiences = codes;
    request.program_count = request.audience_count = (size_t)count;
    request.phases = phases;
    request.date = in->common->date;
    request.until = in->until;
    request.replicates = in->common->replicates == EES_COUNT_NONE ? REPLICATES : (uint64_t)in->common->replicates;
    request.seed = (uint64_t)in->common->seed;
    request.model = in->common->model;
    return request;
}

/* Whoever is in no program has no chance, and no place in the run. */
static int run_actions(const planning *in, action *actions, int count, ees_error *err) {
    const ees_run_job job = {.threads = eesi_context_threads(in->context),
                             .progress = *eesi_context_progress(in->context)};
    const char *codes[ACTIONS_MAX];
    int of[ACTIONS_MAX], runners = 0;
    ees_phases *phases = calloc(ACTIONS_MAX, sizeof *phases);
    ees_run_plan *plan = NULL;
    ees_totals *totals = NULL;
    int rc = phases ? EES_OK : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    for (int i = 0; rc == EES_OK && i < count; i++) {
        rc = follow(in, &actions[i], err);
        if (rc || actions[i].programs == 0)
            continue;
        of[runners] = i;
        codes[runners] = actions[i].codes;
        phases[runners++] = actions[i].phases;
    }
    if (rc == EES_OK && runners > 0) {
        const ees_run_request request = request_of(in, codes, phases, runners);
        rc = ees_run_plan_create(&plan, in->context, &request, err);
        if (rc == EES_OK)
            rc = ees_run_collect(plan, &job, &totals, err);
        for (int k = 0; rc == EES_OK && k < runners; k++)
            actions[of[k]].chance = ees_chance_by(totals, 0, k, actions[of[k]].score, in->until);
    }
    ees_totals_destroy(totals);
    ees_run_plan_destroy(plan);
    free(phases);
    return rc;
}

static int by_chance(const void *a, const void *b) {
    const action *x = a, *y = b;
    if (x->chance.probability != y->chance.probability)
        return x->chance.probability < y->chance.probability ? 1 : -1;
    return (y->score > x->score) - (y->score < x->score);
}

/* The best changes of different kinds, two and two. */
static int pair_up(const planning *in, action *pairs) {
    int count = 0;
    for (int i = 1; i < in->count && i <= PAIRED; i++)
        for (int k = i + 1; k < in->count && k <= PAIRED; k++) {
            const action *a = &in->actions[i], *b = &in->actions[k];
            if (a->count + b->count != 2 || eesi_crs_same_kind(a->change[0], b->change[0]))
                continue;
            pairs[count++] = (action){.count = 2,
                                      .change = {a->change[0], b->change[0]},
                                      .from = {a->from[0], b->from[0]},
                                      .to = {a->to[0], b->to[0]}};
        }
    return count;
}

/* ---- the answer ---- */

static void put_text(FILE *out, const char *before, const char *key, const char *value) {
    eesi_json_put_key(out, before, key);
    ees_json_put_string(out, value);
}

static void put_codes(FILE *out, const planning *in, const char *key, ees_program_set set) {
    const ees_programs *programs = in->scored.eligibility->programs;
    const char *before = "";
    eesi_json_put_key(out, ",", key);
    fputc('[', out);
    for (size_t p = 0; p < programs->count; p++)
        if (set >> p & 1u) {
            fputs(before, out);
            ees_json_put_string(out, programs->programs[p].code);
            before = ",";
        }
    fputc(']', out);
}

static void put_number(FILE *out, const char *key, double value) {
    eesi_json_put_key(out, ",", key);
    ees_json_put_number(out, value);
}

static void put_changes(FILE *out, const action *a) {
    eesi_json_put_key(out, "{", "changes");
    fputc('[', out);
    for (int i = 0; i < a->count; i++) {
        const bool education = a->change[i] == EESI_CHANGE_EDUCATION;
        put_text(out, i ? ",{" : "{", "change", eesi_crs_change_names[a->change[i]]);
        eesi_json_put_key(out, ",", "to");
        if (education)
            ees_json_put_string(out, eesi_educations[a->to[i]]);
        else
            eesi_json_put_int(out, a->to[i]);
        fputc('}', out);
    }
    if (a->leaves_spouse)
        fputs("{\"change\":\"spouse\",\"to\":null}", out);
    fputc(']', out);
}

static void put_actions(FILE *out, const planning *in, const char *key, const action *actions, int count) {
    const action *none = &in->actions[0];
    const double n = in->common->replicates == EES_COUNT_NONE ? (double)REPLICATES : (double)in->common->replicates;
    eesi_json_put_key(out, ",\n ", key);
    fputc('[', out);
    for (int i = 0; i < count; i++) {
        const action *a = &actions[i];
        const double gain = a->chance.probability - none->chance.probability, share = fabs(gain);
        fputs(i ? ",\n  " : "\n  ", out);
        put_changes(out, a);
        fprintf(out, ",\"score\":%d,\"points\":%d,\"points_later\":%d", a->score, a->score - none->score,
                a->last - none->last);
        put_codes(out, in, "opens", a->programs & ~none->programs);
        put_number(out, "probability", a->chance.probability);
        put_number(out, "gain", gain);
        put_number(out, "gain_se", sqrt(share * (1 - share) / n));
        fputc('}', out);
    }
    fputc(']', out);
}

static void put_answer(FILE *out, const planning *in, const action *pairs, int pair_count) {
    const action *none = &in->actions[0];
    put_text(out, "{", "schema", "eesim.plan/1");
    eesi_json_put_key(out, ",", "from");
    eesi_json_put_date(out, in->first);
    eesi_json_put_key(out, ",", "until");
    eesi_json_put_date(out, in->until);
    fprintf(out, ",\"score\":%d,\"score_later\":%d", none->score, none->last);
    put_codes(out, in, "programs", none->programs);
    put_number(out, "probability", none->chance.probability);
    put_number(out, "probability_se", none->chance.se);
    put_actions(out, in, "actions", in->actions + 1, in->count - 1);
    put_actions(out, in, "pairs", pairs, pair_count);
}

/* ---- the question ---- */

static int read_question(planning *in, const plan_question *asked, ees_error *err) {
    const ees_history *history = ees_context_history(in->context, err);
    if (!history)
        return err->code;
    if (!json_is_string(asked->profile) && !json_is_object(asked->profile))
        return ees_error_set(err, EES_ERR_RANGE, "'profile': expected the name of a file, or an object");
    const ees_date newest = history->round_count ? history->rounds[history->round_count - 1].date + 1 : 0;
    in->first = in->common->date != EES_DATE_NONE ? in->common->date : newest;
    in->until = asked->until != EES_DATE_NONE ? asked->until : in->first + HORIZON_DAYS;
    if (in->until < in->first || in->until > in->first + 364)
        return ees_error_set(err, EES_ERR_RANGE,
                             "'until': expected a day from the first one looked at on, while the profile lives");
    const eesi_score_question question = {
        .profile = asked->profile, .rules = asked->rules, .date = EES_DATE_NONE, .today = in->first};
    return eesi_score(in->context, &question, &in->scored, err);
}

static int answer(ees_context *context, const eesi_common *common, const void *question, FILE *out, ees_error *err) {
    planning *in = calloc(1, sizeof *in);
    action *pairs = calloc(ACTIONS_MAX, sizeof *pairs);
    int pair_count = 0, rc = in && pairs ? EES_OK : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    if (rc == EES_OK) {
        in->context = context;
        in->common = common;
        rc = read_question(in, question, err);
    }
    if (rc == EES_OK) {
        list_actions(in);
        rc = run_actions(in, in->actions, in->count, err);
    }
    if (rc == EES_OK) {
        qsort(in->actions + 1, (size_t)in->count - 1, sizeof *in->actions, by_chance);
        pair_count = pair_up(in, pairs);
        rc = run_actions(in, pairs, pair_count, err);
    }
    if (rc == EES_OK) {
        qsort(pairs, (size_t)pair_count, sizeof *pairs, by_chance);
        put_answer(out, in, pairs, pair_count);
        const uint64_t seed = (uint64_t)common->seed;
        rc = eesi_answer_foot(out, ",\n ", context, &seed, err);
    }
    if (in)
        eesi_scored_free(&in->scored);
    free(in);
    free(pairs);
    return rc;
}

const eesi_answerer eesi_answer_plan = {"plan", keys, sizeof(plan_question), EESI_TAKES_ALL, NULL, answer};
