/* Rows of paths.csv against snprintf, and the file they grow into: in pieces, broken off, taken up again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/file.h"
#include "run/paths_file.h"
#include "test_support.h"

#define CHECKSUM_OF_200 0xc8fffd93655e0821ull
enum { LANES = 700, PROGRAMS = 2, SCENARIOS = 2, DAYS = 900, START = 20500 };

typedef struct fixture {
    ees_run_plan plan;
    eesi_paths *paths;
    eesi_block block[SCENARIOS];
    uint64_t luck;
    char *dir, *file;
} fixture;

static int pick(fixture *f, int limit) {
    f->luck = f->luck * 6364136223846793005U + 1442695040888963407U;
    return (int)(f->luck >> 33) % limit;
}

/* Values of every length, and what is missing: nobody invited, nothing known of the cut-off, no tie-break. */
static void fill_row(fixture *f, eesi_block *block, size_t at) {
    static const int limits[] = {10, 100, 1000, 10000, 100000, 2000000000};
    block->date[at] = START + pick(f, DAYS + 1);
    block->program[at] = (uint8_t)pick(f, PROGRAMS);
    block->size[at] = 1 + pick(f, limits[pick(f, 6)]);
    block->invited[at] = pick(f, 10) ? block->size[at] : pick(f, block->size[at] + 1);
    block->cutoff[at] = (int16_t)(pick(f, 10) ? pick(f, 1201) : EES_SCORE_NONE);
    block->taken[at] = pick(f, 4) ? pick(f, limits[pick(f, 6)]) : -1;
    block->tie_age[at] = (int16_t)(pick(f, 4) ? pick(f, 366) : -1);
}

/* Lanes from no round at all to as many as there may be. */
static void fill_block(fixture *f, eesi_block *block) {
    assert_int_equal(eesi_block_reserve(block, EESI_BLOCK_ROUNDS_MAX, NULL), 0);
    block->first = 9990;
    block->lanes = LANES;
    for (int lane = 0; lane < LANES; lane++) {
        block->rounds[lane] = lane == 40 ? EESI_BLOCK_ROUNDS_MAX : lane == 50 ? 0 : pick(f, 60);
        for (int r = 0; r < block->rounds[lane]; r++)
            fill_row(f, block, (size_t)r * EESI_BLOCK_ROW + (size_t)lane);
    }
}

static int set_up(void **state) {
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->plan.layout = (ees_run_layout){.scenarios = SCENARIOS, .programs = PROGRAMS, .start = START, .days = DAYS};
    f->plan.scenario[0] = "base";
    f->plan.scenario[1] = "large, \"rare\" and with a name longer than a prefix";
    f->plan.program[0] = "CEC";
    f->plan.program[1] = "SENIOR-MANAGER";
    f->paths = eesi_paths_create(&f->plan);
    assert_non_null(f->paths);
    for (int s = 0; s < SCENARIOS; s++) {
        assert_int_equal(eesi_block_init(&f->block[s], 0, NULL), 0);
        fill_block(f, &f->block[s]);
    }
    f->dir = test_make_dir();
    f->file = eesi_path_join(f->dir, "paths.csv");
    assert_non_null(f->file);
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    test_remove_tree(f->dir);
    free(f->dir);
    free(f->file);
    for (int s = 0; s < SCENARIOS; s++)
        eesi_block_free(&f->block[s]);
    eesi_paths_destroy(f->paths);
    free(f);
    return 0;
}

static void expect_row(const fixture *f, int s, int lane, int r, eesi_buf *text) {
    const eesi_block *b = &f->block[s];
    const size_t at = (size_t)r * EESI_BLOCK_ROW + (size_t)lane;
    char date[EES_DATE_TEXT_MAX], tie[EES_DATE_TEXT_MAX];
    eesi_buf_put_csv(text, f->plan.scenario[s]);
    eesi_buf_printf(text, ",%d,%d,%s,%s,%d,%d,", 9990 + lane, r + 1, ees_date_format(b->date[at], date),
                    f->plan.program[b->program[at]], b->size[at], b->invited[at]);
    if (b->cutoff[at] == EES_SCORE_NONE) {
        eesi_buf_puts(text, ",,\n");
        return;
    }
    eesi_buf_printf(text, "%d,", b->cutoff[at]);
    if (b->taken[at] >= 0)
        eesi_buf_printf(text, "%d", b->taken[at]);
    eesi_buf_putc(text, ',');
    if (b->tie_age[at] >= 0)
        eesi_buf_puts(text, ees_date_format(b->date[at] - b->tie_age[at], tie));
    eesi_buf_putc(text, '\n');
}

static eesi_buf expected(const fixture *f) {
    eesi_buf text;
    eesi_buf_init(&text);
    for (int s = 0; s < SCENARIOS; s++)
        for (int lane = 0; lane < LANES; lane++)
            for (int r = 0; r < f->block[s].rounds[lane]; r++)
                expect_row(f, s, lane, r, &text);
    assert_false(eesi_buf_failed(&text));
    return text;
}

static void assert_file(const fixture *f, const eesi_buf *want, int times) {
    char *found = NULL;
    size_t length = 0;
    assert_int_equal(eesi_file_read(f->file, (size_t)1 << 30, &found, &length, NULL), 0);
    assert_int_equal(length, want->length * (size_t)times);
    for (int i = 0; i < times; i++)
        assert_memory_equal(found + (size_t)i * want->length, want->data, want->length);
    free(found);
}

static void test_text_is_that_of_snprintf(void **state) {
    fixture *f = *state;
    eesi_buf want = expected(f);
    char *text = NULL;
    size_t capacity = 0, length = 0;
    assert_int_equal(eesi_paths_format(f->paths, f->block, SCENARIOS, &text, &capacity, &length, NULL), 0);
    assert_int_equal(length, want.length);
    assert_memory_equal(text, want.data, length);
    free(text);
    eesi_buf_free(&want);
}

static void test_file_grows_by_pieces(void **state) {
    fixture *f = *state;
    eesi_buf want = expected(f);
    eesi_paths_file file;
    uint64_t length = 0, checksum = 0;
    assert_int_equal(eesi_paths_file_open(&file, f->paths, f->file, 0, 0, NULL), 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(eesi_paths_file_rows(&file, f->block, SCENARIOS, NULL), 0);
    assert_true(file.written > 0);
    assert_int_equal(file.written % 65536, 0); /* whole pieces so far */
    assert_int_equal(eesi_paths_file_flush(&file, true, &length, &checksum, NULL), 0);
    assert_int_equal(length, 3 * want.length);
    eesi_paths_file_close(&file);
    eesi_paths_file_close(&file);
    assert_file(f, &want, 3);
    struct stat about;
    assert_int_equal(stat(f->file, &about), 0);
    assert_true((uint64_t)about.st_blocks * 512 < length + ((uint64_t)1 << 20)); /* no room is kept */
    eesi_buf_free(&want);
}

/* Rows after the last flush are lost or half written; going on from it gives the same bytes. */
static void test_file_goes_on_after_a_break(void **state) {
    fixture *f = *state;
    eesi_buf want = expected(f);
    eesi_paths_file file;
    uint64_t kept = 0, length = 0, checksum = 0;
    assert_int_equal(eesi_paths_file_open(&file, f->paths, f->file, 0, 0, NULL), 0);
    assert_int_equal(eesi_paths_file_rows(&file, f->block, SCENARIOS, NULL), 0);
    assert_int_equal(eesi_paths_file_flush(&file, false, &kept, &checksum, NULL), 0);
    assert_int_equal(eesi_paths_file_rows(&file, f->block, SCENARIOS, NULL), 0);
    eesi_paths_file_close(&file);
    assert_int_equal(eesi_paths_file_open(&file, f->paths, f->file, kept, checksum, NULL), 0);
    assert_int_equal(eesi_paths_file_put(&file, want.data, want.length, NULL), 0); /* text that is there already */
    assert_int_equal(eesi_paths_file_rows(&file, f->block, SCENARIOS, NULL), 0);
    assert_int_equal(eesi_paths_file_flush(&file, true, &length, &checksum, NULL), 0);
    eesi_paths_file_close(&file);
    assert_file(f, &want, 3);
    eesi_buf_free(&want);
}

/* Any change of what is kept is refused: a bit, zeros, two pieces in each other's place, a byte less. */
static void test_damage_is_refused(void **state) {
    fixture *f = *state;
    eesi_paths_file file;
    uint64_t kept = 0, checksum = 0;
    char *text = NULL;
    size_t length = 0;
    ees_error err;
    assert_int_equal(eesi_paths_file_open(&file, f->paths, f->file, 0, 0, NULL), 0);
    assert_int_equal(eesi_paths_file_rows(&file, f->block, SCENARIOS, NULL), 0);
    assert_int_equal(eesi_paths_file_flush(&file, false, &kept, &checksum, NULL), 0);
    eesi_paths_file_close(&file);
    assert_int_equal(eesi_file_read(f->file, (size_t)1 << 30, &text, &length, NULL), 0);
    for (int damage = 0; damage < 4; damage++) {
        char *bad = malloc(length);
        assert_non_null(bad);
        memcpy(bad, text, length);
        if (damage == 0)
            bad[length - 1] ^= 1;
        else if (damage == 1)
            memset(bad + 4096, 0, 4096);
        else if (damage == 2)
            memcpy(bad, text + 64, 64), memcpy(bad + 64, text, 64);
        assert_int_equal(eesi_file_write(f->file, bad, length - (damage == 3), NULL), 0);
        assert_int_equal(eesi_paths_file_open(&file, f->paths, f->file, kept, checksum, &err), EES_ERR_DATA);
        assert_non_null(strstr(err.message, damage == 3 ? "expected at least" : "is damaged"));
        eesi_paths_file_close(&file);
        free(bad);
    }
    free(text);
}

/* The checksum is that of the bytes, not of the pieces they come in; it is the same in every version and machine. */
static void test_checksum(void **state) {
    (void)state;
    unsigned char data[200];
    eesi_checksum whole, parts;
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (unsigned char)(i * 7);
    for (size_t length = 0; length <= sizeof data; length++)
        for (size_t cut = 0; cut <= length; cut += 1 + length / 9) {
            eesi_checksum_init(&whole);
            eesi_checksum_add(&whole, data, length);
            eesi_checksum_init(&parts);
            eesi_checksum_add(&parts, data, cut);
            const uint64_t before = eesi_checksum_value(&parts);
            eesi_checksum_add(&parts, data + cut, length - cut);
            assert_true(eesi_checksum_value(&whole) == eesi_checksum_value(&parts));
            assert_true((before == eesi_checksum_value(&whole)) == (cut == length));
        }
    eesi_checksum_init(&whole);
    eesi_checksum_add(&whole, data, sizeof data);
    const uint64_t right = eesi_checksum_value(&whole);
    for (size_t bit = 0; bit < 8 * sizeof data; bit++) {
        data[bit / 8] ^= (unsigned char)(1 << bit % 8);
        eesi_checksum_init(&whole);
        eesi_checksum_add(&whole, data, sizeof data);
        assert_true(eesi_checksum_value(&whole) != right);
        data[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    assert_true(right == CHECKSUM_OF_200);
}

static void test_file_that_cannot_be_written(void **state) {
    fixture *f = *state;
    eesi_paths_file file;
    ees_error err;
    assert_int_equal(eesi_paths_file_open(&file, f->paths, "/nowhere/paths.csv", 0, 0, &err), EES_ERR_IO);
    assert_string_equal(err.file, "/nowhere/paths.csv");
    eesi_paths_file_close(&file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_text_is_that_of_snprintf, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_file_grows_by_pieces, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_file_goes_on_after_a_break, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_damage_is_refused, set_up, tear_down),
        cmocka_unit_test(test_checksum),
        cmocka_unit_test_setup_teardown(test_file_that_cannot_be_written, set_up, tear_down)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
