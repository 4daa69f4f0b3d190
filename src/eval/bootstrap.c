/*
 * Blocks lie on a circle, so that every step is drawn equally often (Politis and Romano, "A circular block-resampling
 * procedure for stationary data", 1992). Sums of a block are differences of running sums over two rounds of the circle.
 */
#include "eval/bootstrap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/purpose.h"
#include "base/rng.h"

enum { RESAMPLES = 500, BLOCKS_MIN = 3, SEED = 1 };

/* running[i] = sums of the steps before i, i = 0 .. 2 * steps. */
static void run_up(const double *sums, size_t steps, size_t width, double *running) {
    memset(running, 0, width * sizeof *running);
    for (size_t i = 0; i < 2 * steps; i++)
        for (size_t w = 0; w < width; w++)
            running[(i + 1) * width + w] = running[i * width + w] + sums[i % steps * width + w];
}

/* As many steps as there are, in blocks that begin anywhere; the last one is cut. */
static void resample(const double *running, size_t steps, size_t width, size_t block, const double *uniform,
                     double *sums) {
    memset(sums, 0, width * sizeof *sums);
    for (size_t taken = 0, b = 0; taken < steps; taken += block, b++) {
        const size_t length = taken + block <= steps ? block : steps - taken;
        const size_t from = (size_t)(uniform[b] * (double)steps);
        for (size_t w = 0; w < width; w++)
            sums[w] += running[(from + length) * width + w] - running[from * width + w];
    }
}

typedef struct spread {
    double count, mean, squares;
} spread;

static void add(spread *s, double value) {
    if (isnan(value))
        return;
    const double delta = value - s->mean;
    s->count += 1.0;
    s->mean += delta / s->count;
    s->squares += delta * (value - s->mean);
}

int eesi_block_bootstrap(const double *sums, size_t steps, size_t width, size_t block, eesi_measure_fn measure,
                         size_t measures, double *errors, ees_error *err) {
    for (size_t m = 0; m < measures; m++)
        errors[m] = NAN;
    if (steps < BLOCKS_MIN * block)
        return EES_OK;
    const size_t blocks = steps / block + 1;
    double *running = malloc((2 * steps + 1) * width * sizeof *running);
    double *work = malloc((width + measures + blocks) * sizeof *work);
    spread *spreads = calloc(measures, sizeof *spreads);
    if (running && work && spreads) {
        double *drawn = work, *taken = work + width, *uniform = work + width + measures;
        run_up(sums, steps, width, running);
        for (uint64_t r = 0; r < RESAMPLES; r++) {
            eesi_rng_uniforms(SEED, r, EESI_RNG_BOOTSTRAP, 0, uniform, blocks);
            resample(running, steps, width, block, uniform, drawn);
            measure(drawn, taken);
            for (size_t m = 0; m < measures; m++)
                add(&spreads[m], taken[m]);
        }
        for (size_t m = 0; m < measures; m++)
            errors[m] = spreads[m].count > 1.0 ? sqrt(spreads[m].squares / (spreads[m].count - 1.0)) : NAN;
    }
    const int rc = running && work && spreads ? EES_OK : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    free(running);
    free(work);
    free(spreads);
    return rc;
}
