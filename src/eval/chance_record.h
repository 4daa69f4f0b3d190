/* The record of chances: how far past ones lay from what came, kept in models/chance.json. */
#ifndef EESI_CHANCE_RECORD_H
#define EESI_CHANCE_RECORD_H

#include <stdio.h>

#include <eesim/backtest.h>

#include "base/source.h"
#include "eval/chance_summary.h"

/* One class of probabilities, over live programs and all origins. */
typedef struct eesi_record_class {
    double forecast; /* mean probability */
    double error;    /* root of the squares of: share that came less `forecast`, and its standard error */
} eesi_record_class;

typedef struct eesi_chance_record {
    size_t count[EES_CHANCE_HORIZONS];                                 /* classes with forecasts */
    eesi_record_class class[EES_CHANCE_HORIZONS][EESI_CHANCE_CLASSES]; /* by rising forecast */
} eesi_chance_record;

/* What the record says of itself. Texts are borrowed. */
typedef struct eesi_record_origin {
    const char *data_sha256, *model_sha256, *calendar_sha256;
    uint64_t seed;
} eesi_record_origin;

/* Write the record of a backtest of chances as JSON (models/schema/chance.schema.json). 0, EES_ERR_RANGE (it has no
 * chances), EES_ERR_NOMEM. */
int eesi_chance_record_write(const ees_backtest *backtest, const eesi_record_origin *origin, FILE *out,
                             ees_error *err) EES_MUST_CHECK;

/* Read it. @param from  base/source.h; NULL: files of the system. 0, EES_ERR_NOTFOUND, EES_ERR_DATA, EES_ERR_NOMEM. */
int eesi_chance_record_read(eesi_chance_record *record, const struct eesi_source *from, const char *file,
                            ees_error *err) EES_MUST_CHECK;

/*
 * The error of a chance so many days ahead: that of its class, between classes and between horizons in proportion;
 * beyond the first and the last of them as there. NaN of an empty record.
 */
double eesi_chance_record_error(const eesi_chance_record *record, double chance, int days);

#endif
