#define EESI_ENGINE_NAME eesi_engine_v3
#include "sim/engine_kernels.inc"
