/* Values that cannot be beside the others. What a value cannot be alone is a matter of feed_fields.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feed/entry.h"
#include "feed/fault.h"
#include "feed/number.h"

enum {
    LETTERS = 27,               /* eesi_number_parse() counts them */
    SIZE_MAX_UNKNOWN = 1000000, /* where no pool at all is known */
    NEIGHBOURS = 2,             /* looked at on either side */
    NUMBERS_APART = 50, /* a round further off says nothing of a date; between two rounds of a month it is a slip */
    DAYS_APART = 400,   /* of rounds with numbers that follow each other: the longest pause was half a year */
    DAYS_A_NUMBER = 20, /* more for each number between them */
    OWN_DAYS = 200      /* from a round to its own time or the date of its pool */
};

/* A round of the feed or a stored one. */
typedef struct dated {
    const ees_round *round;
    int order;
    int entry; /* in the feed, -1 for a stored round */
} dated;

static int compare(const void *left, const void *right) {
    const dated *a = left, *b = right;
    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    return b->entry - a->entry;
}

static int64_t days_between(ees_date a, ees_date b) {
    return a < b ? (int64_t)b - a : (int64_t)a - b;
}

/* True when the other fields of a round contradict its date. */
static bool contradicts_itself(const ees_round *r) {
    return (r->held_at != EES_TIME_NONE && days_between(ees_time_date(r->held_at), r->date) > OWN_DAYS) ||
           (r->pool_as_of != EES_DATE_NONE && days_between(r->pool_as_of, r->date) > OWN_DAYS);
}

static int numbers_between(const dated *a, const dated *b) {
    return abs(a->order / LETTERS - b->order / LETTERS);
}

/* A number far from the next one needs its days: there never was more than a round a day for long. */
static bool is_number_far_off(const dated *a, const dated *b) {
    const int numbers = numbers_between(a, b);
    return numbers > NUMBERS_APART && numbers > days_between(a->round->date, b->round->date);
}

/* 1 when a neighbour agrees with number and date, -1 when both rounds cannot be, 0 when it says nothing. */
static int vote(const dated *a, const dated *b) {
    if (contradicts_itself(b->round))
        return 0;
    if (numbers_between(a, b) > NUMBERS_APART)
        return is_number_far_off(a, b) ? -1 : 0;
    return days_between(a->round->date, b->round->date) <= DAYS_APART + (int64_t)DAYS_A_NUMBER * numbers_between(a, b)
               ? 1
               : -1;
}

/* Two neighbours outvote a date; one does when the round contradicts itself too. `*other` is one that does. */
static bool is_far_off(const dated *list, size_t count, size_t i, const dated **other) {
    int against = 0, agreeing = 0;
    size_t from = i < NEIGHBOURS ? 0 : i - NEIGHBOURS;
    for (size_t k = from; k < count && k <= i + NEIGHBOURS; k++) {
        int said = k == i ? 0 : vote(&list[i], &list[k]);
        against += said < 0;
        agreeing += said > 0;
        *other = said < 0 ? &list[k] : *other;
    }
    return against > agreeing && (against > 1 || contradicts_itself(list[i].round));
}

static int report_far_off(eesi_feed *feed, const dated *found, const dated *other) {
    char date[EES_DATE_TEXT_MAX], other_date[EES_DATE_TEXT_MAX];
    const char *number = found->round->number;
    if (is_number_far_off(found, other))
        return eesi_faults_add(&feed->faults, EES_FAULT_VALUE_IMPOSSIBLE, number, "drawNumber", number,
                               other->round->number);
    return eesi_faults_add(&feed->faults, EES_FAULT_VALUE_IMPOSSIBLE, number, "drawDate",
                           ees_date_format(found->round->date, date), ees_date_format(other->round->date, other_date));
}

static int check_dates(eesi_feed *feed, const dated *list, size_t count, bool *out) {
    for (size_t i = 0; i < count; i++) {
        const dated *other = NULL;
        if (list[i].entry < 0 || !is_far_off(list, count, i, &other))
            continue;
        out[list[i].entry] = true;
        if (report_far_off(feed, &list[i], other))
            return EES_ERR_NOMEM;
    }
    return EES_OK;
}

static int64_t largest_pool(const eesi_feed *feed, const ees_history *stored) {
    int64_t largest = 0;
    for (size_t i = 0; i < feed->count; i++)
        largest =
            eesi_entry_candidates(&feed->entries[i]) > largest ? eesi_entry_candidates(&feed->entries[i]) : largest;
    for (size_t i = 0; i < stored->snapshot_count; i++)
        largest = stored->snapshots[i].total > largest ? stored->snapshots[i].total : largest;
    return largest > 0 ? largest : SIZE_MAX_UNKNOWN;
}

static int check_sizes(eesi_feed *feed, const ees_history *stored, bool *out) {
    const int64_t largest = largest_pool(feed, stored);
    for (size_t i = 0; i < feed->count; i++) {
        const eesi_entry *e = &feed->entries[i];
        const int64_t limit = e->has_pool ? eesi_entry_candidates(e) : largest;
        char size[32], most[32];
        if (e->round.size <= limit)
            continue;
        out[i] = true;
        snprintf(size, sizeof size, "%lld", (long long)e->round.size);
        snprintf(most, sizeof most, "%lld", (long long)limit);
        if (eesi_faults_add(&feed->faults, EES_FAULT_VALUE_IMPOSSIBLE, e->round.number, "drawSize", size, most))
            return EES_ERR_NOMEM;
    }
    return EES_OK;
}

/* All rounds by number; a stored one stands behind the one of the feed and is passed over. */
static size_t list_rounds(dated *list, const eesi_feed *feed, const ees_history *stored) {
    size_t count = 0, kept = 0;
    for (size_t i = 0; i < feed->count; i++)
        list[count++] = (dated){&feed->entries[i].round, feed->entries[i].order, (int)i};
    for (size_t i = 0; i < stored->round_count; i++) {
        dated d = {&stored->rounds[i], 0, -1};
        if (eesi_number_parse(d.round->number, strlen(d.round->number), &d.order))
            list[count++] = d;
    }
    if (count > 1)
        qsort(list, count, sizeof *list, compare);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || list[kept - 1].order != list[i].order)
            list[kept++] = list[i];
    return kept;
}

int eesi_feed_leave_out_impossible(eesi_feed *feed, const ees_history *stored) {
    dated *list = calloc(feed->count + stored->round_count + 1, sizeof *list);
    bool *out = calloc(feed->count + 1, sizeof *out);
    int rc = list && out ? EES_OK : EES_ERR_NOMEM;
    if (rc == EES_OK)
        rc = check_dates(feed, list, list_rounds(list, feed, stored), out);
    if (rc == EES_OK)
        rc = check_sizes(feed, stored, out);
    size_t kept = 0;
    for (size_t i = 0; i < feed->count && rc == EES_OK; i++)
        if (!out[i])
            feed->entries[kept++] = feed->entries[i];
    feed->count = rc == EES_OK ? kept : feed->count;
    free(list);
    free(out);
    return rc;
}
