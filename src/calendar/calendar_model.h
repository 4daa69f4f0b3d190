/*
 * Inside of the calendar: the tables a calendar is made of, shared by its estimation, the exact distribution of dates,
 * the sizes and the sampler of whole futures, so that all of them speak of one model.
 */
#ifndef EESI_CALENDAR_MODEL_H
#define EESI_CALENDAR_MODEL_H

#include "base/source.h"
#include "calendar/calendar.h"

enum {
    EESI_AGES = 13, /* weeks since a leader's last round as the chain of days knows them: 1..11, 12 and more */
    EESI_HALF_YEAR = 26,
    EESI_YEAR = 52,             /* no age is longer */
    EESI_CELLS = EESI_AGES + 2, /* ages that have chances of their own: 12 to 25 weeks, 26 to 51, 52 and more */
    EESI_SHORT_GAP = 3,         /* weeks; a rhythm is a streak of gaps that are no longer */
    EESI_STREAK = 3,            /* longer streaks are no surer */
    EESI_LEVELS = 3,            /* what the leaders did this week: nothing, something, a category round */
    EESI_DAYS = 7,              /* Monday .. Sunday; EESI_DAYS itself: no day */
    EESI_LAGS = 9,              /* open days after the leader's day, -4 .. 4 */
    EESI_LEADERS = 3,           /* programs the others look at */
    EESI_RECENT = 8,            /* sizes remembered */
    EESI_PAST = 30              /* published sizes that a later round may come back to */
};

enum eesi_calendar_param {
    EESI_WEEK_HALF_LIFE, /* weeks */
    EESI_AGE_KERNEL,     /* weight of an age one week off, 0..1 */
    EESI_CELL_STRENGTH,  /* rounds of prior for a cell (age, level) */
    EESI_LEVEL_STRENGTH, /* rounds of prior for a level */
    EESI_RATE_STRENGTH,  /* rounds of prior for a program's rate */
    EESI_SHORT_WEEK,     /* factor on chances in weeks of fewer than three open days */
    EESI_DAY_HALF_LIFE,  /* weeks */
    EESI_DAY_STRENGTH,   /* rounds of prior for a day table */
    EESI_DAY_MIX,        /* exponent of the weekday table where a leader's day is known */
    EESI_SIZE_HALF_LIFE, /* rounds of the program */
    EESI_SIZE_STRENGTH,  /* rounds of prior for mixture weights */
    EESI_SCALE_1000,     /* scales of log size, per component */
    EESI_SCALE_500,
    EESI_SCALE_100,
    EESI_SCALE_50,
    EESI_SCALE_LAST,
    EESI_SCALE_MEAN,
    EESI_SCALE_RATE,
    EESI_SCALE_FRESH,
    EESI_SCALE_WIDE,
    EESI_POOL_HALF_LIFE, /* rounds; size habits of all programs together */
    EESI_RECENT_DECAY,   /* weight of the size before the one remembered, 0..1 */
    EESI_MEAN_GAIN,      /* gain of the running mean and rate, 0..1 */
    EESI_CALENDAR_PARAM_COUNT
};

/* Which program held a round on which day of which week, and which days were open. */
typedef struct eesi_weeks {
    int32_t first; /* week of the first round, in weeks since the Monday 1969-12-29 */
    size_t count;
    uint8_t *open; /* [count], bit d: day d is open */
    int8_t *day;   /* [count][EES_PROGRAMS_MAX], -1: no round */
} eesi_weeks;

struct eesi_calendar {
    ees_calendar_model model;
    int program_count;
    ees_date from;
    int32_t week; /* of `from` */
    int order[EES_PROGRAMS_MAX];
    int rank[EES_PROGRAMS_MAX];
    bool category[EES_PROGRAMS_MAX];
    ees_date first_date[EES_PROGRAMS_MAX];
    ees_date last_date[EES_PROGRAMS_MAX];
    ees_program_set absent; /* programs that will hold no rounds: nobody looks at them */
    int leader_count;
    int leader[EESI_LEADERS]; /* in order */
    int age[EES_PROGRAMS_MAX];
    int8_t held[EES_PROGRAMS_MAX]; /* day in the week of `from`, before `from`; -1: none */
    int streak[EES_PROGRAMS_MAX];  /* short gaps in a row before the last round */
    double hazard[EES_PROGRAMS_MAX][EESI_LEVELS][EESI_CELLS];
    double rhythm_hazard[EES_PROGRAMS_MAX][EESI_LEVELS][EESI_CELLS]; /* the same while the rhythm of today is known */
    double weekday[EES_PROGRAMS_MAX][EESI_DAYS];                     /* each sums to 1 */
    double lag[EES_PROGRAMS_MAX][EESI_LAGS];
    double weight[EES_PROGRAMS_MAX][EESI_SIZE_COMPONENTS];
    eesi_size_context size[EES_PROGRAMS_MAX];
    ees_date size_date[EES_PROGRAMS_MAX]; /* of the last round; EES_DATE_NONE: none */
    ees_date fresh_date;
    int nominee; /* the program whose candidates gather above 600, or EES_PROGRAM_NONE */
};

/* The cell of an age of at least 1. */
static inline int eesi_cell_of(int age) {
    return (age < EESI_AGES - 1 ? age : EESI_AGES - 1) + (age >= EESI_HALF_YEAR) + (age >= EESI_YEAR);
}

/* Chances of a program's round in a week, by level and cell. */
typedef const double eesi_hazards[EESI_LEVELS][EESI_CELLS];
bool eesi_rhythm_holds(const eesi_calendar *calendar, int32_t week);
eesi_hazards *eesi_hazards_of(const eesi_calendar *calendar, int program, bool in_rhythm);

int32_t eesi_week_of(ees_date date);
ees_date eesi_week_monday(int32_t week);
/* Bit d: day d of the week is open. */
unsigned eesi_week_open(const ees_calendar_model *model, int32_t week);
/* Share of the usual chance of a round in a week with these open days. */
double eesi_week_factor(const ees_calendar_model *model, unsigned open);

int eesi_weeks_build(eesi_weeks *weeks, const ees_calendar_model *model, const ees_programs *programs,
                     const ees_history *history, ees_error *err) EES_MUST_CHECK;
void eesi_weeks_free(eesi_weeks *weeks);

/* Built-in start and allowed range of a tunable number. */
double eesi_calendar_param_start(size_t index);
void eesi_calendar_param_range(size_t index, double *low, double *high);

/* Estimate everything from the rounds and snapshots of `known`, all before `from`. */
void eesi_calendar_estimate(eesi_calendar *calendar, const eesi_weeks *weeks, const ees_history *history,
                            ees_known known);
void eesi_calendar_setup(eesi_calendar *calendar, const ees_calendar_model *model, const ees_programs *programs,
                         ees_date from);
void eesi_size_estimate(eesi_calendar *calendar, const ees_history *history, ees_known known);

/* The leaders' doings of one week as the others see them: level and latest day, from held[] of the leaders. */
typedef struct eesi_week_state {
    int level;
    int day; /* EESI_DAYS: none */
} eesi_week_state;
eesi_week_state eesi_week_seen(const eesi_calendar *calendar, int program, const int8_t *held);
/* State after leader `leader` held a round on `day`. */
eesi_week_state eesi_week_after(const eesi_calendar *calendar, int leader, eesi_week_state state, int day);
/* Whether a program may hold rounds in a week at all (its first and last date). */
bool eesi_program_runs(const eesi_calendar *calendar, int program, int32_t week);
/* Distribution of the day given that the program holds a round in the week. */
void eesi_day_pmf(const eesi_calendar *calendar, int program, unsigned open, int seen_day, double pmf[EESI_DAYS]);
/*
 * Chance of a round on the days from `first_day` on, given none before in the week. `pmf` comes in as the whole week's
 * distribution and goes out as that of the remaining days.
 */
double eesi_week_chance(double hazard, int first_day, double pmf[EESI_DAYS]);

/* @param from  NULL: files of the system. @return 0, EES_ERR_NOTFOUND, EES_ERR_IO, EES_ERR_DATA (names the key). */
int eesi_calendar_model_read(ees_calendar_model *model, const eesi_source *from, const char *path,
                             ees_error *err) EES_MUST_CHECK;

#endif
