/**
 * @file
 * CRS scores and the published score bands.
 */
#ifndef EESIM_SCORE_H
#define EESIM_SCORE_H

#include <eesim/export.h>

enum {
    EES_SCORE_MAX = 1200, /* CRS scores run from 0 to here */
    EES_SCORE_COUNT = 1201,
    EES_SCORE_NONE = -1,     /* missing: nobody was invited, or not published */
    EES_SCORE_NOMINEE = 601, /* at or above it everybody holds a provincial nomination (worth 600 points) */
    EES_LEAF_BANDS = 15      /* disjoint bands that cover 0..1200 */
};

/** A published interval of scores, both ends included. */
typedef struct ees_band {
    int low;
    int high;
} ees_band;

/** The leaf bands, highest first: 601-1200, 501-600, 491-500 ... 0-300. */
EES_API extern const ees_band ees_leaf_bands[EES_LEAF_BANDS];

/** @return index into ees_leaf_bands of the band that holds `score` (0..1200), or -1. O(bands). */
EES_API int ees_leaf_band_of(int score);

#endif
