/* The day of a round that names none. */
#include "calendar/calendar.h"

/* Median among the days of the horizon, as a forecast gives it; none when most futures hold no such round there. */
static int median_day(const eesi_calendar *calendar, int program, ees_date from, ees_date *date, ees_error *err) {
    double pmf[EES_CALENDAR_HORIZON_DAYS], total = 0, below = 0;
    int rc = eesi_calendar_date_pmf(calendar, program, pmf, EES_CALENDAR_HORIZON_DAYS, err);
    for (int i = 0; rc == EES_OK && i < EES_CALENDAR_HORIZON_DAYS; i++)
        total += pmf[i];
    for (int i = 0; total >= 0.5 && *date == EES_DATE_NONE && i < EES_CALENDAR_HORIZON_DAYS; i++)
        if ((below += pmf[i]) >= 0.5 * total)
            *date = from + i;
    return rc;
}

int eesi_calendar_next_date(const ees_calendar_model *model, const ees_programs *programs, const ees_history *history,
                            ees_known known, int program, ees_date *date, ees_error *err) {
    eesi_calendar *calendar = NULL;
    *date = EES_DATE_NONE;
    if (known.round_count == 0)
        return ees_error_set(err, EES_ERR_RANGE, "no round is known: there is no habit to learn a day from");
    const ees_date from = history->rounds[known.round_count - 1].date + 1;
    int rc = eesi_calendar_create(&calendar, model, programs, history, known, from, err);
    if (rc == EES_OK)
        rc = median_day(calendar, program, from, date, err);
    eesi_calendar_destroy(calendar);
    if (rc != EES_OK || *date != EES_DATE_NONE)
        return rc;
    for (*date = from + 7; eesi_calendar_closed(model, *date);)
        ++*date;
    return EES_OK;
}
