#!/usr/bin/env bash
# Runs every fuzz target for some seconds from the seeds of tests/fuzz/seeds/TARGET, after the inputs that once broke it.
# A crash fails the run; its input is left in BUILD_DIR/fuzz/TARGET. Usage: run.sh BUILD_DIR [SECONDS] [TARGET...]
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$(cd "$1" && pwd)
seconds=${2:-30}
shift $(($# > 2 ? 2 : $#))
failed=0 count=0
for target in "$build"/tests/fuzz/fuzz_*; do
    [ -f "$target" ] && [ -x "$target" ] || continue
    name=$(basename "$target")
    if [ $# -gt 0 ] && ! grep -qxF "$name" <(printf '%s\n' "$@"); then continue; fi
    count=$((count + 1))
    corpus=$build/fuzz/$name
    mkdir -p "$corpus/corpus"
    seeds=()
    [ -d "$here/seeds/$name" ] && seeds=("$here/seeds/$name")
    dictionary=()
    [ -f "$here/seeds/$name.dict" ] && dictionary=("-dict=$here/seeds/$name.dict")
    log=$corpus/log
    if (cd "$corpus" && nice -n 10 "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 \
        -print_final_stats=1 "${dictionary[@]}" corpus "${seeds[@]}") >"$log" 2>&1; then
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
        printf '%-16s %10s inputs in %s s, no fault\n' "$name" "$runs" "$seconds"
    else
        grep -E 'ERROR|runtime error|SUMMARY|Test unit written' "$log" | head -n 8
        printf '%-16s FAILED, the log is %s\n' "$name" "$log"
        failed=$((failed + 1))
    fi
done
[ $count -gt 0 ] || { echo "no fuzz target in $build" >&2; exit 1; }
exit $((failed > 0))
