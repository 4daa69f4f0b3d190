/**
 * @file
 * A forecasting model: the streams of candidates it knows and their fitted parameters, read from a JSON file
 * (models/model.schema.json describes it).
 */
#ifndef EESIM_MODEL_H
#define EESIM_MODEL_H

#include <eesim/error.h>
#include <eesim/export.h>

typedef struct ees_model ees_model;

/**
 * Load a model file.
 * @param model  set to a new model, or to NULL after an error; ees_model_free() it.
 * @return 0, EES_ERR_NOTFOUND, EES_ERR_IO, EES_ERR_DATA (the message names file, stream and key), EES_ERR_NOMEM.
 * Read-only afterwards: threads may share it.
 */
EES_API int ees_model_load(ees_model **model, const char *path, ees_error *err) EES_MUST_CHECK;
/** @param model  may be NULL. */
EES_API void ees_model_free(ees_model *model);

/** @return the name the file gives itself; owned by the model. */
EES_API const char *ees_model_name(const ees_model *model);
/** @return 64 hexadecimal digits, of the bytes of the file; owned by the model. */
EES_API const char *ees_model_sha256(const ees_model *model);
/** @return official number of the last round its parameters were fitted on ("396"), "" when not stated. */
EES_API const char *ees_model_fitted_until(const ees_model *model);

/**
 * The content of the model file, laid out as the shipped ones.
 * @param text  set to a NUL-terminated string, free() it; NULL after an error. @return 0 or EES_ERR_NOMEM.
 */
EES_API int ees_model_text(const ees_model *model, char **text, ees_error *err) EES_MUST_CHECK;

#endif
