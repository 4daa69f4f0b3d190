/**
 * @file
 * From the official feed (IRCC's ee_rounds_123_en.json) to a data folder, and what is wrong with either.
 *
 * What is published is kept as published. A fault of the feed is reported with its round and costs at most that round:
 * one whose number, date, size or cut-off is not there (announced, or called off), cannot be read or cannot be is left
 * out, and so is a pool that contradicts itself. A feed that is no valid JSON is read round by round. Only a feed that
 * breaks off or is without any usable round is refused. English and French, UTF-8 and Windows-1252 are read alike.
 *
 * Rules where the feed says two things. Of a round that is there twice the first counts. Where the short date and the
 * date in full differ, the one counts that the time of the round and the date of its pool speak for, else the short
 * one. A pool whose total differs from its bands by more than a hundredth is left out. A cut-off is 50 to 1,199 (of
 * nominees 601 or more), a size at most the pool, and a date within a year or so of those of the next numbers.
 */
#ifndef EESIM_FEED_H
#define EESIM_FEED_H

#include <stdbool.h>
#include <stddef.h>

#include <eesim/error.h>
#include <eesim/history.h>
#include <eesim/program.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ees_severity {
    EES_NOTE,   /* worth knowing: not published, or written in an unusual way and read all the same */
    EES_WARNING /* a value contradicts others, or could not be used */
} ees_severity;

/* kind, name in faults.csv, severity, what it means: the one list. */
#define EES_FAULTS(X)                                                                                                  \
    X(EES_FAULT_POOL_MISSING, "pool-missing", EES_NOTE, "no pool was published")                                       \
    X(EES_FAULT_TIE_BREAK_MISSING, "tie-break-missing", EES_NOTE, "no tie-break was published")                        \
    X(EES_FAULT_TIME_MISSING, "time-missing", EES_NOTE, "no time of the round was published")                          \
    X(EES_FAULT_AS_OF_MISSING, "as-of-missing", EES_NOTE, "no as-of date was published")                               \
    X(EES_FAULT_SUBTOTAL_MISSING, "subtotal-missing", EES_NOTE, "a subtotal of the pool was not published")            \
    X(EES_FAULT_TIME_IRREGULAR, "time-irregular", EES_NOTE, "written in an unusual way, but clear")                    \
    X(EES_FAULT_ROUND_REPEATED, "round-repeated", EES_NOTE, "the feed holds the round twice, with equal values")       \
    X(EES_FAULT_VALUE_KEPT, "value-kept", EES_NOTE, "the feed no longer holds this value; the stored one is kept")     \
    X(EES_FAULT_ROUND_KEPT, "round-kept", EES_NOTE, "the feed does not hold this round; the stored one is kept")       \
    X(EES_FAULT_BY_HAND, "by-hand", EES_NOTE, "was entered by hand and is not in the feed")                            \
    X(EES_FAULT_ROUND_UNPUBLISHED, "round-unpublished", EES_WARNING, "is not published; the round is left out")        \
    X(EES_FAULT_ROUND_UNREADABLE, "round-unreadable", EES_WARNING, "cannot be read; the round is left out")            \
    X(EES_FAULT_VALUE_IMPOSSIBLE, "value-impossible", EES_WARNING, "cannot be; the round is left out")                 \
    X(EES_FAULT_ROUND_DIFFERS, "round-differs", EES_WARNING, "the feed holds it twice; the first is used")             \
    X(EES_FAULT_STAND_IN, "stand-in", EES_WARNING, "cannot be read; another field of the round says it")               \
    X(EES_FAULT_POOL_CONTRADICTORY, "pool-contradictory", EES_WARNING,                                                 \
      "is far from the sum of the bands; the pool is left out")                                                        \
    X(EES_FAULT_TIME_UNREADABLE, "time-unreadable", EES_WARNING, "cannot be read and is left out")                     \
    X(EES_FAULT_AS_OF_UNREADABLE, "as-of-unreadable", EES_WARNING, "cannot be read; the date of the round stands in")  \
    X(EES_FAULT_DATE_DIFFERS, "date-differs", EES_WARNING, "differs from the date of the round")                       \
    X(EES_FAULT_SUBTOTAL_WRONG, "subtotal-wrong", EES_WARNING, "is not the sum of its parts; the parts are used")      \
    X(EES_FAULT_BAND_MISSING, "band-missing", EES_WARNING, "a band of the pool is missing; the pool is left out")      \
    X(EES_FAULT_AS_OF_AFTER, "as-of-after-round", EES_WARNING, "the pool is dated after its round")                    \
    X(EES_FAULT_AS_OF_STALE, "as-of-stale", EES_WARNING, "the pool is dated more than 5 days before its round")        \
    X(EES_FAULT_POOL_REPEATED, "pool-repeated", EES_WARNING, "counts of an earlier pool under another as-of date")     \
    X(EES_FAULT_NAME_UNMAPPED, "name-unmapped", EES_WARNING, "the name is not known; the round has no program")        \
    X(EES_FAULT_ELIGIBLE_UNKNOWN, "eligible-unknown", EES_WARNING, "the eligible programs are not known")              \
    X(EES_FAULT_TIE_BREAK_ODD, "tie-break-odd", EES_WARNING, "after its round or more than a year before it")          \
    X(EES_FAULT_BEFORE_PROGRAM, "program-not-in-force", EES_WARNING, "held outside the dates of its program")          \
    X(EES_FAULT_NUMBER_GAP, "number-gap", EES_WARNING, "the numbers before it are missing")                            \
    X(EES_FAULT_NUMBER_ORDER, "number-order", EES_WARNING, "its number and its date do not follow the round before")   \
    X(EES_FAULT_FILE_CHANGED, "file-changed", EES_WARNING, "is not as the import wrote it")

#define EES_FAULT_ENUM(kind, name, severity, meaning) kind,
typedef enum ees_fault_kind { EES_FAULTS(EES_FAULT_ENUM) EES_FAULT_KINDS } ees_fault_kind;
#undef EES_FAULT_ENUM

/** One thing that is wrong or missing. Texts belong to the list it is in; "" where they do not apply. */
typedef struct ees_fault {
    ees_fault_kind kind;
    char round[EES_ROUND_NUMBER_MAX]; /* "" when it is about a file */
    const char *field;                /* official name of the field ("drawCutOff", "dd3"), or a file */
    const char *published;            /* what the feed says */
    const char *used;                 /* what is stored or follows from the rest */
    bool known;                       /* of an import: the data folder showed it before */
} ees_fault;

/** @return "pool-missing" and so on, static storage. */
EES_API const char *ees_fault_name(ees_fault_kind kind);
EES_API ees_severity ees_fault_severity(ees_fault_kind kind);
/** @return a clause that completes "round 247, dd3: ...", static storage. */
EES_API const char *ees_fault_meaning(ees_fault_kind kind);

/** Faults by round, oldest first. */
typedef struct ees_faults {
    size_t count;
    ees_fault *faults; /* owned */
    size_t capacity;   /* private */
    void *arena;       /* private */
} ees_faults;

/** A stored value that the feed contradicts. */
typedef struct ees_change {
    char round[EES_ROUND_NUMBER_MAX];
    const char *field; /* column of rounds.csv, or "pool 501-600" */
    const char *before;
    const char *after;
    bool by_hand; /* the stored round had been entered by hand: the official one replaces it as it should */
} ees_change;

/** What an import did, or would do. */
typedef struct ees_import_report {
    size_t feed_rounds; /* different rounds in the feed */
    size_t added;       /* of them new */
    size_t changed;     /* of them stored with other values */
    size_t kept;        /* stored rounds the feed does not hold */
    bool older;         /* the feed ends before the stored rounds: it fills gaps and replaces nothing */
    size_t stale;       /* values of an older feed that differ from stored ones, which stay */
    char feed_last[EES_ROUND_NUMBER_MAX]; /* the highest number in the feed */
    size_t rounds, pools;                 /* in the data folder afterwards */
    size_t tie_breaks;                    /* rounds with a tie-break afterwards */
    char last_round[EES_ROUND_NUMBER_MAX];
    bool written; /* false: every file was already as it should be, or EES_IMPORT_DRY_RUN */
    size_t change_count;
    ees_change *changes; /* owned */
    ees_faults faults;
    void *arena; /* private */
} ees_import_report;

enum {
    EES_IMPORT_DRY_RUN = 1u,       /* write nothing */
    EES_IMPORT_REFUSE_CHANGES = 2u /* EES_ERR_DATA instead of overwriting a stored value; the report still says which */
};

/**
 * Import the official feed into a data folder, which is made when it is not there.
 *
 * New rounds are appended. Where the feed contradicts a stored round, the newer official value replaces it and
 * report->changes says what changed. A value that the feed no longer holds never erases a stored one, and a stored
 * round that the feed does not hold stays. A feed that ends before the stored rounds is an older one: it fills gaps
 * and replaces nothing. Importing a file again changes no byte. All files are written or none.
 *
 * @param feed_path  "-" is standard input.
 * @param flags      EES_IMPORT_...
 * @param report     uninitialised; ees_import_report_free() it, also after an error.
 * @return 0; EES_ERR_NOTFOUND, EES_ERR_IO, EES_ERR_DATA (the message names the round and the field), EES_ERR_NOMEM.
 * After an error the data folder is as it was. No randomness. Reentrant, but two imports into one folder must not run
 * at the same time. O(feed).
 */
EES_API int ees_feed_import(const char *feed_path, const char *data_dir, const ees_programs *programs,
                            const ees_layouts *layouts, unsigned flags, ees_import_report *report,
                            ees_error *err) EES_MUST_CHECK;

/** What a server said of a feed: with it the server can say that nothing has changed since. "" for what it did not say.
 */
typedef struct ees_feed_origin {
    char url[1024];
    char etag[256];
    char last_modified[64];
} ees_feed_origin;

/**
 * As ees_feed_import(), of a feed in memory.
 * @param name    of the feed in messages. @param text  `length` bytes, unchanged.
 * @param origin  kept as fetched.json in the data folder, written in the same step as the data; NULL: none is kept.
 */
EES_API int ees_feed_import_text(const char *name, const char *text, size_t length, const ees_feed_origin *origin,
                                 const char *data_dir, const ees_programs *programs, const ees_layouts *layouts,
                                 unsigned flags, ees_import_report *report, ees_error *err) EES_MUST_CHECK;

/**
 * What was kept of the last fetch; all "" when nothing was, or when the data have changed since.
 * @param data_sha256  ees_history.sha256 of the folder.
 */
EES_API void ees_feed_origin_read(ees_feed_origin *origin, const char *data_dir, const char *data_sha256);

EES_API void ees_import_report_free(ees_import_report *report);

/** A round to be entered by hand. */
typedef struct ees_added_round {
    char number[EES_ROUND_NUMBER_MAX]; /* "": the one after the highest; ees_data_add() fills it in */
    int program;
    ees_date date;
    int64_t size;
    int cutoff;                  /* 1..1199 */
    ees_time tie_break;          /* EES_TIME_NONE: not known */
    bool has_pool;               /* the pool published with it is in `bands` and `leaf` */
    ees_bands bands;             /* those of the layout of its day, in any order */
    int64_t leaf[EES_BANDS_MAX]; /* candidates in each of them */
    ees_date pool_as_of;         /* EES_DATE_NONE: the day of the round */
} ees_added_round;

/**
 * Enter a round by hand. It counts like any other, and a note in faults.csv marks it. An import replaces it by the
 * official round of the same number. Name and eligible programs are those of the newest round of its program.
 * @return 0; EES_ERR_RANGE (the number is taken, a value is impossible), EES_ERR_NOTFOUND, EES_ERR_IO, EES_ERR_DATA,
 * EES_ERR_NOMEM. After an error the data folder is as it was. No randomness. Reentrant. O(files).
 */
EES_API int ees_data_add(const char *data_dir, const ees_programs *programs, const ees_layouts *layouts,
                         ees_added_round *round, ees_error *err) EES_MUST_CHECK;

/** Remove a round that was entered by hand. @return as ees_data_add(); EES_ERR_RANGE for any other round. */
EES_API int ees_data_remove(const char *data_dir, const ees_programs *programs, const ees_layouts *layouts,
                            const char *number, ees_error *err) EES_MUST_CHECK;

/** Copy the files of a data folder to another place, which is made. All files are written or none.
 * @return 0, EES_ERR_NOTFOUND, EES_ERR_IO, EES_ERR_DATA, EES_ERR_NOMEM. */
EES_API int ees_data_copy(const char *from, const char *to, ees_error *err) EES_MUST_CHECK;

/** What a data folder holds and what is wrong with it. */
typedef struct ees_data_quality {
    size_t rounds, pools;
    size_t held_at, tie_breaks, with_pool, mapped; /* rounds that have them */
    ees_date first_date, last_date;
    char first_round[EES_ROUND_NUMBER_MAX], last_round[EES_ROUND_NUMBER_MAX];
    size_t by_program[EES_PROGRAMS_MAX];          /* rounds, by position in the programs */
    int longest_gap_days;                         /* between two rounds */
    char longest_gap_round[EES_ROUND_NUMBER_MAX]; /* the later of the two; "" when there are fewer than two */
    ees_faults faults;
} ees_data_quality;

/**
 * Check a data folder: the faults the import found (faults.csv), those that show in the stored values, and files that
 * were changed since the import.
 * @param history  of the same folder. @param quality  uninitialised; ees_data_quality_free() it, also after an error.
 * @return 0, EES_ERR_IO, EES_ERR_DATA, EES_ERR_NOMEM. A missing faults.csv or datapackage.json is a fault, not an
 * error. No randomness. Reentrant. O(files).
 */
EES_API int ees_data_check(const char *data_dir, const ees_history *history, const ees_programs *programs,
                           const ees_layouts *layouts, ees_data_quality *quality, ees_error *err) EES_MUST_CHECK;
EES_API void ees_data_quality_free(ees_data_quality *quality);

#ifdef __cplusplus
}
#endif

#endif
