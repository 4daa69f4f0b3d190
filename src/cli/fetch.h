/* One file from the network into memory. The only user of libcurl; the library has none. */
#ifndef EESIM_FETCH_H
#define EESIM_FETCH_H

#include <stddef.h>

#include <eesim.h>

typedef struct fetch_request {
    const char *url;                  /* http:// or https:// */
    const char *etag, *last_modified; /* of the copy at hand, "" for none: the server may answer 304 */
    const char *ca_file;              /* certificates to trust instead of the system's; NULL: the system's */
    long timeout_seconds;             /* of one attempt */
    int attempts;                     /* 1 or more: failures that may pass are tried again */
    size_t limit;                     /* largest answer, bytes after unpacking */
    void (*remark)(void *user, const char *text); /* called before every further attempt; may be NULL */
    void *remark_user;
} fetch_request;

typedef struct fetch_answer {
    long status; /* of HTTP: 200, 304, 403 ... */
    char *body;  /* NUL-terminated, owned; NULL when empty */
    size_t length;
    char type[128];                    /* Content-Type, "" when not stated */
    char etag[256], last_modified[64]; /* "" when not stated */
} fetch_answer;

/*
 * Get `url`; redirects are followed, to http and https alone, and from https to https alone. Certificates are verified.
 * Proxies are those of the usual variables. `answer` is uninitialised; fetch_answer_free() it, also after an error.
 * @return 0 for any answer of HTTP, also 404. EES_ERR_IO: no answer could be had, or this build has no network.
 * EES_ERR_DATA: it broke off or is larger than the limit.
 */
int fetch_url(const fetch_request *request, fetch_answer *answer, ees_error *err) EES_MUST_CHECK;
void fetch_answer_free(fetch_answer *answer);

#endif
