/* Totals, the threads that fill them and their bytes, against what the fake engine says in closed form. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "run/run_blocks.h"
#include "run/run_state.h"

#include "fake_engine.h"
#include "test_support.h"

enum { REPLICATES = 5000, SCENARIOS = 2, PROGRAMS = 2, ROUNDS = 9 };

static const fake_model plain = {.programs = PROGRAMS, .rounds = ROUNDS, .fail_at = UINT64_MAX};

static ees_run_layout layout_of(void) {
    ees_run_layout layout = {.scenarios = SCENARIOS,
                             .programs = PROGRAMS,
                             .bands = 2,
                             .audiences = 2,
                             .start = FAKE_START,
                             .days = FAKE_DAYS};
    layout.audience[0] = (ees_audience){.programs = 1, .submitted = FAKE_START - 100};
    layout.audience[1] = (ees_audience){.programs = 3, .submitted = FAKE_START + 20};
    return layout;
}

static ees_totals *run_with(const fake_model *model, eesi_run_control *control, uint64_t replicates, uint64_t *next,
                            int *rc) {
    ees_run_layout layout = layout_of();
    ees_totals *totals = NULL;
    ees_error err;
    assert_int_equal(eesi_totals_create(&totals, &layout, false, &err), 0);
    eesi_block_engine engine = fake_engine(model);
    *rc = eesi_run(&engine, replicates, control, totals, next, &err);
    return totals;
}

static char *bytes_of(ees_totals *totals, size_t *length) {
    char identity[] = "{}";
    eesi_run_state state = {.identity = identity, .shard = 1, .shards = 1, .totals = totals};
    char *data = NULL;
    assert_int_equal(eesi_run_state_save(&state, &data, length, NULL), 0);
    return data;
}

static void assert_same(ees_totals *a, ees_totals *b) {
    size_t length_a, length_b;
    char *bytes_a = bytes_of(a, &length_a), *bytes_b = bytes_of(b, &length_b);
    assert_int_equal(length_a, length_b);
    assert_memory_equal(bytes_a, bytes_b, length_a);
    free(bytes_a);
    free(bytes_b);
}

static ees_totals *single(uint64_t replicates) {
    uint64_t next = 0;
    int rc;
    eesi_run_control control = {.threads = 1};
    ees_totals *totals = run_with(&plain, &control, replicates, &next, &rc);
    assert_int_equal(rc, 0);
    assert_int_equal(next, ees_run_blocks(replicates));
    return totals;
}

static void numbers_are_those_of_the_engine(void **state) {
    (void)state;
    ees_totals *totals = single(REPLICATES);
    assert_int_equal(ees_totals_replicates(totals), REPLICATES);
    double sum = 0, difference = 0;
    uint64_t count = 0, missing = 0, has = 0;
    enum { ROW = 7 }; /* fourth round of program 1; not every replicate has it */
    for (uint64_t r = 0; r < REPLICATES; r++) {
        if (fake_rounds(&plain, r) <= ROW)
            continue;
        has++;
        int cutoff = fake_cutoff(1, r, ROW);
        missing += cutoff == EES_SCORE_NONE;
        if (cutoff == EES_SCORE_NONE)
            continue;
        count++;
        sum += cutoff;
        difference += cutoff - fake_cutoff(0, r, ROW);
    }
    assert_true(has < REPLICATES && missing > 0);
    ees_estimate got = ees_totals_round(totals, 1, 1, 3, EES_MEASURE_CUTOFF);
    assert_int_equal(got.count, count);
    assert_int_equal(got.missing, missing);
    assert_close(got.mean, sum / (double)count, 1e-9);
    assert_int_equal(ees_totals_round(totals, 1, 1, 3, EES_MEASURE_SIZE).count, has);
    assert_close(ees_totals_round(totals, 1, 1, 3, EES_MEASURE_DAY).mean, 7 * ROW, 0);
    assert_close(ees_totals_stock(totals, 0, 1, 3, 1).mean, 100 + ROW, 0);
    ees_estimate paired = ees_totals_difference(totals, 1, 1, 3, EES_MEASURE_CUTOFF);
    assert_close(paired.mean, difference / (double)count, 1e-12);
    assert_close(paired.sd, 0, 0); /* the scenarios share their random numbers: always 3 points */
    assert_int_equal(ees_totals_difference(totals, 0, 1, 3, EES_MEASURE_CUTOFF).count, 0);
    assert_int_equal(ees_totals_rounds(totals, 0, 0), 5);
    assert_close(ees_totals_overall_difference(totals, 1, 0, EES_OVERALL_LOWEST).mean, 3, 1e-12);
    uint64_t rounds = 0;
    int64_t invitations = 0;
    for (uint64_t r = 0; r < REPLICATES; r++)
        for (int row = 1; row < fake_rounds(&plain, r); row += 2, rounds++) /* those of program 1 */
            invitations += fake_cutoff(1, r, row) == EES_SCORE_NONE ? 0 : fake_size(r, row);
    got = eesi_totals_overall(totals, 1, 1, EES_OVERALL_ROUNDS);
    assert_int_equal(got.count, REPLICATES);
    assert_close(got.mean, (double)rounds / REPLICATES, 1e-9);
    got = eesi_totals_overall(totals, 1, 1, EES_OVERALL_INVITED);
    assert_close(got.mean, (double)invitations / REPLICATES, 1e-6);
    ees_totals_destroy(totals);
}

/* Does a candidate of the audience with this score get invited by start + day? By the definition. */
static bool invited(const ees_audience *audience, uint64_t r, int scenario, int score, int day) {
    for (int row = 0; row < fake_rounds(&plain, r); row++) {
        int cutoff = fake_cutoff(scenario, r, row), date = FAKE_START + 7 * row;
        if (7 * row > day || date < audience->submitted || !(audience->programs >> (row % PROGRAMS) & 1) ||
            cutoff == EES_SCORE_NONE)
            continue;
        if (score > cutoff || (score == cutoff && date - audience->submitted >= fake_tie_age(r, row)))
            return true;
    }
    return false;
}

static void chances_are_those_of_the_definition(void **state) {
    (void)state;
    ees_totals *totals = single(REPLICATES);
    ees_run_layout layout = layout_of();
    uint64_t by_score[EES_SCORE_COUNT];
    static const int days[] = {0, 20, 21, 34, 200}, scores[] = {400, 480, 487, 500, 531, 600};
    for (int a = 0; a < 2; a++)
        for (int d = 0; d < 5; d++) {
            eesi_totals_chance(totals, 1, a, days[d], by_score);
            for (int i = 0; i < 6; i++) {
                uint64_t want = 0;
                for (uint64_t r = 0; r < REPLICATES; r++)
                    want += invited(&layout.audience[a], r, 1, scores[i], days[d]);
                assert_int_equal(by_score[scores[i]], want);
            }
        }
    /* Replicates are independent here; the groups differ by chance, on the worst day and score by up to a factor of 2.
     */
    assert_true(eesi_totals_worst_se(totals) <= 1.0 / sqrt(REPLICATES));
    assert_true(eesi_totals_worst_se(totals) > 0.4 / sqrt(REPLICATES));
    ees_totals_destroy(totals);
}

static void threads_shards_and_order_do_not_matter(void **state) {
    (void)state;
    enum { MANY = 20000 };
    ees_totals *one = single(MANY);
    for (int threads = 2; threads <= 7; threads += 5) {
        uint64_t next = 0;
        int rc;
        eesi_run_control control = {.threads = threads};
        ees_totals *other = run_with(&plain, &control, MANY, &next, &rc);
        assert_int_equal(rc, 0);
        assert_same(one, other);
        ees_totals_destroy(other);
    }
    ees_totals *parts[3];
    for (uint64_t k = 1; k <= 3; k++) {
        int rc;
        eesi_run_control control = {.threads = 2};
        uint64_t next = control.first_block = eesi_run_shard(ees_run_blocks(MANY), k, 3, &control.end_block);
        parts[k - 1] = run_with(&plain, &control, MANY, &next, &rc);
        assert_int_equal(rc, 0);
    }
    assert_int_equal(eesi_totals_merge(parts[2], parts[0], NULL), 0);
    assert_int_equal(eesi_totals_merge(parts[2], parts[1], NULL), 0);
    assert_same(one, parts[2]);
    for (int k = 0; k < 3; k++)
        ees_totals_destroy(parts[k]);
    ees_totals_destroy(one);
}

static void shards_cover_every_block_once(void **state) {
    (void)state;
    for (uint64_t blocks = 0; blocks < 40; blocks++)
        for (uint64_t n = 1; n < 12; n++) {
            uint64_t at = 0, end = 0;
            for (uint64_t k = 1; k <= n; k++) {
                assert_int_equal(eesi_run_shard(blocks, k, n, &end), at);
                assert_true(end - at <= blocks / n + 1);
                at = end;
            }
            assert_int_equal(at, blocks);
        }
}

typedef struct stopper {
    uint64_t after;
    uint64_t written;
} stopper;

static bool report(void *user, uint64_t done, uint64_t total) {
    const stopper *of = user;
    assert_true(done <= total);
    return done < of->after;
}

static int format(void *user, const eesi_block *blocks, int scenarios, char **text, size_t *capacity, size_t *length,
                  ees_error *err) {
    (void)user;
    (void)scenarios;
    (void)err;
    *length = sizeof blocks->first;
    *text = realloc(*text, *capacity = *length);
    assert_non_null(*text);
    memcpy(*text, &blocks->first, *length);
    return 0;
}

/* Texts arrive in the order of the blocks, each once. */
static int write_in_order(void *user, const char *text, size_t length, ees_error *err) {
    stopper *of = user;
    (void)err;
    uint64_t first;
    assert_int_equal(length, sizeof first);
    memcpy(&first, text, length);
    assert_int_equal(first, of->written);
    of->written += EESI_BLOCK;
    return 0;
}

static void an_interrupted_run_goes_on_to_the_same_bytes(void **state) {
    (void)state;
    enum { MANY = 30000 };
    fake_model slow = plain;
    slow.sleep_us = 500;
    stopper stop = {.after = 7000};
    eesi_run_control control = {
        .threads = 3, .user = &stop, .progress = {report, &stop}, .format = format, .write = write_in_order};
    uint64_t next = 0;
    int rc;
    ees_totals *totals = run_with(&slow, &control, MANY, &next, &rc);
    assert_int_equal(rc, EES_ERR_INTERRUPTED);
    assert_true(next >= 7 && next < ees_run_blocks(MANY));
    assert_int_equal(ees_totals_replicates(totals), next * EESI_BLOCK);
    assert_int_equal(stop.written, next * EESI_BLOCK);
    stop.after = UINT64_MAX;
    eesi_block_engine engine = fake_engine(&plain);
    assert_int_equal(eesi_run(&engine, MANY, &control, totals, &next, NULL), 0);
    assert_int_equal(next, ees_run_blocks(MANY));
    ees_totals *whole = single(MANY);
    assert_same(whole, totals);
    ees_totals_destroy(whole);
    ees_totals_destroy(totals);
}

static bool go_on_for(void *user, uint64_t done, uint64_t total) {
    (void)done;
    (void)total;
    int *calls = user;
    return --*calls > 0;
}

/* A block can take longer than anybody wants to wait after Ctrl-C. */
static void an_interrupt_is_heard_inside_a_block(void **state) {
    (void)state;
    for (int calls = 1; calls <= 9; calls += 4) {
        int left = calls, rc;
        eesi_run_control control = {.threads = 1, .progress = {go_on_for, &left}};
        uint64_t next = 0;
        ees_totals *totals = run_with(&plain, &control, EESI_BLOCK, &next, &rc);
        assert_int_equal(rc, EES_ERR_INTERRUPTED);
        assert_int_equal(left, 0);
        assert_int_equal(next, 0);
        assert_int_equal(ees_totals_replicates(totals), 0);
        ees_totals_destroy(totals);
    }
}

static void the_first_error_is_reported_whatever_the_threads(void **state) {
    (void)state;
    fake_model failing = plain;
    failing.fail_at = 3 * EESI_BLOCK + 5;
    for (int threads = 1; threads <= 4; threads++) {
        eesi_run_control control = {.threads = threads};
        uint64_t next = 0;
        int rc;
        ees_totals *totals = run_with(&failing, &control, 100000, &next, &rc);
        assert_int_equal(rc, EES_ERR_NUMERIC);
        assert_int_equal(next, 3);
        ees_totals_destroy(totals);
    }
}

static void precision_ends_a_run_at_the_same_block(void **state) {
    (void)state;
    uint64_t ends[2];
    for (int i = 0; i < 2; i++) {
        eesi_run_control control = {.threads = 1 + 3 * i, .until_se = 0.002};
        int rc;
        ends[i] = 0;
        ees_totals *totals = run_with(&plain, &control, 1000000, &ends[i], &rc);
        assert_int_equal(rc, 0);
        assert_true(eesi_totals_replicates_se(totals) <= 0.002);
        ees_totals_destroy(totals);
    }
    assert_int_equal(ends[0], ends[1]);
    assert_int_equal(ends[0] % 16, 0);
    assert_true(ends[0] > 16 && ends[0] < 80);
}

/* Four randomisations of two blocks: their errors are those of their own means, however the work is cut. */
static void errors_come_from_the_randomisations(void **state) {
    (void)state;
    enum { PARTS = 4, EACH = 2 * EESI_BLOCK, ALL = PARTS * EACH, SCORE = 487, DAY = 34 };
    ees_run_layout layout = layout_of();
    layout.randomisations = PARTS;
    layout.randomisation_blocks = 2;
    eesi_block_engine engine = fake_engine(&plain);
    ees_totals *totals[2];
    for (int i = 0; i < 2; i++) {
        uint64_t next = 0;
        eesi_run_control control = {.threads = 1 + 2 * i};
        assert_int_equal(eesi_totals_create(&totals[i], &layout, false, NULL), 0);
        assert_int_equal(eesi_run(&engine, ALL, &control, totals[i], &next, NULL), 0);
    }
    assert_same(totals[0], totals[1]);
    double mean = 0, squares = 0, p = 0, p_squares = 0;
    for (uint64_t j = 0; j < PARTS; j++) {
        double sum = 0, count = 0, chance = 0;
        for (uint64_t r = j * EACH; r < (j + 1) * EACH; r++) {
            const int cutoff = fake_cutoff(0, r, 0);
            sum += cutoff == EES_SCORE_NONE ? 0 : cutoff;
            count += cutoff != EES_SCORE_NONE;
            chance += invited(&layout.audience[1], r, 0, SCORE, DAY) / (double)EACH;
        }
        mean += sum / count / PARTS;
        squares += sum / count * (sum / count) / PARTS;
        p += chance / PARTS;
        p_squares += chance * chance / PARTS;
    }
    const ees_estimate got = ees_totals_round(totals[0], 0, 0, 0, EES_MEASURE_CUTOFF);
    assert_close(got.mean, mean, 1e-3); /* of all replicates; the parts' counts differ a little */
    assert_close(got.mean_se, sqrt((squares - mean * mean) / (PARTS - 1)), 1e-6);
    double se[EES_SCORE_COUNT];
    eesi_design design;
    eesi_totals_design(totals[0], 0, 1, &design);
    eesi_totals_chance_se(totals[0], 0, 1, DAY, &design, se);
    assert_close(se[SCORE], sqrt((p_squares - p * p) / (PARTS - 1)), 1e-12);
    assert_true(se[SCORE] > 0 && eesi_totals_worst_se(totals[0]) >= se[SCORE]);
    /* The same through a state, and in two shards of which one ends inside a randomisation. */
    char identity[] = "{}", *data = NULL;
    size_t length = 0;
    ees_totals *joined = NULL;
    assert_int_equal(eesi_totals_create(&joined, &layout, false, NULL), 0);
    for (uint64_t k = 0; k < 2; k++) {
        ees_totals *shard = NULL;
        uint64_t next = 3 * k;
        eesi_run_control control = {.threads = 2, .first_block = next, .end_block = k == 0 ? 3 : 0};
        assert_int_equal(eesi_totals_create(&shard, &layout, false, NULL), 0);
        assert_int_equal(eesi_run(&engine, ALL, &control, shard, &next, NULL), 0);
        eesi_run_state before = {.identity = identity, .shard = 1, .shards = 1, .totals = shard}, after;
        assert_int_equal(eesi_run_state_save(&before, &data, &length, NULL), 0);
        assert_int_equal(eesi_run_state_load(&after, "x", data, length, NULL), 0);
        assert_same(shard, after.totals);
        assert_int_equal(eesi_totals_merge(joined, after.totals, NULL), 0);
        eesi_run_state_free(&after);
        ees_totals_destroy(shard);
        free(data);
    }
    assert_same(joined, totals[0]);
    assert_int_equal(ees_totals_replicates(joined), ALL);
    const ees_estimate again = ees_totals_round(joined, 0, 0, 0, EES_MEASURE_CUTOFF);
    assert_memory_equal(&again.mean_se, &got.mean_se, sizeof(double));
    assert_int_equal(again.count, got.count);
    ees_totals_destroy(joined);
    ees_totals_destroy(totals[0]);
    ees_totals_destroy(totals[1]);
}

static void a_state_survives_its_bytes_and_notices_damage(void **state) {
    (void)state;
    ees_totals *totals = single(3000);
    char identity[] = "{\"a\": 1}";
    eesi_run_state before = {.identity = identity,
                             .first_block = 2,
                             .next_block = 5,
                             .end_block = 9,
                             .shard = 2,
                             .shards = 3,
                             .written = 77,
                             .checksum = 88,
                             .totals = totals};
    char *data = NULL;
    size_t length = 0;
    assert_int_equal(eesi_run_state_save(&before, &data, &length, NULL), 0);
    eesi_run_state after;
    ees_error err;
    assert_int_equal(eesi_run_state_load(&after, "x", data, length, &err), 0);
    assert_string_equal(after.identity, identity);
    assert_int_equal(after.next_block, 5);
    assert_int_equal(after.written, 77);
    assert_int_equal(after.checksum, 88);
    assert_same(totals, after.totals);
    eesi_run_state_free(&after);
    data[length / 2] = (char)(data[length / 2] ^ 1);
    assert_int_equal(eesi_run_state_load(&after, "x", data, length, &err), EES_ERR_DATA);
    data[length / 2] = (char)(data[length / 2] ^ 1);
    assert_int_equal(eesi_run_state_load(&after, "x", data, length - 1, &err), EES_ERR_DATA);
    assert_int_equal(eesi_run_state_load(&after, "x", data, 3, &err), EES_ERR_DATA);
    free(data);
    ees_totals_destroy(totals);
}

static void other_layouts_are_refused(void **state) {
    (void)state;
    ees_run_layout layout = layout_of();
    ees_totals *a = NULL, *b = NULL;
    ees_error err;
    assert_int_equal(eesi_totals_create(&a, &layout, false, NULL), 0);
    layout.audience[1].submitted++;
    assert_int_equal(eesi_totals_create(&b, &layout, false, NULL), 0);
    assert_int_equal(eesi_totals_merge(a, b, &err), EES_ERR_MISMATCH);
    ees_totals_destroy(b);
    layout.programs = 0;
    assert_int_equal(eesi_totals_create(&b, &layout, false, &err), EES_ERR_RANGE);
    ees_totals_destroy(a);
    eesi_block block;
    assert_int_equal(eesi_block_init(&block, EES_RUN_BANDS_MAX + 1, &err), EES_ERR_RANGE);
    eesi_block_free(&block);
    assert_int_equal(eesi_block_init(&block, 1, &err), 0);
    assert_int_equal(eesi_block_reserve(&block, 40, &err), 0);
    assert_true(block.capacity >= 40);
    assert_int_equal(eesi_block_reserve(&block, EESI_BLOCK_ROUNDS_MAX + 1, &err), EES_ERR_RANGE);
    eesi_block_free(&block);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(numbers_are_those_of_the_engine),
                                       cmocka_unit_test(chances_are_those_of_the_definition),
                                       cmocka_unit_test(threads_shards_and_order_do_not_matter),
                                       cmocka_unit_test(shards_cover_every_block_once),
                                       cmocka_unit_test(an_interrupted_run_goes_on_to_the_same_bytes),
                                       cmocka_unit_test(an_interrupt_is_heard_inside_a_block),
                                       cmocka_unit_test(the_first_error_is_reported_whatever_the_threads),
                                       cmocka_unit_test(precision_ends_a_run_at_the_same_block),
                                       cmocka_unit_test(errors_come_from_the_randomisations),
                                       cmocka_unit_test(a_state_survives_its_bytes_and_notices_damage),
                                       cmocka_unit_test(other_layouts_are_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
