/* The questions of `eesim score` on a terminal. Each answer is put to the library at once, in a profile that is whole
 * but for it, so that the rules for a value stand in one place. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "score.h"

enum { ANSWER_BYTES = 256 };

typedef struct asking {
    ees_context *context;
    score_lang lang;
    json_t *profile; /* the answers so far */
    bool ended;
} asking;

static const char *pick(const asking *in, const char *en, const char *fr) {
    return in->lang == SCORE_FR ? fr : en;
}

/* One line, without spaces around it; false at the end of the input. */
static bool read_line(asking *in, const char *prompt, char *answer) {
    fprintf(stderr, "%s ", prompt);
    if (in->ended || !fgets(answer, ANSWER_BYTES, stdin)) {
        in->ended = true;
        return false;
    }
    size_t length = strlen(answer), start = strspn(answer, " \t");
    while (length > start && strchr(" \t\r\n", answer[length - 1]))
        length--;
    memmove(answer, answer + start, length - start);
    answer[length - start] = '\0';
    return true;
}

/* Whether the library takes the answers so far; what is not asked yet stands in. */
static bool is_taken(const asking *in) {
    char *answer = NULL;
    ees_error err = {0};
    json_t *filled =
        json_pack("{s:s,s:i,s:s,s:n}", "date", "2026-01-01", "age", 30, "education", "bachelor", "first_language");
    json_object_update(filled, in->profile);
    if (json_object_get(in->profile, "birth_date"))
        json_object_del(filled, "age");
    json_t *question = json_pack("{s:s,s:O}", "command", "score", "profile", filled);
    char *text = json_dumps(question, 0);
    const bool taken = text && ees_answer_json(in->context, text, &answer, &err) == EES_OK;
    if (!taken)
        fprintf(stderr, "  %s\n", err.message);
    free(answer);
    free(text);
    json_decref(question);
    json_decref(filled);
    return taken;
}

/* Keep a value when it is taken. */
static bool keep(asking *in, const char *key, json_t *value) {
    json_object_set_new(in->profile, key, value);
    if (is_taken(in))
        return true;
    json_object_del(in->profile, key);
    return false;
}

static json_t *number_of(const char *answer) {
    char *end = NULL;
    const double value = strtod(answer, &end);
    if (!*answer || *end)
        return json_string(answer); /* the library says what it expects */
    return value == (double)(json_int_t)value ? json_integer((json_int_t)value) : json_real(value);
}

static void ask_number(asking *in, const char *key, const char *prompt, bool optional) {
    char answer[ANSWER_BYTES];
    while (read_line(in, prompt, answer)) {
        if (optional && !*answer)
            snprintf(answer, sizeof answer, "0");
        if (keep(in, key, number_of(answer)))
            return;
    }
}

/* A day is the birthday, a number the age. */
static void ask_age(asking *in) {
    char answer[ANSWER_BYTES];
    while (read_line(in,
                     pick(in, "Your age, or your day of birth as YYYY-MM-DD:",
                          "Votre âge, ou votre date de naissance (AAAA-MM-JJ) :"),
                     answer)) {
        const bool is_day = strchr(answer, '-') != NULL;
        if (keep(in, is_day ? "birth_date" : "age", is_day ? json_string(answer) : number_of(answer)))
            return;
    }
}

static bool ask_yes(asking *in, const char *prompt) {
    char answer[ANSWER_BYTES];
    while (read_line(in, prompt, answer)) {
        const char first = answer[0];
        if (first == '\0' || first == 'n' || first == 'N')
            return false;
        if (first && strchr("yYoO", first))
            return true;
    }
    return false;
}

static void ask_flag(asking *in, const char *key, const char *prompt) {
    json_object_set_new(in->profile, key, json_boolean(ask_yes(in, prompt)));
}

static const char *ask_education(asking *in, const char *prompt) {
    char answer[ANSWER_BYTES];
    fprintf(stderr, "%s\n", prompt);
    for (int i = 0; score_educations[i].name; i++)
        fprintf(stderr, "  %d  %s\n", i + 1, pick(in, score_educations[i].en, score_educations[i].fr));
    while (read_line(in, pick(in, "1 to 8:", "1 à 8 :"), answer))
        if (answer[0] >= '1' && answer[0] <= '8' && !answer[1])
            return score_educations[answer[0] - '1'].name;
    return "secondary";
}

/* "IELTS 7 8.5 7 7" as the object of a profile; the library checks what is in it. */
static json_t *test_of(char *answer) {
    static const char *const names[] = {"speaking", "listening", "reading", "writing"};
    json_t *test = json_object();
    char *at = NULL, *word = strtok_r(answer, " ,;:/", &at);
    int results = 0;
    for (char *p = word; p && *p; p++)
        *p = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
    json_object_set_new(test, "test", json_string(word ? word : ""));
    while ((word = strtok_r(NULL, " ,;:/", &at)) && results < 4) {
        if (results == 0 && strspn(word, "0123456789.") == 0)
            json_object_set_new(test, "language", json_string(word));
        else
            json_object_set_new(test, names[results++], number_of(word));
    }
    return test;
}

static void ask_test(asking *in, const char *key, const char *prompt) {
    char answer[ANSWER_BYTES];
    while (read_line(in, prompt, answer))
        if (keep(in, key, *answer ? test_of(answer) : json_null()))
            return;
}

static void ask_spouse(asking *in) {
    char answer[ANSWER_BYTES];
    if (!ask_yes(in,
                 pick(in, "Does a spouse or partner who is not Canadian or a permanent resident come with you? (y/n)",
                      "Un conjoint qui n'est ni citoyen canadien ni résident permanent vous accompagne-t-il? (o/n)"))) {
        json_object_set_new(in->profile, "spouse", json_null());
        return;
    }
    json_t *spouse = json_object();
    json_object_set_new(in->profile, "spouse", spouse);
    json_object_set_new(spouse, "education",
                        json_string(ask_education(in, pick(in, "Your spouse's highest level of education:",
                                                           "Niveau d'études de votre conjoint :"))));
    while (read_line(
        in, pick(in, "Your spouse's language test, or nothing:", "Test de langue de votre conjoint, ou rien :"),
        answer)) {
        json_object_set_new(spouse, "language", *answer ? test_of(answer) : json_null());
        if (is_taken(in))
            break;
    }
    while (read_line(in,
                     pick(in, "Your spouse's years of skilled work in Canada (0 if none):",
                          "Années de travail qualifié de votre conjoint au Canada (0 si aucune) :"),
                     answer)) {
        json_object_set_new(spouse, "canadian_work_years", number_of(*answer ? answer : "0"));
        if (is_taken(in))
            break;
    }
}

static void ask_occupation(asking *in) {
    char answer[ANSWER_BYTES];
    while (read_line(in,
                     pick(in, "Your occupation, five digits of NOC 2021, or nothing:",
                          "Votre profession, cinq chiffres de la CNP 2021, ou rien :"),
                     answer))
        if (!*answer || keep(in, "occupation", json_string(answer)))
            return;
}

static void ask_all(asking *in) {
    ask_age(in);
    json_object_set_new(in->profile, "education",
                        json_string(ask_education(
                            in, pick(in, "Your highest level of education:", "Votre plus haut niveau d'études :"))));
    fputs(pick(in,
               "Language tests are written as TEST SPEAKING LISTENING READING WRITING, such as IELTS 7 8.5 7 7,\n"
               "or CLB en 9 9 9 9 for levels. Tests: CLB IELTS CELPIP PTE TEF TCF.\n",
               "Les tests de langue s'écrivent TEST, EXPRESSION ORALE, COMPRÉHENSION DE L'ORAL, COMPRÉHENSION DE\n"
               "L'ÉCRIT, EXPRESSION ÉCRITE, p. ex. TEF 456 434 434 428, ou CLB fr 9 9 9 9 pour des niveaux (NCLC).\n"
               "Tests : CLB IELTS CELPIP PTE TEF TCF.\n"),
          stderr);
    ask_test(in, "first_language",
             pick(in, "Your first official language, or nothing:", "Votre première langue officielle, ou rien :"));
    if (json_is_object(json_object_get(in->profile, "first_language")))
        ask_test(in, "second_language",
                 pick(in, "Your second official language, or nothing:", "Votre deuxième langue officielle, ou rien :"));
    ask_number(in, "canadian_work_years",
               pick(in, "Years of skilled work in Canada in the last ten years (0 if none):",
                    "Années de travail qualifié au Canada depuis dix ans (0 si aucune) :"),
               true);
    ask_number(in, "foreign_work_years",
               pick(in, "Years of skilled work outside Canada in the last ten years (0 if none):",
                    "Années de travail qualifié hors du Canada depuis dix ans (0 si aucune) :"),
               true);
    ask_occupation(in);
    ask_flag(in, "certificate",
             pick(in, "A certificate of qualification in a trade, from a province? (y/n)",
                  "Un certificat de qualification d'une province dans un métier? (o/n)"));
    ask_number(in, "canadian_study_years",
               pick(in, "Years of the longest credential you earned in Canada (0 if none):",
                    "Durée en années du plus long diplôme obtenu au Canada (0 si aucun) :"),
               true);
    ask_flag(in, "sibling",
             pick(in, "A brother or sister in Canada, 18 or older, citizen or permanent resident? (y/n)",
                  "Un frère ou une sœur au Canada, de 18 ans ou plus, citoyen ou résident permanent? (o/n)"));
    ask_flag(in, "nomination", pick(in, "A nomination by a province? (y/n)", "Une désignation d'une province? (o/n)"));
    ask_spouse(in);
}

json_t *score_ask(cli *app, ees_context *context, score_lang lang) {
    ees_date today;
    char day[EES_DATE_TEXT_MAX];
    if (cli_read_today(app, &today) != CLI_DONE)
        return NULL;
    asking in = {.context = context, .lang = lang, .profile = json_object()};
    json_object_set_new(in.profile, "date", json_string(ees_date_format(today, day)));
    ask_all(&in);
    if (in.ended) {
        json_decref(in.profile);
        return NULL;
    }
    return in.profile;
}

int score_offer_save(cli *app, const json_t *profile, score_lang lang) {
    asking in = {.lang = lang};
    char answer[ANSWER_BYTES];
    if (!read_line(&in,
                   pick(&in, "Save the profile in a file? Its name, or nothing:",
                        "Enregistrer le profil? Nom du fichier, ou rien :"),
                   answer) ||
        !*answer)
        return CLI_DONE;
    if (access(answer, F_OK) == 0)
        return cli_misuse(app, "%s is there already: it is not overwritten", answer);
    if (json_dump_file(profile, answer, JSON_INDENT(2)) != 0)
        return cli_misuse(app, "%s cannot be written", answer);
    cli_note(app,
             pick(&in, "saved; eesim score --profile %s answers again",
                  "enregistré; eesim score --profile %s répond de nouveau"),
             answer);
    return CLI_DONE;
}
