/* Private side of the context. */
#ifndef EESI_CONTEXT_H
#define EESI_CONTEXT_H

#include <eesim/transition.h>

#include "base/source.h"

#endif
