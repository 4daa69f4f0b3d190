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
        if (status == EESI_COUNT_IMPOSSIBLE)
            return eesi_feed_bad(in, key, text, "a number of candidates from 0 to 100000000");
        pool->value[k] = status == EESI_COUNT_READ ? count : EES_COUNT_NONE;
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

static int check_sum(const eesi_feed_reader *in, const ees_round *round, const published *pool, int field,
                     int64_t expected) {
    char key[8], used[32], number[32];
    const char *text = pool->text[field];
    field_name(field, key);
    snprintf(used, sizeof used, "%lld", (long long)expected);
    snprintf(number, sizeof number, "%lld", (long long)pool->value[field]);
    if (*text == '\0' && pool->value[field] != EES_COUNT_NONE)
        text = number;
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
        return EES_OK; /* all zeros is the feed's way to say that there is no pool */
    if (missing) {
        char key[8];
        field_name(missing, key);
        return eesi_feed_fault(in, EES_FAULT_BAND_MISSING, &entry->round, key, pool.text[missing], NULL);
    }
    entry->has_pool = true;
    return check_sums(in, &entry->round, &pool);
}
