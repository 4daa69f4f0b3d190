/*
 * Importing the official feed, against jansson's own parse of the same bytes in the same run.
 * Usage: bench_import MODELS_DIR FEED.JSON SCRATCH_DIR [REPETITIONS]
 * Repetitions are interleaved. Prints one JSON object a line: name, median and extremes in milliseconds, ratio of
 * medians.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include <eesim.h>

#include "base/file.h"
#include "bench.h"
#include "feed/layout.h"
#include "feed/read.h"

enum { PARSE, IMPORT, AGAIN, LOAD, JOBS, REPETITIONS_MAX = 1000 };

static const char *const NAMES[JOBS] = {"jansson parse", "import into a new folder", "import again",
                                        "load rounds and pools"};

typedef struct work {
    ees_programs programs;
    ees_layouts *layouts;
    const char *feed, *dir;
    char *text;
    size_t length;
} work;

static void parse(const work *w) {
    json_error_t problem;
    json_t *root = json_loadb(w->text, w->length, 0, &problem);
    if (!root) {
        fprintf(stderr, "bench_import: %s\n", problem.text);
        exit(1);
    }
    json_decref(root);
}

static void import(const work *w) {
    ees_error err;
    ees_import_report report;
    bench_must(ees_feed_import(w->feed, w->dir, &w->programs, w->layouts, 0, &report, &err), &err);
    ees_import_report_free(&report);
}

static void load(const work *w) {
    ees_error err;
    ees_history history;
    bench_must(ees_history_load(&history, w->dir, &w->programs, &err), &err);
    ees_history_free(&history);
}

static void remove_files(const work *w) {
    static const char *const files[] = {"rounds.csv", "pools.csv", "faults.csv", "README.md", "datapackage.json"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *path = eesi_path_join(w->dir, files[i]);
        if (path)
            unlink(path);
        free(path);
    }
}

static double timed(int job, const work *w) {
    if (job == IMPORT)
        remove_files(w);
    double start = bench_now();
    if (job == PARSE)
        parse(w);
    else if (job == LOAD)
        load(w);
    else
        import(w);
    return 1e3 * (bench_now() - start);
}

static int compare(const void *left, const void *right) {
    const double *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: bench_import MODELS_DIR FEED.JSON SCRATCH_DIR [REPETITIONS]\n");
        return 2;
    }
    static double times[JOBS][REPETITIONS_MAX];
    int repetitions = argc > 4 ? atoi(argv[4]) : 31;
    if (repetitions < 1 || repetitions > REPETITIONS_MAX)
        return 2;
    ees_error err;
    work w = {.feed = argv[2], .dir = argv[3]};
    char *programs = eesi_path_join(argv[1], "programs.json"), *bands = eesi_path_join(argv[1], "bands.json");
    if (!programs || !bands)
        return 1;
    bench_must(eesi_programs_read(&w.programs, NULL, programs, &err), &err);
    bench_must(eesi_layouts_read(&w.layouts, NULL, bands, &err), &err);
    free(programs);
    free(bands);
    bench_must(eesi_file_read(w.feed, EESI_FILE_MAX, &w.text, &w.length, &err), &err);
    for (int r = 0; r < repetitions; r++)
        for (int job = 0; job < JOBS; job++)
            times[job][r] = timed(job, &w);
    double base = 0;
    for (int job = 0; job < JOBS; job++) {
        qsort(times[job], (size_t)repetitions, sizeof **times, compare);
        double median = times[job][repetitions / 2];
        base = job == PARSE ? median : base;
        printf("{\"name\":\"%s\",\"bytes\":%zu,\"median_ms\":%.3f,\"min_ms\":%.3f,\"max_ms\":%.3f,\"ratio\":%.3f}\n",
               NAMES[job], w.length, median, times[job][0], times[job][repetitions - 1], median / base);
    }
    remove_files(&w);
    eesi_layouts_destroy(w.layouts);
    eesi_programs_free(&w.programs);
    free(w.text);
    return 0;
}
