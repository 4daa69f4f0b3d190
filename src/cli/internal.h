/* Shared by the files of the framework; commands use cli.h alone. */
#ifndef EESIM_CLI_INTERNAL_H
#define EESIM_CLI_INTERNAL_H

#include "cli.h"

struct cli {
    const cli_command *command; /* NULL before it is known */
    cli_common common;
    int word_count;
    char **words;
    size_t operand_count;
    const char **operands; /* owned; point into words */
    FILE *out;             /* memory stream, NULL until used */
    char *out_text;
    size_t out_length;
    char *data_dir;       /* owned */
    ees_context *context; /* owned */
    struct cli_bar *bar;  /* owned */
};

/* Read words into `options` and app->common, then operands. Returns 0 or CLI_USAGE with the message printed. */
int cli_parse(cli *app, int count, char **words, void *options);
/* Resolve CLI_PROGRAM options; they need the models folder, so they come after all others. */
int cli_parse_programs(cli *app, void *options);
void cli_free_lists(const cli_command *command, void *options);
extern const cli_option cli_common_options[];
/* True when `command` takes this option (any option for NULL). */
bool cli_takes(const cli_command *command, const cli_option *option);

/* One value; `text` may be NULL to store "not given". Returns 0 or CLI_USAGE with the message printed. */
int cli_read_value(const cli *app, const cli_option *option, const char *text, void *field);

void cli_help(cli *app, const cli_command *command);
/* The commands of two words that begin with this one ("data"); false when there are none. */
bool cli_help_family(cli *app, const char *first);
void cli_overview(cli *app, FILE *out);
void cli_manual(FILE *out);

/* Write what the command printed; returns the exit status. */
int cli_finish(cli *app);
void cli_close(cli *app);

bool cli_terminal_colored(const cli *app, int fd);
int cli_terminal_width(int fd);

void cli_progress_free(cli *app);

#endif
