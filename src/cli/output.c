/*
 * The output of a command is kept in memory until the command has succeeded: a failure leaves nothing half-written, and
 * the file of -o is replaced in one step.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

FILE *cli_out(cli *app) {
    if (!app->out)
        app->out = open_memstream(&app->out_text, &app->out_length);
    if (!app->out) {
        fputs("eesim: out of memory\n", stderr);
        exit(CLI_FAILED);
    }
    return app->out;
}

static int write_standard_output(const cli *app, const char *text, size_t length) {
    while (length > 0) {
        ssize_t written = write(STDOUT_FILENO, text, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0 && errno == EPIPE)
            return CLI_FAILED; /* nobody reads any more: no message needed */
        if (written < 0) {
            ees_error err;
            ees_error_at(&err, EES_ERR_IO, "standard output", 0, 0, "cannot be written: %s", strerror(errno));
            return cli_fail(app, &err);
        }
        text += written;
        length -= (size_t)written;
    }
    return CLI_DONE;
}

int cli_finish(cli *app) {
    if (!app->out)
        return CLI_DONE;
    bool failed = fflush(app->out) != 0 || ferror(app->out);
    failed = fclose(app->out) != 0 || failed;
    app->out = NULL;
    ees_error err;
    if (failed) {
        ees_error_set(&err, EES_ERR_NOMEM, "out of memory");
        return cli_fail(app, &err);
    }
    const char *path = app->common.output;
    if (!path || strcmp(path, "-") == 0)
        return write_standard_output(app, app->out_text, app->out_length);
    if (ees_file_write(path, app->out_text, app->out_length, &err))
        return cli_fail(app, &err);
    return CLI_DONE;
}

void cli_close(cli *app) {
    if (app->out)
        fclose(app->out);
    free(app->out_text);
    free(app->operands);
    free(app->data_dir);
    ees_context_destroy(app->context);
    cli_progress_free(app);
}

const cli_common *cli_given(const cli *app) {
    return &app->common;
}

size_t cli_operand_count(const cli *app) {
    return app->operand_count;
}

const char *cli_operand(const cli *app, size_t index) {
    return index < app->operand_count ? app->operands[index] : NULL;
}

size_t cli_word_count(const cli *app) {
    return (size_t)app->word_count;
}

const char *cli_word(const cli *app, size_t index) {
    return index < (size_t)app->word_count ? app->words[index] : NULL;
}
