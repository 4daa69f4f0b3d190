#include <eesim/sim.h>

#include <stdlib.h>
#include <string.h>

/* One arena: every array starts on a cache line so that lanes load whole vectors. */
enum { ALIGN = 64 };

static size_t padded(size_t bytes) {
    return (bytes + ALIGN - 1) / ALIGN * ALIGN;
}

static void *take(char **cursor, size_t bytes) {
    void *array = *cursor;
    *cursor += padded(bytes);
    return array;
}

int ees_sim_block_init(ees_sim_block *block, int capacity, int bands, ees_error *err) {
    memset(block, 0, sizeof *block);
    if (capacity < 1 || capacity > EES_SIM_ROUNDS_MAX || bands < 0 || bands > EES_SIM_BANDS_MAX)
        return ees_error_set(err, EES_ERR_RANGE, "a replicate can have 1 to %d rounds, not %d", EES_SIM_ROUNDS_MAX,
                             capacity);
    size_t cells = (size_t)capacity * EES_SIM_BLOCK;
    size_t size = padded(EES_SIM_BLOCK * sizeof *block->rounds) + 4 * padded(cells * sizeof(int32_t)) + padded(cells) +
                  2 * padded(cells * sizeof(int16_t)) + padded((size_t)bands * cells * sizeof(int32_t));
    char *cursor = block->arena = aligned_alloc(ALIGN, size);
    if (!cursor)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    block->struct_size = sizeof *block;
    block->capacity = capacity;
    block->bands = bands;
    block->rounds = take(&cursor, EES_SIM_BLOCK * sizeof *block->rounds);
    block->date = take(&cursor, cells * sizeof *block->date);
    block->size = take(&cursor, cells * sizeof *block->size);
    block->invited = take(&cursor, cells * sizeof *block->invited);
    block->taken = take(&cursor, cells * sizeof *block->taken);
    block->program = take(&cursor, cells);
    block->cutoff = take(&cursor, cells * sizeof *block->cutoff);
    block->tie_age = take(&cursor, cells * sizeof *block->tie_age);
    block->stock = bands > 0 ? take(&cursor, (size_t)bands * cells * sizeof *block->stock) : NULL;
    return EES_OK;
}

void ees_sim_block_free(ees_sim_block *block) {
    free(block->arena);
    memset(block, 0, sizeof *block);
}
