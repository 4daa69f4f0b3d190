/* `eesim data fetch`. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "commands.h"
#include "fetch.h"

#define FEED_FOLDER "https://www.canada.ca/content/dam/ircc/documents/json/"

enum { FEED_BYTES_MAX = 32000000 };

typedef struct fetch_options {
    const char *url;
    int language;
    bool check;
    const char *ca_file;
    int64_t timeout_seconds, attempts;
} fetch_options;

static const cli_option FETCH_OPTIONS[] = {
    {.name = "check",
     .kind = CLI_FLAG,
     .offset = offsetof(fetch_options, check),
     .help = "report what is new, write nothing"},
    {.name = "lang",
     .value_name = "L",
     .kind = CLI_CHOICE,
     .offset = offsetof(fetch_options, language),
     .choices = "en|fr",
     .otherwise = "en",
     .help = "the English feed or the French one"},
    {.name = "url",
     .value_name = "URL",
     .kind = CLI_TEXT,
     .offset = offsetof(fetch_options, url),
     .help = "another address of the feed, http or https"},
    {.name = "cacert",
     .value_name = "FILE",
     .kind = CLI_TEXT,
     .offset = offsetof(fetch_options, ca_file),
     .help = "certificates to trust instead of the system's; else $CURL_CA_BUNDLE or $SSL_CERT_FILE"},
    {.name = "timeout",
     .value_name = "SECONDS",
     .kind = CLI_INT,
     .offset = offsetof(fetch_options, timeout_seconds),
     .min = 1,
     .max = 3600,
     .otherwise = "60",
     .help = "longest time of one attempt"},
    {.name = "attempts",
     .value_name = "N",
     .kind = CLI_INT,
     .offset = offsetof(fetch_options, attempts),
     .min = 1,
     .max = 10,
     .otherwise = "3",
     .help = "attempts when the server or the line fails; the wait before each doubles"},
    {.name = NULL}};

static const char *address(const fetch_options *options) {
    if (options->url)
        return options->url;
    return options->language == 1 ? FEED_FOLDER "ee_rounds_123_fr.json" : FEED_FOLDER "ee_rounds_123_en.json";
}

static const char *certificates(const fetch_options *options) {
    const char *curl = getenv("CURL_CA_BUNDLE"), *openssl = getenv("SSL_CERT_FILE");
    if (options->ca_file)
        return options->ca_file;
    return curl && *curl ? curl : openssl && *openssl ? openssl : NULL;
}

static void put_remark(void *user, const char *text) {
    cli_note(user, "%s", text);
}

static bool is_page(const fetch_answer *answer) {
    const char *text = answer->body;
    if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
        text += 3;
    text += strspn(text, " \t\r\n");
    return *text == '<' || strncasecmp(answer->type, "text/html", 9) == 0;
}

/* An answer of HTTP that cannot be the feed, in words. */
static int judge(const fetch_answer *answer, const char *url, ees_error *err) {
    const long status = answer->status;
    if (status == 401 || status == 403 || status == 429)
        return ees_error_at(err, EES_ERR_DATA, url, 0, 0,
                            "the server refused the request (status %ld); it may take this program for a robot",
                            status);
    if (status == 404 || status == 410)
        return ees_error_at(err, EES_ERR_DATA, url, 0, 0,
                            "the server has no such file (status %ld); the address may have changed", status);
    if (status >= 500)
        return ees_error_at(err, EES_ERR_IO, url, 0, 0, "the server has failed (status %ld); try again later", status);
    if (status != 200)
        return ees_error_at(err, EES_ERR_DATA, url, 0, 0, "the server did not send the file (status %ld)", status);
    if (answer->length == 0)
        return ees_error_at(err, EES_ERR_DATA, url, 0, 0, "the answer is empty, expected the feed");
    if (is_page(answer))
        return ees_error_at(err, EES_ERR_DATA, url, 0, 0, "the answer is a web page, expected the feed (JSON)");
    if (!strchr(answer->body, '{'))
        return ees_error_at(err, EES_ERR_DATA, url, 0, 0, "the answer (%.60s) is no JSON, expected the feed",
                            answer->type[0] ? answer->type : "of no stated type");
    return EES_OK;
}

/* Whatever failed, the file can be downloaded by hand. */
static int fail(const cli *app, const ees_error *err, const char *url) {
    int status = cli_fail(app, err);
    fprintf(stderr,
            "The data are as they were. To bring them up to date by hand, save this address with a browser:\n"
            "  %s\nthen import the file:\n  eesim data import FILE\n",
            url);
    return status;
}

/* What is at hand: the folder, and what the server said of the feed it was last brought up to date with. */
static int find_stored(cli *app, const char *dir, ees_feed_origin *origin, ees_error *err) {
    memset(origin, 0, sizeof *origin);
    if (cli_given(app)->output) {
        ees_history history;
        const ees_programs *programs = cli_programs(app, err);
        int rc = programs ? ees_history_load(&history, dir, programs, err) : EES_ERR_DATA;
        if (programs && rc == EES_OK)
            ees_feed_origin_read(origin, dir, history.sha256);
        if (programs)
            ees_history_free(&history);
        return rc == EES_ERR_NOTFOUND ? EES_OK : rc;
    }
    const ees_history *history = cli_history(app, err);
    if (!history)
        return EES_ERR_DATA;
    ees_feed_origin_read(origin, dir, history->sha256);
    return EES_OK;
}

static int store(cli *app, const fetch_answer *answer, const char *url, bool check) {
    ees_error err = {0};
    const char *dir = cli_given(app)->output;
    if (!dir)
        dir = check ? cli_data_dir(app, &err) : cli_writable_data_dir(app, &err);
    const ees_programs *programs = dir ? cli_programs(app, &err) : NULL;
    const ees_layouts *layouts = programs ? cli_layouts(app, &err) : NULL;
    if (!layouts)
        return cli_fail(app, &err);
    ees_feed_origin origin = {0};
    snprintf(origin.url, sizeof origin.url, "%s", url);
    snprintf(origin.etag, sizeof origin.etag, "%s", answer->etag);
    snprintf(origin.last_modified, sizeof origin.last_modified, "%s", answer->last_modified);
    ees_import_report report;
    int rc = ees_feed_import_text(url, answer->body, answer->length, &origin, dir, programs, layouts,
                                  check ? EES_IMPORT_DRY_RUN : 0u, &report, &err);
    int status = rc == EES_OK ? cli_report_import(app, &report, dir, check) : fail(app, &err, url);
    ees_import_report_free(&report);
    return status;
}

static int say_unchanged(cli *app, const char *dir) {
    if (cli_given(app)->quiet)
        return CLI_DONE;
    printf("Nothing new: the feed has not changed since %s was brought up to date.\n", dir);
    return fflush(stdout) == 0 ? CLI_DONE : CLI_FAILED;
}

static int fetch(cli *app, const fetch_options *options, const char *url, const char *dir,
                 const ees_feed_origin *origin) {
    const bool same = strcmp(origin->url, url) == 0;
    const fetch_request request = {.url = url,
                                   .etag = same ? origin->etag : "",
                                   .last_modified = same ? origin->last_modified : "",
                                   .ca_file = certificates(options),
                                   .timeout_seconds = (long)options->timeout_seconds,
                                   .attempts = (int)options->attempts,
                                   .limit = FEED_BYTES_MAX,
                                   .remark = put_remark,
                                   .remark_user = app};
    fetch_answer answer;
    ees_error err = {0};
    int status;
    int rc = fetch_url(&request, &answer, &err);
    if (rc == EES_OK && answer.status == 304)
        status = say_unchanged(app, dir);
    else if (rc || (rc = judge(&answer, url, &err)))
        status = fail(app, &err, url);
    else
        status = store(app, &answer, url, options->check);
    fetch_answer_free(&answer);
    return status;
}

static int run_fetch(cli *app, const void *given) {
    const fetch_options *options = given;
    const char *url = address(options);
    ees_feed_origin origin;
    ees_error err = {0};
    if (strncasecmp(url, "http://", 7) != 0 && strncasecmp(url, "https://", 8) != 0)
        return cli_misuse(
            app, "'%.100s' is no address to fetch from, expected one that begins with https:// or http://", url);
    if (strlen(url) >= sizeof origin.url)
        return cli_misuse(app, "the address is too long, at most %zu characters are expected", sizeof origin.url - 1);
    const char *dir = cli_given(app)->output;
    if (!dir)
        dir = cli_data_dir(app, &err);
    if (!dir || find_stored(app, dir, &origin, &err))
        return cli_fail(app, &err);
    return fetch(app, options, url, dir, &origin);
}

const cli_command cmd_data_fetch = {
    .name = "data fetch",
    .summary = "Newest official feed from the network to the data folder",
    .examples = "# bring the data up to date\n"
                "eesim data fetch\n"
                "# only look what is new\n"
                "eesim data fetch --check\n"
                "# into a folder of your own\n"
                "eesim data fetch -o my-data\n",
    .details =
        "The official feed is fetched from " FEED_FOLDER "ee_rounds_123_en.json and imported as 'eesim data import' "
        "does; the report is the same. A feed that has not changed since the last fetch is not sent again. "
        "Proxies are taken from http_proxy, https_proxy, all_proxy and no_proxy; certificates are always verified.\n\n"
        "Where the folder shipped with the program cannot be written, the data go to $XDG_DATA_HOME/eesim "
        "(~/.local/share/eesim) and are used from there as long as the shipped ones are not newer; --data and "
        "EESIM_DATA still come first.\n\n"
        "The exit status is 0 when the data are up to date, 1 when no answer could be had (no network or a build "
        "without one, a time-out, an "
        "untrusted certificate, a server that fails), 3 when what came is not the feed (a web page, a refusal, a "
        "missing, broken or too large file). Unless it is 0 the data are as they were.",
    .options = FETCH_OPTIONS,
    .options_size = sizeof(fetch_options),
    .common = CLI_TAKES_OUTPUT | CLI_TAKES_DATA,
    .run = run_fetch,
};
