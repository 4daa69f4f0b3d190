/* Policies: what a text may say, what it is refused for, settings, grids, and the futures it gives. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <eesim.h>

#include "policy/policy.h"
#include "policy/policy_lanes.h"
#include "test_support.h"
#include "test_world.h"

static char *folder, *file;

static int load(void **state) {
    folder = test_make_dir();
    file = malloc(600);
    snprintf(file, 600, "%s/policy.json", folder);
    return test_shipped_open(state);
}

static int unload(void **state) {
    test_remove_tree(folder);
    free(folder);
    free(file);
    return test_shipped_close(state);
}

static ees_date day(int year, int month, int d) {
    return ees_date_from_civil(year, month, d);
}

static ees_policy *make(const char *text, ees_date from, ees_date until) {
    ees_policy_world world = test_policy_world(from, until);
    ees_policy *policy = NULL;
    ees_error err;
    if (eesi_policy_bind(&policy, "test", text, &world, &err))
        fail_msg("%s", err.message);
    return policy;
}

#define HEAD "{\"schema\":\"eesim.policy/1\","
#define ONLY_CEC HEAD "\"default\":{\"calendar\":\"none\"},\"programs\":{\"CEC\":"

static int futures(const ees_policy *policy, uint64_t replicate, ees_future_round **rounds) {
    *rounds = calloc((size_t)eesi_policy_capacity(policy) + 1, sizeof **rounds);
    return eesi_policy_future(policy, 7, replicate, *rounds);
}

static void fixed_cadence(void **state) {
    (void)state;
    ees_policy *policy = make(ONLY_CEC "{\"calendar\":14,\"size\":3000}}}", day(2026, 2, 18), day(2026, 5, 31));
    ees_future_round *rounds;
    int count = futures(policy, 0, &rounds);
    assert_int_equal(count, 7); /* 14 days on from 2026-02-17 */
    for (int i = 0; i < count; i++) {
        assert_int_equal(rounds[i].date, day(2026, 3, 3) + 14 * i);
        assert_int_equal(rounds[i].size, 3000);
        assert_int_equal(rounds[i].program, ees_programs_find(&test_shipped.programs, "CEC"));
    }
    free(rounds);
    eesi_policy_destroy(policy);
}

static void weekdays_months_and_closed_days(void **state) {
    (void)state;
    ees_future_round *rounds;
    ees_policy *policy =
        make(ONLY_CEC "{\"calendar\":{\"every_weeks\":1,\"weekday\":\"monday\",\"first\":\"2026-03-30\"},"
                      "\"size\":10}}}",
             day(2026, 3, 29), day(2026, 4, 20));
    assert_int_equal(futures(policy, 0, &rounds), 4);
    assert_int_equal(rounds[0].date, day(2026, 3, 30));
    assert_int_equal(rounds[1].date, day(2026, 4, 7)); /* Easter Monday is closed */
    assert_int_equal(rounds[2].date, day(2026, 4, 13));
    free(rounds);
    eesi_policy_destroy(policy);
    policy = make(ONLY_CEC "{\"calendar\":{\"every_months\":1,\"first\":\"2026-03-31\"},\"size\":10}}}",
                  day(2026, 3, 1), day(2026, 6, 30));
    assert_int_equal(futures(policy, 0, &rounds), 4);
    assert_int_equal(rounds[1].date, day(2026, 4, 30));
    assert_int_equal(rounds[2].date, day(2026, 6, 1)); /* 31 May is a Sunday */
    assert_int_equal(rounds[3].date, day(2026, 6, 30));
    free(rounds);
    eesi_policy_destroy(policy);
}

static void pauses_and_one_offs(void **state) {
    (void)state;
    ees_policy *policy = make(ONLY_CEC "{\"calendar\":14,\"size\":3000}},"
                                       "\"pauses\":[{\"from\":\"2026-03-10\",\"until\":\"2026-04-10\"}],"
                                       "\"one_off\":[{\"date\":\"2026-03-20\",\"program\":\"general\",\"size\":4321}]}",
                              day(2026, 2, 18), day(2026, 4, 30));
    ees_future_round *rounds;
    assert_int_equal(futures(policy, 0, &rounds), 4);
    assert_int_equal(rounds[0].date, day(2026, 3, 3));
    assert_int_equal(rounds[1].size, 4321);
    assert_int_equal(rounds[1].date, day(2026, 3, 20));
    assert_int_equal(rounds[2].date, day(2026, 4, 14));
    free(rounds);
    eesi_policy_destroy(policy);
}

static double year_total(const ees_policy *policy, uint64_t replicate, int year) {
    ees_future_round *rounds;
    int count = futures(policy, replicate, &rounds);
    double sum = 0;
    for (int i = 0; i < count; i++)
        if (rounds[i].date >= day(year, 1, 1) && rounds[i].date <= day(year, 12, 31))
            sum += rounds[i].size;
    free(rounds);
    return sum;
}

static void annual_targets(void **state) {
    (void)state;
    double issued = 0; /* by all programs in 2026 so far */
    for (size_t i = 0; i < test_shipped.history.round_count; i++)
        if (test_shipped.history.rounds[i].date >= day(2026, 1, 1))
            issued += (double)test_shipped.history.rounds[i].size;
    ees_policy *policy =
        make(ONLY_CEC "{\"calendar\":14,\"size\":3000}},\"annual\":50000}", day(2026, 2, 18), day(2027, 12, 31));
    assert_close(year_total(policy, 0, 2026), 50000 - issued, 0.5);
    assert_close(year_total(policy, 0, 2027), 50000, 0.5);
    eesi_policy_destroy(policy);
    policy = make(ONLY_CEC "{\"calendar\":14,\"size\":3000,\"annual\":{\"target\":100000,\"mode\":\"spread\"}}}}",
                  day(2026, 2, 18), day(2027, 12, 31));
    assert_close(year_total(policy, 0, 2027), 100000, 26 * 50); /* sizes are announced in hundreds */
    eesi_policy_destroy(policy);
    policy = make(ONLY_CEC "{\"calendar\":14,\"size\":3000,\"annual\":{\"target\":90000,\"mode\":\"limit\"}}}}",
                  day(2026, 2, 18), day(2027, 12, 31));
    assert_close(year_total(policy, 0, 2027), 26 * 3000, 0.5); /* below the limit: untouched */
    eesi_policy_destroy(policy);
    policy =
        make(ONLY_CEC "{\"calendar\":14,\"size\":3000,\"outside_annual\":true},\"FRENCH\":{\"calendar\":14,\"size\":"
                      "2000}},\"annual\":{\"target\":26000,\"mode\":\"limit\"}}",
             day(2026, 2, 18), day(2027, 12, 31));
    assert_close(year_total(policy, 0, 2027), 26 * 3000 + 26000, 26 * 50); /* the limit is that of French alone */
    eesi_policy_destroy(policy);
}

static void arrivals_and_shocks(void **state) {
    (void)state;
    ees_policy *policy = make(HEAD "\"arrivals\":[{\"factor\":1.2},{\"factor\":0.5,\"program\":\"CEC\","
                                   "\"from\":\"2026-06-01\",\"until\":\"2026-06-30\"}],"
                                   "\"shocks\":[{\"date\":\"2026-09-01\",\"points\":10},"
                                   "{\"date\":\"2026-05-01\",\"points\":-50,\"share\":0.1,\"program\":\"CEC\"}]}",
                              day(2026, 2, 18), day(2026, 12, 31));
    int cec = ees_programs_find(&test_shipped.programs, "CEC"), pnp = ees_programs_find(&test_shipped.programs, "PNP");
    assert_close(eesi_policy_arrivals(policy, cec, day(2026, 5, 31)), 1.2, 1e-12);
    assert_close(eesi_policy_arrivals(policy, cec, day(2026, 6, 30)), 0.6, 1e-12);
    assert_close(eesi_policy_arrivals(policy, pnp, day(2026, 6, 30)), 1.2, 1e-12);
    const ees_policy_shock *shocks;
    assert_int_equal(eesi_policy_shocks(policy, &shocks), 2);
    assert_int_equal(shocks[0].date, day(2026, 5, 1)); /* by date */
    assert_int_equal(shocks[0].programs, 1U << cec);
    assert_int_equal(shocks[1].points, 10);
    assert_close(shocks[1].share, 1, 0);
    eesi_policy_destroy(policy);
}

/* A replicate depends on its number alone; horizons and other programs' rules do not change a program's luck. */
static void declined_invitations(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double share, days;
    } cases[] = {{HEAD "\"name\":\"x\"}", 0, 60},
                 {HEAD "\"declined\":0.08}", 0.08, 60},
                 {HEAD "\"declined\":{\"days\":30}}", 0, 30},
                 {HEAD "\"declined\":{\"share\":0.1,\"days\":45.5,\"note\":\"so\"}}", 0.1, 45.5}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ees_policy *policy = make(cases[i].text, day(2026, 3, 1), day(2026, 4, 1));
        double days = -1;
        assert_close(eesi_policy_declined(policy, &days), cases[i].share, 0);
        assert_close(days, cases[i].days, 0);
        eesi_policy_destroy(policy);
    }
}

static void addressed_by_replicate(void **state) {
    (void)state;
    ees_policy *policy = make(HEAD "\"name\":\"x\"}", day(2026, 2, 18), day(2026, 12, 31));
    ees_policy *longer = make(HEAD "\"name\":\"x\"}", day(2026, 2, 18), day(2027, 12, 31));
    assert_string_equal(eesi_policy_name(policy), "x");
    for (uint64_t r = 0; r < 50; r++) {
        ees_future_round *a, *b, *c;
        int count = futures(policy, r, &a);
        assert_int_equal(futures(policy, r, &b), count);
        assert_memory_equal(a, b, (size_t)count * sizeof *a);
        int more = futures(longer, r, &c);
        assert_true(more >= count);
        assert_memory_equal(a, c, (size_t)count * sizeof *a);
        for (int i = 0; i < count; i++) {
            assert_in_range(a[i].date, day(2026, 2, 18), day(2026, 12, 31));
            assert_true(a[i].size >= 1);
            assert_true(i == 0 || a[i - 1].date <= a[i].date);
        }
        free(a);
        free(b);
        free(c);
    }
    eesi_policy_destroy(policy);
    eesi_policy_destroy(longer);
}

static ees_policy *learned_policy(void) {
    return make("{\"schema\":\"eesim.policy/1\",\"annual\":{\"target\":\"lognormal(100000,0.3)\",\"mode\":\"limit\"},"
                "\"programs\":{\"CEC\":{\"size\":\"lognormal(4000,0.3)\"},\"FRENCH\":{\"calendar\":14}},"
                "\"one_off\":[{\"date\":\"2026-03-20\",\"program\":\"CEC\",\"size\":4321}]}",
                day(2026, 2, 18), day(2027, 2, 17));
}

/* Futures drawn together are those drawn one by one. */
static void a_group_gives_what_its_lanes_give_alone(void **state) {
    (void)state;
    enum { N = EESI_POLICY_LANES, LANES = 11 };
    ees_policy *policy = learned_policy();
    const size_t capacity = (size_t)eesi_policy_capacity(policy);
    for (int points = 0; points <= 10; points += 10) {
        policy->points = points;
        ees_future_round *together = calloc(N * capacity, sizeof *together), *alone;
        eesi_policy_futures group = {.policy = policy, .seed = 7, .lanes = LANES, .rounds = together};
        for (int lane = 0; lane < N; lane++)
            group.replicate[lane] = lane < LANES ? 990 + 3 * (uint64_t)lane : 0;
        eesi_policy_sample(&group);
        for (int lane = 0; lane < LANES; lane++) {
            const int count = futures(policy, group.replicate[lane], &alone);
            assert_int_equal(group.count[lane], count);
            assert_memory_equal(together + (size_t)lane * capacity, alone, (size_t)count * sizeof *alone);
            free(alone);
        }
        free(together);
    }
    eesi_policy_destroy(policy);
}

static void dates_and_sizes_are_the_same_in_every_build(void **state) {
    (void)state;
    enum { N = EESI_POLICY_LANES };
    ees_policy *policy = learned_policy();
    const size_t capacity = (size_t)eesi_policy_capacity(policy);
    ees_future_round *want = calloc(N * capacity, sizeof *want), *got = calloc(N * capacity, sizeof *got);
    for (int isa = EESI_ISA_BASE; isa <= (int)eesi_isa_best(); isa++) {
        const eesi_policy_kernels *kernels = eesi_policy_kernels_for((enum eesi_isa)isa);
        const eesi_size_kernels *sizes = eesi_size_kernels_for((enum eesi_isa)isa);
        static eesi_size_step wanted[64];
        eesi_policy_futures f = {.policy = policy, .seed = 9, .lanes = N, .rounds = isa == 0 ? want : got};
        eesi_size_chains chains;
        eesi_size_step step;
        uint32_t at[N];
        for (int lane = 0; lane < N; lane++) {
            f.replicate[lane] = (1ULL << 33) + 5 * (uint64_t)lane;
            at[lane] = 20000 + (uint32_t)lane;
            step.gap_days[lane] = (float)lane;
        }
        kernels->dates(&f);
        assert_true(isa == 0 || memcmp(want, got, N * capacity * sizeof *want) == 0);
        eesi_size_chains_begin(&chains, &policy->calendar->size[0]);
        for (uint32_t k = 0; k < 64; k++) {
            kernels->words(9, f.replicate, 0x420 + k, at, step.word);
            sizes->draw(&policy->habits[0], &chains, &step);
            sizes->hold(&chains, step.size);
            if (isa == 0)
                wanted[k] = step;
            assert_memory_equal(&wanted[k], &step, sizeof step);
        }
    }
    free(want);
    free(got);
    eesi_policy_destroy(policy);
}

static void refused(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *says;
    } cases[] = {
        {"{}", "schema"},
        {HEAD "\"progams\":{}}", "unknown key 'progams'"},
        {HEAD "\"declined\":1.5}", "declined"},
        {HEAD "\"declined\":{\"share\":-0.1}}", "declined.share"},
        {HEAD "\"declined\":{\"shar\":0.1}}", "unknown key 'shar'"},
        {HEAD "\"declined\":{\"days\":0}}", "declined.days"},
        {HEAD "\"programs\":{\"CEX\":{}}}", "did you mean CEC"},
        {HEAD "\"programs\":{\"CEC\":{\"size\":\"lognorm(4000,0.3)\"}}}", "programs.CEC.size"},
        {HEAD "\"programs\":{\"CEC\":{\"size\":\"lognormal(4000)\"}}}", "lognormal(MEDIAN,SIGMA)"},
        {HEAD "\"programs\":{\"CEC\":{\"size\":\"lognormal(4000,0.3)x\"}}}", "programs.CEC.size"},
        {HEAD "\"programs\":{\"CEC\":{\"size\":0}}}", "10 million"},
        {HEAD "\"programs\":{\"CEC\":{\"size\":\"empirical(2.5)\"}}}", "K from 1 to 100"},
        {HEAD "\"programs\":{\"CEC\":{\"calendar\":\"weekly\"}}}", "programs.CEC.calendar"},
        {HEAD "\"programs\":{\"CEC\":{\"calendar\":{\"weekday\":\"friday\"}}}}", "every_days"},
        {HEAD "\"programs\":{\"CEC\":{\"calendar\":{\"every_days\":7,\"weekday\":\"fri\"}}}}", "weekday"},
        {HEAD "\"programs\":{\"CEC\":{\"calendar\":{\"every_days\":7,\"first\":\"2026-02-30\"}}}}", "YYYY-MM-DD"},
        {HEAD "\"programs\":{\"CEC\":{\"annual\":{\"mode\":\"cap\"}}}}", "target"},
        {HEAD "\"annual\":\"learned\"}", "annual"},
        {HEAD "\"programs\":{\"CEC\":{\"outside_annual\":1}}}", "outside_annual"},
        {HEAD "\"annual\":{\"target\":1000,\"mode\":\"max\"}}", "\"cap\", \"limit\" or \"spread\""},
        {HEAD "\"pauses\":{}}", "pauses"},
        {HEAD "\"pauses\":[{\"from\":\"2026-03-02\",\"until\":\"2026-03-01\"}]}", "pauses.0.until"},
        {HEAD "\"one_off\":[{\"program\":\"CEC\",\"size\":5}]}", "a date"},
        {HEAD "\"arrivals\":-1}", "arrivals"},
        {HEAD "\"shocks\":[{\"date\":\"2026-03-02\",\"points\":5,\"share\":2}]}", "shocks.0.share"},
        {HEAD "\"default\":3}", "default"},
        {"[1,", "JSON"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = NULL;
        ees_error err;
        test_write_file(file, cases[i].text);
        int rc = eesi_policy_resolve_file(file, &test_shipped.programs, NULL, 0, &text, &err);
        if (rc != EES_ERR_DATA || !strstr(err.message, cases[i].says))
            fail_msg("case %zu: code %d, message '%s'", i, rc, err.message);
        assert_string_equal(err.file, file);
        assert_null(text);
    }
}

static void bad_horizons(void **state) {
    (void)state;
    ees_policy *policy = NULL;
    ees_error err;
    ees_policy_world world = test_policy_world(day(2026, 2, 18), day(2026, 2, 17));
    assert_int_equal(eesi_policy_bind(&policy, "t", HEAD "\"name\":\"x\"}", &world, &err), EES_ERR_RANGE);
    world.until = day(2046, 2, 17);
    assert_int_equal(eesi_policy_bind(&policy, "t", HEAD "\"name\":\"x\"}", &world, &err), EES_ERR_RANGE);
    world.until = day(2026, 6, 1);
    assert_int_equal(eesi_policy_bind(&policy, "t",
                                      HEAD "\"programs\":{\"PHYSICIAN\":{\"calendar\":14,\"size\":\"last\"}}}", &world,
                                      &err),
                     EES_ERR_DATA);
    assert_non_null(strstr(err.message, "PHYSICIAN"));
    assert_null(policy);
}

static void settings(void **state) {
    (void)state;
    test_write_file(file, HEAD "\"programs\":{\"CEC\":{\"size\":1000}},\"one_off\":[{\"date\":\"2026-03-20\","
                               "\"program\":\"CEC\",\"size\":5}]}");
    const char *sets[] = {"programs.CEC.size=lognormal(4000,0.3)",
                          "programs.FRENCH.size=2500",
                          "one_off.0.size=77",
                          "arrivals=1.2",
                          "name=\"quoted\"",
                          "note=null"};
    char *text = NULL;
    ees_error err;
    assert_int_equal(eesi_policy_resolve_file(file, &test_shipped.programs, sets, 6, &text, &err), 0);
    assert_string_equal(text, "{\"arrivals\":1.2,\"name\":\"quoted\",\"one_off\":[{\"date\":\"2026-03-20\","
                              "\"program\":\"CEC\",\"size\":77}],\"programs\":{\"CEC\":{\"size\":"
                              "\"lognormal(4000,0.3)\"},\"FRENCH\":{\"size\":2500}},\"schema\":\"eesim.policy/1\"}");
    free(text);
    const char *wrong[] = {"programs.CEC.size", "=5", "schema.x=1", "one_off.7.size=5", "one_off.x=5"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(eesi_policy_resolve_file(file, &test_shipped.programs, &wrong[i], 1, &text, &err),
                         EES_ERR_RANGE);
    const char *unknown = "programs.CEC.sise=5";
    assert_int_equal(eesi_policy_resolve_file(file, &test_shipped.programs, &unknown, 1, &text, &err), EES_ERR_RANGE);
    assert_non_null(strstr(err.message, "sise"));
    assert_string_equal(err.file, "");
    test_write_file(file, HEAD "\"programs\":{\"CEC\":{\"calendar\":\"now and then\"}}}"); /* the file's own fault */
    const char *harmless = "arrivals=1.2", *mends = "programs.CEC.calendar=14";
    assert_int_equal(eesi_policy_resolve_file(file, &test_shipped.programs, &harmless, 1, &text, &err), EES_ERR_DATA);
    assert_string_equal(err.file, file);
    assert_int_equal(eesi_policy_resolve_file(file, &test_shipped.programs, &mends, 1, &text, &err), 0);
    free(text);
}

static void grid(void **state) {
    (void)state;
    ees_scenario_grid scenarios;
    ees_error err;
    test_write_file(file, "scenario,programs.CEC.size,arrivals\nsmall,3000,\nlarge,\"lognormal(6000,0.2)\",1.2\n");
    assert_int_equal(eesi_scenario_grid_load(&scenarios, file, &err), 0);
    assert_int_equal(scenarios.count, 2);
    assert_string_equal(scenarios.names[0], "small");
    assert_int_equal(scenarios.set_counts[0], 1);
    assert_string_equal(scenarios.sets[0][0], "programs.CEC.size=3000");
    assert_int_equal(scenarios.set_counts[1], 2);
    assert_string_equal(scenarios.sets[1][0], "programs.CEC.size=lognormal(6000,0.2)");
    assert_string_equal(scenarios.sets[1][1], "arrivals=1.2");
    eesi_scenario_grid_free(&scenarios);
    eesi_scenario_grid_free(&scenarios);
    test_write_file(file, "scenario,arrivals\na,1\na,2\n");
    assert_int_equal(eesi_scenario_grid_load(&scenarios, file, &err), EES_ERR_DATA);
    assert_int_equal(err.line, 3);
    eesi_scenario_grid_free(&scenarios);
    test_write_file(file, "scenario,arrivals\n");
    assert_int_equal(eesi_scenario_grid_load(&scenarios, file, &err), EES_ERR_DATA);
    eesi_scenario_grid_free(&scenarios);
    assert_int_equal(eesi_scenario_grid_load(&scenarios, "/nonexistent/grid.csv", &err), EES_ERR_NOTFOUND);
    eesi_scenario_grid_free(&scenarios);
}

static void shipped_policies(void **state) {
    (void)state;
    static const char *const names[] = {"learned", "habits", "fortnightly", "monthly-6000", "target", "what-if"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char relative[80], *text = NULL;
        snprintf(relative, sizeof relative, "models/policies/%s.json", names[i]);
        char *path = test_source_path(relative);
        ees_error err;
        if (eesi_policy_resolve_file(path, &test_shipped.programs, NULL, 0, &text, &err))
            fail_msg("%s: %s", relative, err.message);
        ees_policy *policy = make(text, day(2026, 2, 18), day(2027, 2, 17));
        assert_string_equal(eesi_policy_name(policy), names[i]);
        ees_future_round *rounds;
        int count = futures(policy, 3, &rounds);
        assert_in_range(count, 15, eesi_policy_capacity(policy));
        free(rounds);
        eesi_policy_destroy(policy);
        free(text);
        free(path);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fixed_cadence),
        cmocka_unit_test(weekdays_months_and_closed_days),
        cmocka_unit_test(pauses_and_one_offs),
        cmocka_unit_test(annual_targets),
        cmocka_unit_test(arrivals_and_shocks),
        cmocka_unit_test(declined_invitations),
        cmocka_unit_test(addressed_by_replicate),
        cmocka_unit_test(a_group_gives_what_its_lanes_give_alone),
        cmocka_unit_test(dates_and_sizes_are_the_same_in_every_build),
        cmocka_unit_test(refused),
        cmocka_unit_test(bad_horizons),
        cmocka_unit_test(settings),
        cmocka_unit_test(grid),
        cmocka_unit_test(shipped_policies),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
