#include <stdio.h>

#include <eesim.h>

int main(void) {
    char text[EES_DATE_TEXT_MAX];
    printf("%s %s\n", ees_version(), ees_date_format(ees_date_from_civil(2026, 2, 17), text));
    return 0;
}
