#include "test_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendar/calendar_model.h"
#include "feed/layout.h"
#include "feed/read.h"
#include "models/model.h"
#include "policy/policy.h"
#include "pool/segment.h"
#include "test_support.h"

static int report(int rc, const ees_error *err) {
    if (rc)
        print_error("%s:%ld:%ld: %s\n", err->file, err->line, err->column, err->message);
    return rc;
}

int test_load_programs(ees_programs *programs) {
    ees_error err = {0};
    char *path = test_source_path("models/programs.json");
    int rc = eesi_programs_read(programs, NULL, path, &err);
    free(path);
    return report(rc, &err);
}

int test_load_layouts(ees_layouts **layouts) {
    ees_error err = {0};
    char *path = test_source_path("models/bands.json");
    int rc = eesi_layouts_read(layouts, NULL, path, &err);
    free(path);
    return report(rc, &err);
}

const ees_bands test_bands = {15,
                              {{601, 1200},
                               {501, 600},
                               {491, 500},
                               {481, 490},
                               {471, 480},
                               {461, 470},
                               {451, 460},
                               {441, 450},
                               {431, 440},
                               {421, 430},
                               {411, 420},
                               {401, 410},
                               {351, 400},
                               {301, 350},
                               {0, 300}}};

ees_programs test_programs;
ees_layouts *test_layouts;

int test_programs_open(void **state) {
    (void)state;
    int rc = test_load_programs(&test_programs);
    return rc ? rc : test_load_layouts(&test_layouts);
}

int test_programs_close(void **state) {
    (void)state;
    eesi_layouts_destroy(test_layouts);
    eesi_programs_free(&test_programs);
    return 0;
}

static int load_model(ees_model **model, const char *name, ees_error *err) {
    char relative[100];
    snprintf(relative, sizeof relative, "models/%s", name);
    char *path = test_source_path(relative);
    int rc = eesi_model_read(model, NULL, path, err);
    free(path);
    return rc;
}

int test_world_open_data(test_world *world, const char *model, const char *data) {
    ees_error err = {0};
    char *segments = test_source_path("models/segments.json"), *calendar = test_source_path("models/calendar.json");
    memset(world, 0, sizeof *world);
    int rc = test_load_programs(&world->programs);
    if (!rc)
        rc = report(eesi_segments_read(&world->segments, NULL, segments, &world->programs, &err), &err);
    if (!rc)
        rc = report(ees_history_load(&world->history, data, &world->programs, &err), &err);
    if (!rc)
        rc = report(eesi_calendar_model_read(&world->calendar, NULL, calendar, &err), &err);
    if (!rc && model)
        rc = report(load_model(&world->model, model, &err), &err);
    free(segments);
    free(calendar);
    return rc;
}

int test_world_open(test_world *world, const char *model) {
    return test_world_open_data(world, model, EES_TEST_VINTAGE);
}

void test_world_close(test_world *world) {
    eesi_model_free(world->model);
    ees_history_free(&world->history);
    eesi_segments_free(&world->segments);
    eesi_programs_free(&world->programs);
    world->model = NULL;
}

test_world test_shipped;

int test_shipped_open(void **state) {
    (void)state;
    return test_world_open(&test_shipped, "default.json");
}

int test_shipped_close(void **state) {
    (void)state;
    test_world_close(&test_shipped);
    return 0;
}

ees_policy_world test_policy_world(ees_date from, ees_date until) {
    return (ees_policy_world){.programs = &test_shipped.programs,
                              .history = &test_shipped.history,
                              .known = ees_history_before(&test_shipped.history, from, false),
                              .calendar = &test_shipped.calendar,
                              .from = from,
                              .until = until};
}

int test_program(const test_world *world, const char *code) {
    return ees_programs_find(&world->programs, code);
}
