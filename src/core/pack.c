/* Folders of data and models as one buffer, for ees_context_create_from_memory(). */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <eesim/context.h>

#include "base/file.h"

static int no_memory(ees_error *err) {
    return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
}

static int add_file(json_t *pack, const char *dir, const char *as, const char *name, ees_error *err) {
    char *path = eesi_path_join(dir, name), *key = eesi_path_join(as, name), *text = NULL;
    size_t length = 0;
    int rc = path && key ? eesi_file_read(path, EESI_FILE_MAX, &text, &length, err) : no_memory(err);
    json_t *value = rc == EES_OK ? json_stringn(text, length) : NULL;
    if (rc == EES_OK && !value)
        rc = ees_error_at(err, EES_ERR_DATA, path, 0, 0, "is no UTF-8 text");
    if (rc == EES_OK && json_object_set_new(pack, key, value) != 0)
        rc = no_memory(err);
    free(path);
    free(key);
    free(text);
    return rc;
}

/* All files of a folder with this ending. */
static int add_folder(json_t *pack, const char *dir, const char *as, const char *ending, ees_error *err) {
    int rc = EES_OK;
    DIR *entries = opendir(dir);
    if (!entries)
        return ees_error_at(err, EES_ERR_NOTFOUND, dir, 0, 0, "is no folder that can be read");
    for (const struct dirent *entry = NULL; rc == EES_OK && (entry = readdir(entries));) {
        const size_t length = strlen(entry->d_name), tail = strlen(ending);
        if (entry->d_name[0] != '.' && length > tail && strcmp(entry->d_name + length - tail, ending) == 0)
            rc = add_file(pack, dir, as, entry->d_name, err);
    }
    closedir(entries);
    return rc;
}

int ees_context_pack(const char *data_dir, const char *models_dir, char **buffer, size_t *length, ees_error *err) {
    json_t *pack = json_object();
    char *policies = eesi_path_join(models_dir, "policies");
    *buffer = NULL;
    *length = 0;
    int rc = pack && policies ? add_folder(pack, data_dir, "data", ".csv", err) : no_memory(err);
    if (rc == EES_OK)
        rc = add_folder(pack, models_dir, "models", ".json", err);
    if (rc == EES_OK)
        rc = add_folder(pack, policies, "models/policies", ".json", err);
    if (rc == EES_OK && !(*buffer = json_dumps(pack, JSON_SORT_KEYS | JSON_COMPACT)))
        rc = no_memory(err);
    *length = *buffer ? strlen(*buffer) : 0;
    free(policies);
    json_decref(pack);
    return rc;
}
