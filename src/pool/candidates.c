/* Rounds on a list: three linear passes instead of a sort. */
#include "pool/candidates.h"

#include <stdlib.h>
#include <string.h>

#include <eesim/history.h>

#include "feed/read.h"
#include "pool/select.h"

enum { MEMO = 256 };

/* Who is eligible. Lists hold few different sets of programs, so the last answers are kept. */
typedef struct gate {
    const ees_programs *programs;
    int program;
    ees_program_set sets[MEMO];
    bool known[MEMO];
    bool admits[MEMO];
} gate;

static bool admits(gate *g, ees_program_set set) {
    size_t slot = (set * 2654435761u) >> 24;
    if (!g->known[slot] || g->sets[slot] != set) {
        g->sets[slot] = set;
        g->known[slot] = true;
        g->admits[slot] = eesi_program_admits(g->programs, g->program, set);
    }
    return g->admits[slot];
}

/* What the rule comes to on this list. */
typedef struct outcome {
    int64_t counts[EES_SCORE_COUNT]; /* eligible candidates */
    int64_t above;                   /* eligible candidates above the marginal score */
    int marginal;                    /* EES_SCORE_NONE: everybody is invited */
    int64_t places;                  /* at the marginal score */
    ees_time deadline;               /* at the marginal score; INT64_MAX when there is none */
    ees_time last;                   /* submission of the last one invited there */
} outcome;

static int check_rule(const ees_programs *programs, const ees_candidates_rule *rule, ees_error *err) {
    if (rule->program < 0 || (size_t)rule->program >= programs->count)
        return ees_error_set(err, EES_ERR_RANGE, "program %d, expected 0 to %zu", rule->program, programs->count - 1);
    if (rule->size == EES_COUNT_NONE && (rule->cutoff < 0 || rule->cutoff > EES_SCORE_MAX))
        return ees_error_set(err, EES_ERR_RANGE, "cut-off %d, expected 0 to %d", rule->cutoff, EES_SCORE_MAX);
    if (rule->size != EES_COUNT_NONE && rule->size < 0)
        return ees_error_set(err, EES_ERR_RANGE, "draw size %lld, expected 0 or more", (long long)rule->size);
    if (rule->size != EES_COUNT_NONE && rule->cutoff != EES_SCORE_NONE)
        return ees_error_set(err, EES_ERR_RANGE, "both a draw size and a cut-off are given");
    return EES_OK;
}

static void count_scores(const ees_candidates *list, gate *g, int64_t *counts) {
    for (size_t i = 0; i < list->count; i++)
        counts[list->scores[i]] += admits(g, list->programs[i]);
}

/* Finds the marginal score, the places at it and who stands above it. */
static void find_marginal(const ees_candidates_rule *rule, outcome *o) {
    bool replay = rule->size == EES_COUNT_NONE;
    int s = EES_SCORE_MAX;
    for (; s >= 0; s--) {
        if (replay ? s == rule->cutoff : o->above + o->counts[s] >= rule->size)
            break;
        o->above += o->counts[s];
    }
    o->marginal = s < 0 ? EES_SCORE_NONE : s;
    o->places = replay ? INT64_MAX : rule->size - o->above;
    o->deadline = rule->tie_break == EES_TIME_NONE ? INT64_MAX : rule->tie_break;
}

/* Instants of the eligible at `score` who submitted by the deadline. */
static size_t gather(const ees_candidates *list, gate *g, int score, ees_time deadline, ees_time *times) {
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        if (list->scores[i] == score && list->submitted[i] <= deadline && admits(g, list->programs[i]))
            times[count++] = list->submitted[i];
    return count;
}

/* Gives the places at a score to the earliest. Returns how many are taken. */
static int64_t fill_places(ees_time *times, size_t count, outcome *o) {
    int64_t taken = (int64_t)count < o->places ? (int64_t)count : o->places;
    if (taken == 0) {
        o->last = EES_TIME_NONE;
        return 0;
    }
    o->last = eesi_select(times, count, (size_t)taken - 1);
    return taken;
}

/* Marks the invited. Among those of the last instant the first rows get what places the earlier ones leave. */
static void mark(const ees_candidates *list, gate *g, const outcome *o, int64_t taken, bool *invited) {
    int64_t earlier = 0;
    for (size_t i = 0; i < list->count; i++) {
        bool eligible = admits(g, list->programs[i]);
        bool at = list->scores[i] == o->marginal && eligible && o->last != EES_TIME_NONE;
        invited[i] = eligible && list->scores[i] > o->marginal;
        if (at && list->submitted[i] < o->last) {
            invited[i] = true;
            earlier++;
        }
    }
    int64_t left = taken - earlier;
    for (size_t i = 0; left > 0 && i < list->count; i++) {
        if (list->scores[i] == o->marginal && list->submitted[i] == o->last && admits(g, list->programs[i])) {
            invited[i] = true;
            left--;
        }
    }
}

/* Cut-off and tie-break when nobody at the marginal score is invited: the lowest score above it. */
static void find_last_above(const ees_candidates *list, gate *g, const outcome *o, ees_candidates_result *out) {
    out->cutoff = EES_SCORE_NONE;
    for (int s = o->marginal + 1; s < EES_SCORE_COUNT && out->cutoff == EES_SCORE_NONE; s++)
        if (o->counts[s] > 0)
            out->cutoff = s;
    for (size_t i = 0; i < list->count; i++)
        if (list->scores[i] == out->cutoff && list->submitted[i] > out->tie_break && admits(g, list->programs[i]))
            out->tie_break = list->submitted[i];
}

int eesi_candidates_draw(const ees_candidates *candidates, const ees_programs *programs,
                         const ees_candidates_rule *rule, ees_candidates_result *out, bool *invited, ees_error *err) {
    int rc = check_rule(programs, rule, err);
    if (rc)
        return rc;
    gate g = {.programs = programs, .program = rule->program};
    outcome o = {.last = EES_TIME_NONE};
    count_scores(candidates, &g, o.counts);
    find_marginal(rule, &o);
    int64_t taken = 0;
    if (o.marginal != EES_SCORE_NONE && o.counts[o.marginal] > 0) {
        ees_time *times = malloc((size_t)o.counts[o.marginal] * sizeof *times);
        if (!times)
            return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
        taken = fill_places(times, gather(candidates, &g, o.marginal, o.deadline, times), &o);
        free(times);
    }
    ees_candidates_result result = {.invited = o.above + taken, .cutoff = o.marginal, .tie_break = o.last};
    for (int s = 0; s < EES_SCORE_COUNT; s++)
        result.eligible += o.counts[s];
    result.exhausted = rule->size != EES_COUNT_NONE && result.eligible < rule->size;
    if (taken == 0)
        find_last_above(candidates, &g, &o, &result);
    if (result.cutoff != EES_SCORE_NONE) {
        result.at_cutoff = o.counts[result.cutoff];
        result.at_cutoff_invited = taken > 0 ? taken : result.at_cutoff;
    }
    if (invited)
        mark(candidates, &g, &o, taken, invited);
    *out = result;
    return EES_OK;
}
