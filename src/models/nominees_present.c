#include "models/nominees_present.h"

#include <stdbool.h>

eesi_nominees eesi_nominees_none(void) {
    return (eesi_nominees){.band_date = EES_DATE_NONE, .clear_date = EES_DATE_NONE};
}

void eesi_nominees_count(eesi_nominees *n, double band, ees_date as_of) {
    if (n->clear_date != EES_DATE_NONE && as_of - n->clear_date >= EESI_NOMINEES_RATE_DAYS) {
        const double rate = band / (as_of - n->clear_date);
        n->rate = n->seen == 0 ? rate : n->rate + 0.5 * (rate - n->rate);
        n->seen++;
    }
    n->band = band;
    n->band_date = as_of;
}

void eesi_nominees_since(const eesi_nominees *n, ees_date date, double *band, double *days) {
    const bool fresh = n->band_date != EES_DATE_NONE && n->band_date > n->clear_date;
    const ees_date since = fresh ? n->band_date : n->clear_date;
    *band = fresh ? n->band : 0.0;
    *days = since == EES_DATE_NONE ? 0.0 : date - since;
}
