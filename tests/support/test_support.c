#include "test_support.h"

#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void test_assert_close(double got, double want, double tolerance, const char *expression, const char *file, int line) {
    if (fabs(got - want) <= tolerance || (isnan(got) && isnan(want)))
        return;
    print_error("%s = %.17g, expected %.17g within %g\n", expression, got, want, tolerance);
    _fail(file, line);
}

char *test_source_path(const char *relative) {
    size_t size = strlen(EES_TEST_SOURCE_DIR) + strlen(relative) + 2;
    char *path = malloc(size);
    assert_non_null(path);
    snprintf(path, size, "%s/%s", EES_TEST_SOURCE_DIR, relative);
    return path;
}

char *test_make_dir(void) {
    const char *base = getenv("TMPDIR");
    char path[512];
    snprintf(path, sizeof path, "%s/eesim-test-XXXXXX", base && *base ? base : "/tmp");
    assert_non_null(mkdtemp(path));
    char *copy = strdup(path);
    assert_non_null(copy);
    return copy;
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *walk) {
    (void)info;
    (void)type;
    (void)walk;
    return remove(path);
}

void test_remove_tree(const char *path) {
    nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

void test_write_file(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}
