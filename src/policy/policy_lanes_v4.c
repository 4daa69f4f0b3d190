#define EESI_POLICY_KERNELS_NAME eesi_policy_kernels_v4
#include "policy/policy_lanes.inc"
