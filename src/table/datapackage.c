/* datapackage.json: what every file and every column means. */
#include <eesim/report.h>

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

static void put_key(FILE *out, const char *key, const char *value) {
    ees_json_put_string(out, key);
    fputs(": ", out);
    ees_json_put_string(out, value);
}

static void put_field(FILE *out, const ees_column *column) {
    fputs("        {", out);
    put_key(out, "name", column->name);
    fputs(", ", out);
    put_key(out, "type", type_name(column->type));
    if (column->unit) {
        fputs(", ", out);
        put_key(out, "unit", column->unit);
    }
    fputs(", ", out);
    put_key(out, "description", column->meaning ? column->meaning : "");
    fputc('}', out);
}

/* A resource's name is its file name without the extension, as the standard's pattern asks. */
static void put_resource(FILE *out, const ees_resource *resource) {
    fputs("    {\"name\": \"", out);
    for (const char *p = resource->path; *p && *p != '.'; p++)
        fputc(*p == '/' || *p == '_' ? '-' : *p, out);
    fputs("\", ", out);
    put_key(out, "path", resource->path);
    fputs(",\n     ", out);
    put_key(out, "title", resource->title);
    fputs(",\n     \"profile\": \"tabular-data-resource\", \"format\": \"csv\", \"mediatype\": \"text/csv\", "
          "\"encoding\": \"utf-8\",\n     \"schema\": {\"missingValues\": [\"\"], \"fields\": [\n",
          out);
    for (size_t i = 0; i < resource->column_count; i++) {
        put_field(out, &resource->columns[i]);
        fputs(i + 1 < resource->column_count ? ",\n" : "\n", out);
    }
    fputs("     ]}}", out);
}

void eesi_package_write(const ees_package *package, FILE *out) {
    fputs("{\n  \"profile\": \"tabular-data-package\",\n  ", out);
    put_key(out, "name", package->name);
    fputs(",\n  ", out);
    put_key(out, "title", package->title);
    if (package->licence) {
        fputs(",\n  \"licenses\": [{", out);
        put_key(out, "name", package->licence);
        fputs("}]", out);
    }
    if (package->source_title) {
        fputs(",\n  \"sources\": [{", out);
        put_key(out, "title", package->source_title);
        if (package->source_path) {
            fputs(", ", out);
            put_key(out, "path", package->source_path);
        }
        fputs("}]", out);
    }
    fputs(",\n  \"resources\": [\n", out);
    for (size_t i = 0; i < package->resource_count; i++) {
        put_resource(out, &package->resources[i]);
        fputs(i + 1 < package->resource_count ? ",\n" : "\n", out);
    }
    fputs("  ]\n}\n", out);
}
