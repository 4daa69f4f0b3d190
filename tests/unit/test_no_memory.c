/* Every allocation of an import, a load, a check, a pool and a list of candidates fails once: each must end with a
 * code, leak nothing, write nothing. */
#include "pool_verify.h"
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pool/candidates.h"
#include <eesim/feed.h>
#include <eesim/pool.h>

#include "feed/layout.h"
#include "feed/read.h"
#include "feed_text.h"
#include "pool/pool.h"
#include "pool/segment.h"
#include "test_world.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CAN_FAIL 0 /* the sanitizer's allocator stands in the way */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CAN_FAIL 0
#else
#define CAN_FAIL 1
#endif
#else
#define CAN_FAIL 1
#endif

static long until_failure = -1; /* allocations that still succeed; negative: all */
static long live_blocks = 0;

#if CAN_FAIL
/* The C library's own allocator under its private names, so that these can stand before malloc() and the rest. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void __libc_free(void *block);

static int is_refused(void) {
    if (until_failure < 0)
        return 0;
    return until_failure-- == 0;
}

/* One more live block when `block` is one. */
static void *counted(void *block) {
    live_blocks += block != NULL;
    return block;
}

#define SEEN_BY_LIBRARIES __attribute__((visibility("default")))

SEEN_BY_LIBRARIES void *malloc(size_t size) {
    return is_refused() ? NULL : counted(__libc_malloc(size));
}

SEEN_BY_LIBRARIES void *calloc(size_t count, size_t size) {
    return is_refused() ? NULL : counted(__libc_calloc(count, size));
}

SEEN_BY_LIBRARIES void *realloc(void *block, size_t size) {
    if (is_refused())
        return NULL;
    return block ? __libc_realloc(block, size) : counted(__libc_malloc(size));
}

SEEN_BY_LIBRARIES void free(void *block) {
    live_blocks -= block != NULL;
    __libc_free(block);
}
#endif

static bool can_fail(void) {
    return CAN_FAIL && !getenv("EESIM_UNDER_VALGRIND");
}

enum { ALLOCATIONS_MAX = 20000 };

typedef struct work {
    char *programs_path, *dir;
    char feed[600], data[600];
    ees_programs programs;
    ees_layouts *layouts;
    ees_history history;
} work;

static int set_up(void **state) {
    work *w = calloc(1, sizeof *w);
    w->programs_path = test_source_path("models/programs.json");
    w->dir = test_make_dir();
    snprintf(w->feed, sizeof w->feed, "%s/feed.json", w->dir);
    snprintf(w->data, sizeof w->data, "%s/data", w->dir);
    feed_edit irregular[] = {{"drawCutOff", "\"May 1 2025 at 10:00:00\""}, {NULL, NULL}};
    char *rounds[] = {feed_round("396", "2026-02-17", irregular), feed_round("395", "2026-02-16", NULL)};
    char *text = feed_of(rounds, 2);
    test_write_file(w->feed, text);
    free(text);
    *state = w;
    if (test_load_layouts(&w->layouts))
        return EES_ERR_DATA;
    return eesi_programs_read(&w->programs, NULL, w->programs_path, NULL);
}

static int tear_down(void **state) {
    work *w = *state;
    eesi_layouts_destroy(w->layouts);
    eesi_programs_free(&w->programs);
    test_remove_tree(w->dir);
    free(w->programs_path);
    free(w->dir);
    free(w);
    return 0;
}

/* The JSON parser takes a lack of memory for bad text at some places; that is the one other error allowed. */
static int forgive_parser(int rc, const ees_error *err) {
    return rc == EES_ERR_DATA && strstr(err->message, "is not valid JSON") ? EES_ERR_NOMEM : rc;
}

static int load_programs(work *w) {
    ees_error err;
    ees_programs programs;
    int rc = eesi_programs_read(&programs, NULL, w->programs_path, &err);
    eesi_programs_free(&programs);
    return forgive_parser(rc, &err);
}

static int load_layouts(work *w) {
    (void)w;
    ees_error err;
    ees_layouts *layouts;
    int rc = eesi_layouts_read(&layouts, NULL, EES_TEST_SOURCE_DIR "/models/bands.json", &err);
    eesi_layouts_destroy(layouts);
    return forgive_parser(rc, &err);
}

static int import(work *w) {
    ees_error err;
    ees_import_report report;
    int rc = ees_feed_import(w->feed, w->data, &w->programs, w->layouts, 0, &report, &err);
    ees_import_report_free(&report);
    return forgive_parser(rc, &err);
}

static int load(work *w) {
    ees_history history;
    int rc = ees_history_load(&history, w->data, &w->programs, NULL);
    ees_history_free(&history);
    return rc;
}

static int check(work *w) {
    ees_error err;
    ees_data_quality quality;
    int rc = ees_data_check(w->data, &w->history, &w->programs, w->layouts, &quality, &err);
    ees_data_quality_free(&quality);
    return forgive_parser(rc, &err);
}

/* Fails the first allocation, then the second and so on, until the job has enough. Returns how many it needs. */
static long starve(int (*job)(work *), work *w, void (*after_failure)(const work *, int)) {
    for (long allowed = 0; allowed < ALLOCATIONS_MAX; allowed++) {
        long live_before = live_blocks;
        until_failure = allowed;
        int rc = job(w);
        int unused = until_failure >= 0;
        until_failure = -1;
        assert_int_equal(live_blocks, live_before);
        if (unused) {
            assert_int_equal(rc, 0);
            print_message("%ld allocations\n", allowed);
            return allowed;
        }
        if (rc != 0)
            assert_int_equal(rc, EES_ERR_NOMEM);
        if (after_failure)
            after_failure(w, rc);
    }
    fail_msg("more than %d allocations", ALLOCATIONS_MAX);
    return 0;
}

/* Little is done without: the import may succeed although one allocation failed. Then the next one starts anew. */
static void all_or_nothing(const work *w, int rc) {
    char path[700];
    snprintf(path, sizeof path, "%s/rounds.csv", w->data);
    assert_int_equal(access(path, F_OK) == 0, rc == 0);
    test_remove_tree(w->data);
}

static void test_definitions(void **state) {
    if (!can_fail())
        skip();
    assert_true(starve(load_programs, *state, NULL) > 100);
    assert_true(starve(load_layouts, *state, NULL) > 100);
}

static void test_first_import(void **state) {
    if (!can_fail())
        skip();
    assert_true(starve(import, *state, all_or_nothing) > 30);
}

/* A number among the texts: the feed is no longer in plain form and goes through the JSON parser. */
static void test_import_of_a_parsed_feed(void **state) {
    work *w = *state;
    if (!can_fail())
        skip();
    feed_edit edits[] = {{"drawSize", "6000"}, {NULL, NULL}};
    char *rounds[] = {feed_round("396", "2026-02-17", edits), feed_round("395", "2026-02-16", NULL)};
    char *text = feed_of(rounds, 2);
    test_write_file(w->feed, text);
    free(text);
    assert_true(starve(import, w, all_or_nothing) > 100);
}

static void test_import_over_stored_rounds(void **state) {
    work *w = *state;
    if (!can_fail())
        skip();
    assert_int_equal(import(w), 0);
    feed_edit edits[] = {{"drawSize", "\"5\""}, {"dd1", "\"5\""}, {"drawCutOff", "\"\""}, {NULL, NULL}};
    char *rounds[] = {feed_round("396", "2026-02-17", edits)};
    char *text = feed_of(rounds, 1);
    test_write_file(w->feed, text);
    free(text);
    assert_true(starve(import, w, NULL) > 30);
}

static void test_load_and_check(void **state) {
    work *w = *state;
    if (!can_fail())
        skip();
    assert_int_equal(import(w), 0);
    assert_true(starve(load, w, NULL) > 5);
    assert_int_equal(ees_history_load(&w->history, w->data, &w->programs, NULL), 0);
    assert_true(starve(check, w, NULL) > 20);
    ees_history_free(&w->history);
}

static int load_segments(work *w) {
    ees_error err;
    ees_segments segments;
    char path[700];
    snprintf(path, sizeof path, "%s/models/segments.json", EES_TEST_SOURCE_DIR);
    int rc = eesi_segments_read(&segments, NULL, path, &w->programs, &err);
    eesi_segments_free(&segments);
    return forgive_parser(rc, &err);
}

/* A pool built, copied, verified and drawn from. */
static int build_pool(work *w) {
    static const ees_segments segments = {
        .count = 2,
        .segments = {{.eligibility = 1, .mean_age_days = 90, .knot_count = 1, .knots = {{0, 1}}},
                     {.eligibility = 2, .nominee = true, .mean_age_days = 90, .knot_count = 1, .knots = {{0, 1}}}}};
    const ees_snapshot snapshot = {.as_of = 20000, .bands = test_bands, .leaf = {5, 40, 30}, .total = 75};
    const ees_pool_source source = {.programs = &w->programs, .segments = &segments, .snapshot = &snapshot};
    const ees_draw_rule rule = {3, 20, EES_SCORE_NONE, EES_TIME_NONE};
    ees_pool pool, copy = {.storage = NULL};
    ees_draw_result result;
    int rc = eesi_pool_build(&pool, &source, NULL);
    if (!rc)
        rc = ees_pool_init(&copy, pool.as_of, pool.eligibility, pool.segment_count, pool.cells, pool.cell_count, NULL);
    if (!rc)
        rc = test_pool_verify(&copy, &snapshot, NULL);
    if (!rc)
        rc = ees_draw(&copy, &rule, &result, NULL);
    if (!rc)
        rc = ees_pool_remove(&copy, &result, NULL);
    ees_pool_free(&copy);
    ees_pool_free(&pool);
    return rc;
}

static int rank_candidates(work *w) {
    ees_candidates list;
    ees_candidates_result result;
    bool invited[3];
    const ees_candidates_rule rule = {ees_programs_find(&w->programs, "CEC"), 2, EES_SCORE_NONE, EES_TIME_NONE};
    char path[700];
    snprintf(path, sizeof path, "%s/candidates.csv", w->dir);
    int rc = eesi_candidates_load(&list, path, &w->programs, NULL);
    if (!rc)
        rc = eesi_candidates_draw(&list, &w->programs, &rule, &result, invited, NULL);
    eesi_candidates_free(&list);
    return rc;
}

static void test_pools_and_lists(void **state) {
    work *w = *state;
    char path[700];
    if (!can_fail())
        skip();
    snprintf(path, sizeof path, "%s/candidates.csv", w->dir);
    test_write_file(path, "score,submitted,programs\n5,2025-01-01,CEC\n5,2025-01-02,CEC\n5,2025-01-03,CEC\n");
    assert_true(starve(load_segments, w, NULL) > 100);
    assert_true(starve(build_pool, w, NULL) > 5);
    assert_true(starve(rank_candidates, w, NULL) > 3);
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_PLACE(test_definitions),
        IN_PLACE(test_first_import),
        IN_PLACE(test_import_of_a_parsed_feed),
        IN_PLACE(test_import_over_stored_rounds),
        IN_PLACE(test_load_and_check),
        IN_PLACE(test_pools_and_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
