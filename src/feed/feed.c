/*
 * Reads the official JSON. jansson parses it; here each round is taken apart. Only what makes a round a round must be
 * right (number, date, size, cut-off) and counts must be possible; everything else is reported and left out.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "feed/fault.h"
#include "feed/feed_reader.h"

static bool same_values(const eesi_entry *a, const eesi_entry *b) {
    const ees_round *x = &a->round, *y = &b->round;
    return x->date == y->date && x->size == y->size && x->cutoff == y->cutoff && x->tie_break == y->tie_break &&
           x->held_at == y->held_at && x->pool_as_of == y->pool_as_of && x->eligible == y->eligible &&
           strcmp(x->name, y->name) == 0 && a->has_pool == b->has_pool &&
           (!a->has_pool || memcmp(a->leaf, b->leaf, sizeof a->leaf) == 0);
}

static int compare_numbers(const void *left, const void *right) {
    const eesi_entry *a = left, *b = right;
    return (a->order > b->order) - (a->order < b->order);
}

/* The same round twice is harmless when both say the same, and refused when they do not: which one would be right? */
static int join_repeated(const eesi_feed_reader *in) {
    eesi_feed *feed = in->feed;
    size_t kept = 0;
    qsort(feed->entries, feed->count, sizeof *feed->entries, compare_numbers);
    for (size_t i = 0; i < feed->count; i++) {
        const eesi_entry *e = &feed->entries[i];
        if (kept == 0 || feed->entries[kept - 1].order != e->order) {
            feed->entries[kept++] = *e;
            continue;
        }
        if (!same_values(&feed->entries[kept - 1], e))
            return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0,
                                "round %s is there twice with different values, expected each round once",
                                e->round.number);
        int rc = eesi_feed_fault(in, EES_FAULT_ROUND_REPEATED, &e->round, "drawNumber", e->round.number, NULL);
        if (rc)
            return rc;
    }
    feed->count = kept;
    return EES_OK;
}

/* A round that was read twice has left its faults twice. */
static void drop_repeated_faults(ees_faults *faults) {
    size_t kept = 0;
    eesi_faults_sort(faults);
    for (size_t i = 0; i < faults->count; i++) {
        const ees_fault *f = &faults->faults[i], *last = kept ? &faults->faults[kept - 1] : NULL;
        if (!last || f->kind != last->kind || strcmp(f->round, last->round) != 0 || strcmp(f->field, last->field) != 0)
            faults->faults[kept++] = *f;
    }
    faults->count = kept;
}

static int read_rounds(eesi_feed_reader *in, const json_t *root) {
    json_t *rounds;
    int rc = eesi_json_array(root, "rounds", in->file, "the feed", &rounds, in->err);
    if (rc)
        return rc;
    size_t count = json_array_size(rounds);
    if (count == 0)
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "'rounds' is empty, expected rounds");
    in->feed->entries = calloc(count, sizeof *in->feed->entries);
    if (!in->feed->entries)
        return eesi_feed_no_memory(in);
    for (size_t i = 0; i < count; i++)
        if ((rc = eesi_feed_read_round(in, json_array_get(rounds, i), i, &in->feed->entries[i])) ||
            (rc = eesi_feed_read_pool(in, json_array_get(rounds, i), &in->feed->entries[i])))
            return rc;
    in->feed->count = count;
    if ((rc = join_repeated(in)))
        return rc;
    drop_repeated_faults(&in->feed->faults);
    eesi_entries_sort(in->feed->entries, in->feed->count);
    return EES_OK;
}

int eesi_feed_parse(const char *file, const char *text, size_t length, const ees_programs *programs, eesi_feed *feed,
                    ees_error *err) {
    memset(feed, 0, sizeof *feed);
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
        length -= 3;
    }
    json_t *root = NULL;
    int rc = eesi_json_parse(file, text, length, &root, err);
    if (rc)
        return rc;
    eesi_feed_reader in = {.file = file, .programs = programs, .feed = feed, .err = err};
    feed->arena = eesi_arena_create();
    rc = feed->arena ? read_rounds(&in, root) : eesi_feed_no_memory(&in);
    json_decref(root);
    return rc;
}

void eesi_feed_free(eesi_feed *feed) {
    free(feed->entries);
    ees_faults_free(&feed->faults);
    eesi_arena_destroy(feed->arena);
    memset(feed, 0, sizeof *feed);
}
