#ifndef EESI_SEGMENT_H
#define EESI_SEGMENT_H

#include <eesim/segment.h>

#include "base/source.h"

/* As ees_segments_load(). @param from  NULL: files of the system. */
int eesi_segments_read(ees_segments *segments, const eesi_source *from, const char *path, const ees_programs *programs,
                       ees_error *err) EES_MUST_CHECK;

#endif
