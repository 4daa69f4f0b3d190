/* The pool published with a round: its bands, and sums of them, in the fields that the layout names. */
#include <stdio.h>
#include <string.h>

#include "feed/feed_reader.h"
#include "feed/layout.h"

/* The fields of a pool, by their position in the layout. */
typedef struct published {
    const eesi_layout *layout;
    int64_t value[EESI_POOL_FIELDS_MAX]; /* EES_COUNT_NONE when not there */
    const char *text[EESI_POOL_FIELDS_MAX];
    int64_t leaf[EES_BANDS_MAX]; /* the values of the bands */
} published;

static int read_published(eesi_feed_reader *in, const eesi_feed_object *object, published *pool) {
    for (int f = 0; f < pool->layout->field_count; f++) {
        const eesi_pool_field *field = &pool->layout->fields[f];
        int rc = eesi_feed_text(in, object, field->name, &pool->text[f]);
        if (rc)
            return rc;
        int64_t count = 0;
        eesi_count_status status = eesi_count_parse(pool->text[f], &count);
        pool->value[f] = status == EESI_COUNT_READ ? count : EES_COUNT_NONE;
        if (field->kind == EESI_POOL_BAND)
            pool->leaf[field->first] = pool->value[f];
    }
    return EES_OK;
}

static bool is_subtotal(const published *pool, int f) {
    return pool->layout->fields[f].kind == EESI_POOL_SUBTOTAL;
}

/* The sum that a field should be. */
static int64_t parts_of(const published *pool, int f) {
    const eesi_pool_field *field = &pool->layout->fields[f];
    int64_t total = 0;
    for (int b = field->first; b <= field->last; b++)
        total += pool->leaf[b];
    return total;
}

static int report(const eesi_feed_reader *in, ees_fault_kind kind, const ees_round *round, const published *pool, int f,
                  int64_t used) {
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)used);
    return eesi_feed_fault(in, kind, round, pool->layout->fields[f].name, pool->text[f], text);
}

static int check_sum(const eesi_feed_reader *in, const ees_round *round, const published *pool, int f) {
    const int64_t expected = parts_of(pool, f);
    if (pool->value[f] == EES_COUNT_NONE)
        return report(in, EES_FAULT_SUBTOTAL_MISSING, round, pool, f, expected);
    if (pool->value[f] != expected)
        return report(in, EES_FAULT_SUBTOTAL_WRONG, round, pool, f, expected);
    return EES_OK;
}

/* A total that is the sum of the published parts is not called wrong again when a subtotal already was. */
static int check_sums(const eesi_feed_reader *in, const ees_round *round, const published *pool) {
    const int total = pool->layout->total;
    int64_t said = parts_of(pool, total);
    for (int f = 0; f < pool->layout->field_count; f++) {
        if (!is_subtotal(pool, f))
            continue;
        int rc = check_sum(in, round, pool, f);
        if (rc)
            return rc;
        if (pool->value[f] != EES_COUNT_NONE)
            said += pool->value[f] - parts_of(pool, f);
    }
    return pool->value[total] == said ? EES_OK : check_sum(in, round, pool, total);
}

/* A slip of a few candidates leaves a pool usable; from a hundredth on nobody knows which of the numbers is wrong. */
static bool is_far(const published *pool, int f) {
    const int64_t said = pool->value[f], parts = parts_of(pool, f);
    int64_t difference = said > parts ? said - parts : parts - said;
    return said != EES_COUNT_NONE && difference * 100 > (said > parts ? said : parts);
}

/* The sum that the bands cannot make up: the total or, where there is none, a subtotal. -1 when all is well. */
static int contradicted_sum(const published *pool) {
    const int total = pool->layout->total;
    if (pool->value[total] != EES_COUNT_NONE)
        return is_far(pool, total) ? total : -1;
    for (int f = 0; f < pool->layout->field_count; f++)
        if (is_subtotal(pool, f) && is_far(pool, f))
            return f;
    return -1;
}

/* All bands zero or empty is the feed's way to say that there is no pool, but not with a sum beside them: the total,
 * or else the last subtotal. */
static int check_empty(const eesi_feed_reader *in, const ees_round *round, const published *pool) {
    int f = pool->layout->total;
    for (int g = pool->layout->field_count; pool->value[f] <= 0 && g-- > 0;)
        f = is_subtotal(pool, g) && pool->value[g] > 0 ? g : f;
    return pool->value[f] > 0 ? report(in, EES_FAULT_POOL_CONTRADICTORY, round, pool, f, 0) : EES_OK;
}

/* Position of the first band that is missing, or -1. `*any`: one of the others holds candidates. */
static int missing_band(const published *pool, bool *any) {
    int missing = -1;
    *any = false;
    for (int f = 0; f < pool->layout->field_count; f++) {
        if (pool->layout->fields[f].kind != EESI_POOL_BAND)
            continue;
        *any = *any || pool->value[f] > 0; /* EES_COUNT_NONE is not */
        missing = missing < 0 && pool->value[f] == EES_COUNT_NONE ? f : missing;
    }
    return missing;
}

int eesi_feed_read_pool(eesi_feed_reader *in, const eesi_feed_object *object, eesi_entry *entry) {
    published pool = {.layout = eesi_layout_at(in->layouts, entry->round.date)};
    int rc = read_published(in, object, &pool);
    if (rc)
        return rc;
    bool any;
    const int missing = missing_band(&pool, &any);
    entry->bands = &pool.layout->bands;
    memcpy(entry->leaf, pool.leaf, sizeof entry->leaf);
    if (!any)
        return check_empty(in, &entry->round, &pool);
    if (missing >= 0)
        return eesi_feed_fault(in, EES_FAULT_BAND_MISSING, &entry->round, pool.layout->fields[missing].name,
                               pool.text[missing], NULL);
    const int field = contradicted_sum(&pool);
    if (field >= 0)
        return report(in, EES_FAULT_POOL_CONTRADICTORY, &entry->round, &pool, field, parts_of(&pool, field));
    entry->has_pool = true;
    return check_sums(in, &entry->round, &pool);
}
