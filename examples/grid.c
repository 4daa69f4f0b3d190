/* What do more arrivals change? A grid of scenarios, compared with its first row.
 *   grid DATA MODELS GRID.csv */
#include <stdio.h>

#include <eesim.h>

static void print(const ees_run_plan *plan, const ees_totals *totals) {
    const ees_run_layout *layout = ees_run_plan_layout(plan);
    for (int s = 0; s < layout->scenarios; s++) {
        const ees_estimate cutoff = ees_totals_round(totals, s, 0, 0, EES_MEASURE_CUTOFF);
        const ees_estimate change = ees_totals_difference(totals, s, 0, 0, EES_MEASURE_CUTOFF);
        const ees_probability invited = ees_chance_by(totals, s, 0, 505, layout->start + layout->days);
        printf("%s: next cut-off of %s %.1f", ees_run_plan_scenario(plan, s), ees_run_plan_program(plan, 0),
               cutoff.mean);
        if (s > 0)
            printf(" (%+.1f)", change.mean);
        printf(", 505 points invited in %.1f %% of the futures\n", 100 * invited.probability);
    }
}

static int run(ees_context *context, const char *grid, ees_error *err) {
    const char *programs[] = {"CEC"};
    const ees_run_job job = {.threads = 0};
    ees_run_request request;
    ees_run_plan *plan = NULL;
    ees_totals *totals = NULL;
    ees_run_request_init(&request);
    request.programs = programs;
    request.program_count = 1;
    request.scenarios_file = grid;
    request.replicates = 2000;
    int rc = ees_run_plan_create(&plan, context, &request, err);
    if (rc == EES_OK)
        rc = ees_run_collect(plan, &job, &totals, err);
    if (rc == EES_OK)
        print(plan, totals);
    ees_totals_destroy(totals);
    ees_run_plan_destroy(plan);
    return rc;
}

int main(int argc, char **argv) {
    ees_error err = {0};
    ees_context *context = NULL;
    ees_context_options options;
    if (argc != 4)
        return 2;
    ees_context_options_init(&options);
    options.data_dir = argv[1];
    options.models_dir = argv[2];
    int rc = ees_context_create(&context, &options, &err);
    if (rc == EES_OK)
        rc = run(context, argv[3], &err);
    if (rc)
        fprintf(stderr, "%s\n", err.message);
    ees_context_destroy(context);
    return rc != 0;
}
