/* What a run stands on. */
#ifndef EESI_RUN_INPUTS_H
#define EESI_RUN_INPUTS_H

#include <eesim/history.h>
#include <eesim/pool.h>
#include <eesim/program.h>

#include "base/source.h"
#include "calendar/calendar.h"
#include "models/forecaster.h"
#include "models/model.h"

/* What a run stands on; everything is borrowed and must outlive the plan. */
typedef struct ees_run_inputs {
    const ees_programs *programs;
    const ees_history *history;
    const ees_model *model; /* its ensembles are the start of the futures */
    /* Its members, seed and cache, which further questions find filled; NULL, or of another seed: the run makes its
     * own. */
    const struct eesi_ensemble_model *ensemble;
    const ees_calendar_model *calendar; /* habits behind learned dates and sizes */
    const ees_forecaster *forecasters;  /* for programs without an ensemble: the first that has an answer is used */
    size_t forecaster_count;
    const ees_segments *segments;    /* who stands below the scores that the members know; NULL: not known */
    const struct eesi_source *files; /* where policy files are read from; NULL: files of the system */
    const char *cache_dir;           /* as eesi_ensemble_options.cache_dir; NULL: none */
} ees_run_inputs;

#endif
