/*
 * libcurl is loaded when something is fetched and not before: linking the program with it adds tens of shared libraries
 * and about 30 ms to the start of every command.
 */
#include "fetch.h"

#include <stdlib.h>
#include <string.h>

void fetch_answer_free(fetch_answer *answer) {
    free(answer->body);
    memset(answer, 0, sizeof *answer);
}

#ifdef EESIM_CURL_LIBRARY

#include <dlfcn.h>
#include <time.h>

#include <curl/curl.h>

enum { CONNECT_SECONDS = 15, REDIRECTS_MAX = 5, WAIT_SECONDS_MAX = 30 };

typedef struct curl_api {
    CURLcode (*global_init)(long);
    CURL *(*init)(void);
    CURLcode (*set)(CURL *, CURLoption, ...);
    CURLcode (*perform)(CURL *);
    CURLcode (*info)(CURL *, CURLINFO, ...);
    void (*cleanup)(CURL *);
    struct curl_slist *(*append)(struct curl_slist *, const char *);
    void (*free_list)(struct curl_slist *);
    const char *(*text)(CURLcode);
} curl_api;

/* One attempt, or the next. */
typedef struct transfer {
    const fetch_request *request;
    fetch_answer *answer;
    const curl_api *api;
    CURL *curl;
    struct curl_slist *headers;
    size_t capacity;
    bool too_large, no_memory;
    long wait_seconds; /* the server's Retry-After, 0 when it stated none */
    char problem[CURL_ERROR_SIZE];
} transfer;

static bool load(curl_api *api) {
    void *library = dlopen(EESIM_CURL_LIBRARY, RTLD_NOW | RTLD_LOCAL);
    const struct {
        const char *name;
        void *function; /* address of the pointer to be set */
    } wanted[] = {{"curl_global_init", &api->global_init}, {"curl_easy_init", &api->init},
                  {"curl_easy_setopt", &api->set},         {"curl_easy_perform", &api->perform},
                  {"curl_easy_getinfo", &api->info},       {"curl_easy_cleanup", &api->cleanup},
                  {"curl_slist_append", &api->append},     {"curl_slist_free_all", &api->free_list},
                  {"curl_easy_strerror", &api->text}};
    for (size_t i = 0; library && i < sizeof wanted / sizeof *wanted; i++) {
        void *symbol = dlsym(library, wanted[i].name);
        if (!symbol)
            return false;
        memcpy(wanted[i].function, &symbol, sizeof symbol);
    }
    return library && api->global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

static size_t take_body(char *data, size_t size, size_t count, void *user) {
    transfer *t = user;
    fetch_answer *a = t->answer;
    const size_t length = size * count;
    if (length > t->request->limit - a->length) {
        t->too_large = true;
        return 0;
    }
    if (a->length + length + 1 > t->capacity) {
        const size_t capacity = 2 * (a->length + length + 1);
        char *larger = realloc(a->body, capacity);
        if (!larger) {
            t->no_memory = true;
            return 0;
        }
        a->body = larger;
        t->capacity = capacity;
    }
    memcpy(a->body + a->length, data, length);
    a->length += length;
    a->body[a->length] = '\0';
    return length;
}

/* The value of "NAME: value", when the line is that one and the value is plain text that fits. */
static void take_value(const char *line, size_t length, const char *name, char *value, size_t size) {
    const size_t head = strlen(name);
    if (length <= head || strncasecmp(line, name, head) != 0 || line[head] != ':')
        return;
    const char *from = line + head + 1, *end = line + length;
    while (from < end && (*from == ' ' || *from == '\t'))
        from++;
    while (end > from && (end[-1] == '\r' || end[-1] == '\n' || end[-1] == ' '))
        end--;
    value[0] = '\0';
    if ((size_t)(end - from) >= size)
        return;
    for (const char *p = from; p < end; p++)
        if (*p < ' ' || *p > '~')
            return;
    memcpy(value, from, (size_t)(end - from));
    value[end - from] = '\0';
}

static size_t take_header(char *line, size_t size, size_t count, void *user) {
    transfer *t = user;
    fetch_answer *a = t->answer;
    const size_t length = size * count;
    char wait[16] = "";
    if (length > 5 && memcmp(line, "HTTP/", 5) == 0) /* of the answer after a redirect: nothing of before counts */
        a->type[0] = a->etag[0] = a->last_modified[0] = '\0';
    take_value(line, length, "Content-Type", a->type, sizeof a->type);
    take_value(line, length, "ETag", a->etag, sizeof a->etag);
    take_value(line, length, "Last-Modified", a->last_modified, sizeof a->last_modified);
    take_value(line, length, "Retry-After", wait, sizeof wait);
    if (wait[0])
        t->wait_seconds = strtol(wait, NULL, 10);
    return length;
}

static void add_header(transfer *t, const char *name, const char *value) {
    char line[400];
    if (!value || !*value)
        return;
    snprintf(line, sizeof line, "%s: %s", name, value);
    struct curl_slist *longer = t->api->append(t->headers, line);
    t->headers = longer ? longer : t->headers;
}

static void allow_protocols(const transfer *t, const char *first, const char *later) {
#if LIBCURL_VERSION_NUM >= 0x075500
    t->api->set(t->curl, CURLOPT_PROTOCOLS_STR, first);
    t->api->set(t->curl, CURLOPT_REDIR_PROTOCOLS_STR, later);
#else
    const long both = CURLPROTO_HTTP | CURLPROTO_HTTPS, tls = CURLPROTO_HTTPS;
    t->api->set(t->curl, CURLOPT_PROTOCOLS, strchr(first, ',') ? both : tls);
    t->api->set(t->curl, CURLOPT_REDIR_PROTOCOLS, strchr(later, ',') ? both : tls);
#endif
}

/* The values must have the types that curl_easy_setopt() documents: long, pointer to char, function. */
static void set_up(transfer *t) {
    const fetch_request *r = t->request;
    const curl_api *api = t->api;
    const bool tls = strncasecmp(r->url, "https:", 6) == 0;
    add_header(t, "Accept", "application/json, text/plain;q=0.9, */*;q=0.5");
    add_header(t, "Accept-Language", "en-CA,en;q=0.8,fr-CA;q=0.6");
    add_header(t, "If-None-Match", r->etag);
    add_header(t, "If-Modified-Since", r->last_modified);
    api->set(t->curl, CURLOPT_URL, r->url);
    api->set(t->curl, CURLOPT_HTTPHEADER, t->headers);
    api->set(t->curl, CURLOPT_USERAGENT,
             "Mozilla/5.0 (compatible; eesim/" EESIM_VERSION "; +https://github.com/eesim/eesim)");
    api->set(t->curl, CURLOPT_ACCEPT_ENCODING, "gzip");
    api->set(t->curl, CURLOPT_NOSIGNAL, 1L);
    api->set(t->curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    api->set(t->curl, CURLOPT_TIMEOUT, r->timeout_seconds);
    api->set(t->curl, CURLOPT_FOLLOWLOCATION, 1L);
    api->set(t->curl, CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX);
    allow_protocols(t, tls ? "https" : "http,https", tls ? "https" : "http,https");
    api->set(t->curl, CURLOPT_SSL_VERIFYPEER, 1L);
    api->set(t->curl, CURLOPT_SSL_VERIFYHOST, 2L);
    if (r->ca_file)
        api->set(t->curl, CURLOPT_CAINFO, r->ca_file);
    api->set(t->curl, CURLOPT_ERRORBUFFER, t->problem);
    api->set(t->curl, CURLOPT_WRITEFUNCTION, take_body);
    api->set(t->curl, CURLOPT_WRITEDATA, t);
    api->set(t->curl, CURLOPT_HEADERFUNCTION, take_header);
    api->set(t->curl, CURLOPT_HEADERDATA, t);
}

static bool may_pass(CURLcode code, long status) {
    switch (code) {
    case CURLE_OK:
        return status == 408 || status == 429 || status >= 500;
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_SSL_CONNECT_ERROR:
        return true;
    default:
        return false;
    }
}

static int explain(const transfer *t, CURLcode code, ees_error *err) {
    const char *url = t->request->url;
    const char *why = t->problem[0] ? t->problem : t->api->text(code);
    if (t->no_memory || code == CURLE_OUT_OF_MEMORY)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    if (t->too_large)
        return ees_error_at(err, EES_ERR_DATA, url, 0, 0,
                            "the answer is too large to be the feed: more than %.0f MB came",
                            (double)t->request->limit / 1e6);
    switch (code) {
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_BAD_CONTENT_ENCODING:
        return ees_error_at(err, EES_ERR_DATA, url, 0, 0, "the answer broke off or arrived damaged (%s)", why);
    case CURLE_OPERATION_TIMEDOUT:
        return ees_error_at(err, EES_ERR_IO, url, 0, 0, "no whole answer came within %ld seconds",
                            t->request->timeout_seconds);
    case CURLE_UNSUPPORTED_PROTOCOL:
        return ees_error_at(err, EES_ERR_DATA, url, 0, 0,
                            "the server points to an address that is not http or https, or away from https: it was "
                            "not followed");
    case CURLE_TOO_MANY_REDIRECTS:
        return ees_error_at(err, EES_ERR_DATA, url, 0, 0, "the server sends from one address to the next without end");
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
        return ees_error_at(err, EES_ERR_IO, url, 0, 0, "the server's certificate cannot be trusted (%s)", why);
    default:
        return ees_error_at(err, EES_ERR_IO, url, 0, 0, "cannot be reached (%s)", why);
    }
}

/* One second, two, four: or as long as the server asks for, within reason. */
static void wait_before(const transfer *t, int attempt, const char *why) {
    long seconds = 1L << (attempt < 5 ? attempt : 5);
    if (t->wait_seconds > seconds)
        seconds = t->wait_seconds;
    if (seconds > WAIT_SECONDS_MAX)
        seconds = WAIT_SECONDS_MAX;
    char text[300];
    snprintf(text, sizeof text, "%.150s; trying again in %ld second%s", why, seconds, seconds == 1 ? "" : "s");
    if (t->request->remark)
        t->request->remark(t->request->remark_user, text);
    nanosleep(&(struct timespec){.tv_sec = seconds}, NULL);
}

static CURLcode attempt_once(transfer *t) {
    t->answer->length = 0;
    t->answer->status = 0;
    t->problem[0] = '\0';
    t->wait_seconds = 0;
    CURLcode code = t->api->perform(t->curl);
    t->api->info(t->curl, CURLINFO_RESPONSE_CODE, &t->answer->status);
    return code;
}

static int run(transfer *t, ees_error *err) {
    set_up(t);
    CURLcode code = attempt_once(t);
    for (int i = 0; i + 1 < t->request->attempts && may_pass(code, t->answer->status); i++) {
        char why[64];
        snprintf(why, sizeof why, "the server answered %ld", t->answer->status);
        wait_before(t, i, code == CURLE_OK ? why : t->api->text(code));
        code = attempt_once(t);
    }
    return code == CURLE_OK ? EES_OK : explain(t, code, err);
}

int fetch_url(const fetch_request *request, fetch_answer *answer, ees_error *err) {
    memset(answer, 0, sizeof *answer);
    curl_api api;
    if (!load(&api))
        return ees_error_set(err, EES_ERR_IO, "%s cannot be loaded, so nothing can be fetched", EESIM_CURL_LIBRARY);
    transfer t = {.request = request, .answer = answer, .api = &api, .curl = api.init()};
    int rc = t.curl ? run(&t, err) : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    if (t.curl)
        api.cleanup(t.curl);
    api.free_list(t.headers);
    return rc;
}

#else

int fetch_url(const fetch_request *request, fetch_answer *answer, ees_error *err) {
    (void)request;
    memset(answer, 0, sizeof *answer);
    return ees_error_set(err, EES_ERR_IO,
                         "this build has no network: it was built without libcurl (libcurl4-openssl-dev)");
}

#endif
