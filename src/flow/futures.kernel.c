/* Bodies of futures.h. Lanes are taken as many at a time as the processor's vectors hold. */
#include "flow/futures.h"

#include "base/vector.h"
#include "flow/field.h"

enum { CHUNK = 4, CHAINS = 8 };

/* What the scores of one move have in common, lane by lane. */
typedef struct step_terms {
    eesi_f32 keep;     /* share of the stock that stays */
    eesi_f32 inv_tail; /* one over the e-folding length */
    eesi_f32 scale;    /* arrivals where the shape is 1 */
    eesi_f32 smooth;   /* sd of the smooth field, log */
    eesi_f32 rough;    /* variance of the rough one */
    float dispersion;
} step_terms;

/* The level and the tail wander; lanes without days keep theirs. */
static inline void move_scalars(const eesi_future_tables *t, eesi_futures *x, int lane, eesi_f32 days,
                                const eesi_f32 *z) {
    const eesi_f32 zero = eesi_f32_all(0), root = eesi_f32_sqrt(days * (1.0F / 14.0F));
    const eesi_f32 keep = eesi_f32_exp(days * (-t->reversion / 14.0F));
    const eesi_f32 old_level = eesi_f32_load(x->log_level + lane), old_tail = eesi_f32_load(x->log_tail + lane);
    const eesi_f32 level = (t->log_level + (old_level - t->log_level) * keep) + t->level_sd * root * z[0];
    eesi_f32 tail = old_tail + t->tail_sd * root * z[1];
    tail = eesi_f32_min(eesi_f32_max(tail, eesi_f32_all((float)eesi_field_log_tail_min)),
                        eesi_f32_all((float)eesi_field_log_tail_max));
    eesi_f32_store(x->log_level + lane, eesi_f32_if_less(zero, days, level, old_level));
    eesi_f32_store(x->log_tail + lane, eesi_f32_if_less(zero, days, tail, old_tail));
}

/* Sum of the bare shape over the scores from the centre up: a polynomial in the ratio of neighbours, as eight of
 * every eighth term, so that the chains of multiplications are short. */
static inline eesi_f32 shape_sum(const eesi_future_tables *t, eesi_f32 inv_tail) {
    const eesi_f32 ratio = eesi_f32_exp(-inv_tail), two = ratio * ratio, four = two * two, eight = four * four;
    eesi_f32 part[CHAINS];
    for (int j = 0; j < CHAINS; j++)
        part[j] = eesi_f32_all(t->thin[t->top - CHAINS + j]);
    for (int d = t->top - 2 * CHAINS; d >= 0; d -= CHAINS)
        for (int j = 0; j < CHAINS; j++)
            part[j] = part[j] * eight + t->thin[d + j];
    eesi_f32 sum = part[CHAINS - 1];
    for (int j = CHAINS - 2; j >= 0; j--)
        sum = sum * ratio + part[j];
    return sum;
}

static inline step_terms terms_of(const eesi_future_tables *t, const eesi_futures *x, int lane, eesi_f32 days,
                                  eesi_f32 inflow) {
    const eesi_f32 fortnights = 14.0F / (days + 1e-9F);
    const eesi_f32 spread = t->cell_sd * eesi_f32_sqrt(eesi_f32_min(fortnights, eesi_f32_all(4.0F)));
    step_terms terms = {.dispersion = t->dispersion};
    terms.keep = eesi_f32_exp(days * -t->loss);
    terms.inv_tail = eesi_f32_exp(-eesi_f32_load(x->log_tail + lane));
    terms.scale = days * (inflow * eesi_f32_exp(eesi_f32_load(x->log_level + lane)) / shape_sum(t, terms.inv_tail));
    terms.smooth = spread * sqrtf((float)eesi_field_smooth_share);
    terms.rough = spread * spread * (1.0F - (float)eesi_field_smooth_share);
    return terms;
}

static inline void move_cell(const eesi_future_tables *t, const step_terms *terms, const float *knots, int cell,
                             int phase, float *stock, eesi_f32 white) {
    const float *w = t->weight + (size_t)phase * EESI_FIELD_TAPS;
    eesi_f32 field = w[0] * eesi_f32_load(knots);
    for (int j = 1; j < t->taps; j++)
        field += w[j] * eesi_f32_load(knots + j * EESI_FUTURES);
    const eesi_f32 tilt = (t->below[cell] * terms->inv_tail - t->bend[cell]) + terms->smooth * field;
    const eesi_f32 mean = terms->scale * eesi_f32_exp(tilt);
    const eesi_f32 noisy = mean + eesi_f32_sqrt(mean * (mean * terms->rough + terms->dispersion)) * white;
    eesi_f32_store(stock, eesi_f32_load(stock) * terms->keep + eesi_f32_max(noisy, 0.02F * mean));
}

static inline void draw_knots(const eesi_future_tables *t, const eesi_f32_address *at, float *knots) {
    for (int k = 0; k < t->knots; k += CHUNK) {
        eesi_f32 z[CHUNK];
        eesi_f32_normals(at, (uint32_t)(1 + k / CHUNK), z);
        for (int j = 0; j < CHUNK; j++)
            eesi_f32_store(knots + (size_t)(k + j) * EESI_FUTURES, z[j]);
    }
}

static inline void move_cells(const eesi_future_tables *t, const eesi_f32_address *at, const step_terms *terms,
                              const float *knots, float *stock) {
    const uint32_t block = (uint32_t)(1 + (t->knots + CHUNK - 1) / CHUNK);
    int phase = 0, first = 0;
    for (int cell = 0; cell < t->grid.cells; cell += CHUNK) {
        eesi_f32 white[CHUNK];
        eesi_f32_normals(at, block + (uint32_t)(cell / CHUNK), white);
        for (int j = 0; j < CHUNK && cell + j < t->grid.cells; j++) {
            move_cell(t, terms, knots + (size_t)first * EESI_FUTURES, cell + j, phase,
                      stock + (size_t)(cell + j) * EESI_FUTURES, white[j]);
            if (++phase == t->spacing) {
                phase = 0;
                first++;
            }
        }
    }
}

static void advance(const eesi_future_tables *t, eesi_futures *x, const eesi_future_move *move) {
    for (int lane = 0; lane < EESI_FUTURES; lane += EESI_FLOATS) {
        const eesi_f32_address at =
            eesi_f32_address_at(move->seed, move->points, x->replicate + lane, move->purpose, move->step);
        const eesi_f32 days = eesi_f32_load(move->days + lane);
        eesi_f32 z[CHUNK];
        eesi_f32_normals(&at, 0, z);
        move_scalars(t, x, lane, days, z);
        const step_terms terms = terms_of(t, x, lane, days, eesi_f32_load(move->inflow + lane));
        draw_knots(t, &at, x->knots + lane);
        move_cells(t, &at, &terms, x->knots + lane, x->stock + lane);
    }
}

/* From `*tail` above cell `from` down to cell `to`: what goes beyond the need stays. */
typedef struct descent {
    eesi_f32 tail, need, above, at_or_above, cell;
} descent;

static inline void descend_to(descent *w, float *stock, int from, int to) {
    const eesi_f32 zero = eesi_f32_all(0), one = eesi_f32_all(1);
    for (int c = from; c >= to; c--) {
        float *row = stock + (size_t)c * EESI_FUTURES;
        const eesi_f32 here = eesi_f32_load(row), next = w->tail + here;
        eesi_f32_store(row, eesi_f32_min(eesi_f32_max(next - w->need, zero), here));
        w->above = eesi_f32_if_less(next, w->need, next, w->above);
        w->at_or_above = eesi_f32_if_less(w->tail, w->need, next, w->at_or_above);
        w->cell += eesi_f32_if_less(next, w->need, zero, one);
        w->tail = next;
    }
}

static void invite(const eesi_future_tables *t, eesi_futures *x, eesi_future_cut *cut) {
    for (int lane = 0; lane < EESI_FUTURES; lane += EESI_FLOATS) {
        const eesi_f32 zero = eesi_f32_all(0);
        descent w = {zero, eesi_f32_load(cut->need + lane), zero, zero, eesi_f32_all(-1)};
        int from = t->grid.cells - 1;
        for (int e = 0; e < cut->edges; e++) {
            descend_to(&w, x->stock + lane, from, cut->edge[e]);
            eesi_f32_store(cut->tail[e] + lane, w.tail);
            from = cut->edge[e] - 1;
        }
        eesi_f32_store(cut->cell + lane, w.cell);
        eesi_f32_store(cut->above + lane, w.above);
        eesi_f32_store(cut->at_or_above + lane, w.at_or_above);
    }
}

static void normals(uint64_t seed, int points, const uint64_t *replicate, uint32_t purpose, uint32_t step, int blocks,
                    float *out) {
    for (int lane = 0; lane < EESI_FUTURES; lane += EESI_FLOATS) {
        const eesi_f32_address at = eesi_f32_address_at(seed, points, replicate + lane, purpose, step);
        for (int block = 0; block < blocks; block++) {
            eesi_f32 z[CHUNK];
            eesi_f32_normals(&at, (uint32_t)block, z);
            for (int j = 0; j < CHUNK; j++)
                eesi_f32_store(out + (size_t)(CHUNK * block + j) * EESI_FUTURES + lane, z[j]);
        }
    }
}

EESI_KERNEL_TABLE(eesi_future_kernels) = {advance, invite, normals};
