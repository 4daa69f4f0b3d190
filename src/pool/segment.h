#ifndef EESI_SEGMENT_H
#define EESI_SEGMENT_H

#include <eesim/pool.h>

#include "base/source.h"

/*
 * Load the definitions. @param from  NULL: files of the system. @param segments uninitialised; eesi_segments_free() it,
 * also after an error.
 * @return 0, EES_ERR_NOTFOUND, EES_ERR_IO, EES_ERR_DATA (unknown program, the same eligibility twice, share knots that
 * do not rise, nobody to take a score), EES_ERR_NOMEM. No randomness. Reentrant.
 */
int eesi_segments_read(ees_segments *segments, const eesi_source *from, const char *path, const ees_programs *programs,
                       ees_error *err) EES_MUST_CHECK;
void eesi_segments_free(ees_segments *segments);

/* @return weight of a segment at a score: linear between its knots, level beyond them, 0 on the other side of 601. */
double eesi_segment_share(const ees_segment *segment, int score);

#endif
