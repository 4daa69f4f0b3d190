#include "run/run_prepare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <eesim/context.h>

#include "base/json.h"
#include "base/purpose.h"
#include "base/stats.h"
#include "calendar/calendar.h"
#include "feed/tie_break.h"
#include "models/ask.h"
#include "models/blend.h"
#include "models/forecaster.h"
#include "models/posterior_cache.h"
#include "models/preferred.h"
#include "policy/policy.h"
#include "policy/policy_model.h"
#include "pool/build.h"
#include "run/run_inputs.h"

enum { GAPS = 5, TIES = 30, BEFORE_DAYS = 120 };

/* Everything behind a real engine; freed as one. */
typedef struct prepared {
    eesi_run_model model;
    const eesi_ensemble_model *ensemble;
    eesi_ensemble_model *own_ensemble; /* NULL: it is that of the inputs */
    int table[EES_RUN_PROGRAMS_MAX];   /* position in the programs of each program of the run */
} prepared;

/* What the steps of preparing look at. */
typedef struct sources {
    const ees_run_plan *plan;
    const char *file;
    const ees_run_inputs *inputs;
    ees_known known;
    int32_t *counts; /* of the newest published pool as eesi_split() gives them; NULL: there is none */
} sources;

static void prepared_destroy(void *of) {
    prepared *all = of;
    if (!all)
        return;
    eesi_run_model_free(&all->model);
    eesi_ensemble_model_destroy(all->own_ensemble);
    free(all);
}

/* What was known before the plan's "known_before" (null: everything). */
static int known_before(const json_t *root, const char *file, const ees_history *history, ees_known *known,
                        ees_error *err) {
    ees_date before;
    int rc = eesi_json_date(root, "known_before", file, "plan", &before, err);
    if (rc)
        return rc;
    *known = ees_history_before(history, before, false);
    if (known->round_count == 0)
        return ees_error_set(err, EES_ERR_RANGE, "no round is known before that day: the data begin later");
    return EES_OK;
}

static int no_memory(ees_error *err) {
    return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
}

/* Whose rounds take everybody, and whose take their share of everybody. */
static void read_kinds(eesi_run_model *model, const ees_programs *programs, const int *table) {
    model->general = EESI_UNKNOWN;
    model->takers = 0;
    for (int p = 0; p < model->program_count; p++) {
        const ees_program *program = &programs->programs[table[p]];
        if (program->kind == EES_KIND_GENERAL)
            model->general = p;
        else if (program->kind == EES_KIND_PROGRAM && table[p] != programs->nominee)
            model->takers |= (uint32_t)1 << p;
    }
}

static int read_table(prepared *all, const sources *from, ees_error *err) {
    memset(all->model.slot, EESI_UNKNOWN, sizeof all->model.slot);
    for (int p = 0; p < from->plan->layout.programs; p++) {
        all->table[p] = ees_programs_find(from->inputs->programs, from->plan->program[p]);
        if (all->table[p] == EES_PROGRAM_NONE)
            return ees_error_set(err, EES_ERR_DATA, "'%.30s' is no program", from->plan->program[p]);
        if (all->model.slot[all->table[p]] != EESI_UNKNOWN)
            return ees_error_set(err, EES_ERR_DATA, "'%.30s' stands twice", from->plan->program[p]);
        all->model.slot[all->table[p]] = (int8_t)p;
    }
    read_kinds(&all->model, from->inputs->programs, all->table);
    return EES_OK;
}

/* ---- scenarios ---- */

static int sum_arrivals(prepared *all, eesi_run_scenario *scenario, int programs, ees_error *err) {
    const size_t days = (size_t)all->model.arrivals_days;
    scenario->arrivals = calloc((size_t)programs * (days + 1), sizeof *scenario->arrivals);
    if (!scenario->arrivals)
        return no_memory(err);
    for (int p = 0; p < programs; p++) {
        double *sum = scenario->arrivals + (size_t)p * (days + 1);
        for (size_t d = 0; d < days; d++) {
            const double factor =
                eesi_policy_arrivals(scenario->policy, all->table[p], all->model.arrivals_from + (ees_date)d);
            sum[d + 1] = sum[d] + factor;
            scenario->arrivals_changed = scenario->arrivals_changed || factor != 1.0;
        }
    }
    return EES_OK;
}

static int list_shocks(const prepared *all, eesi_run_scenario *scenario, int programs, ees_error *err) {
    const ees_policy_shock *shocks = NULL;
    const size_t count = eesi_policy_shocks(scenario->policy, &shocks);
    for (int p = 0; p < programs && count > 0; p++) {
        scenario->shocks[p] = calloc(count, sizeof *scenario->shocks[p]);
        if (!scenario->shocks[p])
            return no_memory(err);
        for (size_t i = 0; i < count; i++)
            if (shocks[i].programs == 0 || (shocks[i].programs >> all->table[p] & 1))
                scenario->shocks[p][scenario->shock_count[p]++] =
                    (eesi_lane_shock){shocks[i].date, shocks[i].points, shocks[i].share};
    }
    return EES_OK;
}

/* A program holds a round a day at most, but for single ones, and a general round may take its candidates too. */
static void read_returns(prepared *all, eesi_run_scenario *scenario) {
    enum { ONE_OFFS = 64 };
    scenario->return_share = eesi_policy_declined(scenario->policy, &scenario->return_days);
    const int most = 2 * (int)scenario->return_days + ONE_OFFS + 2,
              rounds = 2 * eesi_policy_capacity(scenario->policy) + 2;
    const int returns = scenario->return_share > 0 ? (most < rounds ? most : rounds) : 0;
    all->model.returns = returns > all->model.returns ? returns : all->model.returns;
}

static int read_policy(prepared *all, const sources *from, int s, const ees_policy_world *world, ees_error *err) {
    const json_t *entry = json_array_get(json_object_get(from->plan->root, "scenarios"), (size_t)s);
    json_t *policy = NULL;
    int rc = eesi_json_object(entry, "policy", from->file, "scenario", &policy, err);
    if (rc == EES_OK)
        rc = eesi_policy_create(&all->model.scenario[s].policy, from->file, policy, world, err);
    if (rc == EES_OK)
        all->model.scenario[s].policy->points = from->plan->points;
    return rc;
}

static int read_scenario(prepared *all, const sources *from, int s, const ees_policy_world *world, ees_error *err) {
    eesi_run_scenario *scenario = &all->model.scenario[s];
    const int programs = from->plan->layout.programs;
    int rc = read_policy(all, from, s, world, err);
    if (rc == EES_OK)
        rc = sum_arrivals(all, scenario, programs, err);
    if (rc == EES_OK)
        rc = list_shocks(all, scenario, programs, err);
    if (rc == EES_OK)
        read_returns(all, scenario);
    if (rc == EES_OK && eesi_policy_capacity(scenario->policy) > all->model.capacity)
        all->model.capacity = eesi_policy_capacity(scenario->policy);
    return rc;
}

static int read_scenarios(prepared *all, const sources *from, ees_error *err) {
    const ees_run_layout *layout = &from->plan->layout;
    const ees_policy_world world = {.programs = from->inputs->programs,
                                    .history = from->inputs->history,
                                    .known = from->known,
                                    .calendar = from->inputs->calendar,
                                    .from = layout->start,
                                    .until = layout->start + layout->days};
    all->model.scenario = calloc((size_t)layout->scenarios, sizeof *all->model.scenario);
    if (!all->model.scenario)
        return no_memory(err);
    all->model.scenario_count = layout->scenarios;
    all->model.capacity = 1;
    /* The members' own day lies before the horizon: arrivals since then are changed by the policy too. */
    all->model.arrivals_from = layout->start - BEFORE_DAYS;
    all->model.arrivals_days = layout->days + BEFORE_DAYS + 1;
    int rc = EES_OK;
    for (int s = 0; rc == EES_OK && s < layout->scenarios; s++)
        rc = read_scenario(all, from, s, &world, err);
    return rc;
}

/* ---- what the history says ---- */

static const ees_round *last_round(const ees_history *history, ees_known known, int program) {
    for (size_t i = known.round_count; i-- > 0;)
        if (history->rounds[i].program == program)
            return &history->rounds[i];
    return NULL;
}

/* Mean age of tie-breaks: exponential, so the median over log 2. */
static double mean_tie_age(const ees_history *history, ees_known known, int program) {
    double ages[TIES];
    size_t count = 0;
    for (size_t i = known.round_count; i-- > 0 && count < TIES;) {
        const ees_round *round = &history->rounds[i];
        if (round->program != program)
            continue;
        const double age = eesi_tie_break_age_days(round);
        if (age >= 0)
            ages[count++] = age;
    }
    return fmax(1.0, (count > 0 ? eesi_median(ages, count) : 60.0) / M_LN2);
}

int eesi_run_usual_gap(const ees_history *history, ees_known known, int program) {
    double gaps[GAPS];
    size_t count = 0;
    ees_date later = EES_DATE_NONE;
    for (size_t i = known.round_count; i-- > 0 && count < GAPS;) {
        if (history->rounds[i].program != program)
            continue;
        if (later != EES_DATE_NONE)
            gaps[count++] = later - history->rounds[i].date;
        later = history->rounds[i].date;
    }
    return (int)fmax(1.0, count > 0 ? eesi_median(gaps, count) : 14.0);
}

static void read_nominees(prepared *all, const sources *from) {
    eesi_worker_nominees *to = &all->model.nominees;
    const ees_programs *programs = from->inputs->programs;
    const int nominee = programs->nominee, general = programs->general;
    *to = (eesi_worker_nominees){.known = eesi_nominees_none()};
    to->clearing =
        (nominee >= 0 ? (ees_program_set)1 << nominee : 0) | (general >= 0 ? (ees_program_set)1 << general : 0);
    to->assumed_every_days = eesi_run_usual_gap(from->inputs->history, from->known, nominee);
    for (int p = 0; p < from->plan->layout.programs; p++)
        if (all->model.program[p].has_members) {
            to->known = all->model.program[p].posterior->sets[0].nominees;
            return;
        }
}

/* ---- programs ---- */

static int compare_dates(const void *left, const void *right) {
    const ees_date a = *(const ees_date *)left, b = *(const ees_date *)right;
    return (a > b) - (a < b);
}

/*
 * When the first scenario holds the first round of a program: the median of some futures; EES_DATE_NONE when none of
 * them has one.
 */
static int usual_first_date(const prepared *all, const sources *from, int program, ees_date *date, ees_error *err) {
    enum { FUTURES = 63 };
    const ees_policy *policy = all->model.scenario[0].policy;
    ees_future_round *rounds = calloc((size_t)eesi_policy_capacity(policy) + 1, sizeof *rounds);
    ees_date first[FUTURES];
    size_t count = 0;
    *date = EES_DATE_NONE;
    if (!rounds)
        return no_memory(err);
    for (uint64_t r = 0; r < FUTURES; r++) {
        const int held = eesi_policy_future(policy, from->plan->seed, r, rounds);
        for (int i = 0; i < held; i++)
            if (rounds[i].program == program) {
                first[count++] = rounds[i].date;
                break;
            }
    }
    free(rounds);
    if (count > 0) {
        qsort(first, count, sizeof *first, compare_dates);
        *date = first[count / 2];
    }
    return EES_OK;
}

/* The day that the forecast of a program's next round is asked for. */
static int first_date(const prepared *all, const sources *from, int program, ees_date *date, ees_error *err) {
    const ees_run_inputs *inputs = from->inputs;
    int rc = usual_first_date(all, from, program, date, err);
    if (rc == EES_OK && *date == EES_DATE_NONE)
        rc = eesi_calendar_next_date(inputs->calendar, inputs->programs, inputs->history, from->known, program, date,
                                     err);
    if (rc == EES_OK && *date < from->plan->layout.start)
        *date = from->plan->layout.start;
    return rc;
}

/* What a drift asks its model: the next round, on some days and with some sizes. */
typedef struct drift_lesson {
    ees_question question[1 + EESI_DRIFT_DAYS + EESI_DRIFT_SIZES];
    ees_predictive answer[1 + EESI_DRIFT_DAYS + EESI_DRIFT_SIZES];
    int status[1 + EESI_DRIFT_DAYS + EESI_DRIFT_SIZES];
} drift_lesson;

static int ask(const ees_run_inputs *inputs, drift_lesson *lesson, ees_error *err) {
    enum { ALL = sizeof lesson->question / sizeof *lesson->question };
    const ees_question *next = lesson->question;
    const int rc = eesi_ask_first(inputs->forecasters, inputs->forecaster_count, next, ALL, 1, lesson->answer,
                                  lesson->status, err);
    if (rc != EES_ERR_NOTFOUND)
        return rc < 0 ? rc : EES_OK;
    return ees_error_set(err, EES_ERR_UNSUPPORTED, "no model can forecast rounds of %s: none was held before",
                         next->programs->programs[next->program].code);
}

static void fill_lesson(drift_lesson *lesson, const eesi_drift_process *drift, const ees_question *next) {
    for (int i = 0; i < 1 + EESI_DRIFT_DAYS + EESI_DRIFT_SIZES; i++)
        lesson->question[i] = *next;
    for (int k = 0; k < EESI_DRIFT_DAYS; k++)
        lesson->question[1 + k].date = drift->begin + eesi_drift_days[k];
    for (int k = 0; k < EESI_DRIFT_SIZES; k++)
        lesson->question[1 + EESI_DRIFT_DAYS + k].size = (int64_t)exp(drift->log_size[k]);
}

static void set_sizes(eesi_drift_process *drift) {
    const double smallest = 50, ratio = 1.225; /* to 33,000 */
    for (int k = 0; k < EESI_DRIFT_SIZES; k++)
        drift->log_size[k] = log(smallest) + k * log(ratio);
}

/* How the forecast of the next round hangs on its day; a day without an answer is as the one before. */
static void learn_days(eesi_drift_process *drift, const drift_lesson *lesson) {
    const double sd = ees_predictive_sd(&drift->next);
    for (int k = 0; k < EESI_DRIFT_DAYS; k++) {
        const ees_predictive *answer = &lesson->answer[1 + k];
        const bool known = lesson->status[1 + k] == EES_OK;
        drift->day_moved[k] = known ? ees_predictive_mean(answer) - drift->mean : k > 0 ? drift->day_moved[k - 1] : 0;
        drift->day_scale[k] = known && sd > 0 ? ees_predictive_sd(answer) / sd : k > 0 ? drift->day_scale[k - 1] : 1;
    }
}

/* More invitations never raise a cut-off, whatever the noise of the forecast's mean. */
static void learn_sizes(eesi_drift_process *drift, const drift_lesson *lesson) {
    for (int k = 0; k < EESI_DRIFT_SIZES; k++) {
        const int at = 1 + EESI_DRIFT_DAYS + k;
        drift->moved[k] = lesson->status[at] == EES_OK ? ees_predictive_mean(&lesson->answer[at]) - drift->mean : 0;
        if (k > 0)
            drift->moved[k] = fmin(drift->moved[k], drift->moved[k - 1]);
    }
}

/* Nominees stand above everybody else, and only rounds for them, or for all, can end among them. */
static void bound_cutoffs(eesi_drift_process *drift, const ees_programs *programs, int program) {
    const bool nominees = program == programs->nominee;
    drift->low = nominees ? EES_SCORE_NOMINEE : 0;
    drift->high = nominees || program == programs->general ? EES_SCORE_MAX : EES_SCORE_NOMINEE - 1;
}

static int drift_from(eesi_drift_process *drift, const ees_run_inputs *inputs, ees_question question, ees_error *err) {
    const ees_round *last = last_round(inputs->history, question.known, question.program);
    drift_lesson *lesson = calloc(1, sizeof *lesson);
    if (!lesson)
        return no_memory(err);
    question.size = last ? last->size : 1000;
    drift->from = question.date;
    drift->tie_days = mean_tie_age(inputs->history, question.known, question.program);
    bound_cutoffs(drift, inputs->programs, question.program);
    set_sizes(drift);
    fill_lesson(lesson, drift, &question);
    int rc = ask(inputs, lesson, err);
    if (rc == EES_OK) {
        drift->next = lesson->answer[0];
        drift->mean = ees_predictive_mean(&drift->next);
        eesi_drift_prepare(drift);
        drift->wander = 0.25 * ees_predictive_sd(&drift->next);
        learn_days(drift, lesson);
        learn_sizes(drift, lesson);
    }
    free(lesson);
    return rc;
}

static int member_from(eesi_member_process *member, const ees_run_plan *plan, const eesi_posterior *posterior,
                       ees_error *err) {
    member->bands = plan->layout.bands < EESI_PROCESS_BANDS ? plan->layout.bands : EESI_PROCESS_BANDS;
    for (int b = 0; b < member->bands; b++)
        member->band[b] = plan->band[b];
    return eesi_member_process_init(member, posterior) == EES_OK ? EES_OK : no_memory(err);
}

/* The newest known pool, for what the members do not know: how many stand where, not since when. */
static int count_pool(sources *from, ees_error *err) {
    const ees_run_inputs *inputs = from->inputs;
    if (!inputs->segments || from->known.snapshot_count == 0)
        return EES_OK;
    const ees_pool_source source = {.programs = inputs->programs,
                                    .segments = inputs->segments,
                                    .snapshot = &inputs->history->snapshots[from->known.snapshot_count - 1],
                                    .history = inputs->history,
                                    .round_count = from->known.round_count};
    from->counts = malloc(inputs->segments->count * EES_SCORE_COUNT * sizeof *from->counts);
    return from->counts ? eesi_split(&source, from->counts, err) : no_memory(err);
}

static float count_in_pool(const sources *from, int program, int score) {
    return (float)eesi_split_count(from->inputs->programs, from->inputs->segments, from->counts, program, score);
}

/* Who stands below the scores that the members know. */
static int look_below_grid(eesi_member_process *member, const sources *from, int program, ees_error *err) {
    const int lo = member->posterior->stream->grid.lo;
    if (!from->counts)
        return EES_OK;
    member->below_grid = calloc((size_t)lo + 1, sizeof *member->below_grid);
    if (!member->below_grid)
        return no_memory(err);
    for (int score = 0; score < lo; score++)
        member->below_grid[score] = count_in_pool(from, program, score);
    return EES_OK;
}

/* A program without members: its candidates in the bands looked at. Nominees stand above all of them. */
static void look_into_pool(eesi_drift_process *drift, const sources *from, int program) {
    const ees_run_plan *plan = from->plan;
    double all = 0;
    drift->bands = 0;
    for (int c = 0; from->counts && c < EESI_POOL_CELLS; c++)
        all += (double)(drift->eligible[c] = count_in_pool(from, program, EESI_POOL_LOW + c));
    drift->has_pool = all > 0;
    for (int b = 0; b < plan->layout.bands && b < EESI_PROCESS_BANDS; b++) {
        if (plan->band[b].low < EESI_POOL_LOW || plan->band[b].high >= EESI_POOL_LOW + EESI_POOL_CELLS)
            break; /* bands fall */
        drift->band[drift->bands++] = plan->band[b];
    }
}

/* What of a program's preferred mixture is not the ensemble, as a mixture of its own. @return its weight; 0: there is
 * none.
 */
static double other_parts(eesi_blend *others, const ees_run_inputs *inputs, int program) {
    const ees_forecaster *first = inputs->forecasters;
    size_t count = inputs->forecaster_count;
    if (count > 0 && strcmp(first->name, "preferred") == 0)
        first = eesi_preferred_order(first->self, program, &count);
    const eesi_blend *blend = count > 0 ? eesi_blend_of(first) : NULL;
    *others = (eesi_blend){.name = "others"};
    for (size_t i = 0; blend && i < blend->part_count; i++)
        if (strcmp(blend->parts[i].name, EESI_ENSEMBLE_NAME) != 0)
            others->parts[others->part_count++] = blend->parts[i];
    return blend && others->part_count < blend->part_count ? (double)others->part_count / (double)blend->part_count : 0;
}

static int mix_drift(eesi_run_program *to, const sources *from, const ees_question *question, ees_error *err) {
    ees_run_inputs alone = *from->inputs;
    eesi_blend others;
    to->drift_share = other_parts(&others, from->inputs, question->program);
    const ees_forecaster mixture = eesi_blend_forecaster(&others);
    alone.forecasters = others.part_count == 1 ? &others.parts[0] : &mixture;
    alone.forecaster_count = 1;
    int rc = to->drift_share > 0 ? drift_from(&to->drift, &alone, *question, err) : EES_OK;
    if (rc == EES_ERR_UNSUPPORTED) { /* the part knows nothing of the program, so there is no mixture */
        to->drift_share = 0;
        rc = EES_OK;
    }
    return rc;
}

static int prepare_program(prepared *all, const sources *from, int p, ees_error *err) {
    eesi_run_program *to = &all->model.program[p];
    ees_question question = {.history = from->inputs->history,
                             .programs = from->inputs->programs,
                             .known = from->known,
                             .program = all->table[p],
                             .size = 1};
    to->member.seed = to->drift.seed = from->plan->seed;
    to->member.points = to->drift.points = from->plan->points;
    /* By the program, not by its place in the run: its futures are the same in every run with this seed. */
    to->member.purpose = to->drift.purpose = (uint32_t)EESI_RNG_FUTURES + 2 * (uint32_t)all->table[p];
    to->drift.begin = from->plan->layout.start;
    int rc = first_date(all, from, all->table[p], &question.date, err);
    if (rc)
        return rc;
    rc = eesi_posterior_share(all->ensemble, &question, &to->posterior, err);
    to->has_members = rc == EES_OK;
    if (rc == EES_OK) {
        rc = member_from(&to->member, from->plan, to->posterior, err);
        if (rc == EES_OK)
            rc = look_below_grid(&to->member, from, all->table[p], err);
        if (rc == EES_OK)
            rc = mix_drift(to, from, &question, err);
    } else if (rc == EES_ERR_NOTFOUND) {
        rc = drift_from(&to->drift, from->inputs, question, err);
        look_into_pool(&to->drift, from, all->table[p]);
    }
    return rc;
}

static int find_ensemble(prepared *all, const sources *from, ees_error *err) {
    const eesi_ensemble_model *given = from->inputs->ensemble;
    eesi_ensemble_options options;
    eesi_ensemble_options_init(&options);
    options.seed = from->plan->seed;
    options.cache_dir = from->inputs->cache_dir;
    all->ensemble = given;
    if (given && given->options.seed == options.seed && given->options.members == options.members)
        return EES_OK;
    int rc = eesi_ensemble_model_create(&all->own_ensemble, from->inputs->model, &options, err);
    all->ensemble = all->own_ensemble;
    return rc;
}

static int prepare(prepared *all, sources *from, ees_error *err) {
    all->model.seed = from->plan->seed;
    all->model.program_count = from->plan->layout.programs;
    int rc = known_before(from->plan->root, from->file, from->inputs->history, &from->known, err);
    if (rc == EES_OK)
        rc = count_pool(from, err);
    if (rc == EES_OK)
        rc = read_table(all, from, err);
    if (rc == EES_OK)
        rc = find_ensemble(all, from, err);
    if (rc == EES_OK)
        rc = read_scenarios(all, from, err);
    for (int p = 0; rc == EES_OK && p < all->model.program_count; p++)
        rc = prepare_program(all, from, p, err);
    if (rc == EES_OK)
        read_nominees(all, from);
    return rc;
}

void eesi_run_ask_round(ees_run_plan *plan, eesi_asked_round *asked) {
    prepared *all = plan->model;
    all->model.asked = asked;
}

bool eesi_run_has_members(const ees_run_plan *plan, int program) {
    const prepared *all = plan->model;
    return plan->has_engine && all->model.program[program].has_members;
}

double eesi_run_others(const ees_run_plan *plan, int program) {
    const prepared *all = plan->model;
    const eesi_posterior *posterior =
        eesi_run_has_members(plan, program) ? all->model.program[program].posterior : NULL;
    double sum = 0, members = 0;
    for (size_t k = 0; posterior && k < posterior->set_count; k++)
        for (int m = 0; m < posterior->sets[k].block.members; m++, members++)
            sum += posterior->sets[k].block.other[m];
    return members > 0 && posterior->stream->has_other ? sum / members : 0;
}

int eesi_run_attach(ees_run_plan *plan, const char *file, const ees_run_inputs *inputs, ees_error *err) {
    prepared *all = calloc(1, sizeof *all);
    if (!all)
        return no_memory(err);
    sources from = {.plan = plan, .file = file, .inputs = inputs};
    int rc = prepare(all, &from, err);
    free(from.counts);
    if (rc) {
        prepared_destroy(all);
        return rc;
    }
    plan->model = all;
    plan->model_destroy = prepared_destroy;
    plan->engine = eesi_run_engine(&all->model);
    plan->has_engine = true;
    return EES_OK;
}
