/*
 * The week model: how often a program holds a round in a week, and on which day. See src/calendar/calendar.h for the
 * idea. Why weeks and not days: every habit IRCC has shown (fortnights, "the day after PNP", no rounds in the last week
 * of December) is a habit of weeks, and four hundred rounds are too few to learn it day by day.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calendar/calendar.h"
#include "calendar/calendar_model.h"

enum { MONDAY_OFFSET = 3 }; /* 1970-01-01 was a Thursday */

enum { DORMANT_AFTER = EESI_HALF_YEAR - 1 }; /* a program silent for more open weeks than these has been stopped */

/* The rhythm of today counts for so many weeks; a full streak multiplies the odds of a round after a short gap. Both
 * were chosen for the chance of a round within 30 to 90 days (docs/calendar.md). */
enum { RHYTHM_WEEKS = 6 };
static const double rhythm_odds = 2;

/* Any day can happen: this share of a round's chance is spread over all seven days, closed ones too. */
static const double odd_day_share = 0.004;

int32_t eesi_week_of(ees_date date) {
    int32_t shifted = date + MONDAY_OFFSET;
    return shifted >= 0 ? shifted / 7 : -((6 - shifted) / 7);
}

ees_date eesi_week_monday(int32_t week) {
    return week * 7 - MONDAY_OFFSET;
}

unsigned eesi_week_open(const ees_calendar_model *model, int32_t week) {
    unsigned open = 0;
    for (int d = 0; d < 5; d++)
        if (!eesi_calendar_closed(model, eesi_week_monday(week) + d))
            open |= 1U << d;
    return open;
}

static int open_days(unsigned open) {
    int count = 0;
    for (int d = 0; d < EESI_DAYS; d++)
        count += (int)(open >> d & 1U);
    return count;
}

double eesi_week_factor(const ees_calendar_model *model, unsigned open) {
    int days = open_days(open);
    if (days >= 3)
        return 1;
    return days ? model->params[EESI_SHORT_WEEK] : 0.01;
}

int eesi_weeks_build(eesi_weeks *weeks, const ees_calendar_model *model, const ees_programs *programs,
                     const ees_history *history, ees_error *err) {
    memset(weeks, 0, sizeof *weeks);
    if (history->round_count == 0)
        return ees_error_set(err, EES_ERR_RANGE, "no round is known: a calendar needs at least one");
    weeks->first = eesi_week_of(history->rounds[0].date);
    int32_t last = eesi_week_of(history->rounds[history->round_count - 1].date);
    weeks->count = (size_t)(last - weeks->first) + 1;
    weeks->open = calloc(weeks->count, 1);
    weeks->day = malloc(weeks->count * EES_PROGRAMS_MAX);
    if (!weeks->open || !weeks->day) {
        eesi_weeks_free(weeks);
        return ees_error_set(err, EES_ERR_NOMEM, "no memory for the calendar");
    }
    memset(weeks->day, -1, weeks->count * EES_PROGRAMS_MAX);
    for (size_t w = 0; w < weeks->count; w++)
        weeks->open[w] = (uint8_t)eesi_week_open(model, weeks->first + (int32_t)w);
    for (size_t i = 0; i < history->round_count; i++) {
        const ees_round *round = &history->rounds[i];
        if (round->program < 0 || (size_t)round->program >= programs->count)
            continue;
        int8_t *day =
            &weeks->day[(size_t)(eesi_week_of(round->date) - weeks->first) * EES_PROGRAMS_MAX + (size_t)round->program];
        if (*day < 0)
            *day = (int8_t)ees_date_weekday(round->date);
    }
    return EES_OK;
}

void eesi_weeks_free(eesi_weeks *weeks) {
    free(weeks->open);
    free(weeks->day);
    memset(weeks, 0, sizeof *weeks);
}

/* Nominees first, then general rounds, programs, categories: the order in which a week's rounds have been held. */
static int order_key(const ees_programs *programs, int program) {
    if (program == programs->nominee)
        return 0;
    switch (programs->programs[program].kind) {
    case EES_KIND_GENERAL:
        return 1;
    case EES_KIND_PROGRAM:
        return 2;
    case EES_KIND_CATEGORY:
    default:
        return 3;
    }
}

/* What is known of a program's days on the day a calendar begins: what was announced later is no part of that world. */
static void set_days(eesi_calendar *calendar, int p, const ees_program *program) {
    const bool unknown = program->first_date != EES_DATE_NONE && program->first_date > calendar->from;
    const bool ended = program->last_date != EES_DATE_NONE && program->last_date < calendar->from;
    calendar->first_date[p] = unknown ? INT32_MAX : program->first_date;
    calendar->last_date[p] = ended ? program->last_date : EES_DATE_NONE;
}

void eesi_calendar_setup(eesi_calendar *calendar, const ees_calendar_model *model, const ees_programs *programs,
                         ees_date from) {
    memset(calendar, 0, sizeof *calendar);
    calendar->model = *model;
    calendar->program_count = (int)programs->count;
    calendar->from = from;
    calendar->week = eesi_week_of(from);
    calendar->nominee = programs->nominee;
    int count = 0;
    for (int key = 0; key <= 3; key++)
        for (int p = 0; p < calendar->program_count; p++)
            if (order_key(programs, p) == key) {
                calendar->rank[p] = count;
                calendar->order[count++] = p;
            }
    for (int p = 0; p < calendar->program_count; p++) {
        calendar->category[p] = programs->programs[p].kind == EES_KIND_CATEGORY;
        set_days(calendar, p, &programs->programs[p]);
    }
}

bool eesi_program_runs(const eesi_calendar *calendar, int program, int32_t week) {
    ees_date monday = eesi_week_monday(week);
    if (calendar->first_date[program] != EES_DATE_NONE && calendar->first_date[program] > monday + 4)
        return false;
    /* an end that is known lies before `from` */
    return calendar->last_date[program] == EES_DATE_NONE ||
           (calendar->last_date[program] >= monday && week < calendar->week);
}

eesi_week_state eesi_week_after(const eesi_calendar *calendar, int leader, eesi_week_state state, int day) {
    int level = calendar->category[leader] ? 2 : 1;
    if (level > state.level)
        state.level = level;
    if (state.day == EESI_DAYS || day > state.day)
        state.day = day;
    return state;
}

eesi_week_state eesi_week_seen(const eesi_calendar *calendar, int program, const int8_t *held) {
    eesi_week_state state = {0, EESI_DAYS};
    for (int i = 0; i < calendar->leader_count; i++) {
        int leader = calendar->leader[i];
        if (calendar->rank[leader] < calendar->rank[program] && held[leader] >= 0)
            state = eesi_week_after(calendar, leader, state, held[leader]);
    }
    return state;
}

/* Open days from one day to another of the same week, signed and cut to the table. */
static int open_lag(unsigned open, int from_day, int to_day) {
    int low = from_day < to_day ? from_day : to_day;
    int high = from_day < to_day ? to_day : from_day;
    int lag = 0;
    for (int d = low + 1; d <= high; d++)
        lag += d == high || (open >> d & 1U) ? 1 : 0;
    if (lag > EESI_LAGS / 2)
        lag = EESI_LAGS / 2;
    return EESI_LAGS / 2 + (to_day >= from_day ? lag : -lag);
}

/* Weekday habits of a week with closed days: what would fall on one moves to the next open day, else to the last. */
static void move_to_open(const double *weekday, unsigned open, double pmf[EESI_DAYS]) {
    memset(pmf, 0, EESI_DAYS * sizeof *pmf);
    int last_open = -1;
    for (int d = 0; d < EESI_DAYS; d++)
        if (open >> d & 1U)
            last_open = d;
    for (int d = 0; d < EESI_DAYS; d++) {
        int to = d;
        while (to < EESI_DAYS && !(open >> to & 1U))
            to++;
        pmf[to < EESI_DAYS ? to : last_open] += weekday[d];
    }
}

void eesi_day_pmf(const eesi_calendar *calendar, int program, unsigned open, int seen_day, double pmf[EESI_DAYS]) {
    if (!open)
        open = 0x1f;
    move_to_open(calendar->weekday[program], open, pmf);
    double total = 0;
    for (int d = 0; d < EESI_DAYS; d++) {
        if (seen_day < EESI_DAYS && (open >> d & 1U))
            pmf[d] =
                calendar->lag[program][open_lag(open, seen_day, d)] * pow(pmf[d], calendar->model.params[EESI_DAY_MIX]);
        total += pmf[d];
    }
    for (int d = 0; d < EESI_DAYS; d++)
        pmf[d] = (1 - odd_day_share) * pmf[d] / total + odd_day_share / EESI_DAYS;
}

double eesi_week_chance(double hazard, int first_day, double pmf[EESI_DAYS]) {
    if (first_day <= 0)
        return hazard;
    double left = 0;
    for (int d = 0; d < EESI_DAYS; d++) {
        if (d < first_day)
            pmf[d] = 0;
        left += pmf[d];
    }
    if (left <= 0)
        return 0;
    for (int d = first_day; d < EESI_DAYS; d++)
        pmf[d] /= left;
    return hazard * left / (1 - hazard + hazard * left);
}

bool eesi_rhythm_holds(const eesi_calendar *calendar, int32_t week) {
    return week - calendar->week < RHYTHM_WEEKS;
}

eesi_hazards *eesi_hazards_of(const eesi_calendar *calendar, int program, bool in_rhythm) {
    return in_rhythm ? &calendar->rhythm_hazard[program] : &calendar->hazard[program];
}

/* --- estimation --- */

/* Weeks and rounds of all programs after a long silence: no program was stopped so often that it could say itself how
 * seldom it comes back. */
typedef struct silence_counts {
    double weeks[EESI_CELLS];
    double rounds[EESI_CELLS];
} silence_counts;

/* Running sums of one program while the weeks are read. */
typedef struct program_counts {
    int silence;    /* open weeks since the last round; as long as can be before the first */
    bool has_begun; /* it has held a round */
    double dormant_weeks[EESI_LEVELS], dormant_rounds[EESI_LEVELS]; /* of the oldest age: after a long silence */
    double weeks[EESI_LEVELS][EESI_AGES];
    double rounds[EESI_LEVELS][EESI_AGES];
    double weekday[EESI_DAYS];
    double lag[EESI_LAGS];
} program_counts;

static double decay(double lag, double half_life) {
    return exp2(-lag / half_life);
}

static const int8_t *week_days(const eesi_weeks *weeks, size_t week) {
    return &weeks->day[week * EES_PROGRAMS_MAX];
}

/* The up to three programs that held most rounds lately lead; the others look at them. */
static void choose_leaders(eesi_calendar *calendar, const eesi_weeks *weeks, size_t week_count) {
    double recent[EES_PROGRAMS_MAX] = {0};
    for (size_t w = 0; w < week_count; w++)
        for (int p = 0; p < calendar->program_count; p++)
            if (week_days(weeks, w)[p] >= 0)
                recent[p] += decay((double)(week_count - w), calendar->model.params[EESI_WEEK_HALF_LIFE]);
    bool leads[EES_PROGRAMS_MAX] = {false};
    for (int i = 0; i < EESI_LEADERS; i++) {
        int best = -1;
        for (int p = 0; p < calendar->program_count; p++)
            if (!leads[p] && !(calendar->absent >> p & 1U) && recent[p] > 0.5 && (best < 0 || recent[p] > recent[best]))
                best = p;
        if (best >= 0)
            leads[best] = true;
    }
    calendar->leader_count = 0;
    for (int r = 0; r < calendar->program_count; r++)
        if (leads[calendar->order[r]])
            calendar->leader[calendar->leader_count++] = calendar->order[r];
}

static bool is_leader(const eesi_calendar *calendar, int program) {
    for (int i = 0; i < calendar->leader_count; i++)
        if (calendar->leader[i] == program)
            return true;
    return false;
}

static void count_round(const eesi_calendar *calendar, program_counts *counts, unsigned open, eesi_week_state seen,
                        int day, double lag_weeks) {
    double weight = decay(lag_weeks, calendar->model.params[EESI_DAY_HALF_LIFE]);
    if (seen.day < EESI_DAYS)
        counts->lag[open_lag(open, seen.day, day)] += weight;
    counts->weekday[day] += weight;
}

static void count_week(const eesi_calendar *calendar, program_counts *counts, silence_counts *silent,
                       const int8_t *held, unsigned open, int32_t week, bool full) {
    double lag_weeks = (double)(calendar->week - week);
    double weight = decay(lag_weeks, calendar->model.params[EESI_WEEK_HALF_LIFE]);
    for (int p = 0; p < calendar->program_count; p++) {
        eesi_week_state seen = eesi_week_seen(calendar, p, held);
        if (held[p] >= 0)
            count_round(calendar, &counts[p], open, seen, held[p], lag_weeks);
        if (!full || open_days(open) < 3 || !eesi_program_runs(calendar, p, week))
            continue;
        const int age = calendar->age[p] < EESI_AGES ? calendar->age[p] : EESI_AGES - 1;
        counts[p].weeks[seen.level][age] += weight;
        counts[p].rounds[seen.level][age] += held[p] >= 0 ? weight : 0;
        if (counts[p].silence <= DORMANT_AFTER)
            continue;
        counts[p].dormant_weeks[seen.level] += weight;
        counts[p].dormant_rounds[seen.level] += held[p] >= 0 ? weight : 0;
        if (!counts[p].has_begun)
            continue;
        silent->weeks[eesi_cell_of(calendar->age[p])] += 1;
        silent->rounds[eesi_cell_of(calendar->age[p])] += held[p] >= 0;
    }
}

/* What a round leaves of the streak before it. */
static int streak_after(const eesi_calendar *calendar, const program_counts *counts, int p) {
    if (!counts[p].has_begun || calendar->age[p] > EESI_SHORT_GAP)
        return 0;
    return calendar->streak[p] < EESI_STREAK ? calendar->streak[p] + 1 : EESI_STREAK;
}

static void age_week(eesi_calendar *calendar, program_counts *counts, const int8_t *held, unsigned open) {
    for (int p = 0; p < calendar->program_count; p++) {
        const bool has_held = held[p] >= 0;
        if (has_held)
            calendar->streak[p] = streak_after(calendar, counts, p);
        if (has_held)
            calendar->age[p] = 1;
        else if (open && calendar->age[p] < EESI_YEAR)
            calendar->age[p]++;
        counts[p].silence = has_held ? 1 : counts[p].silence + (open != 0);
        counts[p].has_begun = counts[p].has_begun || has_held;
    }
}

static void read_weeks(eesi_calendar *calendar, const eesi_weeks *weeks, program_counts *counts,
                       silence_counts *silent) {
    int8_t nothing[EES_PROGRAMS_MAX];
    memset(nothing, -1, sizeof nothing);
    for (int p = 0; p < calendar->program_count; p++) {
        calendar->age[p] = EESI_AGES - 1;
        calendar->held[p] = -1;
        counts[p].silence = DORMANT_AFTER + 1;
    }
    for (int32_t week = weeks->first; week < calendar->week; week++) {
        size_t w = (size_t)(week - weeks->first);
        bool inside = w < weeks->count;
        const int8_t *held = inside ? week_days(weeks, w) : nothing;
        unsigned open = inside ? weeks->open[w] : eesi_week_open(&calendar->model, week);
        count_week(calendar, counts, silent, held, open, week, true);
        age_week(calendar, counts, held, open);
    }
    size_t now = (size_t)(calendar->week - weeks->first);
    if (calendar->week < weeks->first || now >= weeks->count)
        return;
    int today = (int)ees_date_weekday(calendar->from);
    for (int p = 0; p < calendar->program_count; p++)
        calendar->held[p] = week_days(weeks, now)[p] < today ? week_days(weeks, now)[p] : (int8_t)-1;
    count_week(calendar, counts, silent, calendar->held, weeks->open[now], calendar->week, false);
    for (int p = 0; p < calendar->program_count; p++)
        if (calendar->held[p] >= 0)
            calendar->streak[p] = streak_after(calendar, counts, p);
}

/* Share of weeks of about this age that had a round, a prior rate that counts as so many rounds. */
static double smooth_cell(const ees_calendar_model *model, const double *weeks, const double *rounds, int age,
                          double prior) {
    double strength = model->params[EESI_CELL_STRENGTH], week_sum = strength / prior, round_sum = strength;
    for (int a = 0; a < EESI_AGES; a++) {
        double kernel = pow(model->params[EESI_AGE_KERNEL], abs(a - age));
        week_sum += kernel * weeks[a];
        round_sum += kernel * rounds[a];
    }
    return round_sum / week_sum;
}

/*
 * Prior chain: all programs -> the program -> level -> cell. A prior counts as a number of rounds, not of weeks: a
 * program that has held none in ten weeks has said little if it holds two a year.
 */
static void smooth_hazard(const ees_calendar_model *model, const program_counts *counts, double prior_rate,
                          double hazard[EESI_LEVELS][EESI_CELLS]) {
    double level_weeks[EESI_LEVELS] = {0}, level_rounds[EESI_LEVELS] = {0}, all_weeks = 0, all_rounds = 0;
    for (int l = 0; l < EESI_LEVELS; l++)
        for (int a = 0; a < EESI_AGES; a++) {
            level_weeks[l] += counts->weeks[l][a];
            level_rounds[l] += counts->rounds[l][a];
            all_weeks += counts->weeks[l][a];
            all_rounds += counts->rounds[l][a];
        }
    double strength = model->params[EESI_RATE_STRENGTH];
    double rate = (all_rounds + strength) / (all_weeks + strength / prior_rate);
    for (int l = 0; l < EESI_LEVELS; l++) {
        strength = model->params[EESI_LEVEL_STRENGTH];
        double level_rate = (level_rounds[l] + strength) / (level_weeks[l] + strength / rate);
        for (int a = 0; a < EESI_AGES; a++)
            hazard[l][a] = smooth_cell(model, counts->weeks[l], counts->rounds[l], a, level_rate);
        hazard[l][EESI_CELLS - 1] = hazard[l][EESI_CELLS - 2] = hazard[l][EESI_AGES - 1];
    }
}

/* Own counts with a prior worth `strength` of them, scaled to sum 1. The prior is the pooled counts and one more, which
 * is shared evenly, so no entry is 0. */
static void smooth_table(const double *own, const double *pooled, int length, double strength, double *out) {
    double pooled_sum = 0, own_sum = 0;
    for (int i = 0; i < length; i++) {
        pooled_sum += pooled[i];
        own_sum += own[i];
    }
    for (int i = 0; i < length; i++) {
        double prior = (pooled[i] + 1.0 / length) / (pooled_sum + 1);
        out[i] = (own[i] + strength * prior) / (own_sum + strength);
    }
}

static void smooth_days(eesi_calendar *calendar, const program_counts *counts) {
    double weekday[EESI_DAYS] = {0}, lag[EESI_LAGS] = {0};
    for (int p = 0; p < calendar->program_count; p++) {
        for (int d = 0; d < EESI_DAYS; d++)
            weekday[d] += counts[p].weekday[d];
        for (int i = 0; i < EESI_LAGS; i++)
            lag[i] += counts[p].lag[i];
    }
    double strength = calendar->model.params[EESI_DAY_STRENGTH];
    for (int p = 0; p < calendar->program_count; p++) {
        smooth_table(counts[p].weekday, weekday, EESI_DAYS, strength, calendar->weekday[p]);
        smooth_table(counts[p].lag, lag, EESI_LAGS, strength, calendar->lag[p]);
    }
}

/* Rate of a program about which nothing is known: a third of the mean rate of all programs that may hold rounds. */
static double unknown_rate(const eesi_calendar *calendar, const program_counts *counts) {
    double weeks = 0, rounds = 0;
    for (int p = 0; p < calendar->program_count; p++)
        for (int l = 0; l < EESI_LEVELS; l++)
            for (int a = 0; a < EESI_AGES; a++) {
                weeks += counts[p].weeks[l][a];
                rounds += counts[p].rounds[l][a];
            }
    return (rounds + 0.01) / (3 * weeks + 1);
}

/*
 * A program that holds rounds is not one that was stopped: the two and a half years without CEC rounds say nothing of
 * how long a gap between two of them lasts. For a program that is silent now they do count.
 */
static void forget_dormancy(const eesi_calendar *calendar, program_counts *counts) {
    for (int p = 0; p < calendar->program_count; p++)
        for (int l = 0; l < EESI_LEVELS && counts[p].silence <= DORMANT_AFTER; l++) {
            counts[p].weeks[l][EESI_AGES - 1] -= counts[p].dormant_weeks[l];
            counts[p].rounds[l][EESI_AGES - 1] -= counts[p].dormant_rounds[l];
        }
}

/* How often stopped programs held a round again, in a week of such a silence; before anything is seen, twice in a
 * hundred. */
static double comeback(const silence_counts *silent, int cell) {
    return (silent->rounds[cell] + 0.5) / (silent->weeks[cell] + 25);
}

/*
 * A program that was stopped comes back as others did. A leader keeps the chance that its silence of today gives it:
 * the chain of days does not count a leader's weeks beyond the twelfth.
 */
static void heed_silence(eesi_calendar *calendar, const program_counts *counts, const silence_counts *silent) {
    for (int p = 0; p < calendar->program_count; p++) {
        const int now = eesi_cell_of(calendar->age[p]), oldest = EESI_AGES - 1;
        const bool leads = is_leader(calendar, p), stopped = now > oldest;
        for (int l = 0; l < EESI_LEVELS && counts[p].has_begun; l++)
            for (int c = oldest; c < EESI_CELLS; c++) {
                const int as = leads ? (stopped ? now : oldest) : c;
                calendar->hazard[p][l][c] = as > oldest ? comeback(silent, as) : calendar->hazard[p][l][oldest];
            }
    }
}

/* A program whose last gaps were short keeps its rhythm for now. */
static void heed_rhythm(eesi_calendar *calendar) {
    for (int p = 0; p < calendar->program_count; p++) {
        memcpy(calendar->rhythm_hazard[p], calendar->hazard[p], sizeof calendar->hazard[p]);
        const double odds = pow(rhythm_odds, calendar->streak[p] / (double)EESI_STREAK);
        for (int l = 0; l < EESI_LEVELS; l++)
            for (int a = 1; a <= EESI_SHORT_GAP; a++) {
                double *hazard = &calendar->rhythm_hazard[p][l][a];
                *hazard = *hazard * odds / (1 - *hazard + *hazard * odds);
            }
    }
}

void eesi_calendar_estimate(eesi_calendar *calendar, const eesi_weeks *weeks, const ees_history *history,
                            ees_known known) {
    program_counts counts[EES_PROGRAMS_MAX];
    memset(counts, 0, sizeof counts);
    int32_t full_weeks = calendar->week - weeks->first;
    size_t week_count = full_weeks > 0 ? (size_t)full_weeks : 0;
    choose_leaders(calendar, weeks, week_count < weeks->count ? week_count : weeks->count);
    silence_counts silent = {{0}, {0}};
    read_weeks(calendar, weeks, counts, &silent);
    double prior_rate = unknown_rate(calendar, counts);
    forget_dormancy(calendar, counts);
    for (int p = 0; p < calendar->program_count; p++)
        smooth_hazard(&calendar->model, &counts[p], prior_rate, calendar->hazard[p]);
    heed_silence(calendar, counts, &silent);
    heed_rhythm(calendar);
    smooth_days(calendar, counts);
    eesi_size_estimate(calendar, history, known);
}
