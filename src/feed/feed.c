/*
 * Reads the official JSON, by scan.h or else by jansson, and takes each round apart. A round whose date, size or
 * cut-off is not there (yet) is reported and left out; what is there must be possible; everything else is reported and
 * left out.
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

static int read_object(eesi_feed_reader *in, const eesi_feed_object *object) {
    size_t index = in->feed->count++;
    eesi_entry *entry = &in->feed->entries[index];
    in->unpublished = false;
    int rc = eesi_feed_read_round(in, object, index, entry);
    if (rc || !in->unpublished)
        return rc ? rc : eesi_feed_read_pool(in, object, entry);
    in->feed->count--;
    *entry = (eesi_entry){0};
    return EES_OK;
}

/* A feed in which no round has a result is not the feed that is meant: a renamed field, for one. */
static int refuse_none(const eesi_feed_reader *in) {
    if (in->feed->count > 0)
        return EES_OK;
    if (in->err)
        *in->err = in->first_gap;
    return EES_ERR_DATA;
}

static int make_entries(const eesi_feed_reader *in, size_t count) {
    if (count == 0)
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "'rounds' is empty, expected rounds");
    in->feed->entries = calloc(count, sizeof *in->feed->entries);
    return in->feed->entries ? EES_OK : eesi_feed_no_memory(in);
}

static int read_scanned(eesi_feed_reader *in, const eesi_scan *scan) {
    int rc = make_entries(in, scan->object_count);
    for (size_t i = 0; i < scan->object_count && !rc; i++) {
        size_t start = i > 0 ? scan->ends[i - 1] : 0;
        rc = read_object(in, &(eesi_feed_object){NULL, scan->members + start, scan->ends[i] - start});
    }
    return rc;
}

static int read_parsed(eesi_feed_reader *in, const json_t *root) {
    json_t *rounds;
    int rc = eesi_json_array(root, "rounds", in->file, "the feed", &rounds, in->err);
    if (rc == EES_OK)
        rc = make_entries(in, json_array_size(rounds));
    for (size_t i = 0; i < json_array_size(rounds) && !rc; i++)
        rc = read_object(in, &(eesi_feed_object){json_array_get(rounds, i), NULL, 0});
    return rc;
}

static int read_text(eesi_feed_reader *in, char *text, size_t length) {
    eesi_scan scan;
    json_t *root = NULL;
    int rc;
    if (eesi_scan_feed(text, length, &scan))
        rc = read_scanned(in, &scan);
    else if ((rc = eesi_json_parse(in->file, text, length, &root, in->err)) == EES_OK)
        rc = read_parsed(in, root);
    if (rc == EES_OK)
        rc = refuse_none(in);
    if (rc == EES_OK)
        rc = join_repeated(in);
    json_decref(root);
    eesi_scan_free(&scan);
    return rc;
}

int eesi_feed_parse(const char *file, char *text, size_t length, const ees_programs *programs, eesi_feed *feed,
                    ees_error *err) {
    memset(feed, 0, sizeof *feed);
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
        length -= 3;
    }
    eesi_feed_reader in = {.file = file, .programs = programs, .feed = feed, .err = err};
    feed->arena = eesi_arena_create();
    int rc = feed->arena ? read_text(&in, text, length) : eesi_feed_no_memory(&in);
    if (rc)
        return rc;
    drop_repeated_faults(&feed->faults);
    eesi_entries_sort(feed->entries, feed->count);
    return EES_OK;
}

void eesi_feed_free(eesi_feed *feed) {
    free(feed->entries);
    eesi_faults_free(&feed->faults);
    eesi_arena_destroy(feed->arena);
    memset(feed, 0, sizeof *feed);
}
