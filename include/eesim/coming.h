/**
 * @file
 * Coming rounds of programs that meet.
 *
 * ees_forecast_run() asks about one program at a time. In futures run together (run.h) rounds for nominees take
 * those who would top the next CEC round, and general rounds and the others take each other's candidates. This
 * forecasts programs with an ensemble by such a run, and leaves all others to ees_forecast_run(). Both draw their days
 * and sizes from the same policy with the same seed, so a replicate is one future of all programs.
 */
#ifndef EESIM_COMING_H
#define EESIM_COMING_H

#include <eesim/forecast.h>
#include <eesim/run.h>

/** What such a run stands on. Everything is borrowed. Begin with ees_coming_init(). */
typedef struct ees_coming {
    size_t struct_size;
    const ees_run_inputs *inputs;
    const char *policy_file; /* the policy of the request: a file ... */
    const char *const *sets; /* ... and "path=value" */
    size_t set_count;
    ees_program_set programs; /* to be run together, those of them whose stream has begun; 0: none */
    uint64_t replicates;      /* of the run, at most those of the request */
    int threads;              /* 0: all processors */
} ees_coming;

/** Defaults: no programs, 4,096 replicates, all processors. */
EES_API void ees_coming_init(ees_coming *coming);

/**
 * As ees_forecast_run(), with rounds that meet.
 * @param self          an ees_coming; void as in eesi_joint_request.forecast.
 * @param forecast      uninitialised; ees_forecast_free() it, also after an error.
 * @param request       its policy, programs, history and seed are those of `self`.
 * @param known_before  the day that gave request->known; EES_DATE_NONE: everything is known.
 * @param until         last day of the policy's horizon.
 * @return as ees_forecast_run() and ees_run_plan_create(). The same draws for any number of threads.
 */
EES_API int ees_coming_forecast(const void *self, ees_forecast *forecast, const ees_forecast_request *request,
                                ees_date known_before, ees_date until, ees_error *err) EES_MUST_CHECK;

#endif
