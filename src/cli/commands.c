/* The list of commands, in the order of the help. A new command: its cmd_NAME.c, its line in commands.h, and here. */
#include "commands.h"

/* One command a line, so that two additions do not touch the same line. */
/* clang-format off */
const cli_command *const cli_commands[] = {
    &cmd_draw,
    &cmd_forecast,
    &cmd_backtest,
    &cmd_report,
    &cmd_plot,
    &cmd_fit,
    &cmd_run,
    &cmd_chance,
    &cmd_score,
    &cmd_plan,
    &cmd_merge,
    &cmd_rerun,
    &cmd_pool,
    &cmd_rounds,
    &cmd_data_import,
    &cmd_data_fetch,
    &cmd_data_add,
    &cmd_data_check,
    &cmd_data_pack,
    NULL,
};
/* clang-format on */
