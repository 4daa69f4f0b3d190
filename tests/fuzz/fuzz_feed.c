/* Any bytes as the official feed: refused with a message, or read into rounds that can be written out. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "feed/entry.h"
#include "feed/fault.h"
#include "feed/layout.h"
#include "feed/read.h"
#include "feed/tables.h"

static ees_programs programs;
static ees_layouts *layouts;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    if (eesi_layouts_read(&layouts, NULL, EES_TEST_SOURCE_DIR "/models/bands.json", NULL))
        return 1;
    return eesi_programs_read(&programs, NULL, EES_TEST_SOURCE_DIR "/models/programs.json", NULL);
}

/* What was read must hold together: that is what everything behind the import relies on. */
static void verify(const eesi_feed *feed, const ees_history *history) {
    EES_BUG_ASSERT(history->round_count == feed->count && feed->count > 0);
    for (size_t i = 0; i < history->round_count; i++) {
        const ees_round *r = &history->rounds[i];
        EES_BUG_ASSERT(r->number[0] && r->date != EES_DATE_NONE && r->size >= 1 && r->name);
        EES_BUG_ASSERT(r->cutoff >= 0 && r->cutoff <= EES_SCORE_MAX);
        EES_BUG_ASSERT(r->program >= EES_PROGRAM_NONE && r->program < (int)programs.count);
        EES_BUG_ASSERT(i == 0 || history->rounds[i - 1].date <= r->date);
        EES_BUG_ASSERT(r->snapshot >= EES_SNAPSHOT_NONE && r->snapshot < (int)history->snapshot_count);
    }
    for (size_t i = 0; i < history->snapshot_count; i++)
        EES_BUG_ASSERT(history->snapshots[i].as_of != EES_DATE_NONE && history->snapshots[i].total > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1);
    eesi_feed feed;
    ees_error err = {0};
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    if (eesi_feed_parse("fuzz", text, size, &programs, layouts, &feed, &err) == EES_OK) {
        ees_history history;
        eesi_data_files files;
        EES_BUG_ASSERT(eesi_history_build(feed.entries, feed.count, &history) == EES_OK);
        verify(&feed, &history);
        EES_BUG_ASSERT(eesi_faults_derive(&history, &programs, layouts, &feed.faults) == EES_OK);
        eesi_faults_sort(&feed.faults);
        EES_BUG_ASSERT(eesi_data_files_make(&files, &history, &programs, &feed.faults) == EES_OK);
        eesi_data_files_free(&files);
        ees_history_free(&history);
    } else {
        EES_BUG_ASSERT(err.message[0] != '\0');
    }
    eesi_feed_free(&feed);
    free(text);
    return 0;
}
