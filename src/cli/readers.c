/* One typed value of an option. A message says what was expected and shows what was found. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static int bad_value(const cli *app, const cli_option *option, const char *text, const char *expected) {
    return cli_misuse(app, "--%s is '%.60s', expected %s", option->name, text, expected);
}

/* Digits, with commas between groups of three if any, into plain digits. */
static bool plain_digits(const char *text, char *plain, size_t size) {
    const char *p = text;
    size_t length = 0;
    if (*p == '-' || *p == '+')
        plain[length++] = *p++;
    size_t group = strcspn(p, ",");
    bool grouped = p[group] == ',';
    if (grouped && (group == 0 || group > 3))
        return false;
    for (size_t left = grouped ? group : SIZE_MAX; *p; p++, left--) {
        if (*p == ',' && left == 0) {
            left = 4;
            continue;
        }
        if (*p < '0' || *p > '9' || left == 0 || length + 2 > size)
            return false;
        plain[length++] = *p;
        if (grouped && left == 1 && p[1] != ',' && p[1] != '\0')
            return false;
        if (grouped && p[1] == '\0' && left != 1)
            return false;
    }
    plain[length] = '\0';
    return length > 0 && plain[length - 1] >= '0';
}

static int read_int(const cli *app, const cli_option *option, const char *text, int64_t *value) {
    char plain[64], expected[120];
    snprintf(expected, sizeof expected, "a whole number from %.0f to %.0f", option->min, option->max);
    if (!plain_digits(text, plain, sizeof plain))
        return bad_value(app, option, text, expected);
    errno = 0;
    long long number = strtoll(plain, NULL, 10);
    if (errno == ERANGE || (double)number < option->min || (double)number > option->max)
        return bad_value(app, option, text, expected);
    *value = number;
    return CLI_DONE;
}

static int read_number(const cli *app, const cli_option *option, const char *text, double *value) {
    char expected[120];
    char *end = NULL;
    snprintf(expected, sizeof expected, "a number from %g to %g", option->min, option->max);
    double number = strtod(text, &end);
    if (end == text || *end != '\0' || !isfinite(number) || number < option->min || number > option->max)
        return bad_value(app, option, text, expected);
    *value = number;
    return CLI_DONE;
}

static int read_choice(const cli *app, const cli_option *option, const char *text, int *value) {
    char names[16][32], expected[640] = "";
    const char *list[16];
    int count = 0;
    for (const char *p = option->choices; *p && count < 16; count++) {
        size_t length = strcspn(p, "|");
        snprintf(names[count], sizeof names[count], "%.*s", (int)length, p);
        list[count] = names[count];
        snprintf(expected + strlen(expected), sizeof expected - strlen(expected), "%s%s",
                 count == 0          ? ""
                 : p[length] == '\0' ? " or "
                                     : ", ",
                 names[count]);
        if (strcmp(names[count], text) == 0) {
            *value = count;
            return CLI_DONE;
        }
        p += length + (p[length] == '|');
    }
    const char *near = ees_nearest(text, list, (size_t)count);
    if (near)
        return cli_misuse(app, "--%s is '%.60s', expected %s; did you mean '%s'?", option->name, text, expected, near);
    return bad_value(app, option, text, expected);
}

static int append(const cli *app, const char *text, cli_list *list) {
    const char **items = realloc(list->items, (list->count + 1) * sizeof *items);
    if (!items) {
        ees_error err;
        ees_error_set(&err, EES_ERR_NOMEM, "out of memory");
        return cli_fail(app, &err);
    }
    list->items = items;
    list->items[list->count++] = text;
    return CLI_DONE;
}

/* What a field holds when the option was not given. */
static void store_missing(const cli_option *option, void *field) {
    switch (option->kind) {
    case CLI_FLAG:
        *(bool *)field = false;
        break;
    case CLI_INT:
        *(int64_t *)field = CLI_INT_NONE;
        break;
    case CLI_NUMBER:
        *(double *)field = (double)NAN;
        break;
    case CLI_DATE:
        *(ees_date *)field = EES_DATE_NONE;
        break;
    case CLI_TIME:
        *(ees_time *)field = EES_TIME_NONE;
        break;
    case CLI_PROGRAM:
        *(cli_program *)field = (cli_program){NULL, EES_PROGRAM_NONE};
        break;
    case CLI_CHOICE:
        *(int *)field = -1;
        break;
    case CLI_TEXT:
        *(const char **)field = NULL;
        break;
    case CLI_LIST:
        *(cli_list *)field = (cli_list){NULL, 0};
        break;
    }
}

/* "03/11/2025": which number is the month? Both readings that are days are named. */
static int bad_day(const cli *app, const cli_option *option, const char *text, const char *expected) {
    int a, b, year, length = 0;
    char left[40], right[40]; /* room for any three numbers */
    ees_date first, second;
    if (sscanf(text, "%2d%*1[/.-]%2d%*1[/.-]%4d%n", &a, &b, &year, &length) != 3 || text[length] != '\0' || a < 1 ||
        b < 1 || year < 1000)
        return bad_value(app, option, text, expected);
    snprintf(left, sizeof left, "%04d-%02d-%02d", year, b, a);
    snprintf(right, sizeof right, "%04d-%02d-%02d", year, a, b);
    const bool day_first = ees_date_parse(left, strlen(left), &first);
    const bool month_first = ees_date_parse(right, strlen(right), &second);
    if (day_first && month_first && first != second)
        return cli_misuse(app, "--%s is '%.60s', which can be %s or %s; write the one you mean", option->name, text,
                          left, right);
    if (!day_first && !month_first)
        return bad_value(app, option, text, expected);
    return cli_misuse(app, "--%s is '%.60s', expected YYYY-MM-DD; did you mean %s?", option->name, text,
                      day_first ? left : right);
}

int cli_read_value(const cli *app, const cli_option *option, const char *text, void *field) {
    if (!text) {
        store_missing(option, field);
        return CLI_DONE;
    }
    if (option->kind != CLI_FLAG && *text == '\0')
        return cli_misuse(app, "--%s is empty, expected a value, such as --%s %s", option->name, option->name,
                          option->value_name);
    switch (option->kind) {
    case CLI_FLAG:
        *(bool *)field = true;
        return CLI_DONE;
    case CLI_INT:
        return read_int(app, option, text, field);
    case CLI_NUMBER:
        return read_number(app, option, text, field);
    case CLI_DATE:
        if (ees_date_parse(text, strlen(text), field))
            return CLI_DONE;
        return bad_day(app, option, text, "a day of the calendar as YYYY-MM-DD, such as 2026-02-17");
    case CLI_TIME:
        if (ees_time_parse(text, strlen(text), field))
            return CLI_DONE;
        return bad_day(app, option, text, "a UTC time as YYYY-MM-DDThh:mm:ssZ, such as 2025-09-01T12:30:00Z");
    case CLI_PROGRAM:
        ((cli_program *)field)->code = text;
        return CLI_DONE;
    case CLI_CHOICE:
        return read_choice(app, option, text, field);
    case CLI_TEXT:
        *(const char **)field = text;
        return CLI_DONE;
    case CLI_LIST:
        return append(app, text, field);
    }
    return CLI_USAGE;
}
