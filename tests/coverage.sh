#!/usr/bin/env bash
# Runs every test in an instrumented build and prints the line coverage of src/, a row a file, the total last.
# Fails below the limit. Usage: coverage.sh BUILD_DIR [PERCENT]
set -euo pipefail
build=$1
limit=${2:-90}
source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
find "$build" -name '*.gcda' -delete
ctest --test-dir "$build" -j "$(nproc)" --output-on-failure >"$build/coverage-tests.log" || {
    tail -n 40 "$build/coverage-tests.log" >&2
    exit 1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# One note file per source; gcov prints "File '...'" and then "Lines executed:P% of N".
find "$(cd "$build" && pwd)" -name '*.gcno' \( -path '*eesim_objects*' -o -path '*eesim_program*' -o -path '*eesim_mpi*' \) -print0 |
    (cd "$work" && xargs -0 gcov --no-output 2>/dev/null) |
    awk -v root="$source_dir/" -v limit="$limit" '
        /^File / { file = $2; gsub("\047", "", file); keep = index(file, root "src/") == 1; sub(root, "", file) }
        /^Lines executed:/ && keep {
            split($2, part, ":"); percent = part[2] + 0; lines = $4
            if (!(file in total) || percent * lines / 100 > hit[file]) { total[file] = lines; hit[file] = percent * lines / 100 }
            keep = 0
        }
        END {
            for (file in total) { printf "%6.1f %% of %5d  %s\n", 100 * hit[file] / total[file], total[file], file | "sort -n"; h += hit[file]; t += total[file] }
            close("sort -n")
            printf "%6.1f %% of %5d  src/ in all (at least %s expected)\n", 100 * h / t, t, limit
            exit 100 * h / t < limit
        }'
