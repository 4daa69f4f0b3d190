/*
 * A cache of posteriors. The last few are kept in memory, and each is kept in a folder when the ensemble has one. A
 * file is used only when its key, its check sum and every size agree. Anything else is computed afresh, so the folder
 * may be deleted, damaged or read-only without changing a result.
 */
#ifndef EESI_POSTERIOR_CACHE_H
#define EESI_POSTERIOR_CACHE_H

#include "models/forecaster.h"
#include "models/posterior.h"

typedef struct eesi_posterior_cache eesi_posterior_cache;

/* @param dir  copied; NULL: memory only. EES_ERR_NOMEM. */
int eesi_posterior_cache_create(eesi_posterior_cache **cache, const char *dir, ees_error *err) EES_MUST_CHECK;
void eesi_posterior_cache_destroy(eesi_posterior_cache *cache);

/* True when the digest of this history distinguishes it from others. */
bool eesi_posterior_cacheable(const ees_question *question);

/*
 * The posterior of a question: from the ensemble's cache, or computed and kept there. The caller owns it together with
 * the cache: eesi_posterior_destroy() it. It must not be changed. Any thread may ask. Errors as
 * eesi_posterior_create().
 */
int eesi_posterior_share(const eesi_ensemble_model *ensemble, const ees_question *question, eesi_posterior **posterior,
                         ees_error *err) EES_MUST_CHECK;

#endif
