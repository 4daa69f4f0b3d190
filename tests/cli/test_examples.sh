#!/usr/bin/env bash
# The examples compile against the library and say what the program says; docs/library.md shows them.
set -euo pipefail
[ -z "${EESIM_SANITIZE:-}" ] || { echo "an instrumented library is not for other programs"; exit 0; }
source "$EESIM_SOURCE/tests/support/cli.sh"
flags=(-Wall -Wextra -Werror -I "$EESIM_SOURCE/include")
library=("$EESIM_BUILD/libeesim.so" "-Wl,-rpath,$EESIM_BUILD")
"${CC:-cc}" -std=c11 "${flags[@]}" "$EESIM_SOURCE/examples/cutoff.c" -o "$work/cutoff" "${library[@]}"
"${CC:-cc}" -std=c11 "${flags[@]}" "$EESIM_SOURCE/examples/grid.c" -o "$work/grid" "${library[@]}"
g++ -std=c++17 "${flags[@]}" "$EESIM_SOURCE/examples/chance.cpp" -o "$work/chance" "${library[@]}"
folders=("$EESIM_VINTAGE" "$EESIM_SOURCE/models")
export EESIM_DATA=${folders[0]} EESIM_MODELS=${folders[1]}

median=$("$EESIM" draw --program CEC --draw-size 6000 --format json |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["cutoff"]["median"])')
"$work/cutoff" "${folders[@]}" >"$work/cutoff.txt"
grep -qE "^median $median, with 80 % between [0-9]+ and [0-9]+$" "$work/cutoff.txt"

"$work/chance" "${folders[@]}" >"$work/chance.txt"
"$EESIM" chance --score 505 --program CEC --replicates 2000 --format json |
    python3 -c 'import json, sys; print(*(by["date"] for by in json.load(sys.stdin)["scores"][0]["by"]), sep="\n")' \
        >"$work/days.txt"
cut -d' ' -f1 "$work/chance.txt" | diff - "$work/days.txt"
sort -c -k2,2n "$work/chance.txt" # a chance never falls

printf 'scenario,arrivals\nas now,1\nmore,1.5\n' >"$work/grid.csv"
"$work/grid" "${folders[@]}" "$work/grid.csv" >"$work/grid.txt"
grep -qE '^as now: next cut-off of CEC [0-9.]+, 505 points' "$work/grid.txt"
grep -qE '^more: next cut-off of CEC [0-9.]+ \(\+[0-9.]+\), 505 points' "$work/grid.txt"
if "$work/grid" "${folders[@]}" "$work/missing.csv" 2>/dev/null; then exit 1; fi

for example in cutoff.c chance.cpp grid.c; do
    sed -n "/^<!-- examples\/$example -->\$/,/^\`\`\`\$/p" "$EESIM_SOURCE/docs/library.md" | sed '1,2d;$d' |
        diff - "$EESIM_SOURCE/examples/$example"
done
