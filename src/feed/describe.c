/* The two files of a data folder that explain the others. */
#include <string.h>

#include "base/sha256.h"
#include "feed/tables.h"

#define SOURCE_TITLE "Immigration, Refugees and Citizenship Canada: Express Entry rounds of invitations"
#define SOURCE_PATH "https://www.canada.ca/content/dam/ircc/documents/json/ee_rounds_123_en.json"
#define LICENCE_TITLE "Open Government Licence - Canada"
#define LICENCE_PATH "https://open.canada.ca/en/open-government-licence-canada"

typedef struct table_text {
    const char *name, *file, *title;
    const eesi_column_text *columns;
    int column_count;
    const char *keys; /* members of the schema beside the fields; NULL: none */
} table_text;

enum { TABLES = 3 };

static const table_text TABLE_TEXTS[TABLES] = {
    {"rounds", EESI_ROUNDS_FILE, "Rounds of invitations, one a row, oldest first", eesi_round_columns,
     EESI_ROUND_COLUMNS,
     "\"primaryKey\": \"number\", \"foreignKeys\": [{\"fields\": \"pool\", \"reference\": {\"resource\": \"pools\", "
     "\"fields\": \"pool\"}}]"},
    {"pools", EESI_POOLS_FILE, "Published pools by score band, a row for each pool and band", eesi_pool_columns,
     EESI_POOL_COLUMNS, "\"primaryKey\": [\"pool\", \"band_low\"]"},
    {"faults", EESI_FAULTS_FILE, "What is wrong or unusual in the official figures, and what is made of it",
     eesi_fault_columns, EESI_FAULT_COLUMNS, NULL},
};

static void put_range(eesi_buf *buf, const ees_history *history) {
    const ees_round *first = &history->rounds[0], *last = &history->rounds[history->round_count - 1];
    eesi_buf_printf(buf, "rounds %s to %s, ", first->number, last->number);
    eesi_buf_put_date(buf, first->date);
    eesi_buf_puts(buf, " to ");
    eesi_buf_put_date(buf, last->date);
}

/* The texts here are ours and hold nothing that JSON would have to escape. */
static void put_columns(eesi_buf *buf, const table_text *table) {
    for (int i = 0; i < table->column_count; i++) {
        const eesi_column_text *c = &table->columns[i];
        eesi_buf_printf(buf, "          {\"name\": \"%s\", \"type\": \"%s\", ", c->name, c->type);
        if (*c->unit)
            eesi_buf_printf(buf, "\"unit\": \"%s\", ", c->unit);
        eesi_buf_printf(buf, "\"description\": \"%s\"}%s\n", c->meaning, i + 1 < table->column_count ? "," : "");
    }
}

static void put_table(eesi_buf *buf, const table_text *table, const eesi_file_part *part) {
    char sha256[EESI_SHA256_TEXT];
    eesi_sha256(part->data, part->length, sha256);
    eesi_buf_printf(buf,
                    "    {\n"
                    "      \"name\": \"%s\",\n"
                    "      \"path\": \"%s\",\n"
                    "      \"title\": \"%s\",\n"
                    "      \"profile\": \"tabular-data-resource\",\n"
                    "      \"format\": \"csv\",\n"
                    "      \"mediatype\": \"text/csv\",\n"
                    "      \"encoding\": \"utf-8\",\n"
                    "      \"bytes\": %zu,\n"
                    "      \"hash\": \"sha256:%s\",\n"
                    "      \"schema\": {\n"
                    "        \"fields\": [\n",
                    table->name, table->file, table->title, part->length, sha256);
    put_columns(buf, table);
    eesi_buf_printf(buf, "        ],\n        \"missingValues\": [\"\"]%s%s\n      }\n    }",
                    table->keys ? ",\n        " : "", table->keys ? table->keys : "");
}

void eesi_describe_package(eesi_buf *buf, const ees_history *history, const eesi_file_part *tables) {
    eesi_buf_puts(buf, "{\n"
                       "  \"profile\": \"tabular-data-package\",\n"
                       "  \"name\": \"express-entry-rounds\",\n"
                       "  \"title\": \"Express Entry rounds of invitations and pools\",\n"
                       "  \"description\": \"Facts published by IRCC, tidied: ");
    put_range(buf, history);
    eesi_buf_puts(buf, ".\",\n  \"sources\": [{\"title\": \"" SOURCE_TITLE "\", \"path\": \"" SOURCE_PATH "\"}],\n"
                       "  \"licenses\": [{\"name\": \"OGL-Canada-2.0\", \"title\": \"" LICENCE_TITLE
                       "\", \"path\": \"" LICENCE_PATH "\"}],\n  \"resources\": [\n");
    for (int i = 0; i < TABLES; i++) {
        put_table(buf, &TABLE_TEXTS[i], &tables[i]);
        eesi_buf_puts(buf, i + 1 < TABLES ? ",\n" : "\n");
    }
    eesi_buf_puts(buf, "  ]\n}\n");
}

void eesi_describe_readme(eesi_buf *buf, const ees_history *history) {
    eesi_buf_puts(buf, "# Rounds of invitations and pools\n\nContent: ");
    put_range(buf, history);
    eesi_buf_printf(buf,
                    ", and %zu published pools.\n"
                    "Source: " SOURCE_TITLE ",\n<" SOURCE_PATH ">.\n"
                    "Licence: contains information licensed under the " LICENCE_TITLE ",\n<" LICENCE_PATH ">.\n\n"
                    "Written by `eesim data import`; a new feed is added with the same command, and `eesim data check` "
                    "reports\nwhat is wrong with the figures. All files are UTF-8 with a header, commas, LF, ISO 8601 "
                    "dates and UTC times;\nan empty field is a missing value. `datapackage.json` describes every "
                    "column for programs.\n",
                    history->snapshot_count);
    for (int i = 0; i < TABLES; i++) {
        const table_text *t = &TABLE_TEXTS[i];
        eesi_buf_printf(buf, "\n## %s\n\n%s.\n\n| column | unit | meaning |\n|---|---|---|\n", t->file, t->title);
        for (int c = 0; c < t->column_count; c++)
            eesi_buf_printf(buf, "| %s | %s | %s |\n", t->columns[c].name, t->columns[c].unit, t->columns[c].meaning);
    }
    eesi_buf_puts(buf, "\nThe bands are the 15 disjoint ones; the published subtotals are left out. One pool serves "
                       "every round it was\npublished with: equal counts are one pool, dated as they were published "
                       "first.\n\nA round with the note `by-hand` in `faults.csv` was entered with `eesim data add`; "
                       "an import replaces it.\n`fetched.json` is there after `eesim data fetch`: what the server "
                       "said of the feed, so that it is not sent twice.\n");
}
