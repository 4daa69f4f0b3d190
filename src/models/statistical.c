/* The forecaster over all families: one pass through the history for any number of questions of a program. */
#include "models/statistical.h"

#include <stdlib.h>
#include <string.h>

#include "models/forecaster.h"
#include "models/series.h"

/* The family of a program on a day, or NULL. */
static const eesi_family *family_of(const eesi_statistical *statistical, int program, ees_date date) {
    for (size_t i = 0; i < statistical->family_count; i++)
        if (eesi_family_covers(&statistical->families[i], program, date))
            return &statistical->families[i];
    return NULL;
}

bool eesi_statistical_excludes(const eesi_statistical *statistical, const ees_round *round) {
    return eesi_is_skipped(statistical->excluded, statistical->excluded_count, round);
}

static bool is_excluded(const eesi_statistical *statistical, const ees_question *question, const ees_round *round) {
    return eesi_statistical_excludes(statistical, round) ||
           eesi_is_skipped(question->skip, question->skip_count, round);
}

/* What has been learnt of one program so far. */
typedef struct pass {
    const eesi_statistical *statistical;
    eesi_mixture *mixture; /* of the family of the latest question; NULL before one */
    eesi_mixture *copy;    /* a forecast moves the state on, so it works on this */
    eesi_nominee nominee;
    size_t nominee_next; /* rounds[0..nominee_next) have been digested */
} pass;

static int answer_nominee(pass *p, const ees_question *question, ees_predictive *predictive, ees_error *err) {
    for (; p->nominee_next < question->known.round_count; p->nominee_next++) {
        const ees_round *round = &question->history->rounds[p->nominee_next];
        if (round->program == question->program && round->size > 0 && !is_excluded(p->statistical, question, round))
            eesi_nominee_assimilate(&p->nominee, (double)round->size, round->date, round->cutoff);
    }
    return eesi_nominee_predict(&p->nominee, (double)question->size, question->date, predictive, err);
}

static int answer_mixture(pass *p, const eesi_family *family, const ees_question *question, ees_predictive *predictive,
                          ees_error *err) {
    if (!p->mixture) {
        p->mixture = calloc(2, sizeof *p->mixture);
        if (!p->mixture)
            return ees_error_set(err, EES_ERR_NOMEM, "no memory for a mixture of models");
        p->copy = p->mixture + 1;
    }
    if (p->mixture->family != family)
        eesi_mixture_init(p->mixture, family, question->program);
    while (p->mixture->next_round < question->known.round_count) {
        const ees_round *round = &question->history->rounds[p->mixture->next_round];
        eesi_mixture_digest(p->mixture, question->history, is_excluded(p->statistical, question, round));
    }
    *p->copy = *p->mixture;
    return eesi_mixture_predict(p->copy, question, predictive, err);
}

static int answer(pass *p, const ees_question *question, ees_predictive *predictive, ees_error *err) {
    if (question->program < 0 || question->size == EES_COUNT_NONE || question->size <= 0)
        return ees_error_set(err, EES_ERR_NOTFOUND, "the statistical model needs a program and a size");
    if (p->statistical->nominee_programs >> question->program & 1U)
        return answer_nominee(p, question, predictive, err);
    const eesi_family *family = family_of(p->statistical, question->program, question->date);
    if (!family)
        return ees_error_set(err, EES_ERR_NOTFOUND, "no family of the statistical model covers this program and day");
    return answer_mixture(p, family, question, predictive, err);
}

/* Questions of one program among all of them. */
static int sweep_program(const eesi_statistical *statistical, int program, const ees_question *questions, size_t count,
                         ees_predictive *predictives, int *statuses, ees_error *err) {
    pass p = {.statistical = statistical};
    int status = 0;
    eesi_nominee_init(&p.nominee, &statistical->nominee);
    for (size_t i = 0; status == 0 && i < count; i++) {
        if (questions[i].program != program)
            continue;
        statuses[i] = answer(&p, &questions[i], &predictives[i], err);
        status = statuses[i] == EES_ERR_NOTFOUND ? 0 : statuses[i];
    }
    free(p.mixture);
    return status;
}

int eesi_statistical_sweep(const eesi_statistical *statistical, const ees_question *questions, size_t count,
                           ees_predictive *predictives, int *statuses, ees_error *err) {
    ees_program_set done = 0;
    for (size_t i = 0; i < count; i++) {
        int program = questions[i].program;
        if (program < 0) {
            statuses[i] = EES_ERR_NOTFOUND;
            continue;
        }
        if (done >> program & 1U)
            continue;
        done |= 1U << program;
        int status = sweep_program(statistical, program, questions + i, count - i, predictives + i, statuses + i, err);
        if (status != 0)
            return status;
    }
    return 0;
}

static int forecast(const void *self, const ees_question *question, ees_predictive *predictive, ees_error *err) {
    int answered = 0;
    int status = eesi_statistical_sweep(self, question, 1, predictive, &answered, err);
    return status != 0 ? status : answered;
}

static int sweep(const void *self, const ees_question *questions, size_t count, ees_predictive *predictives,
                 int *statuses, ees_error *err) {
    return eesi_statistical_sweep(self, questions, count, predictives, statuses, err);
}

ees_forecaster eesi_statistical_forecaster(const eesi_statistical *statistical) {
    return (ees_forecaster){.name = "statistical",
                            .about = "pooled models of size, gap and what earlier rounds left, for every program",
                            .self = statistical,
                            .forecast = forecast,
                            .sweep = sweep};
}
