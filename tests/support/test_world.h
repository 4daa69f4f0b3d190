/* What the repository ships, loaded once for a group of tests: programs, segments, rounds, dates and a model. */
#ifndef TEST_WORLD_H
#define TEST_WORLD_H

#include <eesim.h>

#include "calendar/calendar.h"
#include "models/model.h"
#include "policy/policy.h"

typedef struct test_world {
    ees_programs programs;
    ees_segments segments;
    ees_history history;
    ees_calendar_model calendar;
    ees_model *model;
} test_world;

/* models/programs.json; 0, or an error after it was printed, as a group's set-up returns it. */
int test_load_programs(ees_programs *programs);
/* models/bands.json, as test_load_programs(); eesi_layouts_destroy() it. */
int test_load_layouts(ees_layouts **layouts);
/* The bands of the shipped layout, 601-1200 to 0-300: written down here once more, for pools made by hand. */
extern const ees_bands test_bands;
/* The same once for a whole test program: cmocka_run_group_tests(tests, test_programs_open, test_programs_close). */
extern ees_programs test_programs;
extern ees_layouts *test_layouts;
int test_programs_open(void **state);
int test_programs_close(void **state);

/* All of it, as it stood after the last round of support/vintage.sh; `model` is a file of models/ such as
 * "default.json", or NULL for none. Closes after an error as well. */
int test_world_open(test_world *world, const char *model);
/* The same on another folder of data. */
int test_world_open_data(test_world *world, const char *model, const char *data);
void test_world_close(test_world *world);

/* The world of a whole test program, for cmocka_run_group_tests(tests, test_shipped_open, test_shipped_close); with
 * models/default.json. */
extern test_world test_shipped;
int test_shipped_open(void **state);
int test_shipped_close(void **state);

/* What a policy is made of, in test_shipped, with what was public before `from`. */
ees_policy_world test_policy_world(ees_date from, ees_date until);

/* Position of a program, by its code. */
int test_program(const test_world *world, const char *code);

#endif
