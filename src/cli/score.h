/* What the files of `eesim score` share. */
#ifndef EESIM_CLI_SCORE_H
#define EESIM_CLI_SCORE_H

#include <jansson.h>

#include "cli.h"

/* A text in English and French. */
typedef struct score_words {
    const char *name; /* in JSON */
    const char *en, *fr;
} score_words;

typedef enum score_lang { SCORE_EN, SCORE_FR } score_lang;

/* --lang, else the language of the environment. */
score_lang score_language(int option);
const char *score_word(const score_words *words, score_lang lang, const char *name);
extern const score_words score_educations[];

/* The answer for people. */
void score_put_text(FILE *out, const json_t *answer, score_lang lang);
/* Ask for a profile on the terminal. NULL when the input ends before the questions do. Owned by the caller. */
json_t *score_ask(cli *app, ees_context *context, score_lang lang);
/* English names of a part and of a change. */
const char *score_part_name(const char *part);
const char *score_change_name(const char *change);
/* The score of the profile in a file, for a report. Owned by the caller; NULL and *err. */
json_t *report_ask(cli *app, const char *profile, ees_error *err);
int report_put_profile(cli *app, const char *profile, const json_t *score, FILE *out, ees_error *err);
/* Offer to save it. */
int score_offer_save(cli *app, const json_t *profile, score_lang lang);

#endif
