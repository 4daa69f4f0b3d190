/*
 * When the next rounds will be held, and how large they will be, learned from the rounds of the past.
 *
 * Dates. Rounds come by weeks. In each week a program holds at most one round; there was never more than one. The
 * probability of a round in a week depends on the weeks since the program's last round, and on the rounds of the
 * leading programs in that week. The day depends on the weekday and on the day of the leading program: CEC follows PNP.
 * No round is held on federal holidays and around New Year. The tables are counts in which recent rounds weigh more.
 * They are smoothed towards the counts of all programs, so that tails stay heavy.
 *
 * Sizes. The distribution is a mixture: the last size, one of the recent sizes, round multiples, and wide components
 * around the last size, the recent mean, and rate times gap. Recent rounds weigh more in its weights, which are shrunk
 * towards those of all programs.
 *
 * Nothing here is random except eesi_calendar_size_draw(), whose randomness is its argument. Reentrant; a created
 * calendar is read-only and may be shared between threads.
 */
#ifndef EESI_CALENDAR_H
#define EESI_CALENDAR_H

#include <stdbool.h>

#include <eesim/date.h>
#include <eesim/error.h>
#include <eesim/history.h>
#include <eesim/program.h>
#include <stddef.h>

enum {
    EES_CALENDAR_HOLIDAYS_MAX = 32,
    EES_CALENDAR_PARAMS = 32,       /* tunable numbers */
    EES_CALENDAR_HORIZON_DAYS = 183 /* how far a forecast looks where nothing else is said */
};

/* How a closed day is found in a year. */
typedef enum ees_holiday_kind {
    EES_HOLIDAY_FIXED,     /* month, day; on a weekend the next Monday is closed too */
    EES_HOLIDAY_NTH,       /* the n-th `weekday` of the month */
    EES_HOLIDAY_BEFORE,    /* the last `weekday` before month, day */
    EES_HOLIDAY_EASTER,    /* `day` days after Easter Sunday (may be negative) */
    EES_HOLIDAY_CLOSED_DAY /* month, day; no substitute day */
} ees_holiday_kind;

typedef struct ees_holiday {
    ees_holiday_kind kind;
    int month;
    int day;
    int weekday;
    int n;
} ees_holiday;

/* What models/calendar.json holds: the tunable numbers and the closed days. A plain value: no ownership. */
typedef struct ees_calendar_model {
    char name[64];
    char sha256[65]; /* of the file; "" when not loaded from one */
    double params[EES_CALENDAR_PARAMS];
    size_t holiday_count;
    ees_holiday holidays[EES_CALENDAR_HOLIDAYS_MAX];
} ees_calendar_model;

/*
 * The day to assume for a program's coming round when none is given. It is the median of the exact distribution of the
 * day, which begins on the day after the newest known round and covers EES_CALENDAR_HORIZON_DAYS. A program may be so
 * rare that a round within these days is less likely than not. Its day is then the first open one a week after the
 * newest round: the question is what such a round would do now.
 * @param date  EES_DATE_NONE after an error. @return 0, EES_ERR_RANGE (no round is known, no such program),
 * EES_ERR_NOMEM. About a millisecond.
 */
int eesi_calendar_next_date(const ees_calendar_model *model, const ees_programs *programs, const ees_history *history,
                            ees_known known, int program, ees_date *date, ees_error *err) EES_MUST_CHECK;

enum { EESI_SIZE_COMPONENTS = 12 };

/* Built-in starting values (before any fit) and the federal holidays of Canada. */
void eesi_calendar_model_init(ees_calendar_model *model);
/* @return name of a tunable number, or NULL from the first unused position on. */
const char *eesi_calendar_param_name(size_t index);
/*
 * The content of a calendar file (models/calendar.json), numbers to four digits.
 * @param provenance  what the numbers come from; may be NULL. @param data_sha256  may be NULL.
 * @param text  set to malloc()ed text, NULL after an error. @return 0 or EES_ERR_NOMEM.
 */
int eesi_calendar_model_text(const ees_calendar_model *model, const char *provenance, const char *data_sha256,
                             char **text, ees_error *err) EES_MUST_CHECK;

/* @return true when no round can be expected on this day: a weekend or a closed day. */
bool eesi_calendar_closed(const ees_calendar_model *model, ees_date date);

typedef struct eesi_calendar eesi_calendar;

/*
 * Learn the habits of every program from what was known before a day.
 * @param known  ees_history_before(history, from, hindsight); nothing later is looked at.
 * @param from   first day a coming round could be held.
 * @param out    eesi_calendar_destroy() it; NULL after an error.
 * @return 0, EES_ERR_RANGE (no round is known), EES_ERR_NOMEM. O(rounds x programs). The history may be freed after.
 */
int eesi_calendar_create(eesi_calendar **out, const ees_calendar_model *model, const ees_programs *programs,
                         const ees_history *history, ees_known known, ees_date from, ees_error *err) EES_MUST_CHECK;
/* The same in a world in which the programs of `absent` hold no rounds: the others do not look at them. */
int eesi_calendar_create_without(eesi_calendar **out, const ees_calendar_model *model, const ees_programs *programs,
                                 const ees_history *history, ees_known known, ees_date from, ees_program_set absent,
                                 ees_error *err) EES_MUST_CHECK;
void eesi_calendar_destroy(eesi_calendar *calendar);

/*
 * Exact distribution of the day of a program's next round.
 * @param pmf   double[days]: pmf[i] is the probability of the day `from` + i. The rest (1 - sum) lies later.
 * @return 0, EES_ERR_RANGE, EES_ERR_NOMEM.
 */
int eesi_calendar_date_pmf(const eesi_calendar *calendar, int program, double *pmf, size_t days,
                           ees_error *err) EES_MUST_CHECK;

/* What a size depends on besides the habits. */
typedef struct eesi_size_context {
    double last;     /* size of the program's last round; 0: none yet */
    double mean_log; /* recency-weighted mean of log sizes */
    double rate;     /* recency-weighted candidates a day between rounds */
    double most;     /* upper limit of all components but the widest, candidates */
    double gap_days; /* days since the program's last round */
    double fresh;    /* candidates of 601 and more that gathered since the last PNP round (only PNP), 0: not known */
    double fresh_age_days; /* days from that count to the round */
    double recent[8];      /* latest sizes, newest first; 0 where there are fewer */
    double past[30];       /* latest published sizes, newest first; assumed rounds do not move them */
    int past_count;
} eesi_size_context;

/* The context of the program's next round, were it held on `date`. */
eesi_size_context eesi_calendar_size_context(const eesi_calendar *calendar, int program, ees_date date);
/* Exact probability of a size (candidates, >= 1). */
double eesi_calendar_size_prob(const eesi_calendar *calendar, int program, const eesi_size_context *context,
                               int64_t size);
/* P(size <= `size`), exact up to rounding. */
double eesi_calendar_size_cdf(const eesi_calendar *calendar, int program, const eesi_size_context *context,
                              int64_t size);
/* One size. @param u  two independent uniforms in (0,1). About 50 ns. */
int64_t eesi_calendar_size_draw(const eesi_calendar *calendar, int program, const eesi_size_context *context,
                                const double u[2]);
/* Move a context past an assumed round of this size. Mean and rate stay those of the published rounds. */
void eesi_calendar_size_update(eesi_size_context *context, int64_t size);

#endif
