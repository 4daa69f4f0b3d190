#include "feed/name.h"

#include <stdint.h>
#include <string.h>

typedef struct writer {
    char *text;
    size_t length;
    bool overflow;
} writer;

static void put(writer *out, char c) {
    bool space = c == ' ';
    if (space && (out->length == 0 || out->text[out->length - 1] == ' '))
        return;
    if (out->length + 1 >= EESI_NAME_MAX)
        out->overflow = true;
    else
        out->text[out->length++] = c;
}

static void puts_raw(writer *out, const char *text, size_t length) {
    for (size_t i = 0; i < length; i++)
        put(out, text[i]);
}

/* One code point of UTF-8; a byte that starts no valid sequence is returned as itself with length 1. */
static uint32_t decode(const unsigned char *p, size_t *length) {
    size_t more = p[0] >= 0xf0 ? 3 : p[0] >= 0xe0 ? 2 : p[0] >= 0xc2 ? 1 : 0;
    uint32_t code = more == 3 ? p[0] & 0x07u : more == 2 ? p[0] & 0x0fu : more == 1 ? p[0] & 0x1fu : p[0];
    for (size_t i = 1; i <= more; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            *length = 1;
            return p[0];
        }
        code = code << 6 | (p[i] & 0x3fu);
    }
    *length = more + 1;
    return code;
}

/* The letters without accents of U+00C0..U+00FF; a space stands for the two signs among them. */
static const char LATIN1[] = "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty";

/* An accent that is written after its letter. */
static bool is_accent(uint32_t code) {
    return code >= 0x300 && code <= 0x36f;
}

static bool is_invisible(uint32_t code) {
    return code == 0xad || (code >= 0x200b && code <= 0x200d) || code == 0xfeff || is_accent(code);
}

static bool is_space_or_sign(uint32_t code) {
    return (code >= 0x80 && code < 0xc0) || (code >= 0x2000 && code <= 0x206f) || code == 0x2212 || code == 0x3000;
}

static void put_wide(writer *out, uint32_t code, const char *bytes, size_t length) {
    if (is_invisible(code))
        return;
    if (is_space_or_sign(code))
        put(out, ' ');
    else if (code >= 0xc0 && code <= 0xff)
        put(out, LATIN1[code - 0xc0]);
    else if (code == 0x152 || code == 0x153)
        puts_raw(out, "oe", 2);
    else
        puts_raw(out, bytes, length);
}

static void put_ascii(writer *out, char c) {
    if (c >= 'A' && c <= 'Z')
        put(out, (char)(c - 'A' + 'a'));
    else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
        put(out, c);
    else
        put(out, ' ');
}

size_t eesi_name_letter(const char *p, char *letter) {
    size_t length = 1;
    uint32_t code = decode((const unsigned char *)p, &length);
    *letter = '\0';
    if (code >= 'A' && code <= 'Z')
        *letter = (char)(code - 'A' + 'a');
    else if (code >= 'a' && code <= 'z')
        *letter = (char)code;
    else if (length == 2 && code >= 0xc0 && code <= 0xff)
        *letter = LATIN1[code - 0xc0];
    else
        return length == 2 && is_accent(code) ? length : 0;
    return *letter == ' ' ? 0 : length;
}

static bool is_number(const char *word, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (word[i] < '0' || word[i] > '9')
            return false;
    return length > 0;
}

/* A number of a year: "2026". */
static bool is_year(const char *word, size_t length) {
    return length == 4 && memcmp(word, "20", 2) == 0 && is_number(word, length);
}

/* "version", "v", "v2", "2026", or the number that follows one of them ("version 2", "2026-2"). */
static bool is_version_word(const char *word, size_t length, const char *before, size_t before_length) {
    if ((length == 7 && memcmp(word, "version", 7) == 0) || (length == 1 && word[0] == 'v'))
        return true;
    if (length >= 2 && length <= 3 && word[0] == 'v' && is_number(word + 1, length - 1))
        return true;
    if (!is_number(word, length))
        return false;
    if (is_year(word, length))
        return true;
    bool follows = (before_length == 7 && memcmp(before, "version", 7) == 0) ||
                   (before_length == 1 && before[0] == 'v') || is_year(before, before_length);
    return length <= 3 && follows;
}

static const char *word_start(const char *text, size_t end) {
    while (end > 0 && text[end - 1] != ' ')
        end--;
    return text + end;
}

/* Drops version words from the end, but never the whole name. */
static size_t without_version(const char *text, size_t length) {
    for (;;) {
        const char *word = word_start(text, length);
        if (word == text)
            return length;
        size_t before_end = (size_t)(word - text) - 1;
        const char *before = word_start(text, before_end);
        size_t before_length = before_end - (size_t)(before - text);
        if (!is_version_word(word, length - (size_t)(word - text), before, before_length))
            return length;
        length = before_end;
    }
}

bool eesi_name_normalise(const char *text, char out[EESI_NAME_MAX]) {
    writer w = {.text = out};
    for (const char *p = text; *p;) {
        size_t length = 1;
        uint32_t code = decode((const unsigned char *)p, &length);
        if (*p == '&') {
            puts_raw(&w, " and ", 5);
            length = strncmp(p, "&amp;", 5) == 0 ? 5 : 1;
        } else if ((unsigned char)*p < 0x80) {
            put_ascii(&w, *p);
        } else if (length == 1) {
            put(&w, *p);
        } else {
            put_wide(&w, code, p, length);
        }
        p += length;
    }
    if (w.length > 0 && out[w.length - 1] == ' ')
        w.length--;
    out[without_version(out, w.length)] = '\0';
    return !w.overflow;
}
