#!/usr/bin/env bash
# One failed allocation in a command: its right bytes, or the message of an error and a status that is not 0. Never a
# crash, never other bytes. A few commands and a stride; EESIM_EVERY=1 tries every allocation of all of them.
set -euo pipefail
export EESIM_DATA=${EESIM_VINTAGE:-} LC_ALL=C
source "$EESIM_SOURCE/tests/support/cli.sh"
[ -z "$EESIM_SLOW" ] || exit 0 # the sanitizers' allocator stands in the way
cd "$work"
"${CC:-cc}" -O1 -shared -fPIC -o failing.so "$EESIM_SOURCE/tests/support/preload/failing_malloc.c" 2>err || exit 0
LD_PRELOAD=$work/failing.so "$EESIM" --version >/dev/null 2>err && [ ! -s err ] || exit 0 # another C library
export EESIM_CACHE=$work/cache
tries=${EESIM_TRIES:-12} every=${EESIM_EVERY:-0}

# What a command gives: standard output and the files in the folder out.
gives() { cat "$work/$1"; [ ! -d out ] || (cd out && for f in *; do echo "$f"; cat "$f"; done); }

try() { # ARGS...
    local count k step status bad=0
    rm -rf out out.partial
    "$EESIM" "$@" >stdout 2>/dev/null </dev/null || { fail "$* fails by itself"; return; }
    rm -rf out
    COUNT_TO=$work/count LD_PRELOAD=$work/failing.so "$EESIM" "$@" >stdout 2>/dev/null </dev/null
    gives stdout >right
    count=$(cat count)
    step=$((count / tries + 1))
    [ "$every" = 0 ] || step=$every
    for ((k = 1 + RANDOM % step; k <= count; k += step)); do
        rm -rf out out.partial
        status=0
        FAIL_AT=$k LD_PRELOAD=$work/failing.so "$EESIM" "$@" >stdout 2>err </dev/null || status=$?
        if [ $status = 0 ]; then
            gives stdout | cmp -s - right || { bad=$((bad + 1)); fail "$*: allocation $k of $count fails: other bytes"; }
        elif [ $status -gt 3 ]; then
            bad=$((bad + 1)); fail "$*: allocation $k of $count fails: status $status"
        elif ! grep -qi 'out of memory\|no memory\|not enough memory' err; then
            bad=$((bad + 1)); fail "$*: allocation $k of $count fails: no word of memory"
        fi
        [ $bad -lt 5 ] || return 0
    done
    echo "$count allocations, every $step: $*"
}
RANDOM=1
common="--program CEC --draw-size 6000"
if [ $# -gt 0 ]; then try "$@"; exit; fi
try rounds --last 5 --format json
try data check --format csv
try pool --format json
try draw $common --date 2026-03-03 --format json
try chance $common --score 505 --every 14 --until 2026-04-30 --date 2026-02-18 --replicates 1024 --threads 1 --format csv
try run $common --every 14 --until 2026-03-30 --date 2026-02-18 --replicates 1024 --threads 1 --paths -o out
