/*
 * Reads the official JSON, by scan.h or else by jansson, and takes each round apart. A round whose number, date, size
 * or cut-off is not there (yet), cannot be read or cannot be is reported and left out; of everything else the value
 * alone is left out.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "feed/bands.h"
#include "feed/fault.h"
#include "feed/feed_reader.h"
#include "feed/layout.h"
#include "feed/plain_text.h"
#include "feed/salvage.h"
#include "feed/tables.h"

/* The first value in which two readings of a round differ; EESI_ROUND_POOL for the pool, EESI_ROUND_COLUMNS for none.
 */
static eesi_round_column first_difference(const eesi_entry *a, const eesi_entry *b) {
    const ees_round *x = &a->round, *y = &b->round;
    if (x->cutoff != y->cutoff)
        return EESI_ROUND_CUTOFF;
    if (x->size != y->size)
        return EESI_ROUND_SIZE;
    if (x->date != y->date)
        return EESI_ROUND_DATE;
    if (strcmp(x->name, y->name) != 0)
        return EESI_ROUND_NAME;
    if (x->eligible != y->eligible)
        return EESI_ROUND_ELIGIBLE;
    if (x->tie_break != y->tie_break)
        return EESI_ROUND_TIE_BREAK;
    if (x->held_at != y->held_at)
        return EESI_ROUND_HELD_AT;
    if (x->pool_as_of != y->pool_as_of)
        return EESI_ROUND_POOL_AS_OF;
    bool same = a->has_pool == b->has_pool && (!a->has_pool || eesi_same_pool(a->bands, a->leaf, b->bands, b->leaf));
    return same ? EESI_ROUND_COLUMNS : EESI_ROUND_POOL;
}

static int compare_numbers(const void *left, const void *right) {
    const eesi_entry *a = left, *b = right;
    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    return (a->position > b->position) - (a->position < b->position);
}

static void put_value(eesi_buf *buf, const eesi_feed_reader *in, const eesi_entry *entry, eesi_round_column column) {
    if (column == EESI_ROUND_POOL)
        eesi_buf_put_int(buf, eesi_entry_candidates(entry));
    else
        eesi_put_round_value(buf, &entry->round, in->programs, column);
    eesi_buf_putc(buf, '\0');
}

static int report_repeated(const eesi_feed_reader *in, const eesi_entry *kept, const eesi_entry *later) {
    eesi_round_column column = first_difference(kept, later);
    if (column == EESI_ROUND_COLUMNS)
        return eesi_feed_fault(in, EES_FAULT_ROUND_REPEATED, &later->round, "drawNumber", later->round.number, NULL);
    const char *field =
        column == EESI_ROUND_POOL ? eesi_layout_total(in->layouts, later->round.date) : eesi_feed_field(column);
    eesi_buf used, published;
    eesi_buf_init(&used);
    eesi_buf_init(&published);
    put_value(&used, in, kept, column);
    put_value(&published, in, later, column);
    int rc = eesi_buf_failed(&used) || eesi_buf_failed(&published)
                 ? eesi_feed_no_memory(in)
                 : eesi_feed_fault(in, EES_FAULT_ROUND_DIFFERS, &later->round, field, published.data, used.data);
    eesi_buf_free(&used);
    eesi_buf_free(&published);
    return rc;
}

/* Of a round that is there more than once the first one counts: the feed puts what is newest first. */
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
        int rc = report_repeated(in, &feed->entries[kept - 1], e);
        if (rc)
            return rc;
    }
    feed->count = kept;
    return EES_OK;
}

static int read_object(eesi_feed_reader *in, const eesi_feed_object *object) {
    eesi_entry *entry = &in->feed->entries[in->feed->count];
    entry->position = (int)in->read++;
    in->left_out = false;
    int rc = eesi_feed_read_round(in, object, (size_t)entry->position, entry);
    if (rc == EES_OK && !in->left_out) {
        in->feed->count++;
        return eesi_feed_read_pool(in, object, entry);
    }
    *entry = (eesi_entry){0};
    return rc;
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
        rc = read_object(in, &(eesi_feed_object){.members = scan->members + start, .count = scan->ends[i] - start});
    }
    return rc;
}

/* The small sister file of the feed has an object of rounds: {"r390": {...}}. */
static int read_members(eesi_feed_reader *in, json_t *rounds) {
    const char *key;
    json_t *value;
    int rc = make_entries(in, json_object_size(rounds));
    if (rc)
        return rc;
    json_object_foreach(rounds, key, value) {
        rc = read_object(in, &(eesi_feed_object){.json = value, .name = key});
        if (rc)
            break;
    }
    return rc;
}

/* The list itself, or the object that holds it. */
static int find_rounds(const eesi_feed_reader *in, json_t *root, json_t **rounds) {
    *rounds = json_is_array(root) ? root : json_object_get(root, "rounds");
    if (json_is_array(*rounds) || json_is_object(*rounds))
        return EES_OK;
    return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0,
                        *rounds ? "this is not the feed: its 'rounds' is no list"
                                : "this is not the feed: it has no list of 'rounds'");
}

static int read_parsed(eesi_feed_reader *in, json_t *root) {
    json_t *rounds;
    int rc = find_rounds(in, root, &rounds);
    if (rc == EES_OK && json_is_object(rounds))
        return read_members(in, rounds);
    if (rc == EES_OK)
        rc = make_entries(in, json_array_size(rounds));
    for (size_t i = 0; rc == EES_OK && i < json_array_size(rounds); i++)
        rc = read_object(in, &(eesi_feed_object){.json = json_array_get(rounds, i)});
    return rc;
}

/* As JSON or, where the text is damaged, round by round. What is wrong with a text that holds no rounds is an error. */
static int parse_utf8(const eesi_feed_reader *in, const char *text, size_t length, json_t **root) {
    ees_error problem = {0};
    int rc = eesi_json_parse(in->file, text, length, root, &problem);
    if (rc == EES_ERR_DATA && (*root = eesi_feed_salvage(text, length)))
        return EES_OK;
    if (rc && in->err)
        *in->err = problem;
    return rc;
}

/* True for a file that is no text: compressed, a document, a program. */
static bool is_binary(const char *text, size_t length) {
    for (size_t i = 0; i < length && i < 8; i++)
        if ((unsigned char)text[i] < ' ' && !eesi_is_space(text[i]))
            return true;
    return false;
}

/* JSON is UTF-8; a copy that a text editor saved in one of the Windows ways is read all the same. */
static int parse(const eesi_feed_reader *in, const char *text, size_t length, json_t **root) {
    if (text[strspn(text, " \t\r\n")] == '<')
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0,
                            "this is a web page, not the feed; expected the JSON file itself");
    bool wide = eesi_is_utf16(text, length);
    if (!wide && is_binary(text, length))
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0,
                            "is not valid JSON: this is a compressed or other binary file, not the feed");
    if (!wide && eesi_is_utf8(text, length))
        return parse_utf8(in, text, length, root);
    char *converted = (wide ? eesi_from_utf16 : eesi_from_windows_1252)(text, length, &length);
    int rc = converted ? parse_utf8(in, converted, length, root) : eesi_feed_no_memory(in);
    free(converted);
    return rc;
}

static int read_text(eesi_feed_reader *in, char *text, size_t length) {
    eesi_scan scan;
    json_t *root = NULL;
    int rc;
    if (eesi_scan_feed(text, length, &scan))
        rc = read_scanned(in, &scan);
    else if ((rc = parse(in, text, length, &root)) == EES_OK)
        rc = read_parsed(in, root);
    if (rc == EES_OK)
        rc = refuse_none(in);
    if (rc == EES_OK)
        rc = join_repeated(in);
    json_decref(root);
    eesi_scan_free(&scan);
    return rc;
}

int eesi_feed_parse(const char *file, char *text, size_t length, const ees_programs *programs,
                    const ees_layouts *layouts, eesi_feed *feed, ees_error *err) {
    memset(feed, 0, sizeof *feed);
    while (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
        length -= 3;
    }
    eesi_feed_reader in = {.file = file, .programs = programs, .layouts = layouts, .feed = feed, .err = err};
    feed->arena = eesi_arena_create();
    int rc = feed->arena ? read_text(&in, text, length) : eesi_feed_no_memory(&in);
    if (rc)
        return rc;
    eesi_faults_sort(&feed->faults);
    eesi_faults_drop_repeated(&feed->faults);
    eesi_entries_sort(feed->entries, feed->count);
    return EES_OK;
}

void eesi_feed_free(eesi_feed *feed) {
    free(feed->entries);
    eesi_faults_free(&feed->faults);
    eesi_arena_destroy(feed->arena);
    memset(feed, 0, sizeof *feed);
}
