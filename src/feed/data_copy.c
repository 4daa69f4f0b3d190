/* A data folder to another place. */
#include <stdlib.h>

#include "base/file.h"
#include "base/folder_swap.h"
#include "feed/tables.h"

int ees_data_copy(const char *from, const char *to, ees_error *err) {
    static const char *const names[EESI_DATA_FILES] = {EESI_ROUNDS_FILE, EESI_POOLS_FILE, EESI_FAULTS_FILE,
                                                       EESI_README_FILE, EESI_PACKAGE_FILE};
    eesi_file_part parts[EESI_DATA_FILES];
    char *texts[EESI_DATA_FILES] = {NULL};
    size_t count = 0;
    int rc = EES_OK;
    for (int i = 0; i < EESI_DATA_FILES && !rc; i++) {
        char *path = eesi_path_join(from, names[i]);
        size_t length = 0;
        rc = path ? eesi_file_read(path, EESI_FILE_MAX, &texts[i], &length, err)
                  : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
        free(path);
        if (rc == EES_OK)
            parts[count++] = (eesi_file_part){names[i], texts[i], length};
        else if (rc == EES_ERR_NOTFOUND && i > 1)
            rc = EES_OK; /* a folder of rounds and pools alone is one too */
    }
    if (rc == EES_OK)
        rc = eesi_dir_make(to, err);
    if (rc == EES_OK)
        rc = eesi_folder_write(to, parts, count, err);
    for (int i = 0; i < EESI_DATA_FILES; i++)
        free(texts[i]);
    return rc;
}
