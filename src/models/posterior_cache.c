#include "models/posterior_cache.h"

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/code.h"
#include "base/file.h"
#include "base/sha256.h"
#include "models/cache_secret.h"
#include "models/forecaster.h"
#include "models/model.h"

/* Of the caches of all ensembles: a question that a cache answers is short. */
static pthread_mutex_t cache_lock = PTHREAD_MUTEX_INITIALIZER;

enum { FILES_KEPT = 32 };
static const char SUFFIX[] = ".posterior";

enum { KEPT = 8 }; /* in memory: the programs that one question is about */

typedef struct kept_posterior {
    char key[EESI_SHA256_TEXT];
    char
        line[EESI_SHA256_TEXT]; /* the key without what was known, and when: one line of posteriors grows by learning */
    ees_known known;
    eesi_posterior *posterior; /* NULL: none yet */
} kept_posterior;

struct eesi_posterior_cache {
    char *dir;                 /* NULL: memory only */
    kept_posterior kept[KEPT]; /* the last used first */
};

int eesi_posterior_cache_create(eesi_posterior_cache **cache, const char *dir, ees_error *err) {
    eesi_posterior_cache *r = calloc(1, sizeof *r);
    *cache = r;
    if (r && dir)
        r->dir = strdup(dir);
    if (r && (r->dir || !dir))
        return EES_OK;
    eesi_posterior_cache_destroy(r);
    *cache = NULL;
    return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
}

void eesi_posterior_cache_destroy(eesi_posterior_cache *cache) {
    if (!cache)
        return;
    for (int i = 0; i < KEPT; i++)
        eesi_posterior_destroy(cache->kept[i].posterior);
    free(cache->dir);
    free(cache);
}

bool eesi_posterior_cacheable(const ees_question *question) {
    return !question->history->invented && question->history->sha256[0] != '\0' &&
           question->programs->sha256[0] != '\0';
}

/* Everything a posterior depends on: code, data, definitions, model, what was known, seed, members. `day` is that of
 * the question: a program may pass from one stream to another, and the day decides which one answers. */
static int key_of(const eesi_ensemble_model *ensemble, const ees_question *q, ees_known known, ees_date day,
                  char key[EESI_SHA256_TEXT]) {
    eesi_buf text;
    eesi_buf_init(&text);
    eesi_buf_printf(&text, "%s\n%s\n%s\n%s\n%s\n%zu %zu\n%llu %d\n", eesi_code_digest(), q->history->sha256,
                    q->programs->sha256, eesi_model_sha256(ensemble->model), q->programs->programs[q->program].code,
                    known.round_count, known.snapshot_count, (unsigned long long)ensemble->options.seed,
                    ensemble->options.members);
    eesi_buf_put_date(&text, day);
    for (size_t i = 0; i < q->skip_count; i++)
        eesi_buf_printf(&text, "\n%s", q->skip[i]);
    int rc = eesi_buf_failed(&text) ? EES_ERR_NOMEM : EES_OK;
    if (rc == EES_OK)
        eesi_sha256(text.data, text.length, key);
    eesi_buf_free(&text);
    return rc;
}

static char *file_of(const eesi_posterior_cache *r, const char *key) {
    char name[EESI_SHA256_TEXT + sizeof SUFFIX];
    snprintf(name, sizeof name, "%s%s", key, SUFFIX);
    return eesi_path_join(r->dir, name);
}

/* The seal of a file: SHA-256 of the secret, the key and the digest at the end of the bytes, twice (HMAC), so that only
 * who has the secret can make one. eesi_posterior_read() holds the bytes against that digest. */
static bool seal_of(const char *secret, const char *key, const char *bytes, size_t length,
                    char seal[EESI_SHA256_TEXT]) {
    char inner[EESI_SHA256_TEXT];
    if (length < EESI_SHA256_TEXT)
        return false;
    const char *digest = bytes + length - EESI_SHA256_TEXT;
    eesi_buf text;
    eesi_buf_init(&text);
    eesi_buf_printf(&text, "in %s %s ", secret, key);
    eesi_buf_put(&text, digest, EESI_SHA256_TEXT);
    bool sound = !eesi_buf_failed(&text);
    if (sound)
        eesi_sha256(text.data, text.length, inner);
    eesi_buf_clear(&text);
    if (sound)
        eesi_buf_printf(&text, "out %s %s", secret, inner);
    sound = sound && !eesi_buf_failed(&text);
    if (sound)
        eesi_sha256(text.data, text.length, seal);
    eesi_buf_free(&text);
    return sound;
}

/* A file is its seal, then the bytes of eesi_posterior_write(). Without our secret's seal it is not ours: computed
 * again.
 */
static eesi_posterior *read_file(const eesi_posterior_cache *r, const eesi_ensemble_model *ensemble, const char *key) {
    const size_t head = EESI_SHA256_TEXT - 1;
    eesi_posterior *posterior = NULL;
    char *path = file_of(r, key), *bytes = NULL, secret[EESI_SHA256_TEXT], seal[EESI_SHA256_TEXT];
    size_t length = 0;
    if (path && eesi_cache_secret(r->dir, secret) &&
        eesi_file_read(path, EESI_FILE_MAX, &bytes, &length, NULL) == EES_OK && length > head &&
        seal_of(secret, key, bytes + head, length - head, seal) && memcmp(bytes, seal, head) == 0 &&
        eesi_posterior_read(&posterior, ensemble, bytes + head, length - head, NULL) != EES_OK)
        posterior = NULL;
    free(bytes);
    free(path);
    return posterior;
}

typedef struct aged_file {
    char name[EESI_SHA256_TEXT + sizeof SUFFIX];
    time_t changed;
} aged_file;

static bool is_ours(const char *name) {
    size_t length = strlen(name);
    return length == EESI_SHA256_TEXT - 1 + sizeof SUFFIX - 1 && strcmp(name + EESI_SHA256_TEXT - 1, SUFFIX) == 0;
}

/* Removes the oldest of our files when there are many, one at each call: the folder cannot grow without end. */
static void drop_oldest(const char *dir) {
    aged_file oldest = {.changed = 0};
    size_t count = 0;
    DIR *entries = opendir(dir);
    for (const struct dirent *entry = NULL; entries && (entry = readdir(entries));) {
        struct stat info;
        if (!is_ours(entry->d_name) || fstatat(dirfd(entries), entry->d_name, &info, 0) != 0)
            continue;
        if (count++ == 0 || info.st_mtime < oldest.changed) {
            oldest.changed = info.st_mtime;
            memcpy(oldest.name, entry->d_name, strlen(entry->d_name) + 1);
        }
    }
    if (count > FILES_KEPT)
        unlinkat(dirfd(entries), oldest.name, 0);
    if (entries)
        closedir(entries);
}

/* A cache that cannot be written is no error: the next command computes again. */
static void write_file(const eesi_posterior_cache *r, const char *key, const eesi_posterior *posterior) {
    void *bytes = NULL;
    size_t length = 0;
    eesi_buf text;
    eesi_buf_init(&text);
    char *path = file_of(r, key), secret[EESI_SHA256_TEXT], seal[EESI_SHA256_TEXT];
    if (path && eesi_dir_make(r->dir, NULL) == EES_OK && eesi_cache_secret(r->dir, secret) &&
        eesi_posterior_write(posterior, &bytes, &length, NULL) == EES_OK && seal_of(secret, key, bytes, length, seal)) {
        eesi_buf_puts(&text, seal);
        eesi_buf_put(&text, bytes, length);
        if (!eesi_buf_failed(&text) && eesi_file_write(path, text.data, text.length, NULL) == EES_OK)
            drop_oldest(r->dir);
    }
    free(bytes);
    free(path);
    eesi_buf_free(&text);
}

/* The newest of one line that knows nothing the question does not know, or NULL. */
static const kept_posterior *find_earlier(const eesi_posterior_cache *r, const eesi_ensemble_model *ensemble,
                                          const ees_question *q, const char *line) {
    const kept_posterior *found = NULL;
    for (int i = 0; i < KEPT && r->kept[i].posterior; i++) {
        const kept_posterior *kept = &r->kept[i];
        if (strcmp(kept->line, line) == 0 && kept->posterior->stream == eesi_stream_asked(ensemble, q) &&
            kept->known.round_count <= q->known.round_count && kept->known.snapshot_count <= q->known.snapshot_count &&
            (!found || kept->known.round_count > found->known.round_count))
            found = kept;
    }
    return found;
}

/* The posterior of a key from the folder, else computed and kept there. An earlier one need not learn all again. */
static int find_or_make(const eesi_posterior_cache *r, const eesi_ensemble_model *ensemble, const ees_question *q,
                        const char *key, const char *line, eesi_posterior **posterior, ees_error *err) {
    *posterior = r->dir ? read_file(r, ensemble, key) : NULL;
    if (*posterior)
        return EES_OK;
    const kept_posterior *earlier = find_earlier(r, ensemble, q, line);
    int rc = earlier ? eesi_posterior_follow(posterior, earlier->posterior, earlier->known, q, err)
                     : eesi_posterior_create(posterior, ensemble, q, err);
    if (rc == EES_OK && r->dir)
        write_file(r, key, *posterior);
    return rc;
}

/* The posterior of a question, brought to the front of those kept; the one used longest ago makes room. */
static int bring_forward(eesi_posterior_cache *r, const eesi_ensemble_model *ensemble, const ees_question *q,
                         ees_error *err) {
    const ees_known nothing = {0, 0};
    char key[EESI_SHA256_TEXT], line[EESI_SHA256_TEXT];
    if (key_of(ensemble, q, q->known, q->date, key) != EES_OK ||
        key_of(ensemble, q, nothing, EES_DATE_NONE, line) != EES_OK)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    int at = 0;
    while (at < KEPT - 1 && r->kept[at].posterior && strcmp(r->kept[at].key, key) != 0)
        at++;
    kept_posterior used = r->kept[at];
    if (!used.posterior || strcmp(used.key, key) != 0) {
        eesi_posterior *made = NULL;
        int rc = find_or_make(r, ensemble, q, key, line, &made, err);
        if (rc)
            return rc;
        eesi_posterior_destroy(used.posterior);
        used.posterior = made;
        used.known = eesi_known_itself(q->history, q->known);
        memcpy(used.key, key, sizeof key);
        memcpy(used.line, line, sizeof line);
        if (used.known.snapshot_count != q->known.snapshot_count)
            used.line[0] = '\0'; /* hindsight of one question: others do not follow it */
    }
    memmove(r->kept + 1, r->kept, (size_t)at * sizeof *r->kept);
    r->kept[0] = used;
    return EES_OK;
}

int eesi_posterior_share(const eesi_ensemble_model *ensemble, const ees_question *q, eesi_posterior **posterior,
                         ees_error *err) {
    *posterior = NULL;
    if (!eesi_posterior_cacheable(q))
        return eesi_posterior_create(posterior, ensemble, q, err);
    pthread_mutex_lock(&cache_lock);
    int rc = bring_forward(ensemble->cache, ensemble, q, err);
    if (rc == EES_OK) {
        *posterior = ensemble->cache->kept[0].posterior;
        atomic_fetch_add(&(*posterior)->owners, 1);
    }
    pthread_mutex_unlock(&cache_lock);
    return rc;
}
