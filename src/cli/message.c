/* What goes to standard error: errors, remarks. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

static void begin(const cli *app) {
    cli_progress_end(app);
    bool colored = cli_terminal_colored(app, STDERR_FILENO);
    fputs(colored ? "\033[1;31meesim:\033[0m " : "eesim: ", stderr);
}

static int status_of(int code) {
    switch (code) {
    case EES_OK:
        return CLI_DONE;
    case EES_ERR_RANGE:
        return CLI_USAGE;
    case EES_ERR_DATA:
    case EES_ERR_NOTFOUND:
    case EES_ERR_MISMATCH:
        return CLI_BAD_DATA;
    case EES_ERR_INTERRUPTED:
        return CLI_INTERRUPTED;
    default:
        return CLI_FAILED;
    }
}

int cli_fail(const cli *app, const ees_error *err) {
    begin(app);
    if (err->file[0]) {
        fprintf(stderr, "%s:", err->file);
        if (err->line > 0)
            fprintf(stderr, "%ld:", err->line);
        if (err->line > 0 && err->column > 0)
            fprintf(stderr, "%ld:", err->column);
        fputc(' ', stderr);
    }
    fprintf(stderr, "%s\n", err->message[0] ? err->message : ees_strerror(err->code));
    return status_of(err->code);
}

int cli_misuse(const cli *app, const char *format, ...) {
    va_list args;
    begin(app);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fprintf(stderr, "\nTry 'eesim %s%s--help'.\n", app->command ? app->command->name : "", app->command ? " " : "");
    return CLI_USAGE;
}

void cli_note(const cli *app, const char *format, ...) {
    if (app->common.quiet)
        return;
    va_list args;
    begin(app);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}
