#include "engine/engine_alias.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/elementary.h"

enum { LEAVE_COLUMNS = 1 << EESI_LEAVE_BITS, ARRIVE_COLUMNS = 1 << EESI_ARRIVE_BITS, COLUMNS_MAX = ARRIVE_COLUMNS };

/* A distribution fits a table when what lies past the last column is rarer than the resolution of the entries. */
static int fits(double mean, double variance, int columns) {
    return mean + 7 * sqrt(variance) + 2 < columns;
}

static void pair_up(double *scaled, int columns, uint32_t *entry) {
    int small[COLUMNS_MAX], large[COLUMNS_MAX];
    int smalls = 0, larges = 0;
    for (int i = 0; i < columns; i++) {
        entry[i] = 0xffffff00U | (uint32_t)i;
        if (scaled[i] < 1)
            small[smalls++] = i;
        else
            large[larges++] = i;
    }
    while (smalls > 0 && larges > 0) {
        int poor = small[--smalls];
        /* cppcheck-suppress uninitvar ; larges of them have been set */
        int rich = large[larges - 1];
        entry[poor] = (uint32_t)rint(scaled[poor] * 0xffffffp0) << 8 | (uint32_t)rich;
        scaled[rich] -= 1 - scaled[poor];
        if (scaled[rich] < 1) {
            larges--;
            small[smalls++] = rich;
        }
    }
}

static double exp_one(double x) {
    eesi_vexp(&x, &x, 1);
    return x;
}

static double log_one(double x) {
    eesi_vlog(&x, &x, 1);
    return x;
}

static void fill_departures(double leave, uint32_t n, uint32_t *entry) {
    double f[COLUMNS_MAX] = {0};
    f[0] = exp_one(n * log_one(1 - leave));
    for (uint32_t k = 0; k + 1 < LEAVE_COLUMNS && k < n; k++)
        f[k + 1] = f[k] * (n - k) / (k + 1) * (leave / (1 - leave));
    for (int k = 0; k < LEAVE_COLUMNS; k++)
        f[k] *= LEAVE_COLUMNS;
    pair_up(f, LEAVE_COLUMNS, entry);
}

static void fill_arrivals(double mean, uint32_t *entry) {
    double f[COLUMNS_MAX] = {exp_one(-mean)};
    for (int k = 0; k + 1 < ARRIVE_COLUMNS; k++)
        f[k + 1] = f[k] * mean / (k + 1);
    for (int k = 0; k < ARRIVE_COLUMNS; k++)
        f[k] *= ARRIVE_COLUMNS;
    pair_up(f, ARRIVE_COLUMNS, entry);
}

static void list_cells(eesi_alias *alias, const eesi_world *world) {
    for (int row = 0; row < world->rows; row++)
        for (int s = 0; s < world->segments; s++) {
            double mean = world->arrivals[s * world->rows + row];
            double initial = world->initial[s * world->rows + row];
            if (mean > 0 || initial > 0)
                alias->cell[alias->cells++] = (eesi_cell){row, s, 0, !fits(mean, mean, ARRIVE_COLUMNS), mean, initial};
        }
}

static void order_cells(eesi_alias *alias, const eesi_world *world) {
    int next = 0;
    for (int s = 0; s < world->segments; s++)
        for (int i = 0; i < alias->cells; i++)
            if (alias->cell[i].segment == s)
                alias->order[next++] = i;
}

/* Twice the largest cell at the start, if such a table is not too large for its columns. */
static uint32_t most_candidates(const eesi_alias *alias, double leave) {
    double most = 64;
    for (int i = 0; i < alias->cells; i++)
        most = fmax(most, 2 * alias->cell[i].initial);
    most = fmin(most, 4095);
    while (most > 1 && !fits(most * leave, most * leave * (1 - leave), LEAVE_COLUMNS))
        most *= 0.9;
    return (uint32_t)most;
}

int eesi_alias_init(eesi_alias *alias, const eesi_world *world, ees_error *err) {
    memset(alias, 0, sizeof *alias);
    alias->cell = calloc((size_t)(world->rows * world->segments), sizeof *alias->cell);
    alias->order = calloc((size_t)(world->rows * world->segments), sizeof *alias->order);
    if (alias->cell == NULL || alias->order == NULL)
        return ees_error_set(err, EES_ERR_NOMEM, "no memory for the cells of an engine");
    list_cells(alias, world);
    order_cells(alias, world);
    alias->most = most_candidates(alias, world->leave);
    size_t next = (size_t)(alias->most + 1) << EESI_LEAVE_BITS;
    size_t entries = next + ((size_t)alias->cells << EESI_ARRIVE_BITS);
    alias->entry = aligned_alloc(64, (entries * sizeof *alias->entry + 63) / 64 * 64);
    if (alias->entry == NULL)
        return ees_error_set(err, EES_ERR_NOMEM, "no memory for the tables of an engine");
    for (uint32_t n = 0; n <= alias->most; n++)
        fill_departures(world->leave, n, alias->entry + ((size_t)n << EESI_LEAVE_BITS));
    for (int i = 0; i < alias->cells; i++) {
        fill_arrivals(alias->cell[i].many ? 0 : alias->cell[i].mean, alias->entry + next);
        alias->cell[i].arrivals = (uint32_t)next;
        next += ARRIVE_COLUMNS;
    }
    return 0;
}

void eesi_alias_free(eesi_alias *alias) {
    free(alias->cell);
    free(alias->order);
    free(alias->entry);
    memset(alias, 0, sizeof *alias);
}
