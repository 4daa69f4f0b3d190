/*
 * From the feed to the data folder: read both, merge round by round, render every file, and replace the files together
 * only when one of them differs. Rendering is a function of the merged rounds alone, so importing twice changes
 * nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/folder_swap.h"
#include "base/sha256.h"
#include "feed/bands.h"
#include "feed/entry.h"
#include "feed/fault.h"
#include "feed/layout.h"
#include "feed/number.h"
#include "feed/origin.h"
#include "feed/tables.h"

typedef struct importer {
    const ees_programs *programs;
    const ees_layouts *layouts;
    unsigned flags;
    const ees_feed_origin *origin; /* NULL: not to be kept */
    ees_import_report *report;
    eesi_feed feed;
    ees_history stored; /* empty when there is no data folder yet */
    ees_faults stored_faults;
    bool stored_any;
    eesi_entry *merged;
    size_t merged_count;
    ees_history history; /* of `merged` */
    eesi_data_files files;
    bool files_made;
    eesi_buf scratch;
    size_t change_capacity;
    ees_error *err;
} importer;

static int no_memory(const importer *in) {
    return ees_error_set(in->err, EES_ERR_NOMEM, "out of memory");
}

static int add_fault(const importer *in, ees_fault_kind kind, const ees_round *round, const char *field,
                     const char *used) {
    return eesi_faults_add(&in->report->faults, kind, round->number, field, NULL, used) ? no_memory(in) : EES_OK;
}

static int add_change(importer *in, const char *round, const char *field, const char *before, const char *after) {
    ees_import_report *report = in->report;
    if (report->change_count == in->change_capacity) {
        size_t capacity = in->change_capacity ? 2 * in->change_capacity : 64;
        ees_change *larger = realloc(report->changes, capacity * sizeof *larger);
        if (!larger)
            return no_memory(in);
        report->changes = larger;
        in->change_capacity = capacity;
    }
    ees_change *c = &report->changes[report->change_count];
    memset(c, 0, sizeof *c);
    snprintf(c->round, sizeof c->round, "%s", round);
    c->field = eesi_arena_copy(report->arena, field, strlen(field));
    c->before = eesi_arena_copy(report->arena, before, strlen(before));
    c->after = eesi_arena_copy(report->arena, after, strlen(after));
    if (!c->field || !c->before || !c->after)
        return no_memory(in);
    report->change_count++;
    return EES_OK;
}

/* A value of a round as text in the report's arena. */
static const char *value_text(importer *in, const ees_round *round, eesi_round_column column) {
    eesi_buf_clear(&in->scratch);
    eesi_put_round_value(&in->scratch, round, in->programs, column);
    if (eesi_buf_failed(&in->scratch))
        return NULL;
    return in->scratch.length ? eesi_arena_copy(in->report->arena, in->scratch.data, in->scratch.length) : "";
}

static void keep_value(ees_round *fresh, const ees_round *old, eesi_round_column column) {
    if (column == EESI_ROUND_TIE_BREAK)
        fresh->tie_break = old->tie_break;
    else if (column == EESI_ROUND_HELD_AT)
        fresh->held_at = old->held_at;
    else if (column == EESI_ROUND_POOL_AS_OF)
        fresh->pool_as_of = old->pool_as_of;
    else if (column == EESI_ROUND_ELIGIBLE)
        fresh->eligible = old->eligible;
    else if (column == EESI_ROUND_DATE)
        fresh->date = old->date;
    else if (column == EESI_ROUND_SIZE)
        fresh->size = old->size;
    else if (column == EESI_ROUND_CUTOFF)
        fresh->cutoff = old->cutoff;
    else if (column == EESI_ROUND_NAME) {
        fresh->name = old->name;
        fresh->program = old->program;
    }
}

/* What was said of a value stays as long as the value. */
static int carry_faults(const importer *in, const char *round, const char *field) {
    const bool pool = eesi_layouts_name(in->layouts, field);
    for (size_t i = 0; i < in->stored_faults.count; i++) {
        const ees_fault *f = &in->stored_faults.faults[i];
        bool about = pool ? eesi_layouts_name(in->layouts, f->field) : strcmp(f->field, field) == 0;
        if (about && strcmp(f->round, round) == 0 && eesi_faults_append(&in->report->faults, f))
            return no_memory(in);
    }
    return EES_OK;
}

static int keep_column(const importer *in, const ees_round *old, ees_round *fresh, eesi_round_column column,
                       const char *value) {
    keep_value(fresh, old, column);
    int rc = carry_faults(in, old->number, eesi_feed_field(column));
    return rc || in->report->older ? rc : add_fault(in, EES_FAULT_VALUE_KEPT, fresh, eesi_feed_field(column), value);
}

/* A value that the feed lost is kept; one that was missing is filled; one that differs is replaced, unless the feed is
 * older, and all is reported. */
static int merge_column(importer *in, const ees_round *old, ees_round *fresh, eesi_round_column column) {
    const char *before = value_text(in, old, column);
    const char *after = value_text(in, fresh, column);
    if (!before || !after)
        return no_memory(in);
    if (strcmp(before, after) == 0)
        return EES_OK;
    bool stale = in->report->older && *before != '\0' && *after != '\0';
    in->report->stale += stale;
    if (stale || *after == '\0')
        return keep_column(in, old, fresh, column, before);
    return add_change(in, fresh->number, eesi_round_columns[column].name, before, after);
}

/* A count before and after; NULL: there was or is none. */
static int change_band(importer *in, const char *round, ees_band band, const int64_t *before, const int64_t *after) {
    char field[32], texts[2][32] = {"", ""};
    snprintf(field, sizeof field, "pool %d-%d", band.low, band.high);
    if (before)
        snprintf(texts[0], sizeof texts[0], "%lld", (long long)*before);
    if (after)
        snprintf(texts[1], sizeof texts[1], "%lld", (long long)*after);
    return add_change(in, round, field, texts[0], texts[1]);
}

/* What differs between a stored pool, NULL for none, and that of the feed. A layout that changed afterwards has other
 * bands for the same pool. */
static int change_pool(importer *in, const ees_snapshot *s, const eesi_entry *fresh) {
    const char *round = fresh->round.number;
    int rc = EES_OK;
    for (int b = 0; b < fresh->bands->count && !rc; b++) {
        const ees_band band = fresh->bands->band[b];
        const int at = s ? eesi_bands_find(&s->bands, band.low, band.high) : -1;
        if (at < 0 || s->leaf[at] != fresh->leaf[b])
            rc = change_band(in, round, band, at < 0 ? NULL : &s->leaf[at], &fresh->leaf[b]);
    }
    for (int b = 0; s && b < s->bands.count && !rc; b++)
        if (eesi_bands_find(fresh->bands, s->bands.band[b].low, s->bands.band[b].high) < 0)
            rc = change_band(in, round, s->bands.band[b], &s->leaf[b], NULL);
    return rc;
}

static int keep_pool(const importer *in, const ees_snapshot *s, eesi_entry *fresh) {
    bool lost = !fresh->has_pool;
    const char *total = eesi_layout_total(in->layouts, fresh->round.date);
    fresh->has_pool = true;
    fresh->bands = &s->bands;
    memcpy(fresh->leaf, s->leaf, sizeof fresh->leaf);
    int rc = carry_faults(in, fresh->round.number, total);
    return rc || in->report->older || !lost ? rc : add_fault(in, EES_FAULT_VALUE_KEPT, &fresh->round, total, NULL);
}

static int merge_pool(importer *in, const ees_round *old, eesi_entry *fresh) {
    const ees_snapshot *s = old->snapshot == EES_SNAPSHOT_NONE ? NULL : &in->stored.snapshots[old->snapshot];
    bool stale =
        s && fresh->has_pool && in->report->older && !eesi_same_pool(&s->bands, s->leaf, fresh->bands, fresh->leaf);
    in->report->stale += stale;
    if (s && (stale || !fresh->has_pool))
        return keep_pool(in, s, fresh);
    return fresh->has_pool ? change_pool(in, s, fresh) : EES_OK;
}

static bool same_round(const ees_round *a, const ees_round *b) {
    return a->date == b->date && a->size == b->size && a->cutoff == b->cutoff && a->tie_break == b->tie_break &&
           a->held_at == b->held_at && a->pool_as_of == b->pool_as_of && a->eligible == b->eligible &&
           strcmp(a->name, b->name) == 0;
}

static bool is_by_hand(const importer *in, const char *number) {
    return eesi_faults_find(&in->stored_faults, EES_FAULT_BY_HAND, number, "drawNumber") != NULL;
}

/* The official round takes the place of the one typed in: worth a line, but no contradiction. */
static int mark_by_hand(importer *in, const char *number, size_t from) {
    int rc = add_change(in, number, "source", "entered by hand", "official feed");
    for (size_t i = from; i < in->report->change_count; i++)
        in->report->changes[i].by_hand = true;
    return rc;
}

static int merge_round(importer *in, const ees_round *old, eesi_entry *fresh) {
    static const eesi_round_column compared[] = {EESI_ROUND_DATE,    EESI_ROUND_NAME,      EESI_ROUND_ELIGIBLE,
                                                 EESI_ROUND_SIZE,    EESI_ROUND_CUTOFF,    EESI_ROUND_TIE_BREAK,
                                                 EESI_ROUND_HELD_AT, EESI_ROUND_POOL_AS_OF};
    size_t before = in->report->change_count;
    int rc = EES_OK;
    if (!same_round(old, &fresh->round))
        for (size_t i = 0; i < sizeof compared / sizeof *compared && !rc; i++)
            rc = merge_column(in, old, &fresh->round, compared[i]);
    if (!rc)
        rc = merge_pool(in, old, fresh);
    if (!rc && is_by_hand(in, old->number))
        rc = mark_by_hand(in, old->number, before);
    /* An unknown name that somebody gave a program to by hand in rounds.csv keeps it. */
    if (fresh->round.program == EES_PROGRAM_NONE && strcmp(old->name, fresh->round.name) == 0)
        fresh->round.program = old->program;
    in->report->changed += in->report->change_count > before;
    return rc;
}

/* True when the feed holds the round, but not so that it could be used. */
static bool is_left_out(const importer *in, const char *number) {
    for (size_t i = 0; i < in->feed.faults.count; i++)
        if (eesi_fault_leaves_out(in->feed.faults.faults[i].kind) &&
            strcmp(in->feed.faults.faults[i].round, number) == 0)
            return true;
    return false;
}

static int keep_round(importer *in, const ees_round *old) {
    eesi_entry *e = &in->merged[in->merged_count++];
    bool said = in->report->older || is_by_hand(in, old->number) || is_left_out(in, old->number);
    int rc = said ? EES_OK : add_fault(in, EES_FAULT_ROUND_KEPT, old, "drawNumber", NULL);
    *e = (eesi_entry){.round = *old};
    if (!eesi_number_parse(old->number, strlen(old->number), &e->order))
        return ees_error_set(in->err, EES_ERR_DATA, "round '%s' has no official number", old->number);
    if (old->snapshot != EES_SNAPSHOT_NONE) {
        const ees_snapshot *s = &in->stored.snapshots[old->snapshot];
        e->has_pool = true;
        e->bands = &s->bands;
        memcpy(e->leaf, s->leaf, sizeof e->leaf);
    }
    in->report->kept++;
    for (size_t i = 0; i < in->stored_faults.count && !rc; i++)
        if (strcmp(in->stored_faults.faults[i].round, old->number) == 0)
            rc = eesi_faults_append(&in->report->faults, &in->stored_faults.faults[i]) ? no_memory(in) : EES_OK;
    return rc;
}

/* Both sides are in the same order but for a date that changed, so a search starts where the last one ended. */
static int find_from(const eesi_entry *entries, size_t count, size_t start, const char *number) {
    for (size_t i = 0; i < count; i++) {
        size_t at = start + i < count ? start + i : start + i - count;
        if (strcmp(entries[at].round.number, number) == 0)
            return (int)at;
    }
    return -1;
}

static void raise_end(const importer *in, const char *number, int *newest) {
    int order;
    if (!eesi_number_parse(number, strlen(number), &order) || order <= *newest)
        return;
    *newest = order;
    snprintf(in->report->feed_last, sizeof in->report->feed_last, "%s", number);
}

/* A feed that ends before the official rounds that are stored was published before them. */
static void compare_ends(importer *in) {
    int newest = 0, stored = 0;
    for (size_t i = 0; i < in->feed.count; i++)
        raise_end(in, in->feed.entries[i].round.number, &newest);
    for (size_t i = 0; i < in->feed.faults.count; i++)
        raise_end(in, in->feed.faults.faults[i].round, &newest);
    for (size_t i = 0; i < in->stored.round_count; i++) {
        const char *number = in->stored.rounds[i].number;
        int order;
        if (eesi_number_parse(number, strlen(number), &order) && order > stored && !is_by_hand(in, number))
            stored = order;
    }
    in->report->older = newest < stored;
}

static int merge(importer *in) {
    size_t feed_count = in->feed.count, next = 0;
    in->merged = calloc(feed_count + in->stored.round_count + 1, sizeof *in->merged);
    if (!in->merged)
        return no_memory(in);
    memcpy(in->merged, in->feed.entries, feed_count * sizeof *in->merged);
    in->merged_count = feed_count;
    size_t known = 0;
    for (size_t i = 0; i < in->stored.round_count; i++) {
        const ees_round *old = &in->stored.rounds[i];
        int at = find_from(in->merged, feed_count, next, old->number);
        /* `merged` is freed by ees_feed_import(): NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
        int rc = at < 0 ? keep_round(in, old) : merge_round(in, old, &in->merged[at]);
        if (rc)
            return rc;
        known += at >= 0;
        next = at < 0 ? next : (size_t)at + 1 == feed_count ? 0 : (size_t)at + 1;
    }
    in->report->feed_rounds = feed_count;
    in->report->added = feed_count - known;
    eesi_entries_sort(in->merged, in->merged_count);
    return EES_OK;
}

static int load_stored(importer *in, const char *dir) {
    char *path = eesi_path_join(dir, EESI_ROUNDS_FILE);
    if (!path)
        return no_memory(in);
    int rc = eesi_file_exists(path, &in->stored_any, in->err);
    free(path);
    if (rc || !in->stored_any)
        return rc;
    rc = ees_history_load(&in->stored, dir, in->programs, in->err);
    if (rc)
        return rc;
    rc = eesi_faults_read(dir, &in->stored_faults, in->err);
    return rc == EES_ERR_NOTFOUND ? EES_OK : rc;
}

/* A feed in memory, which is changed, or NULL for the file of that name. */
static int load_feed(importer *in, const char *name, char *text, size_t length) {
    if (text)
        return eesi_feed_parse(name, text, length, in->programs, in->layouts, &in->feed, in->err);
    name = strcmp(name, "-") == 0 ? "/dev/stdin" : name;
    int rc = eesi_file_read(name, EESI_FILE_MAX, &text, &length, in->err);
    if (rc)
        return rc;
    rc = eesi_feed_parse(name, text, length, in->programs, in->layouts, &in->feed, in->err);
    free(text);
    return rc;
}

/* What an older feed says of a round that is stored, the stored faults say better. */
static int collect_feed_faults(const importer *in) {
    for (size_t i = 0; i < in->feed.faults.count; i++) {
        const ees_fault *f = &in->feed.faults.faults[i];
        bool stored = in->report->older && ees_history_find(&in->stored, f->round) >= 0;
        if (!stored && eesi_faults_append(&in->report->faults, f))
            return no_memory(in);
    }
    return EES_OK;
}

/* The stored faults of rounds that an older feed holds too, and of rounds that were left out before. */
static int collect_stored_faults(const importer *in) {
    for (size_t i = 0; i < in->stored_faults.count && in->report->older; i++) {
        const ees_fault *f = &in->stored_faults.faults[i];
        if (f->kind != EES_FAULT_BY_HAND && eesi_faults_append(&in->report->faults, f))
            return no_memory(in);
    }
    return EES_OK;
}

static int collect_faults(importer *in) {
    ees_faults *all = &in->report->faults;
    int rc;
    if ((rc = collect_feed_faults(in)) || (rc = collect_stored_faults(in)))
        return rc;
    eesi_faults_sort(all);
    eesi_faults_drop_repeated(all);
    if (eesi_faults_derive(&in->history, in->programs, in->layouts, all) ||
        eesi_faults_derive(&in->stored, in->programs, in->layouts, &in->stored_faults))
        return no_memory(in);
    eesi_faults_sort(all);
    eesi_faults_sort(&in->stored_faults);
    eesi_faults_mark_known(all, &in->stored_faults);
    return EES_OK;
}

static void summarise(importer *in) {
    ees_import_report *report = in->report;
    const ees_history *h = &in->history;
    report->rounds = h->round_count;
    report->pools = h->snapshot_count;
    for (size_t i = 0; i < h->round_count; i++)
        report->tie_breaks += h->rounds[i].tie_break != EES_TIME_NONE;
    snprintf(report->last_round, sizeof report->last_round, "%s", h->rounds[h->round_count - 1].number);
}

static int refuse_changes(const importer *in) {
    size_t count = 0;
    const ees_change *c = NULL;
    for (size_t i = in->report->change_count; i-- > 0;)
        if (!in->report->changes[i].by_hand) {
            c = &in->report->changes[i];
            count++;
        }
    if (!(in->flags & EES_IMPORT_REFUSE_CHANGES) || !c)
        return EES_OK;
    return ees_error_set(in->err, EES_ERR_DATA,
                         "the feed contradicts %zu stored value%s, first round %s: %s is stored as '%.60s', "
                         "the feed says '%.60s'",
                         count, count == 1 ? "" : "s", c->round, c->field, c->before, c->after);
}

/* As ees_history_load() names the data that are about to be written. */
static void name_data(const importer *in, char sha256[EESI_SHA256_TEXT]) {
    char digests[2][EESI_SHA256_TEXT];
    for (int i = 0; i < 2; i++) /* rounds.csv, pools.csv */
        eesi_sha256(in->files.parts[i].data, in->files.parts[i].length, digests[i]);
    eesi_sha256_join((const char(*)[EESI_SHA256_TEXT])digests, 2, sha256);
}

static int put_parts(importer *in, const char *dir, const eesi_file_part *parts, size_t count) {
    if (in->flags & EES_IMPORT_DRY_RUN)
        return EES_OK;
    if (in->stored_any && eesi_fileset_is_written(dir, parts, count)) {
        eesi_folder_sweep(dir);
        return EES_OK;
    }
    int rc = eesi_dir_make(dir, in->err);
    if (rc == EES_OK)
        rc = eesi_folder_write(dir, parts, count, in->err);
    in->report->written = rc == EES_OK;
    return rc;
}

static int write_files(importer *in, const char *dir) {
    in->files_made = true;
    if (eesi_data_files_make(&in->files, &in->history, in->programs, &in->report->faults))
        return no_memory(in);
    if (!in->origin)
        return put_parts(in, dir, in->files.parts, EESI_DATA_FILES);
    eesi_file_part parts[EESI_DATA_FILES + 1];
    char sha256[EESI_SHA256_TEXT];
    eesi_buf origin;
    eesi_buf_init(&origin);
    name_data(in, sha256);
    eesi_origin_put(&origin, in->origin, sha256);
    memcpy(parts, in->files.parts, sizeof in->files.parts);
    parts[EESI_DATA_FILES] = (eesi_file_part){EESI_ORIGIN_FILE, origin.data, origin.length};
    int rc = eesi_buf_failed(&origin) ? no_memory(in) : put_parts(in, dir, parts, EESI_DATA_FILES + 1);
    eesi_buf_free(&origin);
    return rc;
}

/* Nothing is left of a feed: there is no data folder to make of it. */
static int refuse_impossible(const importer *in, const char *feed_name) {
    const ees_fault *f = &in->feed.faults.faults[in->feed.faults.count - 1];
    return ees_error_at(in->err, EES_ERR_DATA, feed_name, 0, 0, "round %s: '%s' is '%.60s', which cannot be", f->round,
                        f->field, f->published);
}

static int run(importer *in, const char *feed_name, char *text, size_t length, const char *dir) {
    int rc;
    in->report->arena = eesi_arena_create();
    if (!in->report->arena)
        return no_memory(in);
    if ((rc = load_feed(in, feed_name, text, length)) || (rc = load_stored(in, dir)))
        return rc;
    if (eesi_feed_leave_out_impossible(&in->feed, &in->stored))
        return no_memory(in);
    if (in->feed.count == 0 && !in->stored_any)
        return refuse_impossible(in, feed_name);
    compare_ends(in);
    if ((rc = merge(in)))
        return rc;
    if (eesi_history_build(in->merged, in->merged_count, &in->history))
        return no_memory(in);
    summarise(in);
    if ((rc = collect_faults(in)) || (rc = refuse_changes(in)))
        return rc;
    return write_files(in, dir);
}

static int import_feed(importer *in, const char *feed_name, char *text, size_t length, const char *data_dir) {
    memset(in->report, 0, sizeof *in->report);
    int rc = run(in, feed_name, text, length, data_dir);
    if (in->files_made)
        eesi_data_files_free(&in->files);
    eesi_buf_free(&in->scratch);
    ees_history_free(&in->history);
    free(in->merged);
    eesi_faults_free(&in->stored_faults);
    ees_history_free(&in->stored);
    eesi_feed_free(&in->feed);
    return rc;
}

int ees_feed_import(const char *feed_path, const char *data_dir, const ees_programs *programs,
                    const ees_layouts *layouts, unsigned flags, ees_import_report *report, ees_error *err) {
    importer in = {.programs = programs, .layouts = layouts, .flags = flags, .report = report, .err = err};
    return import_feed(&in, feed_path, NULL, 0, data_dir);
}

int ees_feed_import_text(const char *name, const char *text, size_t length, const ees_feed_origin *origin,
                         const char *data_dir, const ees_programs *programs, const ees_layouts *layouts, unsigned flags,
                         ees_import_report *report, ees_error *err) {
    importer in = {
        .programs = programs, .layouts = layouts, .flags = flags, .origin = origin, .report = report, .err = err};
    char *copy = malloc(length + 1); /* reading a feed changes its text */
    if (!copy) {
        memset(report, 0, sizeof *report);
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    }
    memcpy(copy, text, length);
    copy[length] = '\0';
    int rc = import_feed(&in, name, copy, length, data_dir);
    free(copy);
    return rc;
}

void ees_import_report_free(ees_import_report *report) {
    free(report->changes);
    eesi_faults_free(&report->faults);
    eesi_arena_destroy(report->arena);
    memset(report, 0, sizeof *report);
}
