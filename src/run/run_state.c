/* Totals as bytes. Little-endian, seven-bit numbers for the bins; a SHA-256 at the end guards the whole. */
#include <stdlib.h>
#include <string.h>

#include "base/sha256.h"
#include "run/run_state.h"

static const char magic[8] = {'E', 'E', 'S', 'I', 'M', 'S', 'T', '4'};
enum { DIGEST = EESI_SHA256_TEXT - 1, NUMBERS = 17 };

void eesi_run_state_free(eesi_run_state *state) {
    free(state->identity);
    ees_totals_destroy(state->totals);
    memset(state, 0, sizeof *state);
}

static void save_hists(const eesi_hist *hists, int count, eesi_buf *buf) {
    for (int i = 0; i < count; i++)
        eesi_hist_save(&hists[i], buf);
}

static void save_scenario(const ees_totals *totals, const eesi_scenario_totals *scenario, eesi_buf *buf) {
    for (int p = 0; p < totals->layout.programs; p++) {
        const eesi_program_totals *program = &scenario->program[p];
        eesi_put_u64(buf, (uint64_t)program->rounds);
        for (int k = 0; k < program->rounds; k++) {
            save_hists(program->round[k]->measure, EES_MEASURES, buf);
            save_hists(program->round[k]->difference, EES_MEASURE_INVITED + 1, buf);
            save_hists(program->round[k]->stock, totals->layout.bands, buf);
        }
        save_hists(program->overall, EES_OVERALLS, buf);
        save_hists(program->overall_difference, EES_OVERALLS, buf);
    }
    for (int a = 0; a < totals->layout.audiences; a++) {
        save_hists(scenario->chance[a].step, totals->layout.days + 1, buf);
        save_hists(scenario->chance[a].member, EESI_MEMBER_DAYS * EESI_MEMBER_GROUPS, buf);
    }
}

static void save_head(const eesi_run_state *state, eesi_buf *buf) {
    const ees_run_layout *layout = &state->totals->layout;
    const uint64_t numbers[NUMBERS] = {strlen(state->identity),
                                       state->first_block,
                                       state->next_block,
                                       state->end_block,
                                       state->shard,
                                       state->shards,
                                       state->written,
                                       (uint64_t)layout->scenarios,
                                       (uint64_t)layout->programs,
                                       (uint64_t)layout->bands,
                                       (uint64_t)layout->audiences,
                                       (uint64_t)layout->start,
                                       (uint64_t)layout->days,
                                       state->totals->replicates,
                                       (uint64_t)layout->randomisations,
                                       layout->randomisation_blocks,
                                       state->checksum};
    eesi_buf_put(buf, magic, sizeof magic);
    for (int i = 0; i < NUMBERS; i++)
        eesi_put_u64(buf, numbers[i]);
    for (int a = 0; a < layout->audiences; a++) {
        eesi_put_u64(buf, layout->audience[a].programs | (uint64_t)layout->audience[a].renew_days << 32);
        eesi_put_u64(buf, (uint64_t)layout->audience[a].submitted);
    }
    eesi_buf_puts(buf, state->identity);
}

static void save_scenarios(const ees_totals *totals, eesi_buf *buf) {
    for (int s = 0; s < totals->layout.scenarios; s++)
        save_scenario(totals, &totals->scenario[s], buf);
}

/* With randomisations those that have begun, each behind its place and its replicates; their sum is not kept. */
static void save_counts(const ees_totals *totals, eesi_buf *buf) {
    if (!totals->part)
        save_scenarios(totals, buf);
    for (int j = 0; totals->part && j < totals->layout.randomisations; j++) {
        eesi_put_u64(buf, totals->part[j]->replicates);
        if (totals->part[j]->replicates > 0)
            save_scenarios(totals->part[j], buf);
    }
}

int eesi_run_state_save(const eesi_run_state *state, char **data, size_t *length, ees_error *err) {
    eesi_buf buf;
    eesi_buf_init(&buf);
    save_head(state, &buf);
    save_counts(state->totals, &buf);
    char digest[EESI_SHA256_TEXT];
    if (!eesi_buf_failed(&buf)) {
        eesi_sha256(buf.data, buf.length, digest);
        eesi_buf_put(&buf, digest, DIGEST);
    }
    if (eesi_buf_failed(&buf)) {
        eesi_buf_free(&buf);
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    }
    *data = buf.data;
    *length = buf.length;
    return EES_OK;
}

typedef struct reader {
    const unsigned char *cursor, *end;
} reader;

static bool load_hists(eesi_hist *hists, int count, reader *in) {
    for (int i = 0; i < count; i++)
        if (!eesi_hist_load(&hists[i], &in->cursor, in->end))
            return false;
    return true;
}

static bool load_program(ees_totals *totals, int s, int p, reader *in) {
    uint64_t rounds = 0;
    if (!eesi_get_u64(&in->cursor, in->end, &rounds) || rounds > EESI_BLOCK_ROUNDS_MAX)
        return false;
    for (int k = 0; k < (int)rounds; k++) {
        eesi_round_totals *slot = eesi_totals_slot(totals, s, p, k);
        if (!slot || !load_hists(slot->measure, EES_MEASURES, in) ||
            !load_hists(slot->difference, EES_MEASURE_INVITED + 1, in) ||
            (slot->stock && !load_hists(slot->stock, totals->layout.bands, in)))
            return false;
    }
    eesi_program_totals *program = &totals->scenario[s].program[p];
    return load_hists(program->overall, EES_OVERALLS, in) && load_hists(program->overall_difference, EES_OVERALLS, in);
}

static bool load_scenario(ees_totals *totals, int s, reader *in) {
    for (int p = 0; p < totals->layout.programs; p++)
        if (!load_program(totals, s, p, in))
            return false;
    for (int a = 0; a < totals->layout.audiences; a++)
        if (!load_hists(totals->scenario[s].chance[a].step, totals->layout.days + 1, in) ||
            !load_hists(totals->scenario[s].chance[a].member, EESI_MEMBER_DAYS * EESI_MEMBER_GROUPS, in))
            return false;
    return true;
}

static bool load_scenarios(ees_totals *totals, reader *in) {
    for (int s = 0; s < totals->layout.scenarios; s++)
        if (!load_scenario(totals, s, in))
            return false;
    return true;
}

static bool load_parts(ees_totals *totals, reader *in) {
    ees_totals *read = NULL;
    bool sound = eesi_totals_create(&read, &totals->layout, false, NULL) == EES_OK;
    for (int j = 0; sound && j < totals->layout.randomisations; j++)
        sound = eesi_get_u64(&in->cursor, in->end, &read->part[j]->replicates) &&
                (read->part[j]->replicates == 0 || load_scenarios(read->part[j], in));
    sound = sound && eesi_totals_merge(totals, read, NULL) == EES_OK;
    ees_totals_destroy(read);
    return sound;
}

static bool load_layout(ees_run_layout *layout, const uint64_t *numbers, reader *in) {
    if (numbers[0] > EES_RUN_SCENARIOS_MAX || numbers[1] > EES_RUN_PROGRAMS_MAX || numbers[2] > EES_RUN_BANDS_MAX ||
        numbers[3] > EES_RUN_AUDIENCES_MAX || numbers[5] > EES_RUN_DAYS_MAX || numbers[7] > EESI_RANDOMISATIONS_MAX)
        return false;
    *layout = (ees_run_layout){.scenarios = (int)numbers[0],
                               .programs = (int)numbers[1],
                               .bands = (int)numbers[2],
                               .audiences = (int)numbers[3],
                               .start = (ees_date)numbers[4],
                               .days = (int)numbers[5],
                               .randomisations = (int)numbers[7],
                               .randomisation_blocks = numbers[8]};
    for (int a = 0; a < layout->audiences; a++) {
        uint64_t programs = 0, submitted = 0;
        if (!eesi_get_u64(&in->cursor, in->end, &programs) || !eesi_get_u64(&in->cursor, in->end, &submitted))
            return false;
        layout->audience[a] = (ees_audience){.programs = (uint32_t)programs,
                                             .submitted = (ees_date)submitted,
                                             .renew_days = (int)(programs >> 32)}; /* 0 in older files */
    }
    return true;
}

static bool load_identity(eesi_run_state *state, uint64_t length, reader *in) {
    if (length > (uint64_t)(in->end - in->cursor) || !(state->identity = malloc((size_t)length + 1)))
        return false;
    memcpy(state->identity, in->cursor, (size_t)length);
    state->identity[length] = '\0';
    in->cursor += length;
    return true;
}

static bool load_all(eesi_run_state *state, reader *in) {
    uint64_t numbers[NUMBERS];
    ees_run_layout layout;
    in->cursor += sizeof magic;
    for (int i = 0; i < NUMBERS; i++)
        if (!eesi_get_u64(&in->cursor, in->end, &numbers[i]))
            return false;
    if (!load_layout(&layout, numbers + 7, in) || !load_identity(state, numbers[0], in) ||
        eesi_totals_create(&state->totals, &layout, false, NULL) != EES_OK)
        return false;
    state->first_block = numbers[1];
    state->next_block = numbers[2];
    state->end_block = numbers[3];
    state->shard = numbers[4];
    state->shards = numbers[5];
    state->written = numbers[6];
    state->checksum = numbers[16];
    const bool sound = state->totals->part ? load_parts(state->totals, in) : load_scenarios(state->totals, in);
    state->totals->replicates = numbers[13];
    return sound && in->cursor == in->end;
}

int eesi_run_state_load(eesi_run_state *state, const char *file, const char *data, size_t length, ees_error *err) {
    memset(state, 0, sizeof *state);
    if (length < sizeof magic + DIGEST || memcmp(data, magic, sizeof magic) != 0)
        return ees_error_at(err, EES_ERR_DATA, file, 0, 0, "is not the state of a run of this version");
    char digest[EESI_SHA256_TEXT];
    eesi_sha256(data, length - DIGEST, digest);
    if (memcmp(digest, data + length - DIGEST, DIGEST) != 0)
        return ees_error_at(err, EES_ERR_DATA, file, 0, 0, "is damaged: its checksum does not match its content");
    reader in = {(const unsigned char *)data, (const unsigned char *)data + length - DIGEST};
    if (load_all(state, &in))
        return EES_OK;
    eesi_run_state_free(state);
    return ees_error_at(err, EES_ERR_NOMEM, file, 0, 0, "out of memory: its checksum is right, and it cannot be read");
}
