/* A broken invariant of ours (a bug, never bad input): always checked, ends the process at once. */
#ifndef EESI_ASSERT_H
#define EESI_ASSERT_H

#include <stdlib.h>

#define EES_BUG_ASSERT(condition) ((condition) ? (void)0 : abort())

#endif
