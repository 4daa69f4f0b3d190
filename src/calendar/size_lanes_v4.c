#define EESI_SIZE_KERNELS_NAME eesi_size_kernels_v4
#include "calendar/size_lanes.inc"
