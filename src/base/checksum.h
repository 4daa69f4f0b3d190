/* A checksum of many bytes, as fast as they are copied: it finds damage, it does not stop a forger. */
#ifndef EESI_CHECKSUM_H
#define EESI_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

enum { EESI_CHECKSUM_LANES = 4, EESI_CHECKSUM_STRIPE = 32 };

typedef struct eesi_checksum {
    uint64_t lane[EESI_CHECKSUM_LANES];
    uint64_t length;
    unsigned char part[EESI_CHECKSUM_STRIPE]; /* the last length % EESI_CHECKSUM_STRIPE bytes */
} eesi_checksum;

void eesi_checksum_init(eesi_checksum *sum);
/* In pieces of any size: the same checksum. */
void eesi_checksum_add(eesi_checksum *sum, const void *data, size_t length);
/* Of what was added so far; more may follow. */
uint64_t eesi_checksum_value(const eesi_checksum *sum);

#endif
