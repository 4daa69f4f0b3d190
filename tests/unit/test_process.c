/* Futures in groups: days of their own, shocks, clearing. */
#include <math.h>
#include <string.h>

#include "flow_params.h"
#include "models/ensemble_model.h"
#include "models/predictive.h"
#include "run/process.h"
#include "test_support.h"

enum { N = EESI_GROUP };
static const eesi_flow_grid grid = {.lo = 476, .cells = 131, .centre = 500};
/* A posterior of one set whose members were drawn at the start of a stream. */
typedef struct fixture {
    eesi_stream stream;
    eesi_ensemble set;
    eesi_posterior posterior;
    eesi_member_process member;
    eesi_member_worker worker;
} fixture;

enum { START = 20000, MEMBERS = 128 };

static void set_up(fixture *f) {
    memset(f, 0, sizeof *f);
    f->stream.grid = grid;
    const eesi_shock never = {EES_DATE_NONE, 0};
    assert_int_equal(eesi_ensemble_init(&f->set, &f->stream, &test_flow_params, never, 0, MEMBERS, 5, 0), 0);
    eesi_flow_start(&test_flow_params, &f->set.block, &(eesi_flow_address){5, 0, 1, 0});
    f->set.date = START;
    for (int c = 0; c < grid.cells; c++)
        f->set.cleared[c] = START - 100;
    f->posterior = (eesi_posterior){.stream = &f->stream, .set_count = 1, .sets = &f->set};
    f->member = (eesi_member_process){.seed = 9, .purpose = 77, .bands = 2, .band = {{501, 600}, {491, 500}}};
    assert_int_equal(eesi_member_process_init(&f->member, &f->posterior), 0);
    assert_int_equal(eesi_member_worker_init(&f->worker, &f->member, 8, 8), 0);
}

static void tear_down(fixture *f) {
    eesi_member_worker_free(&f->worker);
    eesi_member_process_free(&f->member);
    eesi_ensemble_free(&f->set);
}

static void begin(fixture *f, uint64_t first) {
    uint64_t replicate[N];
    for (uint64_t m = 0; m < N; m++)
        replicate[m] = first + m;
    eesi_member_begin(&f->worker, &f->member, replicate);
}

static eesi_group_round round_on(int day, double size) {
    eesi_group_round round;
    memset(&round, 0, sizeof round);
    for (int m = 0; m < N; m++) {
        round.date[m] = START + day;
        round.size[m] = size;
        round.inflow[m] = 1;
    }
    return round;
}

static double stock_of(const eesi_member_worker *worker, int lane, int from) {
    double sum = 0;
    for (int c = from; c < grid.cells; c++)
        sum += (double)worker->x.stock[c * N + lane];
    return sum;
}

/* 64 replicates in a row share a set, the sets take turns, and each turn goes on with the set's next members. */
static void replicates_take_sets_and_members_in_turn(void **state) {
    (void)state;
    fixture f;
    set_up(&f);
    eesi_ensemble sets[2] = {f.set, f.set};
    const eesi_posterior posterior = {.stream = &f.stream, .set_count = 2, .sets = sets};
    eesi_member_process member = {.seed = 9, .purpose = 77};
    assert_int_equal(eesi_member_process_init(&member, &posterior), 0);
    static const struct {
        uint64_t first;
        size_t set, member;
    } cases[] = {{0, 0, 0}, {48, 0, 48}, {64, 1, 0}, {128, 0, 64}, {208, 1, 80}, {256, 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t replicate[N];
        for (uint64_t m = 0; m < N; m++)
            replicate[m] = cases[i].first + m;
        eesi_member_begin(&f.worker, &member, replicate);
        assert_ptr_equal(f.worker.set, &sets[cases[i].set]);
        for (size_t m = 0; m < N; m++) {
            const size_t expected = cases[i].member + m;
            assert_close((double)f.worker.x.log_level[m], f.set.block.log_level[expected], 1e-6);
            assert_close((double)f.worker.x.stock[9 * N + m], f.set.block.stock[9 * MEMBERS + expected], 1e-3);
        }
    }
    eesi_member_process_free(&member);
    tear_down(&f);
}

static void a_round_takes_its_size_from_the_top(void **state) {
    (void)state;
    fixture f;
    set_up(&f);
    begin(&f, 0);
    eesi_group_round round = round_on(0, 3000);
    double before[N], above[N];
    round.size[5] = 0;
    for (int m = 0; m < N; m++)
        before[m] = stock_of(&f.worker, m, 0);
    eesi_member_hold(&f.worker, &f.member, &round);
    for (int m = 0; m < N; m++) {
        if (m == 5) {
            assert_close(stock_of(&f.worker, m, 0), before[m], 1e-6 * before[m]); /* no round in this lane */
            continue;
        }
        const int cell = round.cutoff[m] - grid.lo;
        above[m] = stock_of(&f.worker, m, cell + 1);
        assert_close(above[m], 0, 0);
        assert_int_equal(round.invited[m], 3000);
        assert_true(round.taken[m] >= 1 && round.taken[m] <= 3000);
        assert_true(round.tie_age[m] >= 0 && round.tie_age[m] <= 365);
        /* what left is the size, times the error of the size against the stock (sd 0.05) */
        assert_true(fabs(log((before[m] - stock_of(&f.worker, m, 0)) / 3000)) < 6 * 0.054);
    }
    tear_down(&f);
}

static void a_round_that_reaches_beyond_the_known_scores_says_so(void **state) {
    (void)state;
    fixture f;
    set_up(&f);
    begin(&f, 0);
    eesi_group_round round = round_on(0, 5e6);
    eesi_member_hold(&f.worker, &f.member, &round);
    for (int m = 0; m < N; m++) {
        assert_int_equal(round.cutoff[m], grid.lo - 1);
        assert_int_equal(round.invited[m], 5000000);
        assert_int_equal(round.taken[m], EESI_UNKNOWN);
        assert_int_equal(round.tie_age[m], EESI_AGE_NONE);
        assert_close(stock_of(&f.worker, m, 0), 0, 0);
    }
    tear_down(&f);
}

/* The pool below the grid: 100 candidates at each score. */
static void lay_below_grid(fixture *f) {
    f->member.below_grid = calloc((size_t)grid.lo, sizeof *f->member.below_grid);
    assert_non_null(f->member.below_grid);
    for (int score = 0; score < grid.lo; score++)
        f->member.below_grid[score] = 100;
}

static void a_round_goes_on_below_the_grid(void **state) {
    (void)state;
    fixture f;
    double known[N];
    set_up(&f);
    lay_below_grid(&f);
    begin(&f, 0);
    for (int m = 0; m < N; m++)
        known[m] = stock_of(&f.worker, m, 0);
    eesi_group_round first = round_on(0, 0), second = round_on(1, 0), third = round_on(2000, 0),
                     all = round_on(2000, 0);
    for (int m = 0; m < N; m++) {
        first.size[m] = known[m] * 1.4; /* the error of the size against the stock has a sd of 0.05 */
        second.size[m] = 1000;
        second.inflow[m] = third.inflow[m] = all.inflow[m] = 0;
        third.size[m] = 20000;
        all.size[m] = 1e6;
    }
    second.step = 1;
    third.step = 2;
    all.step = 3;
    eesi_member_hold(&f.worker, &f.member, &first);
    eesi_member_hold(&f.worker, &f.member, &second);
    for (int m = 0; m < N; m++) {
        const double below = (grid.lo - first.cutoff[m]) * 100.0, want = 0.4 * known[m];
        assert_true(first.cutoff[m] < grid.lo && first.cutoff[m] > 0);
        assert_close(below, want, 6 * 0.054 * first.size[m] + 100);
        assert_int_equal(first.invited[m], (int32_t)first.size[m]);
        assert_true(first.taken[m] >= 1 && first.taken[m] <= 130);
        assert_true(first.tie_age[m] >= 0 && first.tie_age[m] <= 365);
        assert_close(stock_of(&f.worker, m, 0), 0, 0);
        /* A day later one in a hundred of them has been replaced; the next round goes on where that one ended. */
        const double back = below * -expm1(-test_flow_params.loss_per_day);
        assert_close(100.0 * (first.cutoff[m] - second.cutoff[m]), 1000 - back, 6 * 0.06 * 1000 + 100);
    }
    /* Years later they are there again, but for the grid, whose arrivals were stopped. */
    eesi_member_hold(&f.worker, &f.member, &third);
    for (int m = 0; m < N; m++)
        assert_close((grid.lo - third.cutoff[m]) * 100.0, 20000, 6 * 0.054 * 20000 + 200);
    /* More invitations than there are candidates: all are invited, and the result says how many. */
    eesi_member_hold(&f.worker, &f.member, &all);
    for (int m = 0; m < N; m++) {
        assert_int_equal(all.cutoff[m], 0);
        const double left = third.cutoff[m] * 100.0;
        assert_close(all.invited[m], left, 6 * 0.054 * 1e6 * left / 1e6 + 300);
    }
    tear_down(&f);
}

/* Nothing happens but the day itself: the lanes stand on it already. */
static void a_general_round_takes_everybody_above(void **state) {
    (void)state;
    fixture f;
    float before[131][N];
    set_up(&f);
    begin(&f, 0);
    eesi_group_round general = round_on(0, 4000), next = round_on(0, 500);
    for (int m = 0; m < N; m++) {
        general.cutoff[m] = 505 + m;
        general.share[m] = 0.25;
    }
    general.size[4] = 0;     /* no such round in this lane */
    general.cutoff[5] = 700; /* above everybody */
    general.cutoff[6] = 300; /* below everybody */
    memcpy(before, f.worker.x.stock, sizeof before);
    eesi_member_take_share(&f.worker, &f.member, &general);
    for (int i = 0; i < grid.cells * N; i++) {
        const int m = i % N, above = grid.lo + i / N - general.cutoff[m];
        const double was = (double)before[i / N][m], now = (double)f.worker.x.stock[i];
        assert_close(now, m == 4 || above < 0 ? was : above > 0 ? 0 : 0.75 * was, 1e-6 * (1 + was));
    }
    /* A round of the program's own on the same day goes on where that one ended, and ties are as old as it. */
    eesi_member_hold(&f.worker, &f.member, &next);
    for (int m = 0; m < N; m++)
        assert_true(m >= 4 && m <= 6 ? next.cutoff[m] != general.cutoff[m] : next.cutoff[m] <= general.cutoff[m]);
    tear_down(&f);
}

static void a_process_loses_what_others_took(void **state) {
    (void)state;
    fixture f;
    float before[131][N];
    set_up(&f);
    lay_below_grid(&f);
    begin(&f, 0);
    memcpy(before, f.worker.x.stock, sizeof before);
    const double there = stock_of(&f.worker, 3, 504 - grid.lo), all = stock_of(&f.worker, 4, 0);
    eesi_member_lose(&f.worker, &f.member, 3, 504, 0.3 * there);
    assert_close(stock_of(&f.worker, 3, 504 - grid.lo), 0.7 * there, 1e-5 * there);
    for (int i = 0; i < grid.cells * N; i++) {
        const double was = (double)before[i / N][i % N];
        assert_close((double)f.worker.x.stock[i], i % N == 3 && grid.lo + i / N >= 504 ? 0.7 * was : was,
                     1e-5 * (1 + was));
    }
    /* One that reached below the grid found some of its candidates there. */
    eesi_member_lose(&f.worker, &f.member, 4, grid.lo - 20, 0.5 * (all + 2000));
    assert_close(stock_of(&f.worker, 4, 0), 0.5 * all, 1e-5 * all);
    eesi_member_lose(&f.worker, &f.member, 4, 504, 1e9);
    assert_close(stock_of(&f.worker, 4, 504 - grid.lo), 0, 0);
    tear_down(&f);
}

/* Those who come back are the stated share of those who left, at their scores, less the losses since. */
static void a_share_of_the_invited_comes_back(void **state) {
    (void)state;
    fixture f, g;
    float taken[131][N], early[131][N];
    const double share = 0.25, days = 60;
    set_up(&f);
    set_up(&g);
    begin(&f, 0);
    begin(&g, 0);
    eesi_waiting_begin(&f.worker, days);
    for (int k = 0; k < 4; k++) {
        const int day[4] = {0, 40, 60, 95};
        eesi_group_round with = round_on(day[k], k == 0 ? 3000 : 100), without = with;
        with.step = without.step = (uint32_t)k;
        with.return_share = share;
        with.return_days = days;
        for (int m = 0; m < N; m++)
            with.inflow[m] = without.inflow[m] = 0; /* so that all who come in are those who come back */
        memcpy(early, g.worker.x.stock, sizeof early);
        eesi_member_hold(&f.worker, &f.member, &with);
        eesi_member_hold(&g.worker, &g.member, &without);
        if (k == 0)
            for (int i = 0; i < grid.cells * N; i++)
                taken[i / N][i % N] = early[i / N][i % N] - g.worker.x.stock[i];
        for (int m = 0; m < N && k > 0; m++) {
            const double kept = k >= 2 ? exp(-test_flow_params.loss_per_day * (day[k] - days)) : 0;
            const int low = with.cutoff[m] < without.cutoff[m] ? with.cutoff[m] : without.cutoff[m];
            double left = 0;
            for (int c = 0; c < grid.cells; c++) {
                const double now = (double)g.worker.x.stock[c * N + m];
                const double want = now + share * kept * (double)taken[c][m];
                left += (double)taken[c][m];
                if (c < low - grid.lo)
                    assert_close((double)f.worker.x.stock[c * N + m], want, 1e-4 * (1 + want));
            }
            /* the small rounds take as many here as there */
            assert_close(stock_of(&f.worker, m, 0) - stock_of(&g.worker, m, 0), share * kept * left, 1e-3 * left);
            assert_true(left > 2000);
        }
    }
    tear_down(&f);
    tear_down(&g);
}

/* Once rounds of the future send candidates back, the learned arrivals no longer count those of the rounds before. */
static void arrivals_do_not_count_returns_twice(void **state) {
    (void)state;
    enum { USUAL = 10 };
    fixture f, g;
    float before[131][N];
    const double share = 0.25, days = 60;
    set_up(&f);
    set_up(&g);
    for (int c = USUAL; c < grid.cells; c++)
        f.set.cleared[c] = g.set.cleared[c] = START - 14;
    begin(&f, 0);
    begin(&g, 0);
    eesi_waiting_begin(&f.worker, days);
    for (int k = 0; k < 2; k++) {
        eesi_group_round with = round_on(k ? 90 : 60, 100), without = with;
        with.step = without.step = (uint32_t)k;
        with.return_share = share;
        with.return_days = days;
        memcpy(before, g.worker.x.stock, sizeof before);
        eesi_member_hold(&f.worker, &f.member, &with);
        eesi_member_hold(&g.worker, &g.member, &without);
        for (int i = 0; i < grid.cells * N; i++) {
            const int low = with.cutoff[i % N] < without.cutoff[i % N] ? with.cutoff[i % N] : without.cutoff[i % N];
            const double keep = exp(-30 * test_flow_params.loss_per_day), stock = (double)g.worker.x.stock[i];
            const double arrived = stock - keep * (double)before[i / N][i % N];
            const double want = k && i / N >= USUAL ? stock - share * arrived : stock;
            assert_true(low > grid.lo + USUAL + 20);
            if (i / N < low - grid.lo)
                assert_close((double)f.worker.x.stock[i], want, 1e-4 * (1 + stock));
        }
    }
    tear_down(&f);
    tear_down(&g);
}

static void a_shock_moves_a_share(void **state) {
    (void)state;
    fixture f, g;
    const eesi_lane_shock up = {START + 3, 20, 0.25}, nothing = {START + 3, 0, 0.25};
    set_up(&f);
    set_up(&g);
    begin(&f, 0);
    begin(&g, 0);
    eesi_group_round with = round_on(3, 50), without = round_on(3, 50);
    with.shock_count = without.shock_count = 1;
    with.shocks = &up;
    without.shocks = &nothing;
    with.size[7] = without.size[7] = 0; /* this lane has no round and does not get as far as the shock */
    eesi_member_hold(&f.worker, &f.member, &with);
    eesi_member_hold(&g.worker, &g.member, &without);
    for (int m = 0; m < N; m++)
        for (int c = 25; c < 60; c++) { /* scores that the small round does not reach */
            const float *old = g.worker.x.stock;
            const float want = m == 7 ? old[c * N + m] : 0.75F * old[c * N + m] + 0.25F * old[(c - 20) * N + m];
            assert_close((double)f.worker.x.stock[c * N + m], (double)want, 1e-5 * (1 + (double)want));
        }
    tear_down(&f);
    tear_down(&g);
}

/* A lane is its replicate: the same alone and among others. */
static void groups_do_not_touch_each_other(void **state) {
    (void)state;
    fixture f, g;
    set_up(&f);
    set_up(&g);
    begin(&f, 2 * N);
    begin(&g, 7 * N);
    begin(&g, 2 * N);
    for (int k = 0; k < 5; k++) {
        eesi_group_round a = round_on(14 * k, 2000), b = round_on(14 * k, 2000);
        a.step = b.step = (uint32_t)k;
        b.size[11] = k == 3 ? 0 : 2000; /* another future in another lane */
        eesi_member_hold(&f.worker, &f.member, &a);
        eesi_member_hold(&g.worker, &g.member, &b);
        for (int m = 0; m < N; m++)
            if (m != 11) {
                assert_int_equal(a.cutoff[m], b.cutoff[m]);
                assert_int_equal(a.tie_age[m], b.tie_age[m]);
                assert_int_equal(a.stock[0][m], b.stock[0][m]);
            }
    }
    tear_down(&f);
    tear_down(&g);
}

/* ---- rounds whose noise is known: the numbers of a step are those of its address ---- */

/* Rows 0, 1 and 2 are the errors of the nominees, of the size against the stock, and of the marginal share. */
static void noise_of(const fixture *f, uint32_t step, float z[4][N]) {
    eesi_future_normals(f->member.seed, 0, f->worker.x.replicate, f->member.purpose + 1, step, 1, z[0]);
}

/* Candidates who leave for a round of this size: places that nominees leave, times an error. */
static double needed(double size, double band, double flow, const float z[4][N], int m) {
    const eesi_flow_params *p = &test_flow_params;
    const double sd = p->nominee_band_sd * band + p->nominee_flow_sd * flow + 5;
    const double nominees = fmax(0, band + flow + sd * (double)z[0][m]);
    const double places = fmax(0.02 * size, size - p->nominee_share * nominees);
    return places * exp(sqrt(p->round_sd * p->round_sd + 1 / places) * (double)z[1][m]);
}

/* The size with which so many leave where nobody is a nominee. */
static double size_for(double count, const float z[4][N], int m) {
    double size = count;
    for (int i = 0; i < 60; i++)
        size *= count / needed(size, 0, 0, z, m);
    return size;
}

/* As many candidates at every score. */
static void even_stock(fixture *f, float each) {
    for (int i = 0; i < grid.cells * N; i++)
        f->worker.x.stock[i] = each;
}

static void nominees_take_their_places(void **state) {
    (void)state;
    fixture f;
    float z[4][N];
    double before[N];
    set_up(&f);
    begin(&f, 0);
    eesi_group_round round = round_on(0, 4000);
    for (int m = 0; m < N; m++) {
        round.nominees_band[m] = m % 2 ? 700 : 0;
        round.nominees_flow[m] = m % 3 ? 250 : 0;
        round.size[m] = m == 3 ? 200 : m == 6 ? 40 : 4000; /* few or no places left; few candidates */
        before[m] = stock_of(&f.worker, m, 0);
    }
    noise_of(&f, 0, z);
    eesi_member_hold(&f.worker, &f.member, &round);
    for (int m = 0; m < N; m++) {
        const double want = needed(round.size[m], m % 2 ? 700 : 0, m % 3 ? 250 : 0, z, m);
        assert_close(before[m] - stock_of(&f.worker, m, 0), want, 1e-5 * before[m]);
    }
    tear_down(&f);
}

static void bands_are_counted_before_the_round(void **state) {
    (void)state;
    fixture f;
    double want[2][N] = {{0}};
    set_up(&f);
    begin(&f, 0);
    for (int c = 0; c < grid.cells; c++)
        for (int m = 0; m < N; m++) {
            const int score = grid.lo + c;
            want[0][m] += score >= 501 && score <= 600 ? (double)f.worker.x.stock[c * N + m] : 0;
            want[1][m] += score >= 491 && score <= 500 ? (double)f.worker.x.stock[c * N + m] : 0;
        }
    eesi_group_round round = round_on(0, 3000);
    eesi_member_hold(&f.worker, &f.member, &round);
    for (int m = 0; m < N; m++)
        for (int b = 0; b < 2; b++)
            assert_close(round.stock[b][m], want[b][m], 0.51 + 1e-6 * want[b][m]);
    tear_down(&f);
}

/* Share of the profiles at a score that are younger: most came since it was last cleared, the rest in any of the days
 * a profile lives. */
static double younger(double age, double window) {
    const double weight = test_flow_params.age_window_weight;
    return weight * fmin(age / window, 1) + (1 - weight) * fmin(age / 350, 1);
}

static void tie_breaks_follow_the_ages_at_the_cut_off(void **state) {
    (void)state;
    enum { CUT = 505 };
    fixture f;
    float z[4][N];
    set_up(&f);
    begin(&f, 0);
    even_stock(&f, 100);
    eesi_group_round general = round_on(0, 1), next = round_on(0, 1);
    for (int m = 0; m < N; m++) {
        f.worker.date[m] = START + 30; /* nothing moves until then */
        general.date[m] = START + 20;
        next.date[m] = START + 30;
        general.cutoff[m] = CUT;
        general.share[m] = 0;
    }
    eesi_member_take_share(&f.worker, &f.member, &general);
    even_stock(&f, 100);
    noise_of(&f, 0, z);
    for (int m = 0; m < N; m++) { /* at the earlier cut-off in even lanes, a point above it in odd ones */
        const int above = grid.lo + grid.cells - 1 - CUT - m % 2;
        next.size[m] = size_for(100 * (above + 0.05 + 0.06 * m), z, m);
    }
    eesi_member_hold(&f.worker, &f.member, &next);
    for (int m = 0; m < N; m++) {
        const double share = fmin(fmax(0.05 + 0.06 * m + test_flow_params.marginal_sd * (double)z[2][m], 0.02), 0.98);
        const double window = m % 2 ? 10 : 130; /* since the general round, or since the set's last one */
        assert_int_equal(next.cutoff[m], CUT + m % 2);
        assert_close(next.share[m], 0.05 + 0.06 * m, 0.01);
        assert_true(younger(next.tie_age[m] - 2, window) < 1 - share);
        assert_true(younger(next.tie_age[m] + 2, window) > 1 - share);
    }
    tear_down(&f);
}

/* Below the grid a score counts as invited when most of those at it were. */
static void below_the_grid_whole_scores_are_gone(void **state) {
    (void)state;
    fixture f;
    float z[2][4][N];
    set_up(&f);
    lay_below_grid(&f);
    begin(&f, 0);
    even_stock(&f, 1);
    eesi_group_round first = round_on(0, 0), second = round_on(0, 0);
    second.step = 1;
    noise_of(&f, 0, z[0]);
    noise_of(&f, 1, z[1]);
    for (int m = 0; m < N; m++) {
        first.size[m] = size_for(grid.cells + 200 + (m % 2 ? 70 : 30), z[0], m);
        second.size[m] = size_for(150, z[1], m);
    }
    eesi_member_hold(&f.worker, &f.member, &first);
    eesi_member_hold(&f.worker, &f.member, &second);
    for (int m = 0; m < N; m++) {
        assert_int_equal(first.cutoff[m], grid.lo - 3);
        assert_close(first.share[m], m % 2 ? 0.7 : 0.3, 0.01);
        assert_close(first.taken[m], m % 2 ? 70 : 30, m % 2 ? 18 : 8); /* at the scale of the size: its error is 5 % */
        assert_int_equal(second.cutoff[m], grid.lo - (m % 2 ? 5 : 4));
        assert_close(second.share[m], 0.5, 0.01);
    }
    tear_down(&f);
}

/* On the way to a round a shock stops the lanes: two moves, each with numbers of its own. */
static void a_stop_on_the_way_is_a_move_of_its_own(void **state) {
    (void)state;
    fixture f, g;
    const eesi_lane_shock nothing = {START + 9, 0, 0.5};
    set_up(&f);
    set_up(&g);
    begin(&f, 0);
    begin(&g, 0);
    eesi_group_round with = round_on(21, 500), stop = round_on(9, 500), without = with;
    with.step = without.step = 4;
    stop.step = 4 | 1 << 16;
    with.shock_count = 1;
    with.shocks = &nothing;
    eesi_member_hold(&f.worker, &f.member, &with);
    eesi_member_advance(&g.worker, &g.member, &stop);
    eesi_member_hold(&g.worker, &g.member, &without);
    assert_memory_equal(f.worker.x.stock, g.worker.x.stock, (size_t)grid.cells * N * sizeof(float));
    assert_memory_equal(with.cutoff, without.cutoff, sizeof with.cutoff);
    tear_down(&f);
    tear_down(&g);
}

/* The forecast of the next round does not hang on its day. */
static void same_on_every_day(eesi_drift_process *process, double mean) {
    process->begin = process->from;
    process->mean = mean;
    for (int k = 0; k < EESI_DRIFT_DAYS; k++)
        process->day_scale[k] = 1;
}

static void a_drift_has_the_forecast_first_and_wanders_on(void **state) {
    (void)state;
    enum { GROUPS = 1200 };
    eesi_drift_process process = {.seed = 1, .purpose = 90, .from = START, .wander = 4, .tie_days = 60, .high = 1200};
    for (int i = 0; i < EESI_DRIFT_SIZES; i++) {
        process.log_size[i] = log(50) + i;
        process.moved[i] = -10 * (i - 3);
    }
    assert_int_equal(eesi_predictive_from_normal(&process.next, 480, 12, 0, 1200, NULL), 0);
    same_on_every_day(&process, 480);
    eesi_drift_prepare(&process);
    double sum[3] = {0}, squares[3] = {0};
    for (uint64_t g = 0; g < GROUPS; g++) {
        eesi_drift_worker worker;
        uint64_t replicate[N];
        for (uint64_t m = 0; m < N; m++)
            replicate[m] = g * N + m;
        eesi_drift_begin(&worker, &process, replicate);
        for (int k = 0; k < 3; k++) {
            eesi_group_round round = round_on(28 * k, exp(process.log_size[k == 1 ? 4 : 3]));
            round.step = (uint32_t)k;
            eesi_drift_hold(&worker, &process, &round);
            for (int m = 0; m < N; m++) {
                sum[k] += round.cutoff[m];
                squares[k] += (double)round.cutoff[m] * round.cutoff[m];
            }
        }
    }
    /* n = 19,200; limits are 5 standard errors of mean and sd (sd / sqrt(n), sd / sqrt(2 n)): false alarm below 1e-5 */
    static const double means[3] = {480, 470, 480}, variances[3] = {144, 144 + 32, 144 + 64};
    const double n = GROUPS * N;
    for (int k = 0; k < 3; k++) {
        const double mean = sum[k] / n, sd = sqrt(squares[k] / n - mean * mean), want = sqrt(variances[k]);
        assert_close(mean, means[k], 5 * want / sqrt(n));
        assert_close(sd, want, 5 * want / sqrt(2 * n) + 0.05);
    }
}

/* The stock of a program without members is the published one until a round empties it, and grows back. */
static void a_drift_gives_the_stock_of_the_pool(void **state) {
    (void)state;
    static eesi_drift_process process = {.seed = 1, .purpose = 90, .from = START, .tie_days = 60, .high = 1200};
    static eesi_drift_worker worker;
    uint64_t replicate[N];
    for (uint64_t m = 0; m < N; m++)
        replicate[m] = m;
    for (int i = 0; i < EESI_DRIFT_SIZES; i++)
        process.log_size[i] = i;
    eesi_predictive_point(&process.next, 480);
    same_on_every_day(&process, 480);
    eesi_drift_prepare(&process);
    eesi_drift_begin(&worker, &process, replicate);
    eesi_group_round first = round_on(0, 100), second = round_on(14, 100), general = round_on(20, 100);
    eesi_drift_hold(&worker, &process, &first);
    assert_int_equal(first.stock[0][0], EESI_UNKNOWN); /* without a pool nothing is known */
    process.has_pool = true;
    process.bands = 2;
    process.band[0] = (ees_band){501, 600};
    process.band[1] = (ees_band){471, 480};
    for (int c = 0; c < EESI_POOL_CELLS; c++)
        process.eligible[c] = 10;
    eesi_drift_begin(&worker, &process, replicate);
    first.size[3] = 0; /* no round in this lane */
    second.step = 1;
    eesi_drift_hold(&worker, &process, &first);
    eesi_drift_hold(&worker, &process, &second);
    for (int m = 0; m < N; m++) {
        const double back = m == 3 ? 1 : -expm1(-0.14); /* 14 days at 0.01 a day */
        assert_int_equal(first.cutoff[m == 3 ? 2 : m], 480);
        if (m != 3)
            assert_true(first.stock[0][m] == 1000 && first.stock[1][m] == 100);
        assert_close(second.stock[0][m], 1000 * back, 0.51);
        /* of those at 480 half were invited */
        assert_close(second.stock[1][m], m == 3 ? 100 : 90 + 10 * (1 - 0.5 * exp(-0.14)), 0.51);
    }
    for (int m = 0; m < N; m++) {
        general.cutoff[m] = 475;
        general.share[m] = 1;
    }
    eesi_pool_stock_hold(&worker.pool, &process, &general);
    assert_close((double)worker.pool.count[476 - EESI_POOL_LOW][1], 0, 0);
    assert_close((double)worker.pool.count[475 - EESI_POOL_LOW][1], 0, 0);
    assert_close((double)worker.pool.count[474 - EESI_POOL_LOW][1], 10, 1e-4);
}

/* It grows from the lane's own last round, whatever other lanes hold in between. */
static void the_stock_of_the_pool_grows_lane_by_lane(void **state) {
    (void)state;
    static eesi_drift_process process = {.has_pool = true, .bands = 1, .band = {{501, 600}}};
    static eesi_pool_stock stock;
    for (int c = 0; c < EESI_POOL_CELLS; c++)
        process.eligible[c] = 10;
    eesi_pool_stock_begin(&stock, &process);
    for (int k = 0; k < 3; k++) {
        eesi_group_round round = round_on(10 * k, 100);
        round.size[5] = k == 1 ? 0 : 100;
        for (int m = 0; m < N; m++) {
            round.cutoff[m] = 480;
            round.share[m] = 1;
        }
        eesi_pool_stock_hold(&stock, &process, &round);
        for (int m = 0; m < N; m++)
            if (m != 5 || k != 1)
                assert_close(round.stock[0][m], k == 0 ? 1000 : -1000 * expm1(m == 5 ? -0.2 : -0.1), 0.51);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(replicates_take_sets_and_members_in_turn),
                                       cmocka_unit_test(a_round_takes_its_size_from_the_top),
                                       cmocka_unit_test(a_round_that_reaches_beyond_the_known_scores_says_so),
                                       cmocka_unit_test(a_round_goes_on_below_the_grid),
                                       cmocka_unit_test(a_general_round_takes_everybody_above),
                                       cmocka_unit_test(a_process_loses_what_others_took),
                                       cmocka_unit_test(a_share_of_the_invited_comes_back),
                                       cmocka_unit_test(arrivals_do_not_count_returns_twice),
                                       cmocka_unit_test(a_shock_moves_a_share),
                                       cmocka_unit_test(groups_do_not_touch_each_other),
                                       cmocka_unit_test(a_stop_on_the_way_is_a_move_of_its_own),
                                       cmocka_unit_test(below_the_grid_whole_scores_are_gone),
                                       cmocka_unit_test(tie_breaks_follow_the_ages_at_the_cut_off),
                                       cmocka_unit_test(bands_are_counted_before_the_round),
                                       cmocka_unit_test(nominees_take_their_places),
                                       cmocka_unit_test(a_drift_gives_the_stock_of_the_pool),
                                       cmocka_unit_test(the_stock_of_the_pool_grows_lane_by_lane),
                                       cmocka_unit_test(a_drift_has_the_forecast_first_and_wanders_on)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
