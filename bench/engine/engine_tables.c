#include "engine/engine_tables.h"

#include <stdlib.h>
#include <string.h>

#include "engine/elementary.h"

/* Sums of candidates are kept as floats, which are exact so far. */
#define CANDIDATES_MAX 0x1p24

/* Packed place of every row, -1 for rows without candidates or arrivals; the number of packed rows. */
static int pack_rows(const eesi_world *world, int *packed) {
    int next = 0;
    for (int row = 0; row < world->rows; row++) {
        double any = 0;
        for (int s = 0; s < world->segments; s++)
            any += world->arrivals[s * world->rows + row] + world->initial[s * world->rows + row];
        packed[row] = any > 0 ? next++ : -1;
    }
    return next;
}

static int fill_sums(eesi_tables *tables, const int *packed, int s) {
    const eesi_world *world = &tables->world;
    eesi_sums *sums = &tables->sums[s];
    double arrivals = 0;
    double initial = 0;
    int next = 0;
    float *pair = sums->pair = calloc(2 * ((size_t)tables->span + 1), sizeof *pair);
    if (pair == NULL)
        return EES_ERR_NOMEM;
    for (int row = 0; row < world->rows; row++) {
        if (packed[row] < 0)
            continue;
        arrivals += world->arrivals[s * world->rows + row];
        initial += world->initial[s * world->rows + row];
        next++;
        pair[2 * next] = (float)arrivals;
        pair[2 * next + 1] = (float)initial;
    }
    for (next++; next <= tables->span; next++) {
        pair[2 * next] = (float)arrivals;
        pair[2 * next + 1] = (float)initial;
    }
    for (int i = 0; i < EESI_COARSE; i++) {
        sums->coarse_arrivals[i] = pair[2 * (i << tables->shift)];
        sums->coarse_initial[i] = pair[2 * (i << tables->shift) + 1];
    }
    return 0;
}

static int fill_all_sums(eesi_tables *tables, const int *packed) {
    for (int s = 0; s < tables->world.segments; s++)
        if (fill_sums(tables, packed, s) != 0)
            return EES_ERR_NOMEM;
    return 0;
}

static void fill_members(eesi_tables *tables) {
    for (int k = 0; k < tables->world.rounds; k++) {
        eesi_members *members = &tables->members[k];
        members->mask = tables->world.filter[k];
        for (int s = 0; s < tables->world.segments; s++)
            if (members->mask >> s & 1)
                members->segment[members->count++] = (uint8_t)s;
    }
}

/* Products and sums, not pow(): the same bits on every machine. */
static void fill_times(eesi_tables *tables) {
    tables->survive[0] = 1;
    for (int k = 1; k <= tables->world.rounds; k++) {
        tables->survive[k] = tables->survive[k - 1] * (1 - tables->world.leave);
        tables->gain[k] = tables->gain[k - 1] + tables->survive[k - 1];
    }
}

static int check_candidates(const eesi_world *world, ees_error *err) {
    for (int s = 0; s < world->segments; s++) {
        double sum = 0;
        for (int row = 0; row < world->rows; row++) {
            int i = s * world->rows + row;
            if (!(world->arrivals[i] >= 0 && world->initial[i] >= 0))
                return ees_error_set(err, EES_ERR_RANGE, "arrivals and candidates must not be negative");
            sum += world->initial[i];
        }
        if (!(sum <= CANDIDATES_MAX))
            return ees_error_set(err, EES_ERR_RANGE, "at most %.0f candidates a segment, not %.0f", CANDIDATES_MAX,
                                 sum);
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
    return check_candidates(world, err);
}

static int build(eesi_tables *tables, int *packed, ees_error *err) {
    const eesi_world *world = &tables->world;
    size_t rounds = (size_t)world->rounds;
    tables->rows = pack_rows(world, packed);
    if (tables->rows == 0 || tables->rows >= EESI_SPAN_MAX)
        return ees_error_set(err, EES_ERR_RANGE, "the pool covers %d scores, at most %d fit", tables->rows,
                             EESI_SPAN_MAX - 1);
    while ((tables->span = EESI_COARSE << tables->shift) <= tables->rows)
        tables->shift++;
    tables->score = calloc((size_t)tables->rows + 1, sizeof *tables->score);
    tables->members = calloc(rounds, sizeof *tables->members);
    tables->survive = calloc(rounds + 1, sizeof(double));
    tables->gain = calloc(rounds + 1, sizeof(double));
    if (tables->score == NULL || tables->members == NULL || tables->survive == NULL || tables->gain == NULL ||
        fill_all_sums(tables, packed) != 0)
        return ees_error_set(err, EES_ERR_NOMEM, "no memory for the tables of an engine");
    for (int row = 0; row < world->rows; row++)
        if (packed[row] >= 0)
            tables->score[packed[row]] = world->top_score - row;
    fill_members(tables);
    fill_times(tables);
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
    for (int s = 0; s < EESI_SEGMENTS_MAX; s++)
        free(tables->sums[s].pair);
    eesi_alias_free(&tables->alias);
    free(tables->score);
    free(tables->members);
    free(tables->survive);
    free(tables->gain);
    memset(tables, 0, sizeof *tables);
}
