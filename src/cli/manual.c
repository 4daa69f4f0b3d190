/*
 * The manual page in mdoc, made from the same tables as --help: docs/eesim.1 is what `eesim help --man` prints, and a
 * test keeps the two together.
 */
#include <string.h>

#include "internal.h"

enum { LINE_MAX_BYTES = 76 };

static void put_escaped(FILE *out, const char *text, size_t length) {
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\\')
            fputs("\\e", out);
        else
            fputc(text[i], out);
    }
}

/* Short lines, a new one after every sentence, as mdoc wants its source. */
static void put_text(FILE *out, const char *text) {
    size_t column = 0;
    while (*text) {
        if (*text == '\n' && text[1] == '\0')
            break;
        if (*text == '\n') {
            fputs(text[1] == '\n' ? "\n.Pp\n" : "\n", out);
            text += text[1] == '\n' ? 2 : 1;
            column = 0;
            continue;
        }
        size_t length = strcspn(text, " \n");
        if (column > 0 && column + 1 + length > LINE_MAX_BYTES) {
            fputc('\n', out);
            column = 0;
        }
        if (column > 0) {
            fputc(' ', out);
            column++;
        } else if (*text == '.' || *text == '\'') {
            fputs("\\&", out);
        }
        put_escaped(out, text, length);
        column += length;
        char last = text[length - 1];
        text += length;
        if (*text == ' ') {
            text++;
            if (last == '.' || last == '?' || last == '!') {
                fputc('\n', out);
                column = 0;
            }
        }
    }
    fputc('\n', out);
}

/* Text that begins with a capital and ends with a stop. */
static void put_sentence(FILE *out, const char *text) {
    char sentence[700];
    size_t length = strlen(text);
    bool ends = length > 0 && strchr(".?!", text[length - 1]);
    snprintf(sentence, sizeof sentence, "%s%s", text, ends ? "" : ".");
    if (sentence[0] >= 'a' && sentence[0] <= 'z')
        sentence[0] = (char)(sentence[0] - 'a' + 'A');
    put_text(out, sentence);
}

static void put_literal(FILE *out, const char *text) {
    fputs(".Bd -literal -offset indent\n", out);
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n");
        if (*line == '.' || *line == '\'')
            fputs("\\&", out);
        put_escaped(out, line, length);
        fputc('\n', out);
        line += length + (line[length] == '\n');
    }
    fputs(".Ed\n", out);
}

static void put_option(FILE *out, const cli_option *option) {
    char text[600];
    fputs(".It ", out);
    if (option->letter)
        fprintf(out, "Fl %c , ", option->letter);
    fprintf(out, "Fl -%s", option->name);
    if (option->value_name)
        fprintf(out, " Ar %s", option->value_name);
    fputc('\n', out);
    if (option->otherwise)
        snprintf(text, sizeof text, "%s (default %s)", option->help, option->otherwise);
    else
        snprintf(text, sizeof text, "%s", option->help);
    put_sentence(out, text);
}

static void put_command(FILE *out, const cli_command *command) {
    const char *operands = command->operands ? command->operands : "";
    size_t length = strlen(operands);
    /* a full stop at the end would be taken for punctuation */
    bool stop = length > 0 && operands[length - 1] == '.';
    fprintf(out, ".Ss eesim %s%s%s%s\n", command->name, length > 0 ? " " : "", operands, stop ? "\\&" : "");
    put_sentence(out, command->summary);
    put_literal(out, command->examples);
    if (command->options && command->options->name) {
        fputs(".Bl -tag -width Ds\n", out);
        for (const cli_option *o = command->options; o->name; o++)
            put_option(out, o);
        fputs(".El\n", out);
    }
    fputs(".Pp\nCommon options:", out);
    for (const cli_option *o = cli_common_options; o->name; o++)
        if (o->group && cli_takes(command, o))
            fprintf(out, "\n.Fl -%s", o->name);
    fputs("\n", out);
    if (command->details) {
        fputs(".Pp\n", out);
        put_text(out, command->details);
    }
}

static const char *const top =
    ".Dd November 22, 2026\n.Dt EESIM 1\n.Os\n.Sh NAME\n.Nm eesim\n"
    ".Nd forecast and simulate Canada's Express Entry rounds of invitations\n"
    ".Sh SYNOPSIS\n.Nm\n.Ar command\n.Op Ar options\n.Nm\n.Fl -draw-size Ar N\n.Fl -program Ar P\n.Op Ar options\n"
    ".Sh DESCRIPTION\n.Nm\n"
    "answers one question: if a round of N invitations is held for a program,\nwhere does the cut-off fall, and what "
    "does "
    "that do to a candidate's chances?\nWithout a command word,\n.Cm draw\nis meant.\nOptions are spelled whole;\n"
    "a value follows after a space or an equals sign.\n";

static const char *const bottom =
    ".Sh ENVIRONMENT\n.Bl -tag -width EESIM_MODELS\n"
    ".It Ev EESIM_DATA\nFolder of the data, when\n.Fl -data\nis not given.\n"
    ".It Ev EESIM_MODELS\nFolder of the models.\n"
    ".It Ev EESIM_CACHE , XDG_CACHE_HOME\nWhere the state of the filter is kept between runs; safe to delete.\n"
    ".It Ev XDG_DATA_HOME\nIts folder\n.Pa eesim\nholds the data when the shipped folder cannot be written.\n"
    ".It Ev http_proxy , https_proxy , all_proxy , no_proxy\nProxies of\n.Cm data fetch .\n"
    ".It Ev CURL_CA_BUNDLE , SSL_CERT_FILE\nCertificates that\n.Cm data fetch\ntrusts instead of the system's.\n"
    ".It Ev EESIM_TODAY\nThe day it is, YYYY-MM-DD, instead of the clock's.\n"
    "It decides only whether a remark says how old the data are.\n"
    ".It Ev NO_COLOR , TERM\nA value of\n.Ev NO_COLOR\nor the terminal\n.Dq dumb\nturns colour off.\n"
    ".It Ev COLUMNS\nWidth of tables and help.\n.El\n"
    ".Sh FILES\n"
    "Without options and environment, data and models are looked for beside the\nprogram and in its\n"
    ".Pa share/eesim\nfolder, then in the current folder.\n"
    ".Sh EXIT STATUS\n.Bl -tag -width 130\n.It 0\nDone.\n.It 1\nFailed while running.\n.It 2\nWrong usage.\n"
    ".It 3\nBad data.\n.It 130\nInterrupted.\n.El\n"
    ".Sh CAVEATS\n"
    "This is no service of Immigration, Refugees and Citizenship Canada.\n"
    "Forecasts are statements of probability, not promises.\n";

void cli_manual(FILE *out) {
    fputs(top, out);
    fputs(".Sh COMMANDS\n", out);
    for (size_t i = 0; cli_commands[i]; i++)
        put_command(out, cli_commands[i]);
    fputs(".Sh COMMON OPTIONS\n.Bl -tag -width Ds\n", out);
    for (const cli_option *o = cli_common_options; o->name; o++)
        put_option(out, o);
    fputs(".El\n", out);
    fputs(bottom, out);
}
