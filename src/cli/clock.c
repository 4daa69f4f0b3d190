/* How old the data are. What is printed on standard output never depends on it. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "internal.h"

enum { FRESH_DAYS = 21 }; /* rounds are seldom further apart, so older data have most likely missed one */

int cli_read_today(const cli *app, ees_date *today) {
    const char *given = getenv("EESIM_TODAY");
    if (given && *given)
        return ees_date_parse(given, strlen(given), today)
                   ? CLI_DONE
                   : cli_misuse(app, "EESIM_TODAY is '%.40s', expected a day such as 2026-11-30", given);
    const time_t now = time(NULL);
    struct tm parts;
    gmtime_r(&now, &parts);
    *today = ees_date_from_civil(parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
    return CLI_DONE;
}

void cli_note_age(cli *app) {
    ees_date today;
    ees_error ignored;
    const ees_history *history = app->common.quiet ? NULL : cli_history(app, &ignored);
    if (!history || history->round_count == 0 || cli_read_today(app, &today) != CLI_DONE)
        return;
    const ees_round *newest = &history->rounds[history->round_count - 1];
    /* A day that the data reach is answered in full. */
    if (app->common.date != EES_DATE_NONE && app->common.date - newest->date <= FRESH_DAYS)
        return;
    char day[EES_DATE_TEXT_MAX];
    if (today - newest->date > FRESH_DAYS)
        cli_note(app,
                 "the newest round in the data, #%s of %s, is %d days old; later rounds are not known here. "
                 "'eesim data fetch' gets them.",
                 newest->number, ees_date_format(newest->date, day), (int)(today - newest->date));
}
