#include <stdlib.h>
#include <string.h>

#include "feed/bands.h"
#include "feed/entry.h"

static int compare_entries(const void *left, const void *right) {
    const eesi_entry *a = left, *b = right;
    if (a->round.date != b->round.date)
        return a->round.date < b->round.date ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

void eesi_entries_sort(eesi_entry *entries, size_t count) {
    if (count > 1)
        qsort(entries, count, sizeof *entries, compare_entries);
}

/* The newest first: a repeated pool nearly always repeats the one before it. */
static int find_snapshot(const ees_history *history, const eesi_entry *entry) {
    for (size_t i = history->snapshot_count; i-- > 0;)
        if (eesi_same_pool(&history->snapshots[i].bands, history->snapshots[i].leaf, entry->bands, entry->leaf))
            return (int)i;
    return EES_SNAPSHOT_NONE;
}

int64_t eesi_entry_candidates(const eesi_entry *entry) {
    int64_t total = 0;
    for (int band = 0; entry->has_pool && band < entry->bands->count; band++)
        total += entry->leaf[band];
    return total;
}

static int add_snapshot(ees_history *history, const eesi_entry *entry, size_t round) {
    ees_snapshot *s = &history->snapshots[history->snapshot_count];
    s->as_of = entry->round.pool_as_of != EES_DATE_NONE ? entry->round.pool_as_of : entry->round.date;
    s->first_round = (int)round;
    s->bands = *entry->bands;
    memcpy(s->leaf, entry->leaf, (size_t)s->bands.count * sizeof *s->leaf);
    s->total = eesi_entry_candidates(entry);
    return (int)history->snapshot_count++;
}

int eesi_history_build(const eesi_entry *entries, size_t count, ees_history *history) {
    memset(history, 0, sizeof *history);
    history->rounds = calloc(count + 1, sizeof *history->rounds);
    history->snapshots = calloc(count + 1, sizeof *history->snapshots);
    if (!history->rounds || !history->snapshots)
        return EES_ERR_NOMEM;
    for (size_t i = 0; i < count; i++) {
        ees_round *round = &history->rounds[i];
        *round = entries[i].round;
        round->snapshot = entries[i].has_pool ? find_snapshot(history, &entries[i]) : EES_SNAPSHOT_NONE;
        if (entries[i].has_pool && round->snapshot == EES_SNAPSHOT_NONE)
            round->snapshot = add_snapshot(history, &entries[i], i);
    }
    history->round_count = count;
    return EES_OK;
}
