#define EESI_KERNELS_NAME eesi_kernels_v4
#include "base/kernels.inc"
