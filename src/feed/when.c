/*
 * The text is cut into words and numbers; each is taken for what it must be (a name is a month, four digits are a
 * year, colons make a time), wherever it stands and whatever separates it. That reads every shape seen so far and
 * those that only differ in punctuation. Whatever is left over makes the text unreadable: nothing is guessed.
 */
#include "feed/when.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/csv.h"
#include "feed/name.h"

enum { ABSENT = -1, NUMBER_MAX = 9999, WORD_MAX = 16 };

typedef struct parts {
    int year, month, day;
    int hour, minute, second;
    ees_date iso;  /* a second date written 2025-01-23 */
    char half_day; /* 'a', 'p' or 0 */
} parts;

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

size_t eesi_when_wide_space(const char *p) {
    if (strncmp(p, "\xc2\xa0", 2) == 0)
        return 2;
    return strncmp(p, "\xe2\x80\xaf", 3) == 0 || strncmp(p, "\xe2\x80\x89", 3) == 0 ? 3 : 0;
}

/* Width of a separator at p, 0 when it is none: ASCII punctuation that may stand between parts, and wide spaces. */
static size_t separator(const char *p) {
    return *p && strchr(" \t\r\n,.;", *p) ? 1 : eesi_when_wide_space(p);
}

/* Reads digits; *count is how many there were. More than four are no part of a date. */
static int read_number(const char **p, int *count) {
    int value = 0;
    for (*count = 0; is_digit(**p); (*p)++, (*count)++)
        if (value <= NUMBER_MAX)
            value = value * 10 + (**p - '0');
    return value;
}

static bool set_once(int *slot, int value) {
    if (*slot != ABSENT && *slot != value)
        return false;
    *slot = value;
    return true;
}

static int month_of(const char *word, size_t length) {
    static const char *const names[] = {"january", "february", "march",     "april",   "may",      "june",
                                        "july",    "august",   "september", "october", "november", "december"};
    static const char *const french[] = {"janvier", "fevrier", "mars",      "avril",   "mai",      "juin",
                                         "juillet", "aout",    "septembre", "octobre", "novembre", "decembre"};
    for (int i = 0; i < 12; i++)
        if (length >= 3 && length <= strlen(names[i]) && strncasecmp(word, names[i], length) == 0)
            return i + 1;
    const size_t shortest = strncasecmp(word, "jui", 3) == 0 ? 4 : 3; /* juin or juillet */
    for (int i = 0; i < 12; i++)
        if (length >= shortest && length <= strlen(french[i]) && strncasecmp(word, french[i], length) == 0)
            return i + 1;
    return ABSENT;
}

static bool is_one_of(const char *word, size_t length, const char *const *list) {
    for (; *list; list++)
        if (strlen(*list) == length && strncasecmp(word, *list, length) == 0)
            return true;
    return false;
}

static bool is_weekday(const char *word, size_t length) {
    static const char *const names[] = {"monday",   "tuesday",  "wednesday", "thursday", "friday",
                                        "saturday", "sunday",   "lundi",     "mardi",    "mercredi",
                                        "jeudi",    "vendredi", "samedi",    "dimanche", NULL};
    static const char *const brief[] = {"mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun", NULL};
    return is_one_of(word, length, names) || is_one_of(word, length, brief);
}

static eesi_when_status take_word(const char *word, size_t length, parts *out) {
    static const char *const fillers[] = {"at",  "on",  "the", "of", "t",  "z",  "utc",
                                          "gmt", "tuc", "a",   "le", "du", "de", NULL};
    int month = month_of(word, length);
    if (month != ABSENT)
        return set_once(&out->month, month) ? EESI_WHEN_READ : EESI_WHEN_TWO_VALUES;
    bool half_day = length == 2 && (word[1] == 'm' || word[1] == 'M');
    if (half_day && strchr("aApP", word[0])) {
        out->half_day = word[0] == 'a' || word[0] == 'A' ? 'a' : 'p';
        return EESI_WHEN_READ;
    }
    if (is_one_of(word, length, fillers) || is_weekday(word, length))
        return EESI_WHEN_READ;
    return EESI_WHEN_STRANGE;
}

/* "a.m." and "p.m." come as two letters with dots. Returns their width, 0 when it is something else. */
static size_t dotted_half_day(const char *p) {
    if (!strchr("aApP", *p) || p[1] != '.' || (p[2] != 'm' && p[2] != 'M') || is_letter(p[3]))
        return 0;
    return p[3] == '.' ? 4 : 3;
}

static eesi_when_status take_clock(const char **p, int hour, int digits, parts *out) {
    int count, second = 0;
    (*p)++;
    int minute = read_number(p, &count);
    if (count != 2 || digits > 2)
        return EESI_WHEN_STRANGE;
    if (**p == ':') {
        (*p)++;
        second = read_number(p, &count);
        if (count != 2)
            return EESI_WHEN_STRANGE;
    }
    bool same = set_once(&out->hour, hour) && set_once(&out->minute, minute) && set_once(&out->second, second);
    return same ? EESI_WHEN_READ : EESI_WHEN_TWO_VALUES;
}

static const char *after_spaces(const char *p) {
    for (size_t width; (width = *p == ' ' ? 1 : eesi_when_wide_space(p)) > 0;)
        p += width;
    return p;
}

/* Past a unit such as "min" and the spaces before it; NULL when there is none. */
static const char *after_unit(const char *p, const char *const *units) {
    p = after_spaces(p);
    size_t length = 0;
    while (is_letter(p[length]))
        length++;
    return length > 0 && is_one_of(p, length, units) ? p + length : NULL;
}

/* The French clock from its "h" on: "11 h 33 min 44 s", "11 h 33", "11h". */
static eesi_when_status take_hours(const char **p, int hour, parts *out) {
    static const char *const minutes[] = {"min", "mn", "m", NULL}, *const seconds[] = {"s", "sec", NULL};
    int minute = 0, second = 0, digits = 0;
    const char *next = after_spaces(*p);
    if (is_digit(*next)) {
        *p = next;
        minute = read_number(p, &digits);
        next = after_unit(*p, minutes);
        *p = next ? next : *p;
        next = next ? after_spaces(next) : "";
    }
    if (digits > 0 && is_digit(*next)) {
        *p = next;
        second = read_number(p, &digits);
        next = after_unit(*p, seconds);
        *p = next ? next : *p;
    }
    if (digits > 2)
        return EESI_WHEN_STRANGE;
    bool same = set_once(&out->hour, hour) && set_once(&out->minute, minute) && set_once(&out->second, second);
    return same ? EESI_WHEN_READ : EESI_WHEN_TWO_VALUES;
}

static eesi_when_status take_iso(const char **p, int year, parts *out) {
    int month_digits, day_digits;
    char mark = **p;
    (*p)++;
    int month = read_number(p, &month_digits);
    if (**p != mark)
        return EESI_WHEN_STRANGE;
    (*p)++;
    int day = read_number(p, &day_digits);
    if (month_digits == 0 || month_digits > 2 || day_digits == 0 || day_digits > 2)
        return EESI_WHEN_STRANGE;
    ees_date iso = ees_date_from_civil(year, month, day);
    if (iso == EES_DATE_NONE)
        return EESI_WHEN_IMPOSSIBLE;
    if (out->iso != EES_DATE_NONE && out->iso != iso)
        return EESI_WHEN_TWO_VALUES;
    out->iso = iso;
    return EESI_WHEN_READ;
}

static eesi_when_status take_number(const char **p, parts *out) {
    static const char *const ordinals[] = {"st", "nd", "rd", "th", "er", NULL}, *const hours[] = {"h", NULL};
    int digits;
    int value = read_number(p, &digits);
    if (**p == ':')
        return take_clock(p, value, digits, out);
    if (digits == 4 && (**p == '-' || **p == '/'))
        return take_iso(p, value, out);
    if (digits == 4)
        return set_once(&out->year, value) ? EESI_WHEN_READ : EESI_WHEN_TWO_VALUES;
    if (digits > 2)
        return EESI_WHEN_STRANGE;
    const char *clock = after_spaces(*p);
    if ((*clock == 'h' || *clock == 'H') && (clock = after_unit(*p, hours))) {
        *p = clock;
        return take_hours(p, value, out);
    }
    if (is_letter(**p) && is_one_of(*p, 2, ordinals) && !is_letter((*p)[2]))
        *p += 2;
    return set_once(&out->day, value) ? EESI_WHEN_READ : EESI_WHEN_TWO_VALUES;
}

/* Reads letters, of which accents do not count. */
static eesi_when_status take_letters(const char **p, parts *out) {
    char word[WORD_MAX], letter;
    size_t length = 0;
    for (size_t width; (width = eesi_name_letter(*p, &letter)) > 0; *p += width) {
        if (length == sizeof word)
            return EESI_WHEN_STRANGE;
        if (letter)
            word[length++] = letter;
    }
    return take_word(word, length, out);
}

static eesi_when_status cut(const char *p, parts *out) {
    char letter;
    while (*p) {
        eesi_when_status status = EESI_WHEN_READ;
        size_t width = separator(p);
        if (width > 0) {
            p += width;
        } else if (is_digit(*p)) {
            status = take_number(&p, out);
        } else if ((width = dotted_half_day(p)) > 0) {
            out->half_day = *p == 'a' || *p == 'A' ? 'a' : 'p';
            p += width;
        } else if (eesi_name_letter(p, &letter) > 0) {
            status = take_letters(&p, out);
        } else {
            status = EESI_WHEN_STRANGE;
        }
        if (status != EESI_WHEN_READ)
            return status;
    }
    return EESI_WHEN_READ;
}

static eesi_when_status join_date(const parts *in, ees_date *date) {
    *date = in->iso;
    bool named = in->month != ABSENT || in->day != ABSENT || in->year != ABSENT;
    if (!named)
        return in->iso == EES_DATE_NONE ? EESI_WHEN_NO_DATE : EESI_WHEN_READ;
    if (in->month == ABSENT || in->day == ABSENT)
        return EESI_WHEN_NO_DATE;
    if (in->year == ABSENT)
        return EESI_WHEN_NO_YEAR;
    *date = ees_date_from_civil(in->year, in->month, in->day);
    if (*date == EES_DATE_NONE)
        return EESI_WHEN_IMPOSSIBLE;
    return in->iso != EES_DATE_NONE && in->iso != *date ? EESI_WHEN_TWO_VALUES : EESI_WHEN_READ;
}

static eesi_when_status join_time(const parts *in, ees_time *time) {
    ees_date date;
    eesi_when_status status = join_date(in, &date);
    if (status != EESI_WHEN_READ)
        return status;
    if (in->hour == ABSENT)
        return EESI_WHEN_NO_TIME;
    int hour = in->hour;
    if (in->half_day == 'p' && hour < 12)
        hour += 12;
    else if (in->half_day == 'a' && hour == 12)
        hour = 0;
    ees_time joined = eesi_time_from_parts(date, hour, in->minute, in->second);
    if (joined == EES_TIME_NONE)
        return EESI_WHEN_IMPOSSIBLE;
    *time = joined;
    return EESI_WHEN_READ;
}

static bool is_blank(const char *text) {
    while (*text && separator(text) > 0)
        text += separator(text);
    return *text == '\0';
}

static eesi_when_status read_parts(const char *text, parts *out) {
    *out = (parts){ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT, EES_DATE_NONE, 0};
    return is_blank(text) ? EESI_WHEN_EMPTY : cut(text, out);
}

/* 9 stands for a digit, 8 for one or two, the rest for itself. */
static bool matches(const char *p, const char *pattern) {
    for (; *pattern; pattern++) {
        if (*pattern == '9' || *pattern == '8') {
            if (!is_digit(*p++))
                return false;
            p += *pattern == '8' && is_digit(*p);
        } else if (*p++ != *pattern) {
            return false;
        }
    }
    return *p == '\0';
}

/* "D month YYYY à hh:mm:ss UTC" or "... à h h m min s s UTC". */
static bool is_regular_french(const char *text) {
    size_t digits = strspn(text, "0123456789");
    const char *p = text + digits;
    p += digits == 1 && strncmp(p, "er", 2) == 0 ? 2 : 0;
    if (digits < 1 || digits > 2 || *p != ' ')
        return false;
    p += 1 + strcspn(p + 1, " ");
    return matches(p, " 9999 à 99:99:99 UTC") || matches(p, " 9999 à 8 h 8 min 8 s UTC");
}

/* "Month D, YYYY at hh:mm:ss UTC". */
static bool is_regular_english(const char *text) {
    size_t month = strcspn(text, " ");
    if (month < 3 || month_of(text, month) == ABSENT || !is_digit(text[month + 1]))
        return false;
    return matches(text + month, " 8, 9999 at 99:99:99 UTC");
}

eesi_when_status eesi_when_time(const char *text, ees_time *time, bool *regular) {
    *time = EES_TIME_NONE;
    *regular = false;
    parts found;
    eesi_when_status status = read_parts(text, &found);
    if (status == EESI_WHEN_READ)
        status = join_time(&found, time);
    if (status == EESI_WHEN_READ)
        *regular = is_regular_english(text) || is_regular_french(text);
    return status;
}

eesi_when_status eesi_when_date(const char *text, ees_date *date) {
    *date = EES_DATE_NONE;
    parts found;
    eesi_when_status status = read_parts(text, &found);
    if (status != EESI_WHEN_READ)
        return status;
    bool midnight = found.hour == 0 && found.minute == 0 && found.second == 0;
    if ((found.hour != ABSENT && !midnight) || found.half_day)
        return EESI_WHEN_STRANGE;
    ees_date joined;
    status = join_date(&found, &joined);
    if (status == EESI_WHEN_READ)
        *date = joined;
    return status;
}

const char *eesi_when_explain(eesi_when_status status) {
    switch (status) {
    case EESI_WHEN_EMPTY:
        return "is empty";
    case EESI_WHEN_NO_YEAR:
        return "has no year";
    case EESI_WHEN_NO_TIME:
        return "has no time of day";
    case EESI_WHEN_NO_DATE:
        return "has no date";
    case EESI_WHEN_IMPOSSIBLE:
        return "is no possible date or time";
    case EESI_WHEN_TWO_VALUES:
        return "holds two values that differ";
    case EESI_WHEN_STRANGE:
        return "is not a date and time";
    default:
        return "can be read";
    }
}
