/* fetched.json of a data folder: what the server said of the feed that the folder was brought up to date with. */
#ifndef EESI_ORIGIN_H
#define EESI_ORIGIN_H

#include <eesim/feed.h>

#include "base/buf.h"

#define EESI_ORIGIN_FILE "fetched.json"

/* @param data_sha256  of the rounds and pools it belongs to (ees_history.sha256). A failure shows in the buffer. */
void eesi_origin_put(eesi_buf *buf, const ees_feed_origin *origin, const char *data_sha256);

#endif
