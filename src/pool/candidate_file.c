/*
 * Reads a list of candidates in blocks, so that ten million rows need no copy of the file in memory and a pipe works.
 * A quoted field may not hold a line break: no column we read has one, and lines can then be found first.
 */
#include "pool/candidates.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <eesim/history.h>

#include "base/file.h"
#include "feed/when.h"

enum { BLOCK = 1 << 20, LINE_MAX_BYTES = 1 << 16, FIELDS_MAX = 64, CACHE = 1024, CACHED_TEXT = 44, CODE_MAX = 32 };

typedef struct field {
    const char *text;
    size_t length;
} field;

/* The last programs read, by a hash of their text: lists repeat a few texts millions of times. */
typedef struct cached {
    uint32_t length;
    char text[CACHED_TEXT];
    ees_program_set set;
} cached;

enum { SCORE, SUBMITTED, PROGRAMS, WANTED };
static const char *const wanted_names[WANTED] = {"score", "submitted", "programs"};

typedef struct reader {
    const char *path;
    const ees_programs *programs;
    ees_error *err;
    int fd;
    char *buffer; /* BLOCK bytes and a line */
    size_t begin, end;
    bool at_end;
    long line;
    char separator; /* of the fields: what the header uses */
    int columns[WANTED];
    size_t column_count;
    size_t field_count;
    field fields[FIELDS_MAX];
    cached *cache;
} reader;

static int fail(const reader *r, int column, const char *expected) {
    const field *f = &r->fields[r->columns[column]];
    int shown = f->length > 40 ? 40 : (int)f->length;
    return ees_error_at(r->err, EES_ERR_DATA, r->path, r->line, r->columns[column] + 1,
                        "column '%s' is '%.*s', expected %s", wanted_names[column], shown, f->text, expected);
}

/* Reads until a whole line is there. Returns 1 with a line, 0 at the end. */
static int next_line(reader *r, const char **line, size_t *length) {
    for (;;) {
        char *start = r->buffer + r->begin;
        char *stop = memchr(start, '\n', r->end - r->begin);
        if (stop || (r->at_end && r->begin < r->end)) {
            *line = start;
            *length = stop ? (size_t)(stop - start) : r->end - r->begin;
            r->begin += *length + (stop != NULL);
            *length -= *length > 0 && start[*length - 1] == '\r';
            r->line++;
            return 1;
        }
        if (r->at_end)
            return 0;
        if (r->end - r->begin > LINE_MAX_BYTES) {
            ees_error_at(r->err, EES_ERR_DATA, r->path, r->line + 1, 0, "line is longer than %d bytes", LINE_MAX_BYTES);
            return EES_ERR_DATA;
        }
        memmove(r->buffer, start, r->end - r->begin);
        r->end -= r->begin;
        r->begin = 0;
        const ssize_t got = eesi_fd_read(r->fd, r->buffer + r->end, BLOCK);
        if (got < 0) {
            ees_error_at(r->err, EES_ERR_IO, r->path, 0, 0, "cannot be read: %s", strerror(errno));
            return EES_ERR_IO;
        }
        r->end += got > 0 ? (size_t)got : 0;
        r->at_end = got == 0;
    }
}

/* One field from `p` on; returns where the next one begins, past `end` after the last, NULL when a quote is open. */
static const char *split_field(const char *p, const char *end, char separator, field *out) {
    if (p < end && *p == '"') {
        const char *close = p + 1;
        while (close < end && (*close != '"' || (close + 1 < end && close[1] == '"')))
            close += *close == '"' ? 2 : 1;
        if (close >= end || (close + 1 < end && close[1] != separator))
            return NULL;
        *out = (field){p + 1, (size_t)(close - p - 1)};
        return close + 2;
    }
    const char *stop = p;
    while (stop < end && *stop != separator)
        stop++;
    *out = (field){p, (size_t)(stop - p)};
    return stop + 1;
}

static int split_line(reader *r, const char *line, size_t length) {
    const char *end = line + length;
    const char *p = line;
    r->field_count = 0;
    while (p <= end) {
        if (r->field_count == FIELDS_MAX)
            return ees_error_at(r->err, EES_ERR_DATA, r->path, r->line, 0, "more than %d columns", FIELDS_MAX);
        p = split_field(p, end, r->separator, &r->fields[r->field_count++]);
        if (!p) {
            ees_error_at(r->err, EES_ERR_DATA, r->path, r->line, (long)r->field_count,
                         "a quoted field is not closed before the end of the line");
            return EES_ERR_DATA;
        }
    }
    if (r->column_count > 0 && r->field_count != r->column_count)
        return ees_error_at(r->err, EES_ERR_DATA, r->path, r->line, 0, "%zu fields, expected %zu as in the header",
                            r->field_count, r->column_count);
    return EES_OK;
}

/* Spreadsheets write a comma, a semicolon or a tab, as the country goes: the one that the header has most of. */
static char find_separator(const char *line, size_t length) {
    static const char separators[] = {',', ';', '\t'};
    size_t most = 0;
    char found = ',';
    for (size_t s = 0; s < sizeof separators; s++) {
        size_t count = 0;
        for (size_t i = 0; i < length; i++)
            count += line[i] == separators[s];
        if (count > most) {
            most = count;
            found = separators[s];
        }
    }
    return found;
}

/* Capitals and spaces around a name do not matter. */
static bool is_named(field f, const char *name) {
    while (f.length > 0 && *f.text == ' ') {
        f.text++;
        f.length--;
    }
    while (f.length > 0 && f.text[f.length - 1] == ' ')
        f.length--;
    return f.length == strlen(name) && strncasecmp(f.text, name, f.length) == 0;
}

static int read_header(reader *r) {
    const char *line;
    size_t length;
    int rc = next_line(r, &line, &length);
    if (rc < 0)
        return rc;
    if (rc == 0)
        return ees_error_at(r->err, EES_ERR_DATA, r->path, 0, 0, "is empty");
    if (memchr(line, '\0', length))
        return ees_error_at(r->err, EES_ERR_DATA, r->path, 0, 0, "is not a text file, expected CSV");
    if (length >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0) {
        line += 3;
        length -= 3;
    }
    r->separator = find_separator(line, length);
    rc = split_line(r, line, length);
    if (rc)
        return rc;
    r->column_count = r->field_count;
    for (int w = 0; w < WANTED; w++) {
        r->columns[w] = -1;
        for (size_t i = 0; i < r->field_count; i++)
            if (is_named(r->fields[i], wanted_names[w]))
                r->columns[w] = (int)i;
        if (r->columns[w] < 0)
            return ees_error_at(r->err, EES_ERR_DATA, r->path, 1, 0,
                                "has no column '%s', expected score, submitted and programs", wanted_names[w]);
    }
    return EES_OK;
}

/* A day or a time as a person writes it, such as "1 April 2020"; never one of two readings. */
static bool read_written(const field *f, ees_time *submitted) {
    char text[80];
    ees_date date;
    bool regular;
    if (f->length >= sizeof text || memchr(f->text, '\0', f->length))
        return false;
    memcpy(text, f->text, f->length);
    text[f->length] = '\0';
    if (eesi_when_time(text, submitted, &regular) == EESI_WHEN_READ)
        return true;
    if (eesi_when_date(text, &date) != EESI_WHEN_READ)
        return false;
    *submitted = (ees_time)date * EES_SECONDS_PER_DAY;
    return true;
}

static int read_score(const reader *r, int16_t *score) {
    const field *f = &r->fields[r->columns[SCORE]];
    int value = 0;
    bool good = f->length >= 1 && f->length <= 4;
    for (size_t i = 0; good && i < f->length; i++) {
        good = f->text[i] >= '0' && f->text[i] <= '9';
        value = value * 10 + (f->text[i] - '0');
    }
    if (!good || value > EES_SCORE_MAX)
        return fail(r, SCORE, "a whole number from 0 to 1200");
    *score = (int16_t)value;
    return EES_OK;
}

static bool separates(char c) {
    return c == ' ' || c == ';' || c == '|' || c == '+' || c == ',';
}

/* Adds one code to the set. */
static int add_code(const reader *r, const char *text, size_t length, ees_program_set *set) {
    char code[CODE_MAX] = "";
    int position = EES_PROGRAM_NONE;
    const char *suggestion = NULL;
    if (length < sizeof code) {
        memcpy(code, text, length);
        position = ees_programs_find(r->programs, code);
        suggestion = ees_programs_suggest(r->programs, code);
    }
    if (position == EES_PROGRAM_NONE)
        return ees_error_at(r->err, EES_ERR_DATA, r->path, r->line, r->columns[PROGRAMS] + 1,
                            "column 'programs': '%.*s' is no program%s%s%s", length > 40 ? 40 : (int)length, text,
                            suggestion ? ", did you mean " : "", suggestion ? suggestion : "", suggestion ? "?" : "");
    if (r->programs->programs[position].kind == EES_KIND_GENERAL)
        return ees_error_at(r->err, EES_ERR_DATA, r->path, r->line, r->columns[PROGRAMS] + 1,
                            "column 'programs': '%s' takes everybody, expected a program or a category", code);
    *set |= (ees_program_set)1 << position;
    return EES_OK;
}

static int parse_programs(const reader *r, const field *f, ees_program_set *set) {
    *set = 0;
    if (f->length == 4 && strncasecmp(f->text, "none", 4) == 0)
        return EES_OK; /* in no program: no round invites them */
    for (size_t i = 0; i < f->length;) {
        size_t start = i;
        while (i < f->length && !separates(f->text[i]))
            i++;
        int rc = i > start ? add_code(r, f->text + start, i - start, set) : EES_OK;
        if (rc)
            return rc;
        i++;
    }
    return *set ? EES_OK : fail(r, PROGRAMS, "program codes such as CEC or \"CEC FRENCH\"");
}

static int read_programs(const reader *r, ees_program_set *set) {
    const field *f = &r->fields[r->columns[PROGRAMS]];
    if (f->length == 0 || f->length > CACHED_TEXT)
        return parse_programs(r, f, set);
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < f->length; i++)
        hash = (hash ^ (unsigned char)f->text[i]) * 16777619u;
    cached *slot = &r->cache[(hash ^ (hash >> 16)) % CACHE];
    if (slot->length != f->length || memcmp(slot->text, f->text, f->length) != 0) {
        slot->length = 0;
        int rc = parse_programs(r, f, &slot->set);
        if (rc)
            return rc;
        slot->length = (uint32_t)f->length;
        memcpy(slot->text, f->text, f->length);
    }
    *set = slot->set;
    return EES_OK;
}

static int no_memory(const reader *r) {
    ees_error_at(r->err, EES_ERR_NOMEM, r->path, r->line, 0, "out of memory");
    return EES_ERR_NOMEM;
}

static int grow(ees_candidates *list, size_t *capacity, const reader *r) {
    size_t wanted = *capacity ? *capacity * 2 : 4096;
    int16_t *scores = realloc(list->scores, wanted * sizeof *scores);
    if (!scores)
        return no_memory(r);
    list->scores = scores;
    ees_time *submitted = realloc(list->submitted, wanted * sizeof *submitted);
    if (!submitted)
        return no_memory(r);
    list->submitted = submitted;
    ees_program_set *programs = realloc(list->programs, wanted * sizeof *programs);
    if (!programs)
        return no_memory(r);
    list->programs = programs;
    *capacity = wanted;
    return EES_OK;
}

static int add_row(reader *r, ees_candidates *list, size_t *capacity) {
    const field *submitted = &r->fields[r->columns[SUBMITTED]];
    if (list->count == EES_CANDIDATES_MAX)
        return ees_error_at(r->err, EES_ERR_DATA, r->path, r->line, 0, "more than %zu candidates", EES_CANDIDATES_MAX);
    int rc = list->count == *capacity ? grow(list, capacity, r) : EES_OK;
    if (!rc)
        rc = read_score(r, &list->scores[list->count]);
    if (!rc && !ees_time_parse(submitted->text, submitted->length, &list->submitted[list->count]) &&
        !read_written(submitted, &list->submitted[list->count]))
        rc = fail(r, SUBMITTED, "a time YYYY-MM-DDThh:mm:ssZ or a date YYYY-MM-DD");
    if (!rc)
        rc = read_programs(r, &list->programs[list->count]);
    list->count += rc == EES_OK;
    return rc;
}

static int read_rows(reader *r, ees_candidates *list) {
    size_t capacity = 0;
    const char *line;
    size_t length;
    int rc = read_header(r);
    while (!rc && (rc = next_line(r, &line, &length)) == 1) {
        rc = length > 0 ? split_line(r, line, length) : EES_OK;
        if (!rc && length > 0)
            rc = add_row(r, list, &capacity);
    }
    return rc;
}

static int open_file(reader *r) {
    struct stat info;
    r->fd = eesi_fd_open(r->path, O_RDONLY, 0);
    if (r->fd < 0)
        return ees_error_at(r->err, errno == ENOENT || errno == ENOTDIR ? EES_ERR_NOTFOUND : EES_ERR_IO, r->path, 0, 0,
                            "cannot be opened: %s", strerror(errno));
    if (fstat(r->fd, &info) == 0 && S_ISDIR(info.st_mode))
        return ees_error_at(r->err, EES_ERR_DATA, r->path, 0, 0, "is a folder, expected a file");
    return EES_OK;
}

int eesi_candidates_load(ees_candidates *candidates, const char *path, const ees_programs *programs, ees_error *err) {
    reader r = {.path = path, .programs = programs, .err = err, .fd = -1};
    memset(candidates, 0, sizeof *candidates);
    r.buffer = calloc(BLOCK + LINE_MAX_BYTES + 1, 1);
    r.cache = calloc(CACHE, sizeof *r.cache);
    int rc = r.buffer && r.cache ? open_file(&r) : no_memory(&r);
    if (!rc)
        rc = read_rows(&r, candidates);
    if (r.fd >= 0)
        close(r.fd);
    free(r.buffer);
    free(r.cache);
    return rc;
}

void eesi_candidates_free(ees_candidates *candidates) {
    free(candidates->scores);
    free(candidates->submitted);
    free(candidates->programs);
    memset(candidates, 0, sizeof *candidates);
}
