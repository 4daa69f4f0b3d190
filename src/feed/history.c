/*
 * Reads rounds.csv and pools.csv. Both are small; they are read whole, parsed in place and joined by the key of the
 * pool, which is the number of the round it was first published with.
 */
#include <eesim/history.h>

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/file.h"
#include "base/sha256.h"
#include "base/source.h"
#include "feed/bands.h"
#include "feed/number.h"
#include "feed/read.h"
#include "feed/tables.h"

enum { POOL_KEY_MAX = EES_ROUND_NUMBER_MAX, NAMES_MAX = 64, CANDIDATES_MAX = 100000000 };

typedef struct table {
    char *path;
    char *text;
    eesi_csv csv;
} table;

/* A round as read, before the pools are joined. */
typedef struct row {
    ees_round round;
    int order;
    char pool[POOL_KEY_MAX];
    long line;
} row;

typedef struct pool {
    char key[POOL_KEY_MAX];
    ees_snapshot snapshot;
    long line;
} pool;

typedef struct loader {
    const eesi_source *from;
    ees_history *history;
    const ees_programs *programs;
    eesi_arena *arena;
    table rounds, pools;
    row *rows;
    size_t row_count, row_capacity;
    pool *list;
    size_t pool_count, pool_capacity;
    const char *names[NAMES_MAX]; /* few names are repeated hundreds of times: each is kept once */
    int name_programs[NAMES_MAX];
    size_t name_count;
    int round_columns[EESI_ROUND_COLUMNS];
    int pool_columns[EESI_POOL_COLUMNS];
    ees_error *err;
} loader;

static int no_memory(const loader *in) {
    return ees_error_set(in->err, EES_ERR_NOMEM, "out of memory");
}

static int open_table(loader *in, table *t, const char *dir, const char *name, const ees_column *columns, int count,
                      int *positions, char *sha256) {
    t->path = eesi_path_join(dir, name);
    if (!t->path)
        return no_memory(in);
    size_t length;
    int rc = eesi_source_read(in->from, t->path, &t->text, &length, in->err);
    if (rc)
        return rc;
    eesi_sha256(t->text, length, sha256);
    rc = eesi_csv_open(&t->csv, t->path, t->text, length, in->err);
    for (int i = 0; i < count && rc == EES_OK; i++) {
        positions[i] = eesi_csv_column(&t->csv, columns[i].name, in->err);
        rc = positions[i] < 0 ? positions[i] : EES_OK;
    }
    return rc;
}

/* Room for one more element; the new one is zeroed. NULL when out of memory. */
static void *grow(void **list, size_t *count, size_t *capacity, size_t size) {
    if (*count == *capacity) {
        size_t larger = *capacity ? *capacity * 2 : 512;
        void *moved = realloc(*list, larger * size);
        if (!moved)
            return NULL;
        *list = moved;
        *capacity = larger;
    }
    return memset((char *)*list + (*count)++ * size, 0, size);
}

static const eesi_csv_field *round_field(const loader *in, eesi_round_column column) {
    return &in->rounds.csv.fields[in->round_columns[column]];
}

static int bad_round(const loader *in, eesi_round_column column, const char *expected) {
    return eesi_csv_bad(&in->rounds.csv, in->round_columns[column], expected, in->err);
}

/* Keeps a name once and remembers what it maps to. */
static const char *keep_name(loader *in, const eesi_csv_field *field, int *program) {
    for (size_t i = in->name_count; i-- > 0;) {
        if (strcmp(in->names[i], field->text) == 0) {
            *program = in->name_programs[i];
            return in->names[i];
        }
    }
    const char *name = eesi_arena_copy(in->arena, field->text, field->length);
    *program = name ? eesi_programs_map(in->programs, name) : EES_PROGRAM_NONE;
    if (name && in->name_count < NAMES_MAX) {
        in->name_programs[in->name_count] = *program;
        in->names[in->name_count++] = name;
    }
    return name;
}

/* The code in the file counts (an analyst may have set it); without one the name is mapped again. */
static int read_program(loader *in, ees_round *round) {
    int mapped;
    round->name = keep_name(in, round_field(in, EESI_ROUND_NAME), &mapped);
    if (!round->name)
        return no_memory(in);
    const eesi_csv_field *code = round_field(in, EESI_ROUND_PROGRAM);
    if (mapped != EES_PROGRAM_NONE && strcmp(in->programs->programs[mapped].code, code->text) == 0)
        round->program = mapped;
    else
        round->program = code->length ? ees_programs_find(in->programs, code->text) : mapped;
    if (code->length && round->program == EES_PROGRAM_NONE)
        return bad_round(in, EESI_ROUND_PROGRAM, "a code of models/programs.json");
    return EES_OK;
}

static int read_eligible(const loader *in, ees_program_set *set) {
    const char *p = round_field(in, EESI_ROUND_ELIGIBLE)->text;
    while (*p) {
        char code[32];
        size_t length = strcspn(p, " ");
        if (length > 0 && length < sizeof code) {
            memcpy(code, p, length);
            code[length] = '\0';
            int position = ees_programs_find(in->programs, code);
            if (position == EES_PROGRAM_NONE)
                return bad_round(in, EESI_ROUND_ELIGIBLE, "codes of models/programs.json with a space between them");
            *set |= (ees_program_set)1 << position;
        } else if (length > 0) {
            return bad_round(in, EESI_ROUND_ELIGIBLE, "codes of models/programs.json with a space between them");
        }
        p += length + (p[length] == ' ');
    }
    return EES_OK;
}

static int read_number(const loader *in, row *r) {
    const eesi_csv_field *number = round_field(in, EESI_ROUND_NUMBER);
    if (number->length >= EES_ROUND_NUMBER_MAX || !eesi_number_parse(number->text, number->length, &r->order))
        return bad_round(in, EESI_ROUND_NUMBER, "a number such as 396 or 91a");
    memcpy(r->round.number, number->text, number->length + 1);
    return EES_OK;
}

static int read_counts(const loader *in, ees_round *round) {
    const eesi_csv *csv = &in->rounds.csv;
    int64_t cutoff;
    int rc = eesi_csv_int(csv, in->round_columns[EESI_ROUND_SIZE], 1, CANDIDATES_MAX, 0, &round->size, in->err);
    if (rc == EES_OK && round->size == 0)
        rc = bad_round(in, EESI_ROUND_SIZE, "a whole number");
    if (rc)
        return rc;
    rc = eesi_csv_int(csv, in->round_columns[EESI_ROUND_CUTOFF], 0, EES_SCORE_MAX, EES_SCORE_NONE, &cutoff, in->err);
    if (rc == EES_OK && cutoff == EES_SCORE_NONE)
        rc = bad_round(in, EESI_ROUND_CUTOFF, "a score from 0 to 1200");
    round->cutoff = (int)cutoff;
    return rc;
}

static int read_times(const loader *in, ees_round *round) {
    const eesi_csv *csv = &in->rounds.csv;
    int rc;
    if ((rc = eesi_csv_date(csv, in->round_columns[EESI_ROUND_DATE], &round->date, in->err)) ||
        (rc = eesi_csv_time(csv, in->round_columns[EESI_ROUND_TIE_BREAK], &round->tie_break, in->err)) ||
        (rc = eesi_csv_time(csv, in->round_columns[EESI_ROUND_HELD_AT], &round->held_at, in->err)) ||
        (rc = eesi_csv_date(csv, in->round_columns[EESI_ROUND_POOL_AS_OF], &round->pool_as_of, in->err)))
        return rc;
    return round->date == EES_DATE_NONE ? bad_round(in, EESI_ROUND_DATE, "a date YYYY-MM-DD") : EES_OK;
}

static int read_round(loader *in) {
    row *r = grow((void **)&in->rows, &in->row_count, &in->row_capacity, sizeof *r);
    if (!r)
        return no_memory(in);
    r->line = in->rounds.csv.line;
    const eesi_csv_field *key = round_field(in, EESI_ROUND_POOL);
    if (key->length >= POOL_KEY_MAX)
        return bad_round(in, EESI_ROUND_POOL, "the number of the round its pool was first published with");
    memcpy(r->pool, key->text, key->length + 1);
    int rc;
    if ((rc = read_number(in, r)) || (rc = read_program(in, &r->round)) ||
        (rc = read_eligible(in, &r->round.eligible)) || (rc = read_counts(in, &r->round)))
        return rc;
    return read_times(in, &r->round);
}

static pool *find_pool(const loader *in, const char *key) {
    for (size_t i = in->pool_count; i-- > 0;)
        if (strcmp(in->list[i].key, key) == 0)
            return &in->list[i];
    return NULL;
}

static int bad_pool(const loader *in, eesi_pool_column column, const char *expected) {
    return eesi_csv_bad(&in->pools.csv, in->pool_columns[column], expected, in->err);
}

/* A band takes its place among those of the pool that were read before. */
static int read_band(const loader *in, ees_snapshot *s, int64_t count) {
    const eesi_csv *csv = &in->pools.csv;
    int64_t low, high;
    int rc, place;
    if ((rc = eesi_csv_int(csv, in->pool_columns[EESI_POOL_LOW], 0, EES_SCORE_MAX, -1, &low, in->err)) ||
        (rc = eesi_csv_int(csv, in->pool_columns[EESI_POOL_HIGH], 0, EES_SCORE_MAX, -1, &high, in->err)))
        return rc;
    const bool nominees = low == EES_SCORE_NOMINEE && high == EES_SCORE_MAX;
    if (low < 0 || high < low || (high >= EES_SCORE_NOMINEE && !nominees))
        return bad_pool(in, EESI_POOL_LOW,
                        "the lowest score of a band within 0 to 600 or of 601-1200, and its highest "
                        "beside it");
    if (!eesi_bands_add(&s->bands, (ees_band){(int)low, (int)high}, &place))
        return bad_pool(in, EESI_POOL_LOW, "bands of a pool that do not overlap, each once");
    memmove(s->leaf + place + 1, s->leaf + place, (size_t)(s->bands.count - 1 - place) * sizeof *s->leaf);
    s->leaf[place] = count;
    s->total += count;
    return EES_OK;
}

static int read_pool_key(loader *in, pool **found) {
    const eesi_csv_field *key = &in->pools.csv.fields[in->pool_columns[EESI_POOL_KEY]];
    if (key->length == 0 || key->length >= POOL_KEY_MAX)
        return bad_pool(in, EESI_POOL_KEY, "the number of the round the pool was first published with");
    *found = find_pool(in, key->text);
    if (*found)
        return EES_OK;
    *found = grow((void **)&in->list, &in->pool_count, &in->pool_capacity, sizeof **found);
    if (!*found)
        return no_memory(in);
    memcpy((*found)->key, key->text, key->length + 1);
    (*found)->line = in->pools.csv.line;
    (*found)->snapshot.as_of = EES_DATE_NONE;
    (*found)->snapshot.first_round = -1;
    return EES_OK;
}

static int read_pool_row(loader *in) {
    const eesi_csv *csv = &in->pools.csv;
    pool *p = NULL;
    ees_date as_of;
    int64_t count;
    int rc;
    if ((rc = read_pool_key(in, &p)) || (rc = eesi_csv_date(csv, in->pool_columns[EESI_POOL_AS_OF], &as_of, in->err)) ||
        (rc = eesi_csv_int(csv, in->pool_columns[EESI_POOL_CANDIDATES], 0, CANDIDATES_MAX, -1, &count, in->err)))
        return rc;
    if (count < 0)
        return bad_pool(in, EESI_POOL_CANDIDATES, "a whole number");
    /* read_pool_key() sets p or fails: NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
    if (as_of == EES_DATE_NONE || (p->snapshot.bands.count > 0 && p->snapshot.as_of != as_of))
        return bad_pool(in, EESI_POOL_AS_OF, "a date, the same for every band of a pool");
    p->snapshot.as_of = as_of;
    return read_band(in, &p->snapshot, count);
}

static int compare_rows(const void *left, const void *right) {
    const row *a = left, *b = right;
    if (a->round.date != b->round.date)
        return a->round.date < b->round.date ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

static int compare_pools(const void *left, const void *right) {
    const pool *a = left, *b = right;
    return (a->snapshot.first_round > b->snapshot.first_round) - (a->snapshot.first_round < b->snapshot.first_round);
}

static int compare_orders(const void *left, const void *right) {
    const row *a = *(row *const *)left, *b = *(row *const *)right;
    return (a->order > b->order) - (a->order < b->order);
}

static int reject_repeated_numbers(const loader *in) {
    row **sorted = malloc((in->row_count + 1) * sizeof *sorted);
    if (!sorted)
        return no_memory(in);
    for (size_t i = 0; i < in->row_count; i++)
        sorted[i] = &in->rows[i];
    qsort(sorted, in->row_count, sizeof *sorted, compare_orders);
    int rc = EES_OK;
    for (size_t i = 1; i < in->row_count && !rc; i++)
        if (sorted[i]->order == sorted[i - 1]->order)
            rc = ees_error_at(in->err, EES_ERR_DATA, in->rounds.path, sorted[i]->line, 0, "round %s is there twice",
                              sorted[i]->round.number);
    free(sorted);
    return rc;
}

/* Finds the earliest round of every pool, puts the pools into that order, then points the rounds to them. */
static int join(loader *in) {
    for (size_t i = 0; i < in->row_count; i++) {
        row *r = &in->rows[i];
        if (r->pool[0] == '\0')
            continue;
        pool *p = find_pool(in, r->pool);
        if (!p)
            return ees_error_at(in->err, EES_ERR_DATA, in->rounds.path, r->line, in->round_columns[EESI_ROUND_POOL] + 1,
                                "round %s names pool '%s', which is not in %s", r->round.number, r->pool,
                                EESI_POOLS_FILE);
        if (p->snapshot.first_round < 0)
            p->snapshot.first_round = (int)i;
    }
    for (size_t i = 0; i < in->pool_count; i++) {
        const pool *p = &in->list[i];
        const int gap = eesi_bands_gap(&p->snapshot.bands);
        if (gap >= 0)
            return ees_error_at(in->err, EES_ERR_DATA, in->pools.path, p->line, 0,
                                "pool '%s' lacks a band: none holds the score %d", p->key, gap);
        if (p->snapshot.first_round < 0)
            return ees_error_at(in->err, EES_ERR_DATA, in->pools.path, p->line, 0,
                                "pool '%s' belongs to no round of %s", p->key, EESI_ROUNDS_FILE);
    }
    if (in->pool_count > 0)
        qsort(in->list, in->pool_count, sizeof *in->list, compare_pools);
    for (size_t i = 0; i < in->row_count; i++) {
        row *r = &in->rows[i];
        const pool *p = r->pool[0] ? find_pool(in, r->pool) : NULL;
        r->round.snapshot = p ? (int)(p - in->list) : EES_SNAPSHOT_NONE;
    }
    return EES_OK;
}

static int publish(const loader *in) {
    ees_history *history = in->history;
    history->rounds = calloc(in->row_count + 1, sizeof *history->rounds);
    history->snapshots = calloc(in->pool_count + 1, sizeof *history->snapshots);
    if (!history->rounds || !history->snapshots)
        return no_memory(in);
    for (size_t i = 0; i < in->row_count; i++)
        history->rounds[i] = in->rows[i].round;
    for (size_t i = 0; i < in->pool_count; i++)
        history->snapshots[i] = in->list[i].snapshot;
    history->round_count = in->row_count;
    history->snapshot_count = in->pool_count;
    return EES_OK;
}

static int load(loader *in, const char *dir) {
    char digests[2][EESI_SHA256_TEXT];
    int rc, more = 0;
    if ((rc = open_table(in, &in->rounds, dir, EESI_ROUNDS_FILE, eesi_round_columns, EESI_ROUND_COLUMNS,
                         in->round_columns, digests[0])) ||
        (rc = open_table(in, &in->pools, dir, EESI_POOLS_FILE, eesi_pool_columns, EESI_POOL_COLUMNS, in->pool_columns,
                         digests[1])))
        return rc;
    while ((more = eesi_csv_next(&in->rounds.csv, in->err)) > 0)
        if ((rc = read_round(in)))
            return rc;
    if (more < 0)
        return more;
    if (in->row_count == 0)
        return ees_error_at(in->err, EES_ERR_DATA, in->rounds.path, 0, 0, "holds no round");
    while ((more = eesi_csv_next(&in->pools.csv, in->err)) > 0)
        if ((rc = read_pool_row(in)))
            return rc;
    if (more < 0)
        return more;
    qsort(in->rows, in->row_count, sizeof *in->rows, compare_rows);
    if ((rc = reject_repeated_numbers(in)) || (rc = join(in)))
        return rc;
    eesi_sha256_join((const char(*)[EESI_SHA256_TEXT])digests, 2, in->history->sha256);
    return publish(in);
}

int eesi_history_read(ees_history *history, const eesi_source *from, const char *dir, const ees_programs *programs,
                      ees_error *err) {
    memset(history, 0, sizeof *history);
    loader *in = calloc(1, sizeof *in);
    if (!in)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    in->from = from;
    in->history = history;
    in->programs = programs;
    in->err = err;
    in->arena = eesi_arena_create();
    history->arena = in->arena;
    int rc = in->arena ? load(in, dir) : no_memory(in);
    free(in->rounds.path);
    free(in->rounds.text);
    free(in->pools.path);
    free(in->pools.text);
    free(in->rows);
    free(in->list);
    free(in);
    return rc;
}

int ees_history_load(ees_history *history, const char *dir, const ees_programs *programs, ees_error *err) {
    return eesi_history_read(history, NULL, dir, programs, err);
}

void ees_history_free(ees_history *history) {
    free(history->rounds);
    free(history->snapshots);
    eesi_arena_destroy(history->arena);
    memset(history, 0, sizeof *history);
}

int ees_history_find(const ees_history *history, const char *number) {
    for (size_t i = history->round_count; i-- > 0;)
        if (strcmp(history->rounds[i].number, number) == 0)
            return (int)i;
    return -1;
}

ees_known ees_history_before(const ees_history *history, ees_date date, bool hindsight) {
    ees_known known = {history->round_count, history->snapshot_count};
    if (date == EES_DATE_NONE)
        return known;
    size_t published = 0; /* rounds whose snapshots count */
    known.round_count = 0;
    for (size_t i = 0; i < history->round_count && history->rounds[i].date <= date; i++) {
        if (history->rounds[i].date < date)
            known.round_count = i + 1;
        if (history->rounds[i].date < date || hindsight)
            published = i + 1;
    }
    known.snapshot_count = 0;
    while (known.snapshot_count < history->snapshot_count &&
           (size_t)history->snapshots[known.snapshot_count].first_round < published)
        known.snapshot_count++;
    return known;
}
