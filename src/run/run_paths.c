/*
 * A field is stored as eight or sixteen bytes at once and the end of the text moves by its length: a few instructions a
 * field and no branch. Small numbers and days come from tables that hold text and length together; the tables are read
 * at addresses that do not depend on the text before, so the processor works on many fields at a time.
 */
#include "run/run_paths.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#ifdef EESIM_HAVE_ZSTD
#include <zstd.h>
#endif

enum {
    SMALL = 10000,
    DAY_BYTES = 16,
    DAY_LENGTH = 11,
    TIE_DAYS = 4096,
    FIELD_MAX = 16,
    CODE_BYTES = 16,
    PUT_ROWS = EESI_BLOCK_ROUNDS_MAX, /* formatted at once, at most */
    PREFIX_BYTES = 32
};
_Static_assert((int)EESI_BLOCK_ROUNDS_MAX < (int)SMALL, "numbers of rounds come from the table");

struct eesi_paths {
    const ees_run_plan *plan;
    uint64_t small[SMALL];    /* "6000," in the low bytes, the length in the top one */
    uint64_t missing;         /* "," likewise */
    char (*day)[DAY_BYTES];   /* from start - TIE_DAYS on: "2026-08-11," */
    char (*ended)[DAY_BYTES]; /* the same with a line feed */
    int days;
    char code[EES_RUN_PROGRAMS_MAX][CODE_BYTES * 2];
    size_t code_length[EES_RUN_PROGRAMS_MAX];
    size_t name_max; /* of a scenario, quoted */
};

const ees_column eesi_paths_columns[] = {
    {"scenario", NULL, EES_COLUMN_TEXT, 0, NULL, "Name of the scenario."},
    {"replicate", NULL, EES_COLUMN_INTEGER, 0, NULL, "Number of the random future, from 0; the same in all scenarios."},
    {"round", NULL, EES_COLUMN_INTEGER, 0, NULL,
     "Number of the round within the future, from 1, all programs together."},
    {"date", NULL, EES_COLUMN_DATE, 0, NULL, "Day of the round."},
    {"program", NULL, EES_COLUMN_TEXT, 0, NULL, "Code of the program the round is restricted to."},
    {"size", NULL, EES_COLUMN_INTEGER, 0, "candidates", "Invitations offered."},
    {"invited", NULL, EES_COLUMN_INTEGER, 0, "candidates",
     "Candidates invited; fewer than the size when the pool ran dry."},
    {"cutoff", NULL, EES_COLUMN_INTEGER, 0, "CRS points",
     "Score of the lowest-ranked candidate invited; empty when nobody was."},
    {"taken_at_cutoff", NULL, EES_COLUMN_INTEGER, 0, "candidates",
     "Candidates invited whose score is the cut-off; empty where the model does not know."},
    {"tie_break", NULL, EES_COLUMN_DATE, 0, NULL,
     "At the cut-off score only profiles submitted by this day were invited."}};
const size_t eesi_paths_column_count = sizeof eesi_paths_columns / sizeof *eesi_paths_columns;

static uint64_t small_text(int value) {
    char digits[8] = {0};
    int length = snprintf(digits, sizeof digits, "%d,", value);
    uint64_t word;
    memcpy(&word, digits, sizeof word);
    return word | (uint64_t)length << 56;
}

static bool fill_days(eesi_paths *paths) {
    paths->days = TIE_DAYS + paths->plan->layout.days + 1;
    paths->day = calloc((size_t)paths->days, DAY_BYTES);
    paths->ended = calloc((size_t)paths->days, DAY_BYTES);
    if (!paths->day || !paths->ended)
        return false;
    for (int i = 0; i < paths->days; i++) {
        ees_date_format(paths->plan->layout.start - TIE_DAYS + i, paths->day[i]);
        paths->day[i][DAY_LENGTH - 1] = ',';
        memcpy(paths->ended[i], paths->day[i], DAY_BYTES);
        paths->ended[i][DAY_LENGTH - 1] = '\n';
    }
    return true;
}

static void fill_codes(eesi_paths *paths) {
    const ees_run_plan *plan = paths->plan;
    for (int p = 0; p < plan->layout.programs; p++)
        paths->code_length[p] =
            (size_t)snprintf(paths->code[p], sizeof paths->code[p], "%.*s,", CODE_BYTES - 1, plan->program[p]);
    for (int s = 0; s < plan->layout.scenarios; s++) {
        size_t length = 2 * strlen(plan->scenario[s]) + 3; /* quotes, an apostrophe */
        paths->name_max = length > paths->name_max ? length : paths->name_max;
    }
}

eesi_paths *eesi_paths_create(const ees_run_plan *plan) {
    eesi_paths *paths = calloc(1, sizeof *paths);
    if (!paths)
        return NULL;
    paths->plan = plan;
    for (int i = 0; i < SMALL; i++)
        paths->small[i] = small_text(i);
    paths->missing = (uint64_t)1 << 56 | ',';
    fill_codes(paths);
    if (fill_days(paths))
        return paths;
    eesi_paths_destroy(paths);
    return NULL;
}

void eesi_paths_destroy(eesi_paths *paths) {
    if (!paths)
        return;
    free(paths->day);
    free(paths->ended);
    free(paths);
}

const char *eesi_paths_name(const ees_run_plan *plan) {
    return plan->compression == EESI_COMPRESS_ZSTD ? "paths.csv.zst" : "paths.csv";
}

static char *put_large(char *at, int64_t value) {
    char digits[24];
    int length = 0;
    do {
        digits[length++] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    while (length)
        *at++ = digits[--length];
    *at++ = ',';
    return at;
}

static inline char *put_word(char *at, uint64_t text) {
    memcpy(at, &text, sizeof text);
    return at + (text >> 56);
}

static char *put_count(const eesi_paths *paths, char *at, int32_t value) {
    return (uint32_t)value < SMALL ? put_word(at, paths->small[value]) : put_large(at, value);
}

static inline char *put_day(char (*days)[DAY_BYTES], int day, char *at) {
    memcpy(at, days[day], DAY_BYTES);
    return at + DAY_LENGTH;
}

/* One round of one lane. */
typedef struct path_row {
    int32_t day; /* in the tables of days */
    int32_t size, invited, taken;
    int16_t cutoff, tie_age;
    uint8_t program;
} path_row;

static inline path_row row_of(const eesi_paths *paths, const eesi_block *block, int lane, int round) {
    const size_t at = (size_t)round * EESI_BLOCK_ROW + (size_t)lane;
    const ees_date origin = paths->plan->layout.start - TIE_DAYS;
    return (path_row){block->date[at] - origin, block->size[at],    block->invited[at], block->taken[at],
                      block->cutoff[at],        block->tie_age[at], block->program[at]};
}

static inline bool is_usual(const path_row *row) {
    const bool small = ((uint32_t)row->size < SMALL) & ((uint32_t)row->invited < SMALL) & (row->taken < SMALL);
    return small & (row->cutoff >= 0) & (row->tie_age >= 0);
}

static inline char *put_usual(const eesi_paths *paths, const path_row *row, char *to) {
    to = put_word(to, paths->small[row->size]);
    to = put_word(to, paths->small[row->invited]);
    to = put_word(to, paths->small[row->cutoff]);
    to = put_word(to, row->taken < 0 ? paths->missing : paths->small[row->taken]);
    return put_day(paths->ended, row->day - row->tie_age, to);
}

/* Any values. Cut-off and what follows are empty when nobody was invited. */
static char *put_unusual(const eesi_paths *paths, const path_row *row, char *to) {
    to = put_count(paths, to, row->size);
    to = put_count(paths, to, row->invited);
    if (row->cutoff == EES_SCORE_NONE) {
        *to++ = ',';
        *to++ = ',';
        *to++ = '\n';
        return to;
    }
    to = put_count(paths, to, row->cutoff);
    if (row->taken >= 0)
        to = put_count(paths, to, row->taken);
    else
        *to++ = ',';
    if (row->tie_age >= 0)
        return put_day(paths->ended, row->day - row->tie_age, to);
    *to = '\n';
    return to + 1;
}

static char *put_lane(const eesi_paths *paths, const eesi_block *block, int lane, const char *prefix, size_t length,
                      char *to) {
    struct {
        char bytes[PREFIX_BYTES];
    } start; /* stays in registers */
    memcpy(&start, prefix, sizeof start);
    for (int round = 0; round < block->rounds[lane]; round++) {
        const path_row row = row_of(paths, block, lane, round);
        memcpy(to, &start, sizeof start);
        if (length > sizeof start)
            memcpy(to + sizeof start, prefix + sizeof start, length - sizeof start);
        to = put_word(to + length, paths->small[round + 1]);
        to = put_day(paths->day, row.day, to);
        memcpy(to, paths->code[row.program], CODE_BYTES);
        to += paths->code_length[row.program];
        to = is_usual(&row) ? put_usual(paths, &row, to) : put_unusual(paths, &row, to);
    }
    return to;
}

size_t eesi_paths_room(const eesi_paths *paths) {
    return PUT_ROWS * (paths->name_max + 10 * FIELD_MAX) + PREFIX_BYTES;
}

int eesi_paths_put(const eesi_paths *paths, const eesi_block *block, int scenario, int first, char **end,
                   ees_error *err) {
    eesi_buf prefix;
    eesi_buf_init(&prefix);
    eesi_buf_put_csv(&prefix, paths->plan->scenario[scenario]);
    eesi_buf_putc(&prefix, ',');
    if (!eesi_buf_reserve(&prefix, PREFIX_BYTES)) /* whole words are copied */
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    char *replicate = prefix.data + prefix.length;
    int lanes = 0, rows = 0;
    while (first + lanes < block->lanes && (lanes == 0 || rows + block->rounds[first + lanes] <= PUT_ROWS)) {
        const int lane = first + lanes++;
        const char *prefix_end = put_large(replicate, (int64_t)block->first + lane);
        *end = put_lane(paths, block, lane, prefix.data, (size_t)(prefix_end - prefix.data), *end);
        rows += block->rounds[lane];
    }
    eesi_buf_free(&prefix);
    return lanes;
}

/* As many bytes as all rows of the blocks can take. */
static size_t room_for(const eesi_paths *paths, const eesi_block *blocks, int scenarios) {
    size_t rows = 0;
    for (int s = 0; s < scenarios; s++)
        for (int lane = 0; lane < blocks[s].lanes; lane++)
            rows += (size_t)blocks[s].rounds[lane];
    return rows * (paths->name_max + 10 * FIELD_MAX) + PREFIX_BYTES;
}

#ifdef EESIM_HAVE_ZSTD
/* A frame for each piece: frames in a row are one file, and pieces are joined without being unpacked. */
static int compress(char **text, size_t *capacity, size_t *length, ees_error *err) {
    size_t bound = ZSTD_compressBound(*length);
    char *packed = malloc(bound);
    size_t size = packed ? ZSTD_compress(packed, bound, *text, *length, 3) : 0;
    if (!packed || ZSTD_isError(size)) {
        free(packed);
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory while compressing");
    }
    free(*text);
    *text = packed;
    *capacity = bound;
    *length = size;
    return EES_OK;
}
#else
static int compress(char **text, size_t *capacity, size_t *length, ees_error *err) {
    (void)text, (void)capacity, (void)length;
    return ees_error_set(err, EES_ERR_UNSUPPORTED, "this build cannot compress with zstd");
}
#endif

int eesi_paths_format(const eesi_paths *paths, const eesi_block *blocks, int scenarios, char **text, size_t *capacity,
                      size_t *length, ees_error *err) {
    const size_t room = room_for(paths, blocks, scenarios);
    if (room > *capacity) {
        free(*text);
        *capacity = 0;
        if (!(*text = malloc(room)))
            return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
        *capacity = room;
    }
    char *end = *text;
    for (int s = 0; s < scenarios; s++)
        for (int lane = 0, lanes = 0; lane < blocks[s].lanes; lane += lanes)
            if ((lanes = eesi_paths_put(paths, &blocks[s], s, lane, &end, err)) < 0)
                return lanes;
    *length = (size_t)(end - *text);
    return paths->plan->compression == EESI_COMPRESS_ZSTD ? compress(text, capacity, length, err) : EES_OK;
}

int eesi_paths_header(const eesi_paths *paths, char **text, size_t *length, ees_error *err) {
    eesi_buf buf;
    eesi_buf_init(&buf);
    for (size_t i = 0; i < eesi_paths_column_count; i++) {
        eesi_buf_puts(&buf, i ? "," : "");
        eesi_buf_puts(&buf, eesi_paths_columns[i].name);
    }
    eesi_buf_putc(&buf, '\n');
    *text = NULL;
    if (eesi_buf_failed(&buf))
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    *text = buf.data;
    *length = buf.length;
    size_t capacity = buf.capacity;
    if (paths->plan->compression != EESI_COMPRESS_ZSTD)
        return EES_OK;
    int rc = compress(text, &capacity, length, err);
    if (rc) {
        free(*text);
        *text = NULL;
    }
    return rc;
}
