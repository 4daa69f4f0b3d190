/* Memory given back all at once: small blocks and texts that live as long as the table they belong to. */
#ifndef EESI_ARENA_H
#define EESI_ARENA_H

#include <stddef.h>

typedef struct eesi_arena eesi_arena;

/* NULL when out of memory. */
eesi_arena *eesi_arena_create(void);
/* Frees every block; NULL is fine. */
void eesi_arena_destroy(eesi_arena *arena);
/* Zeroed, aligned for any type; NULL when out of memory. */
void *eesi_arena_alloc(eesi_arena *arena, size_t size);
/* A copy with a NUL behind it; NULL when out of memory. */
char *eesi_arena_copy(eesi_arena *arena, const char *text, size_t length);

#endif
