#define EESI_FUTURE_KERNELS_NAME eesi_future_kernels_base
#include "flow/futures.inc"
