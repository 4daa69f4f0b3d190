/*
 * Every purpose that the library draws random numbers for (see rng.h): its first number, and how many it takes from
 * there. A purpose may lie in the range of another module than its own: results of a seed depend on the number, so none
 * moves. Entries rise, and the compiler refuses two that overlap.
 */
#ifndef EESI_PURPOSE_H
#define EESI_PURPOSE_H

#include "base/rng.h"

#define EESI_PURPOSES(ENTRY)                                                                                           \
    ENTRY(EESI_RNG_PREDICT, EES_RNG_POOL + 0x10, 1) /* members, sizes and tie-breaks of a round that is predicted */   \
    ENTRY(EESI_RNG_START, EES_RNG_FLOW, 1)          /* the filter's members, when a stream begins */                   \
    ENTRY(EESI_RNG_MOVE, EES_RNG_FLOW + 1, 2)       /* and when they move: up to a shock, and after it */              \
    ENTRY(EESI_RNG_SHOCK, EES_RNG_FLOW + 3, 1)                                                                         \
    ENTRY(EESI_RNG_AHEAD, EES_RNG_FLOW + 4, 2) /* as the last two, for copies that look ahead */                       \
    ENTRY(EESI_RNG_AHEAD_SHOCK, EES_RNG_FLOW + 6, 1)                                                                   \
    ENTRY(EESI_RNG_ROUND, EES_RNG_FILTER, 1)           /* errors of a round that the filter sees */                    \
    ENTRY(EESI_RNG_DRAW, EES_RNG_FILTER + 1, 1)        /* and of one that it predicts */                               \
    ENTRY(EESI_RNG_BAND, EES_RNG_FILTER + 2, 0x3e)     /* errors of a published pool, one number a band */             \
    ENTRY(EESI_RNG_CATEGORY, EES_RNG_FILTER + 0x40, 1) /* share that a category round takes */                         \
    ENTRY(EESI_RNG_SEARCH, EES_RNG_FILTER + 0x80, 1)                                                                   \
    ENTRY(EESI_RNG_BOOTSTRAP, EES_RNG_FILTER + 0x81, 1)    /* blocks of time in which a backtest is resampled */       \
    ENTRY(EESI_RNG_WEEK, EES_RNG_POLICY, 1)                /* rounds of a week and their days */                       \
    ENTRY(EESI_RNG_TARGET, EES_RNG_POLICY + 1, 1)          /* annual targets */                                        \
    ENTRY(EESI_RNG_CUTOFF, EES_RNG_POLICY + 2, 1)          /* place of a forecast's cut-off in its distribution */     \
    ENTRY(EESI_RNG_SIZE, EES_RNG_POLICY + 0x20, 32)        /* sizes, one number a program */                           \
    ENTRY(EESI_RNG_FUTURES, EES_RNG_ENGINE + 0x40, 2 * 32) /* futures of a run, two numbers a program */

/* The number after an enumerator's is the next one's where none is given: FREE is the first that no entry before took.
 */
/* An enumerator takes no parentheses. NOLINTNEXTLINE(bugprone-macro-parentheses) */
#define EESI_PURPOSE_ENTRY(name, first, count) name##_FREE, name = (first), name##_LAST = (first) + (count)-1,
enum eesi_purpose { EESI_PURPOSES(EESI_PURPOSE_ENTRY) EESI_PURPOSES_END };

#define EESI_PURPOSE_CHECK(name, first, count)                                                                         \
    _Static_assert((int)name##_FREE <= (int)(name), "this purpose takes numbers of the one before it: " #name);
EESI_PURPOSES(EESI_PURPOSE_CHECK)
_Static_assert((int)EESI_PURPOSES_END <= (int)EES_RNG_USER, "these numbers are the user's");

#endif
