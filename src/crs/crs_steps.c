/* What a part needs for its next step: each kind of change is tried, from the smallest up, and the person scored. */
#include "crs/crs.h"

#include <stddef.h>

const char *const eesi_crs_change_names[EESI_CHANGES] = {
    "education",
    "first_language.speaking",
    "first_language.listening",
    "first_language.reading",
    "first_language.writing",
    "first_language",
    "second_language.speaking",
    "second_language.listening",
    "second_language.reading",
    "second_language.writing",
    "second_language",
    "canadian_work_years",
    "foreign_work_years",
    "certificate",
    "canadian_study_years",
    "sibling",
    "nomination",
    "job_offer",
    "spouse.education",
    "spouse.language.speaking",
    "spouse.language.listening",
    "spouse.language.reading",
    "spouse.language.writing",
    "spouse.canadian_work_years",
};

/* Years beyond ten are of no use to any rule so far; a file may say otherwise up to this. */
enum { YEARS = 20 };

typedef struct kind {
    size_t offset;
    int most;
} kind;

#define LEVEL(field, ability)                                                                                          \
    { offsetof(eesi_crs_person, field) + (ability) * sizeof(int), EESI_LEVEL_MAX }
#define FIELD(field, most)                                                                                             \
    { offsetof(eesi_crs_person, field), most }

static const kind kinds[EESI_CHANGES] = {
    FIELD(education, EESI_EDUCATIONS - 1),
    LEVEL(first, 0),
    LEVEL(first, 1),
    LEVEL(first, 2),
    LEVEL(first, 3),
    FIELD(first, EESI_LEVEL_MAX),
    LEVEL(second, 0),
    LEVEL(second, 1),
    LEVEL(second, 2),
    LEVEL(second, 3),
    FIELD(second, EESI_LEVEL_MAX),
    FIELD(canadian_work, YEARS),
    FIELD(foreign_work, YEARS),
    FIELD(certificate, 1),
    FIELD(study, YEARS),
    FIELD(sibling, 1),
    FIELD(nomination, 1),
    FIELD(job_offer, EESI_JOB_OFFERS - 1),
    FIELD(spouse_education, EESI_EDUCATIONS - 1),
    LEVEL(spouse_language, 0),
    LEVEL(spouse_language, 1),
    LEVEL(spouse_language, 2),
    LEVEL(spouse_language, 3),
    FIELD(spouse_work, YEARS),
};

static bool is_all(eesi_crs_change change) {
    return change == EESI_CHANGE_FIRST_ALL || change == EESI_CHANGE_SECOND_ALL;
}

static int kind_of(eesi_crs_change change) {
    const int c = (int)change;
    return c >= EESI_CHANGE_FIRST && c <= EESI_CHANGE_FIRST_ALL     ? EESI_CHANGE_FIRST
           : c >= EESI_CHANGE_SECOND && c <= EESI_CHANGE_SECOND_ALL ? EESI_CHANGE_SECOND
                                                                    : c;
}

bool eesi_crs_same_kind(eesi_crs_change a, eesi_crs_change b) {
    return kind_of(a) == kind_of(b);
}

int eesi_crs_value(const eesi_crs_person *person, eesi_crs_change change) {
    const int *field = (const int *)((const char *)person + kinds[change].offset);
    int low = field[0];
    for (int a = 1; is_all(change) && a < EESI_ABILITIES; a++)
        low = field[a] < low ? field[a] : low;
    return low;
}

void eesi_crs_raise(eesi_crs_person *person, eesi_crs_change change, int to) {
    int *field = (int *)((char *)person + kinds[change].offset);
    for (int a = 0; a < (is_all(change) ? EESI_ABILITIES : 1); a++)
        field[a] = field[a] < to ? to : field[a];
}

static bool find_step(const eesi_crs_rules *rules, const eesi_crs_person *person, const eesi_crs_points *now,
                      eesi_crs_step *step) {
    step->from = eesi_crs_value(person, step->change);
    for (step->to = step->from + 1; step->to <= kinds[step->change].most; step->to++) {
        eesi_crs_person after = *person;
        eesi_crs_points points;
        eesi_crs_raise(&after, step->change, step->to);
        eesi_crs_score(rules, &after, &points);
        step->part_gain = points.part[step->part] - now->part[step->part];
        step->gain = points.score - now->score;
        if (step->part_gain > 0)
            return true;
    }
    return false;
}

int eesi_crs_steps(const eesi_crs_rules *rules, const eesi_crs_person *person, eesi_crs_step steps[EESI_STEPS_MAX]) {
    eesi_crs_points now;
    int count = 0;
    eesi_crs_score(rules, person, &now);
    for (int p = 0; p < EESI_PARTS; p++) {
        bool single = false; /* one ability is enough: all four need not be said */
        for (int c = 0; c < EESI_CHANGES && count < EESI_STEPS_MAX; c++) {
            steps[count] = (eesi_crs_step){.part = (eesi_crs_part)p, .change = (eesi_crs_change)c};
            if (single && is_all((eesi_crs_change)c))
                continue;
            if (!find_step(rules, person, &now, &steps[count]))
                continue;
            single = c >= EESI_CHANGE_FIRST && c < EESI_CHANGE_CANADIAN_WORK;
            count++;
        }
    }
    return count;
}
