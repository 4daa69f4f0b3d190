#include "crowd.h"

int test_by_rank(const void *left, const void *right) {
    const test_person *x = left;
    const test_person *y = right;
    if (x->score != y->score)
        return y->score - x->score;
    if (x->submitted != y->submitted)
        return x->submitted < y->submitted ? -1 : 1;
    return x->position - y->position;
}

uint64_t test_next_number(uint64_t *state) {
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

int test_pick(uint64_t *state, int count) {
    return (int)(test_next_number(state) % (uint64_t)count);
}
