#include <eesim/report.h>

#include "base/file.h"

int ees_file_write(const char *path, const char *data, size_t length, ees_error *err) {
    return eesi_file_write(path, data, length, err);
}
