/* An engine whose futures are a hash of (scenario, replicate, round): fast, and known to the tests in closed form. */
#ifndef FAKE_ENGINE_H
#define FAKE_ENGINE_H

#include "run/block.h"

typedef struct fake_model {
    int programs, rounds;
    uint64_t fail_at;  /* replicate that fails with EES_ERR_NUMERIC; UINT64_MAX: none */
    uint64_t sleep_us; /* per block */
} fake_model;

eesi_block_engine fake_engine(const fake_model *model);

enum { FAKE_START = 20000, FAKE_DAYS = 200 };
/* What the engine says of one round. */
int fake_cutoff(int scenario, uint64_t replicate, int round); /* EES_SCORE_NONE for some */
int fake_size(uint64_t replicate, int round);
int fake_rounds(const fake_model *model, uint64_t replicate);
int fake_tie_age(uint64_t replicate, int round);

#endif
