/*
 * The exposure model: one program whose rounds take the top of a stock of candidates that refills between them.
 *
 * At score s the stock is level * shape(s) * e(s): `level` arrivals a day at the reference score, a fixed shape, and
 * the exposure e(s), the days of arrivals gathered there since the score was last cleared, less losses. A round of N
 * takes the top N, so the cut-off is the score where level * sum over j >= s of shape(j) e(j) reaches N. The log of the
 * level is uncertain, Student-t; every cut-off probability follows from it in closed form: P(cut-off >= s) = T((log
 * level + log tail(s) - log N) / scale). After a round its residual corrects the level (the rate to come) and the
 * exposures below the cut-off (the stock that stands there), each by its gain.
 */
#ifndef EESI_EXPOSURE_H
#define EESI_EXPOSURE_H

#include <stdbool.h>
#include <stddef.h>

#include <eesim/date.h>
#include <eesim/history.h>
#include <eesim/predictive.h>

enum { EESI_EXPOSURE_LOW = 100, EESI_EXPOSURE_HIGH = 950, EESI_EXPOSURE_CELLS = 851 };

/* Shared by all programs of a family. Logs are natural; "log" scales are of the number of candidates. */
typedef struct eesi_exposure_params {
    double loss_per_day;   /* share of the stock that leaves in a day without being invited */
    double level_gain;     /* share of a residual that moves the level, once the level is known */
    double stock_gain;     /* share of the rest that moves the stock below the cut-off */
    double scale;          /* prior sd of a round's residual, log */
    double scale_dof;      /* weight of that prior, rounds */
    double scale_memory;   /* share of what is known of the scale that is kept from round to round */
    double gap_power;      /* beyond 14 days the variance grows with this power of the gap: 1 for a random walk */
    double first_days;     /* exposure of every score before the family's first round, days */
    double first_level;    /* prior mean of log level, log candidates a day and point where the shape is 1 */
    double first_level_sd; /* its prior sd */
    double arrival_sd; /* sd of the log of a fortnight's arrivals; 0: these candidates are not the published pool's */
    double pool_gain;  /* share of what the count of 501-600 says against the level that moves it */
} eesi_exposure_params;

typedef struct eesi_exposure {
    const eesi_exposure_params *params;
    double shape[EESI_EXPOSURE_CELLS];
    double days[EESI_EXPOSURE_CELLS]; /* e(s) */
    double level;                     /* mean of log level */
    double level_variance;
    double scale_dof;
    double scale_squares; /* scale_squares / scale_dof estimates the residual variance */
    ees_date date;        /* of the state; EES_DATE_NONE before the first advance */
    ees_date last_round;  /* of the program; EES_DATE_NONE before the first */
    int rounds;           /* assimilated */
    /* For candidates that are the whole published pool: */
    ees_date seen;           /* day of the latest pool used; EES_DATE_NONE before */
    double nominees;         /* present; they are invited before anybody else */
    double nominees_per_day; /* arriving */
    ees_date nominees_left;  /* day on which a round last took them; EES_DATE_NONE before */
} eesi_exposure;

/* shape(s) = 1 up to the reference score and exp(-(s - reference)^2 / (2 spread^2)) above it; both in points. */
void eesi_exposure_init(eesi_exposure *state, const eesi_exposure_params *params, double reference, double spread);
/* Let arrivals and losses work until `date` (no effect when it is not later). */
void eesi_exposure_advance(eesi_exposure *state, ees_date date);
/* A round of another program took this share (0..1) of the candidates above its cut-off. */
void eesi_exposure_take_top(eesi_exposure *state, int cutoff, double share);
/* Scale the stock to a published pool; no effect when these candidates are only part of it, or when the pool is older
 * than the program's last round. */
void eesi_exposure_observe(eesi_exposure *state, const ees_snapshot *snapshot);
/* Distribution of the cut-off of a round of `size` on the state's day. */
void eesi_exposure_predict(const eesi_exposure *state, double size, ees_predictive *predictive);
/* Probability given to one cut-off, without the rest; cheap. */
double eesi_exposure_probability(const eesi_exposure *state, double size, int cutoff);
/* Learn from a round on the state's day. */
void eesi_exposure_assimilate(eesi_exposure *state, double size, int cutoff);

#endif
