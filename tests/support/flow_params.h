/* Parameters of a flow like that of CEC, with every kind of noise; tests change a copy. */
#ifndef TEST_FLOW_PARAMS_H
#define TEST_FLOW_PARAMS_H

#include "flow/transition.h"

extern const eesi_flow_params test_flow_params;

#endif
