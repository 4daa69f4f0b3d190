/* The keys of a profile: one table, used for JSON, CSV and options alike. */
#include "crs/profile.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SHOWN = 40 };

typedef enum key_kind {
    KIND_DATE,
    KIND_AGE,
    KIND_EDUCATION,
    KIND_TEST, /* the whole test as one text */
    KIND_NAME, /* of a test */
    KIND_LANGUAGE,
    KIND_RESULT,
    KIND_WORK,
    KIND_YEARS,
    KIND_FLAG,
    KIND_JOB_OFFER,
    KIND_OCCUPATION,
    KIND_SPOUSE
} key_kind;

typedef struct key {
    key_kind kind;
    size_t offset;
} key;

#define TEST_NAMES(prefix)                                                                                             \
    prefix, prefix ".test", prefix ".language", prefix ".speaking", prefix ".listening", prefix ".reading",            \
        prefix ".writing", prefix ".date"
#define AT(field) offsetof(eesi_profile, field)
#define TEST_KEYS(field)                                                                                               \
    {KIND_TEST, AT(field)}, {KIND_NAME, AT(field.name)}, {KIND_LANGUAGE, AT(field.language)},                          \
        {KIND_RESULT, AT(field.result[0])}, {KIND_RESULT, AT(field.result[1])}, {KIND_RESULT, AT(field.result[2])},    \
        {KIND_RESULT, AT(field.result[3])}, {                                                                          \
        KIND_DATE, AT(field.date)                                                                                      \
    }

/* The order of the two tables is the same; TEST_... are where the tests begin. */
enum { TEST_FIRST = 4, TEST_SECOND = 12, CANADIAN = 20, SPOUSE = 28, TEST_SPOUSE = 30, KEYS = 39 };
const char *const eesi_profile_keys[KEYS + 1] = {"date",
                                                 "age",
                                                 "birth_date",
                                                 "education",
                                                 TEST_NAMES("first_language"),
                                                 TEST_NAMES("second_language"),
                                                 "canadian_work_years",
                                                 "foreign_work_years",
                                                 "certificate",
                                                 "canadian_study_years",
                                                 "sibling",
                                                 "nomination",
                                                 "job_offer",
                                                 "occupation",
                                                 "spouse",
                                                 "spouse.education",
                                                 TEST_NAMES("spouse.language"),
                                                 "spouse.canadian_work_years",
                                                 NULL};
static const key keys[KEYS] = {{KIND_DATE, AT(date)},
                               {KIND_AGE, AT(age)},
                               {KIND_DATE, AT(birth_date)},
                               {KIND_EDUCATION, AT(education)},
                               TEST_KEYS(first),
                               TEST_KEYS(second),
                               {KIND_WORK, AT(canadian)},
                               {KIND_WORK, AT(foreign)},
                               {KIND_FLAG, AT(certificate)},
                               {KIND_YEARS, AT(study_years)},
                               {KIND_FLAG, AT(sibling)},
                               {KIND_FLAG, AT(nomination)},
                               {KIND_JOB_OFFER, AT(job_offer)},
                               {KIND_OCCUPATION, AT(occupation)},
                               {KIND_SPOUSE, AT(has_spouse)},
                               {KIND_EDUCATION, AT(spouse_education)},
                               TEST_KEYS(spouse_test),
                               {KIND_WORK, AT(spouse_work)}};

static bool is_named(const char *known, const char *name, size_t length) {
    size_t i = 0;
    while (i < length && known[i] && (known[i] == name[i] || (known[i] == '.' && name[i] == '_')))
        i++;
    return i == length && known[i] == '\0';
}

int eesi_profile_key(const char *name, size_t length) {
    for (int k = 0; k < KEYS; k++)
        if (is_named(eesi_profile_keys[k], name, length))
            return k;
    return -1;
}

static bool is_given(const eesi_profile *profile, int k) {
    return profile->given >> k & 1u;
}

bool eesi_profile_has(const eesi_profile *profile, const char *name) {
    const int k = eesi_profile_key(name, strlen(name));
    return k >= 0 && is_given(profile, k);
}

void eesi_profile_init(eesi_profile *profile) {
    const eesi_test none = {.language = -1, .date = EES_DATE_NONE};
    *profile = (eesi_profile){.date = EES_DATE_NONE,
                              .age = -1,
                              .birth_date = EES_DATE_NONE,
                              .first = none,
                              .second = none,
                              .spouse_test = none};
}

/* ---- values ---- */

static bool fault_at(eesi_profile_fault *fault, int k, const char *format, ...) EES_PRINTF(3, 4);
static bool fault_at(eesi_profile_fault *fault, int k, const char *format, ...) {
    va_list args;
    va_start(args, format);
    snprintf(fault->key, sizeof fault->key, "%s", k < 0 ? "" : eesi_profile_keys[k]);
    vsnprintf(fault->text, sizeof fault->text, format, args);
    va_end(args);
    return false;
}

static bool unexpected(eesi_profile_fault *fault, int k, const char *text, const char *expected) {
    return fault_at(fault, k, "'%s' is '%.*s', expected %s", eesi_profile_keys[k], SHOWN, text, expected);
}

static void *field_of(eesi_profile *profile, int k) {
    return (char *)profile + keys[k].offset;
}

/* Position of a word in a list, upper and lower case alike; -1. */
static int find_word(const char *text, const char *const *words, int count) {
    for (int i = 0; i < count; i++)
        if (strcasecmp(text, words[i]) == 0)
            return i;
    return -1;
}

static bool set_choice(eesi_profile_fault *fault, int k, const char *text, const char *const *words, int count,
                       int *field) {
    char expected[200] = "one of";
    *field = find_word(text, words, count);
    if (*field >= 0)
        return true;
    for (int i = 0; i < count; i++)
        snprintf(expected + strlen(expected), sizeof expected - strlen(expected), "%s %s", i ? "," : "", words[i]);
    const char *near = ees_nearest(text, words, (size_t)count);
    if (near)
        snprintf(expected + strlen(expected), sizeof expected - strlen(expected), "; did you mean %s?", near);
    return unexpected(fault, k, text, expected);
}

/* Plain decimal numbers; a million rows have ten million of them, and strtod() is slow. */
static bool parse_number(const char *text, double *value) {
    double whole = 0, scale = 1;
    const char *p = text;
    while (*p >= '0' && *p <= '9' && p - text < 15)
        whole = whole * 10 + (*p++ - '0');
    if (p == text)
        return false;
    if (*p == '.') {
        const char *point = p++;
        for (; *p >= '0' && *p <= '9' && p - point < 8; scale *= 10)
            whole = whole * 10 + (*p++ - '0');
        if (p == point + 1)
            return false;
    }
    *value = whole / scale;
    return *p == '\0';
}

static bool set_flag(eesi_profile_fault *fault, int k, const char *text, bool *field) {
    static const char *const words[] = {"false", "no", "0", "non", "true", "yes", "1", "oui"};
    const int found = find_word(text, words, 8);
    *field = found >= 4;
    return found >= 0 || unexpected(fault, k, text, "true or false");
}

static bool set_age(eesi_profile_fault *fault, int k, const char *text, int64_t *age) {
    double value = -1;
    if (!parse_number(text, &value) || value > EESI_AGE_MAX || value != floor(value))
        return unexpected(fault, k, text, "a whole number of years from 0 to 120");
    *age = (int64_t)value;
    return true;
}

static bool set_years(eesi_profile_fault *fault, int k, const char *text, double *years) {
    double value = -1;
    if (!parse_number(text, &value) || value > EESI_YEARS_MAX)
        return unexpected(fault, k, text, "a number of years from 0 to 60");
    *years = value;
    return true;
}

static bool set_occupation(eesi_profile_fault *fault, int k, const char *text, char field[8]) {
    if (strlen(text) != 5 || strspn(text, "0123456789") != 5 || text[1] > '5')
        return unexpected(fault, k, text, "five digits of NOC 2021, such as \"21231\"; the second is at most 5");
    snprintf(field, 8, "%s", text);
    return true;
}

static bool set_name(eesi_profile_fault *fault, int k, const char *text, char field[12]) {
    if (*text == '\0' || strlen(text) > 11)
        return unexpected(fault, k, text, "the name of a language test, such as IELTS");
    for (int i = 0; i < 12; i++)
        field[i] = text[i] >= 'a' && text[i] <= 'z' ? (char)(text[i] - 'a' + 'A') : text[i];
    return true;
}

static bool set_language(eesi_profile_fault *fault, int k, const char *text, int *language) {
    static const char *const words[] = {"en", "fr"};
    *language = find_word(text, words, 2);
    return *language >= 0 || unexpected(fault, k, text, "en or fr");
}

/* "IELTS en 7 8.5 7 7", "CLB fr 9", with spaces, ':', ';', ',' or '/' between. */
static bool set_test(eesi_profile *profile, int k, const char *text, eesi_profile_fault *fault) {
    static const char form[] =
        "a test, such as \"IELTS 7 8.5 7 7\" (speaking, listening, reading, writing) or \"CLB fr 9\"";
    char copy[64], *at = NULL, *words[8];
    int count = 0;
    if (strcasecmp(text, "none") == 0)
        return true;
    if ((size_t)snprintf(copy, sizeof copy, "%s", text) >= sizeof copy)
        return unexpected(fault, k, text, form);
    for (char *w = strtok_r(copy, " :;,/", &at); w && count < 8; w = strtok_r(NULL, " :;,/", &at))
        words[count++] = w;
    const int language = count > 1 && strspn(words[1], "0123456789.") == 0;
    const int results = count - 1 - language;
    if (results != 1 && results != EESI_ABILITIES)
        return unexpected(fault, k, text, form);
    if (!eesi_profile_set(profile, k + 1, words[0], fault) ||
        (language && !eesi_profile_set(profile, k + 2, words[1], fault)))
        return false;
    for (int a = 0; a < EESI_ABILITIES; a++)
        if (!eesi_profile_set(profile, k + 3 + a, words[1 + language + (results == 1 ? 0 : a)], fault))
            return false;
    return true;
}

bool eesi_profile_set(eesi_profile *profile, int k, const char *text, eesi_profile_fault *fault) {
    static const char *const offers[] = {"none", "50", "200"};
    void *field = field_of(profile, k);
    profile->given |= (uint64_t)1 << k;
    if (k > SPOUSE && !is_given(profile, SPOUSE))
        profile->has_spouse = true;
    switch (keys[k].kind) {
    case KIND_DATE:
        return ees_date_parse(text, strlen(text), field) || unexpected(fault, k, text, "a day as YYYY-MM-DD");
    case KIND_AGE:
        return set_age(fault, k, text, field);
    case KIND_EDUCATION:
        return set_choice(fault, k, text, eesi_educations, EESI_EDUCATIONS, field);
    case KIND_TEST:
        return set_test(profile, k, text, fault);
    case KIND_NAME:
        return set_name(fault, k, text, field);
    case KIND_LANGUAGE:
        return set_language(fault, k, text, field);
    case KIND_RESULT:
        return parse_number(text, field) || unexpected(fault, k, text, "the result of the test, a number");
    case KIND_WORK:
        ((eesi_work *)field)->count = 0;
        return set_years(fault, k, text, &((eesi_work *)field)->years);
    case KIND_YEARS:
        return set_years(fault, k, text, field);
    case KIND_FLAG:
    case KIND_SPOUSE:
        return set_flag(fault, k, text, field);
    case KIND_JOB_OFFER:
        return set_choice(fault, k, text, offers, EESI_JOB_OFFERS, field);
    case KIND_OCCUPATION:
        return set_occupation(fault, k, text, field);
    }
    return false;
}

eesi_profile_type eesi_profile_type_of(int k) {
    switch (keys[k].kind) {
    case KIND_AGE:
    case KIND_RESULT:
    case KIND_WORK:
    case KIND_YEARS:
        return EESI_TYPE_NUMBER;
    case KIND_FLAG:
    case KIND_SPOUSE:
        return EESI_TYPE_FLAG;
    case KIND_JOB_OFFER:
        return EESI_TYPE_EITHER;
    default:
        return EESI_TYPE_TEXT;
    }
}

/* ---- checks ---- */

static bool missing(eesi_profile_fault *fault, int k, const char *expected) {
    return fault_at(fault, k, "'%s' is missing, expected %s", eesi_profile_keys[k], expected);
}

/* The test with its language; the key is that of the test's first member. */
static bool check_test(const eesi_profile *profile, const eesi_crs_file *rules, int k, eesi_profile_fault *fault) {
    const eesi_test *test = (const eesi_test *)((const char *)profile + keys[k].offset);
    if (!(profile->given >> (k + 1) & 0x7fu))
        return true;
    if (!is_given(profile, k + 1))
        return missing(fault, k + 1, "the name of the test: CLB, IELTS, CELPIP, PTE, TEF or TCF");
    const ees_date day = test->date != EES_DATE_NONE ? test->date : profile->date;
    const eesi_crs_test *scale = eesi_crs_scale(rules, test->name, day);
    if (!scale) {
        char names[80] = "";
        for (int i = 0; i < rules->test_count; i++)
            if (!strstr(names, rules->tests[i].name))
                snprintf(names + strlen(names), sizeof names - strlen(names), " %s", rules->tests[i].name);
        return fault_at(fault, k + 1, "'%s' is '%s', expected one of%s", eesi_profile_keys[k + 1], test->name, names);
    }
    if (test->language < 0 && scale->languages[0] && scale->languages[1])
        return missing(fault, k + 2, "en or fr");
    if (test->language >= 0 && !scale->languages[test->language])
        return fault_at(fault, k + 2, "'%s' is '%s', but %s is a test of %s", eesi_profile_keys[k + 2],
                        test->language ? "fr" : "en", test->name, scale->languages[0] ? "English" : "French");
    for (int a = 0; a < EESI_ABILITIES; a++) {
        const double result = test->result[a], steps = result / scale->step;
        if (!is_given(profile, k + 3 + a))
            return missing(fault, k + 3 + a, "the result of the test");
        if (result < scale->low[a] || result > scale->high[a] || fabs(steps - round(steps)) > 1e-6)
            return fault_at(fault, k + 3 + a, "'%s' is %g, expected a result of %s from %g to %g in steps of %g",
                            eesi_profile_keys[k + 3 + a], result, test->name, scale->low[a], scale->high[a],
                            scale->step);
    }
    if (test->date != EES_DATE_NONE && profile->date != EES_DATE_NONE && test->date > profile->date)
        return fault_at(fault, k + 7, "'%s' is after 'date'", eesi_profile_keys[k + 7]);
    return true;
}

static int language_of(const eesi_test *test, const eesi_crs_file *rules, ees_date date) {
    if (test->language >= 0)
        return test->language;
    const eesi_crs_test *scale = eesi_crs_scale(rules, test->name, test->date != EES_DATE_NONE ? test->date : date);
    return scale && scale->languages[EESI_FRENCH] ? EESI_FRENCH : EESI_ENGLISH;
}

static int age_on(ees_date birth, ees_date day) {
    int y0, m0, d0, y1, m1, d1;
    ees_date_to_civil(birth, &y0, &m0, &d0);
    ees_date_to_civil(day, &y1, &m1, &d1);
    return y1 - y0 - (m1 < m0 || (m1 == m0 && d1 < d0));
}

static bool check_age(const eesi_profile *p, eesi_profile_fault *fault) {
    const int age = 1, birth = 2;
    if (!is_given(p, age) && !is_given(p, birth))
        return missing(fault, age, "'age' in whole years, or 'birth_date'");
    if (!is_given(p, birth))
        return true;
    if (p->date == EES_DATE_NONE)
        return missing(fault, 0, "a day as YYYY-MM-DD: 'birth_date' needs it");
    const int years = p->birth_date > p->date ? -1 : age_on(p->birth_date, p->date);
    if (years < 0 || years > EESI_AGE_MAX)
        return fault_at(fault, birth, "'birth_date' is after 'date', or more than 120 years before it");
    if (is_given(p, age) && p->age != years)
        return fault_at(fault, age, "'age' is %d, but by 'birth_date' it is %d on 'date': give one of them",
                        (int)p->age, years);
    return true;
}

static bool check_work(const eesi_profile *p, int k, eesi_profile_fault *fault) {
    const eesi_work *work = (const eesi_work *)((const char *)p + keys[k].offset);
    const char *name = eesi_profile_keys[k];
    if (work->count > 0 && p->date == EES_DATE_NONE)
        return missing(fault, 0, "a day as YYYY-MM-DD: periods of work need it");
    for (int i = 0; i < work->count; i++)
        if (work->periods[i].from > p->date)
            return fault_at(fault, k, "'%s': period %d begins after 'date'", name, i + 1);
    return true;
}

static bool check_spouse(const eesi_profile *p, const eesi_crs_file *rules, eesi_profile_fault *fault) {
    const uint64_t within = ~(uint64_t)0 << (SPOUSE + 1);
    if (!p->has_spouse && (p->given & within))
        return fault_at(fault, SPOUSE,
                        "'spouse' is none, but something is said of the spouse: one of the two is wrong");
    if (!p->has_spouse)
        return true;
    if (!is_given(p, SPOUSE + 1))
        return missing(fault, SPOUSE + 1, "the spouse's level of education");
    return check_test(p, rules, TEST_SPOUSE, fault) && check_work(p, KEYS - 1, fault);
}

static bool check_languages(const eesi_profile *p, const eesi_crs_file *rules, eesi_profile_fault *fault) {
    if (!is_given(p, TEST_FIRST) && !p->first.name[0] && !(p->given >> TEST_FIRST & 0xffu))
        return missing(fault, TEST_FIRST, "a test, or null for none: which language is first is never guessed");
    if (!check_test(p, rules, TEST_FIRST, fault) || !check_test(p, rules, TEST_SECOND, fault))
        return false;
    if (p->second.name[0] && !p->first.name[0])
        return fault_at(fault, TEST_SECOND, "'second_language' is given, but 'first_language' is none");
    if (p->second.name[0] && language_of(&p->first, rules, p->date) == language_of(&p->second, rules, p->date))
        return fault_at(fault, TEST_SECOND, "'second_language' is the same language as 'first_language'");
    return true;
}

bool eesi_profile_check(const eesi_profile *p, const eesi_crs_file *rules, eesi_profile_fault *fault) {
    const int education = 3;
    if (!check_age(p, fault))
        return false;
    if (!is_given(p, education))
        return missing(fault, education,
                       "one of less-than-secondary, secondary, one-year, two-year, bachelor, "
                       "two-or-more, masters, doctoral");
    return check_languages(p, rules, fault) && check_work(p, CANADIAN, fault) && check_work(p, CANADIAN + 1, fault) &&
           check_spouse(p, rules, fault);
}

/* ---- on a day ---- */

ees_date eesi_years_after(ees_date date, int years) {
    int year, month, day;
    ees_date_to_civil(date, &year, &month, &day);
    const ees_date found = ees_date_from_civil(year + years, month, day);
    return found != EES_DATE_NONE ? found : ees_date_from_civil(year + years, 3, 1);
}

static int by_start(const void *a, const void *b) {
    const eesi_period *x = a, *y = b;
    return (x->from > y->from) - (x->from < y->from);
}

/* Whole years from `from` up to, not with, `end`, and the days that are left over. */
static int split_years(ees_date from, ees_date end, int *days) {
    int years = 0;
    while (years < EESI_YEARS_MAX && eesi_years_after(from, years + 1) <= end)
        years++;
    *days = end - eesi_years_after(from, years);
    return years;
}

/* Months of all periods. Time in two jobs at once counts once. */
static int count_periods(const eesi_work *work, ees_date day, int within_years) {
    eesi_period sorted[EESI_PERIODS_MAX];
    const ees_date window = eesi_years_after(day, -within_years);
    int years = 0, days = 0;
    memcpy(sorted, work->periods, (size_t)work->count * sizeof *sorted);
    qsort(sorted, (size_t)work->count, sizeof *sorted, by_start);
    for (int i = 0; i < work->count;) {
        ees_date from = sorted[i].from < window ? window : sorted[i].from, end = from;
        for (; i < work->count && sorted[i].from <= end; i++) {
            const ees_date stop =
                sorted[i].until == EES_DATE_NONE || sorted[i].until >= day ? day : sorted[i].until + 1;
            end = stop > end ? stop : end;
        }
        int left = 0;
        years += split_years(from, end, &left);
        days += left;
    }
    return 12 * (years + days / 365) + days % 365 * 12 / 365;
}

int eesi_work_years(const eesi_work *work, ees_date day) {
    return eesi_work_months(work, day, 10) / 12;
}

int eesi_work_months(const eesi_work *work, ees_date day, int within_years) {
    if (work->count > 0 && day != EES_DATE_NONE)
        return count_periods(work, day, within_years);
    return (int)(work->years * 12 + 1e-6);
}

ees_date eesi_test_expiry(const eesi_test *test) {
    return test->date == EES_DATE_NONE ? EES_DATE_NONE : eesi_years_after(test->date, 2);
}

static void levels_of(const eesi_test *test, const eesi_crs_file *rules, ees_date taken, ees_date day,
                      int levels[EESI_ABILITIES]) {
    const ees_date expiry = eesi_test_expiry(test);
    const eesi_crs_test *scale = test->name[0] ? eesi_crs_scale(rules, test->name, taken) : NULL;
    const bool counts = scale && (expiry == EES_DATE_NONE || day == EES_DATE_NONE || day < expiry);
    for (int a = 0; a < EESI_ABILITIES; a++)
        levels[a] = counts ? eesi_crs_level(scale, a, test->result[a]) : 0;
}

void eesi_profile_person(const eesi_profile *p, const eesi_crs_file *rules, ees_date day, eesi_crs_person *person) {
    const ees_date on = day == EES_DATE_NONE ? p->date : day;
    const int age = p->birth_date != EES_DATE_NONE ? age_on(p->birth_date, on) : (int)p->age;
    const eesi_test *tests[] = {&p->first, &p->second, &p->spouse_test};
    *person = (eesi_crs_person){.age = age > EESI_AGE_MAX ? EESI_AGE_MAX : age,
                                .education = p->education,
                                .first_language = language_of(&p->first, rules, p->date),
                                .canadian_work = eesi_work_years(&p->canadian, on),
                                .foreign_work = eesi_work_years(&p->foreign, on),
                                .study = (int)p->study_years,
                                .certificate = p->certificate,
                                .sibling = p->sibling,
                                .nomination = p->nomination,
                                .job_offer = p->job_offer,
                                .has_spouse = p->has_spouse,
                                .spouse_education = p->spouse_education,
                                .spouse_work = eesi_work_years(&p->spouse_work, on)};
    int *levels[] = {person->first, person->second, person->spouse_language};
    for (int t = 0; t < 3; t++)
        levels_of(tests[t], rules, tests[t]->date != EES_DATE_NONE ? tests[t]->date : p->date, on, levels[t]);
}
