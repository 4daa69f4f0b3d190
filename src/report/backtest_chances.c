/* What chances candidates were given on past days, beside what became of them: row by row, by program, era and horizon,
 * and in classes of what was said. */
#include "report/backtest_tables.h"

#include <math.h>

#include "eval/past_pool.h"
#include "eval/chance_summary.h"

#define SE "Standard error of the number before it, by blocks of time; missing where fewer than three speak of it"

static const ees_column SUMMARY[] = {
    {"program", "Chances of", EES_COLUMN_TEXT, 0, NULL, "Code of the program, or a group of programs"},
    {"era", "Origins in", EES_COLUMN_TEXT, 0, NULL, "Years of the origins"},
    {"days", "Days", EES_COLUMN_INTEGER, 0, "days", "Horizon"},
    {"origins", NULL, EES_COLUMN_COUNT, 0, NULL, "Days on which forecasts were made"},
    {"forecasts", "Forecasts", EES_COLUMN_COUNT, 0, NULL, "Probabilities, of all scores and both ages of a profile"},
    {"forecast", "Said", EES_COLUMN_NUMBER, 2, NULL, "Mean probability"},
    {"came", "Came", EES_COLUMN_NUMBER, 2, NULL, "Share invited"},
    {"gap", NULL, EES_COLUMN_NUMBER, 3, NULL, "Share less probability"},
    {"gap_se", NULL, EES_COLUMN_NUMBER, 3, NULL, SE},
    {"brier", "Brier", EES_COLUMN_NUMBER, 3, NULL, "Brier score of the forecast: 0 is perfect"},
    {"brier_se", "+-", EES_COLUMN_NUMBER, 3, NULL, SE},
    {"brier_last", "last", EES_COLUMN_NUMBER, 3, NULL, "Brier score of the last cut-off again"},
    {"brier_empirical", "past", EES_COLUMN_NUMBER, 3, NULL,
     "Brier score of how often a score at this distance from the last cut-off was invited before"},
    {"brier_climatology", "mean", EES_COLUMN_NUMBER, 3, NULL,
     "Brier score of the share that came here, which was known only afterwards"},
    {"skill_last", NULL, EES_COLUMN_NUMBER, 3, NULL, "1 less the ratio of the Brier scores, to the last cut-off"},
    {"skill_last_se", NULL, EES_COLUMN_NUMBER, 3, NULL, SE},
    {"skill_empirical", "Skill, past", EES_COLUMN_NUMBER, 2, NULL, "The same, to the past windows"},
    {"skill_empirical_se", "+-", EES_COLUMN_NUMBER, 2, NULL, SE},
    {"skill_climatology", NULL, EES_COLUMN_NUMBER, 3, NULL, "The same, to the share that came"},
    {"skill_climatology_se", NULL, EES_COLUMN_NUMBER, 3, NULL, SE},
    {"log_score", "Log", EES_COLUMN_NUMBER, 2, "nats", "Mean log score: 0 is perfect"},
    {"log_score_se", NULL, EES_COLUMN_NUMBER, 3, NULL, SE},
    {"ece", "ECE", EES_COLUMN_NUMBER, 3, NULL, "Mean distance of probability and share in ten classes"},
    {"ece_se", "+-", EES_COLUMN_NUMBER, 3, NULL, SE},
};

static const ees_column ACTIVITY[] = {
    {"program", "Rounds of", EES_COLUMN_TEXT, 0, NULL, "Code of the program, or a group of programs"},
    {"era", "Origins in", EES_COLUMN_TEXT, 0, NULL, "Years of the origins"},
    {"days", "Days", EES_COLUMN_INTEGER, 0, "days", "Horizon"},
    {"origins", NULL, EES_COLUMN_COUNT, 0, NULL, "Days on which forecasts were made"},
    {"forecasts", "Forecasts", EES_COLUMN_COUNT, 0, NULL, "Forecasts: an origin and a program each"},
    {"forecast", "Said", EES_COLUMN_NUMBER, 2, NULL, "Mean probability of at least one round"},
    {"came", "Came", EES_COLUMN_NUMBER, 2, NULL, "Share with at least one"},
    {"gap", NULL, EES_COLUMN_NUMBER, 3, NULL, "Share less probability"},
    {"gap_se", "+-", EES_COLUMN_NUMBER, 2, NULL, "Standard error of the share less the probability, by blocks of time"},
    {"brier", "Brier", EES_COLUMN_NUMBER, 3, NULL, "Brier score of the forecast: 0 is perfect"},
    {"brier_se", "+-", EES_COLUMN_NUMBER, 3, NULL, SE},
    {"brier_last", "last", EES_COLUMN_NUMBER, 3, NULL, "Brier score of: as in as many days before"},
    {"brier_empirical", "past", EES_COLUMN_NUMBER, 3, NULL, "Brier score of: as often as in all such windows before"},
    {"brier_climatology", "mean", EES_COLUMN_NUMBER, 3, NULL, "Brier score of the share that came here"},
    {"skill_empirical", NULL, EES_COLUMN_NUMBER, 3, NULL, "1 less the ratio of the Brier scores, to the past windows"},
    {"skill_empirical_se", NULL, EES_COLUMN_NUMBER, 3, NULL, SE},
    {"log_score", NULL, EES_COLUMN_NUMBER, 3, "nats", "Mean log score: 0 is perfect"},
    {"ece", "ECE", EES_COLUMN_NUMBER, 3, NULL, "Mean distance of probability and share in ten classes"},
    {"ece_se", NULL, EES_COLUMN_NUMBER, 3, NULL, SE},
    {"invited_forecast", NULL, EES_COLUMN_NUMBER, 0, "candidates", "Mean number forecast to be invited"},
    {"invited", "Invited", EES_COLUMN_NUMBER, 0, "candidates", "Mean number invited"},
    {"crps", "CRPS", EES_COLUMN_NUMBER, 0, "candidates", "Of the number invited by the horizon"},
    {"crps_se", "+-", EES_COLUMN_NUMBER, 0, "candidates", SE},
    {"crps_last", "last", EES_COLUMN_NUMBER, 0, "candidates", "The same of as many as in as many days before"},
    {"crps_empirical", "past", EES_COLUMN_NUMBER, 0, "candidates", "The same of all such windows before"},
    {"inside_50", NULL, EES_COLUMN_NUMBER, 2, NULL, "Share of numbers inside the central 50 %"},
    {"inside_80", "80 %", EES_COLUMN_NUMBER, 2, NULL, "Share of numbers inside the central 80 %"},
    {"inside_80_se", "+-", EES_COLUMN_NUMBER, 2, NULL, SE},
    {"inside_95", NULL, EES_COLUMN_NUMBER, 2, NULL, "Share of numbers inside the central 95 %"},
};

static const ees_column RELIABILITY[] = {
    {"days", "Days", EES_COLUMN_INTEGER, 0, "days", "Horizon"},
    {"from", "Said from", EES_COLUMN_NUMBER, 1, NULL, "Lowest probability of the class"},
    {"to", "to", EES_COLUMN_NUMBER, 1, NULL, "Where the next class begins"},
    {"forecasts", "Forecasts", EES_COLUMN_COUNT, 0, NULL, "Chances of live programs in the class"},
    {"forecast", "Mean", EES_COLUMN_NUMBER, 3, NULL, "Mean probability"},
    {"came", "Came", EES_COLUMN_NUMBER, 3, NULL, "Share invited"},
    {"gap", "Gap", EES_COLUMN_NUMBER, 3, NULL, "Share less probability"},
    {"gap_se", "+-", EES_COLUMN_NUMBER, 3, NULL, SE},
};

static const ees_column POOL[] = {
    {"program", "Pool of", EES_COLUMN_TEXT, 0, NULL, "Code of the program"},
    {"days", "Days", EES_COLUMN_INTEGER, 0, "days", "Horizon"},
    {"low", "Band", EES_COLUMN_INTEGER, 0, "CRS points", "Lowest score"},
    {"high", "to", EES_COLUMN_INTEGER, 0, "CRS points", "Highest score"},
    {"forecasts", "Forecasts", EES_COLUMN_COUNT, 0, NULL, "Origins whose pool was published"},
    {"published", "Published", EES_COLUMN_NUMBER, 0, "candidates", "Mean number published"},
    {"forecast", "Forecast", EES_COLUMN_NUMBER, 0, "candidates", "Mean number forecast"},
    {"bias", "Bias", EES_COLUMN_NUMBER, 2, NULL, "Mean of median / published - 1"},
    {"bias_se", "+-", EES_COLUMN_NUMBER, 2, NULL, SE},
    {"crps", "CRPS", EES_COLUMN_NUMBER, 0, "candidates", "Of the number forecast"},
    {"crps_last", "last", EES_COLUMN_NUMBER, 0, "candidates", "The same of the newest pool known at the origin"},
    {"inside_50", "50 %", EES_COLUMN_NUMBER, 2, NULL, "Share of numbers inside the central 50 %"},
    {"inside_80", "80 %", EES_COLUMN_NUMBER, 2, NULL, "Share of numbers inside the central 80 %"},
    {"inside_80_se", "+-", EES_COLUMN_NUMBER, 2, NULL, SE},
    {"inside_95", "95 %", EES_COLUMN_NUMBER, 2, NULL, "Share of numbers inside the central 95 %"},
};

static const ees_column ROWS[] = {
    {"origin", NULL, EES_COLUMN_DATE, 0, NULL, "Day of the forecast"},
    {"program", NULL, EES_COLUMN_TEXT, 0, NULL, "Code of the program"},
    {"days", NULL, EES_COLUMN_INTEGER, 0, "days", "Horizon: rounds up to so many days after the origin"},
    {"quiet", NULL, EES_COLUMN_INTEGER, 0, "days", "Days since the program's last round"},
    {"in_rhythm", NULL, EES_COLUMN_INTEGER, 0, NULL, "1: its last four rounds at most 20 days apart"},
    {"score", NULL, EES_COLUMN_INTEGER, 0, "CRS points", "Of the candidate; missing: any round of the program at all"},
    {"age", NULL, EES_COLUMN_INTEGER, 0, "days", "Of the candidate's profile, at the origin"},
    {"chance", NULL, EES_COLUMN_NUMBER, 4, NULL, "Probability of an invitation, or of a round"},
    {"came", NULL, EES_COLUMN_NUMBER, 1, NULL, "1: it came. 0: it did not. 1/2: at a cut-off without a tie-break"},
    {"last", NULL, EES_COLUMN_NUMBER, 1, NULL, "Probability by the last cut-off, or by as many days before"},
    {"empirical", NULL, EES_COLUMN_NUMBER, 4, NULL, "Probability by the windows before"},
    {"invited", NULL, EES_COLUMN_COUNT, 0, "candidates", "By the program's rounds, up to the horizon"},
    {"invited_mean", NULL, EES_COLUMN_NUMBER, 1, "candidates", "Mean of their number as forecast"},
    {"invited_median", NULL, EES_COLUMN_COUNT, 0, "candidates", "Median of their number as forecast"},
    {"invited_low_80", NULL, EES_COLUMN_COUNT, 0, "candidates", "Lower end, 80 % interval"},
    {"invited_high_80", NULL, EES_COLUMN_COUNT, 0, "candidates", "Upper end, 80 % interval"},
    {"invited_crps", NULL, EES_COLUMN_NUMBER, 1, "candidates", "CRPS of their number"},
    {"invited_crps_last", NULL, EES_COLUMN_NUMBER, 1, "candidates", "CRPS of as many as in as many days before"},
    {"invited_crps_empirical", NULL, EES_COLUMN_NUMBER, 1, "candidates", "CRPS of the windows before"},
    {"invited_pit_low", NULL, EES_COLUMN_NUMBER, 4, NULL, "Forecast probability of fewer"},
    {"invited_pit_high", NULL, EES_COLUMN_NUMBER, 4, NULL, "Forecast probability of as many or fewer"},
};
enum { INVITED_COLUMNS = 10 };

#define COUNT(columns) (sizeof(columns) / sizeof *(columns))

static void put_numbers(ees_table *table, const double *numbers, size_t count) {
    for (size_t i = 0; i < count; i++)
        ees_table_number(table, numbers[i]);
}

static void put_group(ees_table *table, const eesi_scored *scored, const eesi_chance_group *group,
                      const eesi_chance_summary *of) {
    ees_table_text(table, eesi_chance_group_name(group, scored->programs));
    ees_table_text(table, eesi_chance_era_name(group->era));
    ees_table_int(table, ees_chance_horizons[group->horizon]);
    ees_table_int(table, (int64_t)of->origins);
    ees_table_int(table, (int64_t)of->count);
}

static void put_chances(ees_table *table, const eesi_chance_summary *of) {
    const eesi_chance_measures *v = &of->value, *e = &of->error;
    const double numbers[] = {v->forecast,
                              v->came,
                              v->gap,
                              e->gap,
                              v->brier,
                              e->brier,
                              v->last,
                              v->empirical,
                              v->climatology,
                              v->skill_last,
                              e->skill_last,
                              v->skill_empirical,
                              e->skill_empirical,
                              v->skill_climatology,
                              e->skill_climatology,
                              v->log_score,
                              e->log_score,
                              v->ece,
                              e->ece};
    put_numbers(table, numbers, COUNT(numbers));
}

static void put_activity(ees_table *table, const eesi_chance_summary *of) {
    const eesi_chance_measures *v = &of->value, *e = &of->error;
    const eesi_invited_measures *i = &of->invited, *ie = &of->invited_error;
    const double numbers[] = {v->forecast,        v->came,      v->gap,        e->gap,         v->brier,
                              e->brier,           v->last,      v->empirical,  v->climatology, v->skill_empirical,
                              e->skill_empirical, v->log_score, v->ece,        e->ece,         i->forecast,
                              i->invited,         i->crps,      ie->crps,      i->crps_last,   i->crps_empirical,
                              i->inside[0],       i->inside[1], ie->inside[1], i->inside[2]};
    put_numbers(table, numbers, COUNT(numbers));
}

/* What one of the two tables of groups is made with. */
typedef struct group_table {
    int (*summarise)(const ees_backtest *, const eesi_chance_group *, eesi_chance_summary *, ees_error *);
    void (*put)(ees_table *table, const eesi_chance_summary *of);
} group_table;

/* The horizons of one group and era. *rows counts them. */
static int add_horizons(ees_table *table, const eesi_scored *scored, const group_table *of, eesi_chance_group group,
                        int *rows, ees_error *err) {
    eesi_chance_summary summary;
    int rc = EES_OK;
    for (group.horizon = 0; rc == EES_OK && group.horizon < EES_CHANCE_HORIZONS; group.horizon++) {
        rc = of->summarise(scored->backtest, &group, &summary, err);
        if (rc || summary.count == 0)
            continue;
        put_group(table, scored, &group, &summary);
        of->put(table, &summary);
        (*rows)++;
    }
    return rc;
}

/* Era after era, and all of them when there are several. */
static int add_eras(ees_table *table, const eesi_scored *scored, const group_table *of, eesi_chance_group group,
                    ees_error *err) {
    int rc = EES_OK, eras = 0, all = 0;
    for (group.era = 0; rc == EES_OK && group.era < EESI_CHANCE_ERAS; group.era++) {
        int rows = 0;
        rc = add_horizons(table, scored, of, group, &rows, err);
        eras += rows > 0;
    }
    group.era = -1;
    return rc == EES_OK && eras > 1 ? add_horizons(table, scored, of, group, &all, err) : rc;
}

static int add_groups(ees_table *table, const eesi_scored *scored, const group_table *of, ees_error *err) {
    int rc = EES_OK;
    for (size_t p = 0; rc == EES_OK && p < scored->programs->count; p++)
        rc = add_eras(table, scored, of, (eesi_chance_group){.kind = EESI_CHANCE_PROGRAM, .program = (int)p}, err);
    if (rc == EES_OK)
        rc = add_eras(table, scored, of, (eesi_chance_group){.kind = EESI_CHANCE_ALL}, err);
    for (int kind = EESI_CHANCE_RHYTHM; rc == EES_OK && kind < EESI_CHANCE_KINDS; kind++) {
        int rows = 0;
        rc =
            add_horizons(table, scored, of, (eesi_chance_group){.kind = (eesi_chance_kind)kind, .era = -1}, &rows, err);
    }
    return rc;
}

int eesi_backtest_chance_summary(const eesi_scored *scored, ees_table **table, ees_error *err) {
    static const group_table chances = {eesi_chance_summarise, put_chances};
    int rc = ees_table_create(table, SUMMARY, COUNT(SUMMARY), err);
    return rc ? rc : add_groups(*table, scored, &chances, err);
}

int eesi_backtest_activity_summary(const eesi_scored *scored, ees_table **table, ees_error *err) {
    static const group_table activity = {eesi_activity_summarise, put_activity};
    int rc = ees_table_create(table, ACTIVITY, COUNT(ACTIVITY), err);
    return rc ? rc : add_groups(*table, scored, &activity, err);
}

static void put_classes(ees_table *table, int horizon, const eesi_chance_summary *of) {
    for (int c = 0; c < EESI_CHANCE_CLASSES; c++) {
        if (of->class_count[c] == 0)
            continue;
        ees_table_int(table, ees_chance_horizons[horizon]);
        ees_table_number(table, (double)c / EESI_CHANCE_CLASSES);
        ees_table_number(table, (double)(c + 1) / EESI_CHANCE_CLASSES);
        ees_table_int(table, (int64_t)of->class_count[c]);
        const double numbers[] = {of->value.class_forecast[c], of->value.class_came[c], of->value.class_gap[c],
                                  of->error.class_gap[c]};
        put_numbers(table, numbers, COUNT(numbers));
    }
}

int eesi_backtest_reliability(const eesi_scored *scored, ees_table **table, ees_error *err) {
    int rc = ees_table_create(table, RELIABILITY, COUNT(RELIABILITY), err);
    for (int h = 0; rc == EES_OK && h < EES_CHANCE_HORIZONS; h++) {
        const eesi_chance_group group = {.kind = EESI_CHANCE_ALL, .era = -1, .horizon = h};
        eesi_chance_summary summary;
        rc = eesi_chance_summarise(scored->backtest, &group, &summary, err);
        if (rc == EES_OK)
            put_classes(*table, h, &summary);
    }
    return rc;
}

/* ---- the pool ---- */

/* The highest band of the rows below `band`, in its place. */
static bool next_band(const ees_backtest *backtest, ees_band *band) {
    ees_band next = {-1, -1};
    for (size_t i = 0; i < backtest->pool_count; i++)
        if (backtest->pools[i].band.low < band->low && backtest->pools[i].band.low > next.low)
            next = backtest->pools[i].band;
    *band = next;
    return next.low >= 0;
}

static int add_bands(ees_table *table, const eesi_scored *scored, const eesi_chance_group *group, ees_error *err) {
    int rc = EES_OK;
    ees_band band = {EES_SCORE_COUNT, EES_SCORE_COUNT};
    while (rc == EES_OK && next_band(scored->backtest, &band)) {
        eesi_chance_summary of;
        rc = eesi_pool_summarise(scored->backtest, group, band.low, &of, err);
        if (rc || of.count == 0)
            continue;
        ees_table_text(table, eesi_chance_group_name(group, scored->programs));
        ees_table_int(table, ees_chance_horizons[group->horizon]);
        ees_table_int(table, band.low);
        ees_table_int(table, band.high);
        ees_table_int(table, (int64_t)of.count);
        const eesi_invited_measures *v = &of.invited, *e = &of.invited_error;
        const double numbers[] = {v->invited,   v->forecast,  v->bias,      e->bias,      v->crps,
                                  v->crps_last, v->inside[0], v->inside[1], e->inside[1], v->inside[2]};
        put_numbers(table, numbers, COUNT(numbers));
    }
    return rc;
}

int eesi_backtest_pool(const eesi_scored *scored, ees_table **table, ees_error *err) {
    int rc = ees_table_create(table, POOL, COUNT(POOL), err);
    for (size_t p = 0; rc == EES_OK && p < scored->programs->count; p++)
        for (int h = 0; rc == EES_OK && h < EES_CHANCE_HORIZONS; h++) {
            const eesi_chance_group group = {.kind = EESI_CHANCE_PROGRAM, .program = (int)p, .era = -1, .horizon = h};
            rc = add_bands(*table, scored, &group, err);
        }
    return rc;
}

/* ---- row by row ---- */

static void put_case(ees_table *table, const eesi_scored *scored, const ees_past_case *at) {
    ees_table_date(table, at->origin);
    ees_table_text(table, scored->programs->programs[at->program].code);
    ees_table_int(table, ees_chance_horizons[at->horizon]);
    ees_table_int(table, at->quiet_days);
    ees_table_int(table, at->in_rhythm);
}

static void put_chance_row(ees_table *table, const eesi_scored *scored, const ees_past_chance *row) {
    put_case(table, scored, &row->at);
    ees_table_int(table, row->score);
    ees_table_int(table, row->age_days);
    const double numbers[] = {row->chance, row->came, row->last, row->empirical};
    put_numbers(table, numbers, COUNT(numbers));
    for (int c = 0; c < INVITED_COLUMNS; c++)
        ees_table_missing(table);
}

static void put_activity_row(ees_table *table, const eesi_scored *scored, const ees_past_activity *row) {
    put_case(table, scored, &row->at);
    ees_table_missing(table);
    ees_table_missing(table);
    const double numbers[] = {row->chance, row->came, row->last, row->empirical};
    put_numbers(table, numbers, COUNT(numbers));
    ees_table_int(table, row->invited);
    ees_table_number(table, row->mean);
    ees_table_int(table, row->median);
    ees_table_int(table, row->low_80);
    ees_table_int(table, row->high_80);
    const double scores[] = {row->crps, row->crps_last, row->crps_empirical, row->pit_low, row->pit_high};
    put_numbers(table, scores, COUNT(scores));
}

int eesi_backtest_chance_rows(const eesi_scored *scored, ees_table **table, ees_error *err) {
    const ees_backtest *backtest = scored->backtest;
    int rc = ees_table_create(table, ROWS, COUNT(ROWS), err);
    for (size_t i = 0; rc == EES_OK && i < backtest->activity_count; i++)
        put_activity_row(*table, scored, &backtest->activity[i]);
    for (size_t i = 0; rc == EES_OK && i < backtest->chance_count; i++)
        put_chance_row(*table, scored, &backtest->chances[i]);
    return rc;
}
