/**
 * @file
 * Everything of libeesim. Include this, or the single headers below it.
 */
#ifndef EESIM_H
#define EESIM_H

#include <eesim/answer.h>
#include <eesim/backtest.h>
#include <eesim/calendar.h>
#include <eesim/candidates.h>
#include <eesim/chance.h>
#include <eesim/context.h>
#include <eesim/date.h>
#include <eesim/draw.h>
#include <eesim/error.h>
#include <eesim/export.h>
#include <eesim/feed.h>
#include <eesim/fit.h>
#include <eesim/forecast.h>
#include <eesim/forecaster.h>
#include <eesim/history.h>
#include <eesim/known_pool.h>
#include <eesim/model.h>
#include <eesim/output.h>
#include <eesim/picture.h>
#include <eesim/policy.h>
#include <eesim/pool.h>
#include <eesim/predict.h>
#include <eesim/predictive.h>
#include <eesim/program.h>
#include <eesim/progress.h>
#include <eesim/rng.h>
#include <eesim/rounds.h>
#include <eesim/run.h>
#include <eesim/score.h>
#include <eesim/scoring.h>
#include <eesim/segment.h>
#include <eesim/table.h>
#include <eesim/version.h>

#endif
