#!/usr/bin/env bash
# Each public header compiles alone, as C11 and as C++, and eesim.h includes them all.
set -euo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
for header in "$EESIM_SOURCE"/include/eesim.h "$EESIM_SOURCE"/include/eesim/*.h; do
    printf '#include "%s"\nint main(void) { return 0; }\n' "$header" >"$work/one.c"
    "${CC:-cc}" -std=c11 -pedantic -Wall -Wextra -Werror -I "$EESIM_SOURCE/include" -fsyntax-only "$work/one.c"
    g++ -x c++ -std=c++17 -Wall -Wextra -Werror -I "$EESIM_SOURCE/include" -fsyntax-only "$work/one.c"
    [ "$(basename "$header")" = eesim.h ] || grep -q "<eesim/$(basename "$header")>" "$EESIM_SOURCE/include/eesim.h" ||
        { echo "include/eesim.h lacks $(basename "$header")"; exit 1; }
done
# The public side stays small: every header and every line is a promise.
headers=$(find "$EESIM_SOURCE/include" -name '*.h' | wc -l)
lines=$(cat "$EESIM_SOURCE"/include/eesim.h "$EESIM_SOURCE"/include/eesim/*.h | wc -l)
[ "$headers" -le 14 ] || { echo "$headers public headers, at most 14"; exit 1; }
[ "$lines" -le 2000 ] || { echo "$lines lines of public headers, at most 2000"; exit 1; }
# A C++ program includes all, links and runs; the versions of headers and library agree.
library=$(find "$EESIM_BUILD" -maxdepth 1 -name 'libeesim.so' | head -1)
if [ -n "$library" ] && [ -z "${EESIM_SANITIZE:-}" ]; then
    cat >"$work/all.cpp" <<'CPP'
#include <eesim.h>
#include <cstdio>
#include <cstring>
int main() {
    char version[32];
    std::snprintf(version, sizeof version, "%d.%d.%d", EES_VERSION_MAJOR, EES_VERSION_MINOR, EES_VERSION_PATCH);
    ees_context_options options;
    ees_context_options_init(&options);
    ees_context *context = nullptr;
    ees_error err{};
    if (ees_context_create_from_memory(&context, "{}", 2, &options, &err) != 0)
        return 1;
    char *answer = nullptr;
    const int code = ees_answer_json(context, "{\"command\":\"rounds\"}", &answer, &err);
    ees_context_destroy(context);
    return code == EES_ERR_NOTFOUND && std::strcmp(version, ees_version()) == 0 ? 0 : 2;
}
CPP
    g++ -std=c++17 -Wall -Wextra -Werror -I "$EESIM_SOURCE/include" "$work/all.cpp" "$library" -Wl,-rpath,"$EESIM_BUILD" -o "$work/all"
    "$work/all"
fi
