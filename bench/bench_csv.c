/*
 * Rows of paths.csv as `eesim run --paths` writes them, against write(2) of the same number of ready bytes, block by
 * block, and against fprintf. Every file is a new one, from open(2) to close(2), by one thread; nothing waits for the
 * disk. The third row shows what is left of the copy when the file system is asked for the room first, as paths.csv
 * does. Usage: bench_csv SCRATCH_DIR [REPETITIONS [PANDAS_COMMAND]] PANDAS_COMMAND writes a table of the same shape
 * and prints seconds per row.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "run/paths_file.h"

enum { LANES = EESI_BLOCK, ROUNDS = 26, BLOCKS = 40, ROWS = LANES * ROUNDS * BLOCKS };

typedef struct work {
    char path[4096];
    ees_run_plan plan;
    eesi_paths *paths;
    eesi_block block;
    char *text; /* of one block */
    size_t capacity;
    size_t length;
    const char *command;
} work;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* A file written over another one would be flushed to the disk by some file systems when it is closed. */
static double time_new_file(work *w, void (*write_it)(work *w)) {
    unlink(w->path);
    double start = now();
    write_it(w);
    return now() - start;
}

static int open_new(const work *w) {
    int file = open(w->path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (file < 0)
        fail(w->path);
    return file;
}

static void write_all(int file, const char *text, size_t length) {
    while (length > 0) {
        ssize_t done = write(file, text, length);
        if (done < 0)
            fail("write");
        text += done;
        length -= (size_t)done;
    }
}

static void give_up(const ees_error *err) {
    fprintf(stderr, "bench_csv: %s\n", err->message);
    exit(1);
}

static void write_ours(work *w) {
    eesi_paths_file file;
    ees_error err;
    uint64_t length;
    int rc = eesi_paths_file_open(&file, w->paths, w->path, 0, &err);
    for (int b = 0; b < BLOCKS && rc == 0; b++) {
        w->block.first = (uint64_t)b * LANES;
        rc = eesi_paths_file_rows(&file, &w->block, 1, &err);
    }
    if (rc != 0 || eesi_paths_file_flush(&file, false, &length, &err) != 0)
        give_up(&err);
    eesi_paths_file_close(&file);
}

static void write_ready(const work *w, bool reserve) {
    int file = open_new(w);
    if (reserve && posix_fallocate(file, 0, (off_t)w->length * BLOCKS) != 0)
        fail("posix_fallocate");
    for (int b = 0; b < BLOCKS; b++)
        write_all(file, w->text, w->length);
    close(file);
}

static void write_prebuilt(work *w) {
    write_ready(w, false);
}

static void write_reserved(work *w) {
    write_ready(w, true);
}

static void write_fprintf(work *w) {
    FILE *file = fopen(w->path, "w");
    if (file == NULL)
        fail(w->path);
    for (int b = 0; b < BLOCKS; b++)
        for (int lane = 0; lane < LANES; lane++)
            for (int r = 0; r < ROUNDS; r++) {
                size_t at = (size_t)r * EESI_BLOCK_ROW + (size_t)lane;
                char date[EES_DATE_TEXT_MAX], tie[EES_DATE_TEXT_MAX];
                ees_date_format(w->block.date[at], date);
                ees_date_format(w->block.date[at] - w->block.tie_age[at], tie);
                fprintf(file, "base,%d,%d,%s,CEC,%d,%d,%d,%d,%s\n", b * LANES + lane, r + 1, date, w->block.size[at],
                        w->block.invited[at], w->block.cutoff[at], w->block.taken[at], tie);
            }
    fclose(file);
}

static double run_ours(void *of) {
    return time_new_file(of, write_ours);
}

static double run_prebuilt(void *of) {
    return time_new_file(of, write_prebuilt);
}

static double run_reserved(void *of) {
    return time_new_file(of, write_reserved);
}

static double run_fprintf(void *of) {
    return time_new_file(of, write_fprintf);
}

static double run_pandas(void *of) {
    const work *w = of;
    return bench_command(w->command);
}

static void fill_block(eesi_block *block, ees_date start) {
    block->lanes = LANES;
    for (int lane = 0; lane < LANES; lane++) {
        block->rounds[lane] = ROUNDS;
        for (int r = 0; r < ROUNDS; r++) {
            size_t at = (size_t)r * EESI_BLOCK_ROW + (size_t)lane;
            block->date[at] = start + 14 * r;
            block->program[at] = 0;
            block->size[at] = block->invited[at] = 3000 + (lane * 37 + r * 101) % 4000;
            block->cutoff[at] = (int16_t)(480 + (lane + r) % 60);
            block->tie_age[at] = (int16_t)((lane * 7 + r) % 300);
            block->taken[at] = 100 + (lane + 3 * r) % 400;
        }
    }
}

int main(int argc, char **argv) {
    enum { PREBUILT, OURS, RESERVED, FPRINTF, PANDAS, JOBS };
    static work w;
    int repetitions = argc > 2 ? atoi(argv[2]) : 7;
    ees_error err;
    if (argc < 2 || repetitions < 1 || repetitions > BENCH_REPETITIONS_MAX) {
        fprintf(stderr, "usage: bench_csv SCRATCH_DIR [REPETITIONS [PANDAS_COMMAND]]\n");
        return 2;
    }
    snprintf(w.path, sizeof w.path, "%s/bench_csv.csv", argv[1]);
    w.command = argc > 3 ? argv[3] : NULL;
    w.plan.layout = (ees_run_layout){.scenarios = 1, .programs = 1, .start = 20500, .days = 400};
    w.plan.scenario[0] = "base";
    w.plan.program[0] = "CEC";
    w.paths = eesi_paths_create(&w.plan);
    if (w.paths == NULL || eesi_block_init(&w.block, 0, &err) != 0 || eesi_block_reserve(&w.block, ROUNDS, &err) != 0) {
        fprintf(stderr, "bench_csv: out of memory\n");
        return 1;
    }
    fill_block(&w.block, w.plan.layout.start);
    w.block.first = (uint64_t)LANES * BLOCKS;
    if (eesi_paths_format(w.paths, &w.block, 1, &w.text, &w.capacity, &w.length, &err) != 0)
        give_up(&err);
    bench_job jobs[JOBS] = {{.name = "prebuilt rows through write(2)", .timed = run_prebuilt},
                            {.name = "rows of paths.csv", .timed = run_ours},
                            {.name = "prebuilt rows, room reserved", .timed = run_reserved},
                            {.name = "fprintf", .timed = run_fprintf},
                            {.name = "pandas to_csv", .timed = run_pandas}};
    for (int j = 0; j < JOBS; j++) {
        jobs[j].unit = "row";
        jobs[j].units = j == PANDAS ? 1 : ROWS;
        jobs[j].work = &w;
        jobs[j].base = PREBUILT;
    }
    bench_run(jobs, JOBS, repetitions);
    bench_print(jobs, JOBS, repetitions);
    unlink(w.path);
    free(w.text);
    eesi_block_free(&w.block);
    eesi_paths_destroy(w.paths);
    return 0;
}
