/* Rounds typed in by hand: they stand in rounds.csv like the others, and a note in faults.csv marks them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/folder_swap.h"
#include "feed/bands.h"
#include "feed/entry.h"
#include "feed/fault.h"
#include "feed/layout.h"
#include "feed/number.h"
#include "feed/tables.h"

typedef struct adder {
    const char *dir;
    const ees_programs *programs;
    const ees_layouts *layouts;
    ees_history stored;
    ees_faults faults; /* of the feed, and the marks */
    eesi_entry *entries;
    size_t count;
    ees_history history; /* of `entries` */
    ees_error *err;
} adder;

static int no_memory(const adder *in) {
    return ees_error_set(in->err, EES_ERR_NOMEM, "out of memory");
}

static eesi_entry entry_of(const adder *in, const ees_round *round) {
    eesi_entry e = {.round = *round, .has_pool = round->snapshot != EES_SNAPSHOT_NONE};
    bool ok = eesi_number_parse(round->number, strlen(round->number), &e.order);
    (void)ok; /* the loader let no other number pass */
    if (e.has_pool) {
        const ees_snapshot *s = &in->stored.snapshots[round->snapshot];
        e.bands = &s->bands;
        memcpy(e.leaf, s->leaf, sizeof e.leaf);
    }
    return e;
}

static int load(adder *in) {
    int rc = ees_history_load(&in->stored, in->dir, in->programs, in->err);
    if (rc)
        return rc;
    rc = eesi_faults_read(in->dir, &in->faults, in->err);
    if (rc && rc != EES_ERR_NOTFOUND)
        return rc;
    in->entries = calloc(in->stored.round_count + 1, sizeof *in->entries);
    if (!in->entries)
        return no_memory(in);
    for (; in->count < in->stored.round_count; in->count++)
        in->entries[in->count] = entry_of(in, &in->stored.rounds[in->count]);
    return EES_OK;
}

static int write_files(adder *in) {
    eesi_data_files files;
    eesi_entries_sort(in->entries, in->count);
    if (eesi_history_build(in->entries, in->count, &in->history) ||
        eesi_faults_derive(&in->history, in->programs, in->layouts, &in->faults))
        return no_memory(in);
    eesi_faults_sort(&in->faults);
    int rc = eesi_data_files_make(&files, &in->history, in->programs, &in->faults) ? no_memory(in) : EES_OK;
    if (rc == EES_OK)
        rc = eesi_folder_write(in->dir, files.parts, EESI_DATA_FILES, in->err);
    eesi_data_files_free(&files);
    return rc;
}

static void clean(adder *in) {
    free(in->entries);
    ees_history_free(&in->history);
    ees_history_free(&in->stored);
    eesi_faults_free(&in->faults);
}

/* The number after the highest one. */
static void next_number(const adder *in, char number[EES_ROUND_NUMBER_MAX]) {
    int highest = 0;
    for (size_t i = 0; i < in->count; i++) {
        int n = (int)strtol(in->entries[i].round.number, NULL, 10);
        highest = n > highest ? n : highest;
    }
    snprintf(number, EES_ROUND_NUMBER_MAX, "%d", highest + 1);
}

static int check_number(const adder *in, const char *number) {
    int order;
    if (!eesi_number_parse(number, strlen(number), &order))
        return ees_error_set(in->err, EES_ERR_RANGE, "'%s' is no number of a round, expected one such as 421", number);
    if (ees_history_find(&in->stored, number) < 0)
        return EES_OK;
    if (eesi_faults_find(&in->faults, EES_FAULT_BY_HAND, number, "drawNumber"))
        return ees_error_set(in->err, EES_ERR_RANGE, "round %s was entered by hand before; remove it first", number);
    return ees_error_set(in->err, EES_ERR_RANGE, "round %s is there already, as officially published", number);
}

static int check_values(const adder *in, const ees_added_round *given) {
    if (given->program < 0 || (size_t)given->program >= in->programs->count || given->date == EES_DATE_NONE)
        return ees_error_set(in->err, EES_ERR_RANGE, "a round needs a program and a day");
    if (given->size < 1 || given->size > EESI_CANDIDATES_MAX || given->cutoff < 1 || given->cutoff >= EES_SCORE_MAX)
        return ees_error_set(in->err, EES_ERR_RANGE, "a round needs a size above 0 and a cut-off from 1 to 1199");
    if (given->tie_break != EES_TIME_NONE && ees_time_date(given->tie_break) > given->date)
        return ees_error_set(in->err, EES_ERR_RANGE, "the tie-break is later than the round");
    return EES_OK;
}

/* The counts in the order of the layout, which has each of the bands, and none other. */
static int arrange_pool(const adder *in, const ees_added_round *given, eesi_entry *e) {
    const ees_bands *bands = &eesi_layout_at(in->layouts, given->date)->bands;
    unsigned seen = 0;
    e->bands = bands;
    for (int i = 0; i < given->bands.count; i++) {
        const ees_band band = given->bands.band[i];
        const int b = eesi_bands_find(bands, band.low, band.high);
        if (b < 0)
            return ees_error_set(
                in->err, EES_ERR_RANGE, "%d-%d is no published band without parts, such as %d-%d or %d-%d", band.low,
                band.high, bands->band[0].low, bands->band[0].high, bands->band[2].low, bands->band[2].high);
        if (seen >> b & 1u)
            return ees_error_set(in->err, EES_ERR_RANGE, "the band %d-%d is there twice", band.low, band.high);
        if (given->leaf[i] < 0 || given->leaf[i] > EESI_CANDIDATES_MAX)
            return ees_error_set(in->err, EES_ERR_RANGE, "the band %d-%d holds %lld candidates, expected 0 or more",
                                 band.low, band.high, (long long)given->leaf[i]);
        seen |= 1u << b;
        e->leaf[b] = given->leaf[i];
    }
    for (int b = 0; b < bands->count; b++)
        if (!(seen >> b & 1u))
            return ees_error_set(in->err, EES_ERR_RANGE, "the pool lacks the band %d-%d", bands->band[b].low,
                                 bands->band[b].high);
    return EES_OK;
}

/* Official name and eligible programs are those of the program's newest round. */
static void borrow_names(const adder *in, ees_round *round) {
    const ees_program *program = &in->programs->programs[round->program];
    round->name = program->label_en;
    round->eligible = program->eligible ? program->eligible : (ees_program_set)1 << round->program;
    for (size_t i = in->stored.round_count; i-- > 0;) {
        const ees_round *like = &in->stored.rounds[i];
        if (like->program != round->program)
            continue;
        round->name = like->name;
        round->eligible = like->eligible;
        return;
    }
}

static int append(adder *in, const ees_added_round *given) {
    eesi_entry *e = &in->entries[in->count++];
    e->round = (ees_round){.program = given->program,
                           .date = given->date,
                           .held_at = EES_TIME_NONE,
                           .size = given->size,
                           .cutoff = given->cutoff,
                           .tie_break = given->tie_break,
                           .snapshot = EES_SNAPSHOT_NONE,
                           .pool_as_of = given->has_pool ? given->pool_as_of : EES_DATE_NONE};
    memcpy(e->round.number, given->number, sizeof e->round.number);
    bool ok = eesi_number_parse(given->number, strlen(given->number), &e->order);
    (void)ok; /* check_number() */
    borrow_names(in, &e->round);
    e->has_pool = given->has_pool;
    int rc = e->has_pool ? arrange_pool(in, given, e) : EES_OK;
    if (rc)
        return rc;
    return eesi_faults_add(&in->faults, EES_FAULT_BY_HAND, given->number, "drawNumber", NULL, NULL) ? no_memory(in)
                                                                                                    : EES_OK;
}

int ees_data_add(const char *data_dir, const ees_programs *programs, const ees_layouts *layouts, ees_added_round *round,
                 ees_error *err) {
    adder in = {.dir = data_dir, .programs = programs, .layouts = layouts, .err = err};
    int rc = load(&in);
    if (rc == EES_OK && round->number[0] == '\0')
        next_number(&in, round->number);
    if (rc == EES_OK)
        rc = check_number(&in, round->number);
    if (rc == EES_OK)
        rc = check_values(&in, round);
    if (rc == EES_OK)
        rc = append(&in, round);
    if (rc == EES_OK)
        rc = write_files(&in);
    clean(&in);
    return rc;
}

/* What was said of a round goes with it. */
static void drop(adder *in, const char *number) {
    size_t kept = 0;
    for (size_t i = 0; i < in->faults.count; i++)
        if (strcmp(in->faults.faults[i].round, number) != 0)
            in->faults.faults[kept++] = in->faults.faults[i];
    in->faults.count = kept;
    kept = 0;
    for (size_t i = 0; i < in->count; i++)
        if (strcmp(in->entries[i].round.number, number) != 0)
            in->entries[kept++] = in->entries[i];
    in->count = kept;
}

int ees_data_remove(const char *data_dir, const ees_programs *programs, const ees_layouts *layouts, const char *number,
                    ees_error *err) {
    adder in = {.dir = data_dir, .programs = programs, .layouts = layouts, .err = err};
    int rc = load(&in);
    if (rc == EES_OK && ees_history_find(&in.stored, number) < 0)
        rc = ees_error_set(err, EES_ERR_RANGE, "there is no round %s", number);
    else if (rc == EES_OK && !eesi_faults_find(&in.faults, EES_FAULT_BY_HAND, number, "drawNumber"))
        rc = ees_error_set(err, EES_ERR_RANGE,
                           "round %s was officially published; only rounds entered by hand can be "
                           "removed",
                           number);
    else if (rc == EES_OK && in.count == 1)
        rc = ees_error_set(err, EES_ERR_RANGE, "round %s is the only one", number);
    if (rc == EES_OK) {
        drop(&in, number);
        rc = write_files(&in);
    }
    clean(&in);
    return rc;
}
