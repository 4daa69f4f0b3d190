/* The ranking rule against a naive sort of individual candidates, and ties on purpose. */
#include "crowd.h"
#include "pool_verify.h"
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <eesim/pool.h>

#include "pool/pool.h"

enum { SEGMENTS = 5, CANDIDATES_MAX = 120, POOLS = 10000 };

static const ees_program_set ELIGIBILITY[SEGMENTS] = {1, 2, 4, 3, 8};

/* --- the oracle --- */
typedef struct outcome {
    int64_t eligible, invited;
    int cutoff;
    ees_time tie_break;
    int64_t at_cutoff, at_cutoff_invited;
    int64_t by_segment[SEGMENTS];
} outcome;

/* Sorts everybody, then reads the rule word by word. invited[i] says who of the sorted crowd goes. */
static outcome hold_naively(test_person *crowd, int count, const ees_draw_rule *rule, bool *invited) {
    outcome o = {.cutoff = EES_SCORE_NONE, .tie_break = EES_TIME_NONE};
    qsort(crowd, (size_t)count, sizeof *crowd, test_by_rank);
    int marginal = rule->size == EES_COUNT_NONE ? rule->cutoff : EES_SCORE_NONE;
    for (int i = 0; i < count; i++) {
        if (!(rule->segments >> crowd[i].position & 1u))
            continue;
        o.eligible++;
        if (rule->size != EES_COUNT_NONE && o.eligible == rule->size)
            marginal = crowd[i].score;
    }
    for (int i = 0; i < count; i++) {
        invited[i] = false;
        if (!(rule->segments >> crowd[i].position & 1u) || crowd[i].score < marginal)
            continue;
        bool late =
            crowd[i].score == marginal && rule->tie_break != EES_TIME_NONE && crowd[i].submitted > rule->tie_break;
        if (late || (rule->size != EES_COUNT_NONE && o.invited >= rule->size))
            continue;
        invited[i] = true;
        o.invited++;
        o.by_segment[crowd[i].position]++;
        o.cutoff = crowd[i].score;
        o.tie_break = crowd[i].submitted;
    }
    for (int i = 0; i < count; i++) {
        if (rule->segments >> crowd[i].position & 1u && crowd[i].score == o.cutoff) {
            o.at_cutoff++;
            o.at_cutoff_invited += invited[i];
        }
    }
    return o;
}

static void assert_same(const ees_draw_result *got, const outcome *want) {
    assert_int_equal(got->eligible, want->eligible);
    assert_int_equal(got->invited, want->invited);
    assert_int_equal(got->cutoff, want->cutoff);
    assert_true(got->tie_break == want->tie_break);
    assert_int_equal(got->at_cutoff, want->at_cutoff);
    assert_int_equal(got->at_cutoff_invited, want->at_cutoff_invited);
    for (int g = 0; g < SEGMENTS; g++)
        assert_int_equal(got->by_segment[g], want->by_segment[g]);
}

/* Few scores, few instants, many of each: ties everywhere. Now and then nobody at all. */
static int generate(uint64_t *state, test_person *crowd, ees_cell *cells) {
    int count = test_pick(state, 20) == 0 ? 0 : test_pick(state, CANDIDATES_MAX);
    int scores = 1 + test_pick(state, 5);
    int instants = 1 + test_pick(state, 6);
    int base = test_pick(state, 3) == 0 ? EES_SCORE_MAX - scores + 1 : test_pick(state, 600);
    for (int i = 0; i < count; i++) {
        crowd[i] =
            (test_person){base + test_pick(state, scores), -3 + test_pick(state, instants), test_pick(state, SEGMENTS)};
        cells[i] = (ees_cell){crowd[i].submitted, 1, (int16_t)crowd[i].score, (int16_t)crowd[i].position};
    }
    return count;
}

static ees_draw_rule random_rule(uint64_t *state, const test_person *crowd, int count) {
    ees_draw_rule rule = {(ees_segment_set)(1 + test_pick(state, (1 << SEGMENTS) - 1)), test_pick(state, count / 2 + 3),
                          EES_SCORE_NONE, EES_TIME_NONE};
    if (test_pick(state, 3) == 0) {
        rule.size = EES_COUNT_NONE;
        rule.cutoff =
            count && test_pick(state, 8) ? crowd[test_pick(state, count)].score : test_pick(state, EES_SCORE_COUNT);
    }
    if (test_pick(state, 2))
        rule.tie_break = -4 + test_pick(state, 8);
    return rule;
}

/* The pool left by ees_pool_remove() must hold exactly those the oracle leaves. */
static void assert_left(const ees_pool *pool, const test_person *crowd, const bool *invited, int count) {
    int left[SEGMENTS] = {0};
    ees_cell cells[CANDIDATES_MAX];
    size_t cell_count = 0;
    for (int i = 0; i < count; i++) {
        if (invited[i])
            continue;
        left[crowd[i].position]++;
        cells[cell_count++] = (ees_cell){crowd[i].submitted, 1, (int16_t)crowd[i].score, (int16_t)crowd[i].position};
    }
    ees_pool want;
    assert_int_equal(ees_pool_init(&want, pool->as_of, ELIGIBILITY, SEGMENTS, cells, cell_count, NULL), 0);
    assert_int_equal(pool->cell_count, want.cell_count);
    for (size_t i = 0; i < want.cell_count; i++) {
        assert_int_equal(pool->cells[i].count, want.cells[i].count);
        assert_int_equal(pool->cells[i].score, want.cells[i].score);
        assert_int_equal(pool->cells[i].segment, want.cells[i].segment);
        assert_true(pool->cells[i].submitted == want.cells[i].submitted);
    }
    for (int g = 0; g < SEGMENTS; g++)
        assert_int_equal(pool->sizes[g], left[g]);
    ees_pool_free(&want);
}

static void same_as_a_naive_sort(void **state) {
    (void)state;
    uint64_t seed = 20260217;
    int exhausted = 0, replays = 0, partial = 0;
    for (int n = 0; n < POOLS; n++) {
        test_person crowd[CANDIDATES_MAX];
        ees_cell cells[CANDIDATES_MAX];
        bool invited[CANDIDATES_MAX];
        int count = generate(&seed, crowd, cells);
        ees_draw_rule rule = random_rule(&seed, crowd, count);
        ees_pool pool;
        ees_draw_result got;
        assert_int_equal(ees_pool_init(&pool, 10, ELIGIBILITY, SEGMENTS, cells, (size_t)count, NULL), 0);
        for (int round = 0; round < 2; round++) { /* the second one on what the first has left */
            outcome want = hold_naively(crowd, count, &rule, invited);
            assert_int_equal(ees_draw(&pool, &rule, &got, NULL), 0);
            assert_same(&got, &want);
            assert_int_equal(got.exhausted, rule.size != EES_COUNT_NONE && want.eligible < rule.size);
            exhausted += got.exhausted;
            replays += rule.size == EES_COUNT_NONE;
            partial += got.at_cutoff_invited < got.at_cutoff;
            int64_t before = pool.total;
            assert_int_equal(ees_pool_remove(&pool, &got, NULL), 0);
            assert_int_equal(pool.total + got.invited, before);
            assert_int_equal(test_pool_verify(&pool, NULL, NULL), 0);
            assert_left(&pool, crowd, invited, count);
            int left = 0;
            for (int i = 0; i < count; i++)
                if (!invited[i])
                    crowd[left++] = crowd[i];
            count = left;
            rule = random_rule(&seed, crowd, count);
        }
        ees_pool_free(&pool);
    }
    print_message("%d rounds: %d exhausted, %d replays, %d with candidates left at the cut-off\n", 2 * POOLS, exhausted,
                  replays, partial);
    assert_true(exhausted > 500 && replays > 2000 && partial > 2000);
}

/* --- ties on purpose; S is a score, the columns are seconds --- */
static const ees_cell TIED[] = {
    /* submitted, count, score, segment */
    {5, 2, 500, 0}, {5, 3, 500, 1}, {7, 1, 500, 0}, {1, 4, 499, 0}, {9, 1, 510, 1}, {2, 2, 498, 4},
};

static ees_draw_result draw_tied(ees_segment_set segments, int64_t size, int cutoff, ees_time tie_break) {
    ees_pool pool;
    ees_draw_result out;
    ees_draw_rule rule = {segments, size, cutoff, tie_break};
    assert_int_equal(ees_pool_init(&pool, 10, ELIGIBILITY, SEGMENTS, TIED, sizeof TIED / sizeof *TIED, NULL), 0);
    assert_int_equal(ees_draw(&pool, &rule, &out, NULL), 0);
    ees_pool_free(&pool);
    return out;
}

static void assert_outcome(ees_draw_result out, int64_t invited, int cutoff, ees_time tie_break, int64_t taken) {
    assert_int_equal(out.invited, invited);
    assert_int_equal(out.cutoff, cutoff);
    assert_true(out.tie_break == tie_break);
    assert_int_equal(out.at_cutoff_invited, taken);
}

static void ties_on_purpose(void **state) {
    (void)state;
    const int64_t replay = EES_COUNT_NONE;
    assert_outcome(draw_tied(3, 0, -1, EES_TIME_NONE), 0, EES_SCORE_NONE, EES_TIME_NONE, 0);
    assert_outcome(draw_tied(3, 1, -1, EES_TIME_NONE), 1, 510, 9, 1);
    assert_outcome(draw_tied(3, 4, -1, EES_TIME_NONE), 4, 500, 5, 3); /* same score, same second, half of them */
    assert_outcome(draw_tied(3, 6, -1, EES_TIME_NONE), 6, 500, 5, 5);
    assert_outcome(draw_tied(3, 7, -1, EES_TIME_NONE), 7, 500, 7, 6); /* the last place of a score */
    assert_outcome(draw_tied(3, 8, -1, EES_TIME_NONE), 8, 499, 1, 1);
    assert_outcome(draw_tied(3, 7, -1, 5), 6, 500, 5, 5);   /* one submitted too late: a place stays free */
    assert_outcome(draw_tied(3, 3, -1, 4), 1, 510, 9, 1);   /* all too late at 500 */
    assert_outcome(draw_tied(3, 99, -1, 0), 11, 499, 1, 4); /* everybody fits: no marginal score */
    assert_true(draw_tied(3, 99, -1, 0).exhausted);
    assert_false(draw_tied(3, 11, -1, EES_TIME_NONE).exhausted);
    assert_outcome(draw_tied(3, replay, 500, 5), 6, 500, 5, 5);
    assert_outcome(draw_tied(3, replay, 500, 4), 1, 510, 9, 1);
    assert_outcome(draw_tied(3, replay, 505, 0), 1, 510, 9, 1); /* nobody stands at the cut-off itself */
    assert_outcome(draw_tied(3, replay, 0, EES_TIME_NONE), 11, 499, 1, 4);
    assert_outcome(draw_tied(16, replay, 499, EES_TIME_NONE), 0, EES_SCORE_NONE, EES_TIME_NONE, 0);
    assert_int_equal(draw_tied(3, 4, -1, EES_TIME_NONE).by_segment[0], 2); /* the lower segment first */
    assert_int_equal(draw_tied(3, 4, -1, EES_TIME_NONE).by_segment[1], 2);
}

/* A draw's own cut-off and tie-break, replayed, invite the same number when instants differ. */
static void replay_returns_the_size(void **state) {
    (void)state;
    uint64_t seed = 7;
    ees_cell cells[CANDIDATES_MAX];
    ees_pool pool;
    ees_draw_result drawn, replayed;
    for (int i = 0; i < CANDIDATES_MAX; i++)
        cells[i] = (ees_cell){i, 1, (int16_t)(500 + test_pick(&seed, 4)), (int16_t)test_pick(&seed, SEGMENTS)};
    assert_int_equal(ees_pool_init(&pool, 1000, ELIGIBILITY, SEGMENTS, cells, CANDIDATES_MAX, NULL), 0);
    for (int64_t size = 1; size <= CANDIDATES_MAX; size++) {
        ees_draw_rule rule = {31, size, EES_SCORE_NONE, EES_TIME_NONE};
        assert_int_equal(ees_draw(&pool, &rule, &drawn, NULL), 0);
        rule = (ees_draw_rule){31, EES_COUNT_NONE, drawn.cutoff, drawn.tie_break};
        assert_int_equal(ees_draw(&pool, &rule, &replayed, NULL), 0);
        assert_int_equal(replayed.invited, size);
    }
    ees_pool_free(&pool);
}

static void empty_pool(void **state) {
    (void)state;
    ees_pool pool;
    ees_draw_result out;
    ees_draw_rule rule = {1, 5, EES_SCORE_NONE, EES_TIME_NONE};
    assert_int_equal(ees_pool_init(&pool, 0, ELIGIBILITY, SEGMENTS, NULL, 0, NULL), 0);
    assert_int_equal(ees_draw(&pool, &rule, &out, NULL), 0);
    assert_outcome(out, 0, EES_SCORE_NONE, EES_TIME_NONE, 0);
    assert_true(out.exhausted);
    assert_int_equal(ees_pool_remove(&pool, &out, NULL), 0);
    assert_int_equal(test_pool_verify(&pool, NULL, NULL), 0);
    ees_pool_free(&pool);
    ees_pool_free(&pool);
}

static void bad_rules(void **state) {
    (void)state;
    static const struct {
        ees_draw_rule rule;
        const char *message;
    } cases[] = {
        {{0, 5, -1, EES_TIME_NONE}, "no segment is eligible"},
        {{1, -5, -1, EES_TIME_NONE}, "draw size -5, expected 0 or more"},
        {{1, EES_COUNT_NONE, -1, EES_TIME_NONE}, "cut-off -1, expected 0 to 1200"},
        {{1, EES_COUNT_NONE, 1201, EES_TIME_NONE}, "cut-off 1201, expected 0 to 1200"},
        {{1, 5, 500, EES_TIME_NONE}, "both a draw size and a cut-off are given"},
    };
    ees_pool pool, other;
    ees_draw_result out;
    ees_error err;
    assert_int_equal(ees_pool_init(&pool, 10, ELIGIBILITY, SEGMENTS, TIED, 6, NULL), 0);
    assert_int_equal(ees_pool_init(&other, 10, ELIGIBILITY, SEGMENTS, TIED, 5, NULL), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(ees_draw(&pool, &cases[i].rule, &out, &err), EES_ERR_RANGE);
        assert_string_equal(err.message, cases[i].message);
    }
    ees_draw_rule rule = {1, 2, -1, EES_TIME_NONE};
    assert_int_equal(ees_draw(&pool, &rule, &out, NULL), 0);
    assert_int_equal(ees_pool_remove(&other, &out, &err), EES_ERR_MISMATCH);
    assert_int_equal(other.total, 11);
    ees_pool_free(&pool);
    ees_pool_free(&other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_as_a_naive_sort),
        cmocka_unit_test(ties_on_purpose),
        cmocka_unit_test(replay_returns_the_size),
        cmocka_unit_test(empty_pool),
        cmocka_unit_test(bad_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
