/*
 * Four lanes of multiply and rotate, eight bytes at a time. A step is one-to-one in the lane for given bytes and in the
 * bytes for a given lane, so a change of a single word always changes the lane; anything else passes unseen once in
 * 2^64. The length goes into the end, so that zeros behind the end count.
 */
#include "base/checksum.h"

#include <string.h>

#define ODD_A 0x9e3779b97f4a7c15u /* 2^64 / golden ratio */
#define ODD_B 0xd1342543de82ef95u /* multiplier of a full-period generator */

static uint64_t rotate(uint64_t x, int by) {
    return x << by | x >> (64 - by);
}

static uint64_t word_at(const unsigned char *at) {
    uint64_t word = 0;
    for (int i = 0; i < 8; i++)
        word |= (uint64_t)at[i] << (8 * i); /* one load; the same on every machine */
    return word;
}

static uint64_t step(uint64_t lane, uint64_t word) {
    return rotate((lane ^ word) * ODD_A, 29) + ODD_B;
}

static void add_stripe(uint64_t lane[EESI_CHECKSUM_LANES], const unsigned char *at) {
    for (int i = 0; i < EESI_CHECKSUM_LANES; i++)
        lane[i] = step(lane[i], word_at(at + 8 * i));
}

void eesi_checksum_init(eesi_checksum *sum) {
    memset(sum, 0, sizeof *sum);
    for (int i = 0; i < EESI_CHECKSUM_LANES; i++)
        sum->lane[i] = (uint64_t)(i + 1) * ODD_B;
}

void eesi_checksum_add(eesi_checksum *sum, const void *data, size_t length) {
    const unsigned char *at = data;
    const size_t used = sum->length % EESI_CHECKSUM_STRIPE;
    const size_t room = EESI_CHECKSUM_STRIPE - used, first = length < room ? length : room;
    sum->length += length;
    if (used > 0) {
        memcpy(sum->part + used, at, first);
        at += first;
        length -= first;
        if (first < room)
            return;
        add_stripe(sum->lane, sum->part);
    }
    for (; length >= EESI_CHECKSUM_STRIPE; length -= EESI_CHECKSUM_STRIPE, at += EESI_CHECKSUM_STRIPE)
        add_stripe(sum->lane, at);
    if (length > 0)
        memcpy(sum->part, at, length);
}

uint64_t eesi_checksum_value(const eesi_checksum *sum) {
    uint64_t lane[EESI_CHECKSUM_LANES], value = sum->length;
    unsigned char last[EESI_CHECKSUM_STRIPE] = {0};
    memcpy(lane, sum->lane, sizeof lane);
    memcpy(last, sum->part, sum->length % EESI_CHECKSUM_STRIPE);
    add_stripe(lane, last);
    for (int i = 0; i < EESI_CHECKSUM_LANES; i++)
        value = step(value, lane[i]);
    value = (value ^ value >> 32) * ODD_A;
    return value ^ value >> 29;
}
