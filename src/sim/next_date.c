/* The habit of a program, for a question that names no day. */
#include <stdlib.h>

#include <eesim/predict.h>

static int ascending(const void *a, const void *b) {
    return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b);
}

ees_date ees_predict_next_date(const ees_history *history, ees_known known, int program) {
    enum { GAPS = 5 };
    int gaps[GAPS], count = 0;
    ees_date last = EES_DATE_NONE, later = EES_DATE_NONE;
    if (known.round_count == 0)
        return EES_DATE_NONE;
    ees_date newest = history->rounds[known.round_count - 1].date;
    for (size_t i = known.round_count; i-- > 0 && count < GAPS;) {
        if (history->rounds[i].program != program)
            continue;
        ees_date date = history->rounds[i].date;
        if (last == EES_DATE_NONE)
            last = date;
        else if (later > date)
            gaps[count++] = later - date;
        later = date;
    }
    if (last == EES_DATE_NONE)
        return newest + 7;
    qsort(gaps, (size_t)count, sizeof *gaps, ascending);
    int weeks = count ? (gaps[count / 2] + 3) / 7 : 2;
    ees_date next = last + 7 * (weeks > 0 ? weeks : 1);
    while (next <= newest)
        next += 7;
    return next;
}
