/* A folder replaced in one step, and what happens where that cannot be. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test_support.h"

#include "base/folder_swap.h"

static const eesi_file_part PARTS[] = {{"a", "new a", 5}, {"b", "new b", 5}};

typedef struct place {
    char root[256], dir[300];
} place;

static int set_up(void **state) {
    place *p = calloc(1, sizeof *p);
    snprintf(p->root, sizeof p->root, "/tmp/eesim-folder-XXXXXX");
    assert_non_null(mkdtemp(p->root));
    snprintf(p->dir, sizeof p->dir, "%s/data", p->root);
    assert_int_equal(mkdir(p->dir, 0750), 0);
    *state = p;
    return 0;
}

static int tear_down(void **state) {
    place *p = *state;
    char command[400];
    snprintf(command, sizeof command, "rm -rf %s", p->root);
    int status = system(command);
    free(p);
    return status;
}

static char *in_folder(const place *p, const char *name) {
    static char path[2][400];
    static int turn;
    turn = !turn;
    snprintf(path[turn], sizeof path[turn], "%s/%s", p->dir, name);
    return path[turn];
}

static void expect_text(const char *path, const char *want) {
    char text[32] = "";
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[length] = '\0';
    assert_string_equal(text, want);
}

static int count_entries(const char *path) {
    int count = 0;
    DIR *folder = opendir(path);
    assert_non_null(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count - 2;
}

static ino_t folder_number(const place *p) {
    struct stat info;
    assert_int_equal(stat(p->dir, &info), 0);
    return info.st_ino;
}

static void test_the_folder_is_another_one(void **state) {
    const place *p = *state;
    struct stat info;
    test_write_file(in_folder(p, "a"), "old a");
    test_write_file(in_folder(p, "notes"), "mine");
    ino_t before = folder_number(p);
    assert_int_equal(eesi_folder_write(p->dir, PARTS, 2, NULL), 0);
    assert_int_not_equal(folder_number(p), before);
    expect_text(in_folder(p, "a"), "new a");
    expect_text(in_folder(p, "b"), "new b");
    expect_text(in_folder(p, "notes"), "mine");
    assert_int_equal(count_entries(p->dir), 3);
    assert_int_equal(count_entries(p->root), 1);
    assert_int_equal(stat(p->dir, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0750);
}

/* A folder that holds folders, or that somebody stands in, stays the same one; its files are replaced all the same. */
static void test_a_folder_that_stays(void **state) {
    const place *p = *state;
    ino_t before = folder_number(p);
    assert_int_equal(mkdir(in_folder(p, "deeper"), 0777), 0);
    assert_int_equal(eesi_folder_write(p->dir, PARTS, 2, NULL), 0);
    assert_int_equal(folder_number(p), before);
    expect_text(in_folder(p, "b"), "new b");
    assert_int_equal(rmdir(in_folder(p, "deeper")), 0);
    char here[400];
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(p->dir), 0);
    int rc = eesi_folder_write(".", PARTS, 2, NULL);
    assert_int_equal(chdir(here), 0);
    assert_int_equal(rc, 0);
    assert_int_equal(folder_number(p), before);
    assert_int_equal(count_entries(p->root), 1);
}

/* What a killed process left goes; what a living one is writing stays. */
static void test_left_copies(void **state) {
    const place *p = *state;
    char dead[400], living[400], file[450];
    snprintf(dead, sizeof dead, "%s/.data.new.99999999", p->root); /* above every process number of Linux */
    snprintf(living, sizeof living, "%s/.data.new.%ld", p->root, (long)getppid());
    assert_int_equal(mkdir(dead, 0777), 0);
    assert_int_equal(mkdir(living, 0777), 0);
    snprintf(file, sizeof file, "%s/a", dead);
    test_write_file(file, "half");
    assert_int_equal(eesi_folder_write(p->dir, PARTS, 2, NULL), 0);
    assert_int_not_equal(access(dead, F_OK), 0);
    assert_int_equal(access(living, F_OK), 0);
}

static void test_no_folder(void **state) {
    const place *p = *state;
    assert_int_equal(eesi_folder_write(in_folder(p, "none"), PARTS, 2, NULL), EES_ERR_IO);
    assert_int_equal(count_entries(p->root), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_folder_is_another_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_folder_that_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_left_copies, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_folder, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
