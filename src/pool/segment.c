/* The table of segments, read from models/segments.json. All texts live in one arena. */
#include <eesim/pool.h>

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "pool/segment.h"

#include <eesim/history.h>

#include "base/source.h"

enum { NAME_MAX_LENGTH = 160 };

typedef struct loader {
    const ees_programs *programs;
    eesi_arena *arena;
    const char *file;
    ees_error *err;
} loader;

static int bad(const loader *in, const char *where, const char *message) {
    return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "%s: %s", where, message);
}

static int add_program(const loader *in, const json_t *item, const char *where, ees_program_set *set) {
    const char *code = json_string_value(item);
    int position = code ? ees_programs_find(in->programs, code) : EES_PROGRAM_NONE;
    if (position == EES_PROGRAM_NONE)
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "%s: '%.40s' is no program", where,
                            code ? code : "(not a text)");
    if (in->programs->programs[position].kind == EES_KIND_GENERAL)
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0,
                            "%s: '%.40s' takes everybody, expected a program or a category", where, code);
    *set |= (ees_program_set)1 << position;
    return EES_OK;
}

static int read_programs(const loader *in, const json_t *object, const char *where, ees_segment *segment) {
    json_t *list;
    char name[NAME_MAX_LENGTH] = "";
    size_t used = 0;
    int rc = eesi_json_array(object, "programs", in->file, where, &list, in->err);
    for (size_t i = 0; !rc && i < json_array_size(list); i++) {
        rc = add_program(in, json_array_get(list, i), where, &segment->eligibility);
        if (!rc && used < sizeof name)
            used += (size_t)snprintf(name + used, sizeof name - used, "%s%s", i ? "+" : "",
                                     json_string_value(json_array_get(list, i)));
    }
    if (rc)
        return rc;
    if (segment->eligibility == 0 || used >= sizeof name)
        return bad(in, where, "'programs' is empty or too long");
    segment->name = eesi_arena_copy(in->arena, name, used);
    const int nomination = in->programs->nominee;
    segment->nominee = nomination != EES_PROGRAM_NONE && (segment->eligibility >> nomination & 1u);
    return segment->name ? EES_OK : ees_error_at(in->err, EES_ERR_NOMEM, in->file, 0, 0, "out of memory");
}

static int read_knots(const loader *in, const json_t *object, const char *where, ees_segment *segment) {
    json_t *list;
    int rc = eesi_json_array(object, "share", in->file, where, &list, in->err);
    if (rc)
        return rc;
    segment->knot_count = json_array_size(list);
    if (segment->knot_count < 1 || segment->knot_count > EES_SHARE_KNOTS_MAX)
        return bad(in, where, "'share' needs 1 to 16 pairs of score and share");
    for (size_t i = 0; i < segment->knot_count; i++) {
        const json_t *pair = json_array_get(list, i);
        const json_t *score = json_array_get(pair, 0);
        const json_t *share = json_array_get(pair, 1);
        ees_share_knot *knot = &segment->knots[i];
        if (json_array_size(pair) != 2 || !json_is_integer(score) || !json_is_number(share))
            return bad(in, where, "'share' is not a list of [score, share]");
        if (json_integer_value(score) < 0 || json_integer_value(score) > EES_SCORE_MAX ||
            json_number_value(share) < 0 || json_number_value(share) > 1e6)
            return bad(in, where, "'share': expected scores 0 to 1200 and shares 0 to 1e6");
        *knot = (ees_share_knot){(int)json_integer_value(score), json_number_value(share)};
        if (i > 0 && knot->score <= knot[-1].score)
            return bad(in, where, "'share': scores do not rise");
    }
    return EES_OK;
}

static int read_members(const loader *in, const json_t *object, const char *where, ees_segment *segment) {
    int rc = read_programs(in, object, where, segment);
    if (!rc)
        rc = eesi_json_double(object, "mean_age_days", in->file, where, 1, 1e4, &segment->mean_age_days, in->err);
    if (!rc)
        rc = eesi_json_double(object, "updated_share", in->file, where, 0, 1, &segment->updated_share, in->err);
    return rc ? rc : read_knots(in, object, where, segment);
}

static int read_segment(const loader *in, const json_t *object, size_t i, ees_segments *segments) {
    char where[32];
    ees_segment *segment = &segments->segments[i];
    snprintf(where, sizeof where, "segment %zu", i + 1);
    int rc = read_members(in, object, where, segment);
    for (size_t k = 0; !rc && k < i; k++)
        if (segments->segments[k].eligibility == segment->eligibility)
            rc = bad(in, where, "its programs are those of an earlier segment");
    return rc;
}

static bool is_listed(const ees_segments *segments, size_t program) {
    for (size_t g = 0; g < segments->count; g++)
        if (segments->segments[g].eligibility >> program & 1u)
            return true;
    return false;
}

static int add_unlisted(const loader *in, const json_t *object, size_t program, ees_segments *segments) {
    static const char where[] = "unlisted_category";
    char name[NAME_MAX_LENGTH];
    if (segments->count == EES_SEGMENTS_MAX)
        return bad(in, where,
                   "there are 32 segments already, expected fewer categories without a segment of their own");
    ees_segment *segment = &segments->segments[segments->count];
    int rc = read_members(in, object, where, segment);
    if (rc)
        return rc;
    segment->eligibility |= (ees_program_set)1 << program;
    int length = snprintf(name, sizeof name, "%s+%s", segment->name, in->programs->programs[program].code);
    segment->name = eesi_arena_copy(in->arena, name, (size_t)length < sizeof name ? (size_t)length : sizeof name - 1);
    segments->count++;
    return segment->name ? EES_OK : ees_error_at(in->err, EES_ERR_NOMEM, in->file, 0, 0, "out of memory");
}

/* A category younger than the file has candidates too: as many as the file says of those it does not name. */
static int add_all_unlisted(const loader *in, const json_t *root, ees_segments *segments) {
    const json_t *object = json_object_get(root, "unlisted_category");
    int rc = EES_OK;
    for (size_t p = 0; object && p < in->programs->count && !rc; p++)
        if (in->programs->programs[p].kind == EES_KIND_CATEGORY && !is_listed(segments, p))
            rc = add_unlisted(in, object, p, segments);
    return rc;
}

/* Somebody must be able to stand at every score. */
static int check_cover(const loader *in, const ees_segments *segments) {
    for (int s = 0; s < EES_SCORE_COUNT; s++) {
        double sum = 0;
        for (size_t g = 0; g < segments->count; g++)
            sum += eesi_segment_share(&segments->segments[g], s);
        if (sum <= 0)
            return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "no segment has a share at score %d", s);
    }
    return EES_OK;
}

static int read_all(const loader *in, const json_t *root, ees_segments *segments) {
    json_t *list;
    int rc = eesi_json_double(root, "unseen_floor", in->file, "top level", 0, 1, &segments->unseen_floor, in->err);
    if (!rc)
        rc = eesi_json_array(root, "segments", in->file, "top level", &list, in->err);
    if (rc)
        return rc;
    if (json_array_size(list) < 1 || json_array_size(list) > EES_SEGMENTS_MAX)
        return ees_error_at(in->err, EES_ERR_DATA, in->file, 0, 0, "%zu segments, expected 1 to %d",
                            json_array_size(list), EES_SEGMENTS_MAX);
    for (size_t i = 0; !rc && i < json_array_size(list); i++)
        rc = read_segment(in, json_array_get(list, i), i, segments);
    segments->count = json_array_size(list);
    if (!rc)
        rc = add_all_unlisted(in, root, segments);
    return rc ? rc : check_cover(in, segments);
}

int eesi_segments_read(ees_segments *segments, const eesi_source *from, const char *path, const ees_programs *programs,
                       ees_error *err) {
    json_t *root = NULL;
    memset(segments, 0, sizeof *segments);
    int rc = eesi_json_read_from(from, path, &root, segments->sha256, err);
    if (rc)
        return rc;
    loader in = {programs, eesi_arena_create(), path, err};
    segments->arena = in.arena;
    rc = in.arena ? read_all(&in, root, segments) : ees_error_at(err, EES_ERR_NOMEM, path, 0, 0, "out of memory");
    json_decref(root);
    return rc;
}

void eesi_segments_free(ees_segments *segments) {
    eesi_arena_destroy(segments->arena);
    memset(segments, 0, sizeof *segments);
}

double eesi_segment_share(const ees_segment *segment, int score) {
    const ees_share_knot *knot = segment->knots;
    if (segment->nominee != (score >= EES_SCORE_NOMINEE))
        return 0;
    if (score <= knot->score)
        return knot->share;
    for (size_t i = 1; i < segment->knot_count; i++, knot++) {
        if (score < knot[1].score) {
            double part = (double)(score - knot->score) / (double)(knot[1].score - knot->score);
            return knot->share + part * (knot[1].share - knot->share);
        }
    }
    return knot->share;
}
