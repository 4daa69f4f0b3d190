// By when is a candidate with 505 points invited? A curve by date.
//   chance DATA MODELS
#include <cstdio>
#include <memory>

extern "C" {
#include <eesim.h>
}

namespace {

struct Destroy {
    void operator()(ees_context *context) const {
        ees_context_destroy(context);
    }
};

int curve(ees_context *context, ees_error &err) {
    const char *programs[] = {"CEC"};
    ees_chance_request request;
    ees_chance_request_init(&request);
    request.score = 505;
    request.programs = programs;
    request.program_count = 1;
    request.replicates = 2000;
    ees_chance_answer answer;
    const int rc = ees_chance(context, &request, &answer, &err);
    for (size_t d = 0; rc == 0 && d < answer.day_count; d++) {
        char day[EES_DATE_TEXT_MAX];
        std::printf("%s %.3f\n", ees_date_format(answer.days[d], day), answer.by[0][d].probability);
    }
    ees_chance_answer_free(&answer);
    return rc;
}

} // namespace

int main(int argc, char **argv) {
    ees_error err{};
    ees_context *opened = nullptr;
    ees_context_options options;
    ees_context_options_init(&options);
    options.data_dir = argc > 2 ? argv[1] : "data";
    options.models_dir = argc > 2 ? argv[2] : "models";
    int rc = ees_context_create(&opened, &options, &err);
    const std::unique_ptr<ees_context, Destroy> context(opened);
    if (rc == 0)
        rc = curve(context.get(), err);
    if (rc != 0)
        std::fprintf(stderr, "%s\n", err.message);
    return rc != 0;
}
