/* `eesim data import` and `eesim data check`. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"

enum { FAULT_COLUMNS = 7 };

static const ees_column FAULT_TABLE[FAULT_COLUMNS] = {
    {"round", "round", EES_COLUMN_TEXT, 0, NULL, "Number of the round; missing when it is about a file"},
    {"severity", NULL, EES_COLUMN_TEXT, 0, NULL, "note or warning"},
    {"fault", NULL, EES_COLUMN_TEXT, 0, NULL, "Kind of fault"},
    {"field", "field", EES_COLUMN_TEXT, 0, NULL, "Field of the official feed, or a file"},
    {"published", "published", EES_COLUMN_TEXT, 0, NULL, "What the feed says"},
    {"used", "against", EES_COLUMN_TEXT, 0, NULL, "What is used instead, or what it contradicts"},
    {"meaning", "what is wrong", EES_COLUMN_TEXT, 0, NULL, "The kind of fault in words"},
};

static const char *or_missing(const char *text) {
    return *text ? text : NULL;
}

static void add_row(ees_table *table, const ees_fault *f) {
    ees_table_text(table, or_missing(f->round));
    ees_table_text(table, ees_fault_severity(f->kind) == EES_NOTE ? "note" : "warning");
    ees_table_text(table, ees_fault_name(f->kind));
    ees_table_text(table, or_missing(f->field));
    ees_table_text(table, or_missing(f->published));
    ees_table_text(table, or_missing(f->used));
    ees_table_text(table, ees_fault_meaning(f->kind));
}

static bool is_new(const ees_fault *f, ees_severity severity) {
    return ees_fault_severity(f->kind) == severity && !f->known;
}

/* Faults as a table: all of them, or the warnings that are new. */
static int make_table(const ees_faults *faults, bool all, ees_table **table, ees_error *err) {
    int rc = ees_table_create(table, FAULT_TABLE, FAULT_COLUMNS, err);
    for (size_t i = 0; i < faults->count && !rc; i++)
        if (all || is_new(&faults->faults[i], EES_WARNING))
            add_row(*table, &faults->faults[i]);
    return rc;
}

/* True when `next` is the number that follows `number`: 396 after 395, 91b after 91a, 92 after 91b. */
static bool follows(const char *number, const char *next) {
    long a = strtol(number, NULL, 10), b = strtol(next, NULL, 10);
    return b == a + 1 || b == a;
}

static bool is_alike(const ees_fault *a, const ees_fault *b) {
    return a->kind == b->kind && a->known == b->known && strcmp(a->field, b->field) == 0;
}

/* The rounds of one kind of note on a line: "1-76 208". */
static void put_rounds(FILE *out, const ees_faults *faults, const ees_fault *like) {
    const char *first = NULL, *last = NULL;
    for (size_t i = 0; i <= faults->count; i++) {
        const ees_fault *f = i < faults->count ? &faults->faults[i] : NULL;
        if (f && !is_alike(f, like))
            continue;
        if (f && last && follows(last, f->round)) {
            last = f->round;
            continue;
        }
        if (first && first != last)
            fprintf(out, " %s-%s", first, last);
        else if (first)
            fprintf(out, " %s", first);
        first = last = f ? f->round : NULL;
    }
    fputc('\n', out);
}

/* True for the first note of its kind and field, where the line about all of them is printed. */
static bool opens_group(const ees_faults *faults, size_t index) {
    const ees_fault *f = &faults->faults[index];
    for (size_t i = 0; i < index; i++)
        if (is_alike(&faults->faults[i], f))
            return false;
    return true;
}

static size_t group_size(const ees_faults *faults, const ees_fault *like) {
    size_t count = 0;
    for (size_t i = 0; i < faults->count; i++)
        count += is_alike(&faults->faults[i], like);
    return count;
}

static void put_notes(FILE *out, const ees_faults *faults) {
    for (size_t i = 0; i < faults->count; i++) {
        const ees_fault *f = &faults->faults[i];
        if (!is_new(f, EES_NOTE) || !opens_group(faults, i))
            continue;
        size_t count = group_size(faults, f);
        fprintf(out, "%zu %s (%s): %s, round%s", count, count == 1 ? "note" : "notes", f->field,
                ees_fault_meaning(f->kind), count == 1 ? "" : "s");
        put_rounds(out, faults, f);
    }
}

/* A name that is not known is the one fault a user can mend. */
static void put_advice(FILE *out, const ees_faults *faults) {
    for (size_t i = 0; i < faults->count; i++)
        if (faults->faults[i].kind == EES_FAULT_NAME_UNMAPPED && is_new(&faults->faults[i], EES_WARNING)) {
            fputs("\nA name that is not known: add it to \"feed_names\" of its program in models/programs.json, or a "
                  "program of its\nown (docs/model.md, \"A new category\"), and import again.\n",
                  out);
            return;
        }
}

static void put_known(FILE *out, const ees_faults *faults) {
    size_t known = 0;
    for (size_t i = 0; i < faults->count; i++)
        known += faults->faults[i].known;
    if (known)
        fprintf(out, "%zu warnings and notes were known before ('eesim data check' lists all).\n", known);
}

/* Warnings as a table, notes by kind; of an import, those that are new. */
static int put_faults(cli *app, FILE *out, const ees_faults *faults, ees_error *err) {
    ees_table *table = NULL;
    int rc = make_table(faults, false, &table, err);
    if (rc == EES_OK && ees_table_rows(table) > 0) {
        /* a fault is cut short only where one of its columns is wider than the terminal */
        ees_table_style style = {.width = cli_width(app), .whole = true, .colour = cli_colored(app)};
        fprintf(out, "\n%zu warning%s\n", ees_table_rows(table), ees_table_rows(table) == 1 ? "" : "s");
        rc = ees_table_write_text(table, out, &style, err);
    }
    ees_table_destroy(table);
    put_advice(out, faults);
    fputc('\n', out);
    put_notes(out, faults);
    put_known(out, faults);
    return rc;
}

/* ---- import ---- */

typedef struct import_options {
    bool dry_run;
    bool refuse_changes;
} import_options;

static const cli_option IMPORT_OPTIONS[] = {
    {.name = "dry-run",
     .kind = CLI_FLAG,
     .offset = offsetof(import_options, dry_run),
     .help = "report what would happen, write nothing"},
    {.name = "refuse-changes",
     .kind = CLI_FLAG,
     .offset = offsetof(import_options, refuse_changes),
     .help = "fail instead of replacing a stored value that the feed contradicts"},
    {.name = NULL}};

static void put_changes(FILE *out, const ees_import_report *report, bool by_hand, const char *heading) {
    bool any = false;
    for (size_t i = 0; i < report->change_count; i++) {
        const ees_change *c = &report->changes[i];
        if (c->by_hand != by_hand)
            continue;
        fputs(any ? "" : heading, out);
        any = true;
        fprintf(out, "  round %s, %s: was %s, now %s\n", c->round, c->field, *c->before ? c->before : "(missing)",
                *c->after ? c->after : "(missing)");
    }
}

static void put_summary(FILE *out, const ees_import_report *r, const char *dir, bool dry_run) {
    size_t same = r->feed_rounds - r->added - r->changed;
    fprintf(out, "%zu rounds in the feed: %zu new, %zu changed, %zu as stored", r->feed_rounds, r->added, r->changed,
            same);
    if (r->kept)
        fprintf(out, "; %zu stored rounds are not in it and stay", r->kept);
    fprintf(out, ".\n%s %s: %zu rounds through #%s, %zu pools, %zu tie-breaks%s\n", dir,
            dry_run ? "would hold" : "holds", r->rounds, r->last_round, r->pools, r->tie_breaks,
            dry_run      ? " (nothing was written)."
            : r->written ? "."
                         : " (no file had to change).");
    if (r->older)
        fprintf(out,
                "This feed is older than the data: it ends with #%s. It fills gaps and replaces nothing; %zu stored "
                "values differ and stay.\n",
                r->feed_last, r->stale);
}

/* The report goes to standard output although -o names the folder, so it is not printed to cli_out(). */
int cli_report_import(cli *app, const ees_import_report *report, const char *dir, bool dry_run) {
    if (cli_given(app)->quiet)
        return CLI_DONE;
    ees_error err;
    put_summary(stdout, report, dir, dry_run);
    put_changes(stdout, report, false, "\nThe feed contradicts what was stored:\n");
    put_changes(stdout, report, true, "\nOfficial rounds replace those entered by hand:\n");
    int rc = put_faults(app, stdout, &report->faults, &err);
    bool flushed = fflush(stdout) == 0;
    if (!flushed && errno == EPIPE)
        return CLI_FAILED; /* nobody reads any more: no message needed */
    if (!rc && !flushed)
        rc = ees_error_at(&err, EES_ERR_IO, "standard output", 0, 0, "cannot be written");
    return rc ? cli_fail(app, &err) : CLI_DONE;
}

static int run_import(cli *app, const void *given) {
    const import_options *options = given;
    ees_error err = {0};
    const ees_programs *programs = cli_programs(app, &err);
    const ees_layouts *layouts = programs ? cli_layouts(app, &err) : NULL;
    if (!layouts)
        return cli_fail(app, &err);
    const char *dir = cli_given(app)->output;
    if (!dir && !(dir = options->dry_run ? cli_data_dir(app, &err) : cli_writable_data_dir(app, &err)))
        return cli_fail(app, &err);
    unsigned flags =
        (options->dry_run ? EES_IMPORT_DRY_RUN : 0u) | (options->refuse_changes ? EES_IMPORT_REFUSE_CHANGES : 0u);
    ees_import_report report;
    int status = CLI_DONE;
    int rc = ees_feed_import(cli_operand(app, 0), dir, programs, layouts, flags, &report, &err);
    if (rc == EES_OK)
        status = cli_report_import(app, &report, dir, options->dry_run);
    else
        status = cli_fail(app, &err);
    ees_import_report_free(&report);
    return status;
}

const cli_command cmd_data_import = {
    .name = "data import",
    .summary = "Official feed to the data folder",
    .operands = "FEED",
    .operands_min = 1,
    .operands_max = 1,
    .examples = "# the newest rounds into the data folder\n"
                "eesim data import ee_rounds_123_en.json\n"
                "# into a folder of your own\n"
                "eesim data import ee_rounds_123_en.json -o my-data\n"
                "# straight from a download, only to look\n"
                "curl -s URL | eesim data import - --dry-run\n",
    .details =
        "FEED is the official JSON file (ee_rounds_123_en.json), - is standard input. -o names the data folder; "
        "without it the folder the other commands use is brought up to date.\n\n"
        "New rounds are appended. A value that contradicts a stored one replaces it, and the report says which "
        "round, which field, what was stored and what is there now. A value or a round that the feed no longer "
        "holds stays. A feed that ends before the stored rounds is older: it fills gaps and replaces nothing.\n\n"
        "A fault of the feed is reported with its round and costs at most that round. A round is left out when its "
        "number, date, size or cut-off is missing, cannot be read or cannot be (a cut-off under 50, more invitations "
        "than the pool has candidates, a date years off those of the next numbers); a pool when it contradicts "
        "itself. Of a round that is there twice the first counts. The French feed is read like the English one. "
        "What was known before is counted and not listed again. All files are written or none; importing a feed "
        "again changes nothing.",
    .options = IMPORT_OPTIONS,
    .options_size = sizeof(import_options),
    .common = CLI_TAKES_OUTPUT | CLI_TAKES_DATA,
    .run = run_import,
};

/* ---- check ---- */

static const cli_option CHECK_OPTIONS[] = {{.name = NULL}};

static void put_counts(FILE *out, const ees_data_quality *q, const ees_programs *programs, const char *dir) {
    char first[EES_DATE_TEXT_MAX], last[EES_DATE_TEXT_MAX];
    fprintf(out, "%s: %zu rounds, #%s of %s to #%s of %s\n", dir, q->rounds, q->first_round,
            ees_date_format(q->first_date, first), q->last_round, ees_date_format(q->last_date, last));
    fprintf(out, "%zu pools; of the rounds %zu have a pool, %zu a tie-break, %zu a time, %zu a known program\n",
            q->pools, q->with_pool, q->tie_breaks, q->held_at, q->mapped);
    fputs("rounds by program:", out);
    for (size_t i = 0; i < programs->count; i++)
        if (q->by_program[i])
            fprintf(out, " %s %zu", programs->programs[i].code, q->by_program[i]);
    fputc('\n', out);
    if (q->longest_gap_days > 0)
        fprintf(out, "longest time without a round: %d days, before #%s\n", q->longest_gap_days, q->longest_gap_round);
}

static int check_csv(FILE *out, const ees_data_quality *q, ees_error *err) {
    ees_table *table = NULL;
    int rc = make_table(&q->faults, true, &table, err);
    if (rc == EES_OK)
        rc = ees_table_write_csv(table, out, err);
    ees_table_destroy(table);
    return rc;
}

static int check_json(FILE *out, const ees_data_quality *q, const ees_programs *programs, ees_error *err) {
    char first[EES_DATE_TEXT_MAX], last[EES_DATE_TEXT_MAX];
    fprintf(out, "{\"schema\":\"eesim.data-check/1\",\"rounds\":%zu,\"pools\":%zu,\n", q->rounds, q->pools);
    fprintf(out, " \"first\":{\"round\":\"%s\",\"date\":\"%s\"},\"last\":{\"round\":\"%s\",\"date\":\"%s\"},\n",
            q->first_round, ees_date_format(q->first_date, first), q->last_round, ees_date_format(q->last_date, last));
    fprintf(out, " \"with\":{\"pool\":%zu,\"tie_break\":%zu,\"held_at\":%zu,\"program\":%zu},\n \"by_program\":{",
            q->with_pool, q->tie_breaks, q->held_at, q->mapped);
    bool comma = false;
    for (size_t i = 0; i < programs->count; i++) {
        if (q->by_program[i])
            fprintf(out, "%s\"%s\":%zu", comma ? "," : "", programs->programs[i].code, q->by_program[i]);
        comma = comma || q->by_program[i];
    }
    fprintf(out, "},\n \"longest_gap\":{\"days\":%d,\"before\":\"%s\"},\n \"faults\":", q->longest_gap_days,
            q->longest_gap_round);
    ees_table *table = NULL;
    int rc = make_table(&q->faults, true, &table, err);
    if (rc == EES_OK)
        rc = ees_table_write_json(table, out, err);
    ees_table_destroy(table);
    fprintf(out, ",\n \"version\":\"%s\"}\n", ees_version());
    return rc;
}

static int put_check(cli *app, const ees_data_quality *quality, const ees_programs *programs, const char *dir,
                     ees_error *err) {
    FILE *out = cli_out(app);
    switch (cli_given(app)->format) {
    case CLI_FORMAT_CSV:
        return check_csv(out, quality, err);
    case CLI_FORMAT_JSON:
        return check_json(out, quality, programs, err);
    default:
        put_counts(out, quality, programs, dir);
        return put_faults(app, out, &quality->faults, err);
    }
}

static int run_check(cli *app, const void *given) {
    (void)given;
    ees_error err = {0};
    const ees_programs *programs = cli_programs(app, &err);
    const ees_layouts *layouts = programs ? cli_layouts(app, &err) : NULL;
    const char *dir = layouts ? cli_data_dir(app, &err) : NULL;
    const ees_history *history = dir ? cli_history(app, &err) : NULL;
    if (!history)
        return cli_fail(app, &err);
    ees_data_quality quality;
    int rc = ees_data_check(dir, history, programs, layouts, &quality, &err);
    if (rc == EES_OK)
        rc = put_check(app, &quality, programs, dir, &err);
    ees_data_quality_free(&quality);
    if (rc == EES_OK)
        cli_note_age(app);
    return rc ? cli_fail(app, &err) : CLI_DONE;
}

const cli_command cmd_data_check = {
    .name = "data check",
    .summary = "Data-quality report",
    .examples = "# what the data folder holds and what is wrong with it\n"
                "eesim data check\n"
                "# every fault as a row\n"
                "eesim data check --data my-data --format csv -o faults.csv\n",
    .details = "A note is worth knowing and needs no action: a value that was never published, or one written in an "
               "unusual way and read all the same. A warning is a value that contradicts others or could not be used.",
    .options = CHECK_OPTIONS,
    .options_size = 1,
    .common = CLI_TAKES_OUTPUT | CLI_TAKES_DATA | CLI_TAKES_FORMAT,
    .run = run_check,
};
