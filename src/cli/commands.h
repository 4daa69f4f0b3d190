/* The commands, one a file. */
#ifndef EESIM_CLI_COMMANDS_H
#define EESIM_CLI_COMMANDS_H

#include "cli.h"

extern const cli_command cmd_draw;
extern const cli_command cmd_forecast;
extern const cli_command cmd_backtest;
extern const cli_command cmd_plot;
extern const cli_command cmd_report;
extern const cli_command cmd_fit;
extern const cli_command cmd_run;
extern const cli_command cmd_chance;
extern const cli_command cmd_score;
extern const cli_command cmd_plan;
extern const cli_command cmd_merge;
extern const cli_command cmd_rerun;
extern const cli_command cmd_pool;
extern const cli_command cmd_rounds;
extern const cli_command cmd_data_import;
extern const cli_command cmd_data_fetch;
extern const cli_command cmd_data_add;
extern const cli_command cmd_data_check;
extern const cli_command cmd_data_pack;

/* The report of an import, on standard output. Returns an exit status. */
int cli_report_import(cli *app, const ees_import_report *report, const char *dir, bool dry_run);

#endif
