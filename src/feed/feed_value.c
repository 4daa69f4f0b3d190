/* Single values of the official feed: texts, counts, and what to say when they are wrong. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feed/fault.h"
#include "feed/feed_reader.h"
#include "feed/plain_text.h"
#include "feed/when.h"

int eesi_feed_no_memory(const eesi_feed_reader *in) {
    return ees_error_at(in->err, EES_ERR_NOMEM, in->file, 0, 0, "out of memory");
}

int eesi_feed_bad(const eesi_feed_reader *in, const char *key, const char *text, const char *expected) {
    if (*text == '\0')
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "%s: '%s' is missing or empty, expected %s",
                            in->where, key, expected);
    return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "%s: '%s' is '%.60s', expected %s", in->where, key, text,
                        expected);
}

/* The value of a scanned object, NULL when there is no such key. */
static const char *find_member(eesi_feed_reader *in, const eesi_feed_object *object, const char *key) {
    for (size_t i = 0; i < object->count; i++) {
        size_t at = (in->next_member + i) % object->count;
        if (strcmp(object->members[at].key, key) == 0) {
            in->next_member = at + 1;
            return object->members[at].value;
        }
    }
    return NULL;
}

/* A value of JSON as text; NULL when out of memory. */
static const char *text_of(const eesi_feed_reader *in, const json_t *value) {
    char number[32];
    if (!value || json_is_null(value))
        return "";
    if (json_is_string(value))
        return json_string_value(value);
    const double real = json_number_value(value);
    if (json_is_number(value) && fabs(real) < 1e15 && floor(real) == real) {
        snprintf(number, sizeof number, "%.0f", real);
        return eesi_arena_copy(in->feed->arena, number, strlen(number));
    }
    char *dumped = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    const char *kept = dumped ? eesi_arena_copy(in->feed->arena, dumped, strlen(dumped)) : NULL;
    free(dumped);
    return kept;
}

int eesi_feed_raw_text(eesi_feed_reader *in, const eesi_feed_object *object, const char *key, const char **text) {
    const char *found = object->json ? text_of(in, json_object_get(object->json, key)) : find_member(in, object, key);
    *text = "";
    if (object->json && !found)
        return eesi_feed_no_memory(in);
    if (!found || !eesi_has_markup(found)) {
        *text = found ? found : "";
        return EES_OK;
    }
    char *plain = eesi_arena_copy(in->feed->arena, found, strlen(found));
    if (!plain)
        return eesi_feed_no_memory(in);
    eesi_plain_text(plain);
    *text = plain;
    return EES_OK;
}

bool eesi_feed_is_text(const eesi_feed_object *object, const char *key) {
    return !object->json || json_is_string(json_object_get(object->json, key));
}

int eesi_feed_text(eesi_feed_reader *in, const eesi_feed_object *object, const char *key, const char **text) {
    int rc = eesi_feed_raw_text(in, object, key, text);
    *text += strspn(*text, " \t\r\n");
    return rc;
}

bool eesi_is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Bytes of the space at p, 0 when there is none. */
static size_t space_width(const char *p) {
    return eesi_is_space(*p) ? 1 : eesi_when_wide_space(p);
}

static const char *after_spaces(const char *p) {
    for (size_t width; *p && (width = space_width(p)) > 0;)
        p += width;
    return p;
}

/* Bytes of the mark between two groups of digits at p, 0 when there is none. */
static size_t group_mark(const char *p) {
    size_t width = *p == ',' || *p == ' ' ? 1 : eesi_when_wide_space(p);
    return width > 0 && p[width] >= '0' && p[width] <= '9' ? width : 0;
}

eesi_count_status eesi_count_parse(const char *text, int64_t *count) {
    const char *p = after_spaces(text);
    bool negative = *p == '-', grouped = false, huge = false;
    int64_t value = 0;
    int digits = 0;
    if (!strpbrk(p, "0123456789"))
        return eesi_says_none(p) ? EESI_COUNT_EMPTY : EESI_COUNT_UNREADABLE;
    p += negative;
    for (size_t width = 1; *p; p += width) {
        width = 1;
        if (*p >= '0' && *p <= '9') {
            value = value * 10 + (*p - '0');
            digits++;
            huge = huge || value > EESI_CANDIDATES_MAX;
            value = huge ? 0 : value;
        } else if (group_mark(p) > 0) {
            width = group_mark(p);
            if (digits == 0 || digits > 3 || (grouped && digits != 3))
                return EESI_COUNT_UNREADABLE;
            grouped = true;
            digits = 0;
        } else if (*after_spaces(p) == '\0') {
            break;
        } else {
            return EESI_COUNT_UNREADABLE;
        }
    }
    if (digits == 0 || (grouped && digits != 3))
        return EESI_COUNT_UNREADABLE;
    *count = value;
    return negative || huge ? EESI_COUNT_IMPOSSIBLE : EESI_COUNT_READ;
}

int eesi_feed_fault(const eesi_feed_reader *in, ees_fault_kind kind, const ees_round *round, const char *field,
                    const char *published, const char *used) {
    if (eesi_faults_add(&in->feed->faults, kind, round->number, field, published, used))
        return eesi_feed_no_memory(in);
    return EES_OK;
}

int eesi_feed_leave_out(eesi_feed_reader *in, ees_fault_kind kind, const ees_round *round, const char *key,
                        const char *text, const char *expected) {
    if (in->left_out)
        return EES_OK; /* once a round is enough */
    if (in->first_gap.code == EES_OK) {
        eesi_feed_reader aside = *in;
        aside.err = &in->first_gap;
        (void)eesi_feed_bad(&aside, key, text, expected);
    }
    in->left_out = true;
    return eesi_feed_fault(in, kind, round, key, text, *round->number ? NULL : in->where);
}
