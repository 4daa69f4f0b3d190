/* Histograms against plain arrays. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "run/hist.h"
#include "test_support.h"

static const eesi_hist_kind kinds[] = {EESI_HIST_SCORE, EESI_HIST_COUNT, EESI_HIST_DAYS, EESI_HIST_DIFF};

static void bins_and_values_agree(void **state) {
    (void)state;
    for (int k = 0; k < 4; k++) {
        int32_t low = kinds[k] == EESI_HIST_DIFF ? -399000 : 0;
        int32_t high = kinds[k] == EESI_HIST_SCORE ? 1201 : kinds[k] == EESI_HIST_DAYS ? 4095 : 399000;
        int before = -1;
        for (int32_t value = low; value <= high; value++) {
            int bin = eesi_hist_bin(kinds[k], value);
            assert_true(bin >= 0 && bin < eesi_hist_pages(kinds[k]) * EESI_HIST_PAGE);
            assert_true(bin == before || bin == before + 1 || before == -1);
            int32_t at = eesi_hist_value(kinds[k], bin);
            assert_int_equal(eesi_hist_bin(kinds[k], at), bin);
            assert_true(abs(at) <= abs(value));
            before = bin;
        }
    }
    assert_true(eesi_hist_pages(EESI_HIST_COUNT) <= EESI_HIST_PAGES_MAX);
}

static void round_sizes_are_exact(void **state) {
    (void)state;
    for (int32_t size = 0; size <= 60000; size += size < 2000 ? 1 : size < 10000 ? 5 : 50)
        assert_int_equal(eesi_hist_value(EESI_HIST_COUNT, eesi_hist_bin(EESI_HIST_COUNT, size)), size);
    for (int32_t size = 60000; size < 400000; size += 500)
        assert_int_equal(eesi_hist_value(EESI_HIST_COUNT, eesi_hist_bin(EESI_HIST_COUNT, size)), size);
}

static void far_values_fall_into_the_last_bins(void **state) {
    (void)state;
    assert_int_equal(eesi_hist_bin(EESI_HIST_COUNT, INT32_MAX), eesi_hist_bin(EESI_HIST_COUNT, 400000));
    assert_int_equal(eesi_hist_bin(EESI_HIST_SCORE, 5000), 1201);
    assert_int_equal(eesi_hist_bin(EESI_HIST_SCORE, -7), 0);
    assert_int_equal(eesi_hist_bin(EESI_HIST_DIFF, -INT32_MAX), 0);
    assert_int_equal(eesi_hist_bin(EESI_HIST_DIFF, 0) - eesi_hist_bin(EESI_HIST_DIFF, -3), 3);
}

/* One value, by the definition. */
static bool add(eesi_hist *hist, eesi_hist_kind kind, int32_t value) {
    if (!eesi_hist_grow(hist, 1) || !eesi_hist_bump(hist, eesi_hist_bin(kind, value), 1))
        return false;
    hist->min = hist->count == 0 || value < hist->min ? value : hist->min;
    hist->max = hist->count == 0 || value > hist->max ? value : hist->max;
    hist->count++;
    hist->sum += value;
    hist->squares += (uint64_t)((int64_t)value * value);
    return true;
}

static void moments_and_quantiles_are_those_of_the_values(void **state) {
    (void)state;
    eesi_hist hist;
    eesi_hist_init(&hist);
    static const int32_t values[] = {5, 7, 7, 9, 500, 501, 502, 503, 504, 1200};
    for (size_t i = 0; i < 10; i++)
        assert_true(add(&hist, EESI_HIST_SCORE, values[i]));
    assert_close(eesi_hist_mean(&hist), 373.8, 1e-12);
    assert_close(eesi_hist_sd(&hist), 380.492313, 1e-6);
    assert_close(eesi_hist_mean_se(&hist), 380.492313 / sqrt(10), 1e-6);
    assert_int_equal(eesi_hist_quantile(&hist, EESI_HIST_SCORE, 0.0), 5);
    assert_int_equal(eesi_hist_quantile(&hist, EESI_HIST_SCORE, 0.1), 5);
    assert_int_equal(eesi_hist_quantile(&hist, EESI_HIST_SCORE, 0.11), 7);
    assert_int_equal(eesi_hist_quantile(&hist, EESI_HIST_SCORE, 0.5), 500);
    assert_int_equal(eesi_hist_quantile(&hist, EESI_HIST_SCORE, 1.0), 1200);
    assert_int_equal(eesi_hist_below(&hist, 500), 5);
    assert_int_equal(eesi_hist_below(&hist, 4), 0);
    eesi_hist_free(&hist);
}

static void one_value_is_reported_exactly_from_a_wide_bin(void **state) {
    (void)state;
    eesi_hist hist;
    eesi_hist_init(&hist);
    assert_true(add(&hist, EESI_HIST_COUNT, 12345));
    assert_int_equal(eesi_hist_quantile(&hist, EESI_HIST_COUNT, 0.5), 12345);
    assert_close(eesi_hist_sd(&hist), 0, 0);
    eesi_hist_free(&hist);
    assert_true(isnan(eesi_hist_mean(&hist)));
}

static void parts_in_any_order_save_the_same_bytes(void **state) {
    (void)state;
    eesi_hist all, part[3], back;
    eesi_hist_init(&all);
    for (int i = 0; i < 3; i++)
        eesi_hist_init(&part[i]);
    for (int i = 0; i < 3000; i++) {
        int32_t value = (i * 7919) % 4001 - 2000;
        assert_true(add(&all, EESI_HIST_DIFF, value));
        assert_true(add(&part[i % 3], EESI_HIST_DIFF, value));
    }
    assert_true(eesi_hist_merge(&part[2], &part[0]));
    assert_true(eesi_hist_merge(&part[2], &part[1]));
    eesi_buf one, two;
    eesi_buf_init(&one);
    eesi_buf_init(&two);
    eesi_hist_save(&all, &one);
    eesi_hist_save(&part[2], &two);
    assert_int_equal(one.length, two.length);
    assert_memory_equal(one.data, two.data, one.length);
    const unsigned char *cursor = (const unsigned char *)one.data;
    eesi_hist_init(&back);
    assert_true(eesi_hist_load(&back, &cursor, cursor + one.length));
    assert_int_equal(back.sum, all.sum);
    assert_int_equal(eesi_hist_quantile(&back, EESI_HIST_DIFF, 0.3), eesi_hist_quantile(&all, EESI_HIST_DIFF, 0.3));
    eesi_hist_free(&back);
    for (size_t cut = 0; cut < one.length; cut += 37) {
        cursor = (const unsigned char *)one.data;
        assert_false(eesi_hist_load(&back, &cursor, cursor + cut));
        eesi_hist_free(&back);
    }
    eesi_hist_free(&all);
    for (int i = 0; i < 3; i++)
        eesi_hist_free(&part[i]);
    eesi_buf_free(&one);
    eesi_buf_free(&two);
}

/* Many at once are one by one, for every kind: edges of the stretches, outside the bins, few, equal ones. */
static void many_at_once_are_one_by_one(void **state) {
    (void)state;
    static const int32_t edges[] = {-2000000000, -50001, -500,  -1,    0,     1,      500,
                                    1200,        1201,   1999,  2000,  2004,  2005,   4999,
                                    9999,        10000,  10049, 59999, 60000, 399999, 2000000000};
    enum { EDGES = sizeof edges / sizeof *edges, MANY = 700 };
    static uint16_t bins[EESI_HIST_BINS];
    for (int kind = EESI_HIST_SCORE; kind <= EESI_HIST_DIFF; kind++)
        for (int round = 0; round < 12; round++) {
            eesi_hist one, all, joined;
            int32_t values[MANY];
            const eesi_hist_bins small = (eesi_hist_bins)(round / 4); /* bins of every size */
            const int which = round % 4, count = which == 0 ? EDGES : which == 1 ? 7 : MANY;
            eesi_hist_init(&one);
            eesi_hist_init(&all);
            eesi_hist_init(&joined);
            all.bins = small;
            for (int i = 0; i < count; i++)
                values[i] = which == 3 ? 6000 : which == 2 ? (i * 7919) % 30011 - 300 : edges[i % EDGES];
            for (int i = 0; i < count; i++)
                assert_true(add(&one, (eesi_hist_kind)kind, values[i]));
            assert_true(eesi_hist_add_all(&all, (eesi_hist_kind)kind, values, count, bins));
            joined.bins = round < 8 ? EESI_BINS_32 : EESI_BINS_64;
            assert_true(eesi_hist_merge(&joined, &all));
            assert_int_equal(eesi_hist_below(&joined, EESI_HIST_BINS - 1), count);
            eesi_buf a, b;
            eesi_buf_init(&a);
            eesi_buf_init(&b);
            eesi_hist_save(&one, &a);
            eesi_hist_save(&all, &b);
            assert_int_equal(a.length, b.length);
            assert_memory_equal(a.data, b.data, a.length);
            b.length = 0;
            eesi_hist_save(&joined, &b);
            assert_int_equal(a.length, b.length);
            assert_memory_equal(a.data, b.data, a.length);
            for (int i = 0; i < EESI_HIST_BINS; i++)
                assert_int_equal(bins[i], 0);
            eesi_buf_free(&a);
            eesi_buf_free(&b);
            eesi_hist_free(&one);
            eesi_hist_free(&all);
            eesi_hist_free(&joined);
        }
}

/* Bins grow with the number of values, by adding and by merging, and the bytes do not show it. */
static void small_bins_grow(void **state) {
    (void)state;
    enum { MANY = 1000, TIMES = 66 };
    static uint16_t bins[EESI_HIST_BINS];
    int32_t values[MANY];
    eesi_hist small, merged, large, none;
    eesi_hist_init(&small);
    eesi_hist_init(&merged);
    eesi_hist_init(&large);
    eesi_hist_init(&none);
    small.bins = merged.bins = none.bins = EESI_BINS_16;
    for (int i = 0; i < MANY; i++)
        values[i] = i % 10 == 0 ? 20 * i : 6000;
    for (int k = 0; k < TIMES; k++) {
        assert_true(eesi_hist_add_all(&small, EESI_HIST_COUNT, values, MANY, bins));
        assert_true(eesi_hist_add_all(&large, EESI_HIST_COUNT, values, MANY, bins));
        assert_int_equal(small.bins, k < 65 ? EESI_BINS_16 : EESI_BINS_32);
    }
    assert_int_equal(eesi_hist_at(&small, eesi_hist_bin(EESI_HIST_COUNT, 6000)), 66 * 901); /* 20 x 300 too */
    assert_true(eesi_hist_merge(&merged, &small) && eesi_hist_merge(&merged, &none));
    assert_int_equal(merged.bins, EESI_BINS_32);
    eesi_buf a, b, c;
    eesi_buf_init(&a);
    eesi_buf_init(&b);
    eesi_buf_init(&c);
    eesi_hist_save(&small, &a);
    eesi_hist_save(&merged, &b);
    eesi_hist_save(&large, &c);
    assert_true(a.length == b.length && a.length == c.length);
    assert_memory_equal(a.data, b.data, a.length);
    assert_memory_equal(a.data, c.data, a.length);
    const unsigned char *cursor = (const unsigned char *)a.data;
    eesi_hist_free(&merged);
    merged.bins = EESI_BINS_16;
    assert_true(eesi_hist_load(&merged, &cursor, cursor + a.length));
    assert_int_equal(merged.bins, EESI_BINS_32);
    assert_int_equal(eesi_hist_at(&merged, eesi_hist_bin(EESI_HIST_COUNT, 6000)), 66 * 901);
    eesi_hist_free(&small);
    eesi_hist_free(&merged);
    eesi_hist_free(&large);
    eesi_buf_free(&a);
    eesi_buf_free(&b);
    eesi_buf_free(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(many_at_once_are_one_by_one),
                                       cmocka_unit_test(small_bins_grow),
                                       cmocka_unit_test(bins_and_values_agree),
                                       cmocka_unit_test(round_sizes_are_exact),
                                       cmocka_unit_test(far_values_fall_into_the_last_bins),
                                       cmocka_unit_test(moments_and_quantiles_are_those_of_the_values),
                                       cmocka_unit_test(one_value_is_reported_exactly_from_a_wide_bin),
                                       cmocka_unit_test(parts_in_any_order_save_the_same_bytes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
