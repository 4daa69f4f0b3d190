/* Plain C with GSL: mt19937, gsl_ran_binomial and gsl_ran_poisson for every cell. */
#include "reference.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_randist.h>

static void age_and_arrive(const eesi_world *world, gsl_rng *rng, int *count) {
    int cells = world->segments * world->rows;
    for (int i = 0; i < cells; i++) {
        if (count[i] > 0)
            count[i] -= (int)gsl_ran_binomial(rng, world->leave, (unsigned)count[i]);
        if (world->arrivals[i] > 0)
            count[i] += (int)gsl_ran_poisson(rng, world->arrivals[i]);
    }
}

/* Take `left` of a row at random: a hypergeometric number of each segment. */
static void split_row(const eesi_world *world, gsl_rng *rng, uint32_t filter, int row, int present, int left,
                      int *count) {
    for (int s = 0; s < world->segments; s++) {
        int *cell = count + s * world->rows + row;
        if (!(filter >> s & 1))
            continue;
        int of_this = (int)gsl_ran_hypergeometric(rng, (unsigned)*cell, (unsigned)(present - *cell), (unsigned)left);
        present -= *cell;
        left -= of_this;
        *cell -= of_this;
    }
}

static int row_total(const eesi_world *world, uint32_t filter, int row, const int *count) {
    int sum = 0;
    for (int s = 0; s < world->segments; s++)
        if (filter >> s & 1)
            sum += count[s * world->rows + row];
    return sum;
}

static void empty_row(const eesi_world *world, uint32_t filter, int row, int *count) {
    for (int s = 0; s < world->segments; s++)
        if (filter >> s & 1)
            count[s * world->rows + row] = 0;
}

static void hold_round(const eesi_world *world, gsl_rng *rng, int k, int *count, eesi_outcomes *out, size_t slot) {
    size_t at = (size_t)k * out->stride + slot;
    int size = (int)fmax(1, rint(gsl_ran_lognormal(rng, log(world->size_median), world->size_sigma)));
    int left = size;
    out->size[at] = size;
    out->cutoff[at] = 0;
    out->taken[at] = 0;
    for (int row = 0; row < world->rows; row++) {
        int present = row_total(world, world->filter[k], row, count);
        if (present >= left) {
            split_row(world, rng, world->filter[k], row, present, left, count);
            out->cutoff[at] = world->top_score - row;
            out->taken[at] = left;
            return;
        }
        empty_row(world, world->filter[k], row, count);
        left -= present;
    }
}

void reference_gsl(const eesi_world *world, int poisson_pool, uint64_t seed, uint64_t replicate, eesi_outcomes *out,
                   size_t slot) {
    size_t cells = (size_t)(world->segments * world->rows);
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    int *count = calloc(cells, sizeof *count);
    if (rng == NULL || count == NULL)
        abort();
    gsl_rng_set(rng, seed + replicate);
    for (size_t i = 0; i < cells; i++)
        count[i] = poisson_pool && world->initial[i] > 0 ? (int)gsl_ran_poisson(rng, world->initial[i])
                                                         : (int)world->initial[i];
    for (int k = 0; k < world->rounds; k++) {
        age_and_arrive(world, rng, count);
        hold_round(world, rng, k, count, out, slot);
    }
    free(count);
    gsl_rng_free(rng);
}
