#include "flow/field.h"

#include <math.h>

const double eesi_field_fortnight = 14.0;
const double eesi_field_smooth_share = 0.7;
const double eesi_field_log_tail_min = 1.6094379124341003;
const double eesi_field_log_tail_max = 6.396929655216146;

eesi_field eesi_field_of(double length_pts) {
    const double width = length_pts / 1.4142135623730951;
    int spacing = (int)width;
    if (spacing < 1)
        spacing = 1;
    int half_taps = (int)ceil(3.0 * width / spacing);
    if (half_taps > EESI_FIELD_TAPS / 2 - 1)
        half_taps = EESI_FIELD_TAPS / 2 - 1;
    return (eesi_field){spacing, half_taps, width};
}

int eesi_field_weights(const eesi_field *field, int cell, double *w) {
    const int first = cell / field->spacing;
    double sum = 0.0;
    for (int j = 0; j <= 2 * field->half_taps; j++) {
        const double d = (cell - (first + j - field->half_taps) * field->spacing) / field->width;
        w[j] = exp(-0.5 * d * d);
        sum += w[j] * w[j];
    }
    for (int j = 0; j <= 2 * field->half_taps; j++)
        w[j] /= sqrt(sum);
    return first;
}

int eesi_field_knots(const eesi_field *field, int cells) {
    return (cells - 1) / field->spacing + 1 + 2 * field->half_taps;
}
