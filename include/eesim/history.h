/**
 * @file
 * The history of rounds and of the published pools, as stored in data/ (rounds.csv and pools.csv).
 */
#ifndef EESIM_HISTORY_H
#define EESIM_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <eesim/date.h>
#include <eesim/error.h>
#include <eesim/program.h>
#include <eesim/version.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    EES_SCORE_MAX = 1200, /* CRS scores run from 0 to here */
    EES_SCORE_COUNT = 1201,
    EES_SCORE_NONE = -1,     /* missing: nobody was invited, or not published */
    EES_SCORE_NOMINEE = 601, /* at or above it everybody holds a provincial nomination (worth 600 points) */
    EES_BANDS_MAX = 24       /* of one published pool */
};

/** A published interval of scores, both ends included. */
typedef struct ees_band {
    int low;
    int high;
} ees_band;

/**
 * The bands of a published pool, highest first. They do not overlap and cover 0 to 1200, and the first is 601-1200. A
 * sum of bands that was published beside them is none of them.
 */
typedef struct ees_bands {
    int count;
    ees_band band[EES_BANDS_MAX];
} ees_bands;

/**
 * How the feed lays out a pool, from models/bands.json: which field holds which band, from which day on.
 * ees_context_layouts() reads it. Read-only, so any number of threads may share it.
 */
typedef struct ees_layouts ees_layouts;

enum { EES_ROUND_NUMBER_MAX = 16, EES_SNAPSHOT_NONE = -1 };
#define EES_COUNT_NONE INT64_MIN

/** One round of invitations. */
typedef struct ees_round {
    char number[EES_ROUND_NUMBER_MAX]; /* "396"; "91a" and "91b" exist */
    const char *name;                  /* official name, UTF-8; owned by the history */
    int program;                       /* position in the programs, EES_PROGRAM_NONE when the name is unmapped */
    ees_date date;                     /* never missing */
    ees_time held_at;                  /* UTC, EES_TIME_NONE when not published or unreadable */
    int64_t size;                      /* invitations issued, candidates; never missing */
    int cutoff;                        /* CRS points 0..1200; never missing */
    ees_time tie_break;                /* UTC, EES_TIME_NONE when not published or unreadable */
    int snapshot;                      /* position of the pool published with it, EES_SNAPSHOT_NONE when none */
    ees_program_set eligible;          /* programs whose candidates could be invited, as published; 0 when unreadable */
    ees_date pool_as_of;               /* as-of date published with this round (that of its snapshot is the first one
                                          published with those counts); EES_DATE_NONE when not published */
} ees_round;

/** One published pool: candidates by band on a day. */
typedef struct ees_snapshot {
    ees_date as_of;              /* never missing; can repeat, be stale, or (round 226) lie after its round */
    int first_round;             /* position of the earliest round it was published with */
    ees_bands bands;             /* they can differ from pool to pool */
    int64_t leaf[EES_BANDS_MAX]; /* candidates in each band */
    int64_t total;               /* sum of the bands (not the published total) */
} ees_snapshot;

/** Rounds and snapshots in the order they became public (oldest first). Read-only after loading. */
typedef struct ees_history {
    size_t round_count;
    ees_round *rounds; /* by date, then by official number; owned */
    size_t snapshot_count;
    ees_snapshot *snapshots; /* by first_round; owned */
    char sha256[65];         /* of the files in data/ */
    bool invented;           /* rounds were added that nobody published: sha256 does not stand for them */
    void *arena;             /* private */
} ees_history;

/**
 * Load a data folder. Programs are used to map the official names.
 * @param history uninitialised; ees_history_free() it, also after an error.
 * @return 0, EES_ERR_NOTFOUND, EES_ERR_IO, EES_ERR_DATA (file, line and column say where), EES_ERR_NOMEM. Reentrant.
 * O(file).
 */
EES_API int ees_history_load(ees_history *history, const char *dir, const ees_programs *programs,
                             ees_error *err) EES_MUST_CHECK;
EES_API void ees_history_free(ees_history *history);

/** @return position of a round by its number ("396", "91a"), or -1. */
EES_API int ees_history_find(const ees_history *history, const char *number);

/** What was public before a day: the first rounds and the first snapshots of a history. */
typedef struct ees_known {
    size_t round_count;    /* rounds[0..round_count) were held before the day */
    size_t snapshot_count; /* snapshots[0..snapshot_count) were published with one of those rounds */
} ees_known;

/**
 * What was known before a round held on `date`: rounds held before it and the snapshots first published with one of
 * them. With `hindsight` also the snapshot first published with a round of that very day. EES_DATE_NONE: everything.
 * O(rounds).
 */
EES_API ees_known ees_history_before(const ees_history *history, ees_date date, bool hindsight);

#ifdef __cplusplus
}
#endif

#endif
