/* Exact scalar draws for the rare and the small: sharing out a few hundred candidates. */
#ifndef EESI_URN_H
#define EESI_URN_H

#include <stdint.h>

enum { EESI_LOG_FACTORIALS = 4096 };

/* value[k] = log(k!): saves most of the work of the draws below. */
typedef struct eesi_log_factorials {
    double value[EESI_LOG_FACTORIALS];
} eesi_log_factorials;

void eesi_log_factorials_init(eesi_log_factorials *table);

/* A stream of uniform numbers of one address, strictly between 0 and 1. */
typedef struct eesi_stream {
    uint32_t counter[4];
    uint32_t key[2];
    uint32_t words[4];
    int used; /* words */
    const eesi_log_factorials *table;
} eesi_stream;

void eesi_stream_init(eesi_stream *stream, uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t step,
                      const eesi_log_factorials *table);
double eesi_stream_uniform(eesi_stream *stream);

/*
 * Of `draws` taken at random from an urn, how many are of the `marked` ones; all three whole, 0 <= draws, marked <=
 * total. Inversion from the mode outward: exact, about sd steps.
 */
int64_t eesi_hypergeometric(eesi_stream *stream, int64_t total, int64_t marked, int64_t draws);

/* Binomial(n, p) in the same way. */
int64_t eesi_binomial(eesi_stream *stream, int64_t n, double p);

#endif
