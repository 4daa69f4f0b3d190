/* Closed days, the model file, exact distributions of dates and sizes, and their scores on the published rounds. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <eesim.h>

#include "calendar/calendar_model.h"
#include "eval/backtest.h"
#include "test_support.h"
#include "test_world.h"

static ees_date day(int year, int month, int d) {
    return ees_date_from_civil(year, month, d);
}

static void closed_days(void **state) {
    (void)state;
    assert_true(eesi_calendar_closed(&test_shipped.calendar, day(2026, 4, 3)));  /* Good Friday */
    assert_true(eesi_calendar_closed(&test_shipped.calendar, day(2026, 4, 6)));  /* Easter Monday */
    assert_true(eesi_calendar_closed(&test_shipped.calendar, day(2026, 5, 18))); /* Victoria Day */
    assert_true(eesi_calendar_closed(&test_shipped.calendar, day(2025, 5, 19)));
    assert_true(eesi_calendar_closed(&test_shipped.calendar, day(2025, 9, 1)));   /* Labour Day */
    assert_true(eesi_calendar_closed(&test_shipped.calendar, day(2025, 10, 13))); /* Thanksgiving */
    assert_true(eesi_calendar_closed(&test_shipped.calendar, day(2023, 7, 3)));   /* Canada Day fell on a Saturday */
    assert_true(eesi_calendar_closed(&test_shipped.calendar, day(2026, 2, 14)));  /* a Saturday */
    assert_false(eesi_calendar_closed(&test_shipped.calendar, day(2026, 2, 17)));
    assert_false(eesi_calendar_closed(&test_shipped.calendar, day(2026, 5, 25)));
    assert_false(eesi_calendar_closed(&test_shipped.calendar, day(2026, 4, 7)));
}

static eesi_calendar *calendar_from(ees_date from) {
    eesi_calendar *calendar = NULL;
    ees_error err;
    ees_known known = ees_history_before(&test_shipped.history, from, false);
    assert_int_equal(eesi_calendar_create(&calendar, &test_shipped.calendar, &test_shipped.programs,
                                          &test_shipped.history, known, from, &err),
                     0);
    return calendar;
}

static void dates_sum_to_one(void **state) {
    (void)state;
    enum { DAYS = 4000 };
    double *pmf = malloc(DAYS * sizeof *pmf);
    eesi_calendar *calendar = calendar_from(day(2026, 2, 18));
    const char *codes[] = {"CEC", "PNP", "FRENCH", "HEALTH"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        ees_error err;
        double sum = 0;
        assert_int_equal(
            eesi_calendar_date_pmf(calendar, ees_programs_find(&test_shipped.programs, codes[i]), pmf, DAYS, &err), 0);
        for (int d = 0; d < DAYS; d++) {
            assert_true(pmf[d] >= 0);
            sum += pmf[d];
        }
        /* a geometric tail lies beyond eleven years: a category that falls silent for a year hardly comes back */
        assert_true(sum <= 1 + 1e-9 && sum > (i < 2 ? 1 - 1e-5 : 0.98));
    }
    free(pmf);
    eesi_calendar_destroy(calendar);
}

static void date_refuses_unknown_programs(void **state) {
    (void)state;
    double pmf[10];
    ees_error err;
    eesi_calendar *calendar = calendar_from(day(2026, 2, 18));
    assert_int_equal(eesi_calendar_date_pmf(calendar, -1, pmf, 10, &err), EES_ERR_RANGE);
    assert_int_equal(eesi_calendar_date_pmf(calendar, 99, pmf, 10, &err), EES_ERR_RANGE);
    assert_int_equal(eesi_calendar_date_pmf(calendar, 0, pmf, 5000, &err), EES_ERR_RANGE);
    eesi_calendar_destroy(calendar);
}

/* The day after a PNP round is CEC's day; a week with a closed Monday moves PNP to Tuesday. */
static void habits_are_learned(void **state) {
    (void)state;
    double pmf[30];
    ees_error err;
    int cec = ees_programs_find(&test_shipped.programs, "CEC"), pnp = ees_programs_find(&test_shipped.programs, "PNP");
    eesi_calendar *calendar = calendar_from(day(2026, 2, 17)); /* PNP was held on the 16th */
    assert_int_equal(eesi_calendar_date_pmf(calendar, cec, pmf, 30, &err), 0);
    assert_true(pmf[0] > 0.35 && pmf[0] > pmf[1] && pmf[1] > pmf[7]);
    eesi_calendar_destroy(calendar);
    calendar = calendar_from(day(2025, 9, 30) - 43); /* from 2025-08-18; Labour Day is 2025-09-01 */
    assert_int_equal(eesi_calendar_date_pmf(calendar, pnp, pmf, 30, &err), 0);
    assert_true(pmf[15] > 5 * pmf[14]); /* Tuesday 2025-09-02 against the Monday before */
    eesi_calendar_destroy(calendar);
}

/* The day assumed for a round without one is the median of the distribution, as far as a forecast looks. */
static double chance_within(eesi_calendar *calendar, const char *code, size_t days) {
    double pmf[400], sum = 0;
    ees_error err;
    assert_true(days <= 400);
    int program = ees_programs_find(&test_shipped.programs, code);
    assert_int_equal(eesi_calendar_date_pmf(calendar, program, pmf, days, &err), 0);
    for (size_t i = 0; i < days; i++)
        sum += pmf[i];
    return sum;
}

static double chance_from(ees_date from, const char *code, size_t days) {
    eesi_calendar *calendar = calendar_from(from);
    const double chance = chance_within(calendar, code, days);
    eesi_calendar_destroy(calendar);
    return chance;
}

/* STEM's last round was held in April 2024; most categories that were silent for so long never came back. */
static void the_silent_stay_silent(void **state) {
    (void)state;
    assert_true(chance_from(day(2024, 5, 6), "STEM", 180) > 0.5);
    assert_true(chance_from(day(2025, 3, 3), "STEM", 180) < 0.35);
    assert_true(chance_from(day(2026, 2, 18), "STEM", 180) < 0.15);
}

/* Gaps of PNP were short in the autumn of 2024 and long a year before. */
static void a_rhythm_goes_on(void **state) {
    (void)state;
    assert_true(chance_from(day(2024, 12, 5), "PNP", 30) > 0.82);
    assert_true(chance_from(day(2026, 1, 22), "PNP", 30) > 0.96);
    assert_true(chance_from(day(2023, 9, 20), "PNP", 30) < 0.25);
}

/* A category is no part of the world before its announcement, and none after its end; up to its end nobody knows of it.
 */
static void announcements_are_not_foreseen(void **state) {
    (void)state;
    assert_true(chance_from(day(2025, 12, 7), "PHYSICIAN", 180) == 0);
    assert_true(chance_from(day(2025, 12, 8), "PHYSICIAN", 180) > 0);
    assert_true(chance_from(day(2025, 9, 1), "AGRI", 200) > chance_from(day(2025, 9, 1), "AGRI", 150));
    assert_true(chance_from(day(2026, 2, 17), "AGRI", 180) > 0);
    assert_true(chance_from(day(2026, 2, 18), "AGRI", 180) == 0); /* in the middle of a week */
}

/* CEC rounds stopped from September 2021 to May 2024; since then the longest gap was 97 days. General rounds stopped in
 * April 2024 and are still stopped: for them the silence counts. */
static void a_stop_long_past_is_forgotten(void **state) {
    (void)state;
    eesi_calendar *calendar = calendar_from(day(2026, 2, 18));
    assert_true(chance_within(calendar, "CEC", 180) > 0.97);
    assert_true(chance_within(calendar, "GENERAL", 180) < 0.5);
    eesi_calendar_destroy(calendar);
}

static void the_next_day_is_the_median(void **state) {
    (void)state;
    const ees_history *h = &test_shipped.history;
    const size_t end = (size_t)ees_history_find(h, "396") + 1;
    const ees_known known = {end, h->snapshot_count};
    const ees_date newest = h->rounds[end - 1].date;
    static const char *const codes[] = {"CEC", "PNP", "FRENCH", "GENERAL", "FST", "MILITARY"};
    eesi_calendar *calendar = NULL;
    ees_date date;
    int rare = 0;
    enum { DAYS = EES_CALENDAR_HORIZON_DAYS };
    double pmf[DAYS];
    assert_int_equal(
        eesi_calendar_create(&calendar, &test_shipped.calendar, &test_shipped.programs, h, known, newest + 1, NULL), 0);
    for (size_t c = 0; c < sizeof codes / sizeof *codes; c++) {
        const int program = test_program(&test_shipped, codes[c]);
        assert_int_equal(
            eesi_calendar_next_date(&test_shipped.calendar, &test_shipped.programs, h, known, program, &date, NULL), 0);
        assert_int_equal(eesi_calendar_date_pmf(calendar, program, pmf, DAYS, NULL), 0);
        assert_true(date > newest && date <= newest + DAYS);
        assert_false(eesi_calendar_closed(&test_shipped.calendar, date));
        double total = 0, before = 0;
        for (int i = 0; i < DAYS; i++) {
            total += pmf[i];
            before += newest + 1 + i < date ? pmf[i] : 0;
        }
        if (total < 0.5) /* rare: what would it do now? */
            assert_true(date >= newest + 8 && date <= newest + 12);
        else
            assert_true(before < 0.5 * total && before + pmf[date - newest - 1] >= 0.5 * total);
        rare += total < 0.5;
    }
    assert_true(rare > 0 && rare < 4);
    assert_int_equal(eesi_calendar_next_date(&test_shipped.calendar, &test_shipped.programs, h, known, 99, &date, NULL),
                     EES_ERR_RANGE);
    assert_int_equal(eesi_calendar_next_date(&test_shipped.calendar, &test_shipped.programs, h, (ees_known){0, 0},
                                             test_program(&test_shipped, "CEC"), &date, NULL),
                     EES_ERR_RANGE);
    assert_int_equal(date, EES_DATE_NONE);
    eesi_calendar_destroy(calendar);
}

/* A program that most futures never hold: a week after the day the question comes up, or the next open day. */
static void the_next_day_of_a_rare_program(void **state) {
    (void)state;
    const ees_history *history = &test_shipped.history;
    const int program = test_program(&test_shipped, "MILITARY");
    int rare = 0, moved = 0;
    for (size_t count = history->round_count - 30; count <= history->round_count; count++) {
        const ees_known known = {count, 0};
        const ees_date today = history->rounds[count - 1].date + 1, week_on = today + 7;
        double pmf[EES_CALENDAR_HORIZON_DAYS], total = 0;
        eesi_calendar *calendar = calendar_from(today);
        ees_date date = EES_DATE_NONE;
        assert_int_equal(eesi_calendar_date_pmf(calendar, program, pmf, EES_CALENDAR_HORIZON_DAYS, NULL), 0);
        eesi_calendar_destroy(calendar);
        for (int i = 0; i < EES_CALENDAR_HORIZON_DAYS; i++)
            total += pmf[i];
        if (total > 0.49 || (count < history->round_count && history->rounds[count].date == today - 1))
            continue; /* not rare, or there is more to know on that day */
        rare++;
        assert_int_equal(eesi_calendar_next_date(&test_shipped.calendar, &test_shipped.programs, history, known,
                                                 program, &date, NULL),
                         0);
        assert_true(date >= week_on && date < week_on + 21); /* the turn of a year */
        assert_false(eesi_calendar_closed(&test_shipped.calendar, date));
        for (ees_date day_before = week_on; day_before < date; day_before++)
            assert_true(eesi_calendar_closed(&test_shipped.calendar, day_before));
        moved += date > week_on;
    }
    assert_true(rare > 10 && moved > 0 && moved < rare);
}

static void sizes_sum_to_one(void **state) {
    (void)state;
    eesi_calendar *calendar = calendar_from(day(2026, 2, 18));
    for (int p = 0; p < (int)test_shipped.programs.count; p++) {
        eesi_size_context context = eesi_calendar_size_context(calendar, p, day(2026, 3, 3));
        double sum = 0;
        for (int64_t n = 1; n <= 60000; n++) {
            double prob = eesi_calendar_size_prob(calendar, p, &context, n);
            assert_true(prob >= 0);
            sum += prob;
            if (n % 7919 == 0)
                assert_close(sum, eesi_calendar_size_cdf(calendar, p, &context, n), 1e-9);
        }
        assert_close(eesi_calendar_size_cdf(calendar, p, &context, INT64_C(1) << 50), 1, 1e-6);
        assert_close(eesi_calendar_size_prob(calendar, p, &context, 0), 0, 0);
        assert_close(eesi_calendar_size_prob(calendar, p, &context, -5), 0, 0);
    }
    eesi_calendar_destroy(calendar);
}

static void needs_a_past(void **state) {
    (void)state;
    eesi_calendar *calendar = NULL;
    ees_error err;
    ees_known nothing = {0, 0};
    int rc = eesi_calendar_create(&calendar, &test_shipped.calendar, &test_shipped.programs, &test_shipped.history,
                                  nothing, day(2015, 1, 1), &err);
    assert_int_equal(rc, EES_ERR_RANGE);
    assert_null(calendar);
}

/* A calendar knows nothing of what came after its day: cutting the history off changes nothing. */
static void blind_to_the_future(void **state) {
    (void)state;
    ees_date from = day(2025, 7, 1);
    ees_known known = ees_history_before(&test_shipped.history, from, false);
    ees_history cut = test_shipped.history;
    cut.round_count = known.round_count;
    cut.snapshot_count = known.snapshot_count;
    eesi_calendar *whole = calendar_from(from), *short_one = NULL;
    ees_error err;
    assert_int_equal(
        eesi_calendar_create(&short_one, &test_shipped.calendar, &test_shipped.programs, &cut, known, from, &err), 0);
    int cec = ees_programs_find(&test_shipped.programs, "CEC");
    double a[60], b[60];
    assert_int_equal(eesi_calendar_date_pmf(whole, cec, a, 60, &err), 0);
    assert_int_equal(eesi_calendar_date_pmf(short_one, cec, b, 60, &err), 0);
    assert_memory_equal(a, b, sizeof a);
    eesi_size_context context = eesi_calendar_size_context(whole, cec, from + 7);
    assert_true(eesi_calendar_size_prob(whole, cec, &context, 3000) ==
                eesi_calendar_size_prob(short_one, cec, &context, 3000));
    eesi_calendar_destroy(whole);
    eesi_calendar_destroy(short_one);
}

typedef struct means {
    double own, latest, geometric, size, lognormal;
    int count;
} means;

static means backtest(const char *program, const char *first, const char *last) {
    enum { MOST = 500 };
    ees_calendar_score *scores = malloc(MOST * sizeof *scores);
    size_t count = 0;
    ees_error err;
    assert_int_equal(eesi_calendar_backtest(&test_shipped.calendar, &test_shipped.programs, &test_shipped.history,
                                            ees_programs_find(&test_shipped.programs, program),
                                            (size_t)ees_history_find(&test_shipped.history, first),
                                            (size_t)ees_history_find(&test_shipped.history, last), scores, &count,
                                            &err),
                     0);
    means m = {0};
    for (size_t i = 0; i < count; i++) {
        m.own += scores[i].date_own / (double)count;
        m.latest += scores[i].date_latest / (double)count;
        m.geometric += scores[i].date_geometric / (double)count;
        m.size += scores[i].size / (double)count;
        m.lognormal += scores[i].size_lognormal / (double)count;
    }
    m.count = (int)count;
    free(scores);
    return m;
}

/* Log scores on the published rounds, in nats; the limits are the figures to beat, with a little room for refits. */
static void scores_of_real_rounds(void **state) {
    (void)state;
    means cec = backtest("CEC", "317", "396"), french = backtest("FRENCH", "317", "396");
    assert_int_equal(cec.count, 22);
    assert_true(cec.own > -3.15 && cec.latest > cec.own && cec.own > cec.geometric + 0.9);
    assert_true(cec.size > -3.2 && cec.size > cec.lognormal + 5);
    assert_true(french.size > -4.5 && french.own > french.geometric);
    means pnp = backtest("PNP", "317", "396"), health = backtest("HEALTH", "317", "396");
    assert_true(pnp.own > pnp.geometric + 1.5 && pnp.size > pnp.lognormal);
    assert_true(health.own > health.geometric && health.size > health.lognormal);
}

static void file_round_trip(void **state) {
    (void)state;
    char *dir = test_make_dir(), path[600];
    snprintf(path, sizeof path, "%s/calendar.json", dir);
    ees_calendar_model saved = test_shipped.calendar, loaded;
    ees_error err;
    char *text = NULL;
    assert_int_equal(eesi_calendar_model_text(&saved, "a test", NULL, &text, &err), 0);
    test_write_file(path, text);
    free(text);
    assert_int_equal(eesi_calendar_model_read(&loaded, NULL, path, &err), 0);
    assert_string_equal(loaded.name, saved.name);
    assert_memory_equal(loaded.params, saved.params, sizeof saved.params);
    assert_int_equal(loaded.holiday_count, saved.holiday_count);
    assert_memory_equal(loaded.holidays, saved.holidays, saved.holiday_count * sizeof *saved.holidays);
    test_remove_tree(dir);
    free(dir);
}

static void bad_files(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *says;
    } cases[] = {
        {"{}", "schema"},
        {"{\"schema\":\"eesim.model/1\",\"name\":\"x\"}", "eesim.calendar/1"},
        {"{\"schema\":\"eesim.calendar/1\",\"name\":\"x\"}", "params"},
        {"{\"schema\":\"eesim.calendar/1\",\"name\":\"x\",\"params\":{\"week_half_life_weeks\":-1}}", "week_half_life"},
        {"[", "JSON"},
    };
    char *dir = test_make_dir(), path[600];
    snprintf(path, sizeof path, "%s/calendar.json", dir);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ees_calendar_model loaded;
        ees_error err;
        test_write_file(path, cases[i].text);
        assert_int_equal(eesi_calendar_model_read(&loaded, NULL, path, &err), EES_ERR_DATA);
        assert_non_null(strstr(err.message, cases[i].says));
        assert_string_equal(err.file, path);
    }
    test_remove_tree(dir);
    free(dir);
}

static bool stop_at_once(void *user, uint64_t done, uint64_t total) {
    (void)total;
    *(uint64_t *)user = done;
    return false;
}

static void fit_stops_and_improves(void **state) {
    (void)state;
    ees_calendar_model trial;
    eesi_calendar_model_init(&trial);
    uint64_t done = 0;
    ees_progress progress = {stop_at_once, &done};
    ees_error err;
    double score = 0;
    size_t first = (size_t)ees_history_find(&test_shipped.history, "385"),
           last = (size_t)ees_history_find(&test_shipped.history, "396");
    int rc =
        eesi_calendar_fit(&trial, &test_shipped.programs, &test_shipped.history, first, last, &progress, &score, &err);
    assert_int_equal(rc, EES_ERR_INTERRUPTED);
    assert_int_equal(done, 1);
    assert_true(isfinite(score));
    assert_int_equal(
        eesi_calendar_fit(&trial, &test_shipped.programs, &test_shipped.history, last, first, NULL, NULL, &err),
        EES_ERR_RANGE);
}

static void bad_holidays(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *says;
    } cases[] = {
        {"{}", "'kind' is missing"},
        {"{\"kind\":\"moon\"}", "holidays[0]: unknown kind 'moon'"},
        {"{\"kind\":\"nth\",\"month\":5,\"n\":1,\"weekday\":\"mo\"}", "unknown weekday 'mo'"},
        {"{\"kind\":\"fixed\",\"day\":5}", "'month' is missing"},
        {"{\"kind\":\"fixed\",\"month\":13,\"day\":5}", "'month'"},
    };
    char *dir = test_make_dir(), path[600], *text = NULL;
    snprintf(path, sizeof path, "%s/calendar.json", dir);
    assert_int_equal(eesi_calendar_model_text(&test_shipped.calendar, "test", NULL, &text, NULL), 0);
    json_t *root = json_loads(text, 0, NULL);
    assert_non_null(root);
    free(text);
    for (size_t i = 0; i <= sizeof cases / sizeof *cases; i++) {
        ees_calendar_model loaded;
        ees_error err;
        json_t *list = json_array();
        const bool many = i == sizeof cases / sizeof *cases;
        for (int k = 0; k < (many ? EES_CALENDAR_HOLIDAYS_MAX + 1 : 1); k++)
            json_array_append_new(list, json_loads(many ? "{\"kind\":\"easter\"}" : cases[i].text, 0, NULL));
        json_object_set_new(root, "holidays", list);
        assert_int_equal(json_dump_file(root, path, 0), 0);
        assert_int_equal(eesi_calendar_model_read(&loaded, NULL, path, &err), EES_ERR_DATA);
        if (!strstr(err.message, many ? "33 holidays, at most 32" : cases[i].says))
            fail_msg("case %zu: %s", i, err.message);
    }
    json_decref(root);
    test_remove_tree(dir);
    free(dir);
}

/* Every tunable number has a name of its own, and is in the file under that name. */
static void parameters_have_names(void **state) {
    (void)state;
    ees_error err;
    char *text = NULL, key[80];
    size_t count = 0;
    assert_int_equal(eesi_calendar_model_text(&test_shipped.calendar, "test", NULL, &text, &err), 0);
    while (count < EES_CALENDAR_PARAMS && eesi_calendar_param_name(count)) {
        for (size_t i = 0; i < count; i++)
            assert_string_not_equal(eesi_calendar_param_name(i), eesi_calendar_param_name(count));
        snprintf(key, sizeof key, "\"%s\"", eesi_calendar_param_name(count++));
        assert_non_null(strstr(text, key));
    }
    assert_true(count > 10);
    assert_null(eesi_calendar_param_name(count));
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(closed_days),
        cmocka_unit_test(dates_sum_to_one),
        cmocka_unit_test(habits_are_learned),
        cmocka_unit_test(the_silent_stay_silent),
        cmocka_unit_test(a_rhythm_goes_on),
        cmocka_unit_test(announcements_are_not_foreseen),
        cmocka_unit_test(date_refuses_unknown_programs),
        cmocka_unit_test(a_stop_long_past_is_forgotten),
        cmocka_unit_test(the_next_day_is_the_median),
        cmocka_unit_test(the_next_day_of_a_rare_program),
        cmocka_unit_test(sizes_sum_to_one),
        cmocka_unit_test(needs_a_past),
        cmocka_unit_test(blind_to_the_future),
        cmocka_unit_test(scores_of_real_rounds),
        cmocka_unit_test(file_round_trip),
        cmocka_unit_test(bad_files),
        cmocka_unit_test(bad_holidays),
        cmocka_unit_test(parameters_have_names),
        cmocka_unit_test(fit_stops_and_improves),
    };
    return cmocka_run_group_tests(tests, test_shipped_open, test_shipped_close);
}
