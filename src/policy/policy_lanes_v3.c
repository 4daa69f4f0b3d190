#define EESI_POLICY_KERNELS_NAME eesi_policy_kernels_v3
#include "policy/policy_lanes.inc"
