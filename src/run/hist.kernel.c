/* Bodies of hist_kernels.h. */
#include "run/hist_kernels.h"

static void add_bins_16(void *to, eesi_hist_bins bins, const uint16_t *restrict from) {
    if (bins == EESI_BINS_16)
        for (int i = 0; i < EESI_HIST_PAGE; i++)
            ((uint16_t *)to)[i] = (uint16_t)(((uint16_t *)to)[i] + from[i]);
    else if (bins == EESI_BINS_32)
        for (int i = 0; i < EESI_HIST_PAGE; i++)
            ((uint32_t *)to)[i] += from[i];
    else
        for (int i = 0; i < EESI_HIST_PAGE; i++)
            ((uint64_t *)to)[i] += from[i];
}

static void add_bins_64(void *to, eesi_hist_bins bins, const uint64_t *restrict from) {
    if (bins == EESI_BINS_16)
        for (int i = 0; i < EESI_HIST_PAGE; i++)
            ((uint16_t *)to)[i] = (uint16_t)(((uint16_t *)to)[i] + from[i]);
    else if (bins == EESI_BINS_32)
        for (int i = 0; i < EESI_HIST_PAGE; i++)
            ((uint32_t *)to)[i] += (uint32_t)from[i];
    else
        for (int i = 0; i < EESI_HIST_PAGE; i++)
            ((uint64_t *)to)[i] += from[i];
}

static void add_moments(eesi_hist *hist, const int32_t *values, int count) {
    int32_t min = values[0], max = values[0];
    int64_t sum = 0;
    uint64_t squares = 0;
    for (int i = 0; i < count; i++) {
        const int64_t value = values[i];
        min = values[i] < min ? values[i] : min;
        max = values[i] > max ? values[i] : max;
        sum += value;
        squares += (uint64_t)(value * value);
    }
    hist->min = hist->count == 0 || min < hist->min ? min : hist->min;
    hist->max = hist->count == 0 || max > hist->max ? max : hist->max;
    hist->count += (uint64_t)count;
    hist->sum += sum;
    hist->squares += squares;
}

static inline uint32_t on_stretch(const eesi_bin_step *stretch, uint32_t value) {
    return (uint32_t)stretch->first + (value - (uint32_t)stretch->from) / (uint32_t)stretch->width;
}

static void find_counts(const int32_t *restrict values, int count, int last, int32_t *restrict bins) {
    const eesi_bin_step *steps = eesi_count_steps;
    for (int i = 0; i < count; i++) {
        const uint32_t v = (uint32_t)(values[i] < 0 ? 0 : values[i]);
        uint32_t bin = on_stretch(&steps[3], v);
        bin = v < (uint32_t)steps[3].from ? on_stretch(&steps[2], v) : bin;
        bin = v < (uint32_t)steps[2].from ? on_stretch(&steps[1], v) : bin;
        bin = v < (uint32_t)steps[1].from ? v : bin;
        bins[i] = (int32_t)bin > last ? last : (int32_t)bin;
    }
}

/* Nearly all values are within the bins. */
static void find_small(const int32_t *restrict values, int count, int last, int32_t *restrict bins) {
    for (int i = 0; i < count; i++)
        bins[i] = values[i] < 0 ? 0 : values[i] > last ? last : values[i];
}

EESI_KERNEL_TABLE(eesi_hist_kernels) = {add_bins_16, add_bins_64, add_moments, find_counts, find_small};
