#include "base/parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __linux__
#include <sched.h>
#endif

enum { THREADS_MAX = 256, PATH_LENGTH = 4096 };

/* ---- how many ---- */

/* The file's text as quota and period; false where there is no such file, or no limit in it. */
static bool read_numbers(const char *file, double *quota, double *period) {
    FILE *in = fopen(file, "re");
    const int found = in ? fscanf(in, "%lf %lf", quota, period) : 0;
    if (in)
        (void)fclose(in);
    return found > 0;
}

static int quota_in(const char *folder) {
    char file[PATH_LENGTH + 64];
    double quota = 0, period = 0, unused = 0;
    (void)snprintf(file, sizeof file, "%s/cpu.max", folder);
    if (!read_numbers(file, &quota, &period)) {
        (void)snprintf(file, sizeof file, "%s/cpu.cfs_period_us", folder);
        if (!read_numbers(file, &period, &unused))
            return 0;
        (void)snprintf(file, sizeof file, "%s/cpu.cfs_quota_us", folder);
        if (!read_numbers(file, &quota, &unused))
            return 0;
    }
    if (!(quota > 0 && period > 0 && quota / period < THREADS_MAX))
        return 0;
    const int whole = (int)(quota / period);
    return whole + (whole * period < quota);
}

int eesi_quota(const char *root, const char *path) {
    char folder[PATH_LENGTH];
    int least = 0;
    const int length = snprintf(folder, sizeof folder, "%s%s", root, path);
    if (length < 0 || (size_t)length >= sizeof folder)
        return 0;
    for (;;) { /* a group's limit holds for those within it */
        const int quota = quota_in(folder);
        if (quota > 0 && (least == 0 || quota < least))
            least = quota;
        char *slash = strrchr(folder, '/');
        if (slash == NULL || (size_t)(slash - folder) < strlen(root))
            return least;
        *slash = '\0';
    }
}

/* The process's own group, "/" where none is named: lines are "0::path", and "n:...,cpu,...:path" in version 1. */
static void own_group(char path[PATH_LENGTH]) {
    FILE *in = fopen("/proc/self/cgroup", "re");
    char line[PATH_LENGTH];
    (void)strcpy(path, "/");
    while (in && fgets(line, sizeof line, in)) {
        char *from = strchr(line, ':'), *slash = from ? strchr(from + 1, ':') : NULL;
        if (slash == NULL || slash[1] != '/')
            continue;
        line[strcspn(line, "\n")] = '\0';
        if (slash == from + 1) /* version 2 */
            (void)strcpy(path, slash + 1);
    }
    if (in)
        (void)fclose(in);
}

static int processors(void) {
    long count = sysconf(_SC_NPROCESSORS_ONLN);
#ifdef __linux__
    cpu_set_t *allowed = CPU_ALLOC(THREADS_MAX * 16);
    const size_t size = CPU_ALLOC_SIZE(THREADS_MAX * 16);
    if (allowed && sched_getaffinity(0, size, allowed) == 0)
        count = CPU_COUNT_S(size, allowed);
    CPU_FREE(allowed);
    char path[PATH_LENGTH];
    own_group(path);
    const int quotas[] = {eesi_quota("/sys/fs/cgroup", path), eesi_quota("/sys/fs/cgroup/cpu", "/")};
    for (int i = 0; i < 2; i++)
        count = quotas[i] > 0 && quotas[i] < count ? quotas[i] : count;
#endif
    return count < 1 ? 1 : (int)count;
}

int eesi_threads(int wanted) {
    const int count = wanted > 0 ? wanted : processors();
    return count < THREADS_MAX ? count : THREADS_MAX;
}

/* ---- the work ---- */

typedef struct work {
    void (*task)(void *user, size_t i);
    void *user;
    size_t count;
    atomic_size_t next;
} work;

static _Thread_local bool within; /* a task */

static void *do_tasks(void *argument) {
    work *w = argument;
    const bool before = within;
    within = true;
    for (size_t i; (i = atomic_fetch_add_explicit(&w->next, 1, memory_order_relaxed)) < w->count;)
        w->task(w->user, i);
    within = before;
    return NULL;
}

void eesi_parallel(int threads, size_t count, void (*task)(void *user, size_t i), void *user) {
    work w = {.task = task, .user = user, .count = count};
    pthread_t helpers[THREADS_MAX];
    size_t wanted = within || count < 2 ? 1 : (size_t)eesi_threads(threads), started = 0;
    wanted = wanted < count ? wanted : count;
    while (started + 1 < wanted && pthread_create(&helpers[started], NULL, do_tasks, &w) == 0)
        started++;
    (void)do_tasks(&w);
    for (size_t i = 0; i < started; i++)
        (void)pthread_join(helpers[i], NULL);
}
