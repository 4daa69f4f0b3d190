/*
 * Questions as JSON. A command has a table of keys, each with a type and a field of a struct; the question is read into
 * it and handed to the command's answer. One file answer_NAME.c a command; answer.c lists them.
 */
#ifndef EESI_ANSWER_H
#define EESI_ANSWER_H

#include <stdio.h>

#include <jansson.h>

#include <eesim/report.h>

#include "core/context.h"

/* What a value must be, and the C type it is stored as; beside it what the field holds when the key is absent. */
typedef enum eesi_key_kind {
    EESI_KEY_FLAG,    /* bool; false */
    EESI_KEY_INT,     /* int64_t in min..max; `otherwise`, EES_COUNT_NONE when that is 0 */
    EESI_KEY_NUMBER,  /* double in min..max; NAN */
    EESI_KEY_DATE,    /* ees_date from "YYYY-MM-DD"; EES_DATE_NONE */
    EESI_KEY_TIME,    /* ees_time from "YYYY-MM-DD" or "YYYY-MM-DDThh:mm:ssZ"; EES_TIME_NONE */
    EESI_KEY_PROGRAM, /* int, position of a program named by its code; EES_PROGRAM_NONE */
    EESI_KEY_CHOICE,  /* int, position in `choices`; -1 */
    EESI_KEY_TEXT,    /* const char *, borrowed from the question; NULL */
    EESI_KEY_FILE, /* the same, the path of a JSON file; or the file itself as an object, which the context then reads
                    */
    EESI_KEY_LIST, /* eesi_texts: a text, or an array of texts; empty */
    EESI_KEY_JSON  /* const json_t *, borrowed; NULL. Checked by the answer */
} eesi_key_kind;

enum { EESI_TEXTS_MAX = 256 };

typedef struct eesi_texts {
    const char *items[EESI_TEXTS_MAX];
    size_t count;
} eesi_texts;

typedef struct eesi_key {
    const char *name; /* NULL ends a table */
    eesi_key_kind kind;
    bool needed;
    size_t offset;
    double min, max;     /* INT and NUMBER, both included */
    const char *choices; /* CHOICE: "a|b|c" */
    int64_t otherwise;   /* INT */
} eesi_key;

/* What most questions may say beside their own keys. */
typedef struct eesi_common {
    const char *model; /* NULL: the context's own choice */
    ees_date date;
    int64_t replicates; /* EES_COUNT_NONE */
    int64_t seed;       /* 1 */
} eesi_common;

/* Which of them a command takes. */
enum { EESI_TAKES_MODEL = 1u, EESI_TAKES_DATE = 2u, EESI_TAKES_RANDOM = 4u, EESI_TAKES_ALL = 7u };

typedef struct eesi_answerer {
    const char *command; /* as on the command line */
    const eesi_key *keys;
    size_t size;     /* of the struct the keys are read into; it is zeroed first */
    unsigned common; /* EESI_TAKES_... */
    /* Set the request of the command's verb; NULL: it has none. Strings are the question's. */
    int (*fill)(ees_context *context, const eesi_common *common, const void *question, void *request, ees_error *err);
    /* Write the answer, as `--format json` prints it. */
    int (*answer)(ees_context *context, const eesi_common *common, const void *question, FILE *out, ees_error *err);
} eesi_answerer;

extern const eesi_answerer eesi_answer_backtest, eesi_answer_chance, eesi_answer_draw, eesi_answer_fit,
    eesi_answer_forecast, eesi_answer_plan, eesi_answer_pool, eesi_answer_rounds, eesi_answer_run, eesi_answer_score;

/* Read the keys of a question into a struct. Files it holds itself are given to the context. EES_ERR_RANGE; the message
 * names the key. */
int eesi_question_read(ees_context *context, const eesi_answerer *who, const json_t *question, eesi_common *common,
                       void *into, ees_error *err) EES_MUST_CHECK;

/* Programs of a list of codes, each "CEC" or "CEC,PNP"; all bits when the list is empty. EES_ERR_RANGE. */
int eesi_program_set(ees_context *context, const eesi_texts *codes, ees_program_set *set,
                     ees_error *err) EES_MUST_CHECK;

/*
 * What every answer ends with: the seed, where there is chance in it (else NULL), the data and the version, each behind
 * `separator`, and the closing brace.
 */
int eesi_answer_foot(FILE *out, const char *separator, ees_context *context, const uint64_t *seed,
                     ees_error *err) EES_MUST_CHECK;
/* {"schema":SCHEMA,KEY:[rows], and the foot. */
int eesi_answer_table(FILE *out, const char *schema, const char *key, const ees_table *table, ees_context *context,
                      const uint64_t *seed, ees_error *err) EES_MUST_CHECK;

#endif
