/* Programs and history from wherever the files are: a folder or a buffer. */
#ifndef EESI_READ_H
#define EESI_READ_H

#include <eesim/history.h>
#include <eesim/program.h>

#include "base/source.h"

/* As ees_programs_load() and ees_history_load(). @param from  NULL: files of the system. */
int eesi_programs_read(ees_programs *programs, const eesi_source *from, const char *path,
                       ees_error *err) EES_MUST_CHECK;
int eesi_history_read(ees_history *history, const eesi_source *from, const char *dir, const ees_programs *programs,
                      ees_error *err) EES_MUST_CHECK;

#endif
