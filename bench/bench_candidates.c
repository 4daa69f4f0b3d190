/*
 * A round on a list of candidates, against qsort of the same rows in the same run; and reading the list, against
 * reading its bytes.
 * Usage: bench_candidates PROGRAMS.JSON SCRATCH_DIR [ROWS [REPETITIONS]]
 * Repetitions are interleaved. Prints one JSON object a line: name, median and extremes in milliseconds, ratio of
 * medians.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <eesim.h>

#include "base/rng.h"
#include "bench.h"
#include "feed/read.h"
#include "pool/candidates.h"

enum { DRAW, MARK, SORT, READ, LOAD, JOBS, REPETITIONS_MAX = 101, BLOCK = 1 << 20 };

static const char *const NAMES[JOBS] = {"draw from a list", "draw and mark the invited", "qsort of the same rows",
                                        "read the bytes of the list", "load the list"};
static const int BASES[JOBS] = {SORT, SORT, SORT, READ, READ};

typedef struct row {
    ees_time submitted;
    ees_program_set programs;
    int16_t score;
} row;

typedef struct work {
    ees_programs programs;
    ees_candidates list;
    ees_candidates_rule rule;
    row *rows, *sorted;
    bool *invited;
    char path[4096];
} work;

static void *must_have(void *memory) {
    if (memory)
        return memory;
    fputs("bench_candidates: out of memory\n", stderr);
    exit(1);
}

static int by_rank(const void *left, const void *right) {
    const row *a = left, *b = right;
    if (a->score != b->score)
        return b->score - a->score;
    return (a->submitted > b->submitted) - (a->submitted < b->submitted);
}

/* Scores as in the pool, five eligibilities, submissions over a year. */
static void write_list(const work *w, size_t rows) {
    static const char *const eligible[] = {"CEC", "FSW", "CEC FRENCH", "FSW STEM", "PNP CEC"};
    enum { DRAWS = 4 };
    double u[DRAWS];
    FILE *file = must_have(fopen(w->path, "w"));
    fputs("score,submitted,programs\n", file);
    for (size_t i = 0; i < rows; i++) {
        char time[EES_TIME_TEXT_MAX];
        eesi_rng_uniforms(1, i, 0, 0, u, DRAWS);
        ees_time_format((ees_time)1740000000 + (ees_time)(u[2] * 31536000), time);
        fprintf(file, "%d,%s,%s\n", (int)(300 + 150 * (u[0] + u[1])), time, eligible[(int)(u[3] * 5)]);
    }
    if (fclose(file) != 0) {
        perror(w->path);
        exit(1);
    }
}

static void load(work *w) {
    ees_error err;
    eesi_candidates_free(&w->list);
    bench_must(eesi_candidates_load(&w->list, w->path, &w->programs, &err), &err);
}

static void draw(const work *w, bool *invited) {
    ees_error err;
    ees_candidates_result result;
    bench_must(eesi_candidates_draw(&w->list, &w->programs, &w->rule, &result, invited, &err), &err);
    if (result.invited != w->rule.size)
        exit(1);
}

/* The sorted rows must name the same last candidate. */
static void agree(const work *w) {
    ees_error err;
    ees_candidates_result result;
    int64_t left = w->rule.size;
    bench_must(eesi_candidates_draw(&w->list, &w->programs, &w->rule, &result, NULL, &err), &err);
    for (size_t i = 0; i < w->list.count; i++) {
        left -= eesi_program_admits(&w->programs, w->rule.program, w->sorted[i].programs);
        if (left > 0)
            continue;
        if (result.cutoff == w->sorted[i].score && result.tie_break == w->sorted[i].submitted)
            return;
        break;
    }
    fputs("bench_candidates: the draw and the sort disagree\n", stderr);
    exit(1);
}

static void read_bytes(const work *w) {
    char *buffer = must_have(malloc(BLOCK));
    int fd = open(w->path, O_RDONLY);
    while (fd >= 0 && read(fd, buffer, BLOCK) > 0)
        ;
    if (fd >= 0)
        close(fd);
    free(buffer);
}

static double timed(int job, work *w) {
    if (job == SORT)
        memcpy(w->sorted, w->rows, w->list.count * sizeof *w->rows);
    double start = bench_now();
    if (job == DRAW)
        draw(w, NULL);
    else if (job == MARK)
        draw(w, w->invited);
    else if (job == SORT)
        qsort(w->sorted, w->list.count, sizeof *w->sorted, by_rank);
    else if (job == READ)
        read_bytes(w);
    else
        load(w);
    return 1e3 * (bench_now() - start);
}

static int compare(const void *left, const void *right) {
    const double *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static void prepare(work *w, const char *programs, const char *dir, size_t rows) {
    ees_error err;
    memset(w, 0, sizeof *w);
    bench_must(eesi_programs_read(&w->programs, NULL, programs, &err), &err);
    snprintf(w->path, sizeof w->path, "%s/candidates.csv", dir);
    write_list(w, rows);
    load(w);
    w->rule = (ees_candidates_rule){ees_programs_find(&w->programs, "CEC"), (int64_t)rows / 40, EES_SCORE_NONE,
                                    EES_TIME_NONE};
    w->rows = must_have(calloc(rows + 1, sizeof *w->rows));
    w->sorted = must_have(calloc(rows + 1, sizeof *w->sorted));
    w->invited = must_have(calloc(rows + 1, sizeof *w->invited));
    for (size_t i = 0; i < rows; i++)
        w->rows[i] = (row){w->list.submitted[i], w->list.programs[i], w->list.scores[i]};
}

int main(int argc, char **argv) {
    static double times[JOBS][REPETITIONS_MAX];
    static work w;
    if (argc < 3) {
        fputs("usage: bench_candidates PROGRAMS.JSON SCRATCH_DIR [ROWS [REPETITIONS]]\n", stderr);
        return 2;
    }
    long rows = argc > 3 ? atol(argv[3]) : 2000000;
    int repetitions = argc > 4 ? atoi(argv[4]) : 5;
    if (rows < 1000 || (size_t)rows > EES_CANDIDATES_MAX || repetitions < 1 || repetitions > REPETITIONS_MAX)
        return 2;
    prepare(&w, argv[1], argv[2], (size_t)rows);
    for (int r = 0; r < repetitions; r++)
        for (int job = 0; job < JOBS; job++)
            times[job][r] = timed(job, &w);
    agree(&w);
    for (int job = 0; job < JOBS; job++)
        qsort(times[job], (size_t)repetitions, sizeof **times, compare);
    for (int job = 0; job < JOBS; job++) {
        double median = times[job][repetitions / 2], base = times[BASES[job]][repetitions / 2];
        printf("{\"name\":\"%s\",\"rows\":%ld,\"median_ms\":%.3f,\"min_ms\":%.3f,\"max_ms\":%.3f,\"ratio\":%.4f}\n",
               NAMES[job], rows, median, times[job][0], times[job][repetitions - 1], median / base);
    }
    unlink(w.path);
    eesi_candidates_free(&w.list);
    eesi_programs_free(&w.programs);
    free(w.rows);
    free(w.sorted);
    free(w.invited);
    return 0;
}
