/*
 * Posteriors recalled instead of computed again: the last one is kept in memory, each is kept in a folder when the
 * ensemble has one. A file is believed only when its key, its check sum and every size agree; anything else is
 * computed afresh, so the folder may be deleted, damaged or read-only without changing a result.
 */
#ifndef EESI_RECALL_H
#define EESI_RECALL_H

#include "models/posterior.h"

typedef struct eesi_recall eesi_recall;

/* @param dir  copied; NULL: memory only. EES_ERR_NOMEM. */
int eesi_recall_create(eesi_recall **recall, const char *dir, ees_error *err) EES_MUST_CHECK;
void eesi_recall_destroy(eesi_recall *recall);

/* True when questions about this history can be told apart by its digest. */
bool eesi_recall_possible(const ees_question *question);

/*
 * The posterior of a question: recalled, or computed and kept. It stays valid until the next call for another question
 * or eesi_recall_destroy(). Calls from several threads must be serialised by the caller; errors as
 * ees_posterior_create().
 */
int eesi_recall_posterior(eesi_recall *recall, const ees_ensemble *ensemble, const ees_question *question,
                          const ees_posterior **posterior, ees_error *err) EES_MUST_CHECK;

/* As ees_posterior_create(), recalled if it can be. The caller owns it; not for several threads. */
int eesi_recall_take(const ees_ensemble *ensemble, const ees_question *question, ees_posterior **posterior,
                     ees_error *err) EES_MUST_CHECK;

#endif
