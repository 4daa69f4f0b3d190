/* The fields of a round. Only what makes a round a round must be right: number, date, size and cut-off. */
#include <stdio.h>
#include <string.h>

#include "feed/feed_reader.h"
#include "feed/name.h"
#include "feed/number.h"
#include "feed/plain_text.h"
#include "feed/read.h"
#include "feed/salvage.h"
#include "feed/when.h"

enum { TEXT_MAX = 1024 };

static bool take_number(const char *text, eesi_entry *entry) {
    size_t length = strlen(text);
    while (length > 0 && eesi_is_space(text[length - 1]))
        length--;
    if (length >= EES_ROUND_NUMBER_MAX || !eesi_number_parse(text, length, &entry->order))
        return false;
    memcpy(entry->round.number, text, length);
    return true;
}

/* A round of a damaged feed that could not be read: its number, when that was found, and where it is damaged. */
static int leave_out_damaged(eesi_feed_reader *in, const eesi_feed_object *object, eesi_entry *entry) {
    const char *number, *damage;
    int rc;
    if ((rc = eesi_feed_text(in, object, "drawNumber", &number)) ||
        (rc = eesi_feed_text(in, object, "damage", &damage)))
        return rc;
    (void)take_number(number, entry);
    return eesi_feed_leave_out(in, EES_FAULT_ROUND_UNREADABLE, &entry->round, "drawNumber", damage, "valid JSON");
}

/* The text of the link to the round, or the name of its object ("r396"), stands in for a number that cannot be used. */
static int read_number(eesi_feed_reader *in, const eesi_feed_object *object, size_t index, eesi_entry *entry) {
    static const char expected[] = "the number of a round, such as 396 or 91a";
    const char *text = "", *link = "";
    int rc;
    snprintf(in->where, sizeof in->where, "entry %zu of 'rounds'", index + 1);
    if (object->json && !json_is_object(object->json))
        return eesi_feed_leave_out(in, EES_FAULT_ROUND_UNREADABLE, &entry->round, "drawNumber", "", expected);
    if (object->json && json_object_get(object->json, "damage"))
        return leave_out_damaged(in, object, entry);
    if ((rc = eesi_feed_text(in, object, "drawNumber", &text)))
        return rc;
    bool given = take_number(text, entry);
    if (!given && (rc = eesi_feed_text(in, object, "drawNumberURL", &link)))
        return rc;
    if (!given && !take_number(link, entry) && !(object->name && take_number(object->name + 1, entry)))
        return eesi_feed_leave_out(in, EES_FAULT_ROUND_UNREADABLE, &entry->round, "drawNumber", text, expected);
    snprintf(in->where, sizeof in->where, "round %s", entry->round.number);
    return given ? EES_OK
                 : eesi_feed_fault(in, EES_FAULT_STAND_IN, &entry->round, "drawNumber", text, entry->round.number);
}

/* Days are Ottawa's, times are UTC: a round of the evening ends a few hours into the next day. */
static bool is_on_day(ees_time time, ees_date day) {
    enum { EVENING_SECONDS = 5 * 3600 };
    return ees_time_date(time) == day || ees_time_date(time - EVENING_SECONDS) == day;
}

static int days_between(ees_date a, ees_date b) {
    return a < b ? (int)(b - a) : (int)(a - b);
}

/* How far the other fields of a round speak for a day: its time to the day, the date of its pool to a few weeks. */
static int support(ees_date day, ees_time held_at, ees_date pool_as_of) {
    enum { WEEKS_DAYS = 45 };
    int points = 0;
    if (held_at != EES_TIME_NONE)
        points += is_on_day(held_at, day) ? 2 : 0;
    if (held_at != EES_TIME_NONE)
        points += days_between(ees_time_date(held_at), day) <= WEEKS_DAYS;
    if (pool_as_of != EES_DATE_NONE)
        points += days_between(pool_as_of, day) <= WEEKS_DAYS;
    return points;
}

/* Two dates that differ: the one that the other fields speak for, or else the short one. */
static int choose_date(eesi_feed_reader *in, const eesi_feed_object *object, ees_round *round, ees_date full_date,
                       const char *text, const char *full) {
    const char *time_text, *as_of_text;
    ees_time held_at;
    ees_date as_of;
    bool regular;
    char used[EES_DATE_TEXT_MAX];
    int rc;
    if ((rc = eesi_feed_text(in, object, "drawDateTime", &time_text)) ||
        (rc = eesi_feed_text(in, object, "drawDistributionAsOn", &as_of_text)))
        return rc;
    (void)eesi_when_time(time_text, &held_at, &regular);
    (void)eesi_when_date(as_of_text, &as_of);
    bool take_full = support(full_date, held_at, as_of) > support(round->date, held_at, as_of);
    round->date = take_full ? full_date : round->date;
    return eesi_feed_fault(in, EES_FAULT_DATE_DIFFERS, round, take_full ? "drawDate" : "drawDateFull",
                           take_full ? text : full, ees_date_format(round->date, used));
}

/* The date in full stands in for a short one that is missing or cannot be read ("10-11-2026"), and the other way. */
static int read_date(eesi_feed_reader *in, const eesi_feed_object *object, ees_round *round) {
    static const char expected[] = "a date such as 2026-02-17";
    const char *text, *full;
    char used[EES_DATE_TEXT_MAX];
    ees_date date;
    int rc;
    if ((rc = eesi_feed_text(in, object, "drawDate", &text)) ||
        (rc = eesi_feed_text(in, object, "drawDateFull", &full)))
        return rc;
    bool given = *text != '\0', good = eesi_when_date(text, &round->date) == EESI_WHEN_READ;
    bool full_given = *full != '\0', full_good = eesi_when_date(full, &date) == EESI_WHEN_READ;
    if (!good && !full_good)
        return eesi_feed_leave_out(in, given || full_given ? EES_FAULT_ROUND_UNREADABLE : EES_FAULT_ROUND_UNPUBLISHED,
                                   round, "drawDate", given ? text : full, expected);
    if (good && full_good)
        return date == round->date ? EES_OK : choose_date(in, object, round, date, text, full);
    round->date = good ? round->date : date;
    if (good ? !full_given : !given)
        return EES_OK;
    return eesi_feed_fault(in, EES_FAULT_STAND_IN, round, good ? "drawDateFull" : "drawDate", good ? full : text,
                           ees_date_format(round->date, used));
}

/* A round announced or called off has nothing here, or words; digits that make no number are damage instead. */
static int read_whole(eesi_feed_reader *in, const eesi_feed_object *object, const ees_round *round, const char *key,
                      int64_t min, int64_t max, int64_t *value) {
    const char *text;
    char expected[64];
    int rc = eesi_feed_text(in, object, key, &text);
    if (rc)
        return rc;
    eesi_count_status status = eesi_count_parse(text, value);
    if (status == EESI_COUNT_READ && *value >= min && *value <= max)
        return EES_OK;
    snprintf(expected, sizeof expected, "a whole number from %lld to %lld", (long long)min, (long long)max);
    ees_fault_kind kind = status == EESI_COUNT_READ || status == EESI_COUNT_IMPOSSIBLE ? EES_FAULT_VALUE_IMPOSSIBLE
                          : strpbrk(text, "0123456789[{")                              ? EES_FAULT_ROUND_UNREADABLE
                                                                                       : EES_FAULT_ROUND_UNPUBLISHED;
    return eesi_feed_leave_out(in, kind, round, key, text, expected);
}

/*
 * No profile that a program admits scores less than some 60 points, and 75 is the lowest cut-off ever. 1,200 is the
 * highest score there could be: nobody has it. A nominee has 600 points for the nomination alone.
 */
static int read_cutoff(eesi_feed_reader *in, const eesi_feed_object *object, ees_round *round) {
    enum { LOWEST = 50, LOWEST_NOMINEE = 601 };
    bool nominees = round->program != EES_PROGRAM_NONE && round->program == in->programs->nominee;
    int64_t cutoff = 0;
    int rc = read_whole(in, object, round, "drawCRS", nominees ? LOWEST_NOMINEE : LOWEST, EES_SCORE_MAX - 1, &cutoff);
    round->cutoff = (int)cutoff;
    return rc;
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
    text = eesi_feed_is_text(object, "drawName") ? text : ""; /* a name that was stored is better than "[]" */
    int known = look_up(&in->names, text);
    if (known < 0) {
        const char *name = tidy_name(in, text);
        if (!name)
            return eesi_feed_no_memory(in);
        round->name = strlen(name) > TEXT_MAX ? "" : name;
        round->program = eesi_programs_map(in->programs, round->name);
        remember(&in->names, text, round->name, round->program);
        return EES_OK;
    }
    round->name = in->names.kept[known];
    round->program = (int)in->names.value[known];
    return EES_OK;
}

/* Where the next of the names ends, and how long the mark behind it is: a comma, "and" or "et". */
static const char *end_of_name(const char *text, size_t *mark) {
    static const char *const marks[] = {",", " and ", " et "};
    const char *first = text + strlen(text);
    *mark = 0;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        const char *found = strstr(text, marks[i]);
        if (found && found < first) {
            first = found;
            *mark = strlen(marks[i]);
        }
    }
    return first;
}

/* "A, B and C": each part is the name of a base program. 0 when one of them is not. */
static ees_program_set parse_eligible(const ees_programs *programs, const char *text) {
    ees_program_set set = 0;
    while (*text) {
        size_t mark, length = (size_t)(end_of_name(text, &mark) - text);
        char part[EESI_NAME_MAX];
        if (length >= sizeof part)
            return 0;
        memcpy(part, text, length);
        part[length] = '\0';
        int position = eesi_programs_map(programs, part);
        bool blank = part[strspn(part, " ")] == '\0';
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
    int known = look_up(&in->eligible, text);
    if (known >= 0) {
        round->eligible = (ees_program_set)in->eligible.value[known];
    } else {
        round->eligible = parse_eligible(in->programs, text);
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
    if (status == EESI_WHEN_EMPTY || (status == EESI_WHEN_READ && regular) || eesi_says_none(text))
        return EES_OK;
    if (status == EESI_WHEN_READ)
        return eesi_feed_fault(in, EES_FAULT_TIME_IRREGULAR, round, key, text, ees_time_format(*time, used));
    return eesi_feed_fault(in, EES_FAULT_TIME_UNREADABLE, round, key, text, eesi_when_explain(status));
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
    if (status == EESI_WHEN_READ || status == EESI_WHEN_EMPTY || eesi_says_none(text))
        return EES_OK;
    return eesi_feed_fault(in, EES_FAULT_AS_OF_UNREADABLE, round, "drawDistributionAsOn", text,
                           eesi_when_explain(status));
}

/* A damaged round may hold a field twice: the first counts, and one that differs is reported. */
static int report_again(eesi_feed_reader *in, const eesi_feed_object *object, const ees_round *round) {
    const size_t tail = strlen(EESI_SALVAGED_AGAIN);
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object->json, key, value) {
        const char *first, *again;
        char field[32];
        int rc;
        if (strlen(key) <= tail || strcmp(key + strlen(key) - tail, EESI_SALVAGED_AGAIN) != 0)
            continue;
        snprintf(field, sizeof field, "%.*s", (int)(strlen(key) - tail), key);
        if ((rc = eesi_feed_text(in, object, field, &first)) || (rc = eesi_feed_text(in, object, key, &again)))
            return rc;
        if (strcmp(first, again) != 0 &&
            (rc = eesi_feed_fault(in, EES_FAULT_ROUND_DIFFERS, round, field, again, first)))
            return rc;
    }
    return EES_OK;
}

int eesi_feed_read_round(eesi_feed_reader *in, const eesi_feed_object *object, size_t index, eesi_entry *entry) {
    ees_round *round = &entry->round;
    int rc = read_number(in, object, index, entry);
    if (rc == EES_OK && !in->left_out && object->json)
        rc = report_again(in, object, round);
    if (rc || in->left_out)
        return rc;
    if ((rc = read_date(in, object, round)) || (rc = read_name(in, object, round)) ||
        (rc = read_whole(in, object, round, "drawSize", 1, EESI_CANDIDATES_MAX, &round->size)) ||
        (rc = read_cutoff(in, object, round)) || in->left_out)
        return rc;
    round->snapshot = EES_SNAPSHOT_NONE;
    if ((rc = read_eligible(in, object, round)) || (rc = read_times(in, object, round)))
        return rc;
    return read_as_of(in, object, round);
}
