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
