#!/usr/bin/env bash
# Runs the unit tests, the program's commands (valgrind-commands.txt) and the golden cases under valgrind's memory
# checker, EESIM_JOBS (else all processors) at a time; any error or leak fails. A line for each, with its seconds.
# Statistical tests only repeat the same code more often and are left out.
# Usage: valgrind.sh BUILD_DIR [PATTERN]     only what matches the extended regular expression
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=$(cd "$1" && pwd)
pattern=${2:-.}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
check="valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite,indirect"
export EESIM_UNDER_VALGRIND=1 EESIM_CACHE=off OMP_NUM_THREADS=1 NO_COLOR=1
export build check work

# The program as the scripts of tests/cli call it. What valgrind says goes to a file, so that a case can expect an error.
cat >"$work/eesim" <<TEXT
#!/bin/sh
exec $check --log-file='$work/golden.%p.valgrind' '$build/eesim' "\$@"
TEXT
chmod +x "$work/eesim"

python3 tests/support/make_feed.py data >"$work/feed.json" || exit 1

one() { # KIND NAME: 0 when clean
    local folder
    folder=$(mktemp -d "$work/run.XXXXXX")
    case $1 in
    unit) (cd "$build/tests" && $check "./$2") ;;
    golden) EESIM=$work/eesim EESIM_SOURCE=$PWD bash tests/cli/test_golden.sh && ! cat "$work"/golden.*.valgrind | grep . ;;
    command) # a line may hold several commands; OUT is a folder of its own, FEED the official file
        local line=${2//OUT/$folder} status=0
        line=${line//FEED/$work/feed.json}
        while [ -n "$line" ]; do
            $check "$build/eesim" ${line%%;*} >/dev/null || status=$?
            case $line in *\;*) line=${line#*;} ;; *) line= ;; esac
        done
        [ $status -eq 0 ]
        ;;
    esac
}

job() {
    local kind=${1%% *} name=${1#* } log start=$SECONDS status=0
    log=$(mktemp "$work/log.XXXXXX")
    one "$kind" "$name" >"$log" 2>&1 || status=1
    if [ $status -ne 0 ]; then tail -n 60 "$log"; fi
    printf '%s %4d s  %s\n' "$([ $status -eq 0 ] && echo clean || echo FAILED)" $((SECONDS - start)) "$kind $name"
    return $status
}
export -f one job

{
    printf 'golden cases\n'
    for source in tests/unit/test_*.c; do printf 'unit %s\n' "$(basename "$source" .c)"; done
    sed -e '/^#/d' -e 's/^/command /' tests/valgrind-commands.txt
} | grep -E -- "$pattern" >"$work/jobs"
if [ ! -s "$work/jobs" ]; then
    printf "no unit test, command or golden case matches '%s'\n" "$pattern" >&2
    exit 2
fi
xargs -d '\n' -P "${EESIM_JOBS:-$(nproc)}" -I{} bash -c 'job "$1"' job {} <"$work/jobs" | tee "$work/results"
failed=$(grep -c '^FAILED' "$work/results")
printf '%d clean, %d failed\n' "$(grep -c '^clean' "$work/results")" "$failed"
[ "$failed" -eq 0 ] && [ "$(grep -c '^clean' "$work/results")" -eq "$(wc -l <"$work/jobs")" ]
