/* Colour and width, from the environment and the terminal. */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "internal.h"

enum { WIDTH_DEFAULT = 100, WIDTH_MIN = 40, WIDTH_MAX = 1000 };

bool cli_terminal_colored(const cli *app, int fd) {
    if (app->common.color == CLI_COLOR_ALWAYS)
        return true;
    if (app->common.color == CLI_COLOR_NEVER)
        return false;
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    if ((no_color && *no_color) || !term || strcmp(term, "dumb") == 0)
        return false;
    return isatty(fd) != 0;
}

int cli_terminal_width(int fd) {
    const char *columns = getenv("COLUMNS");
    long width = columns ? strtol(columns, NULL, 10) : 0;
    struct winsize size;
    if (width <= 0 && isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0)
        width = size.ws_col;
    if (width <= 0)
        return WIDTH_DEFAULT;
    return (int)(width < WIDTH_MIN ? WIDTH_MIN : width > WIDTH_MAX ? WIDTH_MAX : width);
}

bool cli_colored(const cli *app) {
    if (app->common.output && app->common.color != CLI_COLOR_ALWAYS)
        return false;
    return cli_terminal_colored(app, STDOUT_FILENO);
}

int cli_width(const cli *app) {
    const char *columns = getenv("COLUMNS");
    if (app->common.output || (!isatty(STDOUT_FILENO) && !(columns && *columns)))
        return 0;
    return cli_terminal_width(STDOUT_FILENO);
}
