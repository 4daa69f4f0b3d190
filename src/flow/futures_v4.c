#define EESI_FUTURE_KERNELS_NAME eesi_future_kernels_v4
#include "flow/futures.inc"
