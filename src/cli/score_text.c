/* A score for people, in English or French. */
#include <stdlib.h>
#include <string.h>

#include "score.h"

static const score_words part_words[] = {
    {"age", "Age", "Âge"},
    {"education", "Education", "Études"},
    {"first_language", "First language", "Première langue"},
    {"second_language", "Second language", "Deuxième langue"},
    {"canadian_work", "Work in Canada", "Travail au Canada"},
    {"spouse_education", "Spouse's education", "Études du conjoint"},
    {"spouse_language", "Spouse's language", "Langue du conjoint"},
    {"spouse_canadian_work", "Spouse's work in Canada", "Travail du conjoint au Canada"},
    {"education_language", "Education and language", "Études et langue"},
    {"education_canadian_work", "Education and work in Canada", "Études et travail au Canada"},
    {"foreign_work_language", "Foreign work and language", "Travail à l'étranger et langue"},
    {"foreign_work_canadian_work", "Foreign work and work in Canada", "Travail à l'étranger et au Canada"},
    {"certificate_language", "Certificate and language", "Certificat et langue"},
    {"nomination", "Nomination", "Désignation d'une province"},
    {"job_offer", "Job offer", "Offre d'emploi"},
    {"french", "French", "Français"},
    {"canadian_study", "Study in Canada", "Études au Canada"},
    {"sibling", "Brother or sister in Canada", "Frère ou sœur au Canada"},
    {NULL, NULL, NULL}};

static const score_words section_words[] = {{"core", "Core", "Facteurs de base"},
                                            {"spouse", "Spouse", "Conjoint"},
                                            {"transferability", "Skill transferability", "Transférabilité"},
                                            {"additional", "Additional", "Points additionnels"},
                                            {NULL, NULL, NULL}};

static const score_words cap_words[] = {
    {"second_language", "second language", "deuxième langue"},
    {"spouse_language", "spouse's language", "langue du conjoint"},
    {"education", "the two pairs with education", "les deux paires avec les études"},
    {"foreign_work", "the two pairs with foreign work", "les deux paires avec le travail à l'étranger"},
    {"certificate", "certificate", "certificat"},
    {"core", "core", "facteurs de base"},
    {"spouse", "spouse", "conjoint"},
    {"transferability", "skill transferability", "transférabilité"},
    {"additional", "additional points", "points additionnels"},
    {NULL, NULL, NULL}};

static const score_words change_words[] = {
    {"education", "education", "études"},
    {"first_language.speaking", "speaking", "expression orale"},
    {"first_language.listening", "listening", "compréhension de l'oral"},
    {"first_language.reading", "reading", "compréhension de l'écrit"},
    {"first_language.writing", "writing", "expression écrite"},
    {"first_language", "first language, all four abilities", "première langue, les quatre compétences"},
    {"second_language.speaking", "second language, speaking", "deuxième langue, expression orale"},
    {"second_language.listening", "second language, listening", "deuxième langue, compréhension de l'oral"},
    {"second_language.reading", "second language, reading", "deuxième langue, compréhension de l'écrit"},
    {"second_language.writing", "second language, writing", "deuxième langue, expression écrite"},
    {"second_language", "second language, all four abilities", "deuxième langue, les quatre compétences"},
    {"canadian_work_years", "years of work in Canada", "années de travail au Canada"},
    {"foreign_work_years", "years of foreign work", "années de travail à l'étranger"},
    {"certificate", "certificate of qualification", "certificat de qualification"},
    {"canadian_study_years", "years of a Canadian credential", "années d'un diplôme canadien"},
    {"sibling", "brother or sister in Canada", "frère ou sœur au Canada"},
    {"nomination", "nomination", "désignation"},
    {"job_offer", "job offer", "offre d'emploi"},
    {"spouse", "the spouse does not come along", "le conjoint n'accompagne pas"},
    {"spouse.education", "spouse's education", "études du conjoint"},
    {"spouse.language.speaking", "spouse, speaking", "conjoint, expression orale"},
    {"spouse.language.listening", "spouse, listening", "conjoint, compréhension de l'oral"},
    {"spouse.language.reading", "spouse, reading", "conjoint, compréhension de l'écrit"},
    {"spouse.language.writing", "spouse, writing", "conjoint, expression écrite"},
    {"spouse.canadian_work_years", "spouse's years of work in Canada", "années de travail du conjoint au Canada"},
    {NULL, NULL, NULL}};

const score_words score_educations[] = {
    {"less-than-secondary", "less than secondary", "moins que le secondaire"},
    {"secondary", "secondary", "secondaire"},
    {"one-year", "one-year credential", "diplôme d'un an"},
    {"two-year", "two-year credential", "diplôme de deux ans"},
    {"bachelor", "bachelor's degree, or three years or more", "baccalauréat, ou trois ans ou plus"},
    {"two-or-more", "two or more credentials, one of three years", "deux diplômes ou plus, dont un de trois ans"},
    {"masters", "master's or professional degree", "maîtrise ou grade professionnel"},
    {"doctoral", "doctorate", "doctorat"},
    {NULL, NULL, NULL}};

enum { NAME_WIDTH = 36 };

score_lang score_language(int option) {
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    if (option >= 0)
        return (score_lang)option;
    for (int i = 0; i < 3; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return strncmp(value, "fr", 2) == 0 ? SCORE_FR : SCORE_EN;
    }
    return SCORE_EN;
}

const char *score_word(const score_words *words, score_lang lang, const char *name) {
    for (; words->name; words++)
        if (strcmp(words->name, name) == 0)
            return lang == SCORE_FR ? words->fr : words->en;
    return name;
}

const char *score_part_name(const char *part) {
    return score_word(part_words, SCORE_EN, part);
}

const char *score_change_name(const char *change) {
    return score_word(change_words, SCORE_EN, change);
}

static const char *pick(score_lang lang, const char *en, const char *fr) {
    return lang == SCORE_FR ? fr : en;
}

static int number(const json_t *object, const char *key) {
    return (int)json_integer_value(json_object_get(object, key));
}

static const char *text(const json_t *object, const char *key) {
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

/* Padded to a width in characters, of which UTF-8 has fewer than bytes. */
static void put_padded(FILE *out, const char *indent, const char *name) {
    int length = (int)strlen(indent);
    for (const char *p = name; *p; p++)
        length += (*p & 0xc0) != 0x80;
    fprintf(out, "%s%s%*s", indent, name, length < NAME_WIDTH ? NAME_WIDTH - length : 1, "");
}

static void put_head(FILE *out, const json_t *answer, score_lang lang) {
    fprintf(out, pick(lang, "Score %d", "Score : %d"), number(answer, "score"));
    if (*text(answer, "date"))
        fprintf(out, pick(lang, " on %s", " le %s"), text(answer, "date"));
    fputs(json_is_true(json_object_get(answer, "with_spouse"))
              ? pick(lang, ", with an accompanying spouse", ", avec un conjoint qui accompagne")
              : pick(lang, ", without an accompanying spouse", ", sans conjoint qui accompagne"),
          out);
    fprintf(out, pick(lang, " (rules: %s)\n", " (règles : %s)\n"), text(answer, "rules"));
}

static void put_levels(FILE *out, const json_t *answer, const char *key, score_lang lang, const char *label) {
    const json_t *levels = json_object_get(answer, key);
    if (!json_is_object(levels))
        return;
    fprintf(out,
            pick(lang, "%s: %s, %s; level %d speaking, %d listening, %d reading, %d writing\n",
                 "%s : %s, %s; niveau %d expression orale, %d compréhension de l'oral, %d compréhension de l'écrit, "
                 "%d expression écrite\n"),
            label, text(levels, "test"),
            strcmp(text(levels, "language"), "fr") == 0 ? pick(lang, "French", "français")
                                                        : pick(lang, "English", "anglais"),
            number(levels, "speaking"), number(levels, "listening"), number(levels, "reading"),
            number(levels, "writing"));
}

static void put_part(FILE *out, const json_t *part, score_lang lang) {
    if (number(part, "most") == 0 && number(part, "points") == 0)
        return;
    put_padded(out, "  ", score_word(part_words, lang, text(part, "part")));
    fprintf(out, pick(lang, "%5d of %d\n", "%5d sur %d\n"), number(part, "points"), number(part, "most"));
}

static void put_caps(FILE *out, const json_t *answer, score_lang lang) {
    size_t i;
    const json_t *cap;
    json_array_foreach(json_object_get(answer, "caps"), i, cap) {
        fprintf(out, pick(lang, "Capped: %s make %d, of which %d count\n", "Plafond : %s font %d, dont %d comptent\n"),
                score_word(cap_words, lang, text(cap, "cap")), number(cap, "before"), number(cap, "most"));
    }
}

static void put_sections(FILE *out, const json_t *answer, score_lang lang) {
    const json_t *parts = json_object_get(answer, "parts"), *part;
    size_t i;
    for (const score_words *s = section_words; s->name; s++) {
        fputc('\n', out);
        put_padded(out, "", pick(lang, s->en, s->fr));
        fprintf(out, "%5d\n", number(answer, s->name));
        json_array_foreach(parts, i, part) {
            if (strcmp(text(part, "section"), s->name) == 0)
                put_part(out, part, lang);
        }
    }
}

static void put_value(FILE *out, const json_t *value, const char *change, score_lang lang) {
    if (json_is_string(value))
        fputs(score_word(score_educations, lang, json_string_value(value)), out);
    else
        fprintf(out, "%s%d", strstr(change, "language") ? pick(lang, "level ", "niveau ") : "",
                (int)json_integer_value(value));
}

static void put_step(FILE *out, const json_t *step, score_lang lang) {
    static const char *const plain[] = {"certificate", "sibling", "nomination", "job_offer"};
    const char *change = text(step, "change");
    bool is_plain = false;
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        is_plain |= strcmp(change, plain[i]) == 0;
    fprintf(out, "    %s", score_word(change_words, lang, change));
    if (!is_plain) {
        fputs(pick(lang, ": ", " : "), out);
        put_value(out, json_object_get(step, "to"), change, lang);
    }
    if (*text(step, "test"))
        fprintf(out, " (%s %g)", text(step, "test"), json_number_value(json_object_get(step, "result")));
    const int gain = number(step, "gain"), own = number(step, "part_gain");
    if (gain == own)
        fprintf(out, "  %+d\n", gain);
    else
        fprintf(out, pick(lang, "  %+d here, %+d in all\n", "  %+d ici, %+d en tout\n"), own, gain);
}

/* Only what candidates bring about by themselves: nobody gains a sister. */
static bool is_step(const json_t *step) {
    static const char *const given[] = {"sibling", "nomination", "job_offer"};
    for (size_t i = 0; i < sizeof given / sizeof *given; i++)
        if (strcmp(text(step, "change"), given[i]) == 0)
            return false;
    return true;
}

static void put_steps(FILE *out, const json_t *answer, score_lang lang) {
    const json_t *parts = json_object_get(answer, "parts"), *part, *step;
    size_t i, k;
    fputs(pick(lang, "\nWhat a part needs for its next step\n", "\nCe qu'il faut pour le palier suivant\n"), out);
    json_array_foreach(parts, i, part) {
        bool any = false;
        json_array_foreach(json_object_get(part, "next"), k, step) {
            if (!is_step(step))
                continue;
            if (!any)
                fprintf(out, "  %s\n", score_word(part_words, lang, text(part, "part")));
            any = true;
            put_step(out, step, lang);
        }
    }
}

static void put_names(FILE *out, const json_t *names, const char *label) {
    size_t i;
    const json_t *name;
    if (json_array_size(names) == 0)
        return;
    fputs(label, out);
    json_array_foreach(names, i, name) {
        fprintf(out, "%s%s", i ? ", " : "", json_string_value(name));
    }
    fputc('\n', out);
}

static void put_programs(FILE *out, const json_t *answer, score_lang lang) {
    size_t i;
    const json_t *program;
    fputs(pick(lang, "\nPrograms\n", "\nProgrammes\n"), out);
    json_array_foreach(json_object_get(answer, "programs"), i, program) {
        const json_t *is = json_object_get(program, "eligible");
        const char *word = json_is_true(is)    ? pick(lang, "yes", "oui")
                           : json_is_false(is) ? pick(lang, "no", "non")
                                               : pick(lang, "?", "?");
        fprintf(out, "  %-15s %-4s %s\n", text(program, "program"), word, text(program, "reason"));
    }
}

void score_put_text(FILE *out, const json_t *answer, score_lang lang) {
    put_head(out, answer, lang);
    put_levels(out, answer, "levels", lang, pick(lang, "First language", "Première langue"));
    put_levels(out, answer, "second_levels", lang, pick(lang, "Second language", "Deuxième langue"));
    put_levels(out, answer, "spouse_levels", lang, pick(lang, "Spouse", "Conjoint"));
    put_names(out, json_object_get(answer, "expired"),
              pick(lang, "Older than two years, so that it counts as none: ",
                   "Datant de plus de deux ans, donc sans effet : "));
    put_sections(out, answer, lang);
    put_caps(out, answer, lang);
    put_programs(out, answer, lang);
    put_steps(out, answer, lang);
    if (json_array_size(json_object_get(answer, "assumed_none")) > 0)
        fputc('\n', out);
    put_names(out, json_object_get(answer, "assumed_none"),
              pick(lang, "Not given, taken as none: ", "Non indiqué, compté comme nul : "));
}
