/*
 * Histograms of integers that grow where values fall: pages of bins are made on first use, so that thousands of them
 * stay small. Everything in one is an integer and adding is commutative and exact: sums over any split of the work
 * (threads, shards, ranks) are the same bytes.
 */
#ifndef EESI_HIST_H
#define EESI_HIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* What is counted decides the bins. */
typedef enum eesi_hist_kind {
    EESI_HIST_SCORE, /* 0..1201, one bin each (EESI_BAR_NEVER: above every score) */
    EESI_HIST_COUNT, /* 0..2000 by 1, to 10,000 by 5, to 60,000 by 50, to 400,000 by 500, the rest in the last bin */
    EESI_HIST_DAYS,  /* 0..4095 by 1 */
    EESI_HIST_DIFF   /* both signs: 0..500 by 1, to 5,000 by 10, to 50,000 by 100, to 400,000 by 1,000 */
} eesi_hist_kind;

enum {
    EESI_HIST_PAGE = 128,
    EESI_HIST_PAGES_MAX = 42,
    EESI_HIST_BINS = EESI_HIST_PAGE * EESI_HIST_PAGES_MAX,
    EESI_BAR_NEVER = 1201
};

/* How a bin is kept. A run counts into small ones, which stay in the nearer caches, for as many values as they can
 * hold, and then adds them to large ones. */
typedef enum eesi_hist_bins {
    EESI_BINS_64, /* modulo 2^64 */
    EESI_BINS_32, /* numbers between -2^31 and 2^31 */
    EESI_BINS_16  /* numbers from 0 to 65,535 */
} eesi_hist_bins;

enum { EESI_BINS_16_MOST = 65535 };

typedef struct eesi_hist {
    eesi_hist_bins bins;
    uint64_t count;   /* values added */
    uint64_t missing; /* values that were missing */
    int64_t sum;      /* exact, not from the bins */
    uint64_t squares;
    int32_t min, max;                 /* of the values; meaningless while count is 0 */
    void *pages[EESI_HIST_PAGES_MAX]; /* NULL: all zero; owned */
} eesi_hist;

int eesi_hist_pages(eesi_hist_kind kind);
int eesi_hist_bin(eesi_hist_kind kind, int32_t value);
/* The value of a bin nearest to 0. */
int32_t eesi_hist_value(eesi_hist_kind kind, int bin);

/* Empty, with large bins; another kind of bins may be set before anything is added, and is kept. */
void eesi_hist_init(eesi_hist *hist);
void eesi_hist_free(eesi_hist *hist);
/* Forget the content, keep the memory. */
void eesi_hist_clear(eesi_hist *hist);
/* True when some bin is not 0. */
bool eesi_hist_any(const eesi_hist *hist);
/* False when out of memory: the values are then not counted. At most 65,535 values; those outside the bins fall into
 * the first or last one. bins[EESI_HIST_BINS]: zeros before and after; small enough for the first cache, where the bins
 * of thousands of histograms are not. */
bool eesi_hist_add_all(eesi_hist *hist, eesi_hist_kind kind, const int32_t *values, int count, uint16_t *bins);
/* Only the bin, by `weight` modulo what it holds: count, sum and the rest stay, and bins do not grow. */
bool eesi_hist_bump(eesi_hist *hist, int bin, uint64_t weight);
/* Makes the bins large enough for `more` values; every function that adds values does. False when out of memory. */
bool eesi_hist_grow(eesi_hist *hist, uint64_t more);
bool eesi_hist_page_is_empty(const eesi_hist *hist, int page);
bool eesi_hist_merge(eesi_hist *into, const eesi_hist *from);
uint64_t eesi_hist_at(const eesi_hist *hist, int bin);
/* Adds the bins of a page to sums, where there is one. */
void eesi_hist_add_page(const eesi_hist *hist, int page, uint64_t sums[EESI_HIST_PAGE]);
/* Sum of the bins up to this one. */
uint64_t eesi_hist_below(const eesi_hist *hist, int bin);

/* NaN without values. */
double eesi_hist_mean(const eesi_hist *hist);
/* Standard deviation, n - 1 below; 0 for one value. */
double eesi_hist_sd(const eesi_hist *hist);
/* Monte Carlo standard error of the mean. */
double eesi_hist_mean_se(const eesi_hist *hist);
/* Smallest value whose share at or below it reaches p (0..1); count > 0. */
int32_t eesi_hist_quantile(const eesi_hist *hist, eesi_hist_kind kind, double p);
/* Half the distance of the quantiles one binomial standard error of rank below and above. */
double eesi_hist_quantile_se(const eesi_hist *hist, eesi_hist_kind kind, double p);

/* Bytes of a histogram, the same for equal content on every machine; and back. */
void eesi_hist_save(const eesi_hist *hist, eesi_buf *buf);
bool eesi_hist_load(eesi_hist *hist, const unsigned char **cursor, const unsigned char *end);

/* The little-endian numbers of the state file. */
void eesi_put_u64(eesi_buf *buf, uint64_t value);
bool eesi_get_u64(const unsigned char **cursor, const unsigned char *end, uint64_t *value);

#endif
