#include "fixed_workload.h"

#include <math.h>
#include <string.h>

enum { CEC = 1, FSW = 2, FST = 4, FR = 8, HL = 16, PNP = 32, ALL = 63 };

static const int centre[FIXED_SEGMENTS] = {465, 440, 400, 430, 445, 720};
static const double arrivals_a_step[FIXED_SEGMENTS] = {2150, 1550, 200, 700, 850, 550};
static const double candidates[FIXED_SEGMENTS] = {70000, 95000, 12000, 22000, 34000, 2695};
static const uint32_t filters[] = {ALL, CEC, CEC | FSW | FST, FR, ALL, CEC, HL | FST, ALL, PNP | FR,
                                   CEC, ALL, FSW | HL,        ALL};

int fixed_workload_first_row(int segment) {
    return FIXED_TOP - (centre[segment] + 99);
}

/* Weights of the 200 scores of a segment from the top, and their sum. */
static double bell(double weight[FIXED_SPAN], double shift, double width) {
    double sum = 0;
    for (int i = 0; i < FIXED_SPAN; i++) {
        double z = (99 - i - shift) / width;
        weight[i] = exp(-z * z / 2);
        sum += weight[i];
    }
    return sum;
}

static void fill_segment(fixed_workload *fixed, int s) {
    double weight[FIXED_SPAN];
    double *arrivals = fixed->arrivals[s] + fixed_workload_first_row(s);
    double *initial = fixed->initial[s] + fixed_workload_first_row(s);
    double sum = bell(weight, 0, 30);
    for (int i = 0; i < FIXED_SPAN; i++)
        arrivals[i] = fmin(fmax(arrivals_a_step[s] * weight[i] / sum, 0.05), 30);
    double left = candidates[s];
    int fullest = 0;
    sum = bell(weight, -25, 35);
    for (int i = 0; i < FIXED_SPAN; i++) {
        initial[i] = floor(candidates[s] * weight[i] / sum);
        left -= initial[i];
        if (initial[i] > initial[fullest])
            fullest = i;
    }
    initial[fullest] += left;
}

void fixed_workload_init(fixed_workload *fixed) {
    memset(fixed, 0, sizeof *fixed);
    for (int s = 0; s < FIXED_SEGMENTS; s++)
        fill_segment(fixed, s);
    for (int k = 0; k < FIXED_ROUNDS; k++)
        fixed->filter[k] = filters[k % (int)(sizeof filters / sizeof *filters)];
    fixed->world = (eesi_world){.segments = FIXED_SEGMENTS,
                                .rows = FIXED_ROWS,
                                .top_score = FIXED_TOP,
                                .arrivals = fixed->arrivals[0],
                                .initial = fixed->initial[0],
                                .leave = 0.02,
                                .rounds = FIXED_ROUNDS,
                                .filter = fixed->filter,
                                .size_median = 3000,
                                .size_sigma = 0.35};
}
