# Writes OUTPUT, a C file with the SHA-256 of the SOURCES of a list file, so that the program knows its own build.
file(READ "${SOURCES}" sources) # not STRINGS, which ends a line at a letter that is not ASCII
string(STRIP "${sources}" sources)
string(REPLACE "\n" ";" sources "${sources}")
list(SORT sources)
set(digests "")
foreach(source IN LISTS sources)
  file(SHA256 "${source}" digest)
  string(APPEND digests ${digest})
endforeach()
string(SHA256 digest "${digests}")
file(CONFIGURE OUTPUT "${OUTPUT}" @ONLY CONTENT [[
#include "base/code.h"

const char *eesi_code_digest(void) {
    return "@digest@";
}
]])
