/* The pool published with a round: 15 leaf bands, two subtotals and a total. */
#include <stdio.h>

#include "feed/feed_reader.h"

enum { BANDS_IN_FEED = 18 };

/* The published pool: which of dd1..dd18 are leaf bands and which are sums of others. */
typedef struct published {
    int64_t value[BANDS_IN_FEED + 1]; /* by the number in the name of the field; EES_COUNT_NONE when not there */
    const char *text[BANDS_IN_FEED + 1];
} published;

static const int LEAF_FIELDS[EES_LEAF_BANDS] = {1, 2, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17};

static void field_name(int number, char *name) {
    snprintf(name, 8, "dd%d", number % 100);
}

static int read_published(eesi_feed_reader *in, const eesi_feed_object *object, published *pool) {
    for (int k = 1; k <= BANDS_IN_FEED; k++) {
        char key[8];
        const char *text;
        field_name(k, key);
        int rc = eesi_feed_text(in, object, key, &text);
        if (rc)
            return rc;
        int64_t count = 0;
        eesi_count_status status = eesi_count_parse(text, &count);
        pool->value[k] = status == EESI_COUNT_READ ? count : EES_COUNT_NONE;
        pool->text[k] = text;
    }
    return EES_OK;
}

static int64_t sum(const published *pool, int from, int to) {
    int64_t total = 0;
    for (int k = from; k <= to; k++)
        total += pool->value[k];
    return total;
}

static int check_sum(const eesi_feed_reader *in, const ees_round *round, const published *pool, int field,
                     int64_t expected) {
    char key[8], used[32];
    const char *text = pool->text[field];
    field_name(field, key);
    snprintf(used, sizeof used, "%lld", (long long)expected);
    if (pool->value[field] == EES_COUNT_NONE)
        return eesi_feed_fault(in, EES_FAULT_SUBTOTAL_MISSING, round, key, text, used);
    if (pool->value[field] != expected)
        return eesi_feed_fault(in, EES_FAULT_SUBTOTAL_WRONG, round, key, text, used);
    return EES_OK;
}

/* A total that is the sum of the published parts is not called wrong again when a subtotal already was. */
static int check_sums(const eesi_feed_reader *in, const ees_round *round, const published *pool) {
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

/* A slip of a few candidates leaves a pool usable; from a hundredth on nobody knows which of the numbers is wrong. */
static bool is_far(int64_t said, int64_t parts) {
    int64_t difference = said > parts ? said - parts : parts - said;
    return said != EES_COUNT_NONE && difference * 100 > (said > parts ? said : parts);
}

/* The sum that the bands cannot make up: the total or, where there is none, a subtotal. 0 when all is well. */
static int contradicted_sum(const published *pool, int64_t *parts) {
    int64_t upper = sum(pool, 4, 8), middle = sum(pool, 10, 14);
    *parts = pool->value[1] + pool->value[2] + sum(pool, 15, 17) + upper + middle;
    if (pool->value[18] != EES_COUNT_NONE)
        return is_far(pool->value[18], *parts) ? 18 : 0;
    int field = is_far(pool->value[3], upper) ? 3 : is_far(pool->value[9], middle) ? 9 : 0;
    *parts = field == 3 ? upper : middle;
    return field;
}

static int contradiction(const eesi_feed_reader *in, const ees_round *round, const published *pool, int field,
                         int64_t parts) {
    char key[8], used[32];
    field_name(field, key);
    snprintf(used, sizeof used, "%lld", (long long)parts);
    return eesi_feed_fault(in, EES_FAULT_POOL_CONTRADICTORY, round, key, pool->text[field], used);
}

/* All bands zero or empty is the feed's way to say that there is no pool, but not with a sum beside them. */
static int check_empty(const eesi_feed_reader *in, const ees_round *round, const published *pool) {
    static const int sums[] = {18, 9, 3};
    for (int i = 0; i < 3; i++)
        if (pool->value[sums[i]] != EES_COUNT_NONE && pool->value[sums[i]] > 0)
            return contradiction(in, round, pool, sums[i], 0);
    return EES_OK;
}

int eesi_feed_read_pool(eesi_feed_reader *in, const eesi_feed_object *object, eesi_entry *entry) {
    published pool = {{0}, {NULL}};
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
        return check_empty(in, &entry->round, &pool);
    if (missing) {
        char key[8];
        field_name(missing, key);
        return eesi_feed_fault(in, EES_FAULT_BAND_MISSING, &entry->round, key, pool.text[missing], NULL);
    }
    int64_t parts;
    int field = contradicted_sum(&pool, &parts);
    if (field)
        return contradiction(in, &entry->round, &pool, field, parts);
    entry->has_pool = true;
    return check_sums(in, &entry->round, &pool);
}
