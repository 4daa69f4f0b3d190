/* Bodies of size_lanes.h. */
#include "calendar/size_lanes.h"

#include "base/vector.h"

static const float size_least = 1.0F, size_most = 1e7F;

/* The components that the first numbers pick, as what they spread their guesses with. */
typedef struct picked {
    eesi_f32 component, scale, grid, most, log_most;
} picked;

static inline picked pick(const eesi_size_habits *h, eesi_f32 u) {
    picked p = {eesi_f32_all(0), eesi_f32_all(h->scale[0]), eesi_f32_all(h->grid[0]), eesi_f32_all(h->most[0]),
                eesi_f32_all(h->log_most[0])};
    for (int c = 1; c < SIZE_HABITS; c++) {
        const eesi_f32 below = eesi_f32_all(h->up_to[c - 1]);
        p.component = eesi_f32_if_less(u, below, p.component, eesi_f32_all((float)c));
        p.scale = eesi_f32_if_less(u, below, p.scale, eesi_f32_all(h->scale[c]));
        p.grid = eesi_f32_if_less(u, below, p.grid, eesi_f32_all(h->grid[c]));
        p.most = eesi_f32_if_less(u, below, p.most, eesi_f32_all(h->most[c]));
        p.log_most = eesi_f32_if_less(u, below, p.log_most, eesi_f32_all(h->log_most[c]));
    }
    return p;
}

/* What the guesses are spread around. */
static inline eesi_f32 centre_of(const eesi_size_habits *h, eesi_f32 component, eesi_f32 last, eesi_f32 gap) {
    const eesi_f32 one = eesi_f32_all(1), mean = eesi_f32_all(h->mean), rate = h->rate * eesi_f32_max(gap, one);
    const eesi_f32 high = eesi_f32_if_less(component, eesi_f32_all(SIZE_WIDE), rate, mean);
    const eesi_f32 middle = eesi_f32_if_less(component, eesi_f32_all(SIZE_RATE), mean, high);
    return eesi_f32_max(eesi_f32_if_less(component, eesi_f32_all(SIZE_MEAN), last, middle), one);
}

/* Halves go down, as in spread_cdf() of size.c: (m + 0.5) grid still belongs to m. */
static inline eesi_f32 round_to(eesi_f32 guess, eesi_f32 grid) {
    const eesi_f32 x = guess / grid - 0.5F;
    const eesi_f32 floor = __builtin_convertvector(__builtin_convertvector(x, eesi_i32), eesi_f32);
    return eesi_f32_max(eesi_f32_if_less(floor, x, floor + 1.0F, floor), eesi_f32_all(1)) * grid;
}

/* A Laplace guess on the log scale, cut off at the most there can be. */
static inline eesi_f32 spread(const picked *p, eesi_f32 centre, eesi_f32 u) {
    const eesi_f32 half = eesi_f32_all(0.5F), zero = eesi_f32_all(0), tiny = eesi_f32_all(0x1p-33F);
    const eesi_f32 edge = (p->log_most - eesi_f32_log(centre)) / p->scale;
    const eesi_f32 side = 0.5F * eesi_f32_exp(eesi_f32_if_less(edge, zero, edge, -edge));
    const eesi_f32 share = u * eesi_f32_if_less(edge, zero, side, 1.0F - side);
    const eesi_f32 nearer = eesi_f32_max(eesi_f32_if_less(share, half, share, 1.0F - share), tiny);
    const eesi_f32 log_nearer = eesi_f32_log(2.0F * nearer);
    const eesi_f32 step = p->scale * eesi_f32_if_less(share, half, log_nearer, -log_nearer);
    const eesi_f32 guess = centre * eesi_f32_exp(eesi_f32_min(step, eesi_f32_all(40)));
    return round_to(eesi_f32_min(guess, p->most), p->grid);
}

/* One of the sizes before the last one; the last one where there are none. */
static inline eesi_f32 recent_size(const eesi_size_habits *h, const eesi_size_chains *chains, int lane, eesi_f32 last,
                                   eesi_f32 u) {
    const eesi_f32 zero = eesi_f32_all(0);
    eesi_f32 sum[EESI_RECENT], found = last;
    sum[0] = zero;
    for (int i = 1; i < EESI_RECENT; i++) {
        const eesi_f32 size = eesi_f32_load(chains->recent[i] + lane);
        sum[i] = sum[i - 1] + eesi_f32_if_less(zero, size, eesi_f32_all(h->recent_weight[i]), zero);
        found = eesi_f32_if_less(zero, size, size, found);
    }
    const eesi_f32 target = u * sum[EESI_RECENT - 1];
    for (int i = EESI_RECENT - 1; i > 0; i--)
        found = eesi_f32_if_less(target, sum[i], eesi_f32_load(chains->recent[i] + lane), found);
    return found;
}

/* One of the published sizes, for numbers below the chance of it. */
static inline eesi_f32 past_size(const eesi_size_habits *h, eesi_f32 u, eesi_f32 share) {
    const eesi_f32 place = eesi_f32_min(u / share, eesi_f32_all(0x1.fffffcp-1F)) * h->past_count;
    const eesi_i32 index = __builtin_convertvector(place, eesi_i32);
    eesi_f32 found = eesi_f32_all(0);
    for (int i = 0; i < EESI_FLOATS; i++)
        found[i] = h->past[index[i]];
    return found;
}

static inline eesi_f32 uniform(const uint32_t *word) {
    return (eesi_f32_from_u31(eesi_u32_load(word) >> 1) + 0.5F) * 0x1p-31F;
}

static void draw(const eesi_size_habits *h, const eesi_size_chains *chains, eesi_size_step *step) {
    for (int lane = 0; lane < EESI_SIZE_LANES; lane += EESI_FLOATS) {
        const eesi_f32 last = eesi_f32_load(chains->last + lane), u = uniform(step->word[1] + lane);
        const eesi_f32 choice = uniform(step->word[0] + lane), share = eesi_f32_all(h->past_share);
        const picked p = pick(h, (choice - share) / (1.0F - share));
        const eesi_f32 centre = centre_of(h, p.component, last, eesi_f32_load(step->gap_days + lane));
        eesi_f32 size = spread(&p, centre, u);
        size = eesi_f32_if_less(p.component, eesi_f32_all(SIZE_1000), recent_size(h, chains, lane, last, u), size);
        size = eesi_f32_if_less(p.component, eesi_f32_all(SIZE_RECENT), last, size);
        size = eesi_f32_if_less(choice, share, past_size(h, choice, share), size);
        size = eesi_f32_min(eesi_f32_max(size, eesi_f32_all(size_least)), eesi_f32_all(size_most));
        eesi_f32_store(step->size + lane, size);
    }
}

static void hold(eesi_size_chains *chains, const float *size) {
    for (int lane = 0; lane < EESI_SIZE_LANES; lane += EESI_FLOATS) {
        const eesi_f32 held = eesi_f32_load(size + lane), least = eesi_f32_all(size_least);
        for (int i = EESI_RECENT - 1; i > 0; i--) {
            const eesi_f32 own = eesi_f32_load(chains->recent[i] + lane);
            const eesi_f32 newer = eesi_f32_load(chains->recent[i - 1] + lane);
            eesi_f32_store(chains->recent[i] + lane, eesi_f32_if_less(held, least, own, newer));
        }
        const eesi_f32 newest = eesi_f32_load(chains->recent[0] + lane), last = eesi_f32_load(chains->last + lane);
        eesi_f32_store(chains->recent[0] + lane, eesi_f32_if_less(held, least, newest, held));
        eesi_f32_store(chains->last + lane, eesi_f32_if_less(held, least, last, held));
    }
}

EESI_KERNEL_TABLE(eesi_size_kernels) = {draw, hold};
