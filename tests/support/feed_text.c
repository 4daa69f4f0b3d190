#include "feed_text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test_support.h"

#define LINK                                                                                                           \
    "<a href='/content/canadasite/en/immigration-refugees-citizenship/corporate/mandate/policies-operational-"         \
    "instructions-agreements/ministerial-instructions/express-entry-rounds/invitations.html?q=%s'>%s%s</a>"

static const char *const MONTHS[] = {"January", "February", "March",     "April",   "May",      "June",
                                     "July",    "August",   "September", "October", "November", "December"};

/* 15 leaf bands to dd1..dd18: which fields are sums is known here once more, independent of the library. */
static void put_bands(FILE *out, const int64_t *leaf) {
    int64_t dd[18] = {leaf[0], leaf[1], 0,       leaf[2],  leaf[3],  leaf[4],  leaf[5],  leaf[6],  0,
                      leaf[7], leaf[8], leaf[9], leaf[10], leaf[11], leaf[12], leaf[13], leaf[14], 0};
    dd[2] = dd[3] + dd[4] + dd[5] + dd[6] + dd[7];
    dd[8] = dd[9] + dd[10] + dd[11] + dd[12] + dd[13];
    dd[17] = dd[0] + dd[1] + dd[2] + dd[8] + dd[14] + dd[15] + dd[16];
    for (int k = 0; k < 18; k++) {
        if (dd[k] >= 1000)
            fprintf(out, ",\n   \"dd%d\": \"%lld,%03lld\"", k + 1, (long long)dd[k] / 1000, (long long)dd[k] % 1000);
        else
            fprintf(out, ",\n   \"dd%d\": \"%lld\"", k + 1, (long long)dd[k]);
    }
}

static void date_in_words(ees_date date, char *text, size_t size) {
    int year, month, day;
    text[0] = '\0';
    if (date == EES_DATE_NONE)
        return;
    ees_date_to_civil(date, &year, &month, &day);
    snprintf(text, size, "%s %d, %d", MONTHS[month - 1], day, year);
}

static void time_in_words(ees_time time, char *text, size_t size) {
    char iso[EES_TIME_TEXT_MAX];
    text[0] = '\0';
    if (time == EES_TIME_NONE)
        return;
    date_in_words(ees_time_date(time), text, size);
    ees_time_format(time, iso);
    snprintf(text + strlen(text), size - strlen(text), " at %.8s UTC", iso + 11);
}

static void put_round(FILE *out, const ees_round *r, const int64_t *leaf) {
    char iso[EES_DATE_TEXT_MAX], day[40], held[64], tie[64], as_of[40];
    const char *n = r->number;
    date_in_words(r->date, day, sizeof day);
    date_in_words(r->pool_as_of, as_of, sizeof as_of);
    time_in_words(r->held_at, held, sizeof held);
    time_in_words(r->tie_break, tie, sizeof tie);
    fprintf(out, "  {\n   \"drawNumber\": \"%s\",\n   \"drawNumberURL\": \"" LINK "\",\n", n, n, n, "");
    fprintf(out, "   \"drawDate\": \"%s\",\n   \"drawDateFull\": \"%s\",\n", ees_date_format(r->date, iso), day);
    fprintf(out, "   \"drawName\": \"%s\",\n   \"drawSize\": \"%lld\",\n   \"drawCRS\": \"%d\",\n", r->name,
            (long long)r->size, r->cutoff);
    fprintf(out, "   \"mitext\": \"" LINK "\",\n", n, "Invitations to apply for permanent residence ", n);
    fprintf(out, "   \"DrawText1\": \"" LINK "\",\n", n, "See full text of Ministerial Instruction", "");
    fprintf(out, "   \"drawText2\": \"Canadian Experience Class\",\n   \"drawDateTime\": \"%s\",\n", held);
    fprintf(out, "   \"drawCutOff\": \"%s\",\n   \"drawDistributionAsOn\": \"%s\"", tie, as_of);
    put_bands(out, leaf);
    fputs("\n  }", out);
}

char *feed_from_history(const ees_history *history) {
    static const int64_t none[EES_BANDS_MAX] = {0};
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    fputs("{\n \"classes\": \"wb-tables\",\n \"rounds\": [\n", out);
    for (size_t i = history->round_count; i-- > 0;) {
        const ees_round *r = &history->rounds[i];
        put_round(out, r, r->snapshot == EES_SNAPSHOT_NONE ? none : history->snapshots[r->snapshot].leaf);
        fputs(i > 0 ? ",\n" : "\n", out);
    }
    fputs(" ]\n}\n", out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static const feed_edit DEFAULTS[] = {{"drawName", "\"Canadian Experience Class\""},
                                     {"drawSize", "\"6,000\""},
                                     {"drawCRS", "\"508\""},
                                     {"drawText2", "\"Canadian Experience Class\""},
                                     {"dd1", "\"280\""},
                                     {"dd2", "\"16,559\""},
                                     {"dd3", "\"73,609\""},
                                     {"dd4", "\"13,504\""},
                                     {"dd5", "\"13,248\""},
                                     {"dd6", "\"16,531\""},
                                     {"dd7", "\"15,426\""},
                                     {"dd8", "\"14,900\""},
                                     {"dd9", "\"64,305\""},
                                     {"dd10", "\"14,142\""},
                                     {"dd11", "\"14,239\""},
                                     {"dd12", "\"12,425\""},
                                     {"dd13", "\"12,183\""},
                                     {"dd14", "\"11,316\""},
                                     {"dd15", "\"53,650\""},
                                     {"dd16", "\"19,009\""},
                                     {"dd17", "\"8,283\""},
                                     {"dd18", "\"235,695\""}};

static void put_field(FILE *out, const feed_edit *edits, const char *key, const char *value) {
    for (const feed_edit *e = edits; e && e->key; e++) {
        if (strcmp(e->key, key) != 0)
            continue;
        if (e->value)
            fprintf(out, ",\"%s\":%s", key, e->value);
        return;
    }
    fprintf(out, ",\"%s\":%s", key, value);
}

static bool is_default(const char *key) {
    for (size_t i = 0; i < sizeof DEFAULTS / sizeof *DEFAULTS; i++)
        if (strcmp(DEFAULTS[i].key, key) == 0)
            return true;
    return false;
}

/* Fields that the feed does not have today. */
static void put_new_fields(FILE *out, const feed_edit *edits) {
    for (const feed_edit *e = edits; e && e->key; e++)
        if (e->value && strncmp(e->key, "draw", 4) != 0 && !is_default(e->key))
            fprintf(out, ",\"%s\":%s", e->key, e->value);
}

char *feed_round(const char *number, const char *date, const feed_edit *edits) {
    char *text = NULL;
    size_t length = 0;
    char words[40], value[80];
    ees_date day;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    assert_true(ees_date_parse(date, strlen(date), &day));
    date_in_words(day, words, sizeof words);
    fputs("{\"classes\":\"\"", out);
    snprintf(value, sizeof value, "\"%s\"", number);
    put_field(out, edits, "drawNumber", value);
    snprintf(value, sizeof value, "\"%s\"", date);
    put_field(out, edits, "drawDate", value);
    snprintf(value, sizeof value, "\"%s\"", words);
    put_field(out, edits, "drawDateFull", value);
    put_field(out, edits, "drawDistributionAsOn", value);
    snprintf(value, sizeof value, "\"%s at 11:33:44 UTC\"", words);
    put_field(out, edits, "drawDateTime", value);
    snprintf(value, sizeof value, "\"%s at 09:35:59 UTC\"", words);
    put_field(out, edits, "drawCutOff", value);
    for (size_t i = 0; i < sizeof DEFAULTS / sizeof *DEFAULTS; i++)
        put_field(out, edits, DEFAULTS[i].key, DEFAULTS[i].value);
    put_new_fields(out, edits);
    fputc('}', out);
    assert_int_equal(fclose(out), 0);
    return text;
}

char *feed_of(char **rounds, size_t count) {
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    fputs("{\"classes\":\"wb-tables\",\"rounds\":[", out);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "%s%s", i ? "," : "", rounds[i]);
        free(rounds[i]);
    }
    fputs("]}", out);
    assert_int_equal(fclose(out), 0);
    return text;
}
