/* Where data and models are. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

enum { PLACES_MAX = 5, PATH_BYTES = 4096 };

typedef enum what { ABSENT, FOLDER, OTHER, UNKNOWN } what;

/* UNKNOWN, with *err set: it cannot be looked at, which does not mean that it is not there. */
static what look(const char *path, ees_error *err) {
    struct stat info;
    if (stat(path, &info) == 0)
        return S_ISDIR(info.st_mode) ? FOLDER : OTHER;
    if (errno == ENOENT || errno == ENOTDIR)
        return ABSENT;
    ees_error_at(err, EES_ERR_IO, path, 0, 0, "cannot be looked at: %s", strerror(errno));
    return UNKNOWN;
}

static char *copy_of(const char *path, ees_error *err) {
    char *copy = strdup(path);
    if (!copy)
        ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    return copy;
}

/* The folder the program lies in, "" when the system does not say. */
static void program_folder(char *folder) {
    ssize_t length = readlink("/proc/self/exe", folder, PATH_BYTES - 1);
    folder[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(folder, '/');
    if (slash)
        *slash = '\0';
}

static char *whole_path(const char *path, ees_error *err) {
    char *whole = realpath(path, NULL);
    if (!whole && errno == ENOMEM)
        ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    else if (!whole)
        ees_error_at(err, EES_ERR_IO, path, 0, 0, "cannot be looked at: %s", strerror(errno));
    return whole;
}

/* Searches the build tree, an installation and the current folder for `name` ("data" or "models"). */
static char *search(const char *name, const char *option, ees_error *err) {
    char beside[PATH_BYTES], path[PATH_BYTES + 64];
    program_folder(beside);
    const char *format[] = {"%s/../%s", "%s/../share/eesim/%s", "%s/../../%s"};
    for (size_t i = 0; beside[0] && i < sizeof format / sizeof *format; i++) {
        const char *pattern = format[i];
        size_t used = 0;
        for (const char *p = pattern; *p && used + 1 < sizeof path; p++) {
            if (*p != '%') {
                path[used++] = *p;
                continue;
            }
            p++;
            const char *part = used == 0 ? beside : name;
            used += (size_t)snprintf(path + used, sizeof path - used, "%s", part);
        }
        path[used < sizeof path ? used : sizeof path - 1] = '\0';
        const what found = look(path, err);
        if (found == FOLDER)
            return whole_path(path, err); /* without the ".." */
        if (found == UNKNOWN)
            return NULL;
    }
    const what found = look(name, err);
    if (found == FOLDER)
        return copy_of(name, err);
    if (found == UNKNOWN)
        return NULL;
    ees_error_set(err, EES_ERR_NOTFOUND, "no folder '%s': neither beside the program (%s) nor here; say where with %s",
                  name, beside, option);
    return NULL;
}

static char *given_folder(const char *path, const char *said_by, ees_error *err) {
    switch (look(path, err)) {
    case FOLDER:
        return copy_of(path, err);
    case ABSENT:
        ees_error_at(err, EES_ERR_NOTFOUND, path, 0, 0, "does not exist, but %s says so; expected a folder", said_by);
        return NULL;
    case OTHER:
        ees_error_at(err, EES_ERR_DATA, path, 0, 0, "is a file, but %s says so; expected a folder", said_by);
        return NULL;
    default:
        return NULL;
    }
}

/* Where the user's own data are kept: $XDG_DATA_HOME/eesim. False when there is no place for them. */
static bool user_folder(char path[PATH_BYTES]) {
    const char *shared = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    int length = -1;
    if (shared && *shared == '/')
        length = snprintf(path, PATH_BYTES, "%s/eesim", shared);
    else if (home && *home == '/')
        length = snprintf(path, PATH_BYTES, "%s/.local/share/eesim", home);
    return length > 0 && length < PATH_BYTES;
}

/* The last bytes of a file, NUL-terminated; "" when it is not there. */
static int read_tail(const char *path, char *tail, size_t size, ees_error *err) {
    size_t used = 0;
    ssize_t got = 1;
    tail[0] = '\0';
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return EES_OK;
    if (fd >= 0 && lseek(fd, -(off_t)size + 1, SEEK_END) < 0 && lseek(fd, 0, SEEK_SET) < 0)
        got = -1;
    while (fd >= 0 && got > 0 && used + 1 < size) {
        do
            got = read(fd, tail + used, size - 1 - used);
        while (got < 0 && errno == EINTR);
        used += got > 0 ? (size_t)got : 0;
    }
    const int cause = errno;
    if (fd >= 0)
        close(fd);
    tail[used] = '\0';
    return fd >= 0 && got >= 0 ? EES_OK
                               : ees_error_at(err, EES_ERR_IO, path, 0, 0,
                                              "cannot be read: %s; --data says which folder is meant", strerror(cause));
}

/* The day of the last row of rounds.csv, which is sorted: good enough to compare two folders. "" when there is none. */
static int newest_day(const char *folder, char day[EES_DATE_TEXT_MAX], ees_error *err) {
    char path[PATH_BYTES + 64], tail[2048];
    day[0] = '\0';
    snprintf(path, sizeof path, "%s/rounds.csv", folder);
    int rc = read_tail(path, tail, sizeof tail, err);
    size_t length = strlen(tail);
    while (length > 0 && tail[length - 1] == '\n')
        length--;
    tail[length] = '\0';
    const char *line = strrchr(tail, '\n');
    const char *comma = strchr(line ? line : tail, ',');
    ees_date date;
    if (rc == EES_OK && comma && strlen(comma) > 10 && ees_date_parse(comma + 1, 10, &date))
        ees_date_format(date, day);
    return rc;
}

/* The shipped folder, or the user's own when it is as new. */
static char *shipped_or_own(ees_error *err) {
    char own[PATH_BYTES], own_day[EES_DATE_TEXT_MAX] = "", shipped_day[EES_DATE_TEXT_MAX] = "";
    if (user_folder(own) && newest_day(own, own_day, err) != EES_OK)
        return NULL;
    char *shipped = search("data", "--data DIR or EESIM_DATA", err);
    if (!shipped && (err->code != EES_ERR_NOTFOUND || !own_day[0]))
        return NULL;
    if (shipped && newest_day(shipped, shipped_day, err) != EES_OK) {
        free(shipped);
        return NULL;
    }
    if (!own_day[0] || strcmp(own_day, shipped_day) < 0)
        return shipped;
    free(shipped);
    return copy_of(own, err);
}

const char *cli_writable_data_dir(cli *app, ees_error *err) {
    char own[PATH_BYTES];
    const char *variable = getenv("EESIM_DATA"), *dir = cli_data_dir(app, err);
    if (!dir || app->common.data || (variable && *variable) || access(dir, W_OK) == 0 || !user_folder(own))
        return dir;
    if (ees_data_copy(dir, own, err))
        return NULL;
    cli_note(app, "%s cannot be written: the data go to %s and are used from there", dir, own);
    free(app->data_dir);
    app->data_dir = copy_of(own, err);
    return app->data_dir;
}

const char *cli_data_dir(cli *app, ees_error *err) {
    const char *variable = getenv("EESIM_DATA");
    if (app->data_dir)
        return app->data_dir;
    if (app->common.data)
        app->data_dir = given_folder(app->common.data, "--data", err);
    else if (variable && *variable)
        app->data_dir = given_folder(variable, "EESIM_DATA", err);
    else
        app->data_dir = shipped_or_own(err);
    return app->data_dir;
}

char *cli_models_dir(ees_error *err) {
    const char *variable = getenv("EESIM_MODELS");
    return variable && *variable ? given_folder(variable, "EESIM_MODELS", err) : search("models", "EESIM_MODELS", err);
}

int cli_find_programs(cli *app, const cli_list *list, ees_program_set *set) {
    ees_error err;
    const ees_programs *programs = cli_programs(app, &err);
    if (!programs)
        return cli_fail(app, &err);
    *set = 0;
    for (size_t i = 0; i < list->count; i++)
        if (ees_programs_parse(programs, list->items[i], set, &err))
            return cli_misuse(app, "%s", err.message);
    return CLI_DONE;
}

int cli_find_program(cli *app, const char *text, int *program) {
    ees_error err;
    ees_program_set set = 0;
    const ees_programs *programs = cli_programs(app, &err);
    if (!programs)
        return cli_fail(app, &err);
    *program = ees_programs_find(programs, text);
    if (*program != EES_PROGRAM_NONE)
        return CLI_DONE;
    if (ees_programs_parse(programs, text, &set, &err))
        return cli_misuse(app, "%s", err.message);
    *program = __builtin_ctz(set);
    if (set & (set - 1))
        return cli_misuse(app, "'%.60s' are several programs; '%s' takes one", text, app->command->name);
    return CLI_DONE;
}
