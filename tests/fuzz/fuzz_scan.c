/* What the scanner takes as a plain feed, jansson reads as the same members. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/assert.h"
#include "feed/scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void compare(const eesi_scan *scan, const json_t *root) {
    const json_t *rounds = json_object_get(root, "rounds");
    EES_BUG_ASSERT(json_is_array(rounds) && json_array_size(rounds) == scan->object_count);
    size_t start = 0;
    for (size_t i = 0; i < scan->object_count; i++) {
        const json_t *object = json_array_get(rounds, i);
        EES_BUG_ASSERT(json_object_size(object) == scan->ends[i] - start);
        for (; start < scan->ends[i]; start++) {
            const char *value = json_string_value(json_object_get(object, scan->members[start].key));
            EES_BUG_ASSERT(value && strcmp(value, scan->members[start].value) == 0);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1);
    eesi_scan scan;
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    if (eesi_scan_feed(text, size, &scan)) {
        json_t *root = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
        EES_BUG_ASSERT(root != NULL);
        compare(&scan, root);
        json_decref(root);
    } else {
        EES_BUG_ASSERT(memcmp(text, data, size) == 0 || size == 0);
    }
    eesi_scan_free(&scan);
    free(text);
    return 0;
}
