#define EESI_ENGINE_NAME eesi_engine_base
#include "engine/engine_kernels.inc"
