/* Faults that show in the stored values alone. */
#include <string.h>

#include "base/csv.h"
#include "feed/fault.h"
#include "feed/layout.h"
#include "feed/number.h"

enum { STALE_DAYS = 5, TIE_BREAK_DAYS_MAX = 366 };

typedef struct deriver {
    const ees_history *history;
    const ees_programs *programs;
    const ees_layouts *layouts;
    ees_faults *faults;
    size_t of_feed; /* faults[0..of_feed) were there before */
} deriver;

static int add(const deriver *in, ees_fault_kind kind, const ees_round *round, const char *field, const char *published,
               const char *used) {
    return eesi_faults_add(in->faults, kind, round->number, field, published, used);
}

static bool known_unreadable(const deriver *in, ees_fault_kind kind, const ees_round *round, const char *field) {
    ees_faults before = {.count = in->of_feed, .faults = in->faults->faults};
    return eesi_faults_find(&before, kind, round->number, field) != NULL;
}

/* True when a pool was published, but could not be used. */
static bool is_pool_refused(const deriver *in, const ees_round *round) {
    for (size_t i = 0; i < in->of_feed; i++) {
        const ees_fault *f = &in->faults->faults[i];
        if ((f->kind == EES_FAULT_BAND_MISSING || f->kind == EES_FAULT_POOL_CONTRADICTORY) &&
            strcmp(f->round, round->number) == 0)
            return true;
    }
    return false;
}

static int check_missing(const deriver *in, const ees_round *r) {
    int rc = EES_OK;
    if (r->tie_break == EES_TIME_NONE && !known_unreadable(in, EES_FAULT_TIME_UNREADABLE, r, "drawCutOff"))
        rc = add(in, EES_FAULT_TIE_BREAK_MISSING, r, "drawCutOff", NULL, NULL);
    if (!rc && r->held_at == EES_TIME_NONE && !known_unreadable(in, EES_FAULT_TIME_UNREADABLE, r, "drawDateTime"))
        rc = add(in, EES_FAULT_TIME_MISSING, r, "drawDateTime", NULL, NULL);
    if (!rc && r->pool_as_of == EES_DATE_NONE &&
        !known_unreadable(in, EES_FAULT_AS_OF_UNREADABLE, r, "drawDistributionAsOn"))
        rc = add(in, EES_FAULT_AS_OF_MISSING, r, "drawDistributionAsOn", NULL, NULL);
    if (!rc && r->snapshot == EES_SNAPSHOT_NONE && !is_pool_refused(in, r))
        rc = add(in, EES_FAULT_POOL_MISSING, r, eesi_layout_total(in->layouts, r->date), NULL, NULL);
    return rc;
}

/* The as-of date counts for what it says: that of a round with an old pool is the date the pool came with first. */
static int check_pool(const deriver *in, const ees_round *r) {
    char published[EES_DATE_TEXT_MAX], used[EES_DATE_TEXT_MAX];
    int rc = EES_OK;
    ees_date_format(r->pool_as_of, published);
    ees_date_format(r->date, used);
    if (r->pool_as_of != EES_DATE_NONE && r->pool_as_of > r->date)
        rc = add(in, EES_FAULT_AS_OF_AFTER, r, "drawDistributionAsOn", published, used);
    if (rc || r->snapshot == EES_SNAPSHOT_NONE)
        return rc;
    const ees_snapshot *s = &in->history->snapshots[r->snapshot];
    ees_date_format(s->as_of, used);
    if (r->pool_as_of != EES_DATE_NONE && r->pool_as_of != s->as_of)
        rc = add(in, EES_FAULT_POOL_REPEATED, r, "drawDistributionAsOn", published, used);
    if (!rc && r->date - s->as_of > STALE_DAYS)
        rc = add(in, EES_FAULT_AS_OF_STALE, r, "drawDistributionAsOn", used, ees_date_format(r->date, published));
    return rc;
}

static int check_tie_break(const deriver *in, const ees_round *r) {
    if (r->tie_break == EES_TIME_NONE)
        return EES_OK;
    ees_time end = r->held_at != EES_TIME_NONE ? r->held_at : eesi_time_from_parts(r->date, 23, 59, 59);
    ees_time start = end - (ees_time)TIE_BREAK_DAYS_MAX * EES_SECONDS_PER_DAY;
    if (r->tie_break >= start && r->tie_break <= end)
        return EES_OK;
    char tie_break[EES_TIME_TEXT_MAX], held[EES_TIME_TEXT_MAX];
    return add(in, EES_FAULT_TIE_BREAK_ODD, r, "drawCutOff", ees_time_format(r->tie_break, tie_break),
               ees_time_format(end, held));
}

static int check_program(const deriver *in, const ees_round *r) {
    char text[EES_DATE_TEXT_MAX];
    if (r->program == EES_PROGRAM_NONE)
        return add(in, EES_FAULT_NAME_UNMAPPED, r, "drawName", r->name, NULL);
    const ees_program *p = &in->programs->programs[r->program];
    bool early = p->first_date != EES_DATE_NONE && r->date < p->first_date;
    bool late = p->last_date != EES_DATE_NONE && r->date > p->last_date;
    if (!early && !late)
        return EES_OK;
    return add(in, EES_FAULT_BEFORE_PROGRAM, r, "drawName", r->name,
               ees_date_format(early ? p->first_date : p->last_date, text));
}

static int check_number(const deriver *in, size_t i) {
    enum { LETTERS = 27 };
    if (i == 0)
        return EES_OK;
    const ees_round *r = &in->history->rounds[i], *before = r - 1;
    int order, previous;
    if (!eesi_number_parse(r->number, strlen(r->number), &order) ||
        !eesi_number_parse(before->number, strlen(before->number), &previous))
        return EES_OK;
    if (order < previous)
        return add(in, EES_FAULT_NUMBER_ORDER, r, "drawNumber", r->number, before->number);
    if (order / LETTERS > previous / LETTERS + 1)
        return add(in, EES_FAULT_NUMBER_GAP, r, "drawNumber", r->number, before->number);
    return EES_OK;
}

int eesi_faults_derive(const ees_history *history, const ees_programs *programs, const ees_layouts *layouts,
                       ees_faults *faults) {
    deriver in = {history, programs, layouts, faults, faults->count};
    for (size_t i = 0; i < history->round_count; i++) {
        const ees_round *r = &history->rounds[i];
        int rc;
        if ((rc = check_missing(&in, r)) || (rc = check_pool(&in, r)) || (rc = check_tie_break(&in, r)) ||
            (rc = check_program(&in, r)) || (rc = check_number(&in, i)))
            return rc;
    }
    return EES_OK;
}
