/* The table of programs, read from models/programs.json. All texts live in one arena. */
#include <eesim/program.h>

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/source.h"
#include "feed/name.h"
#include "feed/read.h"

enum { CODE_MAX = 16, SUGGEST_DISTANCE = 3 };

typedef struct loader {
    ees_programs *programs;
    eesi_arena *arena;
    const char *file;
    ees_error *err;
} loader;

static int no_memory(const loader *in) {
    return ees_error_at(in->err, EES_ERR_NOMEM, in->file, 0, 0, "out of memory");
}

static int read_text(const loader *in, const json_t *object, const char *key, const char *where, const char **text) {
    int rc = eesi_json_string(object, key, in->file, where, text, in->err);
    if (rc)
        return rc;
    *text = eesi_arena_copy(in->arena, *text, strlen(*text));
    return *text ? EES_OK : no_memory(in);
}

static int read_kind(const loader *in, const json_t *object, const char *where, ees_program_kind *kind) {
    static const char *const names[] = {"program", "general", "category"};
    const char *text;
    int rc = eesi_json_string(object, "kind", in->file, where, &text, in->err);
    if (rc)
        return rc;
    for (int i = 0; i < 3; i++) {
        if (strcmp(text, names[i]) == 0) {
            *kind = (ees_program_kind)i;
            return EES_OK;
        }
    }
    return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0,
                        "%s: kind is '%.40s', expected program, general or category", where, text);
}

/* What the models must know a program by is resolved here, once: two programs of one role would be a riddle to them. */
static int take_role(const loader *in, const char *where, const char *role, int *taken, int position) {
    if (*taken != EES_PROGRAM_NONE)
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "%s: program %s is %s already", where,
                            in->programs->programs[*taken].code, role);
    *taken = position;
    return EES_OK;
}

static int read_role(const loader *in, const json_t *object, const char *where, int position) {
    const json_t *role = json_object_get(object, "role");
    if (in->programs->programs[position].kind == EES_KIND_GENERAL) {
        int rc = take_role(in, where, "general", &in->programs->general, position);
        if (rc)
            return rc;
    }
    if (!role)
        return EES_OK;
    if (!json_is_string(role) || strcmp(json_string_value(role), "nominee") != 0)
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "%s: role is '%.40s', expected nominee", where,
                            json_is_string(role) ? json_string_value(role) : "(not a text)");
    if (in->programs->programs[position].kind != EES_KIND_PROGRAM)
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "%s: only a base program can be nominee", where);
    return take_role(in, where, "nominee", &in->programs->nominee, position);
}

static int find_code(const ees_programs *programs, const char *code, size_t length) {
    for (size_t i = 0; i < programs->count; i++)
        if (strlen(programs->programs[i].code) == length && strncasecmp(programs->programs[i].code, code, length) == 0)
            return (int)i;
    return EES_PROGRAM_NONE;
}

static bool is_code(const char *code) {
    size_t length = strlen(code);
    if (length < 2 || length > CODE_MAX || code[0] < 'A' || code[0] > 'Z')
        return false;
    return strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == length;
}

static int read_code(const loader *in, const json_t *object, const char *where, const char **code) {
    int rc = read_text(in, object, "code", where, code);
    if (rc)
        return rc;
    if (!is_code(*code))
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0,
                            "%s: code is '%.40s', expected 2 to 16 of A-Z, 0-9 and -", where, *code);
    if (find_code(in->programs, *code, strlen(*code)) != EES_PROGRAM_NONE)
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "%s: code '%s' is there twice", where, *code);
    return EES_OK;
}

static int find_name(const ees_programs *programs, const char *normal) {
    for (size_t i = 0; i < programs->count; i++) {
        const char *const *name = programs->programs[i].feed_names;
        for (; name && *name; name++)
            if (strcmp(*name, normal) == 0)
                return (int)i;
    }
    return EES_PROGRAM_NONE;
}

/* Normalised, so that eesi_programs_map() only compares. A name must not mean two programs. */
static int read_feed_names(const loader *in, const json_t *object, const char *where, ees_program *program) {
    json_t *names;
    int rc = eesi_json_array(object, "feed_names", in->file, where, &names, in->err);
    if (rc)
        return rc;
    size_t count = json_array_size(names);
    const char **list = eesi_arena_alloc(in->arena, (count + 1) * sizeof *list);
    if (!list)
        return no_memory(in);
    program->feed_names = list;
    for (size_t i = 0; i < count; i++) {
        char normal[EESI_NAME_MAX];
        const char *text = json_string_value(json_array_get(names, i));
        if (!text || !eesi_name_normalise(text, normal) || !*normal)
            return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "%s: feed name %zu is not a short text", where,
                                i + 1);
        int taken = find_name(in->programs, normal);
        if (taken != EES_PROGRAM_NONE && &in->programs->programs[taken] != program)
            return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "%s: feed name '%.80s' already means %s", where,
                                text, in->programs->programs[taken].code);
        list[i] = eesi_arena_copy(in->arena, normal, strlen(normal));
        if (!list[i])
            return no_memory(in);
    }
    return EES_OK;
}

static int read_program(const loader *in, const json_t *object, size_t index) {
    char where[64];
    snprintf(where, sizeof where, "program %zu", index + 1);
    ees_program *program = &in->programs->programs[index];
    int rc = read_code(in, object, where, &program->code);
    if (rc)
        return rc;
    snprintf(where, sizeof where, "program %s", program->code);
    in->programs->count = index + 1;
    if ((rc = read_text(in, object, "label_en", where, &program->label_en)) ||
        (rc = read_text(in, object, "label_fr", where, &program->label_fr)) ||
        (rc = read_kind(in, object, where, &program->kind)) || (rc = read_role(in, object, where, (int)index)) ||
        (rc = eesi_json_date(object, "first_date", in->file, where, &program->first_date, in->err)) ||
        (rc = eesi_json_date(object, "last_date", in->file, where, &program->last_date, in->err)))
        return rc;
    return read_feed_names(in, object, where, program);
}

/* A second pass: the codes named can stand behind the program that names them. */
static int read_eligible(const loader *in, const json_t *object, ees_program *program) {
    json_t *codes;
    int rc = eesi_json_array(object, "eligible", in->file, program->code, &codes, in->err);
    if (rc)
        return rc;
    for (size_t i = 0; i < json_array_size(codes); i++) {
        const char *code = json_string_value(json_array_get(codes, i));
        int position = code ? ees_programs_find(in->programs, code) : EES_PROGRAM_NONE;
        if (position == EES_PROGRAM_NONE || in->programs->programs[position].kind != EES_KIND_PROGRAM)
            return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0,
                                "program %s: eligible names '%.40s', expected the code of a base program",
                                program->code, code ? code : "(not a text)");
        program->eligible |= (ees_program_set)1 << position;
    }
    if (program->eligible == 0)
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "program %s: eligible is empty", program->code);
    return EES_OK;
}

static int read_all(const loader *in, const json_t *root) {
    const char *schema;
    json_t *list;
    int rc = eesi_json_string(root, "schema", in->file, "file", &schema, in->err);
    if (rc)
        return rc;
    if (strcmp(schema, "eesim.programs/1") != 0)
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "schema is '%.40s', expected 'eesim.programs/1'",
                            schema);
    if ((rc = eesi_json_array(root, "programs", in->file, "file", &list, in->err)))
        return rc;
    size_t count = json_array_size(list);
    if (count == 0 || count > EES_PROGRAMS_MAX)
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "holds %zu programs, expected 1 to %d", count,
                            EES_PROGRAMS_MAX);
    for (size_t i = 0; i < count && !rc; i++)
        rc = read_program(in, json_array_get(list, i), i);
    for (size_t i = 0; i < count && !rc; i++)
        rc = read_eligible(in, json_array_get(list, i), &in->programs->programs[i]);
    return rc;
}

int eesi_programs_read(ees_programs *programs, const eesi_source *from, const char *path, ees_error *err) {
    *programs = (ees_programs){.nominee = EES_PROGRAM_NONE, .general = EES_PROGRAM_NONE};
    json_t *root = NULL;
    int rc = eesi_json_read_from(from, path, &root, programs->sha256, err);
    if (rc)
        return rc;
    loader in = {programs, eesi_arena_create(), path, err};
    programs->arena = in.arena;
    rc = in.arena ? read_all(&in, root) : no_memory(&in);
    json_decref(root);
    return rc;
}

void eesi_programs_free(ees_programs *programs) {
    eesi_arena_destroy(programs->arena);
    memset(programs, 0, sizeof *programs);
}

static bool is_label(const char *label, const char *normal) {
    char text[EESI_NAME_MAX];
    return eesi_name_normalise(label, text) && strcmp(text, normal) == 0;
}

/* A name in English or French, as people type it: case, accents and punctuation do not matter. */
static int find_typed(const ees_programs *programs, const char *text) {
    char normal[EESI_NAME_MAX];
    if (!eesi_name_normalise(text, normal) || !*normal)
        return EES_PROGRAM_NONE;
    for (size_t i = 0; i < programs->count; i++)
        if (is_label(programs->programs[i].label_en, normal) || is_label(programs->programs[i].label_fr, normal))
            return (int)i;
    return find_name(programs, normal);
}

int ees_programs_find(const ees_programs *programs, const char *text) {
    text += strspn(text, " \t");
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t", text[length - 1]))
        length--;
    const int position = find_code(programs, text, length);
    return position != EES_PROGRAM_NONE ? position : find_typed(programs, text);
}

static const char separators[] = ",+";

/* Names hold commas, so the longest text that is one counts. */
int eesi_programs_next(const ees_programs *programs, const char **at, char word[EESI_NAME_MAX]) {
    const char *start = *at;
    for (size_t end = strlen(start); end > 0;) {
        snprintf(word, EESI_NAME_MAX, "%.*s", (int)end, start);
        const int position = end < EESI_NAME_MAX ? ees_programs_find(programs, word) : EES_PROGRAM_NONE;
        *at = start + end;
        if (position != EES_PROGRAM_NONE)
            return position;
        do
            end--;
        while (end > 0 && !strchr(separators, start[end]));
    }
    const size_t first = strcspn(start, separators);
    snprintf(word, EESI_NAME_MAX, "%.*s", (int)first, start);
    *at = start + first;
    return EES_PROGRAM_NONE;
}

bool eesi_programs_more(const char **at) {
    *at += strspn(*at, " \t,+");
    return **at != '\0';
}

int eesi_programs_unknown(const ees_programs *programs, const char *word, ees_error *err) {
    const char *near = ees_programs_suggest(programs, word);
    if (near)
        return ees_error_set(err, EES_ERR_RANGE, "'%.60s' is no program; did you mean %s?", word, near);
    char list[400] = "";
    for (size_t i = 0; i < programs->count; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), " %s", programs->programs[i].code);
    return ees_error_set(err, EES_ERR_RANGE, "'%.60s' is no program, expected one of%s", word, list);
}

int ees_programs_parse(const ees_programs *programs, const char *text, ees_program_set *set, ees_error *err) {
    char word[EESI_NAME_MAX];
    const char *at = text;
    ees_program_set found = 0;
    while (eesi_programs_more(&at)) {
        const int position = eesi_programs_next(programs, &at, word);
        if (position == EES_PROGRAM_NONE)
            return eesi_programs_unknown(programs, word, err);
        found |= (ees_program_set)1 << position;
    }
    *set |= found;
    return found ? EES_OK : eesi_programs_unknown(programs, text, err);
}

static char upper(char c) {
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* Edits (insert, delete, replace) between two codes, upper and lower case alike; both at most 2 * CODE_MAX long. */
static int edit_distance(const char *a, const char *b) {
    int row[2 * CODE_MAX + 1];
    int b_length = (int)strlen(b);
    for (int j = 0; j <= b_length; j++)
        row[j] = j;
    for (int i = 1; a[i - 1]; i++) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= b_length; j++) {
            int replaced = diagonal + (upper(a[i - 1]) != upper(b[j - 1]));
            int shorter = (row[j - 1] < row[j] ? row[j - 1] : row[j]) + 1;
            diagonal = row[j];
            row[j] = replaced < shorter ? replaced : shorter;
        }
    }
    return row[b_length];
}

const char *ees_programs_suggest(const ees_programs *programs, const char *code) {
    size_t length = strlen(code);
    if (length < 2 || length > 2 * CODE_MAX)
        return NULL;
    const char *best = NULL;
    int best_distance = (int)length / 3 + 1 < SUGGEST_DISTANCE ? (int)length / 3 + 1 : SUGGEST_DISTANCE;
    for (size_t i = 0; i < programs->count; i++) {
        const char *candidate = programs->programs[i].code;
        size_t shorter = strlen(candidate) < length ? strlen(candidate) : length;
        /* "HEALTHCARE" and "AGR" mean what they begin. */
        int distance = strncasecmp(candidate, code, shorter) == 0 ? 1 : edit_distance(code, candidate);
        if (distance < best_distance || (distance == best_distance && !best)) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

int eesi_programs_map(const ees_programs *programs, const char *feed_name) {
    char normal[EESI_NAME_MAX];
    return eesi_name_normalise(feed_name, normal) ? find_name(programs, normal) : EES_PROGRAM_NONE;
}

bool eesi_program_admits(const ees_programs *programs, int program, ees_program_set eligibility) {
    if (program < 0 || (size_t)program >= programs->count)
        return false;
    const ees_program *p = &programs->programs[program];
    if (p->kind == EES_KIND_CATEGORY && !(eligibility >> program & 1u))
        return false;
    return (eligibility & p->eligible) != 0;
}
