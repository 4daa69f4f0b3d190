#include "feed/number.h"

enum { DIGITS_MAX = 6, LETTERS = 27 };

bool eesi_number_parse(const char *text, size_t length, int *order) {
    size_t digits = 0;
    int value = 0;
    while (digits < length && text[digits] >= '0' && text[digits] <= '9' && digits < DIGITS_MAX)
        value = value * 10 + (text[digits++] - '0');
    if (digits == 0 || text[0] == '0')
        return false;
    int letter = 0;
    if (digits + 1 == length && text[digits] >= 'a' && text[digits] <= 'z')
        letter = text[digits] - 'a' + 1;
    else if (digits != length)
        return false;
    *order = value * LETTERS + letter;
    return true;
}
