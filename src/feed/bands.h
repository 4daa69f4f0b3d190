/* The bands of a pool: to find one, to put them together, to compare them. */
#ifndef EESI_BANDS_H
#define EESI_BANDS_H

#include <stdbool.h>
#include <stdint.h>

#include <eesim/history.h>

/* @return position of the band that holds `score` (0..1200), or -1. O(bands), as all of these. */
int eesi_bands_of(const ees_bands *bands, int score);
/* @return position of the band with just these limits, or -1. */
int eesi_bands_find(const ees_bands *bands, int64_t low, int64_t high);
/* Put a band in its place, which is *place. @return false: it overlaps with another, or there is no room. */
bool eesi_bands_add(ees_bands *bands, ees_band band, int *place);
/* @return the highest score that no band holds, or -1 when every score has one. */
int eesi_bands_gap(const ees_bands *bands);
bool eesi_bands_equal(const ees_bands *a, const ees_bands *b);
/* The same bands with the same candidates. */
bool eesi_same_pool(const ees_bands *a, const int64_t *a_leaf, const ees_bands *b, const int64_t *b_leaf);

/*
 * The band right below the nominees, 501-600 for `low` = 501. Where it is published in parts, they are joined.
 * @param count  its candidates. @param next  position of the first band below it; may be NULL.
 */
ees_band eesi_snapshot_top(const ees_snapshot *snapshot, int low, int64_t *count, int *next);

#endif
