/*
 * Rows of paths.csv: our formatting and write(2), against writing the same bytes again from memory, and against
 * fprintf. Usage: bench_csv SCRATCH_DIR [REPETITIONS [PANDAS_COMMAND]] PANDAS_COMMAND writes a table of the same shape
 * and prints seconds per row.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "report/run_paths.h"

enum { LANES = EES_SIM_BLOCK, ROUNDS = 26, BLOCKS = 40, ROWS = LANES * ROUNDS * BLOCKS };

typedef struct work {
    char path[4096];
    ees_run_plan plan;
    eesi_paths *paths;
    ees_sim_block block;
    char *text; /* of one block */
    size_t capacity;
    size_t length;
    const char *command;
} work;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static int open_fresh(const work *w) {
    int file = open(w->path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
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

static void format(work *w) {
    ees_error err;
    if (eesi_paths_format(w->paths, &w->block, 1, &w->text, &w->capacity, &w->length, &err) != 0) {
        fprintf(stderr, "bench_csv: %s\n", err.message);
        exit(1);
    }
}

static void run_ours(void *of) {
    work *w = of;
    int file = open_fresh(w);
    for (int b = 0; b < BLOCKS; b++) {
        w->block.first = (uint64_t)b * LANES;
        format(w);
        write_all(file, w->text, w->length);
    }
    close(file);
}

static void run_prebuilt(void *of) {
    work *w = of;
    int file = open_fresh(w);
    for (int b = 0; b < BLOCKS; b++)
        write_all(file, w->text, w->length);
    close(file);
}

static void run_fprintf(void *of) {
    work *w = of;
    FILE *file = fopen(w->path, "w");
    if (file == NULL)
        fail(w->path);
    for (int b = 0; b < BLOCKS; b++)
        for (int lane = 0; lane < LANES; lane++)
            for (int r = 0; r < ROUNDS; r++) {
                size_t at = (size_t)r * LANES + (size_t)lane;
                char date[EES_DATE_TEXT_MAX], tie[EES_DATE_TEXT_MAX];
                ees_date_format(w->block.date[at], date);
                ees_date_format(w->block.date[at] - w->block.tie_age[at], tie);
                fprintf(file, "base,%d,%d,%s,CEC,%d,%d,%d,%d,%s\n", b * LANES + lane, r + 1, date, w->block.size[at],
                        w->block.invited[at], w->block.cutoff[at], w->block.taken[at], tie);
            }
    fclose(file);
}

static double run_pandas(void *of) {
    const work *w = of;
    return bench_command(w->command);
}

static void fill_block(ees_sim_block *block, ees_date start) {
    block->lanes = LANES;
    for (int lane = 0; lane < LANES; lane++) {
        block->rounds[lane] = ROUNDS;
        for (int r = 0; r < ROUNDS; r++) {
            size_t at = (size_t)r * LANES + (size_t)lane;
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
    enum { PREBUILT, OURS, FPRINTF, PANDAS, JOBS };
    static work w;
    int repetitions = argc > 2 ? atoi(argv[2]) : 7;
    ees_error err;
    if (argc < 2 || repetitions < 1 || repetitions > BENCH_REPETITIONS_MAX) {
        fprintf(stderr, "usage: bench_csv SCRATCH_DIR [REPETITIONS [PANDAS_COMMAND]]\n");
        return 2;
    }
    snprintf(w.path, sizeof w.path, "%s/bench_csv.csv", argv[1]);
    w.command = argc > 3 ? argv[3] : NULL;
    w.plan.layout = (ees_sim_layout){
        .struct_size = sizeof w.plan.layout, .scenarios = 1, .programs = 1, .start = 20500, .days = 400};
    w.plan.scenario[0] = "base";
    w.plan.program[0] = "CEC";
    w.paths = eesi_paths_create(&w.plan);
    if (w.paths == NULL || ees_sim_block_init(&w.block, 0, &err) != 0 ||
        ees_sim_block_reserve(&w.block, ROUNDS, &err) != 0) {
        fprintf(stderr, "bench_csv: out of memory\n");
        return 1;
    }
    fill_block(&w.block, w.plan.layout.start);
    w.block.first = (uint64_t)LANES * BLOCKS;
    format(&w);
    bench_job jobs[JOBS] = {{.name = "prebuilt rows through write(2)", .run = run_prebuilt},
                            {.name = "rows of paths.csv", .run = run_ours},
                            {.name = "fprintf", .run = run_fprintf},
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
    ees_sim_block_free(&w.block);
    eesi_paths_destroy(w.paths);
    return 0;
}
