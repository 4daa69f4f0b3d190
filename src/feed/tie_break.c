#include "feed/tie_break.h"
#include "base/csv.h"

ees_time eesi_round_held_at(const ees_round *round) {
    return round->held_at != EES_TIME_NONE ? round->held_at : eesi_time_from_parts(round->date, 12, 0, 0);
}

double eesi_tie_break_age_days(const ees_round *round) {
    enum { OLDEST_DAYS = 366 };
    if (round->tie_break == EES_TIME_NONE)
        return -1.0;
    const double days = (double)(eesi_round_held_at(round) - round->tie_break) / EES_SECONDS_PER_DAY;
    if (days < -1.0 || days > OLDEST_DAYS)
        return -1.0;
    return days < 0.0 ? 0.0 : days;
}
