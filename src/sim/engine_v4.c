#define EESI_ENGINE_NAME eesi_engine_v4
#include "sim/engine_kernels.inc"
