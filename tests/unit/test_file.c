#include "test_support.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/fileset.h"
#include "base/temporary.h"

/*
 * The program's own rename() stands before that of the C library: the call whose turn it is fails, as it would on a
 * failing disk.
 */
static int renames_until_failure = -1;

int rename(const char *from, const char *to);
int rename(const char *from, const char *to) {
    if (renames_until_failure == 0) {
        renames_until_failure = -1;
        errno = EIO;
        return -1;
    }
    if (renames_until_failure > 0)
        renames_until_failure--;
    return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

/* So do its write() and fsync(): a signal arrives before every other call, and no call takes more than 7 bytes. */
static bool interrupted;
static int calls;

ssize_t write(int fd, const void *data, size_t length);
ssize_t write(int fd, const void *data, size_t length) {
    if (interrupted && calls++ % 2 == 0) {
        errno = EINTR;
        return -1;
    }
    return pwritev2(fd, &(struct iovec){(void *)(uintptr_t)data, interrupted && length > 7 ? 7 : length}, 1, -1, 0);
}

int fsync(int fd);
int fsync(int fd) {
    if (interrupted && calls++ % 2 == 0) {
        errno = EINTR;
        return -1;
    }
    return fdatasync(fd);
}

typedef struct place {
    char *dir;
    char file[600];
} place;

static int set_up(void **state) {
    place *p = calloc(1, sizeof *p);
    p->dir = test_make_dir();
    snprintf(p->file, sizeof p->file, "%s/file", p->dir);
    *state = p;
    return 0;
}

static int tear_down(void **state) {
    place *p = *state;
    test_remove_tree(p->dir);
    free(p->dir);
    free(p);
    return 0;
}

static void expect_content(const char *path, const char *want) {
    char *text;
    size_t length;
    assert_int_equal(eesi_file_read(path, 1u << 20, &text, &length, NULL), 0);
    assert_string_equal(text, want);
    assert_int_equal(length, strlen(want));
    free(text);
}

static void expect_entries(const char *dir, int count) {
    char command[700];
    snprintf(command, sizeof command, "test $(ls -A %s | wc -l) -eq %d", dir, count);
    if (system(command) != 0)
        fail_msg("%s does not hold %d files", dir, count);
}

static void test_write_then_read(void **state) {
    const place *p = *state;
    assert_int_equal(eesi_file_write(p->file, "one\n", 4, NULL), 0);
    expect_content(p->file, "one\n");
    assert_int_equal(eesi_file_write(p->file, "two, longer\n", 12, NULL), 0);
    expect_content(p->file, "two, longer\n");
    struct stat info;
    mode_t mask = umask(0);
    umask(mask);
    assert_int_equal(stat(p->file, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0666 & ~mask);
    expect_entries(p->dir, 1);
}

static void test_reading_what_is_no_file(void **state) {
    const place *p = *state;
    char *text;
    size_t length;
    ees_error err;
    assert_int_equal(eesi_file_read(p->file, 100, &text, &length, &err), EES_ERR_NOTFOUND);
    assert_string_equal(err.file, p->file);
    assert_null(text);
    assert_int_equal(eesi_file_read(p->dir, 100, &text, &length, &err), EES_ERR_DATA);
    assert_non_null(strstr(err.message, "is a folder"));
    test_write_file(p->file, "");
    assert_int_equal(eesi_file_read(p->file, 100, &text, &length, &err), EES_ERR_DATA);
    assert_non_null(strstr(err.message, "is empty"));
    test_write_file(p->file, "0123456789");
    assert_int_equal(eesi_file_read(p->file, 9, &text, &length, &err), EES_ERR_DATA);
    assert_non_null(strstr(err.message, "too large"));
    assert_int_equal(eesi_file_read(p->file, 10, &text, &length, &err), 0);
    free(text);
    char below[700];
    snprintf(below, sizeof below, "%s/below", p->file);
    assert_int_equal(eesi_file_read(below, 100, &text, &length, &err), EES_ERR_NOTFOUND);
    assert_int_equal(eesi_file_read("/dev/zero", 100000, &text, &length, &err), EES_ERR_DATA);
    assert_non_null(strstr(err.message, "too large"));
    assert_int_equal(eesi_file_read("/dev/null", 100, &text, &length, &err), EES_ERR_DATA);
    assert_non_null(strstr(err.message, "is empty"));
}

static void test_reading_a_pipe(void **state) {
    (void)state;
    int ends[2];
    char path[64], block[5000];
    char *text;
    size_t length;
    assert_int_equal(pipe(ends), 0);
    memset(block, 'x', sizeof block);
    assert_int_equal(write(ends[1], block, sizeof block), sizeof block);
    close(ends[1]);
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    assert_int_equal(eesi_file_read(path, 1u << 20, &text, &length, NULL), 0);
    assert_int_equal(length, sizeof block);
    assert_memory_equal(text, block, length);
    free(text);
    close(ends[0]);
}

static void test_writing_where_it_cannot_be(void **state) {
    const place *p = *state;
    ees_error err;
    char path[700];
    assert_int_equal(eesi_file_write(p->dir, "x", 1, &err), EES_ERR_IO);
    assert_non_null(strstr(err.message, "is a folder"));
    snprintf(path, sizeof path, "%s/none/file", p->dir);
    assert_int_equal(eesi_file_write(path, "x", 1, &err), EES_ERR_IO);
    assert_int_equal(eesi_file_write("/dev/full", "x", 1, &err), EES_ERR_IO);
    assert_non_null(strstr(err.message, "cannot be written"));
    assert_int_equal(eesi_file_write("/dev/null", "x", 1, &err), 0);
}

/* A disk that is full after 10 bytes: the old file stays, nothing else is left behind. */
static void test_a_full_disk(void **state) {
    const place *p = *state;
    struct rlimit old, small = {10, RLIM_INFINITY};
    ees_error err;
    char block[100];
    memset(block, 'x', sizeof block);
    assert_int_equal(eesi_file_write(p->file, "old", 3, NULL), 0);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small.rlim_max = old.rlim_max;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int rc = eesi_file_write(p->file, block, sizeof block, &err);
    eesi_file_part parts[] = {{"a", "1", 1}, {"b", block, sizeof block}};
    int set_rc = eesi_fileset_write(p->dir, parts, 2, NULL);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    signal(SIGXFSZ, handler);
    assert_int_equal(rc, EES_ERR_IO);
    assert_string_equal(err.file, p->file);
    assert_int_equal(set_rc, EES_ERR_IO);
    expect_content(p->file, "old");
    expect_entries(p->dir, 1);
}

static void test_a_rename_that_fails(void **state) {
    const place *p = *state;
    ees_error err;
    assert_int_equal(eesi_file_write(p->file, "old", 3, NULL), 0);
    renames_until_failure = 0;
    assert_int_equal(eesi_file_write(p->file, "new", 3, &err), EES_ERR_IO);
    expect_content(p->file, "old");
    expect_entries(p->dir, 1);
}

static const char TEN_LINES[] = "0123456789\n0123456789\n0123456789\n0123456789\n0123456789\n";

static void test_signals_fail_no_write(void **state) {
    const place *p = *state;
    const eesi_file_part part = {"part", TEN_LINES, sizeof TEN_LINES - 1};
    char path[700];
    snprintf(path, sizeof path, "%s/part", p->dir);
    interrupted = true;
    int rc = eesi_file_write(p->file, TEN_LINES, sizeof TEN_LINES - 1, NULL);
    int set_rc = eesi_fileset_write(p->dir, &part, 1, NULL);
    interrupted = false;
    assert_int_equal(rc, 0);
    assert_int_equal(set_rc, 0);
    expect_content(p->file, TEN_LINES);
    expect_content(path, TEN_LINES);
    expect_entries(p->dir, 2);
}

static void test_permissions_and_links_stay(void **state) {
    const place *p = *state;
    struct stat info;
    char alias[700], loop[700];
    bool there = true;
    snprintf(alias, sizeof alias, "%s/alias", p->dir);
    snprintf(loop, sizeof loop, "%s/loop", p->dir);
    test_write_file(p->file, "old");
    assert_int_equal(chmod(p->file, 0600), 0);
    assert_int_equal(symlink("file", alias), 0);
    assert_int_equal(symlink("loop", loop), 0);
    const eesi_file_part part = {"alias", "set", 3};
    assert_int_equal(eesi_file_write(alias, "new", 3, NULL), 0);
    expect_content(p->file, "new");
    assert_int_equal(eesi_fileset_write(p->dir, &part, 1, NULL), 0);
    expect_content(p->file, "set");
    assert_int_equal(lstat(alias, &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    assert_int_equal(stat(p->file, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(eesi_file_exists(loop, &there, NULL), EES_ERR_IO);
    assert_false(there);
    assert_int_equal(eesi_file_write(loop, "x", 1, NULL), EES_ERR_IO);
    expect_entries(p->dir, 3);
}

/* What a dead process of this machine left goes at once; a folder, a living process's and a foreign file stay. */
static void test_what_a_killed_writer_left(void **state) {
    const place *p = *state;
    char *mine = NULL, path[900];
    int fd = eesi_temporary_open(p->file, &mine), status = 0;
    assert_true(fd >= 0);
    close(fd);
    pid_t dead = fork();
    if (dead == 0)
        _exit(0);
    assert_int_equal(waitpid(dead, &status, 0), dead);
    const char *name = strrchr(mine, '/') + 1;
    assert_true(eesi_temporary_is(name));
    snprintf(path, sizeof path, "%s/%.15s-%ld-abcdef", p->dir, name, (long)dead);
    test_write_file(path, "half");
    assert_int_equal(eesi_file_write(p->file, "x", 1, NULL), 0);
    assert_int_not_equal(access(path, F_OK), 0);
    assert_int_equal(access(mine, F_OK), 0);
    snprintf(path, sizeof path, "%s/.eesim-notes", p->dir);
    test_write_file(path, "mine");
    assert_int_equal(eesi_file_write(p->file, "y", 1, NULL), 0);
    expect_entries(p->dir, 3);
    free(mine);
}

static const eesi_file_part NEW_PARTS[] = {{"a", "new a", 5}, {"b", "new b", 5}, {"c", "new c", 5}};

static void test_a_set_of_files(void **state) {
    const place *p = *state;
    assert_false(eesi_fileset_is_written(p->dir, NEW_PARTS, 3));
    assert_int_equal(eesi_fileset_write(p->dir, NEW_PARTS, 3, NULL), 0);
    assert_true(eesi_fileset_is_written(p->dir, NEW_PARTS, 3));
    expect_entries(p->dir, 3);
    char path[700], none[700];
    struct stat info;
    mode_t mask = umask(0);
    umask(mask);
    snprintf(path, sizeof path, "%s/b", p->dir);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0666 & ~mask);
    snprintf(none, sizeof none, "%s/none", p->dir);
    assert_int_equal(eesi_fileset_write(none, NEW_PARTS, 3, NULL), EES_ERR_IO);
    assert_int_equal(eesi_fileset_write(p->dir, NEW_PARTS, 3, NULL), 0);
    expect_entries(p->dir, 3);
    eesi_file_part other = {"b", "new B", 5}, longer = {"b", "new bb", 6};
    assert_false(eesi_fileset_is_written(p->dir, &other, 1));
    assert_false(eesi_fileset_is_written(p->dir, &longer, 1));
}

/* Whichever of the three renames fails, all files stay as they were. */
static void test_a_set_is_replaced_whole_or_not(void **state) {
    const place *p = *state;
    char a[700], b[700], c[700];
    snprintf(a, sizeof a, "%s/a", p->dir);
    snprintf(b, sizeof b, "%s/b", p->dir);
    snprintf(c, sizeof c, "%s/c", p->dir);
    for (int turn = 0; turn < 3; turn++) {
        test_write_file(a, "old a");
        test_write_file(b, "old b");
        remove(c);
        ees_error err;
        renames_until_failure = turn;
        assert_int_equal(eesi_fileset_write(p->dir, NEW_PARTS, 3, &err), EES_ERR_IO);
        expect_content(a, "old a");
        expect_content(b, "old b");
        assert_int_not_equal(access(c, F_OK), 0);
        expect_entries(p->dir, 2);
    }
}

static void test_folders(void **state) {
    const place *p = *state;
    char path[700];
    ees_error err;
    snprintf(path, sizeof path, "%s/x/y//z/", p->dir);
    assert_int_equal(eesi_dir_make(path, NULL), 0);
    assert_int_equal(eesi_dir_make(path, NULL), 0);
    assert_int_equal(access(path, F_OK), 0);
    test_write_file(p->file, "x");
    snprintf(path, sizeof path, "%s/below", p->file);
    assert_int_equal(eesi_dir_make(path, &err), EES_ERR_IO);
    assert_int_equal(eesi_dir_make(p->file, &err), EES_ERR_IO);
    char *joined = eesi_path_join("a/b", "c");
    assert_string_equal(joined, "a/b/c");
    free(joined);
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_PLACE(test_write_then_read),
        IN_PLACE(test_reading_what_is_no_file),
        cmocka_unit_test(test_reading_a_pipe),
        IN_PLACE(test_writing_where_it_cannot_be),
        IN_PLACE(test_a_full_disk),
        IN_PLACE(test_a_rename_that_fails),
        IN_PLACE(test_signals_fail_no_write),
        IN_PLACE(test_permissions_and_links_stay),
        IN_PLACE(test_what_a_killed_writer_left),
        IN_PLACE(test_a_set_of_files),
        IN_PLACE(test_a_set_is_replaced_whole_or_not),
        IN_PLACE(test_folders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
