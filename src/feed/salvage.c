/*
 * The rounds are cut apart where one object ends and the next begins, whatever quotes are lost in between. A round
 * that is no valid JSON is mended sign by sign: signs that may not stand in a text become spaces, a bare word becomes a
 * text, a missing value becomes null. Nothing is guessed: a round that is not valid then is damaged.
 */
#include "feed/salvage.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "feed/plain_text.h"

enum { KEYS_MAX = 64, AROUND = 16 };

typedef struct text {
    const char *p, *end;
} text;

static const char *after_spaces(const char *p, const char *end) {
    while (p < end && (unsigned char)*p <= ' ')
        p++;
    return p;
}

static char sign_at(const char *p, const char *end) {
    return p < end ? *p : '\0';
}

/* ---- mending one round ---- */

typedef struct mender {
    text in;
    eesi_buf out;
    text keys[KEYS_MAX];
    size_t key_count;
    int depth;
    char last; /* the last sign written outside of a text, '"' for a text or a word */
} mender;

/* The code of "\uXXXX" at p, -1 when there is none. */
static long escaped_code(const char *p, const char *end) {
    char digits[5] = "", *rest;
    if (end - p < 6 || p[0] != '\\' || p[1] != 'u')
        return -1;
    memcpy(digits, p + 2, 4);
    long code = strtol(digits, &rest, 16);
    return rest == digits + 4 && digits[0] != '-' && digits[0] != '+' && digits[0] != ' ' ? code : -1;
}

/* Writes an escape of a text and returns its width. */
static size_t mend_escape(mender *m, const char *p) {
    long code = escaped_code(p, m->in.end);
    long next = code >= 0xd800 && code < 0xdc00 ? escaped_code(p + 6, m->in.end) : -1;
    if (next >= 0xdc00 && next < 0xe000) {
        eesi_buf_put(&m->out, p, 12);
        return 12;
    }
    if (code > 0 && (code < 0xd800 || code >= 0xe000)) {
        eesi_buf_put(&m->out, p, 6);
        return 6;
    }
    if (code >= 0) { /* nothing, or half of a sign */
        eesi_buf_putc(&m->out, ' ');
        return 6;
    }
    if (p + 1 < m->in.end && strchr("\"\\/bfnrt", p[1]) && p[1]) {
        eesi_buf_put(&m->out, p, 2);
        return 2;
    }
    return 1; /* a backslash that means nothing */
}

/* A text, without its quotes. */
static void mend_text(mender *m) {
    const char *p = m->in.p;
    while (p < m->in.end && *p != '"') {
        if (*p == '\\') {
            p += mend_escape(m, p);
            continue;
        }
        eesi_buf_putc(&m->out, (char)((unsigned char)*p < ' ' ? ' ' : *p));
        p++;
    }
    m->in.p = p < m->in.end ? p + 1 : p;
}

static bool seen_before(mender *m, const char *from, const char *to) {
    const size_t length = (size_t)(to - from);
    for (size_t i = 0; i < m->key_count; i++)
        if ((size_t)(m->keys[i].end - m->keys[i].p) == length && memcmp(m->keys[i].p, from, length) == 0)
            return true;
    if (m->key_count < KEYS_MAX)
        m->keys[m->key_count++] = (text){from, to};
    return false;
}

static void take_text(mender *m) {
    const char *from = ++m->in.p;
    eesi_buf_putc(&m->out, '"');
    mend_text(m);
    bool is_key = m->depth == 1 && sign_at(after_spaces(m->in.p, m->in.end), m->in.end) == ':' && m->last != ':';
    if (is_key && seen_before(m, from, m->in.p - 1))
        eesi_buf_puts(&m->out, EESI_SALVAGED_AGAIN);
    eesi_buf_putc(&m->out, '"');
    m->last = '"';
}

/* A number or a word stays when JSON knows it; else it becomes a text. */
static void take_word(mender *m) {
    const char *from = m->in.p;
    while (m->in.p < m->in.end && !strchr(",:{}[]\"", *m->in.p) && (unsigned char)*m->in.p > ' ')
        m->in.p++;
    m->in.p += m->in.p == from; /* a NUL */
    json_t *known = json_loadb(from, (size_t)(m->in.p - from), JSON_DECODE_ANY, NULL);
    const char *quote = known ? "" : "\"";
    json_decref(known);
    eesi_buf_puts(&m->out, quote);
    for (const char *p = from; p < m->in.p; p++)
        eesi_buf_putc(&m->out, (char)((unsigned char)*p < ' ' || *p == '\\' ? ' ' : *p));
    eesi_buf_puts(&m->out, quote);
    m->last = '"';
}

static void take_sign(mender *m) {
    const char sign = *m->in.p++;
    const char next = sign_at(after_spaces(m->in.p, m->in.end), m->in.end);
    m->depth += (sign == '{' || sign == '[') - (sign == '}' || sign == ']');
    if (sign == ',' && (next == '}' || next == ']'))
        return;
    if (m->last == ':' && (sign == ',' || sign == '}'))
        eesi_buf_puts(&m->out, "null");
    eesi_buf_putc(&m->out, sign);
    m->last = sign;
}

static json_t *mend(text round) {
    mender m = {.in = round};
    eesi_buf_init(&m.out);
    while ((m.in.p = after_spaces(m.in.p, m.in.end)) < m.in.end) {
        if (*m.in.p == '"')
            take_text(&m);
        else if (*m.in.p && strchr(",:{}[]", *m.in.p))
            take_sign(&m);
        else
            take_word(&m);
    }
    json_t *object = eesi_buf_failed(&m.out) ? NULL : json_loadb(m.out.data, m.out.length, 0, NULL);
    eesi_buf_free(&m.out);
    return object;
}

/* ---- one round ---- */

static const char *find(const char *p, const char *end, const char *word) {
    return p < end ? memmem(p, (size_t)(end - p), word, strlen(word)) : NULL;
}

/* The number in a round that cannot be read, "" when it shows none. */
static json_t *number_of(text round) {
    const char *p = find(round.p, round.end, "\"drawNumber\"");
    p = p ? p + strlen("\"drawNumber\"") : round.end;
    while (p < round.end && *p && strchr(" \t\r\n:\"", *p))
        p++;
    size_t length = 0;
    while (p + length < round.end && length < 8 && p[length] && strchr("0123456789abcdefgh", p[length]))
        length++;
    return json_stringn(p, length);
}

/* The text around the place where reading it failed, as one line of plain signs. */
static json_t *damage_of(text round, int position) {
    char shown[2 * AROUND + 1];
    size_t length = 0;
    const char *at = round.p + position, *from = at - round.p > AROUND ? at - AROUND : round.p;
    for (const char *p = from; p < round.end && length < sizeof shown - 1; p++)
        shown[length++] = (char)((unsigned char)*p < ' ' || (unsigned char)*p >= 0x7f ? ' ' : *p);
    return json_stringn(shown, length);
}

static json_t *damaged(text round, int position) {
    const int most = (int)(round.end - round.p);
    return json_pack("{s:o, s:o}", "drawNumber", number_of(round), "damage",
                     damage_of(round, position < 0 || position > most ? 0 : position));
}

static json_t *read_round(text round) {
    json_error_t problem;
    json_t *object = json_loadb(round.p, (size_t)(round.end - round.p), JSON_REJECT_DUPLICATES, &problem);
    object = object ? object : mend(round);
    return object ? object : damaged(round, problem.position);
}

/* ---- the list ---- */

/* True when a list, or the next member of one, can follow: after the end of a round, not after one of its values. */
static bool ends_round(const char *p, const char *end, bool named) {
    p = after_spaces(p, end);
    if (sign_at(p, end) == (named ? '}' : ']') || sign_at(p, end) == '{')
        return true;
    if (sign_at(p, end) != ',')
        return false;
    p = after_spaces(p + 1, end);
    if (sign_at(p, end) != '"' || !named)
        return sign_at(p, end) != '"';
    const char *close = memchr(p + 1, '"', (size_t)(end - p - 1));
    p = close ? after_spaces(close + 1, end) : end;
    return sign_at(p, end) == ':' && sign_at(after_spaces(p + 1, end), end) == '{';
}

/* Behind the end of the object at p; NULL when there is none. */
static const char *end_of_round(const char *p, const char *end, bool named) {
    for (p++; p < end; p++)
        if (*p == '}' && ends_round(p + 1, end, named))
            return p + 1;
    return NULL;
}

/* Where the list begins, and whether its rounds have names: {"r390": {...}}. */
static const char *begin_of_list(text all, bool *named) {
    const char *p = find(all.p, all.end, "\"rounds\"");
    p = p ? after_spaces(p + strlen("\"rounds\""), all.end) : after_spaces(all.p, all.end);
    p = sign_at(p, all.end) == ':' ? after_spaces(p + 1, all.end) : p;
    *named = sign_at(p, all.end) == '{';
    return *named || sign_at(p, all.end) == '[' ? p + 1 : NULL;
}

/* The next round; false at the end of the list, where *p is NULL if the text ends before. What is no round is passed.
 */
static bool next_round(const char **p, const char *end, bool named, text *round) {
    while (*p < end && **p != '{' && **p != (named ? '}' : ']'))
        (*p)++;
    if (*p < end && **p != '{')
        return false;
    const char *after = *p < end ? end_of_round(*p, end, named) : NULL;
    *round = (text){*p, after};
    *p = after;
    return after != NULL;
}

json_t *eesi_feed_salvage(const char *all, size_t length) {
    bool named;
    text round, whole = {all, all + length};
    const char *p = begin_of_list(whole, &named);
    json_t *rounds = p ? json_array() : NULL;
    bool failed = !rounds;
    while (!failed && next_round(&p, whole.end, named, &round))
        failed = json_array_append_new(rounds, read_round(round)) != 0;
    if (!failed && p && json_array_size(rounds) > 0)
        return rounds;
    json_decref(rounds);
    return NULL;
}
