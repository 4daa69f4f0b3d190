/*
 * What a command of the program `eesim` is made of. One command, one file cmd_NAME.c that defines one `cli_command`;
 * commands.c lists them. The framework reads the options into the command's own struct, finds data and models, keeps
 * the output until the command has succeeded, and turns errors into messages and exit statuses.
 */
#ifndef EESIM_CLI_H
#define EESIM_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include <eesim.h>

/* Exit statuses; 130 is also what a shell reports for a program ended by Ctrl-C. */
enum { CLI_DONE = 0, CLI_FAILED = 1, CLI_USAGE = 2, CLI_BAD_DATA = 3, CLI_INTERRUPTED = 130 };

typedef struct cli cli;

/* What an option's value is, and the C type it is stored as. Beside it: what the field holds when it was not given. */
typedef enum cli_kind {
    CLI_FLAG,    /* bool; false. Takes no value */
    CLI_INT,     /* int64_t in min..max; CLI_INT_NONE */
    CLI_NUMBER,  /* double in min..max; NAN */
    CLI_DATE,    /* ees_date, YYYY-MM-DD; EES_DATE_NONE */
    CLI_TIME,    /* ees_time, YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ; EES_TIME_NONE */
    CLI_PROGRAM, /* cli_program; position EES_PROGRAM_NONE */
    CLI_CHOICE,  /* int, position in `choices`; -1 */
    CLI_TEXT,    /* const char *, not empty; NULL. Lives as long as the command runs */
    CLI_LIST     /* cli_list, the option may be repeated; empty */
} cli_kind;

#define CLI_INT_NONE INT64_MIN

typedef struct cli_list {
    const char **items;
    size_t count;
} cli_list;

typedef struct cli_program {
    const char *code; /* as typed, NULL when not given */
    int position;     /* in cli_programs() */
} cli_program;

typedef struct cli_option {
    const char *name;       /* without the dashes; NULL ends a table */
    const char *value_name; /* "N" in the help; NULL for a flag */
    cli_kind kind;
    size_t offset;         /* of the field in the options struct */
    double min, max;       /* CLI_INT and CLI_NUMBER, both included */
    const char *choices;   /* CLI_CHOICE: "table|csv|json" */
    const char *otherwise; /* the value when it is not given, as it would be typed; shown in the help */
    const char *help;
    unsigned group; /* common options: CLI_TAKES_...; others: CLI_NOT_ASKED or 0 */
    char letter;    /* "-o", 0 for none */
} cli_option;

/* Which of the common options a command takes, beside -o, --quiet, --color and --help. */
enum {
    CLI_TAKES_OUTPUT = 1u,     /* -o: set for every command */
    CLI_TAKES_DATA = 2u,       /* --data */
    CLI_TAKES_MODEL = 4u,      /* --model */
    CLI_TAKES_DATE = 8u,       /* --date */
    CLI_TAKES_RANDOM = 16u,    /* --replicates --seed */
    CLI_TAKES_THREADS = 32u,   /* --threads */
    CLI_TAKES_FORMAT = 64u,    /* --format */
    CLI_TAKES_FORECAST = 126u, /* all of these */
    CLI_NOT_ASKED = 256u       /* an option of a command that is no key of its question */
};

typedef enum cli_format { CLI_FORMAT_TABLE, CLI_FORMAT_CSV, CLI_FORMAT_JSON } cli_format;
typedef enum cli_color { CLI_COLOR_AUTO, CLI_COLOR_ALWAYS, CLI_COLOR_NEVER } cli_color;

typedef struct cli_common {
    const char *data;   /* NULL: cli_data_dir() searches */
    const char *model;  /* NULL: the command's own default */
    ees_date date;      /* EES_DATE_NONE: everything known, the next round */
    int64_t replicates; /* CLI_INT_NONE: the command's own default */
    int64_t seed;
    int64_t threads; /* 0: all */
    int format;      /* cli_format */
    const char *output;
    bool quiet;
    int color; /* cli_color */
    bool help;
} cli_common;

typedef struct cli_command {
    const char *name;     /* "draw", "data import" */
    const char *summary;  /* one line, no full stop */
    const char *operands; /* "FEED" in the usage line; NULL for none */
    size_t operands_min, operands_max;
    const char *examples; /* command lines, each "eesim ...\n"; a line that begins with # explains the next */
    const char *details;  /* paragraphs after the options; NULL for none */
    const cli_option *options;
    size_t options_size; /* of the struct the options are read into */
    unsigned common;     /* CLI_TAKES_... */
    /* Returns an exit status, best made by cli_fail() or cli_misuse(). Data are printed to cli_out(). */
    int (*run)(cli *app, const void *options);
} cli_command;

/* All commands, in the order of the help; NULL-terminated. */
extern const cli_command *const cli_commands[];

/* ---- what a command may use ---- */

const cli_common *cli_given(const cli *app);
size_t cli_operand_count(const cli *app);
const char *cli_operand(const cli *app, size_t index);
/* All words after the program's name, for run.json. */
size_t cli_word_count(const cli *app);
const char *cli_word(const cli *app, size_t index);

/* A stream kept in memory; it reaches standard output, or the file of -o in one step, only when the command returns 0.
 */
FILE *cli_out(cli *app);
/* The answer to the options as `--format json` prints it. */
int cli_answer(cli *app, const void *options, bool needs_data, ees_error *err);
/* The request that the options stand for, of the command's own type (ees_request_json()), and the context to ask. */
int cli_request(cli *app, const void *options, bool needs_data, void *request, ees_context **context, ees_error *err);
/* The answer to the options and to `more` keys (NULL: none), for a command that prints it in its own way. free() it. */
int cli_ask(cli *app, const void *options, const json_t *more, bool needs_data, char **answer, ees_error *err);
/* A table for people or as CSV. */
int cli_show_table(cli *app, const ees_table *table, ees_error *err);
/* True when colour may be used in cli_out(). */
bool cli_colored(const cli *app);
/* Columns a table may use: COLUMNS, else those of the terminal; 0, without limit, in a pipe or a file. */
int cli_width(const cli *app);
/* The day it is, or that of $EESIM_TODAY. Returns 0, or CLI_USAGE with the message printed. */
int cli_read_today(const cli *app, ees_date *today);
/* Remark on standard error how old the data are when that matters to what was asked. Commands that take --date look
 * ahead: the framework does it for them. */
void cli_note_age(cli *app);
/* A remark to the user on standard error, unless --quiet. */
void cli_note(const cli *app, const char *format, ...) EES_PRINTF(2, 3);

/* Print `err` as "eesim: FILE:LINE:COLUMN: message". Returns the exit status of its code: CLI_BAD_DATA for data that is
 * missing or wrong, CLI_USAGE for an argument out of range, CLI_INTERRUPTED, else CLI_FAILED. */
int cli_fail(const cli *app, const ees_error *err);
/* Print a message about wrong usage and where to find help; returns CLI_USAGE. */
int cli_misuse(const cli *app, const char *format, ...) EES_PRINTF(2, 3);

/* The folder of rounds.csv and pools.csv: --data, $EESIM_DATA, or beside the program. NULL and *err when there is none.
 */
const char *cli_data_dir(cli *app, ees_error *err);
/* The same, for a command that changes the data. When it is the shipped folder and cannot be written, it is copied to
 * the user's own ($XDG_DATA_HOME/eesim), and a remark says so. */
const char *cli_writable_data_dir(cli *app, ees_error *err);
/* The folder of models: $EESIM_MODELS or beside the program. free() it; NULL and *err. */
char *cli_models_dir(ees_error *err);
/* The definitions of models/programs.json, loaded at the first call; NULL and *err. Owned by the framework. */
const ees_programs *cli_programs(cli *app, ees_error *err);
/* The layouts of models/bands.json, as cli_programs(). */
const ees_layouts *cli_layouts(cli *app, ees_error *err);
/* Rounds and pools of cli_data_dir(), loaded at the first call; NULL and *err. Owned by the framework. */
const ees_history *cli_history(cli *app, ees_error *err);
/* The context of --data and --model, made at the first call; NULL and *err when there is no models folder. A missing
 * data folder is an error only when `needs_data`. Owned by the framework. */
ees_context *cli_context(cli *app, bool needs_data, ees_error *err);
/* Look up a program's code or name. Returns 0, or CLI_USAGE (unknown; a suggestion is printed), or CLI_BAD_DATA. */
int cli_find_program(cli *app, const char *text, int *program);
/* The same for lists such as "CEC, FRENCH"; none named: the empty set. */
int cli_find_programs(cli *app, const cli_list *list, ees_program_set *set);

/* The progress of long work, to hand to the library; shown on a terminal when it takes more than a second. From here on
 * Ctrl-C makes the library stop with EES_ERR_INTERRUPTED. `unit` is plural: "rounds". */
ees_progress cli_progress(cli *app, const char *unit);
/* Wipe the progress bar before printing anything else. cli_fail(), cli_note() and the end do it by themselves. */
void cli_progress_end(const cli *app);

#endif
