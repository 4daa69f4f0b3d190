#!/usr/bin/env bash
# Runs the tests in an instrumented build and prints the line coverage of src/: a row a file, a row a folder, the total
# last. A line counts as reached when any program reached it; BUILD_DIR/uncovered.txt lists those that none did. Fails
# below the limit. Usage: coverage.sh BUILD_DIR [PERCENT]
set -euo pipefail
build=$(cd "$1" && pwd)
limit=${2:-90}
source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
if [ "${EESIM_COVERAGE_KEEP:-}" != 1 ]; then # 1: only count again
    find "$build" -name '*.gcda' -delete
    # test_engine_distributions repeats what test_engine runs, 200,000 times. One thread each: shared counters are slow.
    OMP_NUM_THREADS=1 ctest --test-dir "$build" -j "$(nproc)" -E engine_law --timeout 1800 --output-on-failure \
        >"$build/coverage-tests.log" || {
        tail -n 40 "$build/coverage-tests.log" >&2
        exit 1
    }
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# gcov's annotated sources: "COUNT:LINE:text"; COUNT is - for no code, ##### for never, and a line comes again for each
# copy of an inline function.
find "$build" -name '*.gcno' \( -path '*eesim_objects*' -o -path '*eesim_program*' -o -path '*eesim_mpi*' \) -print0 |
    (cd "$work" && xargs -0 gcov --stdout 2>/dev/null) |
    awk -F: -v root="$source_dir/" -v limit="$limit" -v list="$build/uncovered.txt" '
        { count = $1; gsub(/ /, "", count); line = $2 + 0 }
        count == "-" && line == 0 && $3 == "Source" { file = $4; keep = index(file, root "src/") == 1; sub(root, "", file); next }
        !keep || count == "-" || count == "" || line == 0 { next }
        {
            key = file SUBSEP line
            reached[key] = reached[key] || (count !~ /^[#=]/)
            text[key] = $0
        }
        END {
            for (key in reached) {
                split(key, part, SUBSEP)
                folder = part[1]; sub(/^src\//, "", folder); sub(/\/.*/, "", folder)
                total[part[1]]++; hit[part[1]] += reached[key]
                folder_total[folder]++; folder_hit[folder] += reached[key]
                t++; h += reached[key]
                if (!reached[key]) { source = text[key]; sub(/^[^:]*:[^:]*:/, "", source); printf "%s:%d:%s\n", part[1], part[2], source | ("sort -t: -k1,1 -k2,2n >" list) }
            }
            for (file in total) printf "%6.1f %% of %5d  %s\n", 100 * hit[file] / total[file], total[file], file | "sort -n"
            close("sort -n")
            for (folder in folder_total) printf "%6.1f %% of %5d  src/%s/\n", 100 * folder_hit[folder] / folder_total[folder], folder_total[folder], folder | "sort -k5"
            close("sort -k5")
            printf "%6.1f %% of %5d  src/ in all (at least %s expected)\n", 100 * h / t, t, limit
            exit 100 * h / t < limit
        }'
