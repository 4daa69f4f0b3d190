/* The data-quality report of a data folder. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/sha256.h"
#include "feed/fault.h"
#include "feed/tables.h"

typedef struct checker {
    const char *dir;
    const ees_history *history;
    const ees_programs *programs;
    const ees_layouts *layouts;
    ees_data_quality *quality;
    ees_error *err;
} checker;

static int add_file_fault(const checker *in, const char *file, const char *why) {
    if (eesi_faults_add(&in->quality->faults, EES_FAULT_FILE_CHANGED, "", file, why, NULL))
        return ees_error_set(in->err, EES_ERR_NOMEM, "out of memory");
    return EES_OK;
}

static void count_rounds(const checker *in) {
    ees_data_quality *q = in->quality;
    const ees_history *h = in->history;
    q->rounds = h->round_count;
    q->pools = h->snapshot_count;
    q->first_date = h->rounds[0].date;
    q->last_date = h->rounds[h->round_count - 1].date;
    memcpy(q->first_round, h->rounds[0].number, sizeof q->first_round);
    memcpy(q->last_round, h->rounds[h->round_count - 1].number, sizeof q->last_round);
    for (size_t i = 0; i < h->round_count; i++) {
        const ees_round *r = &h->rounds[i];
        q->held_at += r->held_at != EES_TIME_NONE;
        q->tie_breaks += r->tie_break != EES_TIME_NONE;
        q->with_pool += r->snapshot != EES_SNAPSHOT_NONE;
        q->mapped += r->program != EES_PROGRAM_NONE;
        if (r->program != EES_PROGRAM_NONE)
            q->by_program[r->program]++;
        if (i > 0 && r->date - h->rounds[i - 1].date > q->longest_gap_days) {
            q->longest_gap_days = r->date - h->rounds[i - 1].date;
            memcpy(q->longest_gap_round, r->number, sizeof q->longest_gap_round);
        }
    }
}

/* The hash of a file as datapackage.json states it, NULL when it does not. */
static const char *stated_hash(const json_t *package, const char *file) {
    const json_t *resources = json_object_get(package, "resources");
    for (size_t i = 0; i < json_array_size(resources); i++) {
        const json_t *resource = json_array_get(resources, i);
        const char *path = json_string_value(json_object_get(resource, "path"));
        const char *hash = json_string_value(json_object_get(resource, "hash"));
        if (path && hash && strcmp(path, file) == 0 && strncmp(hash, "sha256:", 7) == 0)
            return hash + 7;
    }
    return NULL;
}

static int check_file(const checker *in, const json_t *package, const char *file) {
    char *path = eesi_path_join(in->dir, file);
    if (!path)
        return ees_error_set(in->err, EES_ERR_NOMEM, "out of memory");
    char *text = NULL;
    size_t length = 0;
    char sha256[EESI_SHA256_TEXT] = "";
    int rc = eesi_file_read(path, EESI_FILE_MAX, &text, &length, in->err);
    free(path);
    if (rc == EES_OK)
        eesi_sha256(text, length, sha256);
    free(text);
    if (rc == EES_ERR_NOTFOUND)
        return add_file_fault(in, file, "is not there");
    const char *stated = stated_hash(package, file);
    if (rc == EES_OK && !stated)
        return add_file_fault(in, file, "its hash is not in datapackage.json");
    if (rc == EES_OK && strcmp(stated, sha256) != 0)
        return add_file_fault(in, file, "its hash differs from the one in datapackage.json");
    return rc;
}

static int check_files(const checker *in) {
    static const char *const files[] = {EESI_ROUNDS_FILE, EESI_POOLS_FILE, EESI_FAULTS_FILE};
    char *path = eesi_path_join(in->dir, EESI_PACKAGE_FILE);
    if (!path)
        return ees_error_set(in->err, EES_ERR_NOMEM, "out of memory");
    json_t *package = NULL;
    int rc = eesi_json_read(path, &package, NULL, in->err);
    free(path);
    if (rc == EES_ERR_NOTFOUND)
        return add_file_fault(in, EESI_PACKAGE_FILE, "is not there");
    for (size_t i = 0; i < 3 && !rc; i++)
        rc = check_file(in, package, files[i]);
    json_decref(package);
    return rc;
}

static int check(const checker *in) {
    if (in->history->round_count == 0)
        return ees_error_at(in->err, EES_ERR_DATA, in->dir, 0, 0, "holds no round");
    count_rounds(in);
    int rc = eesi_faults_read(in->dir, &in->quality->faults, in->err);
    if (rc && rc != EES_ERR_NOTFOUND)
        return rc;
    if (eesi_faults_derive(in->history, in->programs, in->layouts, &in->quality->faults))
        return ees_error_set(in->err, EES_ERR_NOMEM, "out of memory");
    rc = check_files(in);
    eesi_faults_sort(&in->quality->faults);
    return rc;
}

int ees_data_check(const char *data_dir, const ees_history *history, const ees_programs *programs,
                   const ees_layouts *layouts, ees_data_quality *quality, ees_error *err) {
    memset(quality, 0, sizeof *quality);
    checker in = {data_dir, history, programs, layouts, quality, err};
    return check(&in);
}

void ees_data_quality_free(ees_data_quality *quality) {
    eesi_faults_free(&quality->faults);
}
