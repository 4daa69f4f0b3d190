#include "forecast/between.h"

#include <stdio.h>

#include "calendar/calendar_model.h"
#include "run/run_prepare.h"

ees_date eesi_between_newest(const ees_question *q) {
    return q->history->rounds[q->known.round_count - 1].date;
}

bool eesi_between_is_beyond(const ees_question *q) {
    return q->known.round_count > 0 &&
           q->date - eesi_between_newest(q) > eesi_run_usual_gap(q->history, q->known, q->program);
}

void eesi_between_set(eesi_between_settings *settings, const ees_question *q) {
    enum { SIZE_MAX_SET = 10000000 };
    const char *code = q->programs->programs[q->program].code;
    char day[EES_DATE_TEXT_MAX], from[EES_DATE_TEXT_MAX];
    /* A program holds one round a week at most, and within its rhythm none before the one asked for. */
    const ees_date quiet =
        eesi_between_is_beyond(q) ? eesi_week_monday(eesi_week_of(q->date)) : eesi_between_newest(q) + 1;
    ees_date_format(q->date, day);
    ees_date_format(quiet, from);
    snprintf(settings->text[0], EESI_BETWEEN_LENGTH, "one_off=[{\"date\":\"%s\",\"program\":\"%s\",\"size\":%lld}]",
             day, code, (long long)(q->size < SIZE_MAX_SET ? q->size : SIZE_MAX_SET));
    snprintf(settings->text[1], EESI_BETWEEN_LENGTH, "pauses=[{\"from\":\"%s\",\"until\":\"%s\",\"program\":\"%s\"}]",
             from, day, code);
    for (int i = 0; i < EESI_BETWEEN_SETTINGS; i++)
        settings->sets[i] = settings->text[i];
}
