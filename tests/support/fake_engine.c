#include "fake_engine.h"

#include <time.h>

static uint64_t mix(uint64_t a, uint64_t b, uint64_t c) {
    uint64_t x = a * 0x9e3779b97f4a7c15u + b * 0xbf58476d1ce4e5b9u + c * 0x94d049bb133111ebu + 1;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

int fake_cutoff(int scenario, uint64_t replicate, int round) {
    uint64_t x = mix(7, replicate, (uint64_t)round);
    return x % 97 == 0 ? EES_SCORE_NONE : 480 + (int)(x % 50) + 3 * scenario;
}

int fake_size(uint64_t replicate, int round) {
    return 1000 + (int)(mix(8, replicate, (uint64_t)round) % 9000);
}

int fake_tie_age(uint64_t replicate, int round) {
    return (int)(mix(9, replicate, (uint64_t)round) % 365);
}

int fake_rounds(const fake_model *model, uint64_t replicate) {
    return model->rounds - (int)(mix(10, replicate, 0) % 3);
}

static int run(const void *of, void *worker, int scenario, eesi_block *block, ees_error *err) {
    const fake_model *model = of;
    (void)worker;
    struct timespec nap = {.tv_nsec = (long)model->sleep_us * 1000};
    if (model->sleep_us)
        nanosleep(&nap, NULL);
    int rc = eesi_block_reserve(block, model->rounds, err);
    if (rc)
        return rc;
    for (int lane = 0; lane < block->lanes; lane++) {
        uint64_t replicate = block->first + (uint64_t)lane;
        if (lane % 64 == 0 && block->go_on && !block->go_on(block->user))
            return ees_error_set(err, EES_ERR_INTERRUPTED, "interrupted");
        if (replicate == model->fail_at)
            return ees_error_set(err, EES_ERR_NUMERIC, "replicate %llu fails", (unsigned long long)replicate);
        block->rounds[lane] = fake_rounds(model, replicate);
        for (int row = 0; row < block->rounds[lane]; row++) {
            size_t at = (size_t)row * EESI_BLOCK_ROW + (size_t)lane;
            block->date[at] = FAKE_START + 7 * row;
            block->program[at] = (uint8_t)(row % model->programs);
            block->size[at] = fake_size(replicate, row);
            block->cutoff[at] = (int16_t)fake_cutoff(scenario, replicate, row);
            block->invited[at] = block->cutoff[at] == EES_SCORE_NONE ? 0 : block->size[at];
            block->taken[at] = block->size[at] / 100;
            block->tie_age[at] = (int16_t)fake_tie_age(replicate, row);
            for (int b = 0; b < block->bands; b++)
                block->stock[at * (size_t)block->bands + (size_t)b] = 100 * b + row;
        }
    }
    return EES_OK;
}

eesi_block_engine fake_engine(const fake_model *model) {
    return (eesi_block_engine){.name = "fake", .model = model, .run = run};
}
