/* Any bytes as a list of candidates: read or refused with a place; what is read is in range and can be drawn from. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pool/candidates.h"
#include <eesim/history.h>

#include "base/assert.h"
#include "feed/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const ees_programs *shipped(void) {
    static ees_programs programs;
    if (programs.count == 0)
        EES_BUG_ASSERT(eesi_programs_read(&programs, NULL, EES_TEST_SOURCE_DIR "/models/programs.json", NULL) ==
                       EES_OK);
    return &programs;
}

static void draw_from(const ees_candidates *list, const ees_programs *programs, int64_t size) {
    ees_candidates_rule rule = {ees_programs_find(programs, "CEC"), size, EES_SCORE_NONE, EES_TIME_NONE};
    ees_candidates_result out;
    bool *invited = malloc(list->count + 1);
    int64_t marked = 0;
    if (!invited)
        return;
    EES_BUG_ASSERT(eesi_candidates_draw(list, programs, &rule, &out, invited, NULL) == EES_OK);
    for (size_t i = 0; i < list->count; i++) {
        EES_BUG_ASSERT(list->scores[i] >= 0 && list->scores[i] <= EES_SCORE_MAX);
        EES_BUG_ASSERT(list->programs[i] != 0 && list->submitted[i] != EES_TIME_NONE);
        EES_BUG_ASSERT(!invited[i] || list->scores[i] >= out.cutoff);
        marked += invited[i];
    }
    EES_BUG_ASSERT(marked == out.invited && out.invited == (size < out.eligible ? size : out.eligible));
    free(invited);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const ees_programs *programs = shipped();
    ees_candidates list;
    ees_error err;
    char path[64];
    int fd = memfd_create("candidates", 0);
    if (fd < 0)
        return 0;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (write(fd, data, size) == (ssize_t)size) {
        int rc = eesi_candidates_load(&list, path, programs, &err);
        EES_BUG_ASSERT(rc == EES_OK || rc == EES_ERR_DATA);
        if (rc == EES_OK)
            for (int64_t n = 0; n < 4; n++)
                draw_from(&list, programs, n);
        eesi_candidates_free(&list);
    }
    close(fd);
    return 0;
}
