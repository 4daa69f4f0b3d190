#include "feed/plain_text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "feed/name.h"

/* Bytes of the sequence that `lead` opens, 0 when it opens none. */
static size_t sequence_length(unsigned char lead) {
    if (lead < 0x80)
        return 1;
    if (lead < 0xc2 || lead > 0xf4)
        return 0;
    return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/* Bytes of the sign of UTF-8 at p, 0 when there is none: no overlong form, no half of a pair, nothing too high. */
static size_t sign_length(const unsigned char *p, const unsigned char *end) {
    const size_t width = sequence_length(*p);
    if (width == 0 || width > (size_t)(end - p))
        return 0;
    for (size_t i = 1; i < width; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    const bool bad = (*p == 0xe0 && p[1] < 0xa0) || (*p == 0xed && p[1] >= 0xa0) || (*p == 0xf0 && p[1] < 0x90) ||
                     (*p == 0xf4 && p[1] >= 0x90);
    return bad ? 0 : width;
}

bool eesi_is_utf8(const char *text, size_t length) {
    const unsigned char *p = (const unsigned char *)text, *end = p + length;
    for (size_t width; p < end; p += width)
        if ((width = sign_length(p, end)) == 0)
            return false;
    return true;
}

static size_t put_code(uint32_t code, char *out) {
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xc0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    out[0] = (char)(0xe0 | code >> 12);
    out[1] = (char)(0x80 | (code >> 6 & 0x3f));
    out[2] = (char)(0x80 | (code & 0x3f));
    return 3;
}

char *eesi_from_windows_1252(const char *text, size_t length, size_t *out_length) {
    /* 0x80 to 0x9f; a byte that means nothing becomes a space. */
    static const uint16_t high[32] = {0x20ac, ' ',    0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021,
                                      0x2c6,  0x2030, 0x160,  0x2039, 0x152,  ' ',    0x17d,  ' ',
                                      ' ',    0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                      0x2dc,  0x2122, 0x161,  0x203a, 0x153,  ' ',    0x17e,  0x178};
    const unsigned char *p = (const unsigned char *)text, *end = p + length;
    char *out = malloc(3 * length + 1);
    size_t used = 0;
    while (out && p < end) {
        const size_t width = sign_length(p, end);
        memcpy(out + used, p, width);
        used += width > 0 ? width : put_code(*p < 0xa0 ? high[*p - 0x80] : *p, out + used);
        p += width > 0 ? width : 1;
    }
    if (out)
        out[used] = '\0';
    *out_length = used;
    return out;
}

bool eesi_is_utf16(const char *text, size_t length) {
    if (length < 4 || length % 2 != 0)
        return false;
    return memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0 ||
           (text[0] == '\0' && text[1] > 0 && text[2] == '\0') || (text[1] == '\0' && text[0] > 0 && text[3] == '\0');
}

char *eesi_from_utf16(const char *text, size_t length, size_t *out_length) {
    const unsigned char *p = (const unsigned char *)text;
    const bool high_first = *p == 0xfe || *p == 0;
    char *out = malloc(3 * (length / 2) + 1);
    size_t used = 0;
    for (size_t i = 0; out && i + 1 < length; i += 2) {
        const uint32_t code = high_first ? (uint32_t)p[i] << 8 | p[i + 1] : (uint32_t)p[i + 1] << 8 | p[i];
        if (code != 0xfeff)
            used += put_code(code >= 0xd800 && code < 0xe000 ? ' ' : code, out + used);
    }
    if (out)
        out[used] = '\0';
    *out_length = used;
    return out;
}

bool eesi_has_markup(const char *text) {
    return strpbrk(text, "&<") != NULL;
}

/* The code point of "#233;" or "#xE9;", 0 when it is none that a short text could hold. */
static uint32_t numbered(const char *p, size_t length) {
    bool hex = p[1] == 'x' || p[1] == 'X';
    char *end;
    unsigned long code = strtoul(p + (hex ? 2 : 1), &end, hex ? 16 : 10);
    return end == p + length && code > 0 && code < 0xd800 ? (uint32_t)code : 0;
}

/* The code point of what stands between "&" and ";". */
static uint32_t entity(const char *p, size_t length) {
    static const struct {
        const char *name;
        uint32_t code;
    } known[] = {{"amp", '&'},      {"nbsp", ' '},     {"quot", '"'},     {"apos", '\''},    {"lt", '<'},
                 {"gt", '>'},       {"agrave", 0xe0},  {"acirc", 0xe2},   {"ccedil", 0xe7},  {"egrave", 0xe8},
                 {"eacute", 0xe9},  {"ecirc", 0xea},   {"euml", 0xeb},    {"icirc", 0xee},   {"iuml", 0xef},
                 {"ocirc", 0xf4},   {"ugrave", 0xf9},  {"ucirc", 0xfb},   {"Agrave", 0xc0},  {"Ccedil", 0xc7},
                 {"Egrave", 0xc8},  {"Eacute", 0xc9},  {"Ecirc", 0xca},   {"ndash", 0x2013}, {"mdash", 0x2014},
                 {"lsquo", 0x2018}, {"rsquo", 0x2019}, {"ldquo", 0x201c}, {"rdquo", 0x201d}, {"oelig", 0x153},
                 {"thinsp", ' '},   {"ensp", ' '}};
    if (length > 1 && *p == '#')
        return numbered(p, length);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strlen(known[i].name) == length && memcmp(p, known[i].name, length) == 0)
            return known[i].code;
    return 0;
}

/* Bytes of the tag at p, 0 when it is none. */
static size_t tag_length(const char *p) {
    char letter;
    const char *close = strchr(p, '>');
    return close && (p[1] == '/' || p[1] == '!' || eesi_name_letter(p + 1, &letter) > 0) ? (size_t)(close - p) + 1 : 0;
}

void eesi_plain_text(char *text) {
    char *out = text;
    for (const char *p = text; *p;) {
        size_t name = *p == '&' ? strcspn(p + 1, "; &<") : 0, tag = *p == '<' ? tag_length(p) : 0;
        uint32_t code = name > 0 && p[1 + name] == ';' ? entity(p + 1, name) : 0;
        if (code > 0) {
            out += put_code(code, out); /* "&lt;" is the shortest, and longer than any code */
            p += name + 2;
        } else if (tag > 0) {
            p += tag;
        } else {
            *out++ = *p++;
        }
    }
    *out = '\0';
}

bool eesi_says_none(const char *text) {
    static const char *const words[] = {
        "",    "n a",   "na",     "none",    "not applicable",    "null", "s o", "so",           "nil", "sans objet",
        "n d", "aucun", "aucune", "unknown", "ne s applique pas", "nan",  "tbd", "not available"};
    char normal[EESI_NAME_MAX];
    if (strpbrk(text, "[]{}") || !eesi_name_normalise(text, normal))
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(normal, words[i]) == 0)
            return true;
    return false;
}
