/*
 * The members as bytes, for a cache: a fixed header, the sets one after another, and the SHA-256 of all that. Nothing
 * read back is used before the digest and every size agree, so a damaged or foreign file is refused.
 */
#include <stdlib.h>
#include <string.h>

#include "base/sha256.h"
#include "models/model.h"
#include "models/posterior.h"

static const char MAGIC[8] = "EESPOST5";

typedef struct io_header {
    char magic[8];
    char model[65]; /* digest of the model file */
    char stop;      /* no padding byte is left unset */
    int32_t members, program, stream, set_count;
    int32_t lo, cells, centre, parameters;
    uint64_t seed;
} io_header;

/* The scalars of one set. */
typedef struct io_set {
    eesi_nominees nominees;
    ees_bands bands;
    double pool[EES_BANDS_MAX];
    double log_likelihood;
    ees_date date;
    int32_t started, rounds;
    uint32_t step;
} io_set;

static io_header header_of(const eesi_posterior *p) {
    const ees_model *model = p->ensemble->model;
    io_header h;
    memset(&h, 0, sizeof h);
    memcpy(h.magic, MAGIC, sizeof h.magic);
    memcpy(h.model, model->sha256, sizeof h.model);
    h.members = p->ensemble->options.members;
    h.program = p->sets[0].program;
    h.stream = (int32_t)(p->stream - model->streams);
    h.set_count = (int32_t)p->set_count;
    h.lo = p->stream->grid.lo;
    h.cells = p->stream->grid.cells;
    h.centre = p->stream->grid.centre;
    h.parameters = EESI_FLOW_FIELDS;
    h.seed = p->ensemble->options.seed;
    return h;
}

static size_t state_size(const eesi_flow_block *x) {
    return (size_t)(4 + x->grid.cells) * (size_t)x->members * sizeof(double);
}

static size_t set_size(const eesi_ensemble *e) {
    return sizeof(io_set) + (size_t)e->block.grid.cells * sizeof *e->cleared + state_size(&e->block);
}

static size_t whole_size(const eesi_posterior *p) {
    return sizeof(io_header) + p->set_count * set_size(&p->sets[0]) + EESI_SHA256_TEXT;
}

static char *put(char *to, const void *from, size_t length) {
    memcpy(to, from, length);
    return to + length;
}

static const char *take(void *to, const char *from, size_t length) {
    memcpy(to, from, length);
    return from + length;
}

static char *put_set(char *to, const eesi_ensemble *e) {
    io_set s;
    memset(&s, 0, sizeof s);
    s.nominees = e->nominees;
    s.bands = e->bands;
    memcpy(s.pool, e->pool, sizeof s.pool);
    s.log_likelihood = e->log_likelihood;
    s.date = e->date;
    s.started = e->started;
    s.rounds = e->rounds;
    s.step = e->step;
    to = put(to, &s, sizeof s);
    to = put(to, e->cleared, (size_t)e->block.grid.cells * sizeof *e->cleared);
    return put(to, e->block.owned, state_size(&e->block));
}

static const char *take_set(const char *from, eesi_ensemble *e) {
    io_set s;
    from = take(&s, from, sizeof s);
    e->nominees = s.nominees;
    e->bands = s.bands;
    memcpy(e->pool, s.pool, sizeof s.pool);
    e->log_likelihood = s.log_likelihood;
    e->date = s.date;
    e->started = s.started != 0;
    e->rounds = s.rounds;
    e->step = s.step;
    from = take(e->cleared, from, (size_t)e->block.grid.cells * sizeof *e->cleared);
    return take(e->block.owned, from, state_size(&e->block));
}

int eesi_posterior_write(const eesi_posterior *posterior, void **buffer, size_t *length, ees_error *err) {
    const size_t size = whole_size(posterior);
    const io_header header = header_of(posterior);
    char *bytes = malloc(size);
    *buffer = bytes;
    *length = bytes == NULL ? 0 : size;
    if (bytes == NULL)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    char *to = put(bytes, &header, sizeof header);
    for (size_t k = 0; k < posterior->set_count; k++)
        to = put_set(to, &posterior->sets[k]);
    eesi_sha256(bytes, (size_t)(to - bytes), to);
    return 0;
}

static int check_bytes(const char *bytes, size_t length, io_header *header, ees_error *err) {
    char digest[EESI_SHA256_TEXT];
    if (length < sizeof *header + EESI_SHA256_TEXT)
        return ees_error_set(err, EES_ERR_DATA, "stored forecast is too short");
    take(header, bytes, sizeof *header);
    if (memcmp(header->magic, MAGIC, sizeof MAGIC) != 0)
        return ees_error_set(err, EES_ERR_DATA, "not a stored forecast of this version");
    eesi_sha256(bytes, length - EESI_SHA256_TEXT, digest);
    if (memcmp(digest, bytes + length - EESI_SHA256_TEXT, EESI_SHA256_TEXT) != 0)
        return ees_error_set(err, EES_ERR_DATA, "stored forecast is damaged");
    return 0;
}

/* Built from the model in memory, so that every size below comes from us and not from the bytes. */
static int start_like(eesi_posterior *p, const eesi_ensemble_model *ensemble, const io_header *h, ees_error *err) {
    const ees_model *model = ensemble->model;
    const bool known = memcmp(h->model, model->sha256, sizeof h->model) == 0 && h->stream >= 0 &&
                       (size_t)h->stream < model->stream_count;
    if (!known)
        return ees_error_set(err, EES_ERR_MISMATCH, "stored forecast belongs to another model");
    const eesi_stream *stream = &model->streams[h->stream];
    if (stream->set_count == 0 || h->set_count != (int32_t)stream->set_count)
        return ees_error_set(err, EES_ERR_MISMATCH, "stored forecast belongs to another model");
    int rc = eesi_posterior_start(p, ensemble, stream, h->program, err);
    if (rc != 0)
        return rc;
    const io_header ours = header_of(p);
    /* Both were cleared before they were filled: NOLINTNEXTLINE(bugprone-suspicious-memory-comparison) */
    if (memcmp(&ours, h, sizeof ours) != 0)
        return ees_error_set(err, EES_ERR_MISMATCH, "stored forecast belongs to another seed or number of members");
    return 0;
}

int eesi_posterior_read(eesi_posterior **posterior, const eesi_ensemble_model *ensemble, const void *buffer,
                        size_t length, ees_error *err) {
    io_header header;
    *posterior = NULL;
    int rc = check_bytes(buffer, length, &header, err);
    if (rc != 0)
        return rc;
    eesi_posterior *p = calloc(1, sizeof *p);
    if (p == NULL)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    rc = start_like(p, ensemble, &header, err);
    atomic_init(&p->owners, 1);
    if (rc == 0 && whole_size(p) != length)
        rc = ees_error_set(err, EES_ERR_DATA, "stored forecast has the wrong length");
    if (rc != 0) {
        eesi_posterior_destroy(p);
        return rc;
    }
    const char *from = (const char *)buffer + sizeof header;
    for (size_t k = 0; k < p->set_count; k++)
        from = take_set(from, &p->sets[k]);
    *posterior = p;
    return 0;
}
