/* Reads models/bands.json. */
#include "feed/layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "feed/bands.h"

static const char SCHEMA[] = "eesim.bands/1";

typedef struct loader {
    ees_layouts *layouts;
    const char *file;
    char where[80]; /* "layout 1, field dd3" */
    char place[80]; /* of what is read just now, as eesi_json_place() takes it */
    ees_error *err;
} loader;

static int no_memory(const loader *in) {
    return ees_error_at(in->err, EES_ERR_NOMEM, in->file, 0, 0, "out of memory");
}

static int read_kind(const loader *in, const json_t *object, eesi_pool_field_kind *kind) {
    static const char *const kinds[] = {"band", "subtotal", "total"};
    const char *text;
    int rc = eesi_json_string(object, "kind", in->file, in->where, &text, in->err);
    for (int i = 0; !rc && i < 3; i++)
        if (strcmp(text, kinds[i]) == 0) {
            *kind = (eesi_pool_field_kind)i;
            return EES_OK;
        }
    return rc ? rc
              : ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0,
                             "%s: kind is '%.40s', expected band, subtotal or total", in->where, text);
}

static int read_limits(const loader *in, const json_t *object, ees_band *limits) {
    int64_t low, high;
    int rc = eesi_json_int(object, "low", in->file, in->where, 0, EES_SCORE_MAX, &low, in->err);
    if (!rc)
        rc = eesi_json_int(object, "high", in->file, in->where, low, EES_SCORE_MAX, &high, in->err);
    if (!rc)
        *limits = (ees_band){(int)low, (int)high};
    return rc;
}

/* Bands stand from the highest to the lowest, each right below the one before it. */
static int add_band(const loader *in, eesi_layout *layout, eesi_pool_field *field, ees_band limits) {
    ees_bands *bands = &layout->bands;
    const int expected = eesi_bands_gap(bands);
    if (bands->count == EES_BANDS_MAX)
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "%s: is one band too many, expected at most %d",
                            in->where, EES_BANDS_MAX);
    if (bands->count == 0 && (limits.low != EES_SCORE_NOMINEE || limits.high != EES_SCORE_MAX))
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0,
                            "%s: the first band is %d-%d, expected %d-%d, the nominees", in->where, limits.low,
                            limits.high, EES_SCORE_NOMINEE, EES_SCORE_MAX);
    if (limits.high != expected)
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0,
                            "%s: the band is %d-%d, expected one that ends at %d, right below the band before it",
                            in->where, limits.low, limits.high, expected);
    field->first = field->last = bands->count;
    bands->band[bands->count++] = limits;
    return EES_OK;
}

static int read_name(loader *in, const json_t *object, eesi_layout *layout, int number, const char **name) {
    const char *text;
    int rc = eesi_json_string(object, "field", in->file, in->where, &text, in->err);
    if (rc)
        return rc;
    if (!*text || strlen(text) > 31)
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0,
                            "%s: 'field' is '%.40s', expected a name of 1 to 31 letters", in->where, text);
    snprintf(in->where, sizeof in->where, "layout %d, field %s", number, text);
    for (int f = 0; f < layout->field_count; f++)
        if (strcmp(layout->fields[f].name, text) == 0)
            return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "%s: is there twice", in->where);
    *name = eesi_arena_copy(in->layouts->arena, text, strlen(text));
    return *name ? EES_OK : no_memory(in);
}

static void set_layout(loader *in, int number) {
    snprintf(in->where, sizeof in->where, "layout %d", number);
    snprintf(in->place, sizeof in->place, "layouts.%d", number - 1);
}

static void set_field(loader *in, int number, int f) {
    snprintf(in->where, sizeof in->where, "layout %d, field %d", number, f + 1);
    snprintf(in->place, sizeof in->place, "layouts.%d.fields.%d", number - 1, f);
}

static int read_field(loader *in, const json_t *object, eesi_layout *layout, int number, ees_band *limits) {
    eesi_pool_field *field = &layout->fields[layout->field_count];
    set_field(in, number, layout->field_count);
    int rc = read_name(in, object, layout, number, &field->name);
    if (!rc)
        rc = read_kind(in, object, &field->kind);
    if (!rc)
        rc = read_limits(in, object, limits);
    if (!rc && field->kind == EESI_POOL_BAND)
        rc = add_band(in, layout, field, *limits);
    layout->field_count++;
    return rc;
}

/* A sum begins and ends where bands do. */
static int place_sum(const loader *in, const eesi_layout *layout, eesi_pool_field *field, ees_band limits, int number) {
    const ees_bands *bands = &layout->bands;
    field->first = eesi_bands_of(bands, limits.high);
    field->last = eesi_bands_of(bands, limits.low);
    if (bands->band[field->first].high != limits.high || bands->band[field->last].low != limits.low)
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0,
                            "layout %d, field %s: is the sum of %d-%d, expected one that begins and ends where bands "
                            "do",
                            number, field->name, limits.low, limits.high);
    return EES_OK;
}

/* Candidates are in one subtotal at most: how far a total is off then follows from each by itself. */
static int check_subtotals(loader *in, const eesi_layout *layout, int number) {
    for (int f = 0; f < layout->field_count; f++)
        for (int g = 0; g < f; g++) {
            const eesi_pool_field *a = &layout->fields[f], *b = &layout->fields[g];
            set_field(in, number, f);
            if (a->kind == EESI_POOL_SUBTOTAL && b->kind == EESI_POOL_SUBTOTAL && a->first <= b->last &&
                b->first <= a->last)
                return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0,
                                    "layout %d, field %s: overlaps with the subtotal %s", number, a->name, b->name);
        }
    return EES_OK;
}

static int place_sums(loader *in, eesi_layout *layout, const ees_band *limits, int number) {
    const int gap = eesi_bands_gap(&layout->bands);
    int rc = EES_OK;
    set_layout(in, number);
    if (gap >= 0)
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0,
                            "layout %d: no band holds the score %d, expected bands down to 0", number, gap);
    layout->total = -1;
    for (int f = 0; !rc && f < layout->field_count; f++) {
        eesi_pool_field *field = &layout->fields[f];
        set_field(in, number, f);
        if (field->kind != EESI_POOL_BAND)
            rc = place_sum(in, layout, field, limits[f], number);
        if (field->kind != EESI_POOL_TOTAL || rc)
            continue;
        if (layout->total >= 0 || limits[f].low != 0 || limits[f].high != EES_SCORE_MAX)
            return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0,
                                "layout %d, field %s: expected one total, of 0-%d", number, field->name, EES_SCORE_MAX);
        layout->total = f;
    }
    if (rc)
        return rc;
    set_layout(in, number);
    if (layout->total < 0)
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "layout %d: has no total, expected one", number);
    return check_subtotals(in, layout, number);
}

/* Every day has one layout: the first holds since the beginning, and each of the others from a later day on. */
static int read_from(const loader *in, const json_t *object, eesi_layout *layout, int number) {
    int rc = eesi_json_date(object, "from", in->file, in->where, &layout->from, in->err);
    if (rc)
        return rc;
    if (number == 1 && layout->from != EES_DATE_NONE)
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0,
                            "layout 1: 'from' is a day, expected null: no layout holds before it");
    if (number > 1 &&
        (layout->from == EES_DATE_NONE || (layout[-1].from != EES_DATE_NONE && layout->from <= layout[-1].from)))
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0,
                            "layout %d: 'from' is not later than that of the layout before it", number);
    return EES_OK;
}

static int read_layout(loader *in, const json_t *object, int number) {
    eesi_layout *layout = &in->layouts->layouts[number - 1];
    ees_band limits[EESI_POOL_FIELDS_MAX];
    json_t *list;
    set_layout(in, number);
    int rc = read_from(in, object, layout, number);
    if (!rc)
        rc = eesi_json_array(object, "fields", in->file, in->where, &list, in->err);
    if (rc)
        return rc;
    if (json_array_size(list) > EESI_POOL_FIELDS_MAX)
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "layout %d: holds %zu fields, expected at most %d",
                            number, json_array_size(list), EESI_POOL_FIELDS_MAX);
    for (size_t i = 0; !rc && i < json_array_size(list); i++)
        rc = read_field(in, json_array_get(list, i), layout, number, &limits[i]);
    return rc ? rc : place_sums(in, layout, limits, number);
}

static int read_all(loader *in, const json_t *root) {
    const char *schema;
    json_t *list;
    int rc = eesi_json_string(root, "schema", in->file, "file", &schema, in->err);
    if (rc)
        return rc;
    if (strcmp(schema, SCHEMA) != 0)
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "schema is '%.40s', expected '%s'", schema, SCHEMA);
    if ((rc = eesi_json_array(root, "layouts", in->file, "file", &list, in->err)))
        return rc;
    const size_t count = json_array_size(list);
    if (count == 0 || count > EESI_LAYOUTS_MAX)
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "holds %zu layouts, expected 1 to %d", count,
                            EESI_LAYOUTS_MAX);
    for (; !rc && in->layouts->count < count; in->layouts->count++)
        rc = read_layout(in, json_array_get(list, in->layouts->count), (int)in->layouts->count + 1);
    return rc;
}

/* An error names the line of the innermost thing that was being read. */
static int read_text(ees_layouts **layouts, const char *path, const json_t *root, const char *text, ees_error *err) {
    ees_layouts *made = calloc(1, sizeof *made);
    loader in = {.layouts = made, .file = path, .err = err};
    if (made)
        made->arena = eesi_arena_create();
    int rc = made && made->arena ? read_all(&in, root) : no_memory(&in);
    if (rc == EES_ERR_DATA && err)
        eesi_json_place(text, in.place, &err->line, &err->column);
    if (rc)
        eesi_layouts_destroy(made);
    else
        *layouts = made;
    return rc;
}

int eesi_layouts_read(ees_layouts **layouts, const eesi_source *from, const char *path, ees_error *err) {
    json_t *root = NULL;
    char *text = NULL;
    size_t length;
    *layouts = NULL;
    int rc = eesi_source_read(from, path, &text, &length, err);
    if (rc == EES_OK)
        rc = eesi_json_parse(path, text, length, &root, err);
    if (rc == EES_OK)
        rc = read_text(layouts, path, root, text, err);
    json_decref(root);
    free(text);
    return rc;
}

void eesi_layouts_destroy(ees_layouts *layouts) {
    if (layouts)
        eesi_arena_destroy(layouts->arena);
    free(layouts);
}

const eesi_layout *eesi_layout_at(const ees_layouts *layouts, ees_date date) {
    size_t i = layouts->count - 1;
    while (i > 0 && date < layouts->layouts[i].from)
        i--;
    return &layouts->layouts[i];
}

const char *eesi_layout_total(const ees_layouts *layouts, ees_date date) {
    const eesi_layout *layout = eesi_layout_at(layouts, date);
    return layout->fields[layout->total].name;
}

bool eesi_layouts_name(const ees_layouts *layouts, const char *field) {
    for (size_t i = 0; i < layouts->count; i++)
        for (int f = 0; f < layouts->layouts[i].field_count; f++)
            if (strcmp(layouts->layouts[i].fields[f].name, field) == 0)
                return true;
    return false;
}
