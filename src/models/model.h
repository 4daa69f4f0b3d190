/* The content of a model file. */
#ifndef EESI_MODEL_H
#define EESI_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include <eesim/date.h>
#include <eesim/error.h>
#include <eesim/history.h>
#include <eesim/version.h>

#include "base/source.h"
#include "flow/stock.h"
#include "flow/transition.h"

typedef struct ees_model ees_model;

/* @param model  may be NULL. */
void eesi_model_free(ees_model *model);

/* @return the name the file gives itself; owned by the model. */
const char *eesi_model_name(const ees_model *model);
/* @return 64 hexadecimal digits, of the bytes of the file; owned by the model. */
const char *eesi_model_sha256(const ees_model *model);
/* @return official number of the last round its parameters were fitted on ("396"), "" when not stated. */
const char *eesi_model_fitted_until(const ees_model *model);

/*
 * The content of the model file, laid out as the shipped ones.
 * @param text  set to a NUL-terminated string, free() it; NULL after an error. @return 0 or EES_ERR_NOMEM.
 */
int eesi_model_text(const ees_model *model, char **text, ees_error *err) EES_MUST_CHECK;

enum { EESI_MODEL_TEXT = 64, EESI_CODE_MAX = 24, EESI_STOCK_FIELDS = 10, EESI_FLOW_FIELDS = 25 };

/* The prior of a parameter: value = centre * exp(spread * z) on a log scale, else centre +
 * spread * z, with z standard normal. A spread of 0 fixes it. */
typedef struct eesi_prior {
    double centre, spread;
    bool log_scale;
} eesi_prior;

/* How a section is fitted; see fit.c. */
typedef struct eesi_fit_rules {
    bool given;
    char first_round[EES_ROUND_NUMBER_MAX]; /* the first round that is scored */
    char last_round[EES_ROUND_NUMBER_MAX];  /* "": the last one there is */
    double penalty;                         /* points of CRPS for one unit of squared z */
    double half_life_rounds;                /* weight of a round halves over so many later ones; 0: all equal */
    bool hindsight;                         /* half of the score with the snapshot published with the round */
} eesi_fit_rules;

/* Points taken from everybody on one day. */
typedef struct eesi_shock {
    ees_date date; /* EES_DATE_NONE: never */
    int points;
} eesi_shock;

/* One program over one stretch of time in which its rules did not change. */
typedef struct eesi_stream {
    char program[EESI_CODE_MAX]; /* code */
    ees_date from, until;        /* rounds held from <= day < until; EES_DATE_NONE: open */
    int restart_days;            /* a longer silence forgets the stream; 0: never */
    bool has_stock;
    eesi_flow_grid stock_grid;
    eesi_stock_params stock;
    eesi_fit_rules stock_fit;
    eesi_prior stock_prior[EESI_STOCK_FIELDS];
    eesi_flow_grid grid; /* of the ensemble */
    int bands_low;       /* published bands from here to 600 show the stream; above 600: none does */
    bool has_other;      /* 501-600 holds candidates of other streams too */
    /* About this share of the next band below belongs to the stream; log_sd 0: that band is not looked at. */
    double shared_band, shared_band_log_sd;
    /* A round of another program takes as large a share of the stock above its cut-off as of the pool there,
     * times category_share with a log sd of category_log_sd; category_share 0: such rounds are not looked at. */
    double category_share, category_log_sd;
    double surprise_sd; /* standard deviations from which on a round widens the stock; 0: none does */
    size_t set_count;   /* 0: no ensemble */
    eesi_fit_rules fit;
    eesi_prior prior[EESI_FLOW_FIELDS];
    eesi_flow_params *sets; /* owned by the model */
} eesi_stream;

struct ees_model {
    char name[EESI_MODEL_TEXT];
    char fitted_until[EES_ROUND_NUMBER_MAX];
    char sha256[65];
    eesi_shock shock;
    size_t excluded_count; /* rounds that were policy events: kept in the data, neither learnt from nor scored */
    const char **excluded; /* owned, the numbers by `root` */
    size_t stream_count;
    eesi_stream *streams;
    json_t *root; /* for the modules that keep sections of their own */
};

/* The stream of a program on a day, or NULL. */
const eesi_stream *eesi_model_stream(const ees_model *model, const char *program, ees_date date);
bool eesi_stream_covers(const eesi_stream *stream, ees_date date);
bool eesi_model_excludes(const ees_model *model, const char *round_number);

/* One parameter of a struct of doubles: its key in the file, its place, what it may be. */
typedef struct eesi_param_field {
    const char *key;
    size_t offset;
    double min, max;
} eesi_param_field;

extern const eesi_param_field eesi_stock_fields[EESI_STOCK_FIELDS];
extern const eesi_param_field eesi_flow_fields[EESI_FLOW_FIELDS];

double eesi_param_get(const void *params, const eesi_param_field *field);
void eesi_param_set(void *params, const eesi_param_field *field, double value);

/*
 * Load a model file.
 * @param from   NULL: files of the system.
 * @param model  set to a new model, or to NULL after an error; eesi_model_free() it.
 * @return 0, EES_ERR_NOTFOUND, EES_ERR_IO, EES_ERR_DATA (the message names file, stream and key), EES_ERR_NOMEM.
 * Read-only afterwards: threads may share it.
 */
int eesi_model_read(ees_model **model, const eesi_source *from, const char *path, ees_error *err) EES_MUST_CHECK;

#endif
