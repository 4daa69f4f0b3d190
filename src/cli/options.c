/* Words of the command line into the fields of an options struct. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

const cli_option cli_common_options[] = {
    {.name = "data",
     .value_name = "DIR",
     .kind = CLI_TEXT,
     .offset = offsetof(cli_common, data),
     .group = CLI_TAKES_DATA,
     .help = "folder of rounds.csv and pools.csv; else $EESIM_DATA, else the one shipped with the program"},
    {.name = "model",
     .value_name = "NAME",
     .kind = CLI_TEXT,
     .offset = offsetof(cli_common, model),
     .group = CLI_TAKES_MODEL,
     .help = "model, by its name or its file"},
    {.name = "date",
     .value_name = "D",
     .kind = CLI_DATE,
     .offset = offsetof(cli_common, date),
     .group = CLI_TAKES_DATE,
     .help = "day of the round; only what was public before it is used. Without it: the next round after the newest "
             "data"},
    {.name = "replicates",
     .value_name = "R",
     .kind = CLI_INT,
     .offset = offsetof(cli_common, replicates),
     .min = 1,
     .max = 1e9,
     .group = CLI_TAKES_RANDOM,
     .help = "random futures to draw"},
    {.name = "seed",
     .value_name = "S",
     .kind = CLI_INT,
     .offset = offsetof(cli_common, seed),
     .min = 0,
     .max = 9007199254740992.0,
     .otherwise = "1",
     .group = CLI_TAKES_RANDOM,
     .help = "same seed, same numbers"},
    {.name = "threads",
     .value_name = "T",
     .kind = CLI_INT,
     .offset = offsetof(cli_common, threads),
     .min = 0,
     .max = 4096,
     .otherwise = "0",
     .group = CLI_TAKES_THREADS,
     .help = "threads, 0 = all; the result does not depend on it"},
    {.name = "format",
     .value_name = "F",
     .kind = CLI_CHOICE,
     .offset = offsetof(cli_common, format),
     .choices = "table|csv|json",
     .otherwise = "table",
     .group = CLI_TAKES_FORMAT,
     .help = "table, csv or json"},
    {.name = "output",
     .letter = 'o',
     .value_name = "PATH",
     .kind = CLI_TEXT,
     .offset = offsetof(cli_common, output),
     .group = CLI_TAKES_OUTPUT,
     .help = "write there instead of standard output; an existing file is replaced in one step"},
    {.name = "quiet",
     .kind = CLI_FLAG,
     .offset = offsetof(cli_common, quiet),
     .help = "no remarks and no progress on standard error"},
    {.name = "color",
     .value_name = "WHEN",
     .kind = CLI_CHOICE,
     .offset = offsetof(cli_common, color),
     .choices = "auto|always|never",
     .otherwise = "auto",
     .help = "auto, always or never; auto heeds NO_COLOR, TERM=dumb and pipes"},
    {.name = "help", .letter = 'h', .kind = CLI_FLAG, .offset = offsetof(cli_common, help), .help = "this text"},
    {.name = NULL}};

static bool in_table(const cli_option *table, const char *name) {
    for (; table && table->name; table++)
        if (strcmp(table->name, name) == 0)
            return true;
    return false;
}

bool cli_takes(const cli_command *command, const cli_option *option) {
    if (!command || option->group == 0 || option->group == CLI_TAKES_OUTPUT)
        return true;
    /* a command's own option of the same name comes first */
    return (command->common & option->group) != 0 && !in_table(command->options, option->name);
}

static const cli_option *find_in(const cli_option *table, const char *name, size_t length) {
    for (; table && table->name; table++)
        if (strlen(table->name) == length && memcmp(table->name, name, length) == 0)
            return table;
    return NULL;
}

static const cli_option *find_letter(char letter) {
    for (const cli_option *option = cli_common_options; option->name; option++)
        if (option->letter == letter)
            return option;
    return NULL;
}

/* The option and the struct its field is in; NULL when the command has none of that name. */
static const cli_option *find_option(cli *app, const char *name, size_t length, void *options, void **base) {
    const cli_option *found = find_in(app->command->options, name, length);
    *base = options;
    if (found)
        return found;
    found = find_in(cli_common_options, name, length);
    *base = &app->common;
    return found && cli_takes(app->command, found) ? found : NULL;
}

static int unknown_option(const cli *app, const char *name, size_t length) {
    const char *names[128];
    size_t count = 0;
    for (const cli_option *o = app->command->options; o && o->name && count < 64; o++)
        names[count++] = o->name;
    for (const cli_option *o = cli_common_options; o->name; o++)
        if (cli_takes(app->command, o))
            names[count++] = o->name;
    char word[64];
    snprintf(word, sizeof word, "%.*s", (int)(length < 60 ? length : 60), name);
    const char *near = ees_nearest(word, names, count);
    if (near)
        return cli_misuse(app, "'%s' has no option --%s; did you mean --%s?", app->command->name, word, near);
    return cli_misuse(app, "'%s' has no option --%s", app->command->name, word);
}

static int store(cli *app, const cli_option *option, const char *value, void *base) {
    if (option->kind == CLI_FLAG && value)
        return cli_misuse(app, "--%s takes no value", option->name);
    if (option->kind == CLI_FLAG)
        value = "";
    return cli_read_value(app, option, value, (char *)base + option->offset);
}

/* A following word that starts with two dashes, or with one and a letter, is an option and no value. */
static bool is_value(const char *word) {
    return word && (word[0] != '-' || word[1] == '\0' || (word[1] >= '0' && word[1] <= '9') || word[1] == '.');
}

/* words[*at] is an option; takes its value too. */
static int parse_option(cli *app, int count, char **words, int *at, void *options) {
    const char *word = words[*at];
    void *base = NULL;
    const cli_option *option;
    const char *value = NULL;
    if (word[1] == '-') {
        const char *equals = strchr(word, '=');
        size_t length = equals ? (size_t)(equals - word - 2) : strlen(word) - 2;
        option = find_option(app, word + 2, length, options, &base);
        if (!option)
            return unknown_option(app, word + 2, length);
        value = equals ? equals + 1 : NULL;
    } else {
        option = word[2] == '\0' ? find_letter(word[1]) : NULL;
        base = &app->common;
        if (!option)
            return cli_misuse(app, "'%s' is no option; options are spelled whole, with two dashes", word);
    }
    if (option->kind != CLI_FLAG && !value) {
        const char *next = *at + 1 < count ? words[*at + 1] : NULL;
        if (!is_value(next))
            return cli_misuse(app, "%s needs a value, such as %s %s", word, word, option->value_name);
        value = next;
        ++*at;
    }
    return store(app, option, value, base);
}

static int store_defaults(cli *app, const cli_option *table, void *base) {
    int status = CLI_DONE;
    for (; table && table->name && status == CLI_DONE; table++)
        if (table->kind != CLI_FLAG)
            status = cli_read_value(app, table, table->otherwise, (char *)base + table->offset);
    return status;
}

static int check_operands(const cli *app) {
    const cli_command *command = app->command;
    if (app->operand_count > command->operands_max)
        return cli_misuse(app, "'%s' is one word too many: 'eesim %s' takes %s%s%s",
                          app->operands[command->operands_max], command->name,
                          command->operands ? command->operands : "options only",
                          command->operands ? " and options" : "", "");
    if (app->operand_count < command->operands_min)
        return cli_misuse(app, "'eesim %s' needs %s", command->name, command->operands);
    return CLI_DONE;
}

int cli_parse(cli *app, int count, char **words, void *options) {
    app->operands = calloc((size_t)count + 1, sizeof *app->operands);
    if (!app->operands) {
        fputs("eesim: out of memory\n", stderr);
        return CLI_FAILED;
    }
    int status = store_defaults(app, cli_common_options, &app->common);
    if (status == CLI_DONE)
        status = store_defaults(app, app->command->options, options);
    bool only_operands = false;
    for (int i = 0; i < count && status == CLI_DONE; i++) {
        const char *word = words[i];
        if (!only_operands && strcmp(word, "--") == 0)
            only_operands = true;
        else if (!only_operands && word[0] == '-' && word[1] != '\0')
            status = parse_option(app, count, words, &i, options);
        else
            app->operands[app->operand_count++] = word;
    }
    if (status == CLI_DONE && !app->common.help)
        status = check_operands(app);
    return status;
}

int cli_parse_programs(cli *app, void *options) {
    int status = CLI_DONE;
    for (const cli_option *o = app->command->options; o && o->name && status == CLI_DONE; o++) {
        if (o->kind != CLI_PROGRAM)
            continue;
        cli_program *field = (cli_program *)(void *)((char *)options + o->offset);
        field->position = EES_PROGRAM_NONE;
        if (field->code)
            status = cli_find_program(app, field->code, &field->position);
    }
    return status;
}

void cli_free_lists(const cli_command *command, void *options) {
    for (const cli_option *o = command->options; o && o->name; o++)
        if (o->kind == CLI_LIST)
            free(((cli_list *)(void *)((char *)options + o->offset))->items);
}
