#include <eesim/run.h>

#include <math.h>

#include "run/totals.h"

ees_probability ees_chance_by(const ees_totals *totals, int scenario, int audience, int score, ees_date by) {
    const eesi_hist *step = totals->scenario[scenario].chance[audience].step;
    const int last = by - totals->layout.start < totals->layout.days ? by - totals->layout.start : totals->layout.days;
    uint64_t count = 0;
    for (int d = 0; d <= last; d++)
        count += eesi_hist_below(&step[d], score);
    const double n = (double)totals->replicates, p = n > 0 ? (double)count / n : NAN;
    const double effect = n > 0 ? eesi_totals_design_effect(totals, scenario, audience, last, score) : 1;
    return (ees_probability){p, sqrt(p * (1 - p) / n * effect)};
}

ees_date ees_chance_reached(const ees_totals *totals, int scenario, int audience, int score, double level) {
    const eesi_hist *step = totals->scenario[scenario].chance[audience].step;
    uint64_t count = 0;
    for (int d = 0; d <= totals->layout.days; d++) {
        count += eesi_hist_below(&step[d], score);
        if (count > 0 && (double)count >= level * (double)totals->replicates)
            return totals->layout.start + d;
    }
    return EES_DATE_NONE;
}

size_t ees_chance_days(const ees_totals *totals, int scenario, int audience, ees_date *days, size_t max) {
    const eesi_hist *step = totals->scenario[scenario].chance[audience].step;
    size_t count = 0;
    for (int d = 0; d <= totals->layout.days; d++) {
        const bool changes = eesi_hist_any(&step[d]);
        if (changes && count < max)
            days[count] = totals->layout.start + d;
        count += changes;
    }
    return count;
}
