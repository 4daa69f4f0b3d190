/* Profiles in CSV, row by row: nothing is kept but the line, so that a pipe works and ten million rows need no memory.
 */
#include "crs/profile_csv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FIELDS_MAX = 128, VALUE_BYTES = 128, NOT_A_KEY = -1, REPLACED = -2 };

static const char *const results[] = {"score", "score_core", "score_spouse", "score_transferability",
                                      "score_additional"};
enum { RESULTS = sizeof results / sizeof *results };

typedef struct slice {
    char *text; /* as it stands in the file, with its quotes */
    size_t length;
} slice;

typedef struct reader {
    const eesi_crs_file *rules;
    const eesi_eligibility *eligibility;
    const char *path;
    ees_date date;
    FILE *in, *out;
    ees_error *err;
    char *line; /* owned */
    size_t capacity;
    long number;
    char separator;
    int column_count, field_count;
    slice fields[FIELDS_MAX];
    int keys[FIELDS_MAX]; /* key of each column, NOT_A_KEY or REPLACED */
    bool has_programs, replaces;
} reader;

static int bad_line(const reader *r, const char *message) {
    return ees_error_at(r->err, EES_ERR_DATA, r->path, r->number, 0, "%s", message);
}

/* The next line that is not empty. 1, 0 at the end, or a negative code. */
static int next_line(reader *r, size_t *length) {
    for (;;) {
        const ssize_t got = getline(&r->line, &r->capacity, r->in);
        if (got < 0)
            return ferror(r->in)
                       ? ees_error_at(r->err, EES_ERR_IO, r->path, 0, 0, "cannot be read: %s", strerror(errno))
                       : 0;
        r->number++;
        *length = (size_t)got;
        while (*length > 0 && (r->line[*length - 1] == '\n' || r->line[*length - 1] == '\r'))
            (*length)--;
        r->line[*length] = '\0';
        if (memchr(r->line, '\0', *length))
            return bad_line(r, "holds a zero byte: this is no CSV text");
        if (*length > 0)
            return 1;
    }
}

static char *end_of_field(const reader *r, char *p) {
    if (*p == '"') {
        for (p++; *p && (*p != '"' || p[1] == '"'); p++)
            p += *p == '"';
        return *p == '"' && (p[1] == r->separator || p[1] == '\0') ? p + 1 : NULL;
    }
    while (*p && *p != r->separator)
        p++;
    return p;
}

static int split(reader *r) {
    char *p = r->line;
    r->field_count = 0;
    for (;;) {
        if (r->field_count == FIELDS_MAX)
            return bad_line(r, "more than 128 columns");
        char *end = end_of_field(r, p);
        if (!end)
            return bad_line(r, "a quoted field is not closed before the end of the line");
        r->fields[r->field_count++] = (slice){p, (size_t)(end - p)};
        if (!*end)
            return EES_OK;
        p = end + 1;
    }
}

/* The value of a field, without its quotes; false when it is too long to be one of a profile. */
static bool value_of(const slice *field, char *value) {
    const char *p = field->text, *end = p + field->length;
    size_t used = 0;
    const bool quoted = p < end && *p == '"';
    if (quoted) {
        p++;
        end--;
    }
    while (p < end && *p == ' ')
        p++;
    while (end > p && end[-1] == ' ')
        end--;
    for (; p < end; p++) {
        if (used + 1 >= VALUE_BYTES)
            return false;
        value[used++] = *p;
        p += quoted && *p == '"';
    }
    value[used] = '\0';
    return true;
}

/* ---- the header ---- */

static char find_separator(const char *line) {
    static const char separators[] = ",;\t";
    size_t most = 0;
    char found = ',';
    for (const char *s = separators; *s; s++) {
        size_t count = 0;
        for (const char *p = line; *p; p++)
            count += *p == *s;
        found = count > most ? *s : found;
        most = count > most ? count : most;
    }
    return found;
}

static int key_of(const char *name) {
    for (int i = 0; i < RESULTS; i++)
        if (strcmp(name, results[i]) == 0)
            return REPLACED;
    return eesi_profile_key(name, strlen(name));
}

static void append(char *list, size_t size, const char *name) {
    const size_t used = strlen(list);
    if (used + strlen(name) + 3 < size)
        snprintf(list + used, size - used, "%s%s", used ? ", " : "", name);
}

/* Keys without a column: of a test its name stands for the rest. */
static void report_assumed(const reader *r, eesi_profiles_report *report) {
    static const char *const optional[] = {
        "second_language", "canadian_work_years", "foreign_work_years", "certificate", "canadian_study_years",
        "sibling",         "nomination",          "job_offer",          "spouse"};
    for (size_t i = 0; i < sizeof optional / sizeof *optional; i++) {
        const size_t length = strlen(optional[i]);
        bool found = false;
        for (int c = 0; c < r->column_count; c++) {
            const char *key = r->keys[c] >= 0 ? eesi_profile_keys[r->keys[c]] : "";
            found |= strncmp(key, optional[i], length) == 0 && (key[length] == '\0' || key[length] == '.');
        }
        if (!found)
            append(report->assumed, sizeof report->assumed, optional[i]);
    }
}

static int read_header(reader *r, eesi_profiles_report *report) {
    char name[VALUE_BYTES];
    size_t length = 0;
    int rc = next_line(r, &length);
    if (rc <= 0)
        return rc ? rc : ees_error_at(r->err, EES_ERR_DATA, r->path, 0, 0, "is empty");
    if (length >= 3 && memcmp(r->line, "\xef\xbb\xbf", 3) == 0)
        memmove(r->line, r->line + 3, length - 2);
    r->separator = find_separator(r->line);
    rc = split(r);
    if (rc)
        return rc;
    r->column_count = r->field_count;
    for (int c = 0; c < r->column_count; c++) {
        if (!value_of(&r->fields[c], name))
            name[0] = '\0';
        for (char *p = name; *p; p++)
            *p = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
        r->keys[c] = key_of(name);
        r->has_programs |= strcmp(name, "programs") == 0;
        r->replaces |= r->keys[c] == REPLACED;
        for (int earlier = 0; r->keys[c] >= 0 && earlier < c; earlier++)
            if (r->keys[earlier] == r->keys[c])
                return ees_error_at(r->err, EES_ERR_DATA, r->path, r->number, c + 1, "column '%.60s' is there twice",
                                    name);
        if (r->keys[c] == NOT_A_KEY)
            append(report->passed_on, sizeof report->passed_on, name);
    }
    report_assumed(r, report);
    return EES_OK;
}

/* ---- rows ---- */

/* What the row holds, but for earlier results. */
static void put_fields(const reader *r) {
    bool first = true;
    if (!r->replaces) {
        fputs(r->line, r->out);
        return;
    }
    for (int c = 0; c < r->column_count; c++) {
        if (r->keys[c] == REPLACED)
            continue;
        if (!first)
            fputc(r->separator, r->out);
        fwrite(r->fields[c].text, 1, r->fields[c].length, r->out);
        first = false;
    }
}

static void put_header(const reader *r) {
    put_fields(r);
    for (int i = 0; i < RESULTS; i++)
        fprintf(r->out, "%c%s", r->separator, results[i]);
    if (!r->has_programs)
        fprintf(r->out, "%cprograms", r->separator);
    fputc('\n', r->out);
}

static int fault_at(const reader *r, const eesi_profile_fault *fault) {
    int column = 0;
    for (int c = 0; c < r->column_count; c++)
        if (r->keys[c] >= 0 && strcmp(eesi_profile_keys[r->keys[c]], fault->key) == 0)
            column = c + 1;
    return ees_error_at(r->err, EES_ERR_DATA, r->path, r->number, column, "%s", fault->text);
}

static int read_row(const reader *r, eesi_profile *profile) {
    char value[VALUE_BYTES];
    eesi_profile_fault fault;
    eesi_profile_init(profile);
    for (int c = 0; c < r->column_count; c++) {
        if (r->keys[c] < 0 || r->fields[c].length == 0)
            continue;
        if (!value_of(&r->fields[c], value))
            return ees_error_at(r->err, EES_ERR_DATA, r->path, r->number, c + 1, "is too long for '%s'",
                                eesi_profile_keys[r->keys[c]]);
        if (value[0] && !eesi_profile_set(profile, r->keys[c], value, &fault))
            return fault_at(r, &fault);
    }
    if (profile->date == EES_DATE_NONE)
        profile->date = r->date;
    return eesi_profile_check(profile, r->rules, &fault) ? EES_OK : fault_at(r, &fault);
}

static void put_number(FILE *out, char separator, int value) {
    char digits[12];
    int at = (int)sizeof digits;
    do
        digits[--at] = (char)('0' + value % 10);
    while ((value /= 10) > 0);
    digits[--at] = separator;
    fwrite(digits + at, 1, sizeof digits - (size_t)at, out);
}

static void put_programs(const reader *r, const eesi_profile *profile, const eesi_crs_person *person) {
    eesi_standing standings[EES_PROGRAMS_MAX];
    const int count =
        eesi_eligibility_judge(r->eligibility, profile, person, profile->date, EESI_REASON_NONE, standings);
    char before = r->separator;
    for (int i = 0; i < count; i++) {
        if (standings[i].is != EESI_STANDING_YES)
            continue;
        fputc(before, r->out);
        fputs(r->eligibility->programs->programs[standings[i].program].code, r->out);
        before = ' ';
    }
    if (before != ' ')
        fprintf(r->out, "%cnone", before);
}

static int score_row(reader *r) {
    eesi_profile profile;
    eesi_crs_person person;
    eesi_crs_points points;
    if (r->field_count != r->column_count)
        return ees_error_at(r->err, EES_ERR_DATA, r->path, r->number, 0, "%d fields, expected %d as in the header",
                            r->field_count, r->column_count);
    int rc = read_row(r, &profile);
    if (rc)
        return rc;
    const eesi_crs_rules *rules = eesi_crs_on(r->rules, profile.date);
    if (!rules)
        return bad_line(r, "no rules are known for the day of this profile");
    eesi_profile_person(&profile, r->rules, profile.date, &person);
    eesi_crs_score(rules, &person, &points);
    put_fields(r);
    put_number(r->out, r->separator, points.score);
    for (int s = 0; s < EESI_SECTIONS; s++)
        put_number(r->out, r->separator, points.section[s]);
    if (!r->has_programs)
        put_programs(r, &profile, &person);
    fputc('\n', r->out);
    return EES_OK;
}

static int score_rows(reader *r, eesi_profiles_report *report) {
    size_t length = 0;
    int rc = read_header(r, report);
    if (rc)
        return rc;
    put_header(r);
    while ((rc = next_line(r, &length)) == 1) {
        rc = split(r);
        if (rc == EES_OK)
            rc = score_row(r);
        if (rc)
            return rc;
        report->rows++;
    }
    return rc;
}

int eesi_profiles_score(const eesi_crs_file *rules, const eesi_eligibility *eligibility, const char *path,
                        ees_date date, FILE *out, eesi_profiles_report *report, ees_error *err) {
    struct stat info;
    reader *r = calloc(1, sizeof *r);
    *report = (eesi_profiles_report){0};
    if (!r)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    *r = (reader){.rules = rules, .eligibility = eligibility, .path = path, .date = date, .out = out, .err = err};
    r->in = fopen(path, "re");
    int rc = EES_OK;
    if (!r->in)
        rc = ees_error_at(err, errno == ENOENT || errno == ENOTDIR ? EES_ERR_NOTFOUND : EES_ERR_IO, path, 0, 0,
                          "cannot be opened: %s", strerror(errno));
    else if (fstat(fileno(r->in), &info) == 0 && S_ISDIR(info.st_mode))
        rc = ees_error_at(err, EES_ERR_DATA, path, 0, 0, "is a folder, expected a file");
    if (rc == EES_OK)
        rc = score_rows(r, report);
    if (r->in)
        (void)fclose(r->in);
    free(r->line);
    free(r);
    return rc;
}
