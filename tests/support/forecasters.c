#include "forecasters.h"
#include "models/forecaster.h"
#include "models/predictive.h"

static int by_size(const void *self, const ees_question *question, ees_predictive *predictive, ees_error *err) {
    (void)self;
    if (question->size == EES_COUNT_NONE)
        return ees_error_set(err, EES_ERR_NOTFOUND, "no size");
    eesi_predictive_point(predictive, question->size > 9000 ? 100 : 1000 - (int)(question->size / 10));
    return EES_OK;
}

static int never(const void *self, const ees_question *question, ees_predictive *predictive, ees_error *err) {
    (void)self;
    (void)question;
    (void)predictive;
    return ees_error_set(err, EES_ERR_NOTFOUND, "never");
}

static int fails(const void *self, const ees_question *question, ees_predictive *predictive, ees_error *err) {
    (void)self;
    (void)question;
    (void)predictive;
    return ees_error_set(err, EES_ERR_NUMERIC, "broken");
}

const ees_forecaster test_by_size = {.name = "size", .about = "", .forecast = by_size};
const ees_forecaster test_no_answer = {.name = "never", .about = "", .forecast = never};
const ees_forecaster test_failing = {.name = "fails", .about = "", .forecast = fails};
