#include "run/block.h"

#include <stdlib.h>
#include <string.h>

/* Rows of every array, to be moved together. */
typedef struct block_array {
    void **array;
    size_t row_bytes;
} block_array;

enum { ARRAYS = 9, ROWS_FIRST = 16 };

static void list_arrays(eesi_block *block, block_array list[ARRAYS]) {
    const size_t lanes = EESI_BLOCK_ROW;
    const block_array all[ARRAYS] = {{(void **)&block->date, lanes * sizeof *block->date},
                                     {(void **)&block->program, lanes * sizeof *block->program},
                                     {(void **)&block->size, lanes * sizeof *block->size},
                                     {(void **)&block->invited, lanes * sizeof *block->invited},
                                     {(void **)&block->cutoff, lanes * sizeof *block->cutoff},
                                     {(void **)&block->tie_age, lanes * sizeof *block->tie_age},
                                     {(void **)&block->taken, lanes * sizeof *block->taken},
                                     {(void **)&block->stock, (size_t)block->bands * lanes * sizeof *block->stock},
                                     {NULL, 0}};
    memcpy(list, all, sizeof all);
}

int eesi_block_reserve(eesi_block *block, int rows, ees_error *err) {
    block_array list[ARRAYS];
    if (rows <= block->capacity)
        return EES_OK;
    if (rows > EESI_BLOCK_ROUNDS_MAX)
        return ees_error_set(err, EES_ERR_RANGE, "a future has %d rounds, at most %d are possible", rows,
                             EESI_BLOCK_ROUNDS_MAX);
    int capacity = block->capacity > 0 ? block->capacity : ROWS_FIRST;
    while (capacity < rows)
        capacity += (capacity + 3) / 4;
    list_arrays(block, list);
    for (int i = 0; list[i].array; i++) {
        if (list[i].row_bytes == 0)
            continue;
        void *larger = realloc(*list[i].array, (size_t)capacity * list[i].row_bytes);
        if (!larger)
            return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
        *list[i].array = larger;
    }
    block->capacity = capacity;
    return EES_OK;
}

int eesi_block_init(eesi_block *block, int bands, ees_error *err) {
    memset(block, 0, sizeof *block);
    if (bands < 0 || bands > EES_RUN_BANDS_MAX)
        return ees_error_set(err, EES_ERR_RANGE, "at most %d bands can be recorded, not %d", EES_RUN_BANDS_MAX, bands);
    block->bands = bands;
    memset(block->known, -1, sizeof block->known);
    block->rounds = calloc(EESI_BLOCK, sizeof *block->rounds);
    return block->rounds ? EES_OK : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
}

void eesi_block_free(eesi_block *block) {
    block_array list[ARRAYS];
    list_arrays(block, list);
    for (int i = 0; list[i].array; i++)
        free(*list[i].array);
    free(block->rounds);
    memset(block, 0, sizeof *block);
}
