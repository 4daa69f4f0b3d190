/* The state of an interrupted run and of a shard, as bytes. */
#ifndef EESI_RUN_STATE_H
#define EESI_RUN_STATE_H

#include "run/totals.h"

/*
 * Totals as bytes (to be freed with free()) and back: the state of an interrupted run and of a shard.
 * `identity` is the whole run.json: two states belong together only when it is the same.
 */
typedef struct eesi_run_state {
    char *identity;       /* NUL-terminated JSON text; owned */
    uint64_t first_block; /* the blocks in `totals`: first_block .. next_block - 1 */
    uint64_t next_block;
    uint64_t end_block;     /* the blocks it is meant to have */
    uint64_t shard, shards; /* 1, 1 without --shard */
    uint64_t written;       /* bytes of paths that belong to these blocks */
    uint64_t checksum;      /* of these bytes, eesi_checksum_value() */
    ees_totals *totals;     /* owned */
} eesi_run_state;

void eesi_run_state_free(eesi_run_state *state);
/* @return 0 or EES_ERR_NOMEM. *data is malloc()ed. */
int eesi_run_state_save(const eesi_run_state *state, char **data, size_t *length, ees_error *err) EES_MUST_CHECK;
/* @param file for messages. @return 0, EES_ERR_DATA (not a state, cut short, changed: a checksum guards it),
 * EES_ERR_NOMEM. */
int eesi_run_state_load(eesi_run_state *state, const char *file, const char *data, size_t length,
                        ees_error *err) EES_MUST_CHECK;

#endif
