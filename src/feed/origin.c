#include "feed/origin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"

void eesi_origin_put(eesi_buf *buf, const ees_feed_origin *origin, const char *data_sha256) {
    json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:s}", "schema", "eesim.fetched/1", "url", origin->url, "etag",
                               origin->etag, "last_modified", origin->last_modified, "data_sha256", data_sha256);
    char *text = object ? json_dumps(object, JSON_INDENT(2)) : NULL;
    if (text) {
        eesi_buf_puts(buf, text);
        eesi_buf_putc(buf, '\n');
    } else {
        buf->failed = true;
    }
    free(text);
    json_decref(object);
}

static void copy(const json_t *object, const char *key, char *text, size_t size) {
    const char *value = json_string_value(json_object_get(object, key));
    if (value && strlen(value) < size)
        snprintf(text, size, "%s", value);
}

void ees_feed_origin_read(ees_feed_origin *origin, const char *data_dir, const char *data_sha256) {
    memset(origin, 0, sizeof *origin);
    char *path = eesi_path_join(data_dir, EESI_ORIGIN_FILE);
    json_t *object = NULL;
    int rc = path ? eesi_json_read(path, &object, NULL, NULL) : EES_ERR_NOMEM;
    free(path);
    const char *of = rc == EES_OK ? json_string_value(json_object_get(object, "data_sha256")) : NULL;
    if (of && strcmp(of, data_sha256) == 0) {
        copy(object, "url", origin->url, sizeof origin->url);
        copy(object, "etag", origin->etag, sizeof origin->etag);
        copy(object, "last_modified", origin->last_modified, sizeof origin->last_modified);
    }
    json_decref(object);
}
