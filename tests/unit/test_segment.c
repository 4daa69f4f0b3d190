#include "test_support.h"
#include "test_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <eesim/history.h>
#include <eesim/pool.h>

#include "feed/read.h"
#include "pool/segment.h"

static void shipped_file(void **state) {
    (void)state;
    ees_segments segments;
    ees_error err;
    char *path = test_source_path("models/segments.json");
    if (eesi_segments_read(&segments, NULL, path, &test_programs, &err))
        fail_msg("%s", err.message);
    assert_int_equal(strlen(segments.sha256), 64);
    /* every program a round can be held under has somebody to invite */
    for (size_t p = 0; p < test_programs.count; p++) {
        size_t admitted = 0;
        for (size_t g = 0; g < segments.count; g++)
            admitted += eesi_program_admits(&test_programs, (int)p, segments.segments[g].eligibility);
        assert_true(admitted > 0);
    }
    for (size_t g = 0; g < segments.count; g++) { /* the general rule: everybody */
        assert_true(eesi_program_admits(&test_programs, ees_programs_find(&test_programs, "GENERAL"),
                                        segments.segments[g].eligibility));
        assert_int_equal(segments.segments[g].nominee, strncmp(segments.segments[g].name, "PNP+", 4) == 0);
    }
    eesi_segments_free(&segments);
    eesi_segments_free(&segments);
    free(path);
}

/* A category that only programs.json knows has the segment that the file gives to all such. */
static void unlisted_category(void **state) {
    (void)state;
    ees_programs more = test_programs;
    ees_segments segments;
    ees_error err;
    ees_program *added = &more.programs[more.count++];
    *added = more.programs[ees_programs_find(&test_programs, "EDU")];
    added->code = "PILOT";
    char *path = test_source_path("models/segments.json");
    if (eesi_segments_read(&segments, NULL, path, &more, &err))
        fail_msg("%s", err.message);
    const ees_segment *last = &segments.segments[segments.count - 1];
    assert_string_equal(last->name, "CEC+PILOT");
    assert_true(eesi_program_admits(&more, (int)more.count - 1, last->eligibility));
    assert_true(eesi_segment_share(last, 450) > 0);
    eesi_segments_free(&segments);
    free(path);
}

static void shares(void **state) {
    (void)state;
    ees_segment candidate = {.knot_count = 2, .knots = {{100, 2}, {200, 4}}};
    assert_close(eesi_segment_share(&candidate, 0), 2, 0);
    assert_close(eesi_segment_share(&candidate, 100), 2, 0);
    assert_close(eesi_segment_share(&candidate, 125), 2.5, 1e-12);
    assert_close(eesi_segment_share(&candidate, 200), 4, 0);
    assert_close(eesi_segment_share(&candidate, 600), 4, 0);
    assert_close(eesi_segment_share(&candidate, 601), 0, 0);
    candidate.nominee = true;
    assert_close(eesi_segment_share(&candidate, 600), 0, 0);
    assert_close(eesi_segment_share(&candidate, 601), 4, 0);
}

#define HEAD "{\"unseen_floor\":0.2,\"segments\":["
#define NOMINEES "{\"programs\":[\"PNP\"],\"mean_age_days\":90,\"updated_share\":0.3,\"share\":[[601,1]]}"
#define CEC "{\"programs\":[\"CEC\"],\"mean_age_days\":90,\"updated_share\":0.3,\"share\":[[0,1]]}"

static void bad_files(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        {"{}", "unseen_floor"},
        {HEAD "]}", "0 segments, expected 1 to 32"},
        {HEAD CEC "]}", "no segment has a share at score 601"},
        {HEAD NOMINEES "]}", "no segment has a share at score 0"},
        {HEAD CEC "," NOMINEES "," CEC "]}", "segment 3: its programs are those of an earlier segment"},
        {HEAD "{\"programs\":[\"CECX\"],\"mean_age_days\":90,\"updated_share\":0.3,\"share\":[[0,1]]}]}",
         "segment 1: 'CECX' is no program"},
        {HEAD "{\"programs\":[\"CEC\"],\"mean_age_days\":90,\"share\":[[0,1]]}]}", "updated_share"},
        {HEAD "{\"programs\":[\"CEC\"],\"mean_age_days\":90,\"updated_share\":2,\"share\":[[0,1]]}]}", "updated_share"},
        {HEAD "{\"programs\":[7],\"mean_age_days\":90,\"updated_share\":0.3,\"share\":[[0,1]]}]}",
         "'(not a text)' is no program"},
        {HEAD "{\"programs\":[\"GENERAL\"],\"mean_age_days\":90,\"updated_share\":0.3,\"share\":[[0,1]]}]}",
         "'GENERAL' takes everybody"},
        {HEAD "{\"programs\":[],\"mean_age_days\":90,\"updated_share\":0.3,\"share\":[[0,1]]}]}",
         "'programs' is empty"},
        {HEAD "{\"programs\":[\"CEC\"],\"mean_age_days\":0,\"share\":[[0,1]]}]}", "mean_age_days"},
        {HEAD "{\"programs\":[\"CEC\"],\"mean_age_days\":90,\"updated_share\":0.3,\"share\":[]}]}",
         "'share' needs 1 to 16 pairs"},
        {HEAD "{\"programs\":[\"CEC\"],\"mean_age_days\":90,\"updated_share\":0.3,\"share\":[[0,1],[0,2]]}]}",
         "scores do not rise"},
        {HEAD "{\"programs\":[\"CEC\"],\"mean_age_days\":90,\"updated_share\":0.3,\"share\":[[0,-1]]}]}",
         "expected scores 0 to 1200"},
        {HEAD "{\"programs\":[\"CEC\"],\"mean_age_days\":90,\"updated_share\":0.3,\"share\":[[0.5,1]]}]}",
         "not a list of [score, share]"},
        {"{\"unseen_floor\":0.2,\"unlisted_category\":{\"programs\":[\"SPACE\"]},\"segments\":[" CEC "," NOMINEES "]}",
         "unlisted_category: 'SPACE' is no program"},
    };
    char *dir = test_make_dir();
    char path[600];
    snprintf(path, sizeof path, "%s/segments.json", dir);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ees_segments segments;
        ees_error err;
        test_write_file(path, cases[i].text);
        assert_int_equal(eesi_segments_read(&segments, NULL, path, &test_programs, &err), EES_ERR_DATA);
        if (!strstr(err.message, cases[i].message))
            fail_msg("case %zu: got '%s', expected '%s'", i, err.message, cases[i].message);
        assert_string_equal(err.file, path);
        eesi_segments_free(&segments);
    }
    test_remove_tree(dir);
    free(dir);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped_file),
        cmocka_unit_test(unlisted_category),
        cmocka_unit_test(shares),
        cmocka_unit_test(bad_files),
    };
    return cmocka_run_group_tests(tests, test_programs_open, test_programs_close);
}
