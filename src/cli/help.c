/* Help texts: the examples come first, because they are what is read. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

enum { INDENT = 2, HELP_COLUMN = 24, HELP_WIDTH_MAX = 100 };

static int text_width(void) {
    int width = cli_terminal_width(STDOUT_FILENO);
    return width > HELP_WIDTH_MAX ? HELP_WIDTH_MAX : width;
}

/* Words of `text` from column `at` on, continued at `indent`; a newline in the text starts a new line. */
static void put_wrapped(FILE *out, const char *text, int at, int indent, int width) {
    int column = at;
    bool first = true;
    while (*text) {
        if (*text == '\n') {
            fprintf(out, "\n%*s", text[1] == '\n' || text[1] == '\0' ? 0 : indent, "");
            column = indent;
            first = true;
            text++;
            continue;
        }
        int length = (int)strcspn(text, " \n");
        if (!first && column + 1 + length > width) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
            first = true;
        }
        column += fprintf(out, "%s%.*s", first ? "" : " ", length, text);
        first = false;
        text += length;
        text += *text == ' ';
    }
    fputc('\n', out);
}

static void put_heading(const cli *app, FILE *out, const char *text) {
    fprintf(out, cli_colored(app) ? "\n\033[1m%s\033[0m\n" : "\n%s\n", text);
}

/* Examples are commands with a remark before them. */
static void put_examples(FILE *out, const char *examples) {
    for (const char *line = examples; *line;) {
        size_t length = strcspn(line, "\n");
        fprintf(out, "%*s%.*s\n", INDENT, "", (int)length, line);
        line += length + (line[length] == '\n');
    }
}

static void put_option(FILE *out, const cli_option *option, int width) {
    char head[80], help[400];
    if (option->letter && option->value_name)
        snprintf(head, sizeof head, "-%c, --%s %s", option->letter, option->name, option->value_name);
    else if (option->letter)
        snprintf(head, sizeof head, "-%c, --%s", option->letter, option->name);
    else if (option->value_name)
        snprintf(head, sizeof head, "--%s %s", option->name, option->value_name);
    else
        snprintf(head, sizeof head, "--%s", option->name);
    snprintf(help, sizeof help, option->otherwise ? "%s (default %s)" : "%s", option->help, option->otherwise);
    int used = fprintf(out, "%*s%s", INDENT, "", head);
    if (used + 2 > HELP_COLUMN)
        fprintf(out, "\n%*s", HELP_COLUMN, "");
    else
        fprintf(out, "%*s", HELP_COLUMN - used, "");
    put_wrapped(out, help, HELP_COLUMN, HELP_COLUMN, width);
}

static void put_options(const cli *app, FILE *out, const cli_command *command) {
    int width = text_width();
    if (command->options && command->options->name) {
        put_heading(app, out, "Options");
        for (const cli_option *o = command->options; o->name; o++)
            put_option(out, o, width);
    }
    put_heading(app, out, "Common options");
    for (const cli_option *o = cli_common_options; o->name; o++)
        if (cli_takes(command, o))
            put_option(out, o, width);
}

void cli_help(cli *app, const cli_command *command) {
    FILE *out = cli_out(app);
    app->common.output = NULL; /* help is for the reader, whatever else was asked */
    put_wrapped(out, command->summary, 0, 0, text_width());
    put_heading(app, out, "Examples");
    put_examples(out, command->examples);
    put_heading(app, out, "Usage");
    fprintf(out, "%*seesim %s%s%s [OPTIONS]\n", INDENT, "", command->name, command->operands ? " " : "",
            command->operands ? command->operands : "");
    put_options(app, out, command);
    if (command->details) {
        fputc('\n', out);
        put_wrapped(out, command->details, 0, 0, text_width());
    }
}

/* Commands whose name begins with `first` and a space; all of them for NULL. */
static int put_commands(FILE *out, const char *first) {
    const size_t length = first ? strlen(first) : 0;
    int count = 0;
    for (size_t i = 0; cli_commands[i]; i++) {
        const char *name = cli_commands[i]->name;
        if (first && (strncmp(name, first, length) != 0 || name[length] != ' '))
            continue;
        fprintf(out, "%*s%-*s", INDENT, "", 14, name);
        put_wrapped(out, cli_commands[i]->summary, INDENT + 14, INDENT + 14, text_width());
        count++;
    }
    return count;
}

bool cli_help_family(cli *app, const char *first) {
    return put_commands(cli_out(app), first) > 0;
}

void cli_overview(cli *app, FILE *out) {
    fputs("eesim forecasts and simulates Canada's Express Entry rounds of invitations.\n", out);
    put_heading(app, out, "Examples");
    put_examples(out, "# Where does the cut-off fall when 6,000 are invited from the Canadian Experience Class?\n"
                      "eesim --draw-size 6000 --program CEC\n"
                      "# The same as JSON, and as it would have been before an earlier round\n"
                      "eesim --draw-size 6000 --program CEC --date 2026-02-17 --format json\n");
    put_heading(app, out, "Usage");
    fprintf(out, "%*seesim COMMAND [OPTIONS]\n%*seesim --draw-size N --program P [OPTIONS]   (draw is meant)\n", INDENT,
            "", INDENT, "");
    put_heading(app, out, "Commands");
    put_commands(out, NULL);
    put_heading(app, out, "Environment");
    put_wrapped(out,
                "EESIM_DATA: folder of the data. EESIM_MODELS: folder of the models. EESIM_CACHE: where work is kept "
                "between commands, or 'off'. EESIM_TODAY: the day it is, YYYY-MM-DD, instead of the clock's.",
                0, 0, text_width());
    fputs("\n'eesim COMMAND --help' shows the options of a command, 'eesim help --man' the manual page, 'eesim "
          "--version' "
          "the version.\n",
          out);
}
