/* What a filter sees: bands, rounds, rounds of categories; and how it looks ahead. The update is in assimilate.c. */
#include "models/ensemble.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/purpose.h"
#include "base/vector.h"
#include "feed/bands.h"
#include "flow/normals.h"
#include "models/assimilate.h"

enum { TOP_LOW = 501 }; /* from here to 600 it is one band, for has_other */

static const double UNREADABLE_SHARE_SD = 0.29; /* of a uniform share */
static const double CATEGORY_TAKES_MAX = 0.95;  /* of a stock, by one category round */

int eesi_ensemble_init(eesi_ensemble *e, const eesi_stream *stream, const eesi_flow_params *params, eesi_shock shock,
                       int program, int members, uint64_t seed, uint64_t first_replicate) {
    *e = (eesi_ensemble){.params = params,
                         .stream = stream,
                         .shock = shock,
                         .program = program,
                         .nominees = eesi_nominees_none(),
                         .date = EES_DATE_NONE,
                         .seed = seed,
                         .first_replicate = first_replicate};
    e->cleared = calloc((size_t)stream->grid.cells, sizeof *e->cleared);
    e->work = calloc(EESI_ENSEMBLE_WORK * (size_t)(members > 0 ? members : 1), sizeof *e->work);
    int rc = e->cleared == NULL || e->work == NULL ? EES_ERR_NOMEM : 0;
    if (rc == 0)
        rc = eesi_flow_block_init(&e->block, &stream->grid, members);
    if (rc != 0)
        eesi_ensemble_free(e);
    return rc;
}

void eesi_ensemble_free(eesi_ensemble *e) {
    free(e->cleared);
    free(e->work);
    eesi_flow_block_free(&e->block);
    *e = (eesi_ensemble){0};
}

void eesi_ensemble_copy(eesi_ensemble *to, const eesi_ensemble *from) {
    const eesi_ensemble own = *to;
    *to = *from;
    to->block = own.block;
    to->cleared = own.cleared;
    to->work = own.work;
    eesi_flow_block_copy(&to->block, &from->block);
    memcpy(to->cleared, from->cleared, (size_t)from->stream->grid.cells * sizeof *to->cleared);
}

static eesi_flow_address address(const eesi_ensemble *e, uint32_t purpose, uint32_t step) {
    return (eesi_flow_address){e->seed, e->first_replicate, purpose, step};
}

/* ---- snapshots ---- */

static void see_band(eesi_ensemble *e, ees_band band, double count, uint32_t purpose) {
    const int n = e->block.members;
    double *h = e->work, *innovation = e->work + n, *z = e->work + 2 * n;
    const double sd = e->params->snapshot_sd;
    const bool with_other = e->stream->has_other && band.high == 600;
    eesi_normals_block(e->seed, e->first_replicate, purpose, e->step, 1, n, z);
    for (int m = 0; m < n; m++)
        h[m] = with_other ? e->block.other[m] : 0.0;
    eesi_member_kernels_best()->add_cells(&e->block, band.low, band.high, h);
    for (int m = 0; m < n; m++)
        innovation[m] = count + sd * z[m] - h[m];
    e->log_likelihood += eesi_assimilate(&e->block, h, innovation, count, sd * sd);
}

static void log_plus_one(double *h, int n) {
    for (int m = 0; m < n; m++)
        h[m] = eesi_log_scalar(h[m] + 1.0);
}

/* A band that the stream shares with others: the log of its part is known roughly. No stream holds more than the band,
 * which rounds alone cannot show: none has reached so low. */
static void see_shared_band(eesi_ensemble *e, ees_band band, double count, uint32_t purpose) {
    const int n = e->block.members;
    double *h = e->work, *innovation = e->work + n, *z = e->work + 2 * n;
    const double sd = e->stream->shared_band_log_sd, seen = log(e->stream->shared_band * count + 1.0);
    eesi_normals_block(e->seed, e->first_replicate, purpose, e->step, 1, n, z);
    memset(h, 0, (size_t)n * sizeof *h);
    eesi_member_kernels_best()->add_cells(&e->block, band.low, band.high, h);
    log_plus_one(h, n);
    for (int m = 0; m < n; m++)
        innovation[m] = seen + sd * z[m] - h[m];
    e->log_likelihood += eesi_assimilate(&e->block, h, innovation, seen, sd * sd);
}

/* ---- nominees ---- */

static void nominees_present(const eesi_nominees *t, const eesi_flow_params *p, ees_date date, double *mean,
                             double *sd) {
    double band, days;
    eesi_nominees_since(t, date, &band, &days);
    *mean = band + t->rate * days;
    *sd = p->nominee_flow_sd * t->rate * days + p->nominee_band_sd * band + EESI_NOMINEES_SD;
}

/* ---- rounds ---- */

/* Expected invited share of the candidates at the cut-off: those older than the tie-break. */
static double marginal_share(const eesi_ensemble *e, const eesi_view_round *r, int cell, double *sd) {
    if (r->tie_age_days < 0.0) {
        *sd = UNREADABLE_SHARE_SD;
        return 0.5;
    }
    const double window = fmax(1.0, fmin(EESI_TIE_WINDOW_DAYS, r->date - e->cleared[cell]));
    const double p = e->params->age_window_weight;
    *sd = e->params->marginal_sd;
    return 1.0 -
           (p * fmin(r->tie_age_days / window, 1.0) + (1.0 - p) * fmin(r->tie_age_days / EESI_TIE_WINDOW_DAYS, 1.0));
}

/* Places left for the stream itself, and the relative error of that number. */
static double effective_size(const eesi_ensemble *e, double size, ees_date date, double z, double *relative_sd) {
    double mean, sd;
    nominees_present(&e->nominees, e->params, date, &mean, &sd);
    const double share = e->params->nominee_share;
    *relative_sd = fmin(1.0, share * sd / eesi_nominees_leave(size, share, mean));
    return eesi_nominees_leave(size, share, mean + sd * z);
}

static void clear_above(eesi_ensemble *e, int cell, const double *share, ees_date date) {
    const int n = e->block.members, cells = e->block.grid.cells;
    double *at = e->block.stock + (size_t)cell * (size_t)n;
    for (int m = 0; m < n; m++)
        at[m] *= 1.0 - share[m];
    memset(at + n, 0, (size_t)(cells - 1 - cell) * (size_t)n * sizeof *at);
    for (int c = cell + 1; c < cells; c++)
        e->cleared[c] = date;
}

static void see_round(eesi_ensemble *e, const eesi_view_round *r) {
    eesi_flow_block *x = &e->block;
    const int n = x->members, last = x->grid.cells - 1;
    const int below = r->cutoff - x->grid.lo, cell = below < 0 ? 0 : below > last ? last : below;
    double *h = e->work, *innovation = e->work + n, *z = e->work + 2 * n, *share = e->work + 5 * n;
    eesi_normals_block(e->seed, e->first_replicate, EESI_RNG_ROUND, e->step, 3, n, z);
    double share_sd, relative_sd = 0.0, seen = 0.0;
    const double share_mean = marginal_share(e, r, cell, &share_sd);
    const double *at = x->stock + (size_t)cell * (size_t)n;
    for (int m = 0; m < n; m++) {
        share[m] = fmin(0.98, fmax(0.02, share_mean + share_sd * z[m]));
        h[m] = share[m] * at[m];
    }
    eesi_member_kernels_best()->add_cells(x, x->grid.lo + cell + 1, x->grid.lo + last, h);
    log_plus_one(h, n);
    const double plain = e->params->round_sd * e->params->round_sd + 1.0 / r->size;
    for (int m = 0; m < n; m++) {
        const double y = eesi_log_scalar(effective_size(e, r->size, r->date, z[n + m], &relative_sd));
        innovation[m] = y + sqrt(plain) * z[2 * n + m] - h[m];
        seen += y / n;
    }
    const double variance = plain + relative_sd * relative_sd, unit = e->stream->surprise_sd;
    const double factor = unit > 0.0 ? eesi_surprise(h, n, seen, variance, unit) : 1.0;
    e->log_likelihood += eesi_assimilate(x, h, innovation, seen, variance);
    eesi_widen_stock(x, factor);
    clear_above(e, cell, share, r->date);
    e->rounds++;
}

/* ---- time ---- */

static void start(eesi_ensemble *e, ees_date date) {
    const eesi_flow_address at = address(e, EESI_RNG_START, e->step);
    eesi_flow_start(e->params, &e->block, &at);
    if (!e->stream->has_other)
        for (int m = 0; m < e->block.members; m++)
            e->block.other[m] = e->block.drift[m] = 0.0;
    for (int c = 0; c < e->stream->grid.cells; c++)
        e->cleared[c] = date - (ees_date)EESI_TIE_WINDOW_DAYS;
    e->date = date;
    e->started = true;
}

static void carry(const eesi_ensemble *e, eesi_flow_block *x, ees_date to, eesi_flow_address at,
                  uint32_t shock_purpose) {
    ees_date from = e->date;
    if (e->shock.date != EES_DATE_NONE && from < e->shock.date && e->shock.date <= to) {
        eesi_flow_address shock = at;
        shock.purpose = shock_purpose;
        eesi_flow_advance(e->params, x, e->shock.date - from, &at);
        eesi_flow_shock(e->params, x, e->shock.points, &shock);
        from = e->shock.date;
        at.purpose++; /* the purpose after each carry is that of its second half */
    }
    eesi_flow_advance(e->params, x, to - from, &at);
}

static void move_to(eesi_ensemble *e, ees_date date) {
    const int silence = e->stream->restart_days;
    e->step++;
    if (!e->started || (silence > 0 && date - e->date > silence))
        start(e, date);
    carry(e, &e->block, date, address(e, EESI_RNG_MOVE, e->step), EESI_RNG_SHOCK);
    e->date = date;
}

/* The bands that are the stream's own, then the one below them, which others share. */
static void see_bands(eesi_ensemble *e, const ees_snapshot *s) {
    const ees_band *band = s->bands.band;
    int64_t count;
    int b;
    const ees_band top = eesi_snapshot_top(s, TOP_LOW, &count, &b);
    see_band(e, top, (double)count, EESI_RNG_BAND);
    for (; b < s->bands.count && band[b].low >= e->stream->bands_low; b++)
        see_band(e, band[b], (double)s->leaf[b], EESI_RNG_BAND + (uint32_t)b - 1);
    if (e->stream->shared_band_log_sd > 0.0 && b < s->bands.count && band[b].low >= e->block.grid.lo)
        see_shared_band(e, band[b], (double)s->leaf[b], EESI_RNG_BAND + (uint32_t)b);
}

void eesi_ensemble_snapshot(eesi_ensemble *e, const ees_snapshot *s, ees_date published) {
    if (s->as_of > published)
        return;
    eesi_nominees_count(&e->nominees, (double)s->leaf[0], s->as_of);
    e->bands = s->bands;
    for (int b = 0; b < s->bands.count; b++)
        e->pool[b] = (double)s->leaf[b];
    const bool stale = e->started && s->as_of < e->date;
    if (e->stream->bands_low >= EES_SCORE_NOMINEE || stale || !eesi_stream_covers(e->stream, published))
        return;
    move_to(e, s->as_of);
    see_bands(e, s);
}

/* ---- rounds of other programs ---- */

/* A general round takes this stream's candidates as everybody else. */
static void lose_to_general(eesi_ensemble *e, const eesi_view_round *r) {
    const int n = e->block.members, cell = r->cutoff - e->block.grid.lo, last = e->block.grid.cells - 1;
    double *share = e->work, share_sd;
    if (cell > last)
        return;
    move_to(e, r->date);
    const double at_cutoff = cell < 0 ? 1.0 : marginal_share(e, r, cell, &share_sd);
    for (int m = 0; m < n; m++)
        share[m] = at_cutoff;
    clear_above(e, cell < 0 ? 0 : cell, share, r->date);
}

/* A stream of everybody loses those whom a round of one program invited: as many as it invited, in proportion, from its
 * cut-off up. */
static void lose_to_some(eesi_ensemble *e, const eesi_view_round *r) {
    const int n = e->block.members, first = r->cutoff - e->block.grid.lo;
    double *kept = e->work;
    if (first < 0 || first >= e->block.grid.cells)
        return;
    move_to(e, r->date);
    memset(kept, 0, (size_t)n * sizeof *kept);
    eesi_member_kernels_best()->add_cells(&e->block, r->cutoff, e->block.grid.lo + e->block.grid.cells - 1, kept);
    for (int m = 0; m < n; m++)
        kept[m] = fmax(0.0, 1.0 - r->size / (kept[m] + 1.0));
    for (int c = first; c < e->block.grid.cells; c++)
        eesi_member_kernels_best()->take_share(e->block.stock + (size_t)c * (size_t)n, kept, n);
}

/* Candidates below 601 with this score or more in the last published pool, bands taken as even. */
static double pool_above(const eesi_ensemble *e, int score) {
    double sum = 0.0;
    for (int b = 1; b < e->bands.count; b++) {
        const ees_band band = e->bands.band[b];
        const double part = (band.high - fmax(score, band.low) + 1.0) / (band.high - band.low + 1.0);
        sum += part > 0.0 ? part * e->pool[b] : 0.0;
    }
    return sum;
}

static bool is_category_round(const eesi_ensemble *e, const eesi_view_round *r) {
    return e->stream->category_share > 0.0 && e->started && r->cutoff < EES_SCORE_NOMINEE &&
           pool_above(e, r->cutoff) > 0.0;
}

/* Nobody says how many of a stream a category round takes; the share of the pool it took is a fair guess, and the next
 * snapshot corrects it. Without this, the drop of the band would be read as arrivals that failed to come. */
static void lose_to_category(eesi_ensemble *e, const eesi_view_round *r) {
    eesi_flow_block *x = &e->block;
    const int n = x->members, first = r->cutoff < x->grid.lo ? 0 : r->cutoff - x->grid.lo;
    const double taken = e->stream->category_share * r->size / fmax(r->size, pool_above(e, r->cutoff));
    const double sd = e->stream->category_log_sd;
    double *z = e->work, *keep = e->work + n;
    move_to(e, r->date);
    eesi_normals_block(e->seed, e->first_replicate, EESI_RNG_CATEGORY, e->step, 1, n, z);
    for (int m = 0; m < n; m++) {
        keep[m] = 1.0 - fmin(CATEGORY_TAKES_MAX, taken * eesi_exp_scalar(sd * z[m] - 0.5 * sd * sd));
        x->other[m] *= keep[m];
    }
    for (int c = first; c < x->grid.cells; c++)
        eesi_member_kernels_best()->take_share(x->stock + (size_t)c * (size_t)n, keep, n);
}

void eesi_ensemble_round(eesi_ensemble *e, const eesi_view_round *r) {
    const bool concerns = !r->excluded && eesi_stream_covers(e->stream, r->date);
    if (r->program == e->program && concerns) {
        move_to(e, r->date);
        see_round(e, r);
    } else if (concerns && e->started && r->program == r->general)
        lose_to_general(e, r);
    else if (concerns && e->started && e->program == r->general && r->takes_from_everybody)
        lose_to_some(e, r);
    else if (concerns && is_category_round(e, r))
        lose_to_category(e, r);
    if (r->clears_nominees)
        e->nominees.clear_date = r->date;
}

/* ---- looking ahead ---- */

/* Copies draw from replicates of their own, far above those of the members. */
static eesi_flow_address address_ahead(const eesi_ensemble *e, uint32_t purpose, uint32_t copy) {
    eesi_flow_address at = address(e, purpose, e->step + 1);
    at.first_replicate += (uint64_t)copy << 32;
    return at;
}

void eesi_ensemble_carry(const eesi_ensemble *e, eesi_flow_block *ahead, ees_date date, uint32_t copy) {
    eesi_flow_block_copy(ahead, &e->block);
    carry(e, ahead, date > e->date ? date : e->date, address_ahead(e, EESI_RNG_AHEAD, copy), EESI_RNG_AHEAD_SHOCK);
}

void eesi_ensemble_invite(const eesi_ensemble *e, const eesi_flow_block *ahead, ees_date date, double size,
                          uint32_t copy, int *cutoff, double *share) {
    const int n = e->block.members;
    double *z = e->work, *need = e->work + 3 * n, *tail = e->work + 4 * n, *cut = e->work + 5 * n, unused;
    const eesi_flow_address at = address_ahead(e, EESI_RNG_DRAW, copy);
    eesi_normals_block(at.seed, at.first_replicate, at.purpose, at.step, 2, n, z);
    for (int m = 0; m < n; m++) {
        const double places = effective_size(e, size, date, z[m], &unused);
        need[m] = places * eesi_exp_scalar(eesi_places_sd(e->params->round_sd, places) * z[n + m]);
    }
    eesi_member_kernels_best()->find_cuts(ahead, need, tail, cut, share);
    for (int m = 0; m < n; m++)
        cutoff[m] = e->stream->grid.lo + (int)cut[m];
}
