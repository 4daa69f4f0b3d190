/* Points from rules. Every cap stands here once. */
#include "crs/crs.h"

const char *const eesi_abilities[EESI_ABILITIES] = {"speaking", "listening", "reading", "writing"};
const char *const eesi_educations[EESI_EDUCATIONS] = {
    "less-than-secondary", "secondary", "one-year", "two-year", "bachelor", "two-or-more", "masters", "doctoral"};
const char *const eesi_crs_part_names[EESI_PARTS] = {"age",
                                                     "education",
                                                     "first_language",
                                                     "second_language",
                                                     "canadian_work",
                                                     "spouse_education",
                                                     "spouse_language",
                                                     "spouse_canadian_work",
                                                     "education_language",
                                                     "education_canadian_work",
                                                     "foreign_work_language",
                                                     "foreign_work_canadian_work",
                                                     "certificate_language",
                                                     "nomination",
                                                     "job_offer",
                                                     "french",
                                                     "canadian_study",
                                                     "sibling"};
const char *const eesi_crs_section_names[EESI_SECTIONS] = {"core", "spouse", "transferability", "additional"};
const char *const eesi_crs_cap_names[EESI_CAPS] = {"second_language", "spouse_language", "education",
                                                   "foreign_work",    "certificate",     "core",
                                                   "spouse",          "transferability", "additional"};

eesi_crs_section eesi_crs_section_of(eesi_crs_part part) {
    return part < EESI_PART_SPOUSE_EDUCATION     ? EESI_SECTION_CORE
           : part < EESI_PART_EDUCATION_LANGUAGE ? EESI_SECTION_SPOUSE
           : part < EESI_PART_NOMINATION         ? EESI_SECTION_TRANSFER
                                                 : EESI_SECTION_ADDITIONAL;
}

static int capped(eesi_crs_points *points, eesi_crs_cap cap, int before, int most) {
    points->before[cap] = before;
    points->most[cap] = most;
    return before < most ? before : most;
}

static int sum_levels(const int *table, const int levels[EESI_ABILITIES]) {
    return table[levels[0]] + table[levels[1]] + table[levels[2]] + table[levels[3]];
}

static int lowest(const int levels[EESI_ABILITIES]) {
    int low = levels[0];
    for (int a = 1; a < EESI_ABILITIES; a++)
        low = levels[a] < low ? levels[a] : low;
    return low;
}

static int sum_parts(const eesi_crs_points *points, eesi_crs_part from, eesi_crs_part until) {
    int sum = 0;
    for (int p = (int)from; p <= (int)until; p++)
        sum += points->part[p];
    return sum;
}

static int score_core(const eesi_crs_rules *r, const eesi_crs_person *p, eesi_crs_points *points) {
    const int c = p->has_spouse ? EESI_WITH_SPOUSE : EESI_WITHOUT_SPOUSE;
    points->part[EESI_PART_AGE] = r->age[c][p->age];
    points->part[EESI_PART_EDUCATION] = r->education[c][p->education];
    points->part[EESI_PART_FIRST] = sum_levels(r->first[c], p->first);
    points->part[EESI_PART_SECOND] =
        capped(points, EESI_CAP_SECOND, sum_levels(r->second, p->second), r->second_cap[c]);
    points->part[EESI_PART_CANADIAN_WORK] = r->canadian_work[c][p->canadian_work];
    return capped(points, EESI_CAP_CORE, sum_parts(points, EESI_PART_AGE, EESI_PART_CANADIAN_WORK), r->core_cap[c]);
}

static int score_spouse(const eesi_crs_rules *r, const eesi_crs_person *p, eesi_crs_points *points) {
    const int levels = sum_levels(r->spouse_language, p->spouse_language);
    const bool counts = p->has_spouse;
    points->part[EESI_PART_SPOUSE_EDUCATION] = counts ? r->spouse_education[p->spouse_education] : 0;
    points->part[EESI_PART_SPOUSE_LANGUAGE] =
        capped(points, EESI_CAP_SPOUSE_LANGUAGE, counts ? levels : 0, r->spouse_language_cap);
    points->part[EESI_PART_SPOUSE_WORK] = counts ? r->spouse_work[p->spouse_work] : 0;
    return capped(points, EESI_CAP_SPOUSE, sum_parts(points, EESI_PART_SPOUSE_EDUCATION, EESI_PART_SPOUSE_WORK),
                  r->spouse_cap);
}

static int score_transfer(const eesi_crs_rules *r, const eesi_crs_person *p, eesi_crs_points *points) {
    const int low = lowest(p->first);
    const int language = r->language_tier[low], work = r->canadian_tier[p->canadian_work];
    const int education = r->education_tier[p->education], foreign = r->foreign_tier[p->foreign_work];
    int *part = points->part;
    part[EESI_PART_EDUCATION_LANGUAGE] = r->education_language[language][education];
    part[EESI_PART_EDUCATION_WORK] = r->education_work[work][education];
    part[EESI_PART_FOREIGN_LANGUAGE] = r->foreign_language[language][foreign];
    part[EESI_PART_FOREIGN_WORK] = r->foreign_work[work][foreign];
    part[EESI_PART_CERTIFICATE] = p->certificate ? r->certificate[r->certificate_tier[low]] : 0;
    const int sum = capped(points, EESI_CAP_EDUCATION,
                           part[EESI_PART_EDUCATION_LANGUAGE] + part[EESI_PART_EDUCATION_WORK], r->education_cap) +
                    capped(points, EESI_CAP_FOREIGN, part[EESI_PART_FOREIGN_LANGUAGE] + part[EESI_PART_FOREIGN_WORK],
                           r->foreign_cap) +
                    capped(points, EESI_CAP_CERTIFICATE, part[EESI_PART_CERTIFICATE], r->certificate_cap);
    return capped(points, EESI_CAP_TRANSFER, sum, r->transfer_cap);
}

/* Strong French, in whichever place it stands; the other language decides how much it brings. */
static int french_points(const eesi_crs_rules *r, const eesi_crs_person *p) {
    const bool first = p->first_language == EESI_FRENCH;
    const int french = lowest(first ? p->first : p->second), english = lowest(first ? p->second : p->first);
    if (french < r->french_from)
        return 0;
    return english >= r->english_from ? r->french_with_english : r->french_without_english;
}

static int score_additional(const eesi_crs_rules *r, const eesi_crs_person *p, eesi_crs_points *points) {
    points->part[EESI_PART_NOMINATION] = p->nomination ? r->nomination : 0;
    points->part[EESI_PART_JOB_OFFER] = r->job_offer[p->job_offer];
    points->part[EESI_PART_FRENCH] = french_points(r, p);
    points->part[EESI_PART_STUDY] = r->study[p->study];
    points->part[EESI_PART_SIBLING] = p->sibling ? r->sibling : 0;
    return capped(points, EESI_CAP_ADDITIONAL, sum_parts(points, EESI_PART_NOMINATION, EESI_PART_SIBLING),
                  r->additional_cap);
}

void eesi_crs_score(const eesi_crs_rules *rules, const eesi_crs_person *person, eesi_crs_points *points) {
    points->section[EESI_SECTION_CORE] = score_core(rules, person, points);
    points->section[EESI_SECTION_SPOUSE] = score_spouse(rules, person, points);
    points->section[EESI_SECTION_TRANSFER] = score_transfer(rules, person, points);
    points->section[EESI_SECTION_ADDITIONAL] = score_additional(rules, person, points);
    points->score = 0;
    for (int s = 0; s < EESI_SECTIONS; s++)
        points->score += points->section[s];
}

static int most_of(const int *table, int count) {
    int most = 0;
    for (int i = 0; i < count; i++)
        most = table[i] > most ? table[i] : most;
    return most;
}

static int less(int a, int b) {
    return a < b ? a : b;
}

int eesi_crs_part_most(const eesi_crs_rules *r, eesi_crs_part part, bool with_spouse) {
    const int c = with_spouse ? EESI_WITH_SPOUSE : EESI_WITHOUT_SPOUSE;
    switch (part) {
    case EESI_PART_AGE:
        return most_of(r->age[c], EESI_AGE_MAX + 1);
    case EESI_PART_EDUCATION:
        return most_of(r->education[c], EESI_EDUCATIONS);
    case EESI_PART_FIRST:
        return EESI_ABILITIES * most_of(r->first[c], EESI_LEVEL_MAX + 1);
    case EESI_PART_SECOND:
        return less(r->second_cap[c], EESI_ABILITIES * most_of(r->second, EESI_LEVEL_MAX + 1));
    case EESI_PART_CANADIAN_WORK:
        return most_of(r->canadian_work[c], EESI_YEARS_MAX + 1);
    case EESI_PART_SPOUSE_EDUCATION:
        return with_spouse ? most_of(r->spouse_education, EESI_EDUCATIONS) : 0;
    case EESI_PART_SPOUSE_LANGUAGE:
        return with_spouse
                   ? less(r->spouse_language_cap, EESI_ABILITIES * most_of(r->spouse_language, EESI_LEVEL_MAX + 1))
                   : 0;
    case EESI_PART_SPOUSE_WORK:
        return with_spouse ? most_of(r->spouse_work, EESI_YEARS_MAX + 1) : 0;
    case EESI_PART_EDUCATION_LANGUAGE:
        return most_of(r->education_language[0], EESI_TIERS * EESI_TIERS);
    case EESI_PART_EDUCATION_WORK:
        return most_of(r->education_work[0], EESI_TIERS * EESI_TIERS);
    case EESI_PART_FOREIGN_LANGUAGE:
        return most_of(r->foreign_language[0], EESI_TIERS * EESI_TIERS);
    case EESI_PART_FOREIGN_WORK:
        return most_of(r->foreign_work[0], EESI_TIERS * EESI_TIERS);
    case EESI_PART_CERTIFICATE:
        return most_of(r->certificate, EESI_TIERS);
    case EESI_PART_NOMINATION:
        return r->nomination;
    case EESI_PART_JOB_OFFER:
        return most_of(r->job_offer, EESI_JOB_OFFERS);
    case EESI_PART_FRENCH:
        return less(r->french_with_english, r->french_without_english) == r->french_with_english
                   ? r->french_without_english
                   : r->french_with_english;
    case EESI_PART_STUDY:
        return most_of(r->study, EESI_YEARS_MAX + 1);
    case EESI_PART_SIBLING:
        return r->sibling;
    case EESI_PARTS:
        break;
    }
    return 0;
}
