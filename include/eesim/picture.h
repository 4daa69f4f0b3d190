/**
 * @file
 * Pictures as SVG: one self-contained file each, readable without colour, with a title and a description for those who
 * do not see it. Fixed fonts and colours, no scripts, nothing fetched.
 *
 * All functions write to `out` (its own errors are the caller's to check), use no randomness and are reentrant.
 */
#ifndef EESIM_PICTURE_H
#define EESIM_PICTURE_H

#include <stdio.h>

#include <eesim/date.h>
#include <eesim/history.h>
#include <eesim/predict.h>
#include <eesim/predictive.h>
#include <eesim/scoring.h>

/** The distribution of a cut-off: a bar a score, the median and the 80 % interval marked. @param title  one line. */
EES_API void ees_picture_cutoff(FILE *out, const ees_predictive *cutoff, const char *title);

/**
 * Past cut-offs of a program and the forecast after them (median, 50, 80 and 95 % intervals).
 * @param known     only rounds[0..known.round_count) are drawn.
 * @param from      first day; EES_DATE_NONE: the last two years before the newest known round of the program.
 * @param cutoff    forecast for `date`; NULL: none.
 */
EES_API void ees_picture_history(FILE *out, const ees_history *history, ees_known known, int program, ees_date from,
                                 const ees_predictive *cutoff, ees_date date, const char *title);

/** How many eligible candidates stand at or above each score: median and 80 % interval, around the cut-off. */
EES_API void ees_picture_above(FILE *out, const ees_prediction *prediction, const char *title);

/**
 * Calibration: the PIT histogram beside the coverage of central intervals.
 * @param summary  of at least one forecast.
 */
EES_API void ees_picture_calibration(FILE *out, const ees_score_summary *summary, const char *title);

/** Text of an SVG or HTML element or attribute: & < > and " are escaped. */
EES_API void ees_html_put_text(FILE *out, const char *text);

#endif
