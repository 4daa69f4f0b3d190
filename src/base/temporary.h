/*
 * Names of files that are being written, beside their targets. The owner is part of the name, so that those of a killed
 * process are removed by the next that writes there.
 */
#ifndef EESI_TEMPORARY_H
#define EESI_TEMPORARY_H

#include <stdbool.h>

/*
 * Make an empty file in the folder of `target`, private to its owner. *path is the caller's (free()).
 * @return its descriptor, or -1 with errno; *path is then NULL.
 */
int eesi_temporary_open(const char *target, char **path);

/*
 * Remove what killed processes of this user left in the folder of `target`. A process is known to be dead on the
 * machine that it ran on alone: what another machine wrote goes when it is a day old.
 */
void eesi_temporary_sweep(const char *target);

/* True for the name of such a file, without its folder. */
bool eesi_temporary_is(const char *name);

#endif
