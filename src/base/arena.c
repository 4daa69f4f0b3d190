#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_BYTES = 16384, ALIGNMENT = 16 };

typedef struct chunk {
    struct chunk *next;
    size_t used;
    size_t capacity;
    _Alignas(ALIGNMENT) unsigned char bytes[];
} chunk;

struct eesi_arena {
    chunk *first; /* the one being filled */
};

eesi_arena *eesi_arena_create(void) {
    return calloc(1, sizeof(eesi_arena));
}

void eesi_arena_destroy(eesi_arena *arena) {
    if (!arena)
        return;
    for (chunk *c = arena->first; c;) {
        chunk *next = c->next;
        free(c);
        c = next;
    }
    free(arena);
}

static chunk *add_chunk(eesi_arena *arena, size_t size) {
    size_t capacity = size > CHUNK_BYTES ? size : CHUNK_BYTES;
    chunk *c = malloc(sizeof *c + capacity);
    if (!c)
        return NULL;
    c->next = arena->first;
    c->used = 0;
    c->capacity = capacity;
    arena->first = c;
    return c;
}

void *eesi_arena_alloc(eesi_arena *arena, size_t size) {
    if (size > SIZE_MAX / 2)
        return NULL;
    size_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    chunk *c = arena->first;
    if (!c || c->capacity - c->used < rounded)
        c = add_chunk(arena, rounded);
    if (!c)
        return NULL;
    void *block = c->bytes + c->used;
    c->used += rounded;
    return memset(block, 0, size);
}

char *eesi_arena_copy(eesi_arena *arena, const char *text, size_t length) {
    char *copy = eesi_arena_alloc(arena, length + 1);
    if (copy)
        memcpy(copy, text, length);
    return copy;
}
