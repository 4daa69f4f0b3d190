#define EESI_FUTURE_KERNELS_NAME eesi_future_kernels_v3
#include "flow/futures.inc"
