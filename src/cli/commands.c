/* The list of commands, in the order of the help. A new command: its cmd_NAME.c, its line in commands.h, and here. */
#include "commands.h"

const cli_command *const cli_commands[] = {&cmd_draw, NULL};
const cli_command *const cli_commands[] = {&cmd_rounds, &cmd_data_import, &cmd_data_check, NULL};
