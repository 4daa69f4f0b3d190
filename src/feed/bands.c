/* The bands of a pool. A pool brings its own, so that a changed layout of the feed changes no code. */
#include "feed/bands.h"

#include <string.h>

int eesi_bands_of(const ees_bands *bands, int score) {
    for (int b = 0; b < bands->count; b++)
        if (score >= bands->band[b].low && score <= bands->band[b].high)
            return b;
    return -1;
}

int eesi_bands_find(const ees_bands *bands, int64_t low, int64_t high) {
    for (int b = 0; b < bands->count; b++)
        if (bands->band[b].low == low && bands->band[b].high == high)
            return b;
    return -1;
}

bool eesi_bands_add(ees_bands *bands, ees_band band, int *place) {
    int b = bands->count;
    if (b == EES_BANDS_MAX)
        return false;
    while (b > 0 && bands->band[b - 1].low <= band.high)
        b--;
    if (b < bands->count && bands->band[b].high >= band.low)
        return false;
    memmove(bands->band + b + 1, bands->band + b, (size_t)(bands->count - b) * sizeof *bands->band);
    bands->band[b] = band;
    bands->count++;
    *place = b;
    return true;
}

int eesi_bands_gap(const ees_bands *bands) {
    int next = EES_SCORE_MAX;
    for (int b = 0; b < bands->count && bands->band[b].high == next; b++)
        next = bands->band[b].low - 1;
    return next;
}

bool eesi_bands_equal(const ees_bands *a, const ees_bands *b) {
    return a->count == b->count && memcmp(a->band, b->band, (size_t)a->count * sizeof *a->band) == 0;
}

bool eesi_same_pool(const ees_bands *a, const int64_t *a_leaf, const ees_bands *b, const int64_t *b_leaf) {
    return eesi_bands_equal(a, b) && memcmp(a_leaf, b_leaf, (size_t)a->count * sizeof *a_leaf) == 0;
}

ees_band eesi_snapshot_top(const ees_snapshot *snapshot, int low, int64_t *count, int *next) {
    ees_band top = snapshot->bands.band[1];
    int b = 2;
    *count = snapshot->leaf[1];
    for (; b < snapshot->bands.count && snapshot->bands.band[b].low >= low; b++) {
        top.low = snapshot->bands.band[b].low;
        *count += snapshot->leaf[b];
    }
    if (next)
        *next = b;
    return top;
}
