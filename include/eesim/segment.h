/**
 * @file
 * Segments: groups of candidates with the same eligibility. Definitions are data (models/segments.json).
 */
#ifndef EESIM_SEGMENT_H
#define EESIM_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <eesim/error.h>
#include <eesim/program.h>

enum { EES_SEGMENTS_MAX = 32, EES_SHARE_KNOTS_MAX = 16 };

/** Bit i set: segment at position i. */
typedef uint32_t ees_segment_set;

typedef struct ees_share_knot {
    int score;    /* CRS points 0..1200 */
    double share; /* weight beside the other segments at this score, >= 0 */
} ees_share_knot;

typedef struct ees_segment {
    const char *name; /* codes joined by '+', as "CEC+FRENCH"; owned by the table */
    ees_program_set eligibility;
    bool nominee;         /* holds a nomination: scores 601..1200; the others 0..600 */
    double mean_age_days; /* of a profile, before it is cut at 12 months */
    double updated_share; /* of the candidates above a past cut-off: they submitted before it and rose later, 0..1 */
    size_t knot_count;
    ees_share_knot knots[EES_SHARE_KNOTS_MAX]; /* score up */
} ees_segment;

typedef struct ees_segments {
    size_t count;
    ees_segment segments[EES_SEGMENTS_MAX];
    double unseen_floor; /* share of a band the segments no stream knows keep, whatever the streams ask for, 0..1 */
    char sha256[65];     /* of the file */
    void *arena;         /* private */
} ees_segments;

/**
 * Load the definitions. @param segments uninitialised; ees_segments_free() it, also after an error.
 * @return 0, EES_ERR_NOTFOUND, EES_ERR_IO, EES_ERR_DATA (unknown program, the same eligibility twice, share knots that
 * do not rise, nobody to take a score), EES_ERR_NOMEM. No randomness. Reentrant.
 */
EES_API int ees_segments_load(ees_segments *segments, const char *path, const ees_programs *programs,
                              ees_error *err) EES_MUST_CHECK;
EES_API void ees_segments_free(ees_segments *segments);

/** @return weight of a segment at a score: linear between its knots, level beyond them, 0 on the other side of 601. */
EES_API double ees_segment_share(const ees_segment *segment, int score);

#endif
