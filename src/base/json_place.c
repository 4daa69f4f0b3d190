/* Where a member or an element stands in JSON text. jansson keeps no places, so the text is gone through again; it is
 * valid by then.
 */
#include "base/json.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *skip_space(const char *p) {
    return p + strspn(p, " \t\r\n");
}

/* Past the string that begins here. */
static const char *skip_string(const char *p) {
    for (p++; *p && *p != '"'; p++)
        p += *p == '\\' && p[1];
    return *p ? p + 1 : p;
}

/* Past the value that begins here. */
static const char *skip_value(const char *p) {
    int depth = 0;
    do {
        if (*p == '"') {
            p = skip_string(p);
            continue;
        }
        depth += (*p == '{' || *p == '[') - (*p == '}' || *p == ']');
        p++;
        while (depth == 0 && *p && !strchr(",]} \t\r\n\"{[", *p))
            p++;
    } while (*p && depth > 0);
    return p;
}

/* The member with this key of the object that begins at p; NULL: there is none. */
static const char *find_member(const char *p, const char *key) {
    const size_t length = strlen(key);
    if (*p != '{')
        return NULL;
    for (p = skip_space(p + 1); *p == '"'; p = skip_space(p)) {
        const char *end = skip_string(p);
        if ((size_t)(end - p) == length + 2 && strncmp(p + 1, key, length) == 0)
            return p;
        p = skip_space(skip_value(skip_space(skip_space(end) + 1)));
        p += *p == ',';
    }
    return NULL;
}

/* The element at this place, "0", of the array that begins at p; NULL: there is none. */
static const char *find_element(const char *p, const char *place) {
    char *end;
    long left = strtol(place, &end, 10);
    if (*p != '[' || end == place || *end)
        return NULL;
    for (p = skip_space(p + 1); *p && *p != ']'; p = skip_space(p + 1)) {
        if (left-- == 0)
            return p;
        p = skip_space(skip_value(p));
        if (*p != ',')
            return NULL;
    }
    return NULL;
}

void eesi_json_place(const char *text, const char *path, long *line, long *column) {
    char key[64];
    const char *place = skip_space(text), *object = place;
    while (*path && object) {
        const size_t length = strcspn(path, ".");
        snprintf(key, sizeof key, "%.*s", (int)length, path);
        path += length + (path[length] == '.');
        const bool in_array = *object == '[';
        const char *found = in_array ? find_element(object, key) : find_member(object, key);
        place = found ? found : place;
        object = found && !in_array ? skip_space(skip_space(skip_string(found)) + 1) : found;
    }
    *line = *column = 1;
    for (const char *p = text; p < place; p++) {
        *column = *p == '\n' ? 1 : *column + 1;
        *line += *p == '\n';
    }
}
