/*
 * Dates of futures, sixteen side by side. Week by week the programs take their turn in the order in which IRCC holds
 * their rounds; each draws 31 bits for "a round, and on which day". Numbers are addressed by (replicate, week,
 * program), so a round keeps its luck when another program's calendar changes: differences between scenarios stay
 * sharp.
 */
#ifndef EESI_POLICY_LANES_H
#define EESI_POLICY_LANES_H

#include "base/isa.h"
#include "policy/policy.h"
#include "policy/policy_model.h"

enum { EESI_POLICY_LANES = 16 };

/* Futures of some replicates; places without one repeat the first. */
typedef struct eesi_policy_futures {
    const ees_policy *policy;
    uint64_t seed;
    uint64_t replicate[EESI_POLICY_LANES];
    int lanes;
    int count[EESI_POLICY_LANES]; /* rounds of each */
    ees_future_round *rounds;     /* [lanes][policy->capacity], not owned */
} eesi_policy_futures;

typedef struct eesi_policy_kernels {
    void (*dates)(eesi_policy_futures *futures);
    void (*words)(uint64_t seed, const uint64_t *replicate, uint32_t purpose, const uint32_t *step,
                  uint32_t word[2][EESI_POLICY_LANES]);
} eesi_policy_kernels;

EESI_KERNELS(eesi_policy_kernels);

/* The rounds of each lane by date, within a day in the order of the programs; size 0: still to be drawn. */
void eesi_policy_dates(eesi_policy_futures *futures);
/* The first two words at (replicate, purpose, step) of each lane. */
void eesi_policy_words(uint64_t seed, const uint64_t replicate[EESI_POLICY_LANES], uint32_t purpose,
                       const uint32_t step[EESI_POLICY_LANES], uint32_t word[2][EESI_POLICY_LANES]);
/* All of it. */
void eesi_policy_sample(eesi_policy_futures *futures);

#endif
