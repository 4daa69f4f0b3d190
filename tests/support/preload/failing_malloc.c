/*
 * Preloaded before the C library's allocator: the allocation whose turn it is fails, once. FAIL_AT=K: the K-th; without
 * it all succeed. COUNT_TO=FILE: how many there were. Threads share the count.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static atomic_long made;
static long fail_at;
static bool begun;

__attribute__((constructor)) static void begin(void) {
    const char *at = getenv("FAIL_AT");
    fail_at = at ? atol(at) : 0;
    begun = true;
}

__attribute__((destructor)) static void end(void) {
    const char *to = getenv("COUNT_TO");
    char text[32];
    const int length = snprintf(text, sizeof text, "%ld\n", atomic_load(&made));
    const int fd = to ? open(to, O_WRONLY | O_CREAT | O_TRUNC, 0644) : -1;
    if (fd >= 0 && write(fd, text, (size_t)length) == length)
        close(fd);
}

static bool fails(void) {
    if (!begun || atomic_fetch_add(&made, 1) + 1 != fail_at)
        return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size) {
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size) {
    return fails() ? NULL : __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    return fails() ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size) {
    void *made_here = fails() ? NULL : __libc_memalign(alignment, size);
    if (made_here)
        *out = made_here;
    return made_here ? 0 : ENOMEM;
}
