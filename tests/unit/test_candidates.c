/* Reading lists of candidates, and rounds on them against a naive sort. */
#include "crowd.h"
#include "test_support.h"
#include "test_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pool/candidates.h"
#include <eesim/history.h>

#include "feed/read.h"
#include "pool/select.h"

static char *dir;
static char path[600];

static int start(void **state) {
    dir = test_make_dir();
    snprintf(path, sizeof path, "%s/candidates.csv", dir);
    return test_programs_open(state);
}

static int stop(void **state) {
    test_remove_tree(dir);
    free(dir);
    return test_programs_close(state);
}

static ees_program_set bit(const char *code) {
    return (ees_program_set)1 << ees_programs_find(&test_programs, code);
}

static void reads_what_it_should(void **state) {
    (void)state;
    ees_candidates list;
    ees_error err;
    test_write_file(path, "\xef\xbb\xbfname,programs,score,submitted\r\n"
                          "\"Doe, J\",cec,508,2025-03-16T09:35:59Z\r\n"
                          "\n"
                          "x,\"CEC,FRENCH\",0,2025-03-16\n"
                          "\"a \"\"b\"\"\",FSW; stem|pnp+EDU,1200,2025-03-16 00:00:01");
    if (eesi_candidates_load(&list, path, &test_programs, &err))
        fail_msg("%s:%ld: %s", err.file, err.line, err.message);
    assert_int_equal(list.count, 3);
    assert_int_equal(list.scores[0], 508);
    assert_int_equal(list.scores[1], 0);
    assert_int_equal(list.scores[2], 1200);
    assert_int_equal(list.programs[0], bit("CEC"));
    assert_int_equal(list.programs[1], bit("CEC") | bit("FRENCH"));
    assert_int_equal(list.programs[2], bit("FSW") | bit("STEM") | bit("PNP") | bit("EDU"));
    assert_int_equal(list.submitted[2] - list.submitted[1], 1);
    eesi_candidates_free(&list);
    eesi_candidates_free(&list);
}

/* Separators, capitals and dates as spreadsheets of several countries write them. */
static void reads_what_spreadsheets_write(void **state) {
    (void)state;
    static const char *const texts[] = {
        "Score;Submitted;Programs\n431;1 April 2020;CEC, FRENCH\n",
        " SCORE \tName\tProgrammes\tsubmitted\tprograms \n431\tDoe, J; K\t\t\"April 1, 2020\"\tCEC;FRENCH\n",
        "programs;score;submitted\n\"CEC;FRENCH\";431;2020/04/01\n",
        "score,submitted,programs\n431,1 avril 2020,CEC FRENCH\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ees_candidates list;
        ees_error err;
        test_write_file(path, texts[i]);
        if (eesi_candidates_load(&list, path, &test_programs, &err))
            fail_msg("%zu: %s:%ld: %s", i, err.file, err.line, err.message);
        assert_int_equal(list.count, 1);
        assert_int_equal(list.scores[0], 431);
        assert_int_equal(list.submitted[0], 1585699200);
        assert_int_equal(list.programs[0], bit("CEC") | bit("FRENCH"));
        eesi_candidates_free(&list);
    }
}

#define HEAD "score,submitted,programs\n"
#define GOOD "508,2025-03-16,CEC\n"

static void says_where_it_is_wrong(void **state) {
    (void)state;
    static const struct {
        const char *text;
        long line, column;
        const char *message;
    } cases[] = {
        {"", 0, 0, "is empty"},
        {HEAD "508,03/04/2025,CEC\n", 2, 2,
         "column 'submitted' is '03/04/2025', expected a time YYYY-MM-DDThh:mm:ssZ or a date YYYY-MM-DD"},
        {"score,submitted\n1,2\n", 1, 0, "has no column 'programs', expected score, submitted and programs"},
        {HEAD GOOD "x,2025-03-16,CEC\n", 3, 1, "column 'score' is 'x', expected a whole number from 0 to 1200"},
        {HEAD ",2025-03-16,CEC\n", 2, 1, "column 'score' is '', expected a whole number from 0 to 1200"},
        {HEAD "-1,2025-03-16,CEC\n", 2, 1, "column 'score' is '-1', expected a whole number from 0 to 1200"},
        {HEAD "1201,2025-03-16,CEC\n", 2, 1, "column 'score' is '1201', expected a whole number from 0 to 1200"},
        {HEAD "99999999999,2025-03-16,CEC\n", 2, 1,
         "column 'score' is '99999999999', expected a whole number from 0 to 1200"},
        {HEAD GOOD GOOD "508,2025-02-30,CEC", 4, 2,
         "column 'submitted' is '2025-02-30', expected a time YYYY-MM-DDThh:mm:ssZ or a date YYYY-MM-DD"},
        {HEAD "508,,CEC\n", 2, 2,
         "column 'submitted' is '', expected a time YYYY-MM-DDThh:mm:ssZ or a date YYYY-MM-DD"},
        {HEAD "508,2025-03-16,CECC\n", 2, 3, "column 'programs': 'CECC' is no program, did you mean CEC?"},
        {HEAD "508,2025-03-16,CEC XXXXXXXXXXXX\n", 2, 3, "column 'programs': 'XXXXXXXXXXXX' is no program"},
        {HEAD "508,2025-03-16,GENERAL\n", 2, 3,
         "column 'programs': 'GENERAL' takes everybody, expected a program or a category"},
        {HEAD "508,2025-03-16, ;\n", 2, 3,
         "column 'programs' is ' ;', expected program codes such as CEC or \"CEC FRENCH\""},
        {HEAD GOOD "508,2025-03-16\n", 3, 0, "2 fields, expected 3 as in the header"},
        {HEAD "508,2025-03-16,\"CEC\n", 2, 3, "a quoted field is not closed before the end of the line"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ees_candidates list;
        ees_error err;
        test_write_file(path, cases[i].text);
        assert_int_equal(eesi_candidates_load(&list, path, &test_programs, &err), EES_ERR_DATA);
        assert_string_equal(err.message, cases[i].message);
        assert_string_equal(err.file, path);
        assert_int_equal(err.line, cases[i].line);
        assert_int_equal(err.column, cases[i].column);
        eesi_candidates_free(&list);
    }
}

static void refuses_what_is_no_list(void **state) {
    (void)state;
    ees_candidates list;
    ees_error err;
    assert_int_equal(eesi_candidates_load(&list, "/no/such/file", &test_programs, &err), EES_ERR_NOTFOUND);
    eesi_candidates_free(&list);
    assert_int_equal(eesi_candidates_load(&list, dir, &test_programs, &err), EES_ERR_DATA);
    assert_string_equal(err.message, "is a folder, expected a file");
    eesi_candidates_free(&list);
    FILE *file = fopen(path, "w"); /* spaces without an end: given up after one line's worth */
    for (int i = 0; i < 200000; i++)
        assert_true(fputc(' ', file) != EOF);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(eesi_candidates_load(&list, path, &test_programs, &err), EES_ERR_DATA);
    assert_string_equal(err.message, "line is longer than 65536 bytes");
    eesi_candidates_free(&list);
    file = fopen(path, "w");
    assert_int_equal(fwrite("score\0submitted\n", 1, 16, file), 16);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(eesi_candidates_load(&list, path, &test_programs, &err), EES_ERR_DATA);
    assert_string_equal(err.message, "is not a text file, expected CSV");
    eesi_candidates_free(&list);
    test_write_file(path, HEAD); /* nobody is fine */
    assert_int_equal(eesi_candidates_load(&list, path, &test_programs, &err), 0);
    assert_int_equal(list.count, 0);
    eesi_candidates_free(&list);
}

/* More than one block of the reader: every row must survive the seams. */
static void many_rows(void **state) {
    (void)state;
    enum { ROWS = 120000 };
    uint64_t seed = 3;
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("id,score,submitted,programs\n", file);
    int64_t sum = 0, instants = 0;
    for (int i = 0; i < ROWS; i++) {
        int score = test_pick(&seed, 1201), second = test_pick(&seed, 60);
        fprintf(file, "%d,%d,2025-06-%02dT12:34:%02dZ,%s\n", i, score, 1 + i % 30, second,
                i % 3 ? "CEC" : "FSW FRENCH");
        sum += score;
        instants += second;
    }
    assert_int_equal(fclose(file), 0);
    ees_candidates list;
    ees_error err;
    if (eesi_candidates_load(&list, path, &test_programs, &err))
        fail_msg("line %ld: %s", err.line, err.message);
    assert_int_equal(list.count, ROWS);
    for (int i = 0; i < ROWS; i++) {
        sum -= list.scores[i];
        instants -= list.submitted[i] % 60;
        assert_int_equal(list.programs[i], i % 3 ? bit("CEC") : bit("FSW") | bit("FRENCH"));
    }
    assert_int_equal(sum, 0);
    assert_int_equal(instants, 0);
    eesi_candidates_free(&list);
}

/* --- the oracle: sort everybody --- */
enum { PEOPLE_MAX = 150, LISTS = 10000 };

typedef struct small_list {
    ees_candidates list;
    int16_t scores[PEOPLE_MAX];
    ees_time submitted[PEOPLE_MAX];
    ees_program_set programs[PEOPLE_MAX];
} small_list;

static void generate(uint64_t *seed, small_list *x) {
    const ees_program_set sets[] = {bit("CEC"), bit("FSW"), bit("CEC") | bit("FRENCH"), bit("FRENCH"),
                                    bit("PNP") | bit("CEC")};
    int scores = 1 + test_pick(seed, 5), instants = 1 + test_pick(seed, 6);
    int base = test_pick(seed, 3) ? test_pick(seed, 600) : EES_SCORE_MAX - scores + 1;
    x->list = (ees_candidates){test_pick(seed, 20) ? (size_t)test_pick(seed, PEOPLE_MAX) : 0, x->scores, x->submitted,
                               x->programs};
    for (size_t i = 0; i < x->list.count; i++) {
        x->scores[i] = (int16_t)(base + test_pick(seed, scores));
        x->submitted[i] = -3 + test_pick(seed, instants);
        x->programs[i] = sets[test_pick(seed, 5)];
    }
}

static ees_candidates_rule random_rule(uint64_t *seed, const small_list *x) {
    static const char *const codes[] = {"CEC", "FRENCH", "GENERAL", "PNP", "FSW"};
    ees_candidates_rule rule = {ees_programs_find(&test_programs, codes[test_pick(seed, 5)]),
                                test_pick(seed, (int)x->list.count / 2 + 3), EES_SCORE_NONE, EES_TIME_NONE};
    if (test_pick(seed, 3) == 0) {
        rule.size = EES_COUNT_NONE;
        rule.cutoff = x->list.count && test_pick(seed, 8) ? x->scores[test_pick(seed, (int)x->list.count)]
                                                          : test_pick(seed, 1201);
    }
    if (test_pick(seed, 2))
        rule.tie_break = -4 + test_pick(seed, 8);
    return rule;
}

static ees_candidates_result hold_naively(const small_list *x, const ees_candidates_rule *rule, bool *invited) {
    test_person crowd[PEOPLE_MAX];
    ees_candidates_result o = {.cutoff = EES_SCORE_NONE, .tie_break = EES_TIME_NONE};
    size_t count = 0;
    for (size_t i = 0; i < x->list.count; i++) {
        invited[i] = false;
        if (eesi_program_admits(&test_programs, rule->program, x->programs[i]))
            crowd[count++] = (test_person){x->scores[i], x->submitted[i], (int)i};
    }
    qsort(crowd, count, sizeof *crowd, test_by_rank);
    bool replay = rule->size == EES_COUNT_NONE;
    int marginal = replay ? rule->cutoff : EES_SCORE_NONE;
    if (!replay && rule->size > 0 && (int64_t)count >= rule->size)
        marginal = crowd[rule->size - 1].score;
    for (size_t i = 0; i < count; i++) {
        bool late =
            crowd[i].score == marginal && rule->tie_break != EES_TIME_NONE && crowd[i].submitted > rule->tie_break;
        if (crowd[i].score < marginal || late || (!replay && o.invited >= rule->size))
            continue;
        invited[crowd[i].position] = true;
        o.invited++;
        o.cutoff = crowd[i].score;
        o.tie_break = crowd[i].submitted;
    }
    for (size_t i = 0; i < count; i++) {
        o.at_cutoff += crowd[i].score == o.cutoff;
        o.at_cutoff_invited += crowd[i].score == o.cutoff && invited[crowd[i].position];
    }
    o.eligible = (int64_t)count;
    o.exhausted = !replay && o.eligible < rule->size;
    return o;
}

static void same_as_a_naive_sort(void **state) {
    (void)state;
    uint64_t seed = 396;
    int partial = 0;
    for (int n = 0; n < LISTS; n++) {
        small_list x;
        bool want_invited[PEOPLE_MAX], got_invited[PEOPLE_MAX];
        ees_candidates_result got;
        generate(&seed, &x);
        ees_candidates_rule rule = random_rule(&seed, &x);
        ees_candidates_result want = hold_naively(&x, &rule, want_invited);
        assert_int_equal(eesi_candidates_draw(&x.list, &test_programs, &rule, &got, got_invited, NULL), 0);
        assert_int_equal(got.eligible, want.eligible);
        assert_int_equal(got.invited, want.invited);
        assert_int_equal(got.exhausted, want.exhausted);
        assert_int_equal(got.cutoff, want.cutoff);
        assert_true(got.tie_break == want.tie_break);
        assert_int_equal(got.at_cutoff, want.at_cutoff);
        assert_int_equal(got.at_cutoff_invited, want.at_cutoff_invited);
        for (size_t i = 0; i < x.list.count; i++)
            assert_int_equal(got_invited[i], want_invited[i]);
        partial += got.at_cutoff_invited < got.at_cutoff;
    }
    print_message("%d lists, %d rounds left candidates at the cut-off\n", LISTS, partial);
    assert_true(partial > 2000);
}

static void selection(void **state) {
    (void)state;
    uint64_t seed = 1;
    ees_time times[64], sorted[64];
    for (int n = 0; n < 3000; n++) {
        size_t count = 1 + (size_t)test_pick(&seed, 64);
        uint64_t spread = test_next_number(&seed) >> test_pick(&seed, 64); /* from all of 64 bits to a single value */
        for (size_t i = 0; i < count; i++)
            sorted[i] = times[i] = (ees_time)(spread ? test_next_number(&seed) % spread : 0) - 5;
        for (size_t i = 1; i < count; i++)
            for (size_t k = i; k > 0 && sorted[k - 1] > sorted[k]; k--) {
                ees_time swap = sorted[k];
                sorted[k] = sorted[k - 1];
                sorted[k - 1] = swap;
            }
        size_t k = (size_t)test_pick(&seed, (int)count);
        assert_true(eesi_select(times, count, k) == sorted[k]);
    }
}

static void bad_rules(void **state) {
    (void)state;
    small_list x = {.list = {0}};
    ees_candidates_result out;
    ees_error err;
    const int end = (int)test_programs.count; /* the file may hold more programs one day */
    char before[60], behind[60];
    snprintf(before, sizeof before, "program -1, expected 0 to %d", end - 1);
    snprintf(behind, sizeof behind, "program %d, expected 0 to %d", end, end - 1);
    const struct {
        ees_candidates_rule rule;
        const char *message;
    } cases[] = {
        {{-1, 5, -1, EES_TIME_NONE}, before},
        {{end, 5, -1, EES_TIME_NONE}, behind},
        {{0, -1, -1, EES_TIME_NONE}, "draw size -1, expected 0 or more"},
        {{0, EES_COUNT_NONE, 1201, EES_TIME_NONE}, "cut-off 1201, expected 0 to 1200"},
        {{0, 3, 500, EES_TIME_NONE}, "both a draw size and a cut-off are given"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(eesi_candidates_draw(&x.list, &test_programs, &cases[i].rule, &out, NULL, &err),
                         EES_ERR_RANGE);
        assert_string_equal(err.message, cases[i].message);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_it_should),
        cmocka_unit_test(says_where_it_is_wrong),
        cmocka_unit_test(reads_what_spreadsheets_write),
        cmocka_unit_test(refuses_what_is_no_list),
        cmocka_unit_test(many_rows),
        cmocka_unit_test(same_as_a_naive_sort),
        cmocka_unit_test(selection),
        cmocka_unit_test(bad_rules),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
