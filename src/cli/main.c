#include <stdio.h>

#include <eesim.h>

int main(void) {
    printf("eesim %s\n", ees_version());
    return 0;
}
