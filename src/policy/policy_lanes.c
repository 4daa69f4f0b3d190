#include "policy/policy_lanes.h"

void eesi_policy_dates(eesi_policy_futures *futures) {
    eesi_policy_kernels_best()->dates(futures);
}

void eesi_policy_words(uint64_t seed, const uint64_t replicate[EESI_POLICY_LANES], uint32_t purpose,
                       const uint32_t step[EESI_POLICY_LANES], uint32_t word[2][EESI_POLICY_LANES]) {
    eesi_policy_kernels_best()->words(seed, replicate, purpose, step, word);
}
