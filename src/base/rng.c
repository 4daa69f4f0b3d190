#include "base/rng.h"

#include <string.h>

#include "base/assert.h"
#include "base/bulk.h"
#include "base/philox.h"

enum { WORDS = 4 };

typedef struct philox_state {
    uint32_t key[2];
    uint32_t counter[WORDS]; /* of the next block */
    uint32_t words[WORDS];
    uint32_t used; /* of words; WORDS when a new block is due */
} philox_state;

void eesi_philox4x32_10(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)0xD2511F53U * c0;
        uint64_t p1 = (uint64_t)0xCD9E8D57U * c2;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)p1;
        c3 = (uint32_t)p0;
        k0 += 0x9E3779B9U;
        k1 += 0xBB67AE85U;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

static void point(philox_state *state, uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t step) {
    state->key[0] = (uint32_t)seed;
    state->key[1] = (uint32_t)(seed >> 32);
    state->counter[0] = 0;
    state->counter[1] = step;
    state->counter[2] = (uint32_t)replicate;
    state->counter[3] = (uint32_t)(replicate >> 32) << 16 | (purpose & 0xffffU);
    state->used = WORDS;
}

static uint32_t next_word(philox_state *state) {
    if (state->used == WORDS) {
        eesi_philox4x32_10(state->counter, state->key, state->words);
        state->counter[0]++;
        state->used = 0;
    }
    return state->words[state->used++]; /* filled just above, or before: NOLINT(clang-analyzer-core.uninitialized.*) */
}

static void philox_set(void *state, unsigned long seed) {
    point(state, seed, 0, EES_RNG_DEFAULT, 0);
}

static unsigned long philox_get(void *state) {
    return next_word(state);
}

/* As the bulk uniforms: upper 52 bits of two words, the second one on top, plus one half. */
static double philox_get_double(void *state) {
    uint64_t low = next_word(state);
    uint64_t bits = (uint64_t)next_word(state) << 32 | low;
    return ((double)(bits >> 12) + 0.5) * 0x1p-52;
}

static const gsl_rng_type philox_type = {
    "eesim_philox4x32_10", 0xffffffffUL, 0, sizeof(philox_state), philox_set, philox_get, philox_get_double};

const gsl_rng_type *const eesi_rng_philox = &philox_type;

void eesi_rng_point(gsl_rng *rng, uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t step) {
    EES_BUG_ASSERT(rng->type == eesi_rng_philox);
    point(rng->state, seed, replicate, purpose, step);
}

void eesi_two_uniforms(uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t step, double u[2]) {
    philox_state state;
    uint32_t words[2][WORDS];
    point(&state, seed, replicate, purpose, step);
    for (int block = 0; block < 2; block++) { /* entries 0 and 1 are the first numbers of blocks 0 and 1 */
        eesi_philox4x32_10(state.counter, state.key, words[block]);
        state.counter[0]++;
        u[block] = ((double)(((uint64_t)words[block][1] << 32 | words[block][0]) >> 12) + 0.5) * 0x1p-52;
    }
}
