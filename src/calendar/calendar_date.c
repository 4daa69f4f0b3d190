/*
 * The exact distribution of a program's next day. The leaders that the program looks at form, with it, a Markov chain
 * over weeks: state = the weeks since each leader's last round, and inside a week also what has been seen of it. The
 * program itself needs no state: until its next round, its own age just grows.
 */
#include <stdlib.h>
#include <string.h>

#include "calendar/calendar_model.h"

enum { SEEN_DAYS = EESI_DAYS + 1, SEEN = EESI_LEVELS * SEEN_DAYS };

typedef struct date_chain {
    const eesi_calendar *calendar;
    int leader_count;
    int leader[EESI_LEADERS];
    size_t ages;  /* EESI_AGES ^ leader_count */
    double *now;  /* [ages][level][day]: probability, the program's round still to come */
    double *next; /* scratch */
} date_chain;

static size_t state_index(size_t ages, eesi_week_state seen) {
    return ages * SEEN + (size_t)seen.level * SEEN_DAYS + (size_t)seen.day;
}

static eesi_week_state seen_of(size_t index) {
    eesi_week_state seen = {(int)(index % SEEN / SEEN_DAYS), (int)(index % SEEN_DAYS)};
    return seen;
}

static size_t place_value(int leader) {
    size_t value = 1;
    for (int i = 0; i < leader; i++)
        value *= EESI_AGES;
    return value;
}

static int chain_open(date_chain *chain, const eesi_calendar *calendar, int program, ees_error *err) {
    memset(chain, 0, sizeof *chain);
    chain->calendar = calendar;
    for (int i = 0; i < calendar->leader_count; i++)
        if (calendar->rank[calendar->leader[i]] < calendar->rank[program])
            chain->leader[chain->leader_count++] = calendar->leader[i];
    chain->ages = place_value(chain->leader_count);
    chain->now = calloc(chain->ages * SEEN, sizeof *chain->now);
    chain->next = calloc(chain->ages * SEEN, sizeof *chain->next);
    if (chain->now && chain->next)
        return EES_OK;
    return ees_error_set(err, EES_ERR_NOMEM, "no memory for the distribution of a date");
}

static void chain_close(date_chain *chain) {
    free(chain->now);
    free(chain->next);
}

static void chain_swap(date_chain *chain) {
    double *swap = chain->now;
    chain->now = chain->next;
    chain->next = swap;
    memset(chain->next, 0, chain->ages * SEEN * sizeof *chain->next);
}

/* Leaders that stay silent for longer have the chances of this age (calendar_week.c). */
static size_t leader_age(int age) {
    return (size_t)(age < EESI_AGES ? age : EESI_AGES - 1);
}

static void chain_start(date_chain *chain, int program) {
    const eesi_calendar *calendar = chain->calendar;
    size_t ages = 0;
    for (int i = 0; i < chain->leader_count; i++)
        ages += place_value(i) * leader_age(calendar->age[chain->leader[i]]);
    chain->now[state_index(ages, eesi_week_seen(calendar, program, calendar->held))] = 1;
}

/* One week as the chain takes it: how open it is, and the first day still to come (0 but in the first week). */
typedef struct week_view {
    int32_t week;
    unsigned open;
    double factor;
    int first_day;
} week_view;

static double chance_in(const eesi_calendar *calendar, int program, const week_view *view, eesi_week_state seen,
                        int age, double pmf[EESI_DAYS]) {
    eesi_day_pmf(calendar, program, view->open, seen.day, pmf);
    eesi_hazards *hazards = eesi_hazards_of(calendar, program, eesi_rhythm_holds(calendar, view->week));
    double hazard =
        eesi_program_runs(calendar, program, view->week) ? (*hazards)[seen.level][eesi_cell_of(age)] * view->factor : 0;
    return eesi_week_chance(hazard, view->first_day, pmf);
}

/* A leader's turn: every state splits into "no round" and "a round on day d". */
static void leader_turn(date_chain *chain, int position, const week_view *view) {
    const eesi_calendar *calendar = chain->calendar;
    int leader = chain->leader[position];
    size_t value = place_value(position);
    if (view->first_day > 0 && calendar->held[leader] >= 0) { /* held already, and seen from the start */
        for (size_t s = 0; s < chain->ages * SEEN; s++)
            if (chain->now[s] > 0)
                chain->next[s - (s / SEEN / value % EESI_AGES) * value * SEEN] += chain->now[s];
        chain_swap(chain);
        return;
    }
    for (size_t s = 0; s < chain->ages * SEEN; s++) {
        double mass = chain->now[s];
        if (mass <= 0)
            continue;
        size_t ages = s / SEEN, age = ages / value % EESI_AGES;
        eesi_week_state seen = seen_of(s);
        double pmf[EESI_DAYS];
        double chance = chance_in(calendar, leader, view, seen, (int)age, pmf);
        chain->next[s] += mass * (1 - chance);
        for (int d = view->first_day; d < EESI_DAYS; d++)
            chain->next[state_index(ages - age * value, eesi_week_after(calendar, leader, seen, d))] +=
                mass * chance * pmf[d];
    }
    chain_swap(chain);
}

/* The program's turn: its round's mass goes to the days, the rest stays. */
static void program_turn(date_chain *chain, int program, int age, const week_view *view, double days[EESI_DAYS]) {
    const eesi_calendar *calendar = chain->calendar;
    memset(days, 0, EESI_DAYS * sizeof *days);
    if (view->first_day > 0 && calendar->held[program] >= 0)
        return;
    double chance[SEEN], pmf[SEEN][EESI_DAYS];
    for (size_t seen = 0; seen < SEEN; seen++)
        chance[seen] = chance_in(calendar, program, view, seen_of(seen), age, pmf[seen]);
    for (size_t s = 0; s < chain->ages * SEEN; s++) {
        double mass = chain->now[s] * chance[s % SEEN];
        if (mass <= 0)
            continue;
        for (int d = view->first_day; d < EESI_DAYS; d++)
            days[d] += mass * pmf[s % SEEN][d];
        chain->now[s] -= mass;
    }
}

static size_t older(size_t ages, int leader_count, bool week_counts) {
    size_t result = 0;
    for (int i = 0; i < leader_count; i++) {
        size_t value = place_value(i), age = ages / value % EESI_AGES;
        /* Age 0 marks a round in the week that ends: it is one week old even after a closed week. */
        if ((week_counts || age == 0) && age < EESI_AGES - 1)
            age++;
        result += age * value;
    }
    return result;
}

static void week_end(date_chain *chain, bool week_counts) {
    eesi_week_state unseen = {0, EESI_DAYS};
    for (size_t a = 0; a < chain->ages; a++) {
        double mass = 0;
        for (size_t i = 0; i < SEEN; i++)
            mass += chain->now[a * SEEN + i];
        if (mass > 0)
            chain->next[state_index(older(a, chain->leader_count, week_counts), unseen)] += mass;
    }
    chain_swap(chain);
}

static void go_through_weeks(date_chain *chain, int program, double *pmf, size_t days) {
    const eesi_calendar *calendar = chain->calendar;
    int age = calendar->age[program];
    bool held = calendar->held[program] >= 0;
    for (int32_t week = calendar->week; eesi_week_monday(week) - calendar->from < (ees_date)days; week++) {
        week_view view = {week, eesi_week_open(&calendar->model, week), 0, 0};
        view.factor = eesi_week_factor(&calendar->model, view.open);
        view.first_day = week == calendar->week ? (int)ees_date_weekday(calendar->from) : 0;
        for (int i = 0; i < chain->leader_count; i++)
            leader_turn(chain, i, &view);
        double by_day[EESI_DAYS];
        program_turn(chain, program, age, &view, by_day);
        for (int d = view.first_day; d < EESI_DAYS; d++) {
            size_t offset = (size_t)(eesi_week_monday(week) + d - calendar->from);
            if (offset < days)
                pmf[offset] += by_day[d];
        }
        week_end(chain, view.open != 0);
        if (held)
            age = 1;
        else if (view.open && age < EESI_YEAR)
            age++;
        held = false;
    }
}

int eesi_calendar_date_pmf(const eesi_calendar *calendar, int program, double *pmf, size_t days, ees_error *err) {
    if (program < 0 || program >= calendar->program_count)
        return ees_error_set(err, EES_ERR_RANGE, "there is no program %d", program);
    if (days > 4000)
        return ees_error_set(err, EES_ERR_RANGE, "%zu days are too many, at most 4000", days);
    date_chain chain;
    int rc = chain_open(&chain, calendar, program, err);
    if (!rc) {
        memset(pmf, 0, days * sizeof *pmf);
        chain_start(&chain, program);
        go_through_weeks(&chain, program, pmf, days);
    }
    chain_close(&chain);
    return rc;
}
