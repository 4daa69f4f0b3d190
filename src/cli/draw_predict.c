#include "draw.h"

ees_predict_request draw_request(const cli *app, int program, int64_t size) {
    const cli_common *common = cli_given(app);
    ees_predict_request request;
    ees_predict_request_init(&request);
    request.program = program;
    request.size = size == CLI_INT_NONE ? EES_COUNT_NONE : size;
    request.date = common->date;
    request.seed = (uint64_t)common->seed;
    if (common->replicates != CLI_INT_NONE)
        request.replicates = (uint64_t)common->replicates;
    return request;
}

int draw_predict(cli *app, const ees_predict_request *request, draw_answer *answer, ees_error *err) {
    *answer = (draw_answer){.history = cli_history(app, err)};
    answer->programs = answer->history ? cli_programs(app, err) : NULL;
    if (!answer->programs)
        return err->code;
    return ees_predict(cli_context(app, true, err), request, &answer->prediction, err);
}
