/*
 * A penalised composite link model (Eilers 2007, "Ill-posed problems with counts, the composite link model and
 * penalized likelihood"): the log density over the base scores 0..600 is a cubic B-spline, the published bands are
 * Poisson sums of it, and the sum of squared second differences of the log density is penalised. Among the curves that
 * give the published totals this takes the one nearest to exponential, which is what the open band 501-600 needs: a
 * spline of the cumulative counts needs to know how to bend there. Rounds leave steps of some per cent between
 * narrow bands; the curve does not chase them, and one factor a band then makes the totals exact.
 */
#include "pool/ungroup.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_linalg.h>

#include "feed/bands.h"

enum {
    BASE_MAX = 600,            /* the highest score without a nomination */
    BASE_COUNT = BASE_MAX + 1, /* base scores 0..600 */
    FIRST_BASE_BAND = 1,       /* the one below 601-1200 */
    BASE_BANDS_MAX = EES_BANDS_MAX - 1,
    ORDER = 4,                         /* cubic */
    BREAKS = 20,                       /* see spline_breaks */
    COEFFICIENTS = BREAKS + ORDER - 2, /* of the B-spline */
    ITERATIONS_MAX = 60,               /* scoring steps; about eight are needed */
    HALVINGS_MAX = 20                  /* of a step that overshoots */
};

/* Breaks at the edges of the bands, with more where the density bends. */
static const double spline_breaks[BREAKS] = {0,     120,   220,   300.5, 350.5, 400.5, 410.5, 420.5, 430.5, 440.5,
                                             450.5, 460.5, 470.5, 480.5, 490.5, 500.5, 515.5, 535.5, 565.5, 600};

/* Totals are scaled to this sum, so that the fit depends on proportions only. */
static const double SCALED_TOTAL = 1e5;
/* Narrow bands say where the curve bends; the wide ones at both ends do not, and there it is held straighter. */
static const double ROUGHNESS_NARROW = 1e4;
static const double ROUGHNESS_WIDE = 3e6;
/* Keeps the system positive definite where a band is empty and the likelihood is flat. */
static const double RIDGE = 1e-9;

typedef struct basis {
    int first[BASE_COUNT]; /* the coefficients that matter at a score are first .. first + ORDER - 1 */
    double value[BASE_COUNT][ORDER];
    double penalty[COEFFICIENTS][COEFFICIENTS];
    double centre[COEFFICIENTS]; /* the score at which a coefficient acts (Greville abscissa) */
} basis;

typedef struct fit {
    int bands;                                 /* all but 601-1200 */
    const ees_band *band;                      /* [bands] */
    double target[BASE_BANDS_MAX];             /* scaled totals */
    double theta[COEFFICIENTS];                /* of the log density */
    double density[BASE_COUNT];                /* exp of the spline at theta */
    double fitted[BASE_BANDS_MAX];             /* sums of density */
    double link[BASE_BANDS_MAX][COEFFICIENTS]; /* derivatives of fitted */
} fit;

static int check_leaf(const ees_snapshot *published, ees_error *err) {
    for (int b = 0; b < published->bands.count; b++)
        if (published->leaf[b] < 0 || published->leaf[b] > EESI_LEAF_COUNT_MAX)
            return ees_error_set(err, EES_ERR_RANGE, "band %d-%d holds %lld candidates, expected 0 to %lld",
                                 published->bands.band[b].low, published->bands.band[b].high,
                                 (long long)published->leaf[b], (long long)EESI_LEAF_COUNT_MAX);
    return EES_OK;
}

/* Adds the outer product of the second difference of the basis at score - 1, score, score + 1. */
static void add_roughness(basis *b, int score) {
    static const double weight[3] = {1, -2, 1};
    double row[COEFFICIENTS] = {0};
    for (int k = 0; k < 3; k++)
        for (int j = 0; j < ORDER; j++)
            row[b->first[score - 1 + k] + j] += weight[k] * b->value[score - 1 + k][j];
    double roughness = score > 400 && score <= 500 ? ROUGHNESS_NARROW : ROUGHNESS_WIDE;
    int low = b->first[score - 1];
    int high = b->first[score + 1] + ORDER;
    for (int i = low; i < high; i++)
        for (int j = low; j < high; j++)
            b->penalty[i][j] += roughness * row[i] * row[j];
}

/* The break at position i of the knots: the outer ones are repeated, so that the spline ends at the ends. */
static double knot(int i) {
    int inner = i - (ORDER - 1);
    return spline_breaks[inner < 0 ? 0 : inner >= BREAKS ? BREAKS - 1 : inner];
}

/* The B-splines that are not 0 at x in [knot(span), knot(span + 1)], by the recursion of Cox and de Boor. GSL has it
 * too, but ends the process when it is out of memory. */
static void evaluate_basis(int span, double x, double value[ORDER]) {
    double left[ORDER], right[ORDER];
    value[0] = 1;
    for (int j = 1; j < ORDER; j++) {
        double saved = 0;
        left[j] = x - knot(span + 1 - j);
        right[j] = knot(span + j) - x;
        for (int r = 0; r < j; r++) {
            double part = value[r] / (right[r + 1] + left[j - r]);
            value[r] = saved + right[r + 1] * part;
            saved = left[j - r] * part;
        }
        value[j] = saved;
    }
}

static void fill_basis(basis *b) {
    int span = ORDER - 1;
    for (int s = 0; s < BASE_COUNT; s++) {
        while (span < COEFFICIENTS - 1 && s >= knot(span + 1))
            span++;
        b->first[s] = span - (ORDER - 1);
        evaluate_basis(span, s, b->value[s]);
    }
    memset(b->penalty, 0, sizeof b->penalty);
    for (int s = 1; s < BASE_MAX; s++)
        add_roughness(b, s);
    for (int j = 0; j < COEFFICIENTS; j++)
        b->centre[j] = (knot(j + 1) + knot(j + 2) + knot(j + 3)) / 3;
}

/* Density, band sums and their derivatives at theta. */
static void evaluate(const basis *b, fit *f) {
    memset(f->fitted, 0, sizeof f->fitted);
    memset(f->link, 0, sizeof f->link);
    for (int i = 0; i < f->bands; i++) {
        const ees_band *band = &f->band[i];
        for (int s = band->low; s <= band->high; s++) {
            const double *value = b->value[s];
            const double *theta = f->theta + b->first[s];
            double eta = value[0] * theta[0] + value[1] * theta[1] + value[2] * theta[2] + value[3] * theta[3];
            double density = exp(fmin(eta, 50));
            f->density[s] = density;
            f->fitted[i] += density;
            for (int j = 0; j < ORDER; j++)
                f->link[i][b->first[s] + j] += density * value[j];
        }
    }
}

/* Poisson log-likelihood less half the roughness, up to a constant. */
static double objective(const basis *b, const fit *f) {
    double sum = 0;
    for (int i = 0; i < f->bands; i++)
        sum += f->target[i] * log(f->fitted[i]) - f->fitted[i];
    for (int i = 0; i < COEFFICIENTS; i++)
        for (int j = 0; j < COEFFICIENTS; j++)
            sum -= 0.5 * f->theta[i] * b->penalty[i][j] * f->theta[j];
    return sum;
}

/* The Fisher scoring step at f. */
static void scoring_step(const basis *b, const fit *f, double step[COEFFICIENTS]) {
    double matrix[COEFFICIENTS][COEFFICIENTS];
    for (int i = 0; i < COEFFICIENTS; i++) {
        step[i] = 0;
        for (int j = 0; j < COEFFICIENTS; j++) {
            matrix[i][j] = b->penalty[i][j];
            step[i] -= b->penalty[i][j] * f->theta[j];
        }
        matrix[i][i] += RIDGE;
    }
    for (int k = 0; k < f->bands; k++) {
        double residual = f->target[k] / f->fitted[k] - 1;
        for (int i = 0; i < COEFFICIENTS; i++) {
            if (f->link[k][i] <= 0)
                continue;
            step[i] += residual * f->link[k][i];
            for (int j = 0; j < COEFFICIENTS; j++)
                matrix[i][j] += f->link[k][i] * f->link[k][j] / f->fitted[k];
        }
    }
    gsl_matrix_view m = gsl_matrix_view_array(&matrix[0][0], COEFFICIENTS, COEFFICIENTS);
    gsl_vector_view v = gsl_vector_view_array(step, COEFFICIENTS);
    gsl_linalg_cholesky_decomp1(&m.matrix); /* positive definite: penalty + ridge + a Gram matrix */
    gsl_linalg_cholesky_svx(&m.matrix, &v.vector);
}

/* Moves no coefficient by more than two e-folds and never downhill; returns the distance moved. */
static double improve(const basis *b, fit *f) {
    double step[COEFFICIENTS];
    double largest = 0;
    double before = objective(b, f);
    fit trial = *f;
    scoring_step(b, f, step);
    for (int j = 0; j < COEFFICIENTS; j++)
        largest = fmax(largest, fabs(step[j]));
    double scale = largest > 2 ? 2 / largest : 1;
    for (int halving = 0; halving < HALVINGS_MAX; halving++, scale /= 2) {
        for (int j = 0; j < COEFFICIENTS; j++)
            trial.theta[j] = f->theta[j] + scale * step[j];
        evaluate(b, &trial);
        if (objective(b, &trial) >= before) {
            *f = trial;
            return scale * largest;
        }
    }
    return 0;
}

/*
 * Starts at the mean density of the band each coefficient lies in. An empty band is fitted as a trace of candidates:
 * its log density would run off to minus infinity.
 */
static void start_fit(const basis *b, const ees_snapshot *published, fit *f) {
    const int64_t *leaf = published->leaf + FIRST_BASE_BAND;
    double total = 0;
    for (int i = 0; i < f->bands; i++)
        total += (double)leaf[i];
    for (int i = 0; i < f->bands; i++)
        f->target[i] = fmax((double)leaf[i] * SCALED_TOTAL / total, 0.1);
    for (int j = 0; j < COEFFICIENTS; j++) {
        const int band = eesi_bands_of(&published->bands, (int)lround(b->centre[j])) - FIRST_BASE_BAND;
        f->theta[j] = log(f->target[band] / (f->band[band].high - f->band[band].low + 1));
    }
}

/* One factor a band: the totals become exact. */
static void scale_to_totals(const ees_snapshot *published, double *density) {
    for (int b = 0; b < published->bands.count; b++) {
        const ees_band band = published->bands.band[b];
        double sum = 0;
        for (int s = band.low; s <= band.high; s++)
            sum += density[s];
        double factor = sum > 0 ? (double)published->leaf[b] / sum : 0;
        for (int s = band.low; s <= band.high; s++)
            density[s] *= factor;
    }
}

int eesi_ungroup(const ees_snapshot *published, double density[EES_SCORE_COUNT], ees_error *err) {
    int rc = check_leaf(published, err);
    if (rc)
        return rc;
    int64_t base_total = 0;
    for (int b = FIRST_BASE_BAND; b < published->bands.count; b++)
        base_total += published->leaf[b];
    fit f = {.bands = published->bands.count - FIRST_BASE_BAND, .band = published->bands.band + FIRST_BASE_BAND};
    for (int s = 0; s <= BASE_MAX; s++)
        f.density[s] = 1; /* nothing is known of a pool of nominees alone */
    if (base_total > 0) {
        basis b;
        fill_basis(&b);
        start_fit(&b, published, &f);
        evaluate(&b, &f);
        for (int i = 0; i < ITERATIONS_MAX && improve(&b, &f) > 1e-7; i++)
            ;
    }
    for (int s = 0; s <= BASE_MAX; s++)
        density[s] = f.density[s];
    for (int s = EES_SCORE_NOMINEE; s <= EES_SCORE_MAX; s++)
        density[s] = f.density[s - BASE_MAX];
    scale_to_totals(published, density);
    return EES_OK;
}

int eesi_ungroup_round(const ees_snapshot *published, const double density[EES_SCORE_COUNT],
                       int32_t counts[EES_SCORE_COUNT], ees_error *err) {
    int rc = check_leaf(published, err);
    for (int s = 0; !rc && s < EES_SCORE_COUNT; s++)
        if (!(density[s] >= 0) || isinf(density[s]))
            rc = ees_error_set(err, EES_ERR_RANGE, "density at score %d is %g, expected a number >= 0", s, density[s]);
    if (rc)
        return rc;
    for (int b = 0; b < published->bands.count; b++) {
        const ees_band *band = &published->bands.band[b];
        const int64_t total = published->leaf[b];
        double sum = 0;
        for (int s = band->low; s <= band->high; s++)
            sum += density[s];
        double running = 0;
        int64_t placed = 0;
        for (int s = band->low; s <= band->high; s++) {
            running += sum > 0 ? density[s] / sum : 1.0 / (band->high - band->low + 1);
            int64_t upto = s == band->high ? total : llround(fmin(running, 1) * (double)total);
            counts[s] = (int32_t)(upto - placed);
            placed = upto;
        }
    }
    return EES_OK;
}
