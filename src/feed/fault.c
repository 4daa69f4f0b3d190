#include "feed/fault.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "feed/number.h"

typedef struct kind_info {
    const char *name;
    ees_severity severity;
    const char *meaning;
} kind_info;

#define FAULT_INFO(kind, name, severity, meaning) [kind] = {name, severity, meaning},
static const kind_info KINDS[EES_FAULT_KINDS] = {EES_FAULTS(FAULT_INFO)};
#undef FAULT_INFO

static bool is_kind(ees_fault_kind kind) {
    return (int)kind >= 0 && kind < EES_FAULT_KINDS;
}

const char *ees_fault_name(ees_fault_kind kind) {
    return is_kind(kind) ? KINDS[kind].name : "unknown";
}

ees_severity ees_fault_severity(ees_fault_kind kind) {
    return is_kind(kind) ? KINDS[kind].severity : EES_WARNING;
}

const char *ees_fault_meaning(ees_fault_kind kind) {
    return is_kind(kind) ? KINDS[kind].meaning : "unknown";
}

ees_fault_kind eesi_fault_kind_of(const char *name) {
    int kind = 0;
    while (kind < EES_FAULT_KINDS && strcmp(KINDS[kind].name, name) != 0)
        kind++;
    return (ees_fault_kind)kind;
}

bool eesi_fault_is_of_feed(ees_fault_kind kind) {
    switch (kind) {
    case EES_FAULT_SUBTOTAL_MISSING:
    case EES_FAULT_TIME_IRREGULAR:
    case EES_FAULT_TIME_UNREADABLE:
    case EES_FAULT_AS_OF_UNREADABLE:
    case EES_FAULT_DATE_DIFFERS:
    case EES_FAULT_SUBTOTAL_WRONG:
    case EES_FAULT_BAND_MISSING:
    case EES_FAULT_ELIGIBLE_UNKNOWN:
    case EES_FAULT_BY_HAND:
    case EES_FAULT_STAND_IN:
    case EES_FAULT_POOL_CONTRADICTORY:
    case EES_FAULT_ROUND_DIFFERS:
        return true;
    default:
        return eesi_fault_leaves_out(kind);
    }
}

bool eesi_fault_leaves_out(ees_fault_kind kind) {
    return kind == EES_FAULT_ROUND_UNPUBLISHED || kind == EES_FAULT_ROUND_UNREADABLE ||
           kind == EES_FAULT_VALUE_IMPOSSIBLE;
}

bool eesi_fault_is_stored(ees_fault_kind kind) {
    if (kind == EES_FAULT_FILE_CHANGED)
        return false;
    return eesi_fault_is_of_feed(kind) || ees_fault_severity(kind) == EES_WARNING;
}

void eesi_faults_free(ees_faults *faults) {
    free(faults->faults);
    eesi_arena_destroy(faults->arena);
    memset(faults, 0, sizeof *faults);
}

static bool make_room(ees_faults *faults) {
    if (!faults->arena)
        faults->arena = eesi_arena_create();
    if (!faults->arena)
        return false;
    if (faults->count < faults->capacity)
        return true;
    size_t capacity = faults->capacity ? 2 * faults->capacity : 256;
    ees_fault *larger = realloc(faults->faults, capacity * sizeof *larger);
    if (!larger)
        return false;
    faults->faults = larger;
    faults->capacity = capacity;
    return true;
}

static const char *copy(ees_faults *faults, const char *text) {
    return text && *text ? eesi_arena_copy(faults->arena, text, strlen(text)) : "";
}

int eesi_faults_add(ees_faults *faults, ees_fault_kind kind, const char *round, const char *field,
                    const char *published, const char *used) {
    if (!make_room(faults))
        return EES_ERR_NOMEM;
    ees_fault fault = {
        .kind = kind, .field = copy(faults, field), .published = copy(faults, published), .used = copy(faults, used)};
    if (!fault.field || !fault.published || !fault.used)
        return EES_ERR_NOMEM;
    size_t length = strlen(round);
    memcpy(fault.round, round, length < sizeof fault.round ? length : sizeof fault.round - 1);
    faults->faults[faults->count++] = fault;
    return EES_OK;
}

int eesi_faults_append(ees_faults *faults, const ees_fault *fault) {
    return eesi_faults_add(faults, fault->kind, fault->round, fault->field, fault->published, fault->used);
}

const ees_fault *eesi_faults_find(const ees_faults *faults, ees_fault_kind kind, const char *round, const char *field) {
    for (size_t i = 0; i < faults->count; i++) {
        const ees_fault *f = &faults->faults[i];
        if (f->kind == kind && strcmp(f->round, round) == 0 && strcmp(f->field, field) == 0)
            return f;
    }
    return NULL;
}

static int order_of(const ees_fault *fault) {
    int order;
    return eesi_number_parse(fault->round, strlen(fault->round), &order) ? order : INT_MAX;
}

static int compare(const void *left, const void *right) {
    const ees_fault *a = left, *b = right;
    int first = order_of(a), second = order_of(b);
    if (first != second)
        return first < second ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return strcmp(a->field, b->field);
}

void eesi_faults_sort(ees_faults *faults) {
    if (faults->count > 1)
        qsort(faults->faults, faults->count, sizeof *faults->faults, compare);
}

void eesi_faults_drop_repeated(ees_faults *faults) {
    size_t kept = 0;
    for (size_t i = 0; i < faults->count; i++) {
        const ees_fault *f = &faults->faults[i], *last = kept ? &faults->faults[kept - 1] : NULL;
        bool numbered = f->round[0] != '\0'; /* rounds without a number are not one */
        if (!last || !numbered || compare(last, f) != 0)
            faults->faults[kept++] = *f;
    }
    faults->count = kept;
}

/* Equal keys stand together in `before`, and one pass is enough. */
void eesi_faults_mark_known(ees_faults *faults, const ees_faults *before) {
    size_t from = 0;
    for (size_t i = 0; i < faults->count; i++) {
        ees_fault *fault = &faults->faults[i];
        while (from < before->count && compare(&before->faults[from], fault) < 0)
            from++;
        for (size_t k = from; k < before->count && compare(&before->faults[k], fault) == 0; k++)
            fault->known = fault->known || strcmp(before->faults[k].published, fault->published) == 0;
    }
}
