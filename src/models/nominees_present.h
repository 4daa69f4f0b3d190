/*
 * Provincial nominees in the pool on a day. They stand at 601 and above, top what they take part in, and are counted
 * apart from everybody else: the last published number, and a running mean of how many come a day. The ensemble and its
 * futures count alike; the statistical model moves a count of its own (exposure.c) with the same two constants.
 */
#ifndef EESI_NOMINEES_PRESENT_H
#define EESI_NOMINEES_PRESENT_H

#include <math.h>

#include <eesim/date.h>

/* Nobody is surer of their number than this, candidates. */
#define EESI_NOMINEES_SD 5.0
/* They never leave less of a round than this share of its size. */
#define EESI_NOMINEES_LEAVE 0.02
/* Days after a round that took them before a count says something of the rate. */
enum { EESI_NOMINEES_RATE_DAYS = 3 };

typedef struct eesi_nominees {
    double rate;         /* running mean of arrivals a day */
    double band;         /* last published number */
    ees_date band_date;  /* its day; EES_DATE_NONE: none yet */
    ees_date clear_date; /* last day a round took them; EES_DATE_NONE: none yet */
    int seen;            /* bands that taught the rate */
} eesi_nominees;

/* Nobody known yet. */
eesi_nominees eesi_nominees_none(void);
/* A number published as of a day. */
void eesi_nominees_count(eesi_nominees *nominees, double band, ees_date as_of);
/* Those of the last count who are still there (none after a round that took them), and the days since then or since
 * that round; rate times days have come besides. A count of the day of a round was made before it. */
void eesi_nominees_since(const eesi_nominees *nominees, ees_date date, double *band, double *days);

/*
 * Standard deviation of the log of a round's places against the stock: `round_sd`, and the chance of whole people. For
 * fewer than a dozen that chance stays the same: else a larger round could have the higher cut-off.
 */
static inline double eesi_places_sd(double round_sd, double places) {
    const double fewest = 12;
    return sqrt(round_sd * round_sd + 1.0 / (places > fewest ? places : fewest));
}

/* Places of a round of `size` that nominees leave, when `present` of them take part with this share. */
static inline double eesi_nominees_leave(double size, double share, double present) {
    const double left = size - share * (present > 0.0 ? present : 0.0), least = EESI_NOMINEES_LEAVE * size;
    return left > least ? left : least;
}

#endif
