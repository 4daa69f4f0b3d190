#include "models/ask.h"

int eesi_ask_all(const ees_forecaster *model, const ees_question *questions, size_t count, ees_predictive *answers,
                 int *statuses, ees_error *err) {
    if (model->sweep && count > 1)
        return model->sweep(model->self, questions, count, answers, statuses, err);
    for (size_t i = 0; i < count; i++) {
        statuses[i] = model->forecast(model->self, &questions[i], &answers[i], err);
        if (statuses[i] != EES_OK && statuses[i] != EES_ERR_NOTFOUND)
            return statuses[i];
    }
    return EES_OK;
}
