#define EESI_KERNELS_NAME eesi_kernels_base
#include "base/kernels.inc"
