/**
 * @file
 * The pooled statistical model: every program, also those the published pool says little about.
 *
 * Category and program rounds use the exposure model (a stock that refills between rounds, its level Student-t),
 * nominee rounds a regression on size and gap. Programs of one family share their parameters, so that three rounds of
 * one of them never carry a forecast alone. Its parameters are the section "statistical" of a model file.
 */
#ifndef EESIM_STATISTICAL_H
#define EESIM_STATISTICAL_H

#include <stddef.h>

#include <eesim/error.h>
#include <eesim/export.h>
#include <eesim/forecaster.h>
#include <eesim/model.h>
#include <eesim/program.h>

typedef struct ees_statistical ees_statistical;

/**
 * Read the section "statistical" of a model.
 * @param statistical  set to a new object or, after an error, NULL; ees_statistical_free() it.
 * @param model, programs  only read here; need not outlive the object.
 * @return 0, EES_ERR_NOTFOUND (no such section), EES_ERR_DATA (family and key are named), EES_ERR_NOMEM.
 * Read-only afterwards: threads may share it.
 */
EES_API int ees_statistical_create(ees_statistical **statistical, const ees_model *model, const ees_programs *programs,
                                   ees_error *err) EES_MUST_CHECK;
/** @param statistical  may be NULL. */
EES_API void ees_statistical_free(ees_statistical *statistical);

/**
 * The forecaster "statistical". It answers for every program of a family, also before the program's first round (from
 * the family alone, wide); EES_ERR_NOTFOUND for others and without a size. No randomness. Safe for several threads.
 * About 5 ms a question; a sweep over many rounds costs little more than one.
 * @param statistical  must outlive the forecaster.
 */
EES_API ees_forecaster ees_statistical_forecaster(const ees_statistical *statistical);

#endif
