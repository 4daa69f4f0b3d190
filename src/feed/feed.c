/*
 * Reads the official JSON. jansson parses it; here each round is taken apart. Only what makes a round a round must be
 * right (number, date, size, cut-off) and counts must be possible; everything else is reported and left out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "feed/entry.h"
#include "feed/fault.h"
#include "feed/name.h"
#include "feed/number.h"
#include "feed/when.h"

enum { BANDS_IN_FEED = 18, MEMO_MAX = 32, TEXT_MAX = 1024 };

/* Texts that repeat from round to round are worked out once. */
typedef struct memo {
    const char *text[MEMO_MAX];
    const char *kept[MEMO_MAX];
    int64_t value[MEMO_MAX];
    size_t count;
} memo;

typedef struct reader {
    const char *file;
    const ees_programs *programs;
    eesi_feed *feed;
    memo names, eligible;
    ees_error *err;
    char where[48]; /* "round 396" */
    char scratch[32];
} reader;

typedef enum count_status { COUNT_READ, COUNT_EMPTY, COUNT_UNREADABLE, COUNT_IMPOSSIBLE } count_status;

static int no_memory(const reader *in) {
    return ees_error_at(in->err, EES_ERR_NOMEM, in->file, 0, 0, "out of memory");
}

static int bad(const reader *in, const char *key, const char *text, const char *expected) {
    if (*text == '\0')
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "%s: '%s' is missing or empty, expected %s",
                            in->where, key, expected);
    return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "%s: '%s' is '%.60s', expected %s", in->where, key, text,
                        expected);
}

/* A value as text; a missing one is "". The feed writes every value as text, numbers are taken too. */
static int get_text(reader *in, const json_t *object, const char *key, const char **text) {
    const json_t *value = json_object_get(object, key);
    *text = "";
    if (!value || json_is_null(value))
        return EES_OK;
    if (json_is_string(value)) {
        *text = json_string_value(value);
        *text += strspn(*text, " \t\r\n");
        return EES_OK;
    }
    if (json_is_integer(value)) {
        snprintf(in->scratch, sizeof in->scratch, "%lld", (long long)json_integer_value(value));
        *text = in->scratch;
        return EES_OK;
    }
    return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "%s: '%s' is no text, expected one", in->where, key);
}

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* "235,695", "235 695" or "235695"; groups must be of three digits. */
static count_status parse_count(const char *text, int64_t *count) {
    const char *p = text;
    bool negative = *p == '-', grouped = false, huge = false;
    int64_t value = 0;
    int digits = 0;
    p += negative;
    if (*p == '\0')
        return negative ? COUNT_UNREADABLE : COUNT_EMPTY;
    for (; *p; p++) {
        if (*p >= '0' && *p <= '9') {
            value = value * 10 + (*p - '0');
            digits++;
            huge = huge || value > EESI_CANDIDATES_MAX;
            value = huge ? 0 : value;
        } else if ((*p == ',' || *p == ' ') && p[1] >= '0' && p[1] <= '9') {
            if (digits == 0 || digits > 3 || (grouped && digits != 3))
                return COUNT_UNREADABLE;
            grouped = true;
            digits = 0;
        } else if (is_space(*p) && p[strspn(p, " \t\r\n")] == '\0') {
            break;
        } else {
            return COUNT_UNREADABLE;
        }
    }
    if (digits == 0 || (grouped && digits != 3))
        return COUNT_UNREADABLE;
    *count = value;
    return negative || huge ? COUNT_IMPOSSIBLE : COUNT_READ;
}

static int add_fault(const reader *in, ees_fault_kind kind, const ees_round *round, const char *field,
                     const char *published, const char *used) {
    if (eesi_faults_add(&in->feed->faults, kind, round->number, field, published, used))
        return no_memory(in);
    return EES_OK;
}

static int read_number(reader *in, const json_t *object, size_t index, eesi_entry *entry) {
    const char *text;
    snprintf(in->where, sizeof in->where, "entry %zu of 'rounds'", index + 1);
    if (!json_is_object(object))
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "%s is no object", in->where);
    int rc = get_text(in, object, "drawNumber", &text);
    if (rc)
        return rc;
    size_t length = strlen(text);
    while (length > 0 && is_space(text[length - 1]))
        length--;
    if (length >= EES_ROUND_NUMBER_MAX || !eesi_number_parse(text, length, &entry->order))
        return bad(in, "drawNumber", text, "the number of a round, such as 396 or 91a");
    memcpy(entry->round.number, text, length);
    snprintf(in->where, sizeof in->where, "round %s", entry->round.number);
    return EES_OK;
}

/* The date in full stands in for a missing short one; where both are there they should agree. */
static int read_date(reader *in, const json_t *object, ees_round *round) {
    const char *text, *full;
    int rc;
    if ((rc = get_text(in, object, "drawDate", &text)))
        return rc;
    bool given = *text != '\0';
    if (given && eesi_when_date(text, &round->date) != EESI_WHEN_READ)
        return bad(in, "drawDate", text, "a date such as 2026-02-17");
    if ((rc = get_text(in, object, "drawDateFull", &full)))
        return rc;
    ees_date date;
    eesi_when_status status = eesi_when_date(full, &date);
    if (!given && status != EESI_WHEN_READ)
        return bad(in, "drawDate", text, "a date such as 2026-02-17");
    if (!given)
        round->date = date;
    else if (status == EESI_WHEN_READ && date != round->date) {
        char used[EES_DATE_TEXT_MAX];
        return add_fault(in, EES_FAULT_DATE_DIFFERS, round, "drawDateFull", full, ees_date_format(round->date, used));
    }
    return EES_OK;
}

static int read_whole(reader *in, const json_t *object, const char *key, int64_t min, int64_t max, int64_t *value) {
    const char *text;
    char expected[64];
    int rc = get_text(in, object, key, &text);
    if (rc)
        return rc;
    if (parse_count(text, value) == COUNT_READ && *value >= min && *value <= max)
        return EES_OK;
    snprintf(expected, sizeof expected, "a whole number from %lld to %lld", (long long)min, (long long)max);
    return bad(in, key, text, expected);
}

/* Position of a text that was seen before, or -1. */
static int recall(const memo *seen, const char *text) {
    for (size_t i = seen->count; i-- > 0;)
        if (strcmp(seen->text[i], text) == 0)
            return (int)i;
    return -1;
}

static void remember(memo *seen, const char *text, const char *kept, int64_t value) {
    if (seen->count == MEMO_MAX)
        return;
    seen->text[seen->count] = text;
    seen->kept[seen->count] = kept;
    seen->value[seen->count++] = value;
}

/* As published, but with single spaces: a line break in a name would trouble every reader of the CSV file. */
static char *tidy_name(const reader *in, const char *text) {
    char *name = eesi_arena_copy(in->feed->arena, text, strlen(text));
    size_t length = 0;
    for (const char *p = text; name && *p; p++) {
        bool space = (unsigned char)*p <= ' ' || *p == 0x7f;
        if (!space)
            name[length++] = *p;
        else if (length > 0 && name[length - 1] != ' ')
            name[length++] = ' ';
    }
    if (!name)
        return NULL;
    while (length > 0 && name[length - 1] == ' ')
        length--;
    name[length] = '\0';
    return name;
}

static int read_name(reader *in, const json_t *object, ees_round *round) {
    const char *text;
    int rc = get_text(in, object, "drawName", &text);
    if (rc)
        return rc;
    int known = recall(&in->names, text);
    if (known < 0) {
        const char *name = tidy_name(in, text);
        const char *key = text == in->scratch ? name : text; /* the scratch space does not stay */
        if (!name)
            return no_memory(in);
        if (strlen(name) > TEXT_MAX)
            return bad(in, "drawName", name, "at most 1024 bytes");
        round->name = name;
        round->program = ees_programs_map(in->programs, name);
        remember(&in->names, key, name, round->program);
        return EES_OK;
    }
    round->name = in->names.kept[known];
    round->program = (int)in->names.value[known];
    return EES_OK;
}

/* "A, B and C": each part is the name of a base program. 0 when one of them is not. */
static ees_program_set parse_eligible(const ees_programs *programs, const char *text) {
    ees_program_set set = 0;
    while (*text) {
        const char *comma = strchr(text, ',');
        const char *and = strstr(text, " and ");
        const char *end = comma && (!and || comma < and) ? comma : and;
        size_t length = end ? (size_t)(end - text) : strlen(text);
        size_t mark = !end ? 0 : *end == ',' ? 1 : strlen(" and ");
        char part[EESI_NAME_MAX];
        if (length >= sizeof part)
            return 0;
        memcpy(part, text, length);
        part[length] = '\0';
        const char *name = strncmp(part, " and ", 5) == 0 ? part + 5 : part;
        int position = ees_programs_map(programs, name);
        bool blank = name[strspn(name, " ")] == '\0';
        if (!blank && (position == EES_PROGRAM_NONE || programs->programs[position].kind != EES_KIND_PROGRAM))
            return 0;
        if (!blank)
            set |= (ees_program_set)1 << position;
        text += length + mark;
    }
    return set;
}

static int read_eligible(reader *in, const json_t *object, ees_round *round) {
    const char *text;
    int rc = get_text(in, object, "drawText2", &text);
    if (rc)
        return rc;
    int known = text == in->scratch ? -1 : recall(&in->eligible, text);
    if (known >= 0) {
        round->eligible = (ees_program_set)in->eligible.value[known];
    } else {
        round->eligible = parse_eligible(in->programs, text);
        if (text != in->scratch)
            remember(&in->eligible, text, NULL, round->eligible);
    }
    return round->eligible ? EES_OK : add_fault(in, EES_FAULT_ELIGIBLE_UNKNOWN, round, "drawText2", text, NULL);
}

static int read_time(reader *in, const json_t *object, const char *key, const ees_round *round, ees_time *time) {
    const char *text;
    bool regular;
    char used[EES_TIME_TEXT_MAX];
    *time = EES_TIME_NONE;
    int rc = get_text(in, object, key, &text);
    if (rc)
        return rc;
    const json_t *value = json_object_get(object, key);
    eesi_when_status status = eesi_when_time(json_is_string(value) ? json_string_value(value) : text, time, &regular);
    if (status == EESI_WHEN_EMPTY || (status == EESI_WHEN_READ && regular))
        return EES_OK;
    if (status == EESI_WHEN_READ)
        return add_fault(in, EES_FAULT_TIME_IRREGULAR, round, key, text, ees_time_format(*time, used));
    return add_fault(in, EES_FAULT_TIME_UNREADABLE, round, key, text, eesi_when_explain(status));
}

/* Days are Ottawa's, times are UTC: a round of the evening ends a few hours into the next day. */
static bool is_on_day(ees_time time, ees_date day) {
    enum { EVENING_SECONDS = 5 * 3600 };
    return ees_time_date(time) == day || ees_time_date(time - EVENING_SECONDS) == day;
}

static int read_times(reader *in, const json_t *object, ees_round *round) {
    int rc;
    if ((rc = read_time(in, object, "drawCutOff", round, &round->tie_break)) ||
        (rc = read_time(in, object, "drawDateTime", round, &round->held_at)))
        return rc;
    if (round->held_at == EES_TIME_NONE || is_on_day(round->held_at, round->date))
        return EES_OK;
    char published[EES_TIME_TEXT_MAX], used[EES_DATE_TEXT_MAX];
    return add_fault(in, EES_FAULT_DATE_DIFFERS, round, "drawDateTime", ees_time_format(round->held_at, published),
                     ees_date_format(round->date, used));
}

static int read_as_of(reader *in, const json_t *object, ees_round *round) {
    const char *text;
    round->pool_as_of = EES_DATE_NONE;
    int rc = get_text(in, object, "drawDistributionAsOn", &text);
    if (rc)
        return rc;
    eesi_when_status status = eesi_when_date(text, &round->pool_as_of);
    if (status == EESI_WHEN_READ || status == EESI_WHEN_EMPTY)
        return EES_OK;
    return add_fault(in, EES_FAULT_AS_OF_UNREADABLE, round, "drawDistributionAsOn", text, eesi_when_explain(status));
}

/* The published pool: which of dd1..dd18 are leaf bands and which are sums of others. */
typedef struct published {
    int64_t value[BANDS_IN_FEED + 1]; /* by the number in the name of the field; EES_COUNT_NONE when not there */
    const char *text[BANDS_IN_FEED + 1];
} published;

static const int LEAF_FIELDS[EES_LEAF_BANDS] = {1, 2, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17};

static void field_name(int number, char *name) {
    snprintf(name, 8, "dd%d", number % 100);
}

static int read_published(reader *in, const json_t *object, published *pool) {
    for (int k = 1; k <= BANDS_IN_FEED; k++) {
        char key[8];
        const char *text;
        field_name(k, key);
        int rc = get_text(in, object, key, &text);
        if (rc)
            return rc;
        int64_t count = 0;
        count_status status = parse_count(text, &count);
        if (status == COUNT_IMPOSSIBLE)
            return bad(in, key, text, "a number of candidates from 0 to 100000000");
        pool->value[k] = status == COUNT_READ ? count : EES_COUNT_NONE;
        pool->text[k] = text == in->scratch ? "" : text;
    }
    return EES_OK;
}

static int64_t sum(const published *pool, int from, int to) {
    int64_t total = 0;
    for (int k = from; k <= to; k++)
        total += pool->value[k];
    return total;
}

static int check_sum(const reader *in, const ees_round *round, const published *pool, int field, int64_t expected) {
    char key[8], used[32], number[32];
    const char *text = pool->text[field];
    field_name(field, key);
    snprintf(used, sizeof used, "%lld", (long long)expected);
    snprintf(number, sizeof number, "%lld", (long long)pool->value[field]);
    if (*text == '\0' && pool->value[field] != EES_COUNT_NONE)
        text = number;
    if (pool->value[field] == EES_COUNT_NONE)
        return add_fault(in, EES_FAULT_SUBTOTAL_MISSING, round, key, text, used);
    if (pool->value[field] != expected)
        return add_fault(in, EES_FAULT_SUBTOTAL_WRONG, round, key, text, used);
    return EES_OK;
}

/* A total that is the sum of the published parts is not called wrong again when a subtotal already was. */
static int check_sums(const reader *in, const ees_round *round, const published *pool) {
    int64_t upper = sum(pool, 4, 8), middle = sum(pool, 10, 14);
    int64_t rest = pool->value[1] + pool->value[2] + sum(pool, 15, 17);
    int rc;
    if ((rc = check_sum(in, round, pool, 3, upper)) || (rc = check_sum(in, round, pool, 9, middle)))
        return rc;
    int64_t said = rest + (pool->value[3] == EES_COUNT_NONE ? upper : pool->value[3]) +
                   (pool->value[9] == EES_COUNT_NONE ? middle : pool->value[9]);
    if (pool->value[18] == said)
        return EES_OK;
    return check_sum(in, round, pool, 18, rest + upper + middle);
}

static int read_pool(reader *in, const json_t *object, eesi_entry *entry) {
    published pool;
    int rc = read_published(in, object, &pool);
    if (rc)
        return rc;
    int missing = 0;
    bool any = false;
    for (int band = 0; band < EES_LEAF_BANDS; band++) {
        int64_t count = pool.value[LEAF_FIELDS[band]];
        entry->leaf[band] = count;
        any = any || (count != EES_COUNT_NONE && count > 0);
        if (count == EES_COUNT_NONE && !missing)
            missing = LEAF_FIELDS[band];
    }
    if (!any)
        return EES_OK; /* all zeros is the feed's way to say that there is no pool */
    if (missing) {
        char key[8];
        field_name(missing, key);
        return add_fault(in, EES_FAULT_BAND_MISSING, &entry->round, key, pool.text[missing], NULL);
    }
    entry->has_pool = true;
    return check_sums(in, &entry->round, &pool);
}

static int read_entry(reader *in, const json_t *object, size_t index, eesi_entry *entry) {
    int64_t cutoff = 0;
    int rc;
    if ((rc = read_number(in, object, index, entry)) || (rc = read_date(in, object, &entry->round)) ||
        (rc = read_name(in, object, &entry->round)) || (rc = read_eligible(in, object, &entry->round)) ||
        (rc = read_whole(in, object, "drawSize", 1, EESI_CANDIDATES_MAX, &entry->round.size)) ||
        (rc = read_whole(in, object, "drawCRS", 0, EES_SCORE_MAX, &cutoff)) ||
        (rc = read_times(in, object, &entry->round)) || (rc = read_as_of(in, object, &entry->round)))
        return rc;
    entry->round.cutoff = (int)cutoff;
    entry->round.snapshot = EES_SNAPSHOT_NONE;
    return read_pool(in, object, entry);
}

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
static int join_repeated(const reader *in) {
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
        int rc = add_fault(in, EES_FAULT_ROUND_REPEATED, &e->round, "drawNumber", e->round.number, NULL);
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

static int read_rounds(reader *in, const json_t *root) {
    json_t *rounds;
    int rc = eesi_json_array(root, "rounds", in->file, "the feed", &rounds, in->err);
    if (rc)
        return rc;
    size_t count = json_array_size(rounds);
    if (count == 0)
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "'rounds' is empty, expected rounds");
    in->feed->entries = calloc(count, sizeof *in->feed->entries);
    if (!in->feed->entries)
        return no_memory(in);
    for (size_t i = 0; i < count; i++)
        if ((rc = read_entry(in, json_array_get(rounds, i), i, &in->feed->entries[i])))
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
    reader in = {.file = file, .programs = programs, .feed = feed, .err = err};
    feed->arena = eesi_arena_create();
    rc = feed->arena ? read_rounds(&in, root) : no_memory(&in);
    json_decref(root);
    return rc;
}

void eesi_feed_free(eesi_feed *feed) {
    free(feed->entries);
    ees_faults_free(&feed->faults);
    eesi_arena_destroy(feed->arena);
    memset(feed, 0, sizeof *feed);
}
