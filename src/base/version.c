#include <eesim/version.h>

const char *ees_version(void) {
    return EESIM_VERSION;
}
