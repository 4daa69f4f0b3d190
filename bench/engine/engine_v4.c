#define EESI_ENGINE_NAME eesi_engine_v4
#include "engine/engine_kernels.inc"
