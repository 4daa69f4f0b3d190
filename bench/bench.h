/*
 * What the benchmark programs share: jobs that are timed in turn, again and again, and lines of JSON about them. A job
 * says how many units (replicates, rows, numbers) one run of it does; times are per unit.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stddef.h>

#include <eesim/error.h>

enum { BENCH_REPETITIONS_MAX = 101 };

typedef struct bench_job {
    const char *name;
    const char *unit; /* of `units`: "replicate", "row" */
    double units;     /* done by one run */
    void (*run)(void *work);
    double (*timed)(void *work); /* instead of run: does the units and returns the seconds itself; < 0: cannot run */
    void *work;
    int base; /* index of the job it is compared with; its own index: none */
    double seconds[BENCH_REPETITIONS_MAX];
} bench_job;

/* Seconds of a clock that never goes back. */
double bench_now(void);
/* Ends the program with the message of an error. */
void bench_must(int rc, const ees_error *err);
/* Seconds that `command` prints first, having timed itself; -1 when it is NULL, cannot run, prints none or fails. */
double bench_command(const char *command);

/* Runs the jobs in turn, `repetitions` times, after one run of each that is not counted. */
void bench_run(bench_job *jobs, size_t count, int repetitions);

/* A line of JSON for each job: name, unit, median, min and max in ns per unit, and ratio: the median over repetitions
 * of time per unit over that of the base in the same repetition, and its extremes. */
void bench_print(const bench_job *jobs, size_t count, int repetitions);

#endif
