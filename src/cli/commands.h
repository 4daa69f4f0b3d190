/* The commands, one a file. */
#ifndef EESIM_CLI_COMMANDS_H
#define EESIM_CLI_COMMANDS_H

#include "cli.h"

#endif
