/* A plan from a file is held to what the command line would have let pass: the same values, each once. */
#include <stdlib.h>
#include <string.h>

#include "run/run_plan.h"

static const char where[] = "plan";

static int bad(const char *file, const char *what, ees_error *err) {
    return ees_error_at(err, EES_ERR_DATA, file, 0, 0, "%s: %s", where, what);
}

/* A key that nobody reads would change nothing, which its author did not mean. */
static int check_keys(const json_t *object, const char *const *known, const char *file, const char *of,
                      ees_error *err) {
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value) {
        size_t i = 0;
        while (known[i] && strcmp(known[i], key) != 0)
            i++;
        if (!known[i])
            return ees_error_at(err, EES_ERR_DATA, file, 0, 0, "%s: '%.60s' is no key of it", of, key);
    }
    return EES_OK;
}

static int check_all_keys(const ees_run_plan *plan, const char *file, ees_error *err) {
    static const char *const of_plan[] = {"schema",
                                          "version",
                                          "arguments",
                                          "seed",
                                          "paths",
                                          "compress",
                                          "replicates",
                                          "until_se",
                                          "start",
                                          "until",
                                          "randomisations",
                                          "known_before",
                                          "data",
                                          "model",
                                          "calendar",
                                          "programs",
                                          "bands",
                                          "scenarios",
                                          "programs_sha256",
                                          "segments_sha256",
                                          "audiences",
                                          "result",
                                          NULL};
    static const char *const of_scenario[] = {"name", "policy", NULL};
    static const char *const of_audience[] = {"name", "programs", "submitted", "renew_days", "phases", NULL};
    static const char *const of_phase[] = {"from", "points", "programs", NULL};
    size_t i, k;
    json_t *entry, *phase;
    int rc = check_keys(plan->root, of_plan, file, where, err);
    json_array_foreach(json_object_get(plan->root, "scenarios"), i, entry) {
        rc = rc ? rc : check_keys(entry, of_scenario, file, "scenario", err);
    }
    json_array_foreach(json_object_get(plan->root, "audiences"), i, entry) {
        rc = rc ? rc : check_keys(entry, of_audience, file, "audience", err);
        json_array_foreach(json_object_get(entry, "phases"), k, phase) {
            rc = rc ? rc : check_keys(phase, of_phase, file, "phase", err);
        }
    }
    return rc;
}

/* The bands of the run are those of the pool published last, from the second on. */
static int check_bands(const ees_run_plan *plan, const char *file, const ees_bands *published, ees_error *err) {
    for (int b = 0; b < plan->layout.bands; b++)
        if (!published || b + 1 >= published->count || plan->band[b].low != published->band[b + 1].low ||
            plan->band[b].high != published->band[b + 1].high)
            return ees_error_at(err, EES_ERR_DATA, file, 0, 0,
                                "%s: 'bands' has [%d, %d], expected the bands of the published pool from the highest",
                                where, plan->band[b].low, plan->band[b].high);
    return EES_OK;
}

const ees_bands *eesi_run_bands(const ees_history *history, ees_known known) {
    if (history->snapshot_count == 0)
        return NULL;
    return &history->snapshots[known.snapshot_count > 0 ? known.snapshot_count - 1 : 0].bands;
}

/* A run begins on the day that it is asked of, or the day after the last round. */
static int check_start(const ees_run_plan *plan, const char *file, ees_date known_before, const ees_history *history,
                       ees_error *err) {
    const ees_date start = plan->layout.start;
    if (known_before != EES_DATE_NONE && known_before != start)
        return bad(file, "'known_before' is not the day of 'start': a run knows what was known then", err);
    if (known_before == EES_DATE_NONE && history->round_count > 0 &&
        history->rounds[history->round_count - 1].date + 1 != start)
        return bad(file, "'start' is not the day after the last round, and 'known_before' names no other", err);
    return EES_OK;
}

int eesi_run_plan_check(const ees_run_plan *plan, const char *file, const ees_history *history, ees_error *err) {
    const char *day = json_string_value(json_object_get(plan->root, "known_before"));
    ees_date known_before = EES_DATE_NONE;
    if (day && !ees_date_parse(day, strlen(day), &known_before))
        return bad(file, "'known_before' is no day", err);
    int rc = check_all_keys(plan, file, err);
    if (rc == EES_OK)
        rc = check_bands(plan, file, eesi_run_bands(history, ees_history_before(history, known_before, false)), err);
    return rc == EES_OK ? check_start(plan, file, known_before, history, err) : rc;
}
