/* Single values of the official feed: texts, counts, and what to say when they are wrong. */
#include <stdio.h>
#include <string.h>

#include "feed/fault.h"
#include "feed/feed_reader.h"
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

int eesi_feed_raw_text(eesi_feed_reader *in, const eesi_feed_object *object, const char *key, const char **text) {
    if (!object->json) {
        const char *value = find_member(in, object, key);
        *text = value ? value : "";
        return EES_OK;
    }
    const json_t *value = json_object_get(object->json, key);
    *text = "";
    if (!value || json_is_null(value))
        return EES_OK;
    if (json_is_string(value)) {
        *text = json_string_value(value);
        return EES_OK;
    }
    if (json_is_integer(value)) {
        snprintf(in->scratch, sizeof in->scratch, "%lld", (long long)json_integer_value(value));
        *text = in->scratch;
        return EES_OK;
    }
    return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "%s: '%s' is no text, expected one", in->where, key);
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
    p += negative;
    if (*p == '\0')
        return negative ? EESI_COUNT_UNREADABLE : EESI_COUNT_EMPTY;
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

int eesi_feed_unpublished(eesi_feed_reader *in, const ees_round *round, const char *key, const char *text,
                          const char *expected) {
    if (in->unpublished)
        return EES_OK; /* once a round is enough */
    if (in->first_gap.code == EES_OK) {
        eesi_feed_reader aside = *in;
        aside.err = &in->first_gap;
        (void)eesi_feed_bad(&aside, key, text, expected);
    }
    in->unpublished = true;
    return eesi_feed_fault(in, EES_FAULT_ROUND_UNPUBLISHED, round, key, text, NULL);
}
