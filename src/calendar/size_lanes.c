#include "calendar/size_lanes.h"

#include <math.h>

void eesi_size_habits_of(const eesi_calendar *calendar, int program, eesi_size_habits *habits) {
    const eesi_size_context *context = &calendar->size[program];
    double sum = 0, weight = 1;
    for (int c = 0; c < SIZE_HABITS; c++) {
        const eesi_size_component of = eesi_size_component_of(calendar, context, c);
        sum += calendar->weight[program][c];
        habits->up_to[c] = c == SIZE_HABITS - 1 ? 2.0F : (float)sum;
        habits->scale[c] = (float)of.scale;
        habits->grid[c] = (float)of.grid;
        habits->most[c] = (float)of.most;
        habits->log_most[c] = (float)log(of.most);
    }
    habits->mean = (float)exp(context->mean_log);
    habits->rate = (float)context->rate;
    habits->recent_weight[0] = 0;
    for (int i = 1; i < EESI_RECENT; i++, weight *= calendar->model.params[EESI_RECENT_DECAY])
        habits->recent_weight[i] = (float)weight;
    habits->past_share = (float)eesi_size_past_share(context);
    habits->past_count = (float)context->past_count;
    for (int i = 0; i < EESI_PAST; i++)
        habits->past[i] = (float)context->past[i];
}

void eesi_size_chains_begin(eesi_size_chains *chains, const eesi_size_context *context) {
    for (int lane = 0; lane < EESI_SIZE_LANES; lane++) {
        chains->last[lane] = (float)context->last;
        for (int i = 0; i < EESI_RECENT; i++)
            chains->recent[i][lane] = (float)context->recent[i];
    }
}

void eesi_size_draw(const eesi_size_habits *habits, const eesi_size_chains *chains, eesi_size_step *step) {
    eesi_size_kernels_best()->draw(habits, chains, step);
}

void eesi_size_hold(eesi_size_chains *chains, const float size[EESI_SIZE_LANES]) {
    eesi_size_kernels_best()->hold(chains, size);
}
