/* Any text as a date, a time and a name: read or refused; a time that was read and written regularly reads the same. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "feed/name.h"
#include "feed/number.h"
#include "feed/when.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_time(const char *text) {
    ees_time time, again;
    bool regular, plain;
    char iso[EES_TIME_TEXT_MAX];
    eesi_when_status status = eesi_when_time(text, &time, &regular);
    EES_BUG_ASSERT((status == EESI_WHEN_READ) == (time != EES_TIME_NONE));
    EES_BUG_ASSERT(!regular || status == EESI_WHEN_READ);
    EES_BUG_ASSERT(eesi_when_explain(status)[0] != '\0');
    if (status != EESI_WHEN_READ)
        return;
    ees_time_format(time, iso);
    EES_BUG_ASSERT(eesi_when_time(iso, &again, &plain) == EESI_WHEN_READ && again == time && !plain);
}

static void check_date(const char *text) {
    ees_date date, again;
    char iso[EES_DATE_TEXT_MAX];
    eesi_when_status status = eesi_when_date(text, &date);
    EES_BUG_ASSERT((status == EESI_WHEN_READ) == (date != EES_DATE_NONE));
    if (status == EESI_WHEN_READ)
        EES_BUG_ASSERT(eesi_when_date(ees_date_format(date, iso), &again) == EESI_WHEN_READ && again == date);
}

static bool is_ascii(const char *text) {
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

/* A normalised name is its own normal form. Stray bytes that are no UTF-8 may join to a letter when others are dropped.
 */
static void check_name(const char *text) {
    char once[EESI_NAME_MAX], twice[EESI_NAME_MAX];
    if (!eesi_name_normalise(text, once))
        return;
    EES_BUG_ASSERT(strlen(once) < EESI_NAME_MAX);
    if (is_ascii(once))
        EES_BUG_ASSERT(eesi_name_normalise(once, twice) && strcmp(once, twice) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    int order;
    char *text = malloc(size + 1);
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    check_time(text);
    check_date(text);
    check_name(text);
    if (eesi_number_parse(text, strlen(text), &order))
        EES_BUG_ASSERT(order > 0);
    free(text);
    return 0;
}
