/* The program `eesim`: finds the command that is meant and runs it. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

static size_t command_count(void) {
    size_t count = 0;
    while (cli_commands[count])
        count++;
    return count;
}

/* A command named by one word or two ("data import"); *used words were taken. */
static const cli_command *find_command(int count, char **words, int *used) {
    for (size_t i = 0; cli_commands[i]; i++) {
        const char *name = cli_commands[i]->name;
        size_t length = strlen(words[0]);
        if (strncmp(name, words[0], length) != 0)
            continue;
        *used = 1;
        if (name[length] == '\0')
            return cli_commands[i];
        *used = 2;
        if (name[length] == ' ' && count > 1 && strcmp(name + length + 1, words[1]) == 0)
            return cli_commands[i];
    }
    return NULL;
}

/* "data" alone, or followed by a word that is none of its commands. */
static int incomplete(cli *app, const char *first, const char *second) {
    const char *names[32];
    size_t count = 0, length = strlen(first);
    for (size_t i = 0; cli_commands[i] && count < 32; i++)
        if (strncmp(cli_commands[i]->name, first, length) == 0 && cli_commands[i]->name[length] == ' ')
            names[count++] = cli_commands[i]->name;
    if (count == 0)
        return CLI_DONE;
    char list[256] = "";
    for (size_t i = 0; i < count; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s'%s'", i ? " or " : "", names[i]);
    if (second && second[0] != '-')
        return cli_misuse(app, "'%s %s' is no command, expected %s", first, second, list);
    return cli_misuse(app, "'%s' needs a second word, expected %s", first, list);
}

static int unknown_command(cli *app, const char *word) {
    const char *names[64];
    size_t count = 0;
    for (size_t i = 0; i < command_count() && i < 64; i++)
        names[count++] = cli_commands[i]->name;
    const char *near = ees_nearest(word, names, count);
    if (near)
        return cli_misuse(app, "'%s' is no command; did you mean '%s'?", word, near);
    return cli_misuse(app, "'%s' is no command", word);
}

static int run_command(cli *app, int count, char **words) {
    void *options = calloc(1, app->command->options_size + 1);
    if (!options) {
        fputs("eesim: out of memory\n", stderr);
        return CLI_FAILED;
    }
    /* `eesim draw help`; a command that reads a file may be given one of that name */
    const bool asks_help = count == 1 && strcmp(words[0], "help") == 0 && access("help", F_OK) != 0 && errno == ENOENT;
    char help[] = "--help";
    char *asked[] = {help};
    int status = cli_parse(app, count, asks_help ? asked : words, options);
    if (status == CLI_DONE && app->common.help)
        cli_help(app, app->command);
    else if (status == CLI_DONE) {
        ees_date today;
        status = cli_read_today(app, &today);
        if (status == CLI_DONE)
            status = cli_parse_programs(app, options);
        if (status == CLI_DONE)
            status = app->command->run(app, options);
        if (status == CLI_DONE && (app->command->common & CLI_TAKES_DATE))
            cli_note_age(app);
    }
    cli_progress_end(app);
    if (status == CLI_DONE)
        status = cli_finish(app);
    cli_free_lists(app->command, options);
    free(options);
    return status;
}

/* `eesim help`, `eesim help draw`, `eesim help --man`, `eesim --help`. */
static int show_help(cli *app, int count, char **words) {
    if (count == 1 && strcmp(words[0], "--man") == 0) {
        cli_manual(cli_out(app));
        return cli_finish(app);
    }
    if (count == 0) {
        cli_overview(app, cli_out(app));
        return cli_finish(app);
    }
    int used = 0;
    const cli_command *command = find_command(count, words, &used);
    if (!command && count == 1 && cli_help_family(app, words[0]))
        return cli_finish(app);
    if (!command) {
        int status = incomplete(app, words[0], count > 1 ? words[1] : NULL);
        return status ? status : unknown_command(app, words[0]);
    }
    cli_help(app, command);
    return cli_finish(app);
}

static bool is_help(const char *word) {
    return strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0;
}

static int dispatch(cli *app, int count, char **words) {
    if (count == 0) {
        cli_overview(app, stderr);
        return CLI_USAGE;
    }
    if (strcmp(words[0], "--version") == 0 || strcmp(words[0], "-V") == 0) {
        fprintf(cli_out(app), "eesim %s\n", ees_version());
        return cli_finish(app);
    }
    if (is_help(words[0]) || strcmp(words[0], "help") == 0)
        return show_help(app, count - 1, words + 1);
    int used = 0;
    char draw[] = "draw";
    char *implied[] = {draw};
    if (words[0][0] == '-') {
        int ignored;
        app->command = find_command(1, implied, &ignored);
    } else {
        app->command = find_command(count, words, &used);
    }
    if (!app->command && count == 2 && (is_help(words[1]) || strcmp(words[1], "help") == 0) &&
        cli_help_family(app, words[0]))
        return cli_finish(app);
    if (!app->command) {
        int status = incomplete(app, words[0], count > 1 ? words[1] : NULL);
        return status ? status : unknown_command(app, words[0]);
    }
    return run_command(app, count - used, words + used);
}

int main(int argc, char **argv) {
    /* A reader that closes the pipe early and a file that reaches its limit are failed writes, with a message. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    cli app = {.word_count = argc > 0 ? argc - 1 : 0, .words = argv + (argc > 0)};
    int status = dispatch(&app, app.word_count, app.words);
    cli_close(&app);
    return status;
}
