#include "test_support.h"
#include "test_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <eesim/history.h>

static void load_shipped(ees_history *history) {
    char *dir = test_source_path("data");
    ees_error err = {0};
    int rc = ees_history_load(history, dir, &test_programs, &err);
    if (rc)
        print_error("%s:%ld:%ld %s\n", err.file, err.line, err.column, err.message);
    assert_int_equal(rc, 0);
    free(dir);
}

static ees_date day(const char *text) {
    ees_date date;
    assert_true(ees_date_parse(text, 10, &date));
    return date;
}

static void test_the_shipped_rounds(void **state) {
    (void)state;
    ees_history h;
    load_shipped(&h);
    assert_true(h.round_count >= 397);
    assert_int_equal(strlen(h.sha256), 64);
    const ees_round *r = &h.rounds[ees_history_find(&h, "396")];
    char text[EES_TIME_TEXT_MAX];
    assert_string_equal(r->name, "Canadian Experience Class");
    assert_int_equal(r->program, ees_programs_find(&test_programs, "CEC"));
    assert_int_equal(r->eligible, 1u << r->program);
    assert_int_equal(r->date, day("2026-02-17"));
    assert_int_equal(r->size, 6000);
    assert_int_equal(r->cutoff, 508);
    assert_string_equal(ees_time_format(r->tie_break, text), "2025-03-16T09:35:59Z");
    assert_string_equal(ees_time_format(r->held_at, text), "2026-02-17T11:33:44Z");
    const ees_snapshot *s = &h.snapshots[r->snapshot];
    assert_int_equal(s->total, 235695);
    assert_int_equal(s->as_of, day("2026-02-15"));
    assert_int_equal(s->leaf[1], 16559);
    assert_string_equal(h.rounds[s->first_round].number, "395");
    assert_int_equal(ees_history_find(&h, "91b"), ees_history_find(&h, "91a") + 1);
    assert_int_equal(ees_history_find(&h, "91"), -1);
    assert_int_equal(h.rounds[ees_history_find(&h, "208")].tie_break, EES_TIME_NONE);
    assert_int_equal(h.rounds[0].snapshot, EES_SNAPSHOT_NONE);
    ees_history_free(&h);
    ees_history_free(&h);
}

/* The figures of the first 397 rounds do not change when later ones are appended. */
static void test_counts_through_396(void **state) {
    (void)state;
    ees_history h;
    load_shipped(&h);
    size_t last = (size_t)ees_history_find(&h, "396");
    assert_int_equal(last, 396);
    size_t ties = 0, without_pool = 0, mapped = 0;
    for (size_t i = 0; i <= last; i++) {
        ties += h.rounds[i].tie_break != EES_TIME_NONE;
        without_pool += h.rounds[i].snapshot == EES_SNAPSHOT_NONE;
        mapped += h.rounds[i].program != EES_PROGRAM_NONE;
        assert_true(i == 0 || h.rounds[i - 1].date <= h.rounds[i].date);
    }
    assert_int_equal(ties, 397 - 76 - 1);
    assert_int_equal(without_pool, 218);
    assert_int_equal(mapped, 397);
    assert_int_equal(h.rounds[last].snapshot, 107);
    ees_history_free(&h);
}

static void test_what_was_known(void **state) {
    (void)state;
    ees_history h;
    load_shipped(&h);
    ees_known all = ees_history_before(&h, EES_DATE_NONE, false);
    assert_int_equal(all.round_count, h.round_count);
    assert_int_equal(all.snapshot_count, h.snapshot_count);
    ees_known before = ees_history_before(&h, day("2026-02-16"), false);
    assert_string_equal(h.rounds[before.round_count - 1].number, "394");
    assert_string_equal(h.rounds[h.snapshots[before.snapshot_count - 1].first_round].number, "393");
    ees_known after = ees_history_before(&h, day("2026-02-16"), true);
    assert_int_equal(after.round_count, before.round_count);
    assert_int_equal(after.snapshot_count, before.snapshot_count + 1);
    ees_known next_day = ees_history_before(&h, day("2026-02-17"), false);
    assert_int_equal(next_day.round_count, before.round_count + 1);
    assert_int_equal(next_day.snapshot_count, before.snapshot_count + 1);
    ees_known nothing = ees_history_before(&h, day("2015-01-31"), true);
    assert_int_equal(nothing.round_count, 0);
    assert_int_equal(nothing.snapshot_count, 0);
    ees_history_free(&h);
}

#define ROUND_HEAD "number,date,program,name,eligible,size,cutoff,tie_break,held_at,pool,pool_as_of\n"
#define POOL_HEAD "pool,as_of,band_low,band_high,candidates\n"
#define ROUND_1 "1,2015-01-31,GENERAL,General,FSW CEC,779,886,,,,\n"

typedef struct bad_case {
    const char *rounds, *pools;
    const char *file;
    long line;
    const char *says;
} bad_case;

static const bad_case BAD[] = {
    {"number,date\n1,2015-01-31\n", POOL_HEAD, "rounds.csv", 1, "'program'"},
    {ROUND_HEAD, POOL_HEAD, "rounds.csv", 0, "no round"},
    {ROUND_HEAD ROUND_1 ROUND_1, POOL_HEAD, "rounds.csv", 3, "twice"},
    {ROUND_HEAD "x,2015-01-31,,General,,779,886,,,,\n", POOL_HEAD, "rounds.csv", 2, "91a"},
    {ROUND_HEAD "12345678901234567890,2015-01-31,,General,,779,886,,,,\n", POOL_HEAD, "rounds.csv", 2, "91a"},
    {ROUND_HEAD "1,,,General,,779,886,,,,\n", POOL_HEAD, "rounds.csv", 2, "YYYY-MM-DD"},
    {ROUND_HEAD "1,2015-02-31,,General,,779,886,,,,\n", POOL_HEAD, "rounds.csv", 2, "YYYY-MM-DD"},
    {ROUND_HEAD "1,2015-01-31,CED,General,,779,886,,,,\n", POOL_HEAD, "rounds.csv", 2, "programs.json"},
    {ROUND_HEAD "1,2015-01-31,,General,CEC FSX,779,886,,,,\n", POOL_HEAD, "rounds.csv", 2, "programs.json"},
    {ROUND_HEAD "1,2015-01-31,,General,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA,779,886,,,,\n", POOL_HEAD,
     "rounds.csv", 2, "programs.json"},
    {ROUND_HEAD "1,2015-01-31,,General,,,886,,,,\n", POOL_HEAD, "rounds.csv", 2, "whole number"},
    {ROUND_HEAD "1,2015-01-31,,General,,-5,886,,,,\n", POOL_HEAD, "rounds.csv", 2, "whole number"},
    {ROUND_HEAD "1,2015-01-31,,General,,99999999999999999999,886,,,,\n", POOL_HEAD, "rounds.csv", 2, "whole number"},
    {ROUND_HEAD "1,2015-01-31,,General,,779,,,,,\n", POOL_HEAD, "rounds.csv", 2, "score"},
    {ROUND_HEAD "1,2015-01-31,,General,,779,1201,,,,\n", POOL_HEAD, "rounds.csv", 2, "1200"},
    {ROUND_HEAD "1,2015-01-31,,General,,779,886,yesterday,,,\n", POOL_HEAD, "rounds.csv", 2, "tie_break"},
    {ROUND_HEAD "1,2015-01-31,,General,,779,886,,,7,\n", POOL_HEAD, "rounds.csv", 2, "pool '7'"},
    {ROUND_HEAD "1,2015-01-31,,General,,779,886,,,12345678901234567890,\n", POOL_HEAD, "rounds.csv", 2,
     "first published"},
    {ROUND_HEAD ROUND_1, POOL_HEAD "1,2015-01-31,601,1200,5\n", "pools.csv", 2, "lacks"},
    {ROUND_HEAD ROUND_1, POOL_HEAD "1,2015-01-31,601,1200,5\n1,2015-01-31,601,1200,5\n", "pools.csv", 3, "once"},
    {ROUND_HEAD ROUND_1, POOL_HEAD "1,2015-01-31,601,1199,5\n", "pools.csv", 2, "band_low"},
    {ROUND_HEAD ROUND_1, POOL_HEAD "1,2015-01-31,,1200,5\n", "pools.csv", 2, "band_low"},
    {ROUND_HEAD ROUND_1, POOL_HEAD "1,2015-01-31,601,1200,\n", "pools.csv", 2, "candidates"},
    {ROUND_HEAD ROUND_1, POOL_HEAD "1,,601,1200,5\n", "pools.csv", 2, "as_of"},
    {ROUND_HEAD ROUND_1, POOL_HEAD ",2015-01-31,601,1200,5\n", "pools.csv", 2, "pool"},
    {ROUND_HEAD ROUND_1, POOL_HEAD "1,2015-01-31,601,1200\n", "pools.csv", 2, "expected 5"},
};

static void test_bad_folders(void **state) {
    (void)state;
    char *dir = test_make_dir();
    char rounds[600], pools[600];
    snprintf(rounds, sizeof rounds, "%s/rounds.csv", dir);
    snprintf(pools, sizeof pools, "%s/pools.csv", dir);
    ees_history h;
    ees_error err;
    assert_int_equal(ees_history_load(&h, dir, &test_programs, &err), EES_ERR_NOTFOUND);
    ees_history_free(&h);
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        test_write_file(rounds, BAD[i].rounds);
        test_write_file(pools, BAD[i].pools);
        assert_int_equal(ees_history_load(&h, dir, &test_programs, &err), EES_ERR_DATA);
        if (!strstr(err.message, BAD[i].says) || !strstr(err.file, BAD[i].file) || err.line != BAD[i].line)
            fail_msg("case %zu: %s:%ld:%ld: %s", i, err.file, err.line, err.column, err.message);
        ees_history_free(&h);
    }
    test_write_file(rounds, ROUND_HEAD ROUND_1);
    assert_int_equal(remove(pools), 0);
    assert_int_equal(ees_history_load(&h, dir, &test_programs, &err), EES_ERR_NOTFOUND);
    ees_history_free(&h);
    test_remove_tree(dir);
    free(dir);
}

static void test_rows_in_any_order_and_unknown_names(void **state) {
    (void)state;
    char *dir = test_make_dir();
    char path[600];
    snprintf(path, sizeof path, "%s/rounds.csv", dir);
    test_write_file(path, ROUND_HEAD "3,2015-02-20,,Welders,,10,400,,,,\r\n"
                                     "2,2015-02-20,,Physicians (2026),FSW,10,400,,,,\n\n"
                                     "1,2015-01-31,CEC,\"Something, new\",,779,886,,,,\n");
    snprintf(path, sizeof path, "%s/pools.csv", dir);
    test_write_file(path, POOL_HEAD);
    ees_history h;
    assert_int_equal(ees_history_load(&h, dir, &test_programs, NULL), 0);
    assert_int_equal(h.round_count, 3);
    assert_int_equal(h.snapshot_count, 0);
    assert_string_equal(h.rounds[0].number, "1");
    assert_string_equal(h.rounds[0].name, "Something, new");
    assert_int_equal(h.rounds[0].program, ees_programs_find(&test_programs, "CEC"));
    assert_string_equal(h.rounds[1].number, "2");
    assert_int_equal(h.rounds[1].program, ees_programs_find(&test_programs, "PHYSICIAN"));
    assert_int_equal(h.rounds[2].program, EES_PROGRAM_NONE);
    ees_history_free(&h);
    test_remove_tree(dir);
    free(dir);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_shipped_rounds),
        cmocka_unit_test(test_counts_through_396),
        cmocka_unit_test(test_what_was_known),
        cmocka_unit_test(test_bad_folders),
        cmocka_unit_test(test_rows_in_any_order_and_unknown_names),
    };
    return cmocka_run_group_tests(tests, test_programs_open, test_programs_close);
}
