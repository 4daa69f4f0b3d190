/* The content of the section "statistical" of a model file. */
#ifndef EESI_STATISTICAL_H
#define EESI_STATISTICAL_H

#include <eesim/statistical.h>

#include "filter/bank.h"
#include "filter/nominee.h"

struct ees_statistical {
    size_t family_count;
    eesi_family *families; /* owned */
    ees_program_set nominee_programs;
    eesi_nominee_params nominee;
    size_t excluded_count;
    char (*excluded)[EES_ROUND_NUMBER_MAX]; /* owned */
};

/* Parameters all families share, and those of one family; offsets are into eesi_family. */
extern const eesi_param_field eesi_common_fields[];
extern const size_t eesi_common_field_count;
extern const eesi_param_field eesi_family_fields[];
extern const size_t eesi_family_field_count;
/* Offsets are into eesi_nominee_params. */
extern const eesi_param_field eesi_nominee_fields[];
extern const size_t eesi_nominee_field_count;

/* The family of a program on a day, or NULL. */
const eesi_family *eesi_statistical_family(const ees_statistical *statistical, int program, ees_date date);
/* Answer questions of one program, oldest first. */
int eesi_statistical_sweep(const ees_statistical *statistical, const ees_question *questions, size_t count,
                           ees_predictive *predictives, int *statuses, ees_error *err);

#endif
