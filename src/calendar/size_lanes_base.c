#define EESI_SIZE_KERNELS_NAME eesi_size_kernels_base
#include "calendar/size_lanes.inc"
