/* A struct for each candidate; qsort of the whole pool before each round. */
#include "reference.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_randist.h>

typedef struct agent {
    int score;
    int segment;
    double order; /* drawn anew for each round: equals in score are invited at random */
} agent;

typedef struct crowd {
    agent *agents;
    size_t count;
    size_t room;
} crowd;

static void add(crowd *all, int score, int segment) {
    if (all->count == all->room) {
        all->room = all->room ? 2 * all->room : 1 << 18;
        all->agents = realloc(all->agents, all->room * sizeof *all->agents);
        if (all->agents == NULL)
            abort();
    }
    all->agents[all->count++] = (agent){score, segment, 0};
}

static int by_rank(const void *a, const void *b) {
    const agent *x = a;
    const agent *y = b;
    if (x->score != y->score)
        return y->score - x->score;
    return (x->order > y->order) - (x->order < y->order);
}

static void leave(crowd *all, gsl_rng *rng, double probability) {
    size_t kept = 0;
    for (size_t i = 0; i < all->count; i++)
        if (gsl_rng_uniform(rng) >= probability)
            all->agents[kept++] = all->agents[i];
    all->count = kept;
}

static void arrive(crowd *all, gsl_rng *rng, const eesi_world *world) {
    for (int s = 0; s < world->segments; s++)
        for (int row = 0; row < world->rows; row++) {
            double mean = world->arrivals[s * world->rows + row];
            for (unsigned n = mean > 0 ? gsl_ran_poisson(rng, mean) : 0; n > 0; n--)
                add(all, world->top_score - row, s);
        }
}

static void hold_round(crowd *all, gsl_rng *rng, const eesi_world *world, int k, eesi_outcomes *out, size_t at) {
    int left = (int)fmax(1, rint(gsl_ran_lognormal(rng, log(world->size_median), world->size_sigma)));
    size_t kept = 0;
    int score = 0;
    int taken = 0;
    for (size_t i = 0; i < all->count; i++)
        all->agents[i].order = gsl_rng_uniform(rng);
    qsort(all->agents, all->count, sizeof *all->agents, by_rank);
    out->size[at] = left;
    for (size_t i = 0; i < all->count; i++) {
        agent *one = &all->agents[i];
        if (left == 0 || !(world->filter[k] >> one->segment & 1)) {
            all->agents[kept++] = *one;
            continue;
        }
        taken = one->score == score ? taken + 1 : 1;
        score = one->score;
        left--;
    }
    all->count = kept;
    out->cutoff[at] = left == 0 ? score : 0;
    out->taken[at] = left == 0 ? taken : 0;
}

void reference_agents(const eesi_world *world, uint64_t seed, uint64_t replicate, eesi_outcomes *out, size_t slot) {
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    crowd all = {0};
    if (rng == NULL)
        abort();
    gsl_rng_set(rng, seed + replicate);
    for (int s = 0; s < world->segments; s++)
        for (int row = 0; row < world->rows; row++)
            for (int n = (int)world->initial[s * world->rows + row]; n > 0; n--)
                add(&all, world->top_score - row, s);
    for (int k = 0; k < world->rounds; k++) {
        leave(&all, rng, world->leave);
        arrive(&all, rng, world);
        hold_round(&all, rng, world, k, out, (size_t)k * out->stride + slot);
    }
    free(all.agents);
    gsl_rng_free(rng);
}
