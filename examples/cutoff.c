/* Where does the cut-off of the next round of 6,000 under the Canadian Experience Class fall?
 *   cutoff DATA MODELS */
#include <stdio.h>

#include <eesim.h>

static int predict(ees_context *context, ees_error *err) {
    const ees_programs *programs = ees_context_programs(context, err);
    if (!programs)
        return err->code;
    ees_predict_request request;
    ees_predict_request_init(&request);
    request.program = ees_programs_find(programs, "CEC");
    request.size = 6000;
    ees_prediction prediction;
    int rc = ees_predict(context, &request, &prediction, err);
    if (rc == EES_OK) {
        const ees_interval likely = ees_predictive_interval(&prediction.cutoff, 0.8);
        printf("median %d, with 80 %% between %d and %d\n", ees_predictive_median(&prediction.cutoff), likely.low,
               likely.high);
    }
    ees_prediction_free(&prediction);
    return rc;
}

int main(int argc, char **argv) {
    ees_error err = {0};
    ees_context *context = NULL;
    ees_context_options options;
    ees_context_options_init(&options);
    options.data_dir = argc > 2 ? argv[1] : "data";
    options.models_dir = argc > 2 ? argv[2] : "models";
    int rc = ees_context_create(&context, &options, &err);
    if (rc == EES_OK)
        rc = predict(context, &err);
    if (rc)
        fprintf(stderr, "%s\n", err.message);
    ees_context_destroy(context);
    return rc != 0;
}
