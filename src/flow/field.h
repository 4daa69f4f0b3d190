/*
 * What the two forms of the transition share: transition.h moves the members of the filter, futures.h the futures of a
 * run. The transition is the same; tests/unit/test_futures.c holds the second to the first, number by number.
 */
#ifndef EESI_FIELD_H
#define EESI_FIELD_H

enum { EESI_FIELD_TAPS = 16 };

extern const double eesi_field_fortnight;    /* days that the parameters speak of */
extern const double eesi_field_smooth_share; /* of the variance of the field over scores */
extern const double eesi_field_log_tail_min, eesi_field_log_tail_max;

/*
 * The smooth part of the field over scores: white noise on knots a kernel width apart, blurred by a Gaussian kernel and
 * scaled to unit variance at every score. Its correlation over ds is exp(-(ds/length)^2 / 2) to a few per cent.
 */
typedef struct eesi_field {
    int spacing, half_taps;
    double width;
} eesi_field;

eesi_field eesi_field_of(double length_pts);
/* Weights w[2 half_taps + 1] of a score's knots; they depend on cell % spacing alone. Returns its first knot. */
int eesi_field_weights(const eesi_field *field, int cell, double *w);
int eesi_field_knots(const eesi_field *field, int cells);

#endif
