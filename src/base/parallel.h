/*
 * Threads. Work is counted tasks that may run in any order; every result here is the same for any number of threads.
 * Where no thread can be started, the caller does all the tasks itself.
 */
#ifndef EESI_PARALLEL_H
#define EESI_PARALLEL_H

#include <stddef.h>

/* Threads for an option: 1 or more is taken as it is; 0 means the processors that this process may use. These are
 * those of its affinity, and no more than its control groups allow it. At least 1. */
int eesi_threads(int wanted);

/* The least whole number of processors that holds the limit of the control groups at `root` (/sys/fs/cgroup), of which
 * `path` is the process's own and begins with a slash; 0: no limit. Version 2, and version 1 where `root` is its cpu
 * controller. */
int eesi_quota(const char *root, const char *path);

/*
 * Call task(user, i) for each i below count, on at most eesi_threads(threads) threads, of which the calling one is one.
 * Returns when all are done. Within a task of another call the tasks run on the calling thread alone.
 */
void eesi_parallel(int threads, size_t count, void (*task)(void *user, size_t i), void *user);

#endif
