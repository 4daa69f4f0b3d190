/* The content of the section "statistical" of a model file. */
#ifndef EESI_STATISTICAL_H
#define EESI_STATISTICAL_H

#include <eesim/statistical.h>

#include "models/mixture.h"
#include "models/nominee.h"

enum { EESI_COMMON_FIELDS = 7, EESI_FAMILY_FIELDS = 10, EESI_NOMINEE_FIELDS = 12 };

/* The prior of a parameter: centre + spread * z, or centre * exp(spread * z) on a log scale,
 * with z standard normal. A spread of 0 fixes it. */
typedef struct eesi_param_prior {
    double centre, spread;
    bool log_scale;
} eesi_param_prior;

/* Priors of one family: those of all families, some replaced by its own. */
typedef struct eesi_family_priors {
    eesi_param_prior field[EESI_FAMILY_FIELDS];
} eesi_family_priors;

struct ees_statistical {
    size_t family_count;
    eesi_family *families; /* owned */
    bool has_priors;
    eesi_param_prior common_priors[EESI_COMMON_FIELDS];
    eesi_family_priors *family_priors; /* owned; family_count */
    eesi_param_prior nominee_priors[EESI_NOMINEE_FIELDS];
    ees_program_set nominee_programs;
    eesi_nominee_params nominee;
    size_t excluded_count;
    const char **excluded; /* owned, the numbers by `root` */
    json_t *root;          /* of the model file */
};

/* Parameters all families share, and those of one family; offsets are into eesi_family. */
extern const eesi_param_field eesi_common_fields[EESI_COMMON_FIELDS];
extern const eesi_param_field eesi_family_fields[EESI_FAMILY_FIELDS];
/* Offsets are into eesi_nominee_params. */
extern const eesi_param_field eesi_nominee_fields[EESI_NOMINEE_FIELDS];

/* The family of a program on a day, or NULL. */
const eesi_family *eesi_statistical_family(const ees_statistical *statistical, int program, ees_date date);
bool eesi_statistical_excludes(const ees_statistical *statistical, const ees_round *round);
/* Answer questions, oldest first. */
int eesi_statistical_sweep(const ees_statistical *statistical, const ees_question *questions, size_t count,
                           ees_predictive *predictives, int *statuses, ees_error *err);

#endif
