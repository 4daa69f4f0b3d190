/* faults.csv read back: what only the feed could show must outlive the feed. */
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "feed/fault.h"
#include "feed/tables.h"

static int read_rows(eesi_csv *csv, ees_faults *faults, ees_error *err) {
    static const eesi_fault_column wanted[] = {EESI_FAULT_ROUND, EESI_FAULT_NAME, EESI_FAULT_FIELD,
                                               EESI_FAULT_PUBLISHED, EESI_FAULT_USED};
    int at[5];
    for (int i = 0; i < 5; i++) {
        at[i] = eesi_csv_column(csv, eesi_fault_columns[wanted[i]].name, err);
        if (at[i] < 0)
            return at[i];
    }
    int more;
    while ((more = eesi_csv_next(csv, err)) > 0) {
        const eesi_csv_field *f = csv->fields;
        if (f[at[0]].length >= EES_ROUND_NUMBER_MAX)
            return eesi_csv_bad(csv, at[0], "a number such as 396 or 91a", err);
        ees_fault_kind kind = eesi_fault_kind_of(f[at[1]].text);
        if (kind == EES_FAULT_KINDS)
            return eesi_csv_bad(csv, at[1], "the name of a fault, such as time-irregular", err);
        if (eesi_fault_is_of_feed(kind) &&
            eesi_faults_add(faults, kind, f[at[0]].text, f[at[2]].text, f[at[3]].text, f[at[4]].text))
            return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    }
    return more;
}

int eesi_faults_read(const char *dir, ees_faults *faults, ees_error *err) {
    char *path = eesi_path_join(dir, EESI_FAULTS_FILE);
    if (!path)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    char *text = NULL;
    size_t length;
    eesi_csv *csv = malloc(sizeof *csv);
    int rc = csv ? eesi_file_read(path, EESI_FILE_MAX, &text, &length, err)
                 : ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    if (rc == EES_OK)
        rc = eesi_csv_open(csv, path, text, length, err);
    if (rc == EES_OK)
        rc = read_rows(csv, faults, err);
    free(csv);
    free(text);
    free(path);
    return rc;
}
