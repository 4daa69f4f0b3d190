#include "eval/chance_summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "eval/bootstrap.h"
#include "eval/past_pool.h"
#include "eval/scoring.h"

enum { YEAR = 365, BLOCK_DAYS = 90, CLASSES = EESI_CHANCE_CLASSES };

/* Sums over rows, from which every measure is made. */
enum {
    SUM_COUNT,
    SUM_FORECAST,
    SUM_CAME,
    SUM_CAME_SQUARE,
    SUM_BRIER,
    SUM_LAST,
    SUM_EMPIRICAL,
    SUM_LOG,
    SUM_CLASS_COUNT,
    SUM_CLASS_FORECAST = SUM_CLASS_COUNT + CLASSES,
    SUM_CLASS_CAME = SUM_CLASS_FORECAST + CLASSES,
    SUM_PREDICTED = SUM_CLASS_CAME + CLASSES, /* of invitations, from here on */
    SUM_INVITED,
    SUM_CRPS,
    SUM_CRPS_LAST,
    SUM_CRPS_EMPIRICAL,
    SUM_INSIDE,
    SUM_BIAS = SUM_INSIDE + EES_LEVELS,
    SUMS
};

enum {
    CHANCE_MEASURES = sizeof(eesi_chance_measures) / sizeof(double),
    INVITED_MEASURES = sizeof(eesi_invited_measures) / sizeof(double),
    MEASURES = CHANCE_MEASURES + INVITED_MEASURES
};

/* ---- groups ---- */

static const struct {
    const char *name;
    int year, month, day; /* first */
} eras[EESI_CHANCE_ERAS] = {
    {"2016-20", 1, 1, 1},     /* rounds for everybody */
    {"2020-22", 2020, 3, 18}, /* for nominees and CEC, while borders were closed */
    {"2022-24", 2022, 7, 6},  /* for everybody again, and the first categories */
    {"2024-", 2024, 5, 1},    /* for programs and categories alone */
};

static int era_of(ees_date origin) {
    int era = 0;
    while (era + 1 < EESI_CHANCE_ERAS &&
           ees_date_from_civil(eras[era + 1].year, eras[era + 1].month, eras[era + 1].day) <= origin)
        era++;
    return era;
}

const char *eesi_chance_era_name(int era) {
    return era < 0 ? "all" : eras[era].name;
}

const char *eesi_chance_group_name(const eesi_chance_group *group, const ees_programs *programs) {
    static const char *const names[EESI_CHANCE_KINDS] = {NULL,           "all",           "in rhythm", "quiet 0-89",
                                                         "quiet 90-181", "quiet 182-365", "quiet 366-"};
    return group->kind == EESI_CHANCE_PROGRAM ? programs->programs[group->program].code : names[group->kind];
}

static bool is_in(const eesi_chance_group *group, const ees_past_case *at) {
    static const int quiet[EESI_CHANCE_KINDS + 1] = {0, 0, 0, 0, 90, 182, YEAR + 1, INT32_MAX};
    if (at->horizon != group->horizon || (group->era >= 0 && era_of(at->origin) != group->era))
        return false;
    switch (group->kind) {
    case EESI_CHANCE_PROGRAM:
        return at->program == group->program && at->quiet_days <= YEAR;
    case EESI_CHANCE_ALL:
        return at->quiet_days <= YEAR;
    case EESI_CHANCE_RHYTHM:
        return at->in_rhythm;
    default:
        return at->quiet_days >= quiet[group->kind] && at->quiet_days < quiet[group->kind + 1];
    }
}

/* ---- measures ---- */

static void measure_classes(const double *sums, eesi_chance_measures *to) {
    to->ece = 0;
    for (int c = 0; c < CLASSES; c++) {
        const double n = sums[SUM_CLASS_COUNT + c];
        to->class_forecast[c] = sums[SUM_CLASS_FORECAST + c] / n; /* NaN of none */
        to->class_came[c] = sums[SUM_CLASS_CAME + c] / n;
        to->class_gap[c] = to->class_came[c] - to->class_forecast[c];
        to->ece += n > 0 ? n / sums[SUM_COUNT] * fabs(to->class_gap[c]) : 0;
    }
}

static eesi_chance_measures measure_chances(const double *sums) {
    const double n = sums[SUM_COUNT], came = sums[SUM_CAME] / n;
    eesi_chance_measures to = {.forecast = sums[SUM_FORECAST] / n,
                               .came = came,
                               .gap = came - sums[SUM_FORECAST] / n,
                               .brier = sums[SUM_BRIER] / n,
                               .last = sums[SUM_LAST] / n,
                               .empirical = sums[SUM_EMPIRICAL] / n,
                               .climatology = fmax(0.0, sums[SUM_CAME_SQUARE] / n - came * came),
                               .log_score = sums[SUM_LOG] / n};
    to.skill_last = to.last > 0 ? 1 - to.brier / to.last : NAN;
    to.skill_empirical = to.empirical > 0 ? 1 - to.brier / to.empirical : NAN;
    to.skill_climatology = to.climatology > 1e-9 ? 1 - to.brier / to.climatology : NAN;
    measure_classes(sums, &to);
    return to;
}

static eesi_invited_measures measure_invited(const double *sums) {
    const double n = sums[SUM_COUNT];
    eesi_invited_measures to = {.forecast = sums[SUM_PREDICTED] / n,
                                .invited = sums[SUM_INVITED] / n,
                                .crps = sums[SUM_CRPS] / n,
                                .crps_last = sums[SUM_CRPS_LAST] / n,
                                .crps_empirical = sums[SUM_CRPS_EMPIRICAL] / n};
    to.skill_last = to.crps_last > 0 ? 1 - to.crps / to.crps_last : NAN;
    to.skill_empirical = to.crps_empirical > 0 ? 1 - to.crps / to.crps_empirical : NAN;
    for (int l = 0; l < EES_LEVELS; l++)
        to.inside[l] = sums[SUM_INSIDE + l] / n;
    to.bias = sums[SUM_BIAS] / n;
    return to;
}

static void measure(const double *sums, double *measures) {
    const eesi_chance_measures chances = measure_chances(sums);
    const eesi_invited_measures invited = measure_invited(sums);
    memcpy(measures, &chances, sizeof chances);
    memcpy(measures + CHANCE_MEASURES, &invited, sizeof invited);
}

/* ---- sums by origin ---- */

/* The sums of each origin from the first to the last that has a row in the group. */
typedef struct series {
    double *sums; /* [steps][SUMS]; owned */
    size_t steps;
    ees_date first;
    int every_days;
} series;

static void add_probability(double *sums, double chance, double came, double last, double empirical, uint64_t futures) {
    const int class = chance < 1.0 ? (int)(chance * CLASSES) : CLASSES - 1;
    sums[SUM_COUNT] += 1;
    sums[SUM_FORECAST] += chance;
    sums[SUM_CAME] += came;
    sums[SUM_CAME_SQUARE] += came * came;
    sums[SUM_BRIER] += eesi_brier(chance, came);
    sums[SUM_LAST] += eesi_brier(last, came);
    sums[SUM_EMPIRICAL] += eesi_brier(empirical, came);
    sums[SUM_LOG] += eesi_binary_log_score(chance, futures, came);
    sums[SUM_CLASS_COUNT + class] += 1;
    sums[SUM_CLASS_FORECAST + class] += chance;
    sums[SUM_CLASS_CAME + class] += came;
}

static void add_invited(double *sums, const ees_past_activity *row) {
    sums[SUM_PREDICTED] += row->mean;
    sums[SUM_INVITED] += (double)row->invited;
    sums[SUM_CRPS] += row->crps;
    sums[SUM_CRPS_LAST] += row->crps_last;
    sums[SUM_CRPS_EMPIRICAL] += row->crps_empirical;
    for (int l = 0; l < EES_LEVELS; l++)
        sums[SUM_INSIDE + l] += eesi_pit_inside(row->pit_low, row->pit_high, ees_levels[l]);
}

static int series_init(series *s, ees_date first, ees_date last, int every_days, ees_error *err) {
    *s = (series){.first = first, .every_days = every_days, .steps = (size_t)((last - first) / every_days) + 1};
    s->sums = calloc(s->steps * SUMS, sizeof *s->sums);
    return s->sums ? EES_OK : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
}

static double *sums_on(const series *s, ees_date origin) {
    return s->sums + (size_t)((origin - s->first) / s->every_days) * SUMS;
}

/* Outcomes of a horizon overlap, so a block is at least as long. */
static int summarise(const series *s, const eesi_chance_group *group, eesi_chance_summary *summary, ees_error *err) {
    const int horizon = ees_chance_horizons[group->horizon], days = horizon > BLOCK_DAYS ? horizon : BLOCK_DAYS;
    double total[SUMS] = {0}, errors[MEASURES];
    for (size_t i = 0; i < s->steps; i++) {
        for (int k = 0; k < SUMS; k++)
            total[k] += s->sums[i * SUMS + (size_t)k];
        summary->origins += s->sums[i * SUMS + SUM_COUNT] > 0;
    }
    summary->count = (size_t)total[SUM_COUNT];
    for (int c = 0; c < CLASSES; c++)
        summary->class_count[c] = (size_t)total[SUM_CLASS_COUNT + c];
    summary->value = measure_chances(total);
    summary->invited = measure_invited(total);
    int rc = eesi_block_bootstrap(s->sums, s->steps, SUMS, (size_t)((days + s->every_days - 1) / s->every_days),
                                  measure, MEASURES, errors, err);
    memcpy(&summary->error, errors, sizeof summary->error);
    memcpy(&summary->invited_error, errors + CHANCE_MEASURES, sizeof summary->invited_error);
    return rc;
}

/* Rows of either kind begin with their case. */
typedef struct row_list {
    const char *rows;
    size_t count, size;
    void (*add)(double *sums, const void *row, uint64_t futures);
    int low; /* of the pool: rows of the band that begins here */
} row_list;

static void add_chance(double *sums, const void *of, uint64_t futures) {
    const ees_past_chance *row = of;
    add_probability(sums, row->chance, row->came, row->last, row->empirical, futures);
}

static void add_activity(double *sums, const void *of, uint64_t futures) {
    const ees_past_activity *row = of;
    add_probability(sums, row->chance, row->came, row->last, row->empirical, futures);
    add_invited(sums, row);
}

static void add_pool(double *sums, const void *of, uint64_t futures) {
    const struct ees_past_pool *row = of;
    (void)futures;
    sums[SUM_COUNT] += 1;
    sums[SUM_PREDICTED] += row->mean;
    sums[SUM_INVITED] += (double)row->published;
    sums[SUM_CRPS] += row->crps;
    sums[SUM_CRPS_LAST] += row->crps_last;
    sums[SUM_BIAS] += (double)row->median / fmax(1.0, (double)row->published) - 1;
    for (int l = 0; l < EES_LEVELS; l++)
        sums[SUM_INSIDE + l] += eesi_pit_inside(row->pit_low, row->pit_high, ees_levels[l]);
}

static const ees_past_case *case_of(const row_list *list, size_t i) {
    return (const ees_past_case *)(const void *)(list->rows + i * list->size);
}

static bool takes(const row_list *list, size_t i, const eesi_chance_group *group) {
    const void *row = list->rows + i * list->size;
    return is_in(group, row) && (list->add != add_pool || ((const struct ees_past_pool *)row)->band.low == list->low);
}

static int summarise_rows(const row_list *list, const ees_backtest *backtest, const eesi_chance_group *group,
                          eesi_chance_summary *summary, ees_error *err) {
    ees_date first = EES_DATE_NONE, last = EES_DATE_NONE;
    series s;
    *summary = (eesi_chance_summary){0};
    for (size_t i = 0; i < list->count; i++)
        if (takes(list, i, group)) {
            first = first == EES_DATE_NONE ? case_of(list, i)->origin : first;
            last = case_of(list, i)->origin;
        }
    if (first == EES_DATE_NONE)
        return EES_OK;
    int rc = series_init(&s, first, last, backtest->every_days, err);
    for (size_t i = 0; rc == EES_OK && i < list->count; i++)
        if (takes(list, i, group))
            list->add(sums_on(&s, case_of(list, i)->origin), case_of(list, i), backtest->replicates);
    if (rc == EES_OK)
        rc = summarise(&s, group, summary, err);
    free(s.sums);
    return rc;
}

int eesi_chance_summarise(const ees_backtest *backtest, const eesi_chance_group *group, eesi_chance_summary *summary,
                          ees_error *err) {
    const row_list list = {(const char *)backtest->chances, backtest->chance_count, sizeof *backtest->chances,
                           add_chance, 0};
    return summarise_rows(&list, backtest, group, summary, err);
}

int eesi_activity_summarise(const ees_backtest *backtest, const eesi_chance_group *group, eesi_chance_summary *summary,
                            ees_error *err) {
    const row_list list = {(const char *)backtest->activity, backtest->activity_count, sizeof *backtest->activity,
                           add_activity, 0};
    return summarise_rows(&list, backtest, group, summary, err);
}

int eesi_pool_summarise(const ees_backtest *backtest, const eesi_chance_group *group, int low,
                        eesi_chance_summary *summary, ees_error *err) {
    const row_list list = {(const char *)backtest->pools, backtest->pool_count, sizeof *backtest->pools, add_pool, low};
    return summarise_rows(&list, backtest, group, summary, err);
}
