#include "run/hist.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "run/hist_kernels.h"

enum { CHUNK = 256, COUNT_BINS = 5281, DIFF_SIDE = 1750 };
static const eesi_bin_step diff_steps[EESI_BIN_STEPS] = {
    {0, 1, 0}, {500, 10, 500}, {5000, 100, 950}, {50000, 1000, 1400}};

static int bins_of(eesi_hist_kind kind) {
    switch (kind) {
    case EESI_HIST_SCORE:
        return EESI_BAR_NEVER + 1;
    case EESI_HIST_COUNT:
        return COUNT_BINS;
    case EESI_HIST_DAYS:
        return 4096;
    case EESI_HIST_DIFF:
        break;
    }
    return 2 * DIFF_SIDE + 1;
}

int eesi_hist_pages(eesi_hist_kind kind) {
    return (bins_of(kind) + EESI_HIST_PAGE - 1) / EESI_HIST_PAGE;
}

static int bin_of_size(const eesi_bin_step *steps, int32_t value, int last) {
    int step = 0;
    while (step + 1 < EESI_BIN_STEPS && value >= steps[step + 1].from)
        step++;
    int bin = steps[step].first + (value - steps[step].from) / steps[step].width;
    return bin > last ? last : bin;
}

static int32_t size_of_bin(const eesi_bin_step *steps, int bin) {
    int step = 0;
    while (step + 1 < EESI_BIN_STEPS && bin >= steps[step + 1].first)
        step++;
    return steps[step].from + (bin - steps[step].first) * steps[step].width;
}

int eesi_hist_bin(eesi_hist_kind kind, int32_t value) {
    if (kind != EESI_HIST_DIFF && value >= 0 && value < EESI_BAR_NEVER)
        return value; /* nearly all there are: a bin of its own in every kind */
    if (kind == EESI_HIST_DIFF)
        return value < 0 ? DIFF_SIDE - bin_of_size(diff_steps, -value, DIFF_SIDE)
                         : DIFF_SIDE + bin_of_size(diff_steps, value, DIFF_SIDE);
    int last = bins_of(kind) - 1;
    if (value < 0)
        return 0;
    if (kind == EESI_HIST_COUNT)
        return bin_of_size(eesi_count_steps, value, last);
    return value > last ? last : value;
}

int32_t eesi_hist_value(eesi_hist_kind kind, int bin) {
    if (kind == EESI_HIST_DIFF)
        return bin < DIFF_SIDE ? -size_of_bin(diff_steps, DIFF_SIDE - bin) : size_of_bin(diff_steps, bin - DIFF_SIDE);
    return kind == EESI_HIST_COUNT ? size_of_bin(eesi_count_steps, bin) : bin;
}

void eesi_hist_init(eesi_hist *hist) {
    memset(hist, 0, sizeof *hist);
}

void eesi_hist_free(eesi_hist *hist) {
    for (int page = 0; page < EESI_HIST_PAGES_MAX; page++)
        free(hist->pages[page]);
    eesi_hist_init(hist);
}

static size_t page_size(const eesi_hist *hist) {
    return EESI_HIST_PAGE * (sizeof(uint64_t) >> (int)hist->bins);
}

/* Made when it is not there; NULL when out of memory. */
static void *page_of(eesi_hist *hist, int page) {
    if (!hist->pages[page])
        hist->pages[page] = calloc(1, page_size(hist));
    return hist->pages[page];
}

static uint64_t bin_in(const eesi_hist *hist, const void *page, int i) {
    if (hist->bins == EESI_BINS_16)
        return ((const uint16_t *)page)[i];
    if (hist->bins == EESI_BINS_32)
        return (uint64_t)(int64_t)((const int32_t *)page)[i];
    return ((const uint64_t *)page)[i];
}

bool eesi_hist_page_is_empty(const eesi_hist *hist, int page) {
    const unsigned char *bytes = hist->pages[page];
    unsigned char any = 0;
    for (size_t i = 0; bytes && i < page_size(hist); i++)
        any |= bytes[i];
    return any == 0;
}

void eesi_hist_clear(eesi_hist *hist) {
    for (int page = 0; page < EESI_HIST_PAGES_MAX; page++)
        if (hist->pages[page])
            memset(hist->pages[page], 0, page_size(hist));
    hist->count = hist->missing = hist->squares = 0;
    hist->sum = hist->min = hist->max = 0;
}

bool eesi_hist_any(const eesi_hist *hist) {
    bool any = false;
    for (int page = 0; !any && page < EESI_HIST_PAGES_MAX; page++)
        any = !eesi_hist_page_is_empty(hist, page);
    return any;
}

bool eesi_hist_bump(eesi_hist *hist, int bin, uint64_t weight) {
    void *page = page_of(hist, bin / EESI_HIST_PAGE);
    const int i = bin % EESI_HIST_PAGE;
    if (!page)
        return false;
    if (hist->bins == EESI_BINS_16)
        ((uint16_t *)page)[i] = (uint16_t)(((uint16_t *)page)[i] + weight);
    else if (hist->bins == EESI_BINS_32)
        ((uint32_t *)page)[i] += (uint32_t)weight;
    else
        ((uint64_t *)page)[i] += weight;
    return true;
}

static void add_page(void *to, eesi_hist_bins bins, const eesi_hist *from, int page) {
    if (from->bins == EESI_BINS_16) {
        eesi_hist_kernels_best()->add_bins_16(to, bins, from->pages[page]);
        return;
    }
    uint64_t wide[EESI_HIST_PAGE];
    for (int i = 0; i < EESI_HIST_PAGE; i++)
        wide[i] = bin_in(from, from->pages[page], i);
    eesi_hist_kernels_best()->add_bins_64(to, bins, wide);
}

static bool merge_pages(eesi_hist *into, const eesi_hist *from) {
    for (int page = 0; page < EESI_HIST_PAGES_MAX; page++) {
        if (eesi_hist_page_is_empty(from, page))
            continue;
        void *to = page_of(into, page);
        if (!to)
            return false;
        add_page(to, into->bins, from, page);
    }
    return true;
}

/* Bins that hold this many values in one. */
static eesi_hist_bins bins_for(uint64_t count) {
    return count <= UINT16_MAX ? EESI_BINS_16 : count <= INT32_MAX ? EESI_BINS_32 : EESI_BINS_64;
}

bool eesi_hist_grow(eesi_hist *hist, uint64_t more) {
    eesi_hist larger = *hist;
    larger.bins = bins_for(hist->count + more);
    if (larger.bins >= hist->bins)
        return true;
    memset(larger.pages, 0, sizeof larger.pages);
    const bool sound = merge_pages(&larger, hist);
    eesi_hist *spent = sound ? hist : &larger;
    for (int page = 0; page < EESI_HIST_PAGES_MAX; page++)
        free(spent->pages[page]);
    if (sound)
        *hist = larger;
    return sound;
}

static void find_bins(eesi_hist_kind kind, const int32_t *values, int count, int32_t *bins) {
    const int last = bins_of(kind) - 1;
    if (kind == EESI_HIST_COUNT)
        eesi_hist_kernels_best()->find_counts(values, count, last, bins);
    else if (kind == EESI_HIST_DIFF)
        for (int i = 0; i < count; i++)
            bins[i] = eesi_hist_bin(kind, values[i]);
    else
        eesi_hist_kernels_best()->find_small(values, count, last, bins);
}

/* Into the scratch bins, then page by page into the histogram's. */
static bool add_bins(eesi_hist *hist, eesi_hist_kind kind, const int32_t *values, int count, uint16_t *bins) {
    int32_t found[CHUNK];
    int first = EESI_HIST_BINS, last = 0;
    for (int from = 0; from < count; from += CHUNK) {
        const int n = count - from < CHUNK ? count - from : CHUNK;
        find_bins(kind, values + from, n, found);
        for (int i = 0; i < n; i++) {
            bins[found[i]]++;
            first = found[i] < first ? found[i] : first;
            last = found[i] > last ? found[i] : last;
        }
    }
    bool sound = true;
    for (int page = first / EESI_HIST_PAGE; page <= last / EESI_HIST_PAGE; page++) {
        uint16_t *scratch = bins + (size_t)page * EESI_HIST_PAGE;
        void *to = page_of(hist, page);
        if (to)
            eesi_hist_kernels_best()->add_bins_16(to, hist->bins, scratch);
        memset(scratch, 0, EESI_HIST_PAGE * sizeof *scratch);
        sound = sound && to;
    }
    return sound;
}

/* Small bins are counted into where they are. */
static bool add_to_small(eesi_hist *hist, eesi_hist_kind kind, const int32_t *values, int count) {
    int32_t found[CHUNK];
    for (int from = 0; from < count; from += CHUNK) {
        const int n = count - from < CHUNK ? count - from : CHUNK;
        find_bins(kind, values + from, n, found);
        for (int i = 0; i < n; i++) {
            uint16_t *page = hist->pages[found[i] / EESI_HIST_PAGE];
            if (!page && !(page = page_of(hist, found[i] / EESI_HIST_PAGE)))
                return false;
            page[found[i] % EESI_HIST_PAGE]++;
        }
    }
    return true;
}

bool eesi_hist_add_all(eesi_hist *hist, eesi_hist_kind kind, const int32_t *values, int count, uint16_t *bins) {
    enum { FEW = 24 };
    bool sound = eesi_hist_grow(hist, (uint64_t)count);
    if (sound && hist->bins == EESI_BINS_16)
        sound = add_to_small(hist, kind, values, count);
    else if (sound && count > FEW)
        sound = add_bins(hist, kind, values, count, bins);
    else
        for (int i = 0; sound && i < count; i++)
            sound = eesi_hist_bump(hist, eesi_hist_bin(kind, values[i]), 1);
    if (sound && count > 0)
        eesi_hist_kernels_best()->add_moments(hist, values, count);
    return sound;
}

bool eesi_hist_merge(eesi_hist *into, const eesi_hist *from) {
    if (!eesi_hist_grow(into, from->count) || !merge_pages(into, from))
        return false;
    if (from->count > 0 && (into->count == 0 || from->min < into->min))
        into->min = from->min;
    if (from->count > 0 && (into->count == 0 || from->max > into->max))
        into->max = from->max;
    into->count += from->count;
    into->missing += from->missing;
    into->sum += from->sum;
    into->squares += from->squares;
    return true;
}

uint64_t eesi_hist_at(const eesi_hist *hist, int bin) {
    const void *page = hist->pages[bin / EESI_HIST_PAGE];
    return page ? bin_in(hist, page, bin % EESI_HIST_PAGE) : 0;
}

void eesi_hist_add_page(const eesi_hist *hist, int page, uint64_t sums[EESI_HIST_PAGE]) {
    if (hist->pages[page])
        add_page(sums, EESI_BINS_64, hist, page);
}

uint64_t eesi_hist_below(const eesi_hist *hist, int bin) {
    uint64_t below = 0;
    for (int page = 0; page <= bin / EESI_HIST_PAGE; page++)
        for (int i = 0; hist->pages[page] && i < EESI_HIST_PAGE && page * EESI_HIST_PAGE + i <= bin; i++)
            below += bin_in(hist, hist->pages[page], i);
    return below;
}

double eesi_hist_mean(const eesi_hist *hist) {
    return hist->count == 0 ? NAN : (double)hist->sum / (double)hist->count;
}

/* n * squares - sum^2 exceeds 64 bits; a long double of 64 bits or more loses nothing that 6 printed digits show. */
double eesi_hist_sd(const eesi_hist *hist) {
    if (hist->count == 0)
        return NAN;
    if (hist->count == 1)
        return 0.0;
    long double n = (long double)hist->count, mean = (long double)hist->sum / n;
    long double variance = ((long double)hist->squares - mean * (long double)hist->sum) / (n - 1);
    return variance > 0 ? sqrt((double)variance) : 0.0;
}

double eesi_hist_mean_se(const eesi_hist *hist) {
    return eesi_hist_sd(hist) / sqrt((double)hist->count);
}

/* Rank from 1 of the value wanted. */
static uint64_t rank_of(uint64_t count, double p) {
    double rank = ceil(p * (double)count - 1e-9);
    if (!(rank >= 1))
        return 1;
    return rank >= (double)count ? count : (uint64_t)rank;
}

static int32_t value_at_rank(const eesi_hist *hist, eesi_hist_kind kind, uint64_t rank) {
    uint64_t below = 0;
    for (int page = 0; page < eesi_hist_pages(kind); page++) {
        if (!hist->pages[page])
            continue;
        for (int i = 0; i < EESI_HIST_PAGE; i++) {
            below += bin_in(hist, hist->pages[page], i);
            if (below < rank)
                continue;
            int32_t value = eesi_hist_value(kind, page * EESI_HIST_PAGE + i);
            return value < hist->min ? hist->min : value > hist->max ? hist->max : value;
        }
    }
    return hist->max;
}

int32_t eesi_hist_quantile(const eesi_hist *hist, eesi_hist_kind kind, double p) {
    return value_at_rank(hist, kind, rank_of(hist->count, p));
}

double eesi_hist_quantile_se(const eesi_hist *hist, eesi_hist_kind kind, double p) {
    double step = sqrt(p * (1 - p) / (double)hist->count);
    int32_t low = eesi_hist_quantile(hist, kind, fmax(0.0, p - step));
    return 0.5 * (double)(eesi_hist_quantile(hist, kind, fmin(1.0, p + step)) - low);
}
