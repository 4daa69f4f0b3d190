/* `backtest`: what is printed. */
#ifndef EESIM_CLI_BACKTEST_H
#define EESIM_CLI_BACKTEST_H

#include "cli.h"

enum { BACKTEST_MODELS_MAX = 16, BACKTEST_SKIP_MAX = 32 };

typedef struct backtest_result {
    const ees_history *history;
    const ees_programs *programs;
    const ees_forecaster *models; /* model_count of them */
    size_t model_count;
    ees_backtest backtest;         /* owned */
    ees_tie_break_row *tie_breaks; /* tie_break_count of them; owned */
    size_t tie_break_count;
    ees_joint_row *joint; /* one a round: the days were unknown too; else NULL; owned */
} backtest_result;

/* Scores of the tie-breaks by program, as a table. 0 or an error; destroy the table. */
int backtest_tie_breaks(const backtest_result *result, ees_table **table, ees_error *err);

/* Days and sizes foretold together with the cut-offs: by program, and a row a round. */
int backtest_joint_summary(const backtest_result *result, ees_table **table, ees_error *err);
int backtest_joint_rounds(const backtest_result *result, ees_table **table, ees_error *err);

/* Print the result in the format asked for. 0 or an error. */
int backtest_print(cli *app, const backtest_result *result, ees_error *err);

#endif
