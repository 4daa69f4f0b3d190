#include "forecast/one_round.h"

#include <stdlib.h>

#include "forecast/between.h"
#include "models/predictive.h"
#include "run/run_blocks.h"
#include "run/run_plan.h"
#include "run/run_prepare.h"

static int no_memory(ees_error *err) {
    return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
}

/* ---- the plan: the learned policy, and the round asked for ---- */

static int create_plan(const eesi_one_round *of, const ees_question *q, ees_run_plan **plan, ees_error *err) {
    const char *const programs[] = {q->programs->programs[q->program].code};
    eesi_between_settings settings;
    eesi_between_set(&settings, q);
    ees_run_request run;
    ees_run_request_init(&run);
    run.programs = programs;
    run.program_count = 1;
    run.sets = settings.sets;
    run.set_count = EESI_BETWEEN_SETTINGS;
    run.date = eesi_between_newest(q) + 1;
    run.until = q->date;
    run.seed = of->seed;
    run.replicates = of->replicates;
    return eesi_run_plan_make(plan, &run, of->inputs, err);
}

/* ---- the run ---- */

static int run(const eesi_one_round *of, const ees_run_plan *plan, ees_error *err) {
    const eesi_run_control control = {.threads = of->threads};
    ees_totals *totals = NULL;
    uint64_t next = 0;
    int rc = eesi_totals_create(&totals, &plan->layout, false, err);
    if (rc == EES_OK)
        rc = eesi_run(&plan->engine, of->replicates, &control, totals, &next, err);
    ees_totals_destroy(totals);
    return rc;
}

static int read_counts(const eesi_asked_round *asked, ees_predictive *predictives, int *statuses, ees_error *err) {
    int rc = EES_OK;
    for (size_t k = 0; rc == EES_OK && k < asked->count; k++) {
        uint64_t counts[EES_SCORE_COUNT];
        for (int s = 0; s < EES_SCORE_COUNT; s++)
            counts[s] = atomic_load(&asked->cutoffs[k * EES_SCORE_COUNT + (size_t)s]);
        rc = statuses[k] = eesi_predictive_from_histogram(&predictives[k], counts, err);
    }
    return rc;
}

static int answer(const eesi_one_round *of, ees_run_plan *plan, const ees_question *questions, size_t count,
                  ees_predictive *predictives, int *statuses, ees_error *err) {
    double *sizes = calloc(count, sizeof *sizes);
    eesi_asked_round asked = {.date = questions[0].date,
                              .count = count,
                              .sizes = sizes,
                              .cutoffs = calloc(count * EES_SCORE_COUNT, sizeof *asked.cutoffs)};
    int rc = sizes && asked.cutoffs ? EES_OK : no_memory(err);
    for (size_t k = 0; rc == EES_OK && k < count; k++)
        sizes[k] = (double)questions[k].size;
    eesi_run_ask_round(plan, &asked);
    if (rc == EES_OK)
        rc = run(of, plan, err);
    if (rc == EES_OK)
        rc = read_counts(&asked, predictives, statuses, err);
    *of->simulated = (double)atomic_load(&asked.before) / (double)of->replicates;
    free(sizes);
    free(asked.cutoffs);
    return rc;
}

/* ---- the forecaster ---- */

static bool is_one_round(const ees_question *questions, size_t count) {
    const ees_question *first = &questions[0];
    for (size_t i = 0; i < count; i++) {
        const ees_question *q = &questions[i];
        if (q->hindsight || q->skip_count || q->program != first->program || q->date != first->date || q->size < 1 ||
            q->known.round_count != first->known.round_count || q->known.snapshot_count != first->known.snapshot_count)
            return false;
    }
    return count > 0 && first->known.round_count > 0 && first->date > eesi_between_newest(first);
}

static bool may_have_members(const eesi_one_round *of, const ees_question *q) {
    const eesi_stream *stream =
        eesi_model_stream(of->inputs->model, q->programs->programs[q->program].code, eesi_between_newest(q) + 1);
    return stream && stream->set_count > 0;
}

static int sweep(const void *self, const ees_question *questions, size_t count, ees_predictive *predictives,
                 int *statuses, ees_error *err) {
    const eesi_one_round *of = self;
    ees_run_plan *plan = NULL;
    for (size_t i = 0; i < count; i++)
        statuses[i] = EES_ERR_NOTFOUND;
    if (!is_one_round(questions, count) || !may_have_members(of, &questions[0]))
        return EES_OK;
    int rc = create_plan(of, &questions[0], &plan, err);
    if (rc == EES_ERR_NOTFOUND) /* a file of the models, not an answer */
        return err ? err->code = EES_ERR_IO : EES_ERR_IO;
    if (rc == EES_OK && eesi_run_has_members(plan, 0))
        rc = answer(of, plan, questions, count, predictives, statuses, err);
    ees_run_plan_destroy(plan);
    return rc;
}

ees_forecaster eesi_one_round_forecaster(const eesi_one_round *of) {
    return (ees_forecaster){.name = of->name, .about = of->about, .self = of, .sweep = sweep};
}
