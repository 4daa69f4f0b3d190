/*
 * Sizes of size.c for the futures of a run: sixteen side by side, each a round further in its own chain of guesses, in
 * floats. The distribution is that of eesi_calendar_size_draw() to the precision of floats;
 * tests/statistical/test_size_draw.c holds it to the exact probabilities. What a lane gets does not depend on its
 * neighbours, and every build gives the same bits.
 */
#ifndef EESI_SIZE_LANES_H
#define EESI_SIZE_LANES_H

#include "base/isa.h"
#include "calendar/size_components.h"

enum { EESI_SIZE_LANES = 16 };

/* What a program's habits say of every draw, reckoned once. */
typedef struct eesi_size_habits {
    float up_to[SIZE_HABITS]; /* weight of this component and those before it; the last is above 1 */
    float scale[SIZE_HABITS];
    float grid[SIZE_HABITS];
    float most[SIZE_HABITS], log_most[SIZE_HABITS];
    float mean, rate; /* candidates, and candidates a day, that guesses are spread around */
    float recent_weight[EESI_RECENT];
    float past_share, past_count, past[EESI_PAST];
} eesi_size_habits;

/* Where sixteen futures of a program are. */
typedef struct eesi_size_chains {
    float last[EESI_SIZE_LANES];
    float recent[EESI_RECENT][EESI_SIZE_LANES]; /* newest first; 0 where there are fewer */
} eesi_size_chains;

typedef struct eesi_size_step {
    uint32_t word[2][EESI_SIZE_LANES]; /* random */
    float gap_days[EESI_SIZE_LANES];   /* since the program's last round */
    float size[EESI_SIZE_LANES];       /* out: whole numbers, 1 to 1e7 */
} eesi_size_step;

typedef struct eesi_size_kernels {
    void (*draw)(const eesi_size_habits *habits, const eesi_size_chains *chains, eesi_size_step *step);
    void (*hold)(eesi_size_chains *chains, const float size[EESI_SIZE_LANES]);
} eesi_size_kernels;

EESI_KERNELS(eesi_size_kernels);

void eesi_size_habits_of(const eesi_calendar *calendar, int program, eesi_size_habits *habits);
/* Every lane at the start of the horizon. */
void eesi_size_chains_begin(eesi_size_chains *chains, const eesi_size_context *context);
/* A size for each lane, whatever its chain; and the chains past rounds of these sizes: below 1, the lane has none. */
void eesi_size_draw(const eesi_size_habits *habits, const eesi_size_chains *chains, eesi_size_step *step);
void eesi_size_hold(eesi_size_chains *chains, const float size[EESI_SIZE_LANES]);

#endif
