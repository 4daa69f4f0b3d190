/* Inside of eesi_totals_add(): what its two files share. */
#ifndef EESI_TOTALS_ADDING_H
#define EESI_TOTALS_ADDING_H

#include "run/totals.h"

enum { LANES = EESI_BLOCK };

/* Records of one scenario in order: those of slot (p, k), which are of different lanes, from first[p * rows + k] on. */
typedef struct record_order {
    int rows;             /* most rounds of a lane */
    size_t records, bins; /* room in the arrays */
    int32_t *at;          /* [records] place in the block's arrays */
    uint16_t *lane;       /* [records] */
    uint16_t *kth;        /* [row][lane] the record's number in its program; scratch */
    uint32_t *first;      /* [programs * rows + 1] */
    uint32_t *next;       /* the same; scratch */
} record_order;

/* What the rounds of a lane amount to, program by program. */
typedef struct lane_sums {
    int32_t rounds[EES_RUN_PROGRAMS_MAX][LANES];
    int32_t invited[EES_RUN_PROGRAMS_MAX][LANES];
    int32_t lowest[EES_RUN_PROGRAMS_MAX][LANES]; /* EESI_BAR_NEVER: nobody was invited */
} lane_sums;

/* The records of one slot side by side, which are of different lanes. */
typedef struct slot_columns {
    int32_t day[LANES], size[LANES], invited[LANES], cutoff[LANES], tie_age[LANES], taken[LANES];
} slot_columns;

/* Steps of the lowest bars of one audience, as they are found and then by day; see eesi_chance_totals. */
typedef struct bar_steps {
    size_t count, room;
    uint32_t *found, *sorted; /* owned; day, bar, and whether it is left or reached */
    uint32_t *first;          /* [days + 2] of each day; owned */
} bar_steps;

struct eesi_adding {
    record_order order, base_order;
    lane_sums sums, base_sums;
    slot_columns columns;
    bar_steps steps;
    int32_t values[LANES], base_at[LANES];
    int32_t lowest_bar[LANES];
    int32_t bar_on[EESI_MEMBER_DAYS][LANES]; /* the lowest so far on the days on which groups are compared */
    int32_t bands[EES_RUN_BANDS_MAX][LANES];
    uint16_t bins[EESI_HIST_BINS];
};

/* The records of one slot. */
typedef struct slot_records {
    const ees_run_layout *layout;
    const eesi_block *block;
    const int32_t *at;
    const uint16_t *lane;
    int count;
    const slot_columns *columns;
    int32_t *values; /* scratch, [LANES] */
    uint16_t *bins;  /* scratch, zeros */
} slot_records;

static inline slot_records records_of(const record_order *order, int p, int k) {
    const size_t bin = (size_t)p * (size_t)order->rows + (size_t)k;
    return (slot_records){.at = order->at + order->first[bin],
                          .lane = order->lane + order->first[bin],
                          .count = (int)(order->first[bin + 1] - order->first[bin])};
}

/* Steps of an audience's lowest bars. False when out of memory. */
bool eesi_totals_add_chance(ees_totals *totals, int scenario, int audience, const eesi_block *block,
                            const record_order *order);

#endif
