/* Building a list of faults. */
#ifndef EESI_FAULT_H
#define EESI_FAULT_H

#include <stdbool.h>

#include <eesim/feed.h>

/* Append; texts are copied, NULL is "". Returns EES_OK or EES_ERR_NOMEM. */
int eesi_faults_add(ees_faults *faults, ees_fault_kind kind, const char *round, const char *field,
                    const char *published, const char *used) EES_MUST_CHECK;
int eesi_faults_append(ees_faults *faults, const ees_fault *fault) EES_MUST_CHECK;
const ees_fault *eesi_faults_find(const ees_faults *faults, ees_fault_kind kind, const char *round, const char *field);
/* By round, then kind, then field; those about files last. */
void eesi_faults_sort(ees_faults *faults);
/* Keep one of those with the same kind, round and field. They are sorted. */
void eesi_faults_drop_repeated(ees_faults *faults);
/* True for faults that cost the round. */
bool eesi_fault_leaves_out(ees_fault_kind kind);
/* Mark as known what `before` holds too. Both are sorted. */
void eesi_faults_mark_known(ees_faults *faults, const ees_faults *before);
/* The kind of a name as ees_fault_name() gives it, EES_FAULT_KINDS when there is none. */
ees_fault_kind eesi_fault_kind_of(const char *name);
/* True for what only the feed shows; the rest follows from the stored values and is derived again at every check. */
bool eesi_fault_is_of_feed(ees_fault_kind kind);
/* True for what faults.csv holds. */
bool eesi_fault_is_stored(ees_fault_kind kind);

/*
 * Add what shows in the stored values. A time that `faults` already calls unreadable is not called missing again.
 */
int eesi_faults_derive(const ees_history *history, const ees_programs *programs, const ees_layouts *layouts,
                       ees_faults *faults) EES_MUST_CHECK;

void eesi_faults_free(ees_faults *faults);

/* @return how many are of a kind. O(faults). */

#endif
