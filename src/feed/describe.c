/* The two files of a data folder that explain the others. */
#include <stdio.h>
#include <stdlib.h>

#include "feed/tables.h"
#include "table/table.h"

enum { TABLES = 3 };

static const eesi_resource TABLE_TEXTS[TABLES] = {
    {EESI_ROUNDS_FILE, "Rounds of invitations, one a row, oldest first", eesi_round_columns, EESI_ROUND_COLUMNS, NULL,
     "\"primaryKey\": \"number\", \"foreignKeys\": [{\"fields\": \"pool\", \"reference\": {\"resource\": \"pools\", "
     "\"fields\": \"pool\"}}]"},
    {EESI_POOLS_FILE, "Published pools by score band, a row for each pool and band", eesi_pool_columns,
     EESI_POOL_COLUMNS, NULL, "\"primaryKey\": [\"pool\", \"band_low\"]"},
    {EESI_FAULTS_FILE, "What is wrong or unusual in the official figures, and what is made of it", eesi_fault_columns,
     EESI_FAULT_COLUMNS, NULL, NULL},
};

static void put_range(eesi_buf *buf, const ees_history *history) {
    const ees_round *first = &history->rounds[0], *last = &history->rounds[history->round_count - 1];
    eesi_buf_printf(buf, "rounds %s to %s, ", first->number, last->number);
    eesi_buf_put_date(buf, first->date);
    eesi_buf_puts(buf, " to ");
    eesi_buf_put_date(buf, last->date);
}

bool eesi_describe_package(eesi_buf *buf, const ees_history *history, const eesi_file_part *tables) {
    eesi_resource resources[TABLES];
    eesi_buf description;
    for (int i = 0; i < TABLES; i++) {
        resources[i] = TABLE_TEXTS[i];
        resources[i].content = &tables[i];
    }
    eesi_buf_init(&description);
    eesi_buf_puts(&description, "Facts published by IRCC, tidied: ");
    put_range(&description, history);
    eesi_buf_putc(&description, '.');
    char *text = NULL;
    size_t length = 0;
    FILE *out = eesi_buf_failed(&description) ? NULL : open_memstream(&text, &length);
    if (out)
        eesi_package_write(&(eesi_package){.name = "express-entry-rounds",
                                           .title = "Express Entry rounds of invitations and pools",
                                           .description = description.data,
                                           EESI_OFFICIAL,
                                           .resources = resources,
                                           .resource_count = TABLES},
                           out);
    const bool sound = out && fclose(out) == 0 && text;
    if (sound)
        eesi_buf_puts(buf, text);
    free(text);
    eesi_buf_free(&description);
    return sound;
}

void eesi_describe_readme(eesi_buf *buf, const ees_history *history) {
    eesi_buf_puts(buf, "# Rounds of invitations and pools\n\nContent: ");
    put_range(buf, history);
    eesi_buf_printf(buf,
                    ", and %zu published pools.\n"
                    "Source: " EESI_SOURCE_TITLE ",\n<" EESI_SOURCE_PATH ">.\n"
                    "Licence: contains information licensed under the " EESI_LICENCE_TITLE ",\n<" EESI_LICENCE_PATH
                    ">.\n\n"
                    "Written by `eesim data import`; a new feed is added with the same command, and `eesim data check` "
                    "reports\nwhat is wrong with the figures. All files are UTF-8 with a header, commas, LF, ISO 8601 "
                    "dates and UTC times;\nan empty field is a missing value. `datapackage.json` describes every "
                    "column for programs.\n",
                    history->snapshot_count);
    for (int i = 0; i < TABLES; i++) {
        const eesi_resource *t = &TABLE_TEXTS[i];
        eesi_buf_printf(buf, "\n## %s\n\n%s.\n\n| column | unit | meaning |\n|---|---|---|\n", t->path, t->title);
        for (size_t c = 0; c < t->column_count; c++)
            eesi_buf_printf(buf, "| %s | %s | %s |\n", t->columns[c].name, t->columns[c].unit ? t->columns[c].unit : "",
                            t->columns[c].meaning);
    }
    const int bands = history->snapshot_count ? history->snapshots[history->snapshot_count - 1].bands.count : 0;
    eesi_buf_printf(buf,
                    "\nThe bands are the %d disjoint ones; the published subtotals are left out. One pool serves "
                    "every round it was\npublished with: equal counts are one pool, dated as they were published "
                    "first.\n\nA round with the note `by-hand` in `faults.csv` was entered with `eesim data add`; "
                    "an import replaces it.\n`fetched.json` is there after `eesim data fetch`: what the server "
                    "said of the feed, so that it is not sent twice.\n",
                    bands);
}
