/* Where data and models come from: folders, or one buffer in memory that holds their files. */
#ifndef EESI_SOURCE_H
#define EESI_SOURCE_H

#include <stddef.h>

#include <eesim/error.h>

typedef struct eesi_source {
    char *data_dir, *models_dir; /* owned; NULL: there is none */
    void *pack;                  /* the parsed buffer; NULL: folders */
    void *given;                 /* documents by name that stand before all files; NULL: none */
} eesi_source;

/* Folders; either may be NULL. EES_ERR_NOMEM. */
int eesi_source_init(eesi_source *source, const char *data_dir, const char *models_dir, ees_error *err) EES_MUST_CHECK;
/* A buffer: JSON, {"data/rounds.csv": "text of the file", ...}. EES_ERR_DATA, EES_ERR_NOMEM. */
int eesi_source_init_pack(eesi_source *source, const char *bytes, size_t length, ees_error *err) EES_MUST_CHECK;
void eesi_source_free(eesi_source *source);

/* Documents that are no files: an object of names and texts, taken over; NULL takes them away. */
void eesi_source_give(eesi_source *source, void *texts);

/*
 * Read a file as eesi_file_read() does. In a buffer a path below data/ or models/ is one of its files; every other path
 * is a file of the system. @param source  NULL: files of the system alone.
 */
int eesi_source_read(const eesi_source *source, const char *path, char **text, size_t *length,
                     ees_error *err) EES_MUST_CHECK;

#endif
