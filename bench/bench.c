#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

double bench_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

void bench_must(int rc, const ees_error *err) {
    if (rc == EES_OK)
        return;
    fprintf(stderr, "bench: %s %s\n", err->file, err->message);
    exit(1);
}

double bench_command(const char *command) {
    double seconds = -1;
    if (command == NULL)
        return -1;
    FILE *pipe = popen(command, "r");
    if (pipe == NULL || fscanf(pipe, "%lf", &seconds) != 1)
        seconds = -1;
    return pipe != NULL && pclose(pipe) == 0 ? seconds : -1;
}

static double time_one(const bench_job *job) {
    if (job->timed)
        return job->timed(job->work);
    double start = bench_now();
    job->run(job->work);
    return bench_now() - start;
}

void bench_run(bench_job *jobs, size_t count, int repetitions) {
    for (int r = -1; r < repetitions; r++)
        for (size_t j = 0; j < count; j++) {
            double seconds = time_one(&jobs[j]);
            if (r >= 0)
                jobs[j].seconds[r] = seconds;
        }
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sorts x: x[0], x[n / 2] and x[n - 1] are then least, median and greatest. */
static void sort(double *x, int n) {
    qsort(x, (size_t)n, sizeof *x, by_value);
}

void bench_print(const bench_job *jobs, size_t count, int repetitions) {
    for (size_t j = 0; j < count; j++) {
        const bench_job *job = &jobs[j];
        const bench_job *base = &jobs[job->base];
        double ns[BENCH_REPETITIONS_MAX];
        double ratio[BENCH_REPETITIONS_MAX];
        if (job->seconds[0] < 0)
            continue;
        for (int r = 0; r < repetitions; r++) {
            ns[r] = job->seconds[r] / job->units * 1e9;
            ratio[r] = ns[r] / (base->seconds[r] / base->units * 1e9);
        }
        sort(ns, repetitions);
        sort(ratio, repetitions);
        printf("{\"name\":\"%s\",\"unit\":\"%s\",\"median_ns\":%.6g,\"min_ns\":%.6g,\"max_ns\":%.6g,", job->name,
               job->unit, ns[repetitions / 2], ns[0], ns[repetitions - 1]);
        printf("\"base\":\"%s\",\"ratio\":%.6g,\"ratio_min\":%.6g,\"ratio_max\":%.6g}\n", base->name,
               ratio[repetitions / 2], ratio[0], ratio[repetitions - 1]);
    }
}
