/**
 * @file
 * Everything of libeesim. Include this, or the single headers below it.
 */
#ifndef EESIM_H
#define EESIM_H

#include <eesim/backtest.h>
#include <eesim/context.h>
#include <eesim/date.h>
#include <eesim/error.h>
#include <eesim/feed.h>
#include <eesim/fit.h>
#include <eesim/history.h>
#include <eesim/pool.h>
#include <eesim/predictive.h>
#include <eesim/program.h>
#include <eesim/report.h>
#include <eesim/run.h>
#include <eesim/version.h>

#endif
