/*
 * The ages in models/segments.json against the published tie-breaks: how old was the last profile invited, given when
 * the score of the cut-off had last been cleared? With an invited share of that score as good as uniform, the tie-break
 * is a random profile of the score. For each program the shipped mean age and updated share must be among the likely
 * ones: at most 2 below the best log-likelihood of a grid (about a 95 % region of two parameters is 3). No random
 * numbers; n is printed.
 */
#include "test_support.h"
#include "test_world.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <eesim.h>

#include "feed/read.h"

enum { TIES_MAX = 200 };

typedef struct tie {
    double age;     /* days at the round */
    double cleared; /* days since the score was cleared, EES_PROFILE_DAYS when never */
} tie;

static double days_between(ees_time from, ees_time to) {
    return (double)(to - from) / EES_SECONDS_PER_DAY;
}

static ees_time noon(const ees_round *round) {
    return (ees_time)round->date * EES_SECONDS_PER_DAY + EES_SECONDS_PER_DAY / 2;
}

static double days_since_cleared(size_t position, ees_program_set eligibility) {
    const ees_round *round = &test_shipped.history.rounds[position];
    double cleared = EES_PROFILE_DAYS;
    for (size_t i = 0; i < position; i++) {
        const ees_round *earlier = &test_shipped.history.rounds[i];
        if (!eesi_program_admits(&test_shipped.programs, earlier->program, eligibility) ||
            earlier->cutoff > round->cutoff)
            continue;
        bool same = earlier->cutoff == round->cutoff;
        if (same && earlier->tie_break == EES_TIME_NONE)
            continue;
        cleared = fmin(cleared, days_between(same ? earlier->tie_break : noon(earlier), noon(round)));
    }
    return cleared;
}

static size_t collect(const char *code, const ees_segment *segment, ees_date since, tie *ties) {
    size_t count = 0;
    int program = ees_programs_find(&test_shipped.programs, code);
    for (size_t i = 0; i < test_shipped.history.round_count && count < TIES_MAX; i++) {
        const ees_round *round = &test_shipped.history.rounds[i];
        if (round->program != program || round->tie_break == EES_TIME_NONE || round->date < since)
            continue;
        double age = days_between(round->tie_break, noon(round));
        if (age > 0 && age <= EES_PROFILE_DAYS)
            ties[count++] = (tie){age, days_since_cleared(i, segment->eligibility)};
    }
    return count;
}

static double share_younger(double age, double mean) {
    return expm1(-age / mean) / expm1(-(double)EES_PROFILE_DAYS / mean);
}

static double log_likelihood(const tie *ties, size_t count, double mean, double updated) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        double density = exp(-ties[i].age / mean) / mean / -expm1(-EES_PROFILE_DAYS / mean);
        double younger = share_younger(ties[i].cleared, mean);
        if (ties[i].cleared < EES_PROFILE_DAYS - 1)
            density *= ties[i].age < ties[i].cleared ? (1 - updated) / younger : updated / (1 - younger);
        sum += log(density + 1e-12);
    }
    return sum;
}

static double best_of_grid(const tie *ties, size_t count, double *mean, double *updated) {
    static const double means[] = {30, 45, 60, 75, 90, 110, 130, 150, 180, 250, 400, 600, 1000};
    double best = -INFINITY;
    for (size_t m = 0; m < sizeof means / sizeof *means; m++) {
        for (int u = 1; u < 20; u++) {
            double here = log_likelihood(ties, count, means[m], 0.05 * u);
            if (here <= best)
                continue;
            best = here;
            *mean = means[m];
            *updated = 0.05 * u;
        }
    }
    return best;
}

static const ees_segment *segment_named(const char *name) {
    for (size_t g = 0; g < test_shipped.segments.count; g++)
        if (strcmp(test_shipped.segments.segments[g].name, name) == 0)
            return &test_shipped.segments.segments[g];
    fail_msg("no segment %s", name);
    return NULL;
}

static void shipped_ages_are_likely(void **state) {
    (void)state;
    static const struct {
        const char *program, *segment;
        int since; /* year: the rules of earlier rounds were others */
    } cases[] = {{"CEC", "CEC", 2022},
                 {"FRENCH", "FSW+FRENCH", 2023},
                 {"HEALTH", "FSW+HEALTH", 2023},
                 {"TRADE", "FST+TRADE", 2023},
                 {"PNP", "PNP+FSW", 2022}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tie ties[TIES_MAX];
        double mean = 0, updated = 0;
        const ees_segment *segment = segment_named(cases[i].segment);
        size_t count = collect(cases[i].program, segment, ees_date_from_civil(cases[i].since, 1, 1), ties);
        double best = best_of_grid(ties, count, &mean, &updated);
        double shipped = log_likelihood(ties, count, segment->mean_age_days, segment->updated_share);
        print_message(
            "%-6s n %2zu: shipped %3.0f days, %.2f, log-likelihood %.2f; best of the grid %4.0f, %.2f, %.2f\n",
            cases[i].program, count, segment->mean_age_days, segment->updated_share, shipped, mean, updated, best);
        assert_true(count >= 5);
        assert_true(shipped > best - 2);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(shipped_ages_are_likely)};
    return cmocka_run_group_tests(tests, test_shipped_open, test_shipped_close);
}
