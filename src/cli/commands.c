/* The list of commands, in the order of the help. A new command: its cmd_NAME.c, and a line here. */
#include "commands.h"

const cli_command *const cli_commands[] = {NULL};
