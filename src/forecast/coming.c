/*
 * The n-th coming rounds of programs, counted out of a small run. A run of the programs that have members costs about
 * as much as asking about one of them in all its groups of days and sizes (src/forecast/forecast.c).
 */
#include "forecast/coming.h"

#include <stdlib.h>
#include <string.h>

#include "forecast/round.h"
#include "run/run_blocks.h"
#include "run/run_plan.h"
#include "run/run_prepare.h"

typedef struct coming_run {
    const eesi_forecast_request *request;
    const ees_run_plan *plan;
    uint64_t replicates;
    int program[EES_RUN_PROGRAMS_MAX]; /* of each of the run: among the programs; EES_PROGRAM_NONE: not asked for */
    ees_forecast_answer forecast;      /* [program of the run][round]; empty where the program is not asked for */
} coming_run;

void eesi_coming_init(eesi_coming *coming) {
    *coming = (eesi_coming){.replicates = 4096};
}

static int no_memory(ees_error *err) {
    return ees_error_set(err, EES_ERR_NOMEM, "no memory for the forecast");
}

/* --- the run --- */

static int create_plan(const eesi_coming *coming, const eesi_forecast_request *request, ees_program_set programs,
                       ees_date known_before, ees_date until, ees_run_plan **plan, ees_error *err) {
    const char *codes[EES_PROGRAMS_MAX];
    ees_run_request run;
    ees_run_request_init(&run);
    for (size_t p = 0; p < request->programs->count; p++)
        if (programs >> p & 1U)
            codes[run.program_count++] = request->programs->programs[p].code;
    run.programs = codes;
    run.policy_file = coming->policy_file;
    run.sets = coming->sets;
    run.set_count = coming->set_count;
    run.date = known_before;
    run.until = until;
    run.seed = request->seed;
    run.replicates = coming->replicates < request->replicates ? coming->replicates : request->replicates;
    return eesi_run_plan_make(plan, &run, coming->inputs, err);
}

static bool is_held(const eesi_forecast_request *request, int program) {
    for (size_t i = 0; i < request->known.round_count; i++)
        if (request->history->rounds[i].program == program)
            return true;
    return false;
}

/* Those with an ensemble on that day and a round it may have learned from; whether it has is seen when the plan is
 * made. */
static ees_program_set with_members(const eesi_coming *coming, const eesi_forecast_request *request) {
    const ees_round *last = &request->history->rounds[request->known.round_count - 1];
    ees_program_set found = 0;
    for (size_t p = 0; p < request->programs->count && request->known.round_count > 0; p++) {
        const eesi_stream *stream =
            eesi_model_stream(coming->inputs->model, request->programs->programs[p].code, last->date + 1);
        if ((coming->programs >> p & 1U) && stream && stream->set_count > 0 && is_held(request, (int)p))
            found |= (ees_program_set)1 << p;
    }
    return found;
}

/* The programs whose cut-offs come from the run: those asked for that have members. */
static ees_program_set choose_programs(coming_run *run, ees_program_set programs) {
    const eesi_forecast_request *request = run->request;
    ees_program_set together = 0;
    for (int i = 0; i < run->plan->layout.programs; i++) {
        const int program = ees_programs_find(request->programs, run->plan->program[i]);
        const ees_program_set bit = (ees_program_set)1 << program;
        const bool asked = !request->program_set || (request->program_set & bit);
        const bool chosen = asked && (programs & bit) && eesi_run_has_members(run->plan, i);
        run->program[i] = chosen ? program : EES_PROGRAM_NONE;
        together |= chosen ? bit : 0;
    }
    return together;
}

static int make_rounds(coming_run *run, ees_error *err) {
    const size_t rounds = (size_t)run->request->rounds, programs = (size_t)run->plan->layout.programs;
    run->forecast.rounds = calloc(programs * rounds, sizeof *run->forecast.rounds);
    if (!run->forecast.rounds)
        return no_memory(err);
    run->forecast.count = programs * rounds;
    for (size_t i = 0; i < run->forecast.count; i++) {
        ees_forecast_round *entry = &run->forecast.rounds[i];
        entry->program = run->program[i / rounds];
        entry->round = (int)(i % rounds) + 1;
        if (entry->program == EES_PROGRAM_NONE)
            continue;
        entry->date = malloc(run->replicates * sizeof *entry->date);
        entry->size = malloc(run->replicates * sizeof *entry->size);
        entry->cutoff = malloc(run->replicates * sizeof *entry->cutoff);
        entry->replicate = malloc(run->replicates * sizeof *entry->replicate);
        if (!entry->date || !entry->size || !entry->cutoff || !entry->replicate)
            return no_memory(err);
    }
    return EES_OK;
}

static void take_round(ees_forecast_round *entry, const eesi_block *block, size_t at, uint64_t replicate) {
    entry->date[entry->count] = block->date[at];
    entry->size[entry->count] = block->size[at];
    entry->cutoff[entry->count] = block->cutoff[at];
    entry->replicate[entry->count++] = replicate;
}

/* As eesi_run_control.records: blocks come in order, so the draws of a round are in order of replicates. */
static int take_block(void *user, const eesi_block *block, int scenarios, ees_error *err) {
    coming_run *run = user;
    (void)scenarios, (void)err;
    for (int lane = 0; lane < block->lanes; lane++) {
        int seen[EES_RUN_PROGRAMS_MAX] = {0};
        for (int row = 0; row < block->rounds[lane]; row++) {
            const size_t at = (size_t)row * EESI_BLOCK_ROW + (size_t)lane;
            const int program = block->program[at], round = seen[program]++;
            if (run->program[program] != EES_PROGRAM_NONE && round < run->request->rounds)
                take_round(&run->forecast.rounds[program * run->request->rounds + round], block, at,
                           block->first + (uint64_t)lane);
        }
    }
    return EES_OK;
}

static int draw(coming_run *run, int threads, ees_error *err) {
    const eesi_run_control control = {.threads = threads, .user = run, .records = take_block};
    ees_totals *totals = NULL;
    uint64_t next = 0;
    int rc = eesi_totals_create(&totals, &run->plan->layout, false, err);
    if (rc == EES_OK)
        rc = eesi_run(&run->plan->engine, run->replicates, &control, totals, &next, err);
    ees_totals_destroy(totals);
    return rc;
}

/* --- its results --- */

static void finish_round(const coming_run *run, ees_forecast_round *entry) {
    entry->within = (double)entry->count / (double)run->replicates;
    entry->model = eesi_round_count_cutoffs(entry) > 0 ? "ensemble" : NULL;
}

static int by_program_and_round(const void *a, const void *b) {
    const ees_forecast_round *left = a, *right = b;
    return left->program != right->program ? left->program - right->program : left->round - right->round;
}

/* Puts the rounds that some future has behind those of the other programs, and in order. */
static int join(coming_run *run, ees_forecast_answer *forecast, ees_error *err) {
    const size_t room = forecast->count + run->forecast.count;
    ees_forecast_round *rounds = realloc(forecast->rounds, (room + 1) * sizeof *rounds);
    if (!rounds)
        return no_memory(err);
    forecast->rounds = rounds;
    for (size_t i = 0; i < run->forecast.count; i++) {
        ees_forecast_round *entry = &run->forecast.rounds[i];
        if (entry->count == 0)
            continue;
        finish_round(run, entry);
        rounds[forecast->count++] = *entry;
        *entry = (ees_forecast_round){0};
    }
    qsort(rounds, forecast->count, sizeof *rounds, by_program_and_round);
    return EES_OK;
}

/* All other programs, one at a time. */
static int forecast_others(const eesi_forecast_request *request, ees_program_set together,
                           ees_forecast_answer *forecast, ees_error *err) {
    eesi_forecast_request others = *request;
    const size_t count = request->programs->count;
    const ees_program_set all = count < EES_PROGRAMS_MAX ? ((ees_program_set)1 << count) - 1 : ~(ees_program_set)0;
    others.program_set = (request->program_set ? request->program_set : all) & ~together;
    memset(forecast, 0, sizeof *forecast);
    return others.program_set ? eesi_forecast_run(forecast, &others, err) : EES_OK;
}

static int run_together(coming_run *run, ees_program_set programs, int threads, ees_forecast_answer *forecast,
                        ees_error *err) {
    const ees_program_set together = choose_programs(run, programs);
    run->replicates = run->plan->replicates;
    int rc = forecast_others(run->request, together, forecast, err);
    if (rc || !together)
        return rc;
    rc = make_rounds(run, err);
    if (rc == EES_OK)
        rc = draw(run, threads, err);
    if (rc == EES_OK)
        rc = join(run, forecast, err);
    return rc;
}

int eesi_coming_forecast(const void *self, ees_forecast_answer *forecast, const eesi_forecast_request *request,
                         ees_date known_before, ees_date until, ees_error *err) {
    const eesi_coming *coming = self;
    const ees_program_set asked = request->program_set ? request->program_set : ~(ees_program_set)0;
    const ees_program_set programs = with_members(coming, request);
    if (!(programs & asked) || request->rounds < 1 || request->rounds > EES_FORECAST_ROUNDS_MAX)
        return eesi_forecast_run(forecast, request, err);
    memset(forecast, 0, sizeof *forecast);
    ees_run_plan *plan = NULL;
    int rc = create_plan(coming, request, programs, known_before, until, &plan, err);
    coming_run run = {.request = request, .plan = plan};
    if (rc == EES_OK)
        rc = run_together(&run, programs, coming->threads, forecast, err);
    ees_forecast_answer_free(&run.forecast);
    ees_run_plan_destroy(plan);
    return rc;
}
