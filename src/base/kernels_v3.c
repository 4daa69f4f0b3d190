#define EESI_KERNELS_NAME eesi_kernels_v3
#include "base/kernels.inc"
