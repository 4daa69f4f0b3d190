/* What goes to standard error: errors, remarks. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

/* Red is for what went wrong; a remark is no fault. */
static const char red[] = "1;31", bold[] = "1";

static void begin(const cli *app, const char *color) {
    cli_progress_end(app);
    if (cli_terminal_colored(app, STDERR_FILENO))
        fprintf(stderr, "\033[%smeesim:\033[0m ", color);
    else
        fputs("eesim: ", stderr);
}

/* What a file or a command line put into a message moves no cursor. */
static void put_formatted(const char *format, va_list args) {
    char text[4096];
    vsnprintf(text, sizeof text, format, args);
    ees_text_put_plain(stderr, text);
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
    begin(app, red);
    if (err->file[0]) {
        ees_text_put_plain(stderr, err->file);
        fputc(':', stderr);
        if (err->line > 0)
            fprintf(stderr, "%ld:", err->line);
        if (err->line > 0 && err->column > 0)
            fprintf(stderr, "%ld:", err->column);
        fputc(' ', stderr);
    }
    ees_text_put_plain(stderr, err->message[0] ? err->message : ees_strerror(err->code));
    fputc('\n', stderr);
    return status_of(err->code);
}

int cli_misuse(const cli *app, const char *format, ...) {
    va_list args;
    begin(app, red);
    va_start(args, format);
    put_formatted(format, args);
    va_end(args);
    fprintf(stderr, "\nTry 'eesim %s%s--help'.\n", app->command ? app->command->name : "", app->command ? " " : "");
    return CLI_USAGE;
}

void cli_note(const cli *app, const char *format, ...) {
    if (app->common.quiet)
        return;
    va_list args;
    begin(app, bold);
    va_start(args, format);
    put_formatted(format, args);
    va_end(args);
    fputc('\n', stderr);
}
