/* The files of a data folder: their names and columns, and how they are written. */
#ifndef EESI_TABLES_H
#define EESI_TABLES_H

#define EESI_ROUNDS_FILE "rounds.csv"
#define EESI_POOLS_FILE "pools.csv"

typedef enum eesi_round_column {
    EESI_ROUND_NUMBER,
    EESI_ROUND_DATE,
    EESI_ROUND_PROGRAM,
    EESI_ROUND_NAME,
    EESI_ROUND_ELIGIBLE,
    EESI_ROUND_SIZE,
    EESI_ROUND_CUTOFF,
    EESI_ROUND_TIE_BREAK,
    EESI_ROUND_HELD_AT,
    EESI_ROUND_POOL,
    EESI_ROUND_POOL_AS_OF,
    EESI_ROUND_COLUMNS
} eesi_round_column;

typedef enum eesi_pool_column {
    EESI_POOL_KEY,
    EESI_POOL_AS_OF,
    EESI_POOL_LOW,
    EESI_POOL_HIGH,
    EESI_POOL_CANDIDATES,
    EESI_POOL_COLUMNS
} eesi_pool_column;

extern const char *const eesi_round_columns[EESI_ROUND_COLUMNS];
extern const char *const eesi_pool_columns[EESI_POOL_COLUMNS];

#endif
