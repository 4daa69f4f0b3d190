#include "pool/select.h"

#include <stdint.h>
#include <string.h>

enum { RANGES_LOG2 = 11, RANGES = 1 << RANGES_LOG2 };

/* Smallest shift that brings the width of the values down to the ranges. */
static int shift_for(uint64_t width) {
    int shift = 0;
    while (width >> shift >= RANGES)
        shift++;
    return shift;
}

/* Differences are taken without sign: any two instants fit. */
static uint64_t distance(ees_time from, ees_time to) {
    return (uint64_t)to - (uint64_t)from;
}

static size_t keep_range(ees_time *times, size_t count, ees_time low, int shift, size_t range) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        times[kept] = times[i];
        kept += distance(low, times[i]) >> shift == range;
    }
    return kept;
}

ees_time eesi_select(ees_time *times, size_t count, size_t k) {
    for (;;) {
        ees_time low = times[0];
        ees_time high = times[0];
        for (size_t i = 1; i < count; i++) {
            low = times[i] < low ? times[i] : low;
            high = times[i] > high ? times[i] : high;
        }
        int shift = shift_for(distance(low, high));
        size_t held[RANGES] = {0};
        for (size_t i = 0; i < count; i++)
            held[distance(low, times[i]) >> shift]++;
        size_t range = 0;
        for (; k >= held[range]; range++)
            k -= held[range];
        if (shift == 0) /* a range is one instant */
            return (ees_time)((uint64_t)low + range);
        count = keep_range(times, count, low, shift, range);
    }
}
