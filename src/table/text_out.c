/* Tables as aligned text for people. */
#include <stdlib.h>
#include <string.h>

#include "table/table.h"

enum { GAP = 2, TEXT_COLUMN_MIN = 11 };

/* Bytes at p that would move the cursor or colour the terminal: controls of ASCII, and those of Latin-1 in UTF-8. */
static size_t control_length(const unsigned char *p) {
    if (*p < 0x20 || *p == 0x7F)
        return 1;
    return *p == 0xC2 && p[1] >= 0x80 && p[1] < 0xA0 ? 2 : 0;
}

/* Up to `bytes` of a text, a question mark for each control character. */
static void put_plain(FILE *out, const char *text, size_t bytes) {
    const unsigned char *p = (const unsigned char *)text, *end = p + bytes;
    while (p < end) {
        const size_t control = control_length(p);
        fputc(control ? '?' : *p, out);
        p += control ? control : 1;
    }
}

void ees_text_put_plain(FILE *out, const char *text) {
    for (const char *line = text; *line;) {
        const size_t length = strcspn(line, "\n");
        put_plain(out, line, length);
        line += length;
        if (*line == '\n')
            fputc(*line++, out);
    }
}

/* Characters, not bytes: continuation bytes of UTF-8 take no place. */
static int shown_width(const char *text) {
    int width = 0;
    for (const unsigned char *p = (const unsigned char *)text; *p; p++)
        width += (*p & 0xC0) != 0x80;
    return width;
}

const char *ees_count_text(int64_t value, char *text, size_t size) {
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%lld", (long long)value);
    size_t used = 0;
    for (int i = 0; i < length && used + 2 < size; i++) {
        if (i > 0 && digits[i - 1] != '-' && (length - i) % 3 == 0)
            text[used++] = ',';
        text[used++] = digits[i];
    }
    text[used] = '\0';
    return text;
}

/* What people see of a cell; `buffer` holds it unless it is the cell's own text. */
static const char *shown(const ees_column *column, const eesi_cell *cell, char *buffer, size_t size) {
    if (cell->missing)
        return "";
    switch (column->type) {
    case EES_COLUMN_TEXT:
        return cell->value.text;
    case EES_COLUMN_INTEGER:
        snprintf(buffer, size, "%lld", (long long)cell->value.integer);
        return buffer;
    case EES_COLUMN_COUNT:
        return ees_count_text(cell->value.integer, buffer, size);
    case EES_COLUMN_NUMBER:
        snprintf(buffer, size, "%.*f", column->decimals, cell->value.number);
        return buffer;
    case EES_COLUMN_DATE:
        return ees_date_format((ees_date)cell->value.integer, buffer);
    case EES_COLUMN_TIME:
        return ees_time_format(cell->value.integer, buffer);
    }
    return "";
}

static bool has_cells(const ees_table *table, size_t column) {
    size_t rows = ees_table_rows(table);
    for (size_t r = 0; r < rows; r++)
        if (!eesi_table_cell(table, r, column)->missing)
            return true;
    return rows == 0;
}

/* -1: not shown, because it has no title or nothing to show. */
static void measure(const ees_table *table, int *widths) {
    char buffer[352];
    for (size_t c = 0; c < table->column_count; c++) {
        const ees_column *column = &table->columns[c];
        bool shows = column->title && has_cells(table, c);
        widths[c] = shows ? shown_width(column->title) : -1;
        for (size_t r = 0; shows && r < ees_table_rows(table); r++) {
            int width = shown_width(shown(column, eesi_table_cell(table, r, c), buffer, sizeof buffer));
            widths[c] = width > widths[c] ? width : widths[c];
        }
    }
}

/* A column that is too wide even alone beside the first one. */
static void fit_each(const ees_table *table, const ees_table_style *style, int *widths) {
    const int most = style->width - style->indent - (widths[0] >= 0 ? widths[0] + GAP : 0);
    for (size_t c = 1; c < table->column_count && style->width > 0; c++)
        if (table->columns[c].type == EES_COLUMN_TEXT && widths[c] > most && most >= TEXT_COLUMN_MIN)
            widths[c] = most;
}

/* Takes from the widest text column, a character at a time, until the table fits or no text is left to cut. */
static void fit(const ees_table *table, const ees_table_style *style, int *widths) {
    if (style->whole) {
        fit_each(table, style, widths);
        return;
    }
    int total = style->indent - GAP;
    for (size_t c = 0; c < table->column_count; c++)
        total += widths[c] >= 0 ? widths[c] + GAP : 0;
    while (style->width > 0 && total > style->width) {
        size_t widest = table->column_count;
        for (size_t c = 0; c < table->column_count; c++)
            if (table->columns[c].type == EES_COLUMN_TEXT && widths[c] > TEXT_COLUMN_MIN &&
                (widest == table->column_count || widths[c] > widths[widest]))
                widest = c;
        if (widest == table->column_count)
            return;
        widths[widest]--;
        total--;
    }
}

/* `text` in `width` characters; what is cut off is marked. */
static void put_padded(FILE *out, const char *text, int width, bool left, bool last) {
    int length = shown_width(text);
    if (length > width) {
        int left_over = width - 1;
        const unsigned char *p = (const unsigned char *)text;
        while (*p && ((*p & 0xC0) == 0x80 || left_over-- > 0))
            p++;
        put_plain(out, text, (size_t)(p - (const unsigned char *)text));
        fputs("\xE2\x80\xA6", out);
        return;
    }
    if (!left)
        fprintf(out, "%*s", width - length, "");
    put_plain(out, text, strlen(text));
    if (left && !last)
        fprintf(out, "%*s", width - length, "");
}

/* Columns that stand side by side: the names the table begins with, before `names`, then `from` to before `to`. */
typedef struct block {
    size_t names, from, to, last;
} block;

static bool is_in(const block *part, size_t column) {
    return column < part->names || (column >= part->from && column < part->to);
}

/* The first column says whose row it is and, where it is a text, so do the texts right behind it. */
static size_t count_names(const ees_table *table, const int *widths) {
    size_t first = 0, names;
    while (first + 1 < table->column_count && widths[first] < 0)
        first++;
    for (names = first + 1; names < table->column_count; names++) {
        const bool texts =
            table->columns[first].type == EES_COLUMN_TEXT && table->columns[names].type == EES_COLUMN_TEXT;
        if (widths[names] >= 0 && !texts)
            break;
    }
    return names;
}

/* As many columns from `from` on as fit beside the names, at least one. */
static block block_from(const ees_table *table, const ees_table_style *style, const int *widths, size_t from) {
    block part = {.names = style->whole ? 1 : count_names(table, widths), .from = from, .to = from};
    int total = style->indent - GAP;
    for (size_t c = 0; c < part.names && c < from; c++)
        total += widths[c] >= 0 ? widths[c] + GAP : 0;
    bool any = false;
    for (; part.to < table->column_count; part.to++) {
        const int more = widths[part.to] >= 0 ? widths[part.to] + GAP : 0;
        if (any && style->width > 0 && total + more > style->width)
            break;
        total += more;
        any = any || (more > 0 && part.to >= part.names);
    }
    for (size_t c = 0; c < table->column_count; c++)
        if (widths[c] >= 0 && is_in(&part, c))
            part.last = c;
    return part;
}

/* One line: the titles (row SIZE_MAX) or the cells of a row. */
static void put_line(const ees_table *table, FILE *out, const ees_table_style *style, const int *widths,
                     const block *part, size_t row) {
    char buffer[352];
    bool first = true;
    fprintf(out, "%*s", style->indent, "");
    for (size_t c = 0; c < table->column_count; c++) {
        const ees_column *column = &table->columns[c];
        if (widths[c] < 0 || !is_in(part, c))
            continue;
        const char *text =
            row == SIZE_MAX ? column->title : shown(column, eesi_table_cell(table, row, c), buffer, sizeof buffer);
        bool left =
            column->type == EES_COLUMN_TEXT || column->type == EES_COLUMN_DATE || column->type == EES_COLUMN_TIME;
        fprintf(out, "%*s", first ? 0 : GAP, "");
        put_padded(out, text, widths[c], left, c == part->last);
        first = false;
    }
}

static void put_block(const ees_table *table, FILE *out, const ees_table_style *style, const int *widths,
                      const block *part) {
    fputs(style->colour ? "\033[1m" : "", out);
    put_line(table, out, style, widths, part, SIZE_MAX);
    fputs(style->colour ? "\033[0m\n" : "\n", out);
    for (size_t r = 0; r < ees_table_rows(table); r++) {
        put_line(table, out, style, widths, part, r);
        fputc('\n', out);
    }
}

/* A table that is too wide even so goes on below itself, each part beginning with the names. */
int ees_table_write_text(const ees_table *table, FILE *out, const ees_table_style *style, ees_error *err) {
    int rc = eesi_table_check(table, err);
    if (rc)
        return rc;
    int *widths = calloc(table->column_count, sizeof *widths);
    if (!widths)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    measure(table, widths);
    fit(table, style, widths);
    for (size_t from = 0; from < table->column_count;) {
        const block part = block_from(table, style, widths, from);
        if (from > 0)
            fputc('\n', out);
        put_block(table, out, style, widths, &part);
        from = part.to;
        while (from < table->column_count && widths[from] < 0)
            from++;
    }
    free(widths);
    return EES_OK;
}
