#!/usr/bin/env bash
# Every folder tests/golden/CASE is one case: `args` (one argument a line) and, where they are not empty, the expected
# `stdout`, `stderr` and `status`. Optional: `stdin`, `env` (NAME=VALUE a line), `files/` (the folder to start in).
# UPDATE=1 rewrites what is expected; the difference is then for the reviewer to read.
set -uo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
# A frozen corner of data/ and models/: an import or a fit must not change what these cases expect.
export EESIM_DATA=$EESIM_SOURCE/tests/golden/fixture/data EESIM_MODELS=$EESIM_SOURCE/tests/golden/fixture/models
export EESIM_CACHE=off # what is compared is computed, not kept
export NO_COLOR=1 COLUMNS=100 TZ=UTC LC_ALL=C
unset TERM
cases=0

# Paths differ between machines: what lies in the source tree is shown as SOURCE.
neutral() { sed -e "s#$EESIM_SOURCE#SOURCE#g" "$1"; }

compare() { # CASE NAME GOT
    local want=$1/$2
    if [ "${UPDATE:-}" = 1 ]; then
        if [ -s "$3" ]; then cp "$3" "$want"; else rm -f "$want"; fi
    elif ! diff -u --label "$want (expected)" --label "$want (got)" <(cat "$want" 2>/dev/null) "$3"; then
        return 1
    fi
}

for case in "$EESIM_SOURCE"/tests/golden/*/; do
    case=${case%/}
    [ -f "$case/args" ] || continue # the fixture
    cases=$((cases + 1))
    mapfile -t args <"$case/args"
    settings=()
    [ -f "$case/env" ] && mapfile -t settings <"$case/env"
    input=/dev/null
    [ -f "$case/stdin" ] && input=$case/stdin
    folder=$EESIM_SOURCE
    if [ -d "$case/files" ]; then
        rm -rf "$work/files"
        cp -r "$case/files" "$work/files"
        folder=$work/files
    fi
    (cd "$folder" && env "${settings[@]}" "$EESIM" "${args[@]}" <"$input" >"$work/out" 2>"$work/err")
    status=$?
    neutral "$work/out" >"$work/stdout"
    neutral "$work/err" >"$work/stderr"
    : >"$work/status"
    [ $status -eq 0 ] || echo $status >"$work/status"
    ok=1
    for name in stdout stderr status; do compare "$case" $name "$work/$name" || ok=0; done
    [ $ok -eq 1 ] || fail "${case##*/}"
done
echo "$cases cases"
[ $cases -gt 0 ]
