/* The progress bar, and Ctrl-C while long work runs. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "internal.h"

enum { BAR_WIDTH = 30 };
static const double first_after_seconds = 1.0;
static const double redraw_seconds = 0.1;

/* A signal handler can reach nothing but a global. */
static volatile sig_atomic_t interrupted;

typedef struct cli_bar {
    const cli *app;
    const char *unit;
    bool enabled;
    bool shown;
    double started;
    double drawn;
} cli_bar;

static double now_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The first Ctrl-C asks the work to stop; a second one, should the work not listen, ends the program. */
static void on_interrupt(int signal_number) {
    (void)signal_number;
    if (interrupted)
        _exit(CLI_INTERRUPTED);
    interrupted = 1;
}

static void format_time_left(double seconds, char *text, size_t size) {
    long s = (long)(seconds + 0.5);
    if (s >= 3600)
        snprintf(text, size, "%ld h %02ld min left", s / 3600, s / 60 % 60);
    else if (s >= 60)
        snprintf(text, size, "%ld min %02ld s left", s / 60, s % 60);
    else
        snprintf(text, size, "%ld s left", s);
}

static void draw_bar(cli_bar *bar, uint64_t done, uint64_t total, double elapsed) {
    double share = total ? (double)done / (double)total : 0;
    int full = (int)(share * BAR_WIDTH);
    char left[48] = "";
    if (done > 0)
        format_time_left(elapsed * (1 - share) / share, left, sizeof left);
    char cells[BAR_WIDTH + 1];
    memset(cells, '.', BAR_WIDTH);
    memset(cells, '#', (size_t)(full > BAR_WIDTH ? BAR_WIDTH : full));
    cells[BAR_WIDTH] = '\0';
    char line[200];
    snprintf(line, sizeof line, "[%s] %3.0f %%  %llu of %llu %s, %.3g a second, %s", cells, 100 * share,
             (unsigned long long)done, (unsigned long long)total, bar->unit, (double)done / elapsed, left);
    int width = cli_terminal_width(STDERR_FILENO);
    fprintf(stderr, "\r\033[K%.*s", width - 1, line);
    fflush(stderr);
}

/* The library calls this from one thread at a time. Returns false to stop. */
static bool report(void *user, uint64_t done, uint64_t total) {
    cli_bar *bar = user;
    if (interrupted)
        return false;
    if (!bar->enabled)
        return true;
    double now = now_seconds();
    if (now - bar->started >= first_after_seconds && now - bar->drawn >= redraw_seconds) {
        bar->shown = true;
        bar->drawn = now;
        draw_bar(bar, done, total, now - bar->started);
    }
    return true;
}

ees_progress cli_progress(cli *app, const char *unit) {
    ees_progress progress = {NULL, NULL};
    cli_progress_free(app);
    app->bar = calloc(1, sizeof *app->bar);
    if (!app->bar)
        return progress; /* works without a bar */
    const char *term = getenv("TERM");
    app->bar->app = app;
    app->bar->unit = unit;
    app->bar->enabled = !app->common.quiet && isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
    app->bar->started = now_seconds();
    struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = SA_RESTART};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    struct sigaction hangup;
    if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN) /* nohup: goes on */
        sigaction(SIGHUP, &action, NULL);
    progress.report = report;
    progress.user = app->bar;
    return progress;
}

void cli_progress_end(const cli *app) {
    if (!app->bar || !app->bar->shown)
        return;
    fputs("\r\033[K", stderr);
    app->bar->shown = false;
}

void cli_progress_free(cli *app) {
    free(app->bar);
    app->bar = NULL;
}
