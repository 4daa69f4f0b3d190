/* What transition.c leaves to a build for the processor at hand; transition.kernel.c. */
#ifndef EESI_TRANSITION_KERNELS_H
#define EESI_TRANSITION_KERNELS_H

#include "base/isa.h"
#include "flow/transition.h"

/* Rows of a block's noise; the knots and the scores follow from EESI_FLOW_NOISE_CELLS on. */
enum { EESI_NOISE_LEVEL, EESI_NOISE_TAIL, EESI_NOISE_OTHER, EESI_NOISE_DRIFT };

typedef struct eesi_transition_kernels {
    void (*move_scalars)(const eesi_flow_params *p, eesi_flow_block *x, double dt);
    void (*move_cells)(const eesi_flow_params *p, eesi_flow_block *x, double dt); /* after the scalars */
} eesi_transition_kernels;

EESI_KERNELS(eesi_transition_kernels);

#endif
