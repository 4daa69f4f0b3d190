#include "base/sha256.h"

#include <stdint.h>
#include <sys/types.h>

#include <sha2.h>

void eesi_sha256(const void *data, size_t length, char text[EESI_SHA256_TEXT]) {
    SHA2_CTX context;
    SHA256Init(&context);
    SHA256Update(&context, data, length);
    SHA256End(&context, text);
}

void eesi_sha256_join(const char (*digests)[EESI_SHA256_TEXT], size_t count, char text[EESI_SHA256_TEXT]) {
    eesi_sha256(digests, count * EESI_SHA256_TEXT, text);
}
