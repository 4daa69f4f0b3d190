/* datapackage.json: what every file and every column means. */
#include "base/sha256.h"
#include "table/table.h"

static const char *type_name(ees_column_type type) {
    switch (type) {
    case EES_COLUMN_INTEGER:
    case EES_COLUMN_COUNT:
        return "integer";
    case EES_COLUMN_NUMBER:
        return "number";
    case EES_COLUMN_DATE:
        return "date";
    case EES_COLUMN_TIME:
        return "datetime";
    case EES_COLUMN_TEXT:
        break;
    }
    return "string";
}

static void put(FILE *out, const char *before, const char *key, const char *value) {
    fputs(before, out);
    ees_json_put_string(out, key);
    fputs(": ", out);
    ees_json_put_string(out, value);
}

static void put_field(FILE *out, const ees_column *column) {
    put(out, "          {", "name", column->name);
    put(out, ", ", "type", type_name(column->type));
    if (column->unit)
        put(out, ", ", "unit", column->unit);
    put(out, ", ", "description", column->meaning ? column->meaning : "");
    fputc('}', out);
}

/* The file name without the extension, as the standard's pattern asks. */
static void put_name(FILE *out, const char *path) {
    fputs("    {\n      \"name\": \"", out);
    for (const char *p = path; *p && *p != '.'; p++)
        fputc(*p == '/' || *p == '_' ? '-' : *p, out);
    fputc('"', out);
}

static void put_content(FILE *out, const eesi_file_part *content) {
    char sha256[EESI_SHA256_TEXT];
    eesi_sha256(content->data, content->length, sha256);
    fprintf(out, ",\n      \"bytes\": %zu,\n      \"hash\": \"sha256:%s\"", content->length, sha256);
}

static void put_resource(FILE *out, const eesi_resource *resource) {
    static const char next[] = ",\n      ";
    put_name(out, resource->path);
    put(out, next, "path", resource->path);
    put(out, next, "title", resource->title);
    put(out, next, "profile", "tabular-data-resource");
    put(out, next, "format", "csv");
    put(out, next, "mediatype", "text/csv");
    put(out, next, "encoding", "utf-8");
    if (resource->content)
        put_content(out, resource->content);
    fputs(",\n      \"schema\": {\n        \"fields\": [\n", out);
    for (size_t i = 0; i < resource->column_count; i++) {
        put_field(out, &resource->columns[i]);
        fputs(i + 1 < resource->column_count ? ",\n" : "\n", out);
    }
    fputs("        ],\n        \"missingValues\": [\"\"]", out);
    if (resource->keys)
        fprintf(out, ",\n        %s", resource->keys);
    fputs("\n      }\n    }", out);
}

void eesi_package_write(const eesi_package *package, FILE *out) {
    put(out, "{\n  ", "profile", "tabular-data-package");
    put(out, ",\n  ", "name", package->name);
    put(out, ",\n  ", "title", package->title);
    if (package->description)
        put(out, ",\n  ", "description", package->description);
    put(out, ",\n  \"sources\": [{", "title", package->source_title);
    put(out, ", ", "path", package->source_path);
    put(out, "}],\n  \"licenses\": [{", "name", package->licence);
    put(out, ", ", "title", package->licence_title);
    put(out, ", ", "path", package->licence_path);
    fputs("}],\n  \"resources\": [\n", out);
    for (size_t i = 0; i < package->resource_count; i++) {
        put_resource(out, &package->resources[i]);
        fputs(i + 1 < package->resource_count ? ",\n" : "\n", out);
    }
    fputs("  ]\n}\n", out);
}
