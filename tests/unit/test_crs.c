/* The rules of the Comprehensive Ranking System: what must hold for every candidate, dated rules, files of rules. */
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "crs/crs.h"

enum { PEOPLE = 100000 };

static eesi_crs_file file;

static int setup(void **state) {
    ees_error err = {0};
    char *path = test_source_path("models/crs.json");
    (void)state;
    if (eesi_crs_read(&file, NULL, path, &err))
        fail_msg("%s", err.message);
    free(path);
    return 0;
}

static const eesi_crs_rules *rules_on(int year, int month, int day) {
    const eesi_crs_rules *rules = eesi_crs_on(&file, ees_date_from_civil(year, month, day));
    assert_non_null(rules);
    return rules;
}

static int score_of(const eesi_crs_rules *rules, const eesi_crs_person *person) {
    eesi_crs_points points;
    eesi_crs_score(rules, person, &points);
    return points.score;
}

/* ---- random people ---- */

static uint64_t state_of_random;

static int below(int n) { /* splitmix64; the order of candidates is of no matter here */
    uint64_t z = (state_of_random += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (int)((z ^ (z >> 31)) % (uint64_t)n);
}

static void random_levels(int levels[EESI_ABILITIES]) {
    const int base = below(EESI_LEVEL_MAX + 1);
    for (int a = 0; a < EESI_ABILITIES; a++) {
        const int level = base + below(4) - 1;
        levels[a] = level < 0 ? 0 : level > EESI_LEVEL_MAX ? EESI_LEVEL_MAX : level;
    }
}

static eesi_crs_person random_person(void) {
    eesi_crs_person p = {.age = 16 + below(34),
                         .education = below(EESI_EDUCATIONS),
                         .first_language = below(2),
                         .canadian_work = below(8),
                         .foreign_work = below(6),
                         .study = below(5),
                         .certificate = below(2),
                         .sibling = below(2),
                         .nomination = below(4) == 0,
                         .job_offer = below(EESI_JOB_OFFERS),
                         .has_spouse = below(2),
                         .spouse_education = below(EESI_EDUCATIONS),
                         .spouse_work = below(8)};
    random_levels(p.first);
    random_levels(p.second);
    random_levels(p.spouse_language);
    return p;
}

static void check_caps(const eesi_crs_rules *r, const eesi_crs_person *p, const eesi_crs_points *x) {
    const int *part = x->part, *section = x->section;
    assert_true(section[EESI_SECTION_CORE] <= (p->has_spouse ? 460 : 500));
    assert_true(part[EESI_PART_SECOND] <= (p->has_spouse ? 22 : 24));
    assert_true(section[EESI_SECTION_SPOUSE] <= (p->has_spouse ? 40 : 0));
    assert_true(x->section[EESI_SECTION_TRANSFER] <= 100 && section[EESI_SECTION_ADDITIONAL] <= 600);
    assert_true(x->score <= 1200 && x->score == section[0] + section[1] + section[2] + section[3]);
    const int education = part[EESI_PART_EDUCATION_LANGUAGE] + part[EESI_PART_EDUCATION_WORK];
    const int foreign = part[EESI_PART_FOREIGN_LANGUAGE] + part[EESI_PART_FOREIGN_WORK];
    const int sum = (education < 50 ? education : 50) + (foreign < 50 ? foreign : 50) + part[EESI_PART_CERTIFICATE];
    assert_int_equal(section[EESI_SECTION_TRANSFER], sum < 100 ? sum : 100);
    for (int c = 0; c < EESI_PARTS; c++)
        assert_true(part[c] >= 0 && part[c] <= eesi_crs_part_most(r, (eesi_crs_part)c, p->has_spouse));
}

/* Nothing that a candidate gains costs points, whatever else is true of them. */
static void test_nothing_gained_costs_points(void **state) {
    const eesi_crs_rules *rules = rules_on(2026, 6, 1);
    (void)state;
    state_of_random = 1;
    for (int i = 0; i < PEOPLE; i++) {
        const eesi_crs_person before = random_person();
        eesi_crs_points points;
        eesi_crs_score(rules, &before, &points);
        check_caps(rules, &before, &points);
        for (int c = 0; c < EESI_CHANGES; c++) {
            eesi_crs_person after = before;
            const int to = eesi_crs_value(&before, (eesi_crs_change)c) + 1;
            if (to > EESI_LEVEL_MAX || (c == EESI_CHANGE_EDUCATION && to >= EESI_EDUCATIONS) ||
                (c == EESI_CHANGE_SPOUSE_EDUCATION && to >= EESI_EDUCATIONS) ||
                (c == EESI_CHANGE_JOB_OFFER && to >= EESI_JOB_OFFERS))
                continue;
            eesi_crs_raise(&after, (eesi_crs_change)c, to);
            if (score_of(rules, &after) < points.score)
                fail_msg("%s from %d to %d costs points", eesi_crs_change_names[c], to - 1, to);
        }
    }
}

/* Age alone takes points: from 29 on each year gives no more than the year before. */
static void test_age(void **state) {
    const eesi_crs_rules *rules = rules_on(2026, 6, 1);
    (void)state;
    for (int age = 29; age < EESI_AGE_MAX; age++)
        for (int c = 0; c < EESI_COLUMNS; c++)
            assert_true(rules->age[c][age + 1] <= rules->age[c][age]);
    assert_int_equal(rules->age[EESI_WITHOUT_SPOUSE][29] - rules->age[EESI_WITHOUT_SPOUSE][30], 5);
    assert_int_equal(rules->age[EESI_WITHOUT_SPOUSE][17], 0);
    assert_int_equal(rules->age[EESI_WITH_SPOUSE][44], 5);
    assert_int_equal(rules->age[EESI_WITH_SPOUSE][45], 0);
}

static eesi_crs_person best(void) {
    return (eesi_crs_person){.age = 25,
                             .education = EESI_DOCTORAL,
                             .first = {12, 12, 12, 12},
                             .second = {12, 12, 12, 12},
                             .canadian_work = 9,
                             .foreign_work = 9,
                             .study = 5,
                             .certificate = 1,
                             .sibling = 1,
                             .job_offer = EESI_JOB_OFFER_200,
                             .spouse_education = EESI_DOCTORAL,
                             .spouse_language = {12, 12, 12, 12},
                             .spouse_work = 9};
}

static void test_highest(void **state) {
    const eesi_crs_rules *rules = rules_on(2026, 6, 1);
    (void)state;
    for (int spouse = 0; spouse < 2; spouse++) {
        eesi_crs_person p = best();
        p.has_spouse = spouse;
        assert_int_equal(score_of(rules, &p), 695);
        p.nomination = 1;
        assert_int_equal(score_of(rules, &p), 1200);
    }
}

/* ---- where other calculators go wrong ---- */

/* A bachelor's degree is not of the highest tier, and a pair of transferable skills is worth 50 at most. */
static void test_transferability(void **state) {
    const eesi_crs_rules *rules = rules_on(2026, 6, 1);
    (void)state;
    eesi_crs_points points;
    eesi_crs_person p = {.age = 27, .education = EESI_BACHELOR, .first = {9, 9, 10, 9}, .canadian_work = 3};
    eesi_crs_score(rules, &p, &points);
    assert_int_equal(points.part[EESI_PART_EDUCATION_LANGUAGE], 25);
    assert_int_equal(points.part[EESI_PART_EDUCATION_WORK], 25);
    p.education = EESI_MASTERS;
    eesi_crs_score(rules, &p, &points);
    assert_int_equal(points.part[EESI_PART_EDUCATION_LANGUAGE], 50);
    assert_int_equal(points.part[EESI_PART_EDUCATION_WORK], 50);
    assert_int_equal(points.section[EESI_SECTION_TRANSFER], 50);
    assert_int_equal(points.before[EESI_CAP_EDUCATION], 100);
    p.first[EESI_WRITING] = 8; /* the lowest ability decides */
    eesi_crs_score(rules, &p, &points);
    assert_int_equal(points.part[EESI_PART_EDUCATION_LANGUAGE], 25);
}

static void test_second_language_with_a_spouse(void **state) {
    const eesi_crs_rules *rules = rules_on(2026, 6, 1);
    (void)state;
    eesi_crs_points points;
    eesi_crs_person p = {.age = 27, .education = EESI_MASTERS, .first = {9, 9, 9, 9}, .second = {9, 9, 9, 9}};
    eesi_crs_score(rules, &p, &points);
    assert_int_equal(points.part[EESI_PART_SECOND], 24);
    p.has_spouse = 1;
    eesi_crs_score(rules, &p, &points);
    assert_int_equal(points.part[EESI_PART_SECOND], 22);
}

static int additional(const eesi_crs_rules *rules, const eesi_crs_person *p) {
    eesi_crs_points points;
    eesi_crs_score(rules, p, &points);
    return points.section[EESI_SECTION_ADDITIONAL];
}

static void test_dated_rules(void **state) {
    (void)state;
    const eesi_crs_person job = {.age = 30, .job_offer = EESI_JOB_OFFER_200};
    assert_int_equal(additional(rules_on(2016, 11, 18), &job), 600);
    assert_int_equal(additional(rules_on(2016, 11, 19), &job), 200);
    assert_int_equal(additional(rules_on(2025, 3, 24), &job), 200);
    assert_int_equal(additional(rules_on(2025, 3, 25), &job), 0);
    eesi_crs_person french = {.age = 30, .first_language = EESI_FRENCH, .first = {7, 7, 7, 7}, .second = {5, 5, 5, 4}};
    assert_int_equal(additional(rules_on(2017, 6, 5), &french), 0);
    assert_int_equal(additional(rules_on(2017, 6, 6), &french), 15);
    assert_int_equal(additional(rules_on(2021, 1, 1), &french), 25);
    french.second[EESI_WRITING] = 5;
    assert_int_equal(additional(rules_on(2019, 1, 1), &french), 30);
    assert_int_equal(additional(rules_on(2026, 1, 1), &french), 50);
    french.first[EESI_READING] = 6;
    assert_int_equal(additional(rules_on(2026, 1, 1), &french), 0);
    const eesi_crs_person other = {.age = 30, .study = 2, .sibling = 1};
    assert_int_equal(additional(rules_on(2016, 1, 1), &other), 0);
    assert_int_equal(additional(rules_on(2017, 1, 1), &other), 15);
    assert_int_equal(additional(rules_on(2018, 1, 1), &other), 30);
    assert_null(eesi_crs_on(&file, ees_date_from_civil(2014, 12, 31)));
    assert_string_equal(eesi_crs_on(&file, EES_DATE_NONE)->name, "2025-03-25");
}

/* Every day since the beginning has one set of rules, not two. */
static void test_days_are_covered_once(void **state) {
    (void)state;
    for (ees_date day = ees_date_from_civil(2015, 1, 1); day < ees_date_from_civil(2030, 1, 1); day++) {
        int count = 0;
        for (int i = 0; i < file.count; i++)
            count += file.rules[i].from <= day && (file.rules[i].until == EES_DATE_NONE || day <= file.rules[i].until);
        assert_int_equal(count, 1);
    }
}

static int level(const char *test, int year, int month, int day, int ability, double result) {
    const eesi_crs_test *scale = eesi_crs_scale(&file, test, ees_date_from_civil(year, month, day));
    assert_non_null(scale);
    return eesi_crs_level(scale, ability, result);
}

static void test_language_tests(void **state) {
    (void)state;
    assert_int_equal(level("IELTS", 2026, 1, 1, EESI_LISTENING, 8.0), 9);
    assert_int_equal(level("IELTS", 2026, 1, 1, EESI_LISTENING, 7.5), 8);
    assert_int_equal(level("IELTS", 2026, 1, 1, EESI_READING, 6.5), 8);
    assert_int_equal(level("IELTS", 2026, 1, 1, EESI_READING, 3.0), 0);
    assert_int_equal(level("PTE", 2026, 1, 1, EESI_SPEAKING, 83), 8);
    assert_int_equal(level("CELPIP", 2026, 1, 1, EESI_WRITING, 11), 11);
    assert_int_equal(level("TCF", 2026, 1, 1, EESI_WRITING, 10), 7);
    assert_int_equal(level("TCF", 2026, 1, 1, EESI_READING, 452), 6);
    /* the scale of TEF changed on one day: 310 was level 7 in speaking and is below 4 */
    assert_int_equal(level("TEF", 2023, 12, 9, EESI_SPEAKING, 310), 7);
    assert_int_equal(level("TEF", 2023, 12, 10, EESI_SPEAKING, 310), 0);
    assert_int_equal(level("TEF", 2023, 12, 10, EESI_SPEAKING, 456), 7);
    assert_null(eesi_crs_scale(&file, "TOEFL", EES_DATE_NONE));
}

/* A step that is named brings what it says, and one less brings nothing to its part. */
static void test_steps(void **state) {
    const eesi_crs_rules *rules = rules_on(2026, 6, 1);
    (void)state;
    state_of_random = 2;
    for (int i = 0; i < 500; i++) {
        const eesi_crs_person before = random_person();
        eesi_crs_points now, then;
        eesi_crs_step steps[EESI_STEPS_MAX];
        const int count = eesi_crs_steps(rules, &before, steps);
        eesi_crs_score(rules, &before, &now);
        for (int s = 0; s < count; s++) {
            for (int to = steps[s].from + 1; to <= steps[s].to; to++) {
                eesi_crs_person after = before;
                eesi_crs_raise(&after, steps[s].change, to);
                eesi_crs_score(rules, &after, &then);
                const int gain = then.part[steps[s].part] - now.part[steps[s].part];
                assert_int_equal(gain > 0, to == steps[s].to);
            }
            assert_int_equal(steps[s].gain, then.score - now.score);
        }
    }
}

/* ---- files ---- */

static const char *whole; /* text of models/crs.json */

/* The shipped file with one text put in the place of another. */
static int read_changed(const char *from, const char *to, eesi_crs_file *out, ees_error *err) {
    char *dir = test_make_dir(), path[512];
    const char *at = strstr(whole, from);
    assert_non_null(at);
    char *changed = malloc(strlen(whole) + strlen(to) + 1);
    sprintf(changed, "%.*s%s%s", (int)(at - whole), whole, to, at + strlen(from));
    snprintf(path, sizeof path, "%s/rules.json", dir);
    test_write_file(path, changed);
    int rc = eesi_crs_read(out, NULL, path, err);
    free(changed);
    test_remove_tree(dir);
    free(dir);
    return rc;
}

static void test_changed_rules(void **state) {
    static eesi_crs_file other;
    ees_error err = {0};
    (void)state;
    const eesi_crs_person p = {.age = 30, .education = EESI_BACHELOR, .job_offer = EESI_JOB_OFFER_50};
    const int before = score_of(rules_on(2026, 1, 1), &p);
    assert_int_equal(read_changed("\"50\": 0", "\"50\": 80", &other, &err), 0);
    assert_int_equal(score_of(&other.rules[0], &p), before + 80);
    /* the older sets are like the newest one, and say what they give for a job offer themselves */
    assert_int_equal(other.rules[1].job_offer[EESI_JOB_OFFER_50], 50);
    assert_int_equal(read_changed("[30, 95, 105]", "[30, 95, 103]", &other, &err), 0);
    assert_int_equal(score_of(&other.rules[0], &p), before - 2);
    assert_int_equal(other.rules[4].age[EESI_WITHOUT_SPOUSE][30], 103);
}

static void test_bad_rules(void **state) {
    static const struct {
        const char *from, *to, *message;
    } cases[] = {{"\"certificate_cap\"", "\"certificat_cap\"", "did you mean 'certificate_cap'"},
                 {"\"core_cap\": [460, 500]", "\"core_cap\": [460]", "'core_cap'"},
                 {"[18, 90, 99]", "[18, 90]", "'age'"},
                 {"[18, 90, 99]", "[18, 90, -1]", "'age'"},
                 {"[18, 90, 99]", "[0, 90, 99]", "'age'"},
                 {"\"doctoral\": [140, 150]", "\"doctor\": [140, 150]", "'doctor'"},
                 {"\"like\": \"2025-03-25\"", "\"like\": \"2025\"", "'like'"},
                 {"\"from\": \"2025-03-25\"", "\"from\": \"March\"", "'from'"},
                 {"\"cap\": 40", "\"cap\": \"forty\"", "'cap'"},
                 {"\"foreign_work_tier\": [[0, 0], [1, 1], [3, 2]]", "\"foreign_work_tier\": [[0, 0], [1, 9]]",
                  "'foreign_work_tier'"},
                 {"[4, 4.0, 4.5, 3.5, 4.0], [5, 5.0", "[4, 4.0, 4.5, 3.5, 4.0], [5, 3.0", "'levels'"},
                 {"\"french_from\": 7", "\"french_from\": 70", "'french_from'"},
                 {"eesim.crs/1", "eesim.crs/2", "'schema'"}};
    static eesi_crs_file other;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ees_error err = {0};
        assert_int_equal(read_changed(cases[i].from, cases[i].to, &other, &err), EES_ERR_DATA);
        if (!strstr(err.message, cases[i].message))
            fail_msg("%s: %s", cases[i].message, err.message);
        assert_non_null(strstr(err.file, "rules.json"));
    }
}

/* ---- places in JSON text ---- */

static void test_places(void **state) {
    static const char text[] = "{\"a\\\"b\": [1, {\"c\": 2}],\n \"c\":\n  {\"d\" : \"}\",\n   \"e\": null}}";
    static const struct {
        const char *path;
        long line, column;
    } cases[] = {{"c", 2, 2}, {"c.d", 3, 4}, {"c.e", 4, 4}, {"c.f", 2, 2}, {"x", 1, 1}, {"", 1, 1}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        long line = 0, column = 0;
        eesi_json_place(text, cases[i].path, &line, &column);
        assert_int_equal(line, cases[i].line);
        assert_int_equal(column, cases[i].column);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_gained_costs_points),
        cmocka_unit_test(test_age),
        cmocka_unit_test(test_highest),
        cmocka_unit_test(test_transferability),
        cmocka_unit_test(test_second_language_with_a_spouse),
        cmocka_unit_test(test_dated_rules),
        cmocka_unit_test(test_days_are_covered_once),
        cmocka_unit_test(test_language_tests),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_changed_rules),
        cmocka_unit_test(test_bad_rules),
        cmocka_unit_test(test_places),
    };
    char *path = test_source_path("models/crs.json"), *text = NULL;
    FILE *in = fopen(path, "r");
    size_t size = 0;
    if (!in || getdelim(&text, &size, '\0', in) < 0)
        return 1;
    (void)fclose(in);
    whole = text;
    const int failed = cmocka_run_group_tests(tests, setup, NULL);
    free(text);
    free(path);
    return failed;
}
