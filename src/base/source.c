#include "base/source.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"

static int no_memory(eesi_source *source, ees_error *err) {
    eesi_source_free(source);
    return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
}

int eesi_source_init(eesi_source *source, const char *data_dir, const char *models_dir, ees_error *err) {
    *source = (eesi_source){.data_dir = data_dir ? strdup(data_dir) : NULL,
                            .models_dir = models_dir ? strdup(models_dir) : NULL};
    return (data_dir && !source->data_dir) || (models_dir && !source->models_dir) ? no_memory(source, err) : EES_OK;
}

static int check_pack(const json_t *pack, ees_error *err) {
    const char *name;
    json_t *text;
    if (!json_is_object(pack))
        return ees_error_at(err, EES_ERR_DATA, "buffer", 0, 0, "expected an object of file names and their texts");
    json_object_foreach((json_t *)pack, name, text) {
        if (!json_is_string(text))
            return ees_error_at(err, EES_ERR_DATA, "buffer", 0, 0, "'%.100s' is not a text", name);
    }
    return EES_OK;
}

int eesi_source_init_pack(eesi_source *source, const char *bytes, size_t length, ees_error *err) {
    json_t *pack = NULL;
    int rc = eesi_source_init(source, "data", "models", err);
    if (rc)
        return rc;
    rc = eesi_json_parse("buffer", bytes, length, &pack, err);
    source->pack = pack;
    if (rc == EES_OK)
        rc = check_pack(pack, err);
    if (rc)
        eesi_source_free(source);
    return rc;
}

void eesi_source_free(eesi_source *source) {
    free(source->data_dir);
    free(source->models_dir);
    json_decref(source->pack);
    json_decref(source->given);
    *source = (eesi_source){0};
}

static bool is_packed(const char *path) {
    return strncmp(path, "data/", 5) == 0 || strncmp(path, "models/", 7) == 0;
}

void eesi_source_give(eesi_source *source, void *texts) {
    json_decref(source->given);
    source->given = texts;
}

/* The text where `path` is a document or a file of the buffer; NULL and `outside` where the system is asked. */
static const json_t *find(const eesi_source *source, const char *path, bool *outside) {
    const json_t *given = source ? json_object_get(source->given, path) : NULL;
    *outside = !given && (!source || !source->pack || !is_packed(path));
    return given || *outside ? given : json_object_get(source->pack, path);
}

int eesi_source_read(const eesi_source *source, const char *path, char **text, size_t *length, ees_error *err) {
    bool outside;
    const json_t *held = find(source, path, &outside);
    if (outside)
        return eesi_file_read(path, EESI_FILE_MAX, text, length, err);
    *text = NULL;
    *length = json_string_length(held);
    if (!held)
        return ees_error_at(err, EES_ERR_NOTFOUND, path, 0, 0, "is not in the buffer");
    if (*length == 0)
        return ees_error_at(err, EES_ERR_DATA, path, 0, 0, "is empty");
    *text = malloc(*length + 1);
    if (!*text)
        return ees_error_at(err, EES_ERR_NOMEM, path, 0, 0, "out of memory");
    memcpy(*text, json_string_value(held), *length + 1);
    return EES_OK;
}
