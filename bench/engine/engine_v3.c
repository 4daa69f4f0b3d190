#define EESI_ENGINE_NAME eesi_engine_v3
#include "engine/engine_kernels.inc"
