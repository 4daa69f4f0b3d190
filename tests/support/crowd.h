/* Individuals for the oracles of the ranking rule: numbers that never change, and the order of DESIGN section 2. */
#ifndef TEST_CROWD_H
#define TEST_CROWD_H

#include <stdint.h>

#include <eesim/date.h>

typedef struct test_person {
    int score;
    ees_time submitted;
    int position; /* who of several with the same score and time comes first: a segment, a row */
} test_person;

/* For qsort(): score down, submission up, position up. */
int test_by_rank(const void *left, const void *right);
/* splitmix64; not the library's generator, so that a change there cannot change these crowds. */
uint64_t test_next_number(uint64_t *state);
/* 0 to count - 1. */
int test_pick(uint64_t *state, int count);

#endif
