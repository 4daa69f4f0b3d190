#include "policy/policy_lanes.h"

const eesi_policy_kernels *eesi_policy_kernels_for(enum eesi_isa isa) {
    static const eesi_policy_kernels *const builds[EESI_ISA_COUNT] = {&eesi_policy_kernels_base,
                                                                      &eesi_policy_kernels_v3, &eesi_policy_kernels_v4};
    return builds[isa];
}

void eesi_policy_dates(eesi_policy_futures *futures) {
    eesi_policy_kernels_for(eesi_isa_best())->dates(futures);
}

void eesi_policy_words(uint64_t seed, const uint64_t replicate[EESI_POLICY_LANES], uint32_t purpose,
                       const uint32_t step[EESI_POLICY_LANES], uint32_t word[2][EESI_POLICY_LANES]) {
    eesi_policy_kernels_for(eesi_isa_best())->words(seed, replicate, purpose, step, word);
}
