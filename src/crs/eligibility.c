/* Conditions of programs, held to a profile. What a profile cannot say is unknown, neither yes nor no. */
#include "crs/eligibility.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* One judgement under way. */
typedef struct judging {
    const eesi_eligibility *rules;
    const eesi_profile *profile;
    const eesi_crs_person *person;
    ees_date day;
    int reasons;
    eesi_standing *out;
    int count;
} judging;

/* The two texts take the same values. */
static eesi_standing_is stand(judging *in, int program, eesi_standing_is is, const char *en, const char *fr, ...) {
    eesi_standing *standing = &in->out[in->count++];
    standing->program = program;
    standing->is = is;
    standing->reason[0] = '\0';
    if (in->reasons == EESI_REASON_NONE)
        return is;
    va_list args;
    va_start(args, fr);
    vsnprintf(standing->reason, sizeof standing->reason, in->reasons == EESI_REASON_FR ? fr : en, args);
    va_end(args);
    return is;
}

static int lowest(const int levels[EESI_ABILITIES]) {
    int low = levels[0];
    for (int a = 1; a < EESI_ABILITIES; a++)
        low = levels[a] < low ? levels[a] : low;
    return low;
}

/* TEER of the occupation; -1: it is not given. */
static int teer_of(const eesi_profile *profile) {
    return profile->occupation[0] ? profile->occupation[1] - '0' : -1;
}

/* ---- base programs ---- */

static eesi_standing_is judge_cec(judging *in) {
    const eesi_eligibility *r = in->rules;
    const int teer = teer_of(in->profile), low = lowest(in->person->first);
    const int months = eesi_work_months(&in->profile->canadian, in->day, r->cec_within);
    if (months < r->cec_months)
        return stand(in, r->cec, EESI_STANDING_NO, "%d months of skilled work in Canada in %d years, %d are needed",
                     "%d mois de travail qualifié au Canada en %d ans, il en faut %d", months, r->cec_within,
                     r->cec_months);
    if (teer >= EESI_TEER_SKILLED)
        return stand(in, r->cec, EESI_STANDING_NO, "the occupation is of TEER %d, it must be 0 to 3",
                     "la profession est de FEER %d, il faut 0 à 3", teer);
    const int least = r->cec_language[teer < 0 ? EESI_TEER_SKILLED - 1 : teer];
    const int surely = r->cec_language[teer < 0 ? 0 : teer];
    if (low < least)
        return stand(in, r->cec, EESI_STANDING_NO, "the lowest ability is at level %d, %d is needed",
                     "la plus faible compétence est au niveau %d, il faut %d", low, least);
    if (low < surely)
        return stand(in, r->cec, EESI_STANDING_UNKNOWN,
                     "level %d is enough for TEER 2 and 3, TEER 0 and 1 need %d: say the occupation",
                     "le niveau %d suffit pour FEER 2 et 3, il faut %d pour FEER 0 et 1 : indiquez la profession", low,
                     surely);
    return stand(in, r->cec, EESI_STANDING_YES, "%d months of skilled work in Canada, level %d in every ability",
                 "%d mois de travail qualifié au Canada, niveau %d dans chaque compétence", months, low);
}

static int less(int a, int b) {
    return a < b ? a : b;
}

static int adaptability(const eesi_eligibility *r, const eesi_crs_person *p) {
    int sum = 0;
    sum += p->canadian_work >= 1 ? r->fsw_canadian_work : 0;
    sum += p->study >= r->fsw_study_years ? r->fsw_study : 0;
    sum += p->sibling ? r->fsw_relative : 0;
    sum += p->job_offer != EESI_JOB_OFFER_NONE ? r->fsw_offer_adapts : 0;
    sum += p->has_spouse && lowest(p->spouse_language) >= r->fsw_spouse_from ? r->fsw_spouse_language : 0;
    sum += p->has_spouse && p->spouse_work >= 1 ? r->fsw_spouse_work : 0;
    return less(sum, r->fsw_cap);
}

int eesi_fsw_points(const eesi_eligibility *r, const eesi_crs_person *p) {
    int points = r->fsw_age[p->age] + r->fsw_education[p->education] +
                 r->fsw_work[less(p->canadian_work + p->foreign_work, EESI_YEARS_MAX)];
    for (int a = 0; a < EESI_ABILITIES; a++)
        points += r->fsw_first[p->first[a]];
    points += lowest(p->second) >= r->fsw_second_from ? r->fsw_second : 0;
    points += p->job_offer != EESI_JOB_OFFER_NONE ? r->fsw_job_offer : 0;
    return points + adaptability(r, p);
}

static eesi_standing_is judge_fsw(judging *in) {
    const eesi_eligibility *r = in->rules;
    const int teer = teer_of(in->profile), low = lowest(in->person->first);
    const int canadian = eesi_work_months(&in->profile->canadian, in->day, 10);
    const int foreign = eesi_work_months(&in->profile->foreign, in->day, 10);
    const int points = eesi_fsw_points(r, in->person), months = canadian > foreign ? canadian : foreign;
    if (months < r->fsw_months)
        return stand(in, r->fsw, EESI_STANDING_NO, "%d months of skilled work in one place, %d are needed",
                     "%d mois de travail qualifié au même endroit, il en faut %d", months, r->fsw_months);
    if (teer >= EESI_TEER_SKILLED)
        return stand(in, r->fsw, EESI_STANDING_NO, "the occupation is of TEER %d, it must be 0 to 3",
                     "la profession est de FEER %d, il faut 0 à 3", teer);
    if (in->person->education < EESI_SECONDARY)
        return stand(in, r->fsw, EESI_STANDING_NO, "a secondary diploma is needed",
                     "un diplôme d'études secondaires est exigé");
    if (low < r->fsw_language)
        return stand(in, r->fsw, EESI_STANDING_NO, "the lowest ability is at level %d, %d is needed",
                     "la plus faible compétence est au niveau %d, il faut %d", low, r->fsw_language);
    return stand(in, r->fsw, points >= r->fsw_pass ? EESI_STANDING_YES : EESI_STANDING_NO,
                 "%d points of the selection grid, %d are needed", "%d points de la grille de sélection, il en faut %d",
                 points, r->fsw_pass);
}

static bool begins_with_any(const char *code, const eesi_occupation *list, int count) {
    for (int i = 0; i < count; i++)
        if (strncmp(code, list[i], strlen(list[i])) == 0)
            return true;
    return false;
}

bool eesi_may_be_trade(const eesi_eligibility *r, const char *occupation) {
    return !occupation[0] || (begins_with_any(occupation, r->trades, r->trade_count) &&
                              !begins_with_any(occupation, r->except, r->except_count));
}

static eesi_standing_is judge_fst(judging *in) {
    const eesi_eligibility *r = in->rules;
    const eesi_profile *p = in->profile;
    const int months =
        eesi_work_months(&p->canadian, in->day, r->fst_within) + eesi_work_months(&p->foreign, in->day, r->fst_within);
    if (months < r->fst_months)
        return stand(in, r->fst, EESI_STANDING_NO, "%d months of skilled work in %d years, %d in a trade are needed",
                     "%d mois de travail qualifié en %d ans, il en faut %d dans un métier", months, r->fst_within,
                     r->fst_months);
    if (!eesi_may_be_trade(r, p->occupation))
        return stand(in, r->fst, EESI_STANDING_NO, "occupation %s is none of the skilled trades",
                     "la profession %s n'est pas un métier spécialisé", p->occupation);
    for (int a = 0; a < EESI_ABILITIES; a++)
        if (in->person->first[a] < r->fst_language[a])
            return stand(in, r->fst, EESI_STANDING_NO,
                         "language: level %d in speaking and listening, %d in reading "
                         "and writing are needed",
                         "langue : il faut le niveau %d à l'oral, %d à l'écrit", r->fst_language[EESI_SPEAKING],
                         r->fst_language[EESI_READING]);
    if (!in->person->certificate && p->job_offer == EESI_JOB_OFFER_NONE)
        return stand(in, r->fst, EESI_STANDING_NO, "a certificate of qualification or a job offer of a year is needed",
                     "un certificat de qualification ou une offre d'emploi d'un an est exigé");
    if (!p->occupation[0])
        return stand(in, r->fst, EESI_STANDING_UNKNOWN, "say the occupation: it must be a skilled trade",
                     "indiquez la profession : ce doit être un métier spécialisé");
    return stand(in, r->fst, EESI_STANDING_YES, "%d months in trade %s", "%d mois dans le métier %s", months,
                 p->occupation);
}

/* ---- what needs a base program ---- */

/* Nominees and categories are drawn from those who are in the pool under a base program. */
static eesi_standing_is stand_in_pool(judging *in, int program, eesi_standing_is base, const char *en, const char *fr) {
    if (base == EESI_STANDING_YES)
        return stand(in, program, base, "%s", "%s", in->reasons == EESI_REASON_FR ? fr : en);
    if (base == EESI_STANDING_UNKNOWN)
        return stand(in, program, base, "%s, if CEC, FSW or FST applies", "%s, si CEC, FSW ou FST s'applique",
                     in->reasons == EESI_REASON_FR ? fr : en);
    return stand(in, program, base, "%s, but none of CEC, FSW and FST applies",
                 "%s, mais ni CEC, ni FSW, ni FST ne s'applique", in->reasons == EESI_REASON_FR ? fr : en);
}

static void judge_nominee(judging *in, eesi_standing_is base) {
    if (!in->person->nomination)
        stand(in, in->rules->nominee, EESI_STANDING_NO, "no nomination", "aucune désignation");
    else
        stand_in_pool(in, in->rules->nominee, base, "nominated by a province", "désigné par une province");
}

static void judge_french(judging *in, eesi_standing_is base) {
    const eesi_crs_person *p = in->person;
    const int low = lowest(p->first_language == EESI_FRENCH ? p->first : p->second), least = in->rules->french_level;
    if (low < least)
        stand(in, in->rules->french, EESI_STANDING_NO, "the lowest ability in French is at level %d, %d is needed",
              "la plus faible compétence en français est au niveau %d, il faut %d", low, least);
    else
        stand_in_pool(in, in->rules->french, base, "French is strong in all abilities",
                      "le français est fort dans toutes les compétences");
}

static int months_needed(const eesi_category *category, ees_date day) {
    int months = category->months[0];
    for (int i = 0; i < category->month_count; i++)
        if (day == EES_DATE_NONE || category->months_from[i] <= day)
            months = category->months[i];
    return months;
}

static void judge_category(judging *in, const eesi_category *c, eesi_standing_is base) {
    const eesi_profile *p = in->profile;
    const int needed = months_needed(c, in->day);
    const int months = eesi_work_months(&p->canadian, in->day, c->within_years) +
                       (c->in_canada ? 0 : eesi_work_months(&p->foreign, in->day, c->within_years));
    char en[160] = "", fr[160] = "";
    if (!p->occupation[0]) {
        stand(in, c->program, EESI_STANDING_UNKNOWN, "say the occupation", "indiquez la profession");
        return;
    }
    if (!begins_with_any(p->occupation, c->occupations, c->occupation_count)) {
        if (c->complete)
            stand(in, c->program, EESI_STANDING_NO, "occupation %s does not belong to it",
                  "la profession %s n'en fait pas partie", p->occupation);
        else
            stand(in, c->program, EESI_STANDING_NO,
                  "occupation %s is not among those known here; the list is not complete: look it up",
                  "la profession %s n'est pas parmi celles connues ici; la liste n'est pas complète : vérifiez",
                  p->occupation);
        return;
    }
    if (months < needed) {
        stand(in, c->program, EESI_STANDING_NO, "occupation %s belongs to it, but %d months of work%s, %d are needed",
              "la profession %s en fait partie, mais %d mois de travail%s, il en faut %d", p->occupation, months,
              !c->in_canada                   ? ""
              : in->reasons == EESI_REASON_FR ? " au Canada"
                                              : " in Canada",
              needed);
        return;
    }
    if (c->condition[0][0]) {
        stand(in, c->program, EESI_STANDING_UNKNOWN, "needs %s", "il faut : %s",
              c->condition[in->reasons == EESI_REASON_FR]);
        return;
    }
    if (in->reasons != EESI_REASON_NONE) {
        snprintf(en, sizeof en, "occupation %s, %d months", p->occupation, months);
        snprintf(fr, sizeof fr, "profession %s, %d mois", p->occupation, months);
    }
    stand_in_pool(in, c->program, base, en, fr);
}

static bool exists_on(const eesi_eligibility *rules, int program, ees_date day) {
    const ees_program *p = &rules->programs->programs[program];
    return day == EES_DATE_NONE || ((p->first_date == EES_DATE_NONE || p->first_date <= day) &&
                                    (p->last_date == EES_DATE_NONE || day <= p->last_date));
}

static eesi_standing_is best_of(eesi_standing_is a, eesi_standing_is b) {
    return a == EESI_STANDING_YES || b == EESI_STANDING_YES           ? EESI_STANDING_YES
           : a == EESI_STANDING_UNKNOWN || b == EESI_STANDING_UNKNOWN ? EESI_STANDING_UNKNOWN
                                                                      : EESI_STANDING_NO;
}

int eesi_eligibility_judge(const eesi_eligibility *rules, const eesi_profile *profile, const eesi_crs_person *person,
                           ees_date day, int reasons, eesi_standing standings[EES_PROGRAMS_MAX]) {
    judging in = {rules, profile, person, day, reasons, standings, 0};
    eesi_standing_is base = EESI_STANDING_NO;
    if (rules->cec != EES_PROGRAM_NONE)
        base = best_of(base, judge_cec(&in));
    if (rules->fsw != EES_PROGRAM_NONE)
        base = best_of(base, judge_fsw(&in));
    if (rules->fst != EES_PROGRAM_NONE)
        base = best_of(base, judge_fst(&in));
    if (rules->nominee != EES_PROGRAM_NONE)
        judge_nominee(&in, base);
    if (rules->french != EES_PROGRAM_NONE && exists_on(rules, rules->french, day))
        judge_french(&in, base);
    for (int c = 0; c < rules->category_count; c++)
        if (exists_on(rules, rules->categories[c].program, day))
            judge_category(&in, &rules->categories[c], base);
    return in.count;
}

ees_program_set eesi_standing_set(const eesi_standing *standings, int count) {
    ees_program_set set = 0;
    for (int i = 0; i < count; i++)
        if (standings[i].is == EESI_STANDING_YES)
            set |= (ees_program_set)1 << standings[i].program;
    return set;
}
