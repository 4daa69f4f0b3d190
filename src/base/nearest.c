/* "Did you mean": the nearest word by edits (insert, delete, replace, swap neighbours). */
#include <eesim/error.h>

#include <string.h>

enum { WORD_MAX = 40 };

static int least(int a, int b, int c) {
    int low = a < b ? a : b;
    return low < c ? low : c;
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Optimal string alignment distance; words longer than WORD_MAX are far from everything. */
static int distance(const char *a, const char *b) {
    int cost[3][WORD_MAX + 1];
    size_t length_a = strlen(a), length_b = strlen(b);
    if (length_a > WORD_MAX || length_b > WORD_MAX)
        return 2 * WORD_MAX;
    for (size_t j = 0; j <= length_b; j++)
        cost[0][j] = (int)j;
    for (size_t i = 1; i <= length_a; i++) {
        int *row = cost[i % 3], *above = cost[(i + 2) % 3], *two_above = cost[(i + 1) % 3];
        row[0] = (int)i;
        for (size_t j = 1; j <= length_b; j++) {
            int differs = lower(a[i - 1]) != lower(b[j - 1]);
            row[j] = least(above[j] + 1, row[j - 1] + 1, above[j - 1] + differs);
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
                row[j] = least(row[j], two_above[j - 2] + 1, row[j]);
        }
    }
    return cost[length_a % 3][length_b];
}

const char *ees_nearest(const char *word, const char *const *candidates, size_t count) {
    size_t length = strlen(word);
    int best = (int)(length / 3) + 2; /* a short word may differ in one letter, a long one in more */
    const char *nearest = NULL;
    for (size_t i = 0; i < count; i++) {
        int d = distance(word, candidates[i]);
        /* the beginning of a longer name is meant as that name: "rep" is "replicates" */
        if (length >= 2 && strncmp(word, candidates[i], length) == 0)
            d = 1;
        if (d < best) {
            best = d;
            nearest = candidates[i];
        }
    }
    return nearest;
}
