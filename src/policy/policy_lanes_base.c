#define EESI_POLICY_KERNELS_NAME eesi_policy_kernels_base
#include "policy/policy_lanes.inc"
