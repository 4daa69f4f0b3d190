#include "sim/engine_tables.h"

#include <stdlib.h>
#include <string.h>

#include "base/vmath.h"

/* Zeroed and aligned to cache lines, so that no load of 16 floats touches two. */
static void *lines(size_t count, size_t size) {
    size_t bytes = (count * size + 63) / 64 * 64;
    void *memory = aligned_alloc(64, bytes);
    if (memory != NULL)
        memset(memory, 0, bytes);
    return memory;
}

/* Rows without candidates or arrivals are left out; such a gap starts a new vector, so that programs far apart in score
 * (nominees above all others) do not share one. */
static int pack_rows(const eesi_world *world, int *packed) {
    int next = 0;
    int gap = 0;
    for (int row = 0; row < world->rows; row++) {
        double any = 0;
        for (int s = 0; s < world->segments; s++)
            any += world->arrivals[s * world->rows + row] + world->initial[s * world->rows + row];
        packed[row] = -1;
        if (any > 0) {
            if (gap >= 16 && next > 0)
                next = (next + 255) / 256 * 256;
            packed[row] = next++;
            gap = 0;
        } else {
            gap++;
        }
    }
    return next;
}

static int used(const eesi_world *world, int s, int row) {
    return world->arrivals[s * world->rows + row] > 0 || world->initial[s * world->rows + row] > 0;
}

/* Cells for the blocks a segment has; the others share the empty block 0. */
static void place_cells(eesi_tables *tables, const int *packed) {
    const eesi_world *world = &tables->world;
    tables->cells = 16;
    for (int s = 0; s < world->segments; s++)
        for (int row = 0; row < world->rows; row++) {
            int32_t *cell = tables->cell + s * tables->blocks + packed[row] / 16;
            if (!used(world, s, row) || *cell != 0)
                continue;
            *cell = tables->cells;
            tables->cells += 16;
        }
}

static void fill_cells(eesi_tables *tables, const int *packed) {
    const eesi_world *world = &tables->world;
    for (int s = 0; s < world->segments; s++) {
        double *above = tables->counted_above + (size_t)s * (size_t)(tables->blocks * 16 + 1);
        for (int row = 0; row < world->rows; row++) {
            if (!used(world, s, row))
                continue;
            int cell = tables->cell[s * tables->blocks + packed[row] / 16] + packed[row] % 16;
            double level = world->arrivals[s * world->rows + row] / world->leave;
            double initial = world->initial[s * world->rows + row];
            tables->level[cell] = (float)level;
            tables->deficit[cell] = (float)(level - initial);
            tables->counted[cell] = initial;
            above[packed[row] + 1] = initial;
        }
        for (int i = 1; i <= tables->blocks * 16; i++)
            above[i] += above[i - 1];
    }
}

static void sum_blocks(eesi_tables *tables) {
    for (int i = 0; i < tables->world.segments * tables->blocks; i++) {
        const int32_t cell = tables->cell[i];
        double level = 0;
        double deficit = 0;
        for (int j = 0; j < 16; j++) {
            level += (double)tables->level[cell + j];
            deficit += (double)tables->deficit[cell + j];
        }
        tables->block_level[i] = (float)level;
        tables->block_deficit[i] = (float)deficit;
    }
}

static void add_member(const eesi_tables *tables, eesi_members *members, int s) {
    members->blocks[members->count] = s * tables->blocks;
    members->segment[members->count++] = (uint8_t)s;
}

static void sum_filter(const eesi_tables *tables, eesi_filter *filter, int s) {
    for (int b = 0; b < tables->blocks; b++) {
        const float *level = tables->level + tables->cell[s * tables->blocks + b];
        filter->block_levels[b] += tables->block_level[s * tables->blocks + b];
        for (int i = 0; i < 16; i++)
            filter->levels[16 * b + i] += level[i];
    }
}

static int in_vector(const eesi_tables *tables, int s, int vector) {
    int any = 0;
    for (int b = 16 * vector; b < 16 * vector + 16; b++)
        any |= tables->cell[s * tables->blocks + b] != 0;
    return any;
}

static int make_filter(const eesi_tables *tables, eesi_filter *filter, uint32_t mask) {
    filter->mask = mask;
    filter->block_levels = lines((size_t)tables->blocks, sizeof(float));
    filter->levels = lines((size_t)tables->blocks * 16, sizeof(float));
    if (filter->block_levels == NULL || filter->levels == NULL)
        return EES_ERR_NOMEM;
    for (int s = 0; s < tables->world.segments; s++)
        if (mask >> s & 1) {
            add_member(tables, &filter->members, s);
            sum_filter(tables, filter, s);
        }
    for (int v = 0; v < tables->vectors; v++) {
        eesi_members members = {0};
        for (int i = 0; i < filter->members.count; i++) {
            if (in_vector(tables, filter->members.segment[i], v))
                add_member(tables, &members, filter->members.segment[i]);
        }
        if (members.count > 0) {
            filter->vector[filter->vectors] = v;
            filter->in_vector[filter->vectors++] = members;
        }
    }
    return 0;
}

static int make_filters(eesi_tables *tables) {
    const eesi_world *world = &tables->world;
    for (int k = 0; k < world->rounds; k++) {
        int f = 0;
        while (f < tables->filters && tables->filter[f].mask != world->filter[k])
            f++;
        if (f == tables->filters) {
            eesi_filter *more = realloc(tables->filter, (size_t)(f + 1) * sizeof *more);
            if (more == NULL)
                return EES_ERR_NOMEM;
            tables->filter = more;
            memset(&more[f], 0, sizeof *more);
            tables->filters++;
            if (make_filter(tables, &more[f], world->filter[k]) != 0)
                return EES_ERR_NOMEM;
        }
        tables->round_filter[k] = f;
    }
    return 0;
}

static int check_world(const eesi_world *world, ees_error *err) {
    if (world->segments < 1 || world->segments > EESI_SEGMENTS_MAX)
        return ees_error_set(err, EES_ERR_RANGE, "1 to %d segments, not %d", EESI_SEGMENTS_MAX, world->segments);
    if (!(world->leave > 0 && world->leave < 1))
        return ees_error_set(err, EES_ERR_RANGE, "probability of leaving must lie between 0 and 1, not %g",
                             world->leave);
    if (world->rounds < 1 || world->rounds > EESI_ROUNDS_MAX)
        return ees_error_set(err, EES_ERR_RANGE, "1 to %d rounds, not %d", EESI_ROUNDS_MAX, world->rounds);
    if (!(world->size_median > 0 && world->size_sigma >= 0))
        return ees_error_set(err, EES_ERR_RANGE, "median size must be positive and sigma not negative");
    for (int k = 0; k < world->rounds; k++)
        if (world->filter[k] == 0 || world->filter[k] >> world->segments != 0)
            return ees_error_set(err, EES_ERR_RANGE, "round %d takes no segment or one that does not exist", k + 1);
    for (int i = 0; i < world->segments * world->rows; i++)
        if (!(world->arrivals[i] >= 0 && world->initial[i] >= 0))
            return ees_error_set(err, EES_ERR_RANGE, "arrivals and candidates must not be negative");
    return 0;
}

static int allocate_cells(eesi_tables *tables) {
    size_t blocks = (size_t)tables->blocks;
    size_t segments = (size_t)tables->world.segments;
    size_t cells = (size_t)tables->cells;
    tables->level = lines(cells, sizeof(float));
    tables->deficit = lines(cells, sizeof(float));
    tables->counted = calloc(cells, sizeof(double));
    tables->block_level = lines(segments * blocks, sizeof(float));
    tables->block_deficit = lines(segments * blocks, sizeof(float));
    tables->counted_above = calloc(segments * (blocks * 16 + 1), sizeof(double));
    if (tables->level == NULL || tables->deficit == NULL || tables->counted == NULL || tables->block_level == NULL ||
        tables->block_deficit == NULL || tables->counted_above == NULL)
        return EES_ERR_NOMEM;
    return 0;
}

static int fill_times(eesi_tables *tables) {
    const eesi_world *world = &tables->world;
    size_t rounds = (size_t)world->rounds;
    tables->round_filter = calloc(rounds, sizeof(int));
    tables->survive = calloc(rounds + 1, sizeof(double));
    tables->age = calloc(rounds + 1, sizeof(double));
    if (tables->round_filter == NULL || tables->survive == NULL || tables->age == NULL)
        return EES_ERR_NOMEM;
    tables->survive[0] = 1; /* products, not pow(): the same bits on every machine */
    tables->age[0] = 1;
    for (int k = 1; k <= world->rounds; k++) {
        tables->survive[k] = tables->survive[k - 1] * (1 - world->leave);
        tables->age[k] = 1 / tables->survive[k];
    }
    return 0;
}

static int build(eesi_tables *tables, int *packed, ees_error *err) {
    const eesi_world *world = &tables->world;
    int rows = pack_rows(world, packed);
    tables->vectors = (rows + 255) / 256;
    tables->blocks = tables->vectors * 16;
    if (rows == 0 || tables->blocks > EESI_BLOCKS_MAX)
        return ees_error_set(err, EES_ERR_RANGE, "the pool covers %d scores, at most %d fit", rows,
                             EESI_BLOCKS_MAX * 16);
    tables->score = calloc((size_t)tables->blocks * 16, sizeof *tables->score);
    tables->cell = calloc((size_t)(world->segments * tables->blocks), sizeof *tables->cell);
    if (tables->score == NULL || tables->cell == NULL)
        return ees_error_set(err, EES_ERR_NOMEM, "no memory for the tables of an engine");
    place_cells(tables, packed);
    if (allocate_cells(tables) != 0 || fill_times(tables) != 0)
        return ees_error_set(err, EES_ERR_NOMEM, "no memory for the tables of an engine");
    for (int row = 0; row < world->rows; row++)
        if (packed[row] >= 0)
            tables->score[packed[row]] = world->top_score - row;
    fill_cells(tables, packed);
    sum_blocks(tables);
    if (make_filters(tables) != 0)
        return ees_error_set(err, EES_ERR_NOMEM, "no memory for the tables of an engine");
    return eesi_alias_init(&tables->alias, world, err);
}

int eesi_tables_init(eesi_tables *tables, const eesi_world *world, ees_error *err) {
    memset(tables, 0, sizeof *tables);
    int status = check_world(world, err);
    if (status != 0)
        return status;
    tables->world = *world;
    eesi_vlog(&world->size_median, &tables->log_median, 1);
    eesi_log_factorials_init(&tables->log_factorials);
    int *packed = calloc((size_t)world->rows, sizeof *packed);
    if (packed == NULL)
        return ees_error_set(err, EES_ERR_NOMEM, "no memory for the tables of an engine");
    status = build(tables, packed, err);
    free(packed);
    return status;
}

void eesi_tables_free(eesi_tables *tables) {
    for (int f = 0; f < tables->filters; f++) {
        free(tables->filter[f].block_levels);
        free(tables->filter[f].levels);
    }
    free(tables->filter);
    eesi_alias_free(&tables->alias);
    free(tables->score);
    free(tables->cell);
    free(tables->level);
    free(tables->deficit);
    free(tables->counted);
    free(tables->block_level);
    free(tables->block_deficit);
    free(tables->counted_above);
    free(tables->round_filter);
    free(tables->survive);
    free(tables->age);
    memset(tables, 0, sizeof *tables);
}
