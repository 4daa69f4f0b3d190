/* Where totals keep what they count: a record for each round of a program, made when it is first needed. */
#include "run/totals.h"

#include <stdlib.h>

const eesi_hist_kind eesi_measure_kinds[EES_MEASURES] = {
    [EES_MEASURE_CUTOFF] = EESI_HIST_SCORE,  [EES_MEASURE_SIZE] = EESI_HIST_COUNT,
    [EES_MEASURE_INVITED] = EESI_HIST_COUNT, [EES_MEASURE_TAKEN] = EESI_HIST_COUNT,
    [EES_MEASURE_TIE_AGE] = EESI_HIST_DAYS,  [EES_MEASURE_DAY] = EESI_HIST_DAYS};
const eesi_hist_kind eesi_overall_kinds[EES_OVERALLS] = {[EES_OVERALL_ROUNDS] = EESI_HIST_DAYS,
                                                         [EES_OVERALL_INVITED] = EESI_HIST_COUNT,
                                                         [EES_OVERALL_LOWEST] = EESI_HIST_SCORE};

static bool grow(eesi_program_totals *program, int rounds) {
    if (rounds <= program->capacity)
        return true;
    int capacity = program->capacity ? program->capacity * 2 : 32;
    while (capacity < rounds)
        capacity *= 2;
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
    eesi_round_totals **larger = realloc(program->round, (size_t)capacity * sizeof *larger);
    if (!larger)
        return false;
    program->round = larger;
    program->capacity = capacity;
    return true;
}

static void begin_small(eesi_hist *hists, int count) {
    for (int i = 0; hists && i < count; i++)
        hists[i].bins = EESI_BINS_16;
}

eesi_round_totals *eesi_totals_slot(ees_totals *totals, int scenario, int program, int round) {
    eesi_program_totals *of = &totals->scenario[scenario].program[program];
    if (round < of->rounds)
        return of->round[round];
    if (!grow(of, round + 1))
        return NULL;
    while (of->rounds <= round) {
        eesi_round_totals *fresh = calloc(1, sizeof *fresh);
        if (!fresh)
            return NULL;
        of->round[of->rounds++] = fresh;
        if (totals->layout.bands > 0 && !(fresh->stock = calloc((size_t)totals->layout.bands, sizeof *fresh->stock)))
            return NULL;
        begin_small(fresh->measure, EES_MEASURES);
        begin_small(fresh->difference, EES_MEASURE_INVITED + 1);
        begin_small(fresh->stock, totals->layout.bands);
    }
    return of->round[round];
}

const eesi_round_totals *eesi_totals_find(const ees_totals *totals, int scenario, int program, int round) {
    const eesi_program_totals *of = &totals->scenario[scenario].program[program];
    return round < of->rounds ? of->round[round] : NULL;
}
