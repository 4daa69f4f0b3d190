/* Shared by every test program: cmocka with its prerequisites, and comparisons of doubles that state their tolerance.
 */
#ifndef TEST_SUPPORT_H
#define TEST_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* cmocka 1.1.5 compares float; this compares double and prints what it saw. */
void test_assert_close(double got, double want, double tolerance, const char *expression, const char *file, int line);
#define assert_close(got, want, tolerance) test_assert_close(got, want, tolerance, #got, __FILE__, __LINE__)

/* Path of a file in the source tree, on the heap (free()). */
char *test_source_path(const char *relative);
/* A fresh temporary folder of its own, on the heap; test_remove_tree() it. */
char *test_make_dir(void);
void test_remove_tree(const char *path);
/* Write a small file; fails the test when it cannot. */
void test_write_file(const char *path, const char *text);

#endif
