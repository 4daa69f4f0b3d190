/* The fields of a round. Only what makes a round a round must be right: number, date, size and cut-off. */
#include <stdio.h>
#include <string.h>

#include "feed/feed_reader.h"
#include "feed/name.h"
#include "feed/number.h"
#include "feed/read.h"
#include "feed/when.h"

enum { TEXT_MAX = 1024 };

static int read_number(eesi_feed_reader *in, const eesi_feed_object *object, size_t index, eesi_entry *entry) {
    const char *text;
    snprintf(in->where, sizeof in->where, "entry %zu of 'rounds'", index + 1);
    if (object->json && !json_is_object(object->json))
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "%s is no object", in->where);
    int rc = eesi_feed_text(in, object, "drawNumber", &text);
    if (rc)
        return rc;
    size_t length = strlen(text);
    while (length > 0 && eesi_is_space(text[length - 1]))
        length--;
    if (length >= EES_ROUND_NUMBER_MAX || !eesi_number_parse(text, length, &entry->order))
        return eesi_feed_bad(in, "drawNumber", text, "the number of a round, such as 396 or 91a");
    memcpy(entry->round.number, text, length);
    snprintf(in->where, sizeof in->where, "round %s", entry->round.number);
    return EES_OK;
}

/* The date in full stands in for a missing short one; where both are there they should agree. */
static int read_date(eesi_feed_reader *in, const eesi_feed_object *object, ees_round *round) {
    const char *text, *full;
    int rc;
    if ((rc = eesi_feed_text(in, object, "drawDate", &text)))
        return rc;
    bool given = *text != '\0';
    if (given && eesi_when_date(text, &round->date) != EESI_WHEN_READ)
        return eesi_feed_bad(in, "drawDate", text, "a date such as 2026-02-17");
    if ((rc = eesi_feed_text(in, object, "drawDateFull", &full)))
        return rc;
    ees_date date;
    eesi_when_status status = eesi_when_date(full, &date);
    if (!given && status == EESI_WHEN_EMPTY)
        return eesi_feed_unpublished(in, round, "drawDate", text, "a date such as 2026-02-17");
    if (!given && status != EESI_WHEN_READ)
        return eesi_feed_bad(in, "drawDate", text, "a date such as 2026-02-17");
    if (!given)
        round->date = date;
    else if (status == EESI_WHEN_READ && date != round->date) {
        char used[EES_DATE_TEXT_MAX];
        return eesi_feed_fault(in, EES_FAULT_DATE_DIFFERS, round, "drawDateFull", full,
                               ees_date_format(round->date, used));
    }
    return EES_OK;
}

/* A round announced or called off has nothing here, or words; digits that make no number are damage instead. */
static int read_whole(eesi_feed_reader *in, const eesi_feed_object *object, const ees_round *round, const char *key,
                      int64_t min, int64_t max, int64_t *value) {
    const char *text;
    char expected[64];
    int rc = eesi_feed_text(in, object, key, &text);
    if (rc)
        return rc;
    if (eesi_count_parse(text, value) == EESI_COUNT_READ && *value >= min && *value <= max)
        return EES_OK;
    snprintf(expected, sizeof expected, "a whole number from %lld to %lld", (long long)min, (long long)max);
    return strpbrk(text, "0123456789") ? eesi_feed_bad(in, key, text, expected)
                                       : eesi_feed_unpublished(in, round, key, text, expected);
}

/* Position of a text that was seen before, or -1. */
static int look_up(const eesi_memo *seen, const char *text) {
    for (size_t i = seen->count; i-- > 0;)
        if (strcmp(seen->text[i], text) == 0)
            return (int)i;
    return -1;
}

static void remember(eesi_memo *seen, const char *text, const char *kept, int64_t value) {
    if (seen->count == EESI_MEMO_MAX)
        return;
    seen->text[seen->count] = text;
    seen->kept[seen->count] = kept;
    seen->value[seen->count++] = value;
}

/* As published, but with single spaces: a line break in a name would trouble every reader of the CSV file. */
static char *tidy_name(const eesi_feed_reader *in, const char *text) {
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

static int read_name(eesi_feed_reader *in, const eesi_feed_object *object, ees_round *round) {
    const char *text;
    int rc = eesi_feed_text(in, object, "drawName", &text);
    if (rc)
        return rc;
    int known = look_up(&in->names, text);
    if (known < 0) {
        const char *name = tidy_name(in, text);
        const char *key = text == in->scratch ? name : text; /* the scratch space does not stay */
        if (!name)
            return eesi_feed_no_memory(in);
        if (strlen(name) > TEXT_MAX)
            return eesi_feed_bad(in, "drawName", name, "at most 1024 bytes");
        round->name = name;
        round->program = eesi_programs_map(in->programs, name);
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
        int position = eesi_programs_map(programs, name);
        bool blank = name[strspn(name, " ")] == '\0';
        if (!blank && (position == EES_PROGRAM_NONE || programs->programs[position].kind != EES_KIND_PROGRAM))
            return 0;
        if (!blank)
            set |= (ees_program_set)1 << position;
        text += length + mark;
    }
    return set;
}

static int read_eligible(eesi_feed_reader *in, const eesi_feed_object *object, ees_round *round) {
    const char *text;
    int rc = eesi_feed_text(in, object, "drawText2", &text);
    if (rc)
        return rc;
    int known = text == in->scratch ? -1 : look_up(&in->eligible, text);
    if (known >= 0) {
        round->eligible = (ees_program_set)in->eligible.value[known];
    } else {
        round->eligible = parse_eligible(in->programs, text);
        if (text != in->scratch)
            remember(&in->eligible, text, NULL, round->eligible);
    }
    return round->eligible ? EES_OK : eesi_feed_fault(in, EES_FAULT_ELIGIBLE_UNKNOWN, round, "drawText2", text, NULL);
}

static int read_time(eesi_feed_reader *in, const eesi_feed_object *object, const char *key, const ees_round *round,
                     ees_time *time) {
    const char *raw;
    bool regular;
    char used[EES_TIME_TEXT_MAX];
    *time = EES_TIME_NONE;
    int rc = eesi_feed_raw_text(in, object, key, &raw);
    if (rc)
        return rc;
    const char *text = raw + strspn(raw, " \t\r\n");
    eesi_when_status status = eesi_when_time(raw, time, &regular);
    if (status == EESI_WHEN_EMPTY || (status == EESI_WHEN_READ && regular))
        return EES_OK;
    if (status == EESI_WHEN_READ)
        return eesi_feed_fault(in, EES_FAULT_TIME_IRREGULAR, round, key, text, ees_time_format(*time, used));
    return eesi_feed_fault(in, EES_FAULT_TIME_UNREADABLE, round, key, text, eesi_when_explain(status));
}

/* Days are Ottawa's, times are UTC: a round of the evening ends a few hours into the next day. */
static bool is_on_day(ees_time time, ees_date day) {
    enum { EVENING_SECONDS = 5 * 3600 };
    return ees_time_date(time) == day || ees_time_date(time - EVENING_SECONDS) == day;
}

static int read_times(eesi_feed_reader *in, const eesi_feed_object *object, ees_round *round) {
    int rc;
    if ((rc = read_time(in, object, "drawCutOff", round, &round->tie_break)) ||
        (rc = read_time(in, object, "drawDateTime", round, &round->held_at)))
        return rc;
    if (round->held_at == EES_TIME_NONE || is_on_day(round->held_at, round->date))
        return EES_OK;
    char published[EES_TIME_TEXT_MAX], used[EES_DATE_TEXT_MAX];
    return eesi_feed_fault(in, EES_FAULT_DATE_DIFFERS, round, "drawDateTime",
                           ees_time_format(round->held_at, published), ees_date_format(round->date, used));
}

static int read_as_of(eesi_feed_reader *in, const eesi_feed_object *object, ees_round *round) {
    const char *text;
    round->pool_as_of = EES_DATE_NONE;
    int rc = eesi_feed_text(in, object, "drawDistributionAsOn", &text);
    if (rc)
        return rc;
    eesi_when_status status = eesi_when_date(text, &round->pool_as_of);
    if (status == EESI_WHEN_READ || status == EESI_WHEN_EMPTY)
        return EES_OK;
    return eesi_feed_fault(in, EES_FAULT_AS_OF_UNREADABLE, round, "drawDistributionAsOn", text,
                           eesi_when_explain(status));
}

int eesi_feed_read_round(eesi_feed_reader *in, const eesi_feed_object *object, size_t index, eesi_entry *entry) {
    int64_t cutoff = 0;
    ees_round *round = &entry->round;
    int rc;
    if ((rc = read_number(in, object, index, entry)) || (rc = read_date(in, object, round)) ||
        (rc = read_name(in, object, round)) ||
        (rc = read_whole(in, object, round, "drawSize", 1, EESI_CANDIDATES_MAX, &round->size)) ||
        (rc = read_whole(in, object, round, "drawCRS", 0, EES_SCORE_MAX, &cutoff)) || in->unpublished)
        return rc;
    round->cutoff = (int)cutoff;
    round->snapshot = EES_SNAPSHOT_NONE;
    if ((rc = read_eligible(in, object, round)) || (rc = read_times(in, object, round)))
        return rc;
    return read_as_of(in, object, round);
}
