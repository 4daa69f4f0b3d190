/* ees_chance(): a run of one scenario, and what it says of one candidate. */
#include <eesim/run.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/context.h"
#include "core/profile_score.h"
#include "eval/chance_record.h"
#include "run/run_plan.h"

enum { DAYS_SHOWN = 40, DAYS_MAX = 4000 };
const double ees_chance_levels[EES_CHANCE_LEVELS] = {0.25, 0.5, 0.75};

void ees_chance_request_init(ees_chance_request *request) {
    *request = (ees_chance_request){
        .submitted = EES_DATE_NONE, .date = EES_DATE_NONE, .until = EES_DATE_NONE, .gain = 10, .seed = 1};
}

static int no_memory(ees_error *err) {
    return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
}

static void choose_scores(ees_chance_answer *answer) {
    const int steps[EES_CHANCE_SCORES] = {0, answer->gain / 2, answer->gain};
    for (int i = 0; i < EES_CHANCE_SCORES; i++) {
        int score = answer->score + steps[i] > EES_SCORE_MAX ? EES_SCORE_MAX : answer->score + steps[i];
        if (answer->score_count == 0 || score > answer->scores[answer->score_count - 1])
            answer->scores[answer->score_count++] = score;
    }
}

/* Days of rounds where they are few; else the end of every month. */
static void choose_days(ees_chance_answer *answer, const ees_totals *totals) {
    answer->day_count = ees_chance_days(totals, 0, 0, answer->days, DAYS_MAX);
    if (answer->day_count > DAYS_SHOWN) {
        answer->day_count = 0;
        for (ees_date day = answer->start; day < answer->until && answer->day_count < DAYS_MAX - 1; day++) {
            int year, month, first;
            ees_date_to_civil(day + 1, &year, &month, &first);
            if (first == 1)
                answer->days[answer->day_count++] = day;
        }
    }
    if (answer->day_count == 0 || answer->days[answer->day_count - 1] < answer->until)
        answer->days[answer->day_count++] = answer->until;
}

/* Rounds from the day on which the profile is gone do not count. */
static int read_score(ees_chance_answer *answer, int i, const ees_totals *totals, ees_error *err) {
    const ees_date last = answer->renewed ? answer->until : answer->expires - 1;
    answer->by[i] = calloc(answer->day_count, sizeof *answer->by[i]);
    if (!answer->by[i])
        return no_memory(err);
    for (size_t d = 0; d < answer->day_count; d++)
        answer->by[i][d] =
            ees_chance_by(totals, 0, 0, answer->scores[i], answer->days[d] < last ? answer->days[d] : last);
    for (int l = 0; l < EES_CHANCE_LEVELS; l++) {
        const ees_date reached = ees_chance_reached(totals, 0, 0, answer->scores[i], ees_chance_levels[l]);
        answer->wait[i][l] = reached != EES_DATE_NONE && reached <= last ? reached : EES_DATE_NONE;
    }
    return EES_OK;
}

/* Without a record nothing is known of the model's error, and an answer is one all the same. */
static int read_record(ees_context *context, eesi_chance_record *record, ees_error *err) {
    ees_error missing = {0};
    char *file = eesi_context_model_path(context, "chance.json", err);
    if (!file)
        return err->code;
    int rc = eesi_chance_record_read(record, eesi_context_source(context), file, &missing);
    free(file);
    if (rc && rc != EES_ERR_NOTFOUND)
        *err = missing;
    return rc == EES_ERR_NOTFOUND ? EES_OK : rc;
}

/* The learned policy by its name is the world of no policy; a file of one's own may have that name, too. */
static int find_learned(ees_context *context, const char *policy, bool *learned, ees_error *err) {
    static const char end[] = "/policies/learned.json";
    char *path = policy ? eesi_context_policy_path(context, policy, err) : NULL;
    const size_t length = path ? strlen(path) : 0, tail = sizeof end - 1;
    *learned = !policy || (length >= tail && strcmp(path + length - tail, end) == 0);
    free(path);
    return policy && !path ? err->code : EES_OK;
}

/* The record is that of the learned world: it says nothing of rounds that somebody assumes. */
static int is_learned(ees_context *context, const ees_chance_request *request, bool *learned, ees_error *err) {
    *learned = false;
    if (request->draw_size || request->every_days || request->only || request->set_count)
        return EES_OK;
    return find_learned(context, request->policy_file, learned, err);
}

static int add_model_errors(ees_context *context, const ees_chance_request *request, ees_chance_answer *answer,
                            ees_error *err) {
    eesi_chance_record record = {0};
    bool learned;
    int rc = is_learned(context, request, &learned, err);
    if (rc == EES_OK && learned)
        rc = read_record(context, &record, err);
    for (int i = 0; rc == EES_OK && i < answer->score_count; i++) {
        answer->model_error[i] = calloc(answer->day_count, sizeof *answer->model_error[i]);
        if (!answer->model_error[i])
            return no_memory(err);
        for (size_t d = 0; d < answer->day_count; d++)
            answer->model_error[i][d] =
                eesi_chance_record_error(&record, answer->by[i][d].probability, answer->days[d] - answer->start);
    }
    return rc;
}

static int read_totals(ees_chance_answer *answer, const ees_run_plan *plan, const ees_totals *totals, ees_error *err) {
    const ees_run_layout *layout = ees_run_plan_layout(plan);
    snprintf(answer->candidates, sizeof answer->candidates, "%s", eesi_run_plan_audience(plan, 0));
    answer->submitted = layout->audience[0].submitted;
    answer->start = layout->start;
    answer->expires = eesi_profile_expiry(answer->submitted);
    answer->renewed = layout->audience[0].renew_days > 0;
    answer->until = layout->start + layout->days;
    answer->replicates = ees_totals_replicates(totals);
    answer->plan = strdup(eesi_run_plan_identity(plan));
    answer->days = calloc(DAYS_MAX, sizeof *answer->days);
    if (!answer->plan || !answer->days)
        return no_memory(err);
    choose_scores(answer);
    choose_days(answer, totals);
    int rc = EES_OK;
    for (int i = 0; rc == EES_OK && i < answer->score_count; i++)
        rc = read_score(answer, i, totals, err);
    return rc;
}

static void remark_expiry(const ees_context *context, const ees_chance_answer *answer) {
    char submitted[EES_DATE_TEXT_MAX], expiry[EES_DATE_TEXT_MAX];
    ees_date_format(answer->submitted, submitted);
    ees_date_format(answer->expires, expiry);
    if (answer->until <=
        answer->expires) /* the day itself is no reason to speak: a year is looked at if nothing is said */
        return;
    if (answer->renewed)
        eesi_context_remark(context,
                            "a profile submitted on %s expires on %s: it enters again that day, behind all who were "
                            "there before it at a tie",
                            submitted, expiry);
    else
        eesi_context_remark(context,
                            "a profile submitted on %s expires on %s: rounds from that day on do not count; --renew "
                            "enters it again",
                            submitted, expiry);
}

/* A nomination is worth 600 points, which no nominee lacks. */
static void remark_nomination(ees_context *context, const ees_chance_answer *answer) {
    const ees_programs *programs = ees_context_programs(context, NULL);
    const char *code = programs && programs->nominee >= 0 ? programs->programs[programs->nominee].code : NULL;
    const char *at = code ? strstr(answer->candidates, code) : NULL;
    const int with = answer->score + EES_SCORE_NOMINEE - 1;
    if (at && answer->score < EES_SCORE_NOMINEE - 1)
        eesi_context_remark(context,
                            "%s: a nomination adds 600 points, so no nominee has %d; the answer is for %d as it "
                            "stands. With the nomination ask --score %d",
                            code, answer->score, answer->score, with);
}

/* All programs given are one candidate's. NULL when out of memory. */
static char *join_programs(const ees_chance_request *request) {
    size_t size = 1;
    for (size_t i = 0; i < request->program_count; i++)
        size += strlen(request->programs[i]) + 1;
    char *text = calloc(1, size);
    size_t used = 0;
    for (size_t i = 0; text && i < request->program_count; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%s", i ? "," : "", request->programs[i]);
    return text;
}

/* ---- a profile ---- */

/* What a question about a profile becomes: a candidate with phases. */
typedef struct moving {
    ees_phases phases;
    char programs[256]; /* all of them, "CEC,FRENCH" */
} moving;

static void add_code(char *list, size_t size, const char *code) {
    const size_t used = strlen(list);
    snprintf(list + used, size - used, "%s%s", used ? "," : "", code);
}

static void write_codes(const ees_programs *programs, ees_program_set set, char *list, size_t size) {
    list[0] = '\0';
    for (size_t p = 0; p < programs->count; p++)
        if (set >> p & 1u)
            add_code(list, size, programs->programs[p].code);
}

/* What the profile leaves open may be worth a program. */
static void remark_unknown(const ees_context *context, const eesi_scored *scored) {
    eesi_standing standings[EES_PROGRAMS_MAX];
    char list[200] = "";
    const int count = eesi_eligibility_judge(scored->eligibility, &scored->profile, &scored->person,
                                             scored->profile.date, EESI_REASON_EN, standings);
    for (int i = 0; i < count; i++)
        if (standings[i].is == EESI_STANDING_UNKNOWN)
            add_code(list, sizeof list, scored->eligibility->programs->programs[standings[i].program].code);
    if (list[0])
        eesi_context_remark(context, "the profile does not say enough for %s: rounds of these do not count", list);
}

static int no_program(const eesi_scored *scored, ees_error *err) {
    eesi_standing standings[EES_PROGRAMS_MAX];
    char reasons[400] = "";
    const int count = eesi_eligibility_judge(scored->eligibility, &scored->profile, &scored->person,
                                             scored->profile.date, EESI_REASON_EN, standings);
    for (int i = 0; i < count && i < 3; i++) /* the base programs come first */
        snprintf(reasons + strlen(reasons), sizeof reasons - strlen(reasons), "%s%s: %s", i ? "; " : "",
                 scored->eligibility->programs->programs[standings[i].program].code, standings[i].reason);
    return ees_error_set(err, EES_ERR_RANGE, "the profile belongs to no program by the last day (%s)", reasons);
}

/* Programs that are named take the place of the profile's, as long as it is in the pool at all. */
static int set_programs(ees_context *context, const ees_chance_request *request, ees_phases *phases, ees_error *err) {
    const ees_programs *programs = ees_context_programs(context, err);
    ees_program_set named = 0;
    int rc = programs ? EES_OK : err->code;
    for (size_t i = 0; rc == EES_OK && i < request->program_count; i++)
        rc = ees_programs_parse(programs, request->programs[i], &named, err);
    for (int i = 0; rc == EES_OK && named && i < phases->count; i++)
        phases->phase[i].programs = named;
    return rc;
}

static int keep_phases(ees_chance_answer *answer, const ees_phases *phases, ees_error *err) {
    answer->phases = calloc((size_t)phases->count, sizeof *answer->phases);
    if (!answer->phases)
        return no_memory(err);
    for (; answer->phase_count < (size_t)phases->count; answer->phase_count++) {
        const ees_phase *phase = &phases->phase[answer->phase_count];
        answer->phases[answer->phase_count] =
            (struct ees_chance_phase){phase->from, answer->score + phase->points, phase->programs};
    }
    return EES_OK;
}

static int follow(ees_context *context, const ees_chance_request *request, const eesi_scored *scored, ees_date first,
                  ees_date last, ees_chance_answer *answer, moving *out, ees_error *err) {
    ees_program_set all = 0;
    int rc = eesi_score_phases(scored, first, last, &answer->score, &out->phases, err);
    if (rc == EES_OK)
        rc = set_programs(context, request, &out->phases, err);
    for (int i = 0; rc == EES_OK && i < out->phases.count; i++)
        all |= out->phases.phase[i].programs;
    if (rc == EES_OK && all == 0)
        rc = no_program(scored, err);
    if (rc)
        return rc;
    write_codes(scored->eligibility->programs, all, out->programs, sizeof out->programs);
    if (request->program_count == 0)
        remark_unknown(context, scored);
    return keep_phases(answer, &out->phases, err);
}

/* Score and programs from the first day looked at to the last. */
static int read_moving(ees_context *context, const ees_chance_request *request, ees_chance_answer *answer, moving *out,
                       ees_error *err) {
    enum { YEAR = 366 };
    const ees_history *history = ees_context_history(context, err);
    json_t *profile = history ? eesi_score_profile_of(request->profile, err) : NULL;
    if (!profile)
        return err->code;
    const ees_date newest = history->round_count ? history->rounds[history->round_count - 1].date + 1 : EES_DATE_NONE;
    const ees_date first = request->date != EES_DATE_NONE ? request->date : newest;
    const ees_date last = request->until != EES_DATE_NONE ? request->until : first + YEAR;
    const eesi_score_question question = {
        .profile = profile, .rules = request->rules, .date = EES_DATE_NONE, .today = first};
    eesi_scored scored;
    int rc = eesi_score(context, &question, &scored, err);
    if (rc == EES_OK)
        rc = follow(context, request, &scored, first, last, answer, out, err);
    eesi_scored_free(&scored);
    json_decref(profile);
    return rc;
}

/* ---- the run ---- */

static ees_run_request run_of(const ees_chance_request *request, const char *const *candidate) {
    ees_run_request run;
    ees_run_request_init(&run);
    run.programs = run.audiences = candidate;
    run.program_count = run.audience_count = 1;
    run.draw_size = request->draw_size;
    run.every_days = request->every_days;
    run.only = request->only;
    run.date = request->date;
    run.until = request->until;
    run.policy_file = request->policy_file;
    run.sets = request->sets;
    run.set_count = request->set_count;
    run.submitted = request->submitted;
    run.renew = request->renew;
    run.replicates = request->replicates;
    run.seed = request->seed;
    run.until_se = request->until_se;
    run.model = request->model;
    return run;
}

static int check(const ees_chance_request *request, ees_error *err) {
    if (request->score < 0 || request->score > EES_SCORE_MAX || request->gain < 0 || request->gain > EES_SCORE_MAX)
        return ees_error_set(err, EES_ERR_RANGE, "a score and a gain are 0 to %d points", EES_SCORE_MAX);
    if (request->program_count == 0 && !request->profile)
        return ees_error_set(err, EES_ERR_RANGE, "whose score is this? expected a program, such as CEC");
    return EES_OK;
}

static int run_and_read(ees_context *context, const ees_chance_request *request, const ees_run_request *run,
                        ees_chance_answer *answer, ees_error *err) {
    const ees_run_job job = {.threads = eesi_context_threads(context), .progress = *eesi_context_progress(context)};
    ees_run_plan *plan = NULL;
    ees_totals *totals = NULL;
    int rc = ees_run_plan_create(&plan, context, run, err);
    if (rc == EES_OK)
        rc = ees_run_collect(plan, &job, &totals, err);
    if (rc == EES_OK)
        rc = read_totals(answer, plan, totals, err);
    if (rc == EES_OK)
        rc = add_model_errors(context, request, answer, err);
    if (rc == EES_OK)
        remark_expiry(context, answer);
    if (rc == EES_OK)
        remark_nomination(context, answer);
    ees_totals_destroy(totals);
    ees_run_plan_destroy(plan);
    return rc;
}

static int chance_of_profile(ees_context *context, const ees_chance_request *request, ees_chance_answer *answer,
                             ees_error *err) {
    moving *found = calloc(1, sizeof *found);
    int rc = found ? read_moving(context, request, answer, found, err) : no_memory(err);
    if (rc == EES_OK) {
        const char *const candidate[] = {found->programs};
        ees_run_request run = run_of(request, candidate);
        run.phases = &found->phases;
        rc = run_and_read(context, request, &run, answer, err);
    }
    free(found);
    return rc;
}

int ees_chance(ees_context *context, const ees_chance_request *request, ees_chance_answer *answer, ees_error *err) {
    *answer = (ees_chance_answer){.score = request->score, .gain = request->gain};
    int rc = check(request, err);
    if (rc)
        return rc;
    if (request->profile)
        return chance_of_profile(context, request, answer, err);
    char *joined = join_programs(request);
    if (!joined)
        return no_memory(err);
    const char *const candidate[] = {joined};
    const ees_run_request run = run_of(request, candidate);
    rc = run_and_read(context, request, &run, answer, err);
    free(joined);
    return rc;
}

void ees_chance_answer_free(ees_chance_answer *answer) {
    for (int i = 0; i < EES_CHANCE_SCORES; i++) {
        free(answer->by[i]);
        free(answer->model_error[i]);
    }
    free(answer->days);
    free(answer->plan);
    free(answer->phases);
    *answer = (ees_chance_answer){0};
}
