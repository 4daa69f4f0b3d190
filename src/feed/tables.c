#include "feed/tables.h"

#include <string.h>

#include "feed/fault.h"

const ees_column eesi_round_columns[EESI_ROUND_COLUMNS] = {
    {"number", NULL, EES_COLUMN_TEXT, 0, NULL, "Official number of the round; 91a and 91b exist"},
    {"date", NULL, EES_COLUMN_DATE, 0, NULL, "Day of the round"},
    {"program", NULL, EES_COLUMN_TEXT, 0, NULL,
     "Code of the program or category, as in models/programs.json; empty when the name is not known"},
    {"name", NULL, EES_COLUMN_TEXT, 0, NULL, "Official name of the round"},
    {"eligible", NULL, EES_COLUMN_TEXT, 0, NULL,
     "Codes of the programs whose candidates could be invited, with a space between them"},
    {"size", NULL, EES_COLUMN_INTEGER, 0, "candidates", "Invitations issued"},
    {"cutoff", NULL, EES_COLUMN_INTEGER, 0, "CRS points", "Score of the lowest-ranked candidate invited"},
    {"tie_break", NULL, EES_COLUMN_TIME, 0, "UTC",
     "At the cut-off only profiles submitted at or before this time were invited"},
    {"held_at", NULL, EES_COLUMN_TIME, 0, "UTC", "Time of the round"},
    {"pool", NULL, EES_COLUMN_TEXT, 0, NULL,
     "Pool published with the round: the key of pools.csv; empty when none was published"},
    {"pool_as_of", NULL, EES_COLUMN_DATE, 0, NULL, "As-of date of the pool as published with this round"},
};
const ees_column eesi_pool_columns[EESI_POOL_COLUMNS] = {
    {"pool", NULL, EES_COLUMN_TEXT, 0, NULL, "Number of the round the pool was first published with"},
    {"as_of", NULL, EES_COLUMN_DATE, 0, NULL, "As-of date published with that round"},
    {"band_low", NULL, EES_COLUMN_INTEGER, 0, "CRS points", "Lowest score of the band"},
    {"band_high", NULL, EES_COLUMN_INTEGER, 0, "CRS points", "Highest score of the band"},
    {"candidates", NULL, EES_COLUMN_INTEGER, 0, "candidates", "Candidates in the pool with a score in the band"},
};
const ees_column eesi_fault_columns[EESI_FAULT_COLUMNS] = {
    {"round", NULL, EES_COLUMN_TEXT, 0, NULL,
     "Number of the round; of one that was left out there is no row in rounds.csv"},
    {"severity", NULL, EES_COLUMN_TEXT, 0, NULL, "note or warning"},
    {"fault", NULL, EES_COLUMN_TEXT, 0, NULL, "Kind of fault"},
    {"field", NULL, EES_COLUMN_TEXT, 0, NULL, "Field of the official feed"},
    {"published", NULL, EES_COLUMN_TEXT, 0, NULL, "What the feed says"},
    {"used", NULL, EES_COLUMN_TEXT, 0, NULL, "What is used instead, or what it contradicts"},
    {"meaning", NULL, EES_COLUMN_TEXT, 0, NULL, "The kind of fault in words"},
};

static void put_eligible(eesi_buf *buf, ees_program_set set, const ees_programs *programs) {
    bool first = true;
    for (size_t i = 0; i < programs->count; i++) {
        if (!(set >> i & 1u))
            continue;
        if (!first)
            eesi_buf_putc(buf, ' ');
        eesi_buf_puts(buf, programs->programs[i].code);
        first = false;
    }
}

void eesi_put_round_value(eesi_buf *buf, const ees_round *round, const ees_programs *programs,
                          eesi_round_column column) {
    switch (column) {
    case EESI_ROUND_NUMBER:
        eesi_buf_puts(buf, round->number);
        break;
    case EESI_ROUND_DATE:
        eesi_buf_put_date(buf, round->date);
        break;
    case EESI_ROUND_PROGRAM:
        if (round->program != EES_PROGRAM_NONE)
            eesi_buf_puts(buf, programs->programs[round->program].code);
        break;
    case EESI_ROUND_NAME:
        eesi_buf_puts(buf, round->name);
        break;
    case EESI_ROUND_ELIGIBLE:
        put_eligible(buf, round->eligible, programs);
        break;
    case EESI_ROUND_SIZE:
        eesi_buf_put_int(buf, round->size);
        break;
    case EESI_ROUND_CUTOFF:
        eesi_buf_put_int(buf, round->cutoff);
        break;
    case EESI_ROUND_TIE_BREAK:
        eesi_buf_put_time(buf, round->tie_break);
        break;
    case EESI_ROUND_HELD_AT:
        eesi_buf_put_time(buf, round->held_at);
        break;
    case EESI_ROUND_POOL_AS_OF:
        eesi_buf_put_date(buf, round->pool_as_of);
        break;
    case EESI_ROUND_POOL:
    case EESI_ROUND_COLUMNS:
        break;
    }
}

const char *eesi_feed_field(eesi_round_column column) {
    static const char *const fields[EESI_ROUND_COLUMNS] = {
        [EESI_ROUND_NUMBER] = "drawNumber",    [EESI_ROUND_DATE] = "drawDate",
        [EESI_ROUND_PROGRAM] = "drawName",     [EESI_ROUND_NAME] = "drawName",
        [EESI_ROUND_ELIGIBLE] = "drawText2",   [EESI_ROUND_SIZE] = "drawSize",
        [EESI_ROUND_CUTOFF] = "drawCRS",       [EESI_ROUND_TIE_BREAK] = "drawCutOff",
        [EESI_ROUND_HELD_AT] = "drawDateTime", [EESI_ROUND_POOL_AS_OF] = "drawDistributionAsOn"};
    return fields[column];
}

static void put_header(eesi_buf *buf, const ees_column *columns, int count) {
    for (int i = 0; i < count; i++) {
        if (i > 0)
            eesi_buf_putc(buf, ',');
        eesi_buf_puts(buf, columns[i].name);
    }
    eesi_buf_putc(buf, '\n');
}

static const char *pool_key(const ees_history *history, int snapshot) {
    return history->rounds[history->snapshots[snapshot].first_round].number;
}

static void put_rounds(eesi_buf *buf, const ees_history *history, const ees_programs *programs) {
    put_header(buf, eesi_round_columns, EESI_ROUND_COLUMNS);
    for (size_t i = 0; i < history->round_count; i++) {
        const ees_round *r = &history->rounds[i];
        for (int column = 0; column < EESI_ROUND_COLUMNS; column++) {
            if (column > 0)
                eesi_buf_putc(buf, ',');
            if (column == EESI_ROUND_NAME)
                eesi_buf_put_csv(buf, r->name);
            else if (column == EESI_ROUND_POOL && r->snapshot != EES_SNAPSHOT_NONE)
                eesi_buf_puts(buf, pool_key(history, r->snapshot));
            else
                eesi_put_round_value(buf, r, programs, (eesi_round_column)column);
        }
        eesi_buf_putc(buf, '\n');
    }
}

static void put_pools(eesi_buf *buf, const ees_history *history) {
    put_header(buf, eesi_pool_columns, EESI_POOL_COLUMNS);
    for (size_t i = 0; i < history->snapshot_count; i++) {
        const ees_snapshot *s = &history->snapshots[i];
        char as_of[EES_DATE_TEXT_MAX];
        ees_date_format(s->as_of, as_of);
        for (int band = 0; band < s->bands.count; band++) {
            eesi_buf_puts(buf, pool_key(history, (int)i));
            eesi_buf_putc(buf, ',');
            eesi_buf_puts(buf, as_of);
            eesi_buf_putc(buf, ',');
            eesi_buf_put_int(buf, s->bands.band[band].low);
            eesi_buf_putc(buf, ',');
            eesi_buf_put_int(buf, s->bands.band[band].high);
            eesi_buf_putc(buf, ',');
            eesi_buf_put_int(buf, s->leaf[band]);
            eesi_buf_putc(buf, '\n');
        }
    }
}

static void put_faults(eesi_buf *buf, const ees_faults *faults) {
    put_header(buf, eesi_fault_columns, EESI_FAULT_COLUMNS);
    for (size_t i = 0; i < faults->count; i++) {
        const ees_fault *f = &faults->faults[i];
        if (!eesi_fault_is_stored(f->kind))
            continue;
        const char *severity = ees_fault_severity(f->kind) == EES_NOTE ? "note" : "warning";
        const char *values[EESI_FAULT_COLUMNS] = {f->round,     severity, ees_fault_name(f->kind),   f->field,
                                                  f->published, f->used,  ees_fault_meaning(f->kind)};
        for (int column = 0; column < EESI_FAULT_COLUMNS; column++) {
            if (column > 0)
                eesi_buf_putc(buf, ',');
            eesi_buf_put_csv(buf, values[column]);
        }
        eesi_buf_putc(buf, '\n');
    }
}

int eesi_data_files_make(eesi_data_files *files, const ees_history *history, const ees_programs *programs,
                         const ees_faults *faults) {
    static const char *const names[EESI_DATA_FILES] = {EESI_ROUNDS_FILE, EESI_POOLS_FILE, EESI_FAULTS_FILE,
                                                       EESI_README_FILE, EESI_PACKAGE_FILE};
    eesi_buf *content = files->content; /* cppcheck-suppress ctuuninitvar ; set below */
    for (int i = 0; i < EESI_DATA_FILES; i++)
        eesi_buf_init(&content[i]);
    put_rounds(&content[0], history, programs);
    put_pools(&content[1], history);
    put_faults(&content[2], faults);
    eesi_describe_readme(&content[3], history);
    for (int i = 0; i < EESI_DATA_FILES - 1; i++)
        files->parts[i] = (eesi_file_part){names[i], content[i].data, content[i].length};
    if (!eesi_describe_package(&content[4], history, files->parts))
        return EES_ERR_NOMEM;
    files->parts[4] = (eesi_file_part){names[4], content[4].data, content[4].length};
    for (int i = 0; i < EESI_DATA_FILES; i++)
        if (eesi_buf_failed(&content[i]))
            return EES_ERR_NOMEM;
    return EES_OK;
}

void eesi_data_files_free(eesi_data_files *files) {
    for (int i = 0; i < EESI_DATA_FILES; i++)
        eesi_buf_free(&files->content[i]);
}
