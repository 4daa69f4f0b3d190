/* Threads: every task is done once, and "all" is what the process may use. */
#include "test_support.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/parallel.h"

enum { TASKS = 500 };

typedef struct counts {
    atomic_int done[TASKS];
    atomic_int strayed; /* tasks within tasks that left their thread */
} counts;

static void count_task(void *user, size_t i) {
    atomic_fetch_add(&((counts *)user)->done[i], 1);
}

static void every_task_is_done_once(void **state) {
    (void)state;
    for (int threads = 0; threads <= 9; threads += 3) {
        static counts c;
        memset(&c, 0, sizeof c);
        eesi_parallel(threads, TASKS, count_task, &c);
        for (int i = 0; i < TASKS; i++)
            assert_int_equal(c.done[i], 1);
    }
    eesi_parallel(4, 0, count_task, NULL); /* calls nothing */
}

typedef struct inner {
    counts *c;
    pthread_t own;
} inner;

static void check_thread(void *user, size_t i) {
    const inner *in = user;
    (void)i;
    if (!pthread_equal(in->own, pthread_self()))
        atomic_fetch_add(&in->c->strayed, 1);
}

static void nest(void *user, size_t i) {
    inner in = {user, pthread_self()};
    eesi_parallel(4, 20, check_thread, &in);
    count_task(user, i);
}

static void tasks_within_tasks_stay_on_their_thread(void **state) {
    (void)state;
    static counts c;
    eesi_parallel(3, TASKS, nest, &c);
    assert_int_equal(c.strayed, 0);
    assert_int_equal(c.done[TASKS - 1], 1);
}

static void put(const char *root, const char *name, const char *text) {
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", root, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void limits_of_control_groups_are_read(void **state) {
    (void)state;
    char root[] = "/tmp/eesim_quota_XXXXXX", sub[512], command[600];
    assert_non_null(mkdtemp(root));
    (void)snprintf(sub, sizeof sub, "%s/job", root);
    assert_int_equal(mkdir(sub, 0700), 0);
    assert_int_equal(eesi_quota(root, "/job"), 0);
    put(root, "cpu.max", "max 100000\n");
    assert_int_equal(eesi_quota(root, "/job"), 0);
    put(sub, "cpu.max", "150000 100000\n");
    assert_int_equal(eesi_quota(root, "/job"), 2); /* one and a half */
    assert_int_equal(eesi_quota(root, "/"), 0);
    put(root, "cpu.max", "100000 100000\n"); /* the outer one is tighter */
    assert_int_equal(eesi_quota(root, "/job"), 1);
    (void)snprintf(command, sizeof command, "%s/cpu.max", sub);
    assert_int_equal(unlink(command), 0);
    (void)snprintf(command, sizeof command, "%s/cpu.max", root);
    assert_int_equal(unlink(command), 0);
    put(root, "cpu.cfs_period_us", "100000\n"); /* version 1 */
    put(root, "cpu.cfs_quota_us", "-1\n");
    assert_int_equal(eesi_quota(root, "/"), 0);
    put(root, "cpu.cfs_quota_us", "300000\n");
    assert_int_equal(eesi_quota(root, "/"), 3);
    (void)snprintf(command, sizeof command, "rm -r %s", root);
    assert_int_equal(system(command), 0);
}

static void all_means_what_the_process_may_use(void **state) {
    (void)state;
    cpu_set_t before, one;
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    CPU_ZERO(&one);
    for (size_t i = 0; i < CPU_SETSIZE && CPU_COUNT(&one) == 0; i++)
        if (CPU_ISSET(i, &before))
            CPU_SET(i, &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    assert_int_equal(eesi_threads(0), 1);
    assert_int_equal(eesi_threads(5), 5);
    assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
    assert_in_range(eesi_threads(0), 1, CPU_COUNT(&before));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_task_is_done_once), cmocka_unit_test(tasks_within_tasks_stay_on_their_thread),
        cmocka_unit_test(limits_of_control_groups_are_read), cmocka_unit_test(all_means_what_the_process_may_use)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
