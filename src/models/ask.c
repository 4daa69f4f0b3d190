#include "models/ask.h"
#include "models/forecaster.h"

static int first_failure(const int *statuses, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (statuses[i] != EES_OK && statuses[i] != EES_ERR_NOTFOUND)
            return statuses[i];
    return EES_OK;
}

int eesi_ask_all(const ees_forecaster *model, const ees_question *questions, size_t count, ees_predictive *answers,
                 int *statuses, ees_error *err) {
    if (model->sweep && (count > 1 || !model->forecast)) {
        const int rc = model->sweep(model->self, questions, count, answers, statuses, err);
        return rc ? rc : first_failure(statuses, count);
    }
    for (size_t i = 0; i < count; i++) {
        statuses[i] = model->forecast(model->self, &questions[i], &answers[i], err);
        if (first_failure(&statuses[i], 1) != EES_OK)
            return statuses[i];
    }
    return EES_OK;
}

static bool all_answered(const int *statuses, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (statuses[i] != EES_OK)
            return false;
    return true;
}

int eesi_ask_first(const ees_forecaster *models, size_t model_count, const ees_question *questions, size_t count,
                   size_t needed, ees_predictive *answers, int *statuses, ees_error *err) {
    for (size_t m = 0; m < model_count; m++) {
        const int rc = eesi_ask_all(&models[m], questions, count, answers, statuses, err);
        if (rc != EES_OK)
            return rc;
        if (all_answered(statuses, needed))
            return (int)m;
    }
    return EES_ERR_NOTFOUND;
}

int eesi_ask_one(const ees_forecaster *models, size_t model_count, const ees_question *question, ees_predictive *answer,
                 ees_error *err) {
    int status = EES_OK;
    return eesi_ask_first(models, model_count, question, 1, 1, answer, &status, err);
}
