/*
 * Coming rounds with neither date nor size known. Futures of all programs are drawn from the policy; the first round of
 * a program is then forecast for groups of alike futures (a dozen days, a dozen sizes each) by the best model, in one
 * sweep; later rounds one future at a time, from a history in which its earlier rounds were held as drawn.
 */
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "forecast/forecast.h"

#include "base/purpose.h"
#include "base/stats.h"
#include "forecast/round.h"
#include "models/ask.h"
#include "models/forecaster.h"
#include "policy/policy.h"

enum {
    DAY_GROUPS = 14,
    SIZE_GROUPS = 14,
    GROUPS = DAY_GROUPS * SIZE_GROUPS * 2 /* a group ends where a value changes, so there can be a few more */
};

typedef struct forecast_run {
    const eesi_forecast_request *request;
    ees_forecast_round *table; /* [program][round] while drawing */
    ees_history ahead;         /* the known history, with room for rounds of one future */
    ees_error *err;
} forecast_run;

void eesi_forecast_request_init(eesi_forecast_request *request) {
    memset(request, 0, sizeof *request);
    request->rounds = 1;
    request->replicates = 10000;
    request->later_replicates = 500;
    request->seed = 1;
}

static int no_memory(ees_error *err) {
    return ees_error_set(err, EES_ERR_NOMEM, "no memory for the forecast");
}

/* --- drawing days and sizes --- */

static uint64_t draws_of(const eesi_forecast_request *request, int round) {
    uint64_t later = request->later_replicates < request->replicates ? request->later_replicates : request->replicates;
    return round == 1 ? request->replicates : later;
}

static int make_table(forecast_run *run) {
    const eesi_forecast_request *request = run->request;
    size_t programs = request->programs->count, rounds = (size_t)request->rounds;
    run->table = calloc(programs * rounds, sizeof *run->table);
    if (!run->table)
        return no_memory(run->err);
    for (size_t p = 0; p < programs; p++)
        for (size_t r = 0; r < rounds; r++) {
            if (request->program_set && !(request->program_set >> p & 1U))
                continue;
            ees_forecast_round *entry = &run->table[p * rounds + r];
            size_t room = (size_t)draws_of(request, (int)r + 1) + 1;
            entry->program = (int)p;
            entry->round = (int)r + 1;
            entry->date = malloc(room * sizeof *entry->date);
            entry->size = malloc(room * sizeof *entry->size);
            entry->cutoff = malloc(room * sizeof *entry->cutoff);
            entry->replicate = malloc(room * sizeof *entry->replicate);
            if (!entry->date || !entry->size || !entry->cutoff || !entry->replicate)
                return no_memory(run->err);
        }
    return EES_OK;
}

static void keep_future(forecast_run *run, uint64_t replicate, const ees_future_round *rounds, int count) {
    const eesi_forecast_request *request = run->request;
    int seen[EES_PROGRAMS_MAX] = {0};
    for (int i = 0; i < count; i++) {
        int program = rounds[i].program, round = ++seen[program];
        if (round > request->rounds)
            continue;
        ees_forecast_round *entry = &run->table[program * request->rounds + round - 1];
        if (!entry->date || replicate >= draws_of(request, round))
            continue;
        entry->date[entry->count] = rounds[i].date;
        entry->size[entry->count] = rounds[i].size;
        entry->cutoff[entry->count] = EES_SCORE_NONE;
        entry->replicate[entry->count++] = replicate;
    }
}

static int draw_futures(forecast_run *run) {
    const eesi_forecast_request *request = run->request;
    int capacity = eesi_policy_capacity(request->policy);
    ees_future_round *rounds = malloc(((size_t)capacity + 1) * sizeof *rounds);
    if (!rounds)
        return no_memory(run->err);
    for (uint64_t r = 0; r < request->replicates; r++)
        keep_future(run, r, rounds, eesi_policy_future(request->policy, request->seed, r, rounds));
    free(rounds);
    size_t entries = request->programs->count * (size_t)request->rounds;
    for (size_t i = 0; i < entries; i++)
        if (run->table[i].date)
            run->table[i].within = (double)run->table[i].count / (double)draws_of(request, run->table[i].round);
    return EES_OK;
}

/* --- groups of alike futures --- */

typedef struct draw_key {
    ees_date date;
    int32_t size;
    size_t draw;
} draw_key;

static int by_date_and_size(const void *a, const void *b) {
    const draw_key *left = a, *right = b;
    if (left->date != right->date)
        return left->date < right->date ? -1 : 1;
    if (left->size != right->size)
        return left->size < right->size ? -1 : 1;
    return (left->draw > right->draw) - (left->draw < right->draw);
}

static int by_size(const void *a, const void *b) {
    const draw_key *left = a, *right = b;
    if (left->size != right->size)
        return left->size < right->size ? -1 : 1;
    return by_date_and_size(a, b);
}

/* One group: keys[first .. end), forecast as a round of its middle day and middle size. */
typedef struct draw_group {
    size_t first, end;
    ees_date date;
    int32_t size;
} draw_group;

/* End of a group that starts at `first`: at least `least` keys, and never between two of the same value. */
static size_t group_end(const draw_key *keys, size_t first, size_t count, size_t least, bool sizes) {
    size_t end = first + least;
    if (end + least / 2 > count)
        return count;
    while (end < count && (sizes ? keys[end].size == keys[end - 1].size : keys[end].date == keys[end - 1].date))
        end++;
    return end;
}

static size_t make_groups(draw_key *keys, size_t count, draw_group *groups) {
    size_t group_count = 0, day_least = count / DAY_GROUPS + 1;
    qsort(keys, count, sizeof *keys, by_date_and_size);
    for (size_t first = 0; first < count;) {
        size_t end = group_end(keys, first, count, day_least, false);
        ees_date date = keys[(first + end) / 2].date;
        qsort(keys + first, end - first, sizeof *keys, by_size);
        size_t least = (end - first) / SIZE_GROUPS + 1;
        for (size_t from = first; from < end;) {
            size_t to = from + group_end(keys + from, 0, end - from, least, true);
            groups[group_count++] = (draw_group){from, to, date, keys[(from + to) / 2].size};
            from = to;
        }
        first = end;
    }
    return group_count;
}

/* --- asking --- */

static ees_question question_of(const forecast_run *run, int program, ees_date date, int32_t size) {
    ees_question question = {
        run->request->history, run->request->programs,  run->request->known, program, date, size, false,
        run->request->skip,    run->request->skip_count};
    return question;
}

static int16_t draw_cutoff(const forecast_run *run, const ees_forecast_round *entry, size_t draw,
                           const ees_predictive *predictive) {
    double u;
    eesi_rng_uniforms(run->request->seed, entry->replicate[draw], EESI_RNG_CUTOFF,
                      (uint32_t)(entry->program * EES_FORECAST_ROUNDS_MAX + entry->round), &u, 1);
    return (int16_t)ees_predictive_quantile(predictive, u);
}

static void take_answers(forecast_run *run, ees_forecast_round *entry, const draw_key *keys, const draw_group *groups,
                         size_t group_count, const ees_predictive *answers) {
    for (size_t g = 0; g < group_count; g++) {
        double weight = (double)(groups[g].end - groups[g].first) / (double)entry->count;
        for (int s = 0; s < EES_SCORE_COUNT; s++)
            entry->cutoff_pmf.p[s] += weight * answers[g].p[s];
        for (size_t i = groups[g].first; i < groups[g].end; i++)
            entry->cutoff[keys[i].draw] = draw_cutoff(run, entry, keys[i].draw, &answers[g]);
    }
}

static int ask_groups(forecast_run *run, ees_forecast_round *entry, const draw_key *keys, const draw_group *groups,
                      size_t group_count) {
    const eesi_forecast_request *request = run->request;
    ees_question *questions = calloc(group_count + 1, sizeof *questions);
    ees_predictive *answers = calloc(group_count + 1, sizeof *answers);
    int *statuses = calloc(group_count + 1, sizeof *statuses);
    if (!questions || !answers || !statuses) {
        free(questions);
        free(answers);
        free(statuses);
        return no_memory(run->err);
    }
    for (size_t g = 0; g < group_count; g++)
        questions[g] = question_of(run, entry->program, groups[g].date, groups[g].size);
    const int model = eesi_ask_first(request->models, request->model_count, questions, group_count, group_count,
                                     answers, statuses, run->err);
    if (model >= 0) {
        entry->model = request->models[model].name;
        take_answers(run, entry, keys, groups, group_count, answers);
    }
    free(questions);
    free(answers);
    free(statuses);
    return model >= 0 || model == EES_ERR_NOTFOUND ? EES_OK : model;
}

static int forecast_first(forecast_run *run, ees_forecast_round *entry) {
    draw_group groups[GROUPS];
    draw_key *keys = malloc((entry->count + 1) * sizeof *keys);
    if (!keys)
        return no_memory(run->err);
    for (size_t i = 0; i < entry->count; i++)
        keys[i] = (draw_key){entry->date[i], entry->size[i], i};
    int rc = ask_groups(run, entry, keys, groups, make_groups(keys, entry->count, groups));
    free(keys);
    return rc;
}

/* --- later rounds --- */

static int open_ahead(forecast_run *run) {
    const eesi_forecast_request *request = run->request;
    size_t known = request->known.round_count;
    run->ahead = *request->history;
    run->ahead.arena = NULL;
    run->ahead.invented = true;
    run->ahead.rounds = malloc((known + EES_FORECAST_ROUNDS_MAX) * sizeof *run->ahead.rounds);
    if (!run->ahead.rounds)
        return no_memory(run->err);
    memcpy(run->ahead.rounds, request->history->rounds, known * sizeof *run->ahead.rounds);
    return EES_OK;
}

static void hold(forecast_run *run, size_t position, const ees_forecast_round *entry, size_t draw) {
    ees_round *round = &run->ahead.rounds[position];
    *round = (ees_round){.number = "", .name = "", .program = entry->program, .date = entry->date[draw]};
    round->held_at = round->tie_break = EES_TIME_NONE;
    round->size = entry->size[draw];
    round->cutoff = entry->cutoff[draw];
    round->snapshot = EES_SNAPSHOT_NONE;
}

static int forecast_one(forecast_run *run, ees_forecast_round *entry, size_t draw, size_t rounds_held) {
    const eesi_forecast_request *request = run->request;
    ees_question question = question_of(run, entry->program, entry->date[draw], entry->size[draw]);
    question.history = &run->ahead;
    question.known.round_count = run->ahead.round_count = request->known.round_count + rounds_held;
    ees_predictive answer;
    const int model = eesi_ask_one(request->later_models, request->later_model_count, &question, &answer, run->err);
    if (model < 0)
        return model == EES_ERR_NOTFOUND ? EES_OK : model;
    entry->model = request->later_models[model].name;
    entry->cutoff[draw] = draw_cutoff(run, entry, draw, &answer);
    return EES_OK;
}

/* All later rounds of a program, future by future: entries[0] is the first round, forecast already. */
static int forecast_later(forecast_run *run, ees_forecast_round *entries) {
    size_t next[EES_FORECAST_ROUNDS_MAX] = {0};
    size_t known = run->request->known.round_count;
    int rc = EES_OK;
    for (size_t first = 0; first < entries[0].count && !rc; first++) {
        uint64_t replicate = entries[0].replicate[first];
        if (entries[0].cutoff[first] == EES_SCORE_NONE || replicate >= draws_of(run->request, 2))
            continue;
        hold(run, known, &entries[0], first);
        for (int r = 1; r < run->request->rounds && !rc; r++) {
            while (next[r] < entries[r].count && entries[r].replicate[next[r]] < replicate)
                next[r]++;
            size_t draw = next[r];
            if (draw >= entries[r].count || entries[r].replicate[draw] != replicate)
                break;
            rc = forecast_one(run, &entries[r], draw, (size_t)r);
            if (entries[r].cutoff[draw] == EES_SCORE_NONE)
                break;
            hold(run, known + (size_t)r, &entries[r], draw);
        }
    }
    return rc;
}

size_t eesi_round_count_cutoffs(ees_forecast_round *entry) {
    size_t answered = 0;
    for (size_t i = 0; i < entry->count; i++)
        answered += entry->cutoff[i] != EES_SCORE_NONE;
    for (size_t i = 0; i < entry->count; i++)
        if (entry->cutoff[i] != EES_SCORE_NONE)
            entry->cutoff_pmf.p[entry->cutoff[i]] += 1.0 / (double)answered;
    return answered;
}

static int forecast_program(forecast_run *run, ees_forecast_round *entries) {
    if (!entries[0].date || entries[0].count == 0)
        return EES_OK;
    int rc = forecast_first(run, &entries[0]);
    if (!rc && entries[0].model && run->request->rounds > 1)
        rc = forecast_later(run, entries);
    for (int r = 1; r < run->request->rounds && !rc; r++)
        eesi_round_count_cutoffs(&entries[r]);
    return rc;
}

/* --- the whole --- */

static void free_round(ees_forecast_round *entry) {
    free(entry->date);
    free(entry->size);
    free(entry->cutoff);
    free(entry->replicate);
}

static int compact(forecast_run *run, ees_forecast_answer *forecast) {
    size_t entries = run->request->programs->count * (size_t)run->request->rounds;
    forecast->rounds = run->table;
    run->table = NULL;
    for (size_t i = 0; i < entries; i++) {
        ees_forecast_round *entry = &forecast->rounds[i];
        if (entry->count == 0) {
            free_round(entry);
            continue;
        }
        ees_forecast_round kept = *entry;
        forecast->rounds[forecast->count++] = kept;
    }
    return EES_OK;
}

static int check(const eesi_forecast_request *request, ees_error *err) {
    if (request->rounds < 1 || request->rounds > EES_FORECAST_ROUNDS_MAX)
        return ees_error_set(err, EES_ERR_RANGE, "%d rounds: expected 1 to %d", request->rounds,
                             EES_FORECAST_ROUNDS_MAX);
    if (request->replicates < 1 || request->replicates > 10000000)
        return ees_error_set(err, EES_ERR_RANGE, "a forecast has 1 to 10 million replicates");
    return EES_OK;
}

int eesi_forecast_run(ees_forecast_answer *forecast, const eesi_forecast_request *request, ees_error *err) {
    memset(forecast, 0, sizeof *forecast);
    forecast_run run = {.request = request, .err = err};
    int rc = check(request, err);
    if (rc)
        return rc;
    rc = make_table(&run);
    if (!rc)
        rc = draw_futures(&run);
    if (!rc)
        rc = open_ahead(&run);
    for (size_t p = 0; p < request->programs->count && !rc; p++)
        rc = forecast_program(&run, &run.table[p * (size_t)request->rounds]);
    free(run.ahead.rounds);
    if (!rc)
        return compact(&run, forecast);
    for (size_t i = 0; run.table && i < request->programs->count * (size_t)request->rounds; i++)
        free_round(&run.table[i]);
    free(run.table);
    return rc;
}

void ees_forecast_answer_free(ees_forecast_answer *forecast) {
    for (size_t i = 0; i < forecast->count; i++)
        free_round(&forecast->rounds[i]);
    free(forecast->rounds);
    memset(forecast, 0, sizeof *forecast);
}

/* --- quantiles --- */

int ees_forecast_quantiles(const ees_forecast_round *round, const double *levels, size_t level_count, ees_date *dates,
                           int64_t *sizes, int *cutoffs, ees_error *err) {
    if (round->count == 0)
        return ees_error_set(err, EES_ERR_RANGE, "no future has this round");
    int64_t *sorted = malloc(round->count * sizeof *sorted);
    if (!sorted)
        return no_memory(err);
    for (size_t i = 0; i < round->count; i++)
        sorted[i] = round->date[i];
    eesi_sort_int64(sorted, round->count);
    for (size_t l = 0; l < level_count; l++)
        dates[l] = (ees_date)eesi_quantile_int64(sorted, round->count, levels[l]);
    for (size_t i = 0; i < round->count; i++)
        sorted[i] = round->size[i];
    eesi_sort_int64(sorted, round->count);
    for (size_t l = 0; l < level_count; l++)
        sizes[l] = eesi_quantile_int64(sorted, round->count, levels[l]);
    for (size_t l = 0; l < level_count; l++)
        cutoffs[l] = round->model ? ees_predictive_quantile(&round->cutoff_pmf, levels[l]) : EES_SCORE_NONE;
    free(sorted);
    return EES_OK;
}
