#include "run/totals.h"

#include <stdlib.h>
#include <string.h>

enum { MEMBER_HISTS = EESI_MEMBER_DAYS * EESI_MEMBER_GROUPS };

int eesi_member_day(int days, int c) {
    static const int part[EESI_MEMBER_DAYS] = {1, 2, 4, 8, 16, 32, 48, 64}; /* of 64 */
    return (days * part[c] + 63) / 64;
}

static bool layout_is_sound(const ees_run_layout *layout) {
    return layout->scenarios >= 1 && layout->scenarios <= EES_RUN_SCENARIOS_MAX && layout->programs >= 1 &&
           layout->programs <= EES_RUN_PROGRAMS_MAX && layout->bands >= 0 && layout->bands <= EES_RUN_BANDS_MAX &&
           layout->audiences >= 0 && layout->audiences <= EES_RUN_AUDIENCES_MAX && layout->days >= 0 &&
           layout->days <= EES_RUN_DAYS_MAX && layout->randomisations >= 0 &&
           layout->randomisations <= EESI_RANDOMISATIONS_MAX &&
           (layout->randomisations == 0 || layout->randomisation_blocks > 0);
}

static bool scenario_init(eesi_scenario_totals *scenario, const ees_run_layout *layout, bool small) {
    scenario->program = calloc((size_t)layout->programs, sizeof *scenario->program);
    scenario->chance = calloc((size_t)layout->audiences + 1, sizeof *scenario->chance);
    if (!scenario->program || !scenario->chance)
        return false;
    for (int a = 0; a < layout->audiences; a++) {
        eesi_hist *step = calloc((size_t)layout->days + 1, sizeof *step);
        eesi_hist *member = calloc(MEMBER_HISTS, sizeof *member);
        scenario->chance[a] = (eesi_chance_totals){step, member};
        for (int i = 0; member && i < MEMBER_HISTS; i++)
            member[i].bins = small ? EESI_BINS_32 : EESI_BINS_64;
        for (int d = 0; step && d <= layout->days; d++) /* where replicates leave a bar, steps are below 0 */
            step[d].bins = small ? EESI_BINS_32 : EESI_BINS_64;
        if (!step || !member)
            return false;
    }
    return true;
}

/* So many blocks hold fewer replicates than a bin of 32 bits can count. */
static const uint64_t small_blocks = ((uint64_t)1 << 31) / EESI_BLOCK;

/* Totals of each randomisation, which have none themselves. */
static int create_parts(ees_totals *totals, ees_error *err) {
    ees_run_layout layout = totals->layout;
    const size_t count = (size_t)layout.randomisations;
    if (count == 0)
        return EES_OK;
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
    totals->part = calloc(count, sizeof *totals->part);
    int rc = totals->part ? EES_OK : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    layout.randomisations = 0;
    const bool small = layout.randomisation_blocks < small_blocks;
    for (size_t j = 0; rc == EES_OK && j < count; j++)
        rc = eesi_totals_create(&totals->part[j], &layout, small, err); /* one deep: NOLINT(misc-no-recursion) */
    return rc;
}

/* One deep: NOLINTNEXTLINE(misc-no-recursion) */
int eesi_totals_create(ees_totals **out, const ees_run_layout *layout, bool small, ees_error *err) {
    *out = NULL;
    if (!layout_is_sound(layout))
        return ees_error_set(err, EES_ERR_RANGE, "a run has 1 to %d scenarios, 1 to %d programs and at most %d days",
                             EES_RUN_SCENARIOS_MAX, EES_RUN_PROGRAMS_MAX, EES_RUN_DAYS_MAX);
    ees_totals *totals = calloc(1, sizeof *totals);
    bool sound = totals != NULL;
    if (sound) {
        totals->layout = *layout;
        totals->scenario = calloc((size_t)layout->scenarios, sizeof *totals->scenario);
        sound = totals->scenario != NULL;
    }
    for (int s = 0; sound && s < layout->scenarios; s++)
        sound = scenario_init(&totals->scenario[s], layout, small);
    int rc = sound ? create_parts(totals, err) : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    if (rc) {
        ees_totals_destroy(totals);
        return rc;
    }
    *out = totals;
    return EES_OK;
}

static void round_destroy(eesi_round_totals *round, int bands) {
    if (!round)
        return;
    for (int i = 0; i < EES_MEASURES; i++)
        eesi_hist_free(&round->measure[i]);
    for (int i = 0; i <= EES_MEASURE_INVITED; i++)
        eesi_hist_free(&round->difference[i]);
    for (int i = 0; round->stock && i < bands; i++)
        eesi_hist_free(&round->stock[i]);
    free(round->stock);
    free(round);
}

static void program_free(eesi_program_totals *program, int bands) {
    for (int k = 0; k < program->rounds; k++)
        round_destroy(program->round[k], bands);
    for (int i = 0; i < EES_OVERALLS; i++) {
        eesi_hist_free(&program->overall[i]);
        eesi_hist_free(&program->overall_difference[i]);
    }
    free(program->round);
}

static void scenario_free(eesi_scenario_totals *scenario, const ees_run_layout *layout) {
    for (int p = 0; scenario->program && p < layout->programs; p++)
        program_free(&scenario->program[p], layout->bands);
    for (int a = 0; scenario->chance && a < layout->audiences; a++) {
        for (int d = 0; scenario->chance[a].step && d <= layout->days; d++)
            eesi_hist_free(&scenario->chance[a].step[d]);
        free(scenario->chance[a].step);
        for (int i = 0; scenario->chance[a].member && i < MEMBER_HISTS; i++)
            eesi_hist_free(&scenario->chance[a].member[i]);
        free(scenario->chance[a].member);
    }
    free(scenario->program);
    free(scenario->chance);
}

/* One deep: NOLINTNEXTLINE(misc-no-recursion) */
void ees_totals_destroy(ees_totals *totals) {
    if (!totals)
        return;
    for (int s = 0; totals->scenario && s < totals->layout.scenarios; s++)
        scenario_free(&totals->scenario[s], &totals->layout);
    free(totals->scenario);
    for (int j = 0; totals->part && j < totals->layout.randomisations; j++)
        ees_totals_destroy(totals->part[j]);
    free(totals->part);
    eesi_adding_destroy(totals->adding);
    free(totals);
}

static void clear_hists(eesi_hist *hists, int count) {
    for (int i = 0; i < count; i++)
        eesi_hist_clear(&hists[i]);
}

static void clear_program(eesi_program_totals *program, int bands) {
    for (int k = 0; k < program->rounds; k++) {
        clear_hists(program->round[k]->measure, EES_MEASURES);
        clear_hists(program->round[k]->difference, EES_MEASURE_INVITED + 1);
        if (program->round[k]->stock)
            clear_hists(program->round[k]->stock, bands);
    }
    clear_hists(program->overall, EES_OVERALLS);
    clear_hists(program->overall_difference, EES_OVERALLS);
}

/* One deep: NOLINTNEXTLINE(misc-no-recursion) */
void eesi_totals_clear(ees_totals *totals) {
    for (int j = 0; totals->part && j < totals->layout.randomisations; j++)
        if (totals->part[j]->replicates > 0)
            eesi_totals_clear(totals->part[j]);
    for (int s = 0; s < totals->layout.scenarios; s++) {
        for (int p = 0; p < totals->layout.programs; p++)
            clear_program(&totals->scenario[s].program[p], totals->layout.bands);
        for (int a = 0; a < totals->layout.audiences; a++) {
            clear_hists(totals->scenario[s].chance[a].step, totals->layout.days + 1);
            clear_hists(totals->scenario[s].chance[a].member, MEMBER_HISTS);
        }
    }
    totals->replicates = 0;
}

static bool layout_equal(const ees_run_layout *a, const ees_run_layout *b) {
    bool same = a->scenarios == b->scenarios && a->programs == b->programs && a->bands == b->bands &&
                a->audiences == b->audiences && a->start == b->start && a->days == b->days &&
                a->randomisations == b->randomisations && a->randomisation_blocks == b->randomisation_blocks;
    for (int i = 0; same && i < a->audiences; i++)
        same = a->audience[i].programs == b->audience[i].programs &&
               a->audience[i].submitted == b->audience[i].submitted &&
               a->audience[i].renew_days == b->audience[i].renew_days;
    return same;
}

uint64_t ees_totals_replicates(const ees_totals *totals) {
    return totals->replicates;
}

static bool merge_hists(eesi_hist *into, const eesi_hist *from, int count) {
    bool sound = true;
    for (int i = 0; sound && i < count; i++)
        sound = eesi_hist_merge(&into[i], &from[i]);
    return sound;
}

static bool merge_program(ees_totals *into, int s, int p, const eesi_program_totals *from) {
    bool sound = true;
    for (int k = 0; sound && k < from->rounds; k++) {
        if (from->round[k]->measure[EES_MEASURE_DAY].count == 0)
            break; /* every round has a day: there are no more */
        eesi_round_totals *to = eesi_totals_slot(into, s, p, k);
        sound = to && merge_hists(to->measure, from->round[k]->measure, EES_MEASURES) &&
                merge_hists(to->difference, from->round[k]->difference, EES_MEASURE_INVITED + 1) &&
                (!to->stock || merge_hists(to->stock, from->round[k]->stock, into->layout.bands));
    }
    eesi_program_totals *to = &into->scenario[s].program[p];
    return sound && merge_hists(to->overall, from->overall, EES_OVERALLS) &&
           merge_hists(to->overall_difference, from->overall_difference, EES_OVERALLS);
}

/* Of what was counted, without the parts. */
static int merge_counts(ees_totals *into, const ees_totals *from, ees_error *err) {
    bool sound = true;
    for (int s = 0; sound && s < into->layout.scenarios; s++) {
        for (int p = 0; sound && p < into->layout.programs; p++)
            sound = merge_program(into, s, p, &from->scenario[s].program[p]);
        for (int a = 0; sound && a < into->layout.audiences; a++) {
            const eesi_chance_totals *to = &into->scenario[s].chance[a], *of = &from->scenario[s].chance[a];
            sound = merge_hists(to->step, of->step, into->layout.days + 1) &&
                    merge_hists(to->member, of->member, MEMBER_HISTS);
        }
    }
    if (!sound)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    into->replicates += from->replicates;
    return EES_OK;
}

int eesi_totals_merge(ees_totals *into, const ees_totals *from, ees_error *err) {
    if (!layout_equal(&into->layout, &from->layout))
        return ees_error_set(err, EES_ERR_MISMATCH, "the parts count different things");
    if (!into->part)
        return merge_counts(into, from, err);
    int rc = EES_OK;
    for (int j = 0; rc == EES_OK && j < from->layout.randomisations; j++) {
        if (from->part[j]->replicates == 0)
            continue;
        rc = merge_counts(into->part[j], from->part[j], err);
        if (rc == EES_OK)
            rc = merge_counts(into, from->part[j], err);
    }
    return rc;
}

int eesi_totals_merge_blocks(ees_totals *into, const ees_totals *from, uint64_t block, ees_error *err) {
    const int rc = into->part ? merge_counts(into->part[block / into->layout.randomisation_blocks], from, err) : EES_OK;
    return rc == EES_OK ? merge_counts(into, from, err) : rc;
}
