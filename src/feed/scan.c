#include "feed/scan.h"

#include <stdlib.h>
#include <string.h>

enum { MEMBERS_MAX = 64, ROOT_MEMBERS_MAX = 8 };

typedef struct scanner {
    char *p;
    eesi_scan *scan;
} scanner;

static void skip_spaces(scanner *s) {
    while (*s->p == ' ' || *s->p == '\n' || *s->p == '\t' || *s->p == '\r')
        s->p++;
}

/* The next sign that is no space, if it is this one. */
static bool take(scanner *s, char sign) {
    skip_spaces(s);
    if (*s->p != sign)
        return false;
    s->p++;
    return true;
}

/* The NUL at the end of the text is no plain character, so that the scan stops there. */
static bool is_plain(char c) {
    return (c >= ' ' && c < 0x7f && c != '"' && c != '\\');
}

static bool take_text(scanner *s, char **text, size_t *length) {
    if (!take(s, '"'))
        return false;
    *text = s->p;
    while (is_plain(*s->p))
        s->p++;
    *length = (size_t)(s->p - *text);
    return *s->p++ == '"'; /* after anything else the scan ends: where it stands then does not matter */
}

static bool take_member(scanner *s, eesi_member *member) {
    return take_text(s, &member->key, &member->key_length) && take(s, ':') &&
           take_text(s, &member->value, &member->value_length);
}

/* Room for one more element; false when out of memory. */
static bool make_room(void **list, size_t count, size_t *capacity, size_t size) {
    if (count < *capacity)
        return true;
    size_t larger = *capacity ? 2 * *capacity : 1024;
    void *moved = realloc(*list, larger * size);
    if (!moved)
        return false;
    *list = moved;
    *capacity = larger;
    return true;
}

static bool same_key(const eesi_member *a, const eesi_member *b) {
    return a->key_length == b->key_length && memcmp(a->key, b->key, a->key_length) == 0;
}

/* Objects with the keys of the one before, in the same order, have no key twice if that one has none. */
static bool has_repeated_key(const eesi_member *members, size_t count, const eesi_member *before, size_t before_count) {
    size_t same = 0;
    while (same < count && same < before_count && same_key(&members[same], &before[same]))
        same++;
    for (size_t i = same; i < count; i++)
        for (size_t k = 0; k < i; k++)
            if (same_key(&members[i], &members[k]))
                return true;
    return false;
}

static bool take_object(scanner *s) {
    eesi_scan *scan = s->scan;
    size_t start = scan->member_count;
    if (!take(s, '{'))
        return false;
    do {
        if (scan->member_count - start == MEMBERS_MAX ||
            !make_room((void **)&scan->members, scan->member_count, &scan->member_capacity, sizeof *scan->members) ||
            !take_member(s, &scan->members[scan->member_count]))
            return false;
        scan->member_count++;
    } while (take(s, ','));
    if (!take(s, '}') ||
        !make_room((void **)&scan->ends, scan->object_count, &scan->object_capacity, sizeof *scan->ends))
        return false;
    size_t before = scan->object_count > 1 ? scan->ends[scan->object_count - 2] : 0;
    if (has_repeated_key(scan->members + start, scan->member_count - start, scan->members + before, start - before))
        return false;
    scan->ends[scan->object_count++] = scan->member_count;
    return true;
}

static bool take_rounds(scanner *s) {
    if (!take(s, '['))
        return false;
    do {
        if (!take_object(s))
            return false;
    } while (take(s, ','));
    return take(s, ']');
}

static bool take_root(scanner *s) {
    eesi_member members[ROOT_MEMBERS_MAX];
    size_t count = 0;
    bool rounds = false;
    if (!take(s, '{'))
        return false;
    do {
        eesi_member *m = &members[count];
        if (count == ROOT_MEMBERS_MAX || !take_text(s, &m->key, &m->key_length) || !take(s, ':'))
            return false;
        bool is_rounds = m->key_length == 6 && memcmp(m->key, "rounds", 6) == 0;
        rounds = rounds || is_rounds;
        if (is_rounds ? !take_rounds(s) : !take_text(s, &m->value, &m->value_length))
            return false;
        count++;
    } while (take(s, ','));
    return rounds && take(s, '}') && !has_repeated_key(members, count, members, 0);
}

bool eesi_scan_feed(char *text, size_t length, eesi_scan *scan) {
    memset(scan, 0, sizeof *scan);
    scanner s = {text, scan};
    if (!take_root(&s))
        return false;
    skip_spaces(&s);
    if (s.p != text + length)
        return false;
    for (size_t i = 0; i < scan->member_count; i++) {
        eesi_member *m = &scan->members[i];
        m->key[m->key_length] = '\0'; /* where the closing quotes were */
        m->value[m->value_length] = '\0';
    }
    return true;
}

void eesi_scan_free(eesi_scan *scan) {
    free(scan->members);
    free(scan->ends);
    memset(scan, 0, sizeof *scan);
}
