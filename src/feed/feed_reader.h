/* Inside of the reader of the official feed. */
#ifndef EESI_FEED_READER_H
#define EESI_FEED_READER_H

#include <jansson.h>

#include "feed/entry.h"
#include "feed/scan.h"

enum { EESI_MEMO_MAX = 32 };

/* Texts that repeat from round to round are worked out once. */
typedef struct eesi_memo {
    const char *text[EESI_MEMO_MAX];
    const char *kept[EESI_MEMO_MAX];
    int64_t value[EESI_MEMO_MAX];
    size_t count;
} eesi_memo;

/* One object of the feed, scanned or parsed. */
typedef struct eesi_feed_object {
    const json_t *json; /* NULL when it was scanned */
    const eesi_member *members;
    size_t count;
    const char *name; /* "r390" where the rounds have names, else NULL */
} eesi_feed_object;

typedef struct eesi_feed_reader {
    const char *file;
    const ees_programs *programs;
    const ees_layouts *layouts;
    eesi_feed *feed;
    eesi_memo names, eligible;
    ees_error *err;
    char where[48];      /* "round 396" */
    bool left_out;       /* the round just read has no number, date, size or cut-off that can be used */
    ees_error first_gap; /* what the first such round lacks */
    size_t read;         /* rounds read, also those left out */
    size_t next_member;  /* keys are asked for in much the same order for every round: look there first */
} eesi_feed_reader;

typedef enum eesi_count_status {
    EESI_COUNT_READ,
    EESI_COUNT_EMPTY,
    EESI_COUNT_UNREADABLE,
    EESI_COUNT_IMPOSSIBLE
} eesi_count_status;

/* Errors with the place: "round 396: 'drawSize' is 'many', expected ...". They return the code. */
int eesi_feed_no_memory(const eesi_feed_reader *in);
int eesi_feed_bad(const eesi_feed_reader *in, const char *key, const char *text, const char *expected);
/* Report that a round cannot be used, and mark it. It is not published yet where a value is missing or no more than
 * words; else the value cannot be read, or cannot be. */
int eesi_feed_leave_out(eesi_feed_reader *in, ees_fault_kind kind, const ees_round *round, const char *key,
                        const char *text, const char *expected) EES_MUST_CHECK;
/* A value as plain text without the spaces before it; a missing one is "". The feed writes every value as text. Whole
 * numbers are taken too, and anything else is shown in JSON's words ("[]", "true"). */
int eesi_feed_text(eesi_feed_reader *in, const eesi_feed_object *object, const char *key,
                   const char **text) EES_MUST_CHECK;
/* As eesi_feed_text(), but with the spaces before it. */
int eesi_feed_raw_text(eesi_feed_reader *in, const eesi_feed_object *object, const char *key,
                       const char **text) EES_MUST_CHECK;
/* True when the value is written as text. */
bool eesi_feed_is_text(const eesi_feed_object *object, const char *key);
int eesi_feed_fault(const eesi_feed_reader *in, ees_fault_kind kind, const ees_round *round, const char *field,
                    const char *published, const char *used) EES_MUST_CHECK;
bool eesi_is_space(char c);
/* "235,695", "235 695" (the space of any width) or "235695"; groups must be of three digits. "N/A" is empty. */
eesi_count_status eesi_count_parse(const char *text, int64_t *count);

/* All of a round but its pool; then its pool. */
int eesi_feed_read_round(eesi_feed_reader *in, const eesi_feed_object *object, size_t index,
                         eesi_entry *entry) EES_MUST_CHECK;
int eesi_feed_read_pool(eesi_feed_reader *in, const eesi_feed_object *object, eesi_entry *entry) EES_MUST_CHECK;

#endif
