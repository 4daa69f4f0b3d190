/* The files of a data folder: their names and columns, and how they are written. */
#ifndef EESI_TABLES_H
#define EESI_TABLES_H

#include <eesim/feed.h>
#include <eesim/history.h>
#include <eesim/report.h>

#include "base/buf.h"
#include "base/fileset.h"

#define EESI_ROUNDS_FILE "rounds.csv"
#define EESI_POOLS_FILE "pools.csv"
#define EESI_FAULTS_FILE "faults.csv"
#define EESI_PACKAGE_FILE "datapackage.json"
#define EESI_README_FILE "README.md"

/* Where all facts come from. */
#define EESI_SOURCE_TITLE "Immigration, Refugees and Citizenship Canada: Express Entry rounds of invitations"
#define EESI_SOURCE_PATH "https://www.canada.ca/content/dam/ircc/documents/json/ee_rounds_123_en.json"
#define EESI_LICENCE_TITLE "Open Government Licence - Canada"
#define EESI_LICENCE_PATH "https://open.canada.ca/en/open-government-licence-canada"
/* The same as members of an eesi_package. */
#define EESI_OFFICIAL                                                                                                  \
    .source_title = EESI_SOURCE_TITLE, .source_path = EESI_SOURCE_PATH, .licence = "OGL-Canada-2.0",                   \
    .licence_title = EESI_LICENCE_TITLE, .licence_path = EESI_LICENCE_PATH

typedef enum eesi_round_column {
    EESI_ROUND_NUMBER,
    EESI_ROUND_DATE,
    EESI_ROUND_PROGRAM,
    EESI_ROUND_NAME,
    EESI_ROUND_ELIGIBLE,
    EESI_ROUND_SIZE,
    EESI_ROUND_CUTOFF,
    EESI_ROUND_TIE_BREAK,
    EESI_ROUND_HELD_AT,
    EESI_ROUND_POOL,
    EESI_ROUND_POOL_AS_OF,
    EESI_ROUND_COLUMNS
} eesi_round_column;

typedef enum eesi_pool_column {
    EESI_POOL_KEY,
    EESI_POOL_AS_OF,
    EESI_POOL_LOW,
    EESI_POOL_HIGH,
    EESI_POOL_CANDIDATES,
    EESI_POOL_COLUMNS
} eesi_pool_column;

typedef enum eesi_fault_column {
    EESI_FAULT_ROUND,
    EESI_FAULT_SEVERITY,
    EESI_FAULT_NAME,
    EESI_FAULT_FIELD,
    EESI_FAULT_PUBLISHED,
    EESI_FAULT_USED,
    EESI_FAULT_MEANING,
    EESI_FAULT_COLUMNS
} eesi_fault_column;

extern const ees_column eesi_round_columns[EESI_ROUND_COLUMNS];
extern const ees_column eesi_pool_columns[EESI_POOL_COLUMNS];
extern const ees_column eesi_fault_columns[EESI_FAULT_COLUMNS];

/* One value of a round as rounds.csv holds it, but not quoted. The column must not be EESI_ROUND_POOL. */
void eesi_put_round_value(eesi_buf *buf, const ees_round *round, const ees_programs *programs,
                          eesi_round_column column);

/* The field of the official feed that a column comes from; NULL for the pool, which has several. */
const char *eesi_feed_field(eesi_round_column column);

/* The content of a data folder, in the order in which the files replace the old ones. */
enum { EESI_DATA_FILES = 5 };
typedef struct eesi_data_files {
    eesi_buf content[EESI_DATA_FILES];
    eesi_file_part parts[EESI_DATA_FILES];
} eesi_data_files;

/* `files` is uninitialised; eesi_data_files_free() it, also after an error. The same input gives the same bytes. */
int eesi_data_files_make(eesi_data_files *files, const ees_history *history, const ees_programs *programs,
                         const ees_faults *faults) EES_MUST_CHECK;
void eesi_data_files_free(eesi_data_files *files);

/* Of describe.c. */
/* False when out of memory. */
bool eesi_describe_package(eesi_buf *buf, const ees_history *history, const eesi_file_part *tables);
void eesi_describe_readme(eesi_buf *buf, const ees_history *history);

/* Read what faults.csv says of the feed (eesi_fault_is_of_feed). A missing file is EES_ERR_NOTFOUND. */
int eesi_faults_read(const char *dir, ees_faults *faults, ees_error *err) EES_MUST_CHECK;

#endif
