/* The tables of a backtest. */
#ifndef EESI_BACKTEST_TABLES_H
#define EESI_BACKTEST_TABLES_H

#include <eesim/backtest.h>
#include <eesim/history.h>

/* A result, and what its positions point to. */
typedef struct eesi_scored {
    const ees_backtest *backtest;
    const ees_history *history;
    const ees_programs *programs;
} eesi_scored;

/* Each makes one table. 0 or an error; destroy the table. */
typedef int eesi_scored_table(const eesi_scored *scored, ees_table **table, ees_error *err);

/* Cut-offs: a row a round and model, by program and model, each model against the first. */
eesi_scored_table eesi_backtest_rows, eesi_backtest_summaries, eesi_backtest_differences;
/* Tie-breaks, by program. */
eesi_scored_table eesi_backtest_ties;
/* Days and sizes forecast together with the cut-offs: a row a round, by program. */
eesi_scored_table eesi_backtest_joint_rows, eesi_backtest_joint_summary;
/* Days and sizes alone: a row a round, by program. */
eesi_scored_table eesi_backtest_calendar_rows, eesi_backtest_calendar_summary;
/* Chances: a row a forecast, by program, era and horizon, and in classes; rounds and invitations likewise. */
eesi_scored_table eesi_backtest_chance_rows, eesi_backtest_chance_summary, eesi_backtest_activity_summary,
    eesi_backtest_reliability, eesi_backtest_pool;

#endif
