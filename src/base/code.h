/*
 * Which code this library was built from. The version of a release does not change with every change of the code; what
 * is kept on disk from one run to the next (src/models/posterior_cache.h) must.
 */
#ifndef EESI_CODE_H
#define EESI_CODE_H

/* SHA-256, as hexadecimal text, of every source that a posterior depends on (cmake/code_digest.cmake). */
const char *eesi_code_digest(void);

#endif
