/** @file Version of the library. */
#ifndef EESIM_VERSION_H
#define EESIM_VERSION_H

#include <eesim/export.h>

/** @return "MAJOR.MINOR.PATCH", static storage. */
EES_API const char *ees_version(void);

#endif
