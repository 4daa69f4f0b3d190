#define EESI_ENGINE_NAME eesi_engine_base
#include "sim/engine_kernels.inc"
