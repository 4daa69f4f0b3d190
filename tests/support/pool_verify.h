#ifndef POOL_VERIFY_H
#define POOL_VERIFY_H

#include <eesim/pool.h>

/*
 * Recheck everything that must hold of a pool, from its cells: order, ranges, ages, nominees at 601 and above and only
 * there, sums. @param published  a pool whose bands it must reproduce, or NULL.
 * @return 0, or EES_ERR_MISMATCH with the first violation in words. O(cells).
 */
int test_pool_verify(const ees_pool *pool, const ees_snapshot *published, ees_error *err) EES_MUST_CHECK;

#endif
