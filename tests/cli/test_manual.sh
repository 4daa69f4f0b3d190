#!/usr/bin/env bash
# docs/eesim.1 is what the program says of itself, and good mdoc. UPDATE=1 rewrites it.
set -uo pipefail
page=$EESIM_SOURCE/docs/eesim.1
source "$EESIM_SOURCE/tests/support/cli.sh"
"$EESIM" help --man >"$work/eesim.1" || exit 1
if [ "${UPDATE:-}" = 1 ]; then cp "$work/eesim.1" "$page"; fi
diff -u --label "docs/eesim.1" --label "eesim help --man" "$page" "$work/eesim.1" | head -n 30
cmp -s "$page" "$work/eesim.1" || fail "docs/eesim.1 is not up to date: ./dev manual rewrites it"
mandoc -T lint -W style "$page" || fail "mandoc complains"

# Every command answers --help with its examples first, says what it takes, and the page names it.
"$EESIM" help | sed -n '/^Commands/,/^$/p' | grep -oE '^  [a-z]+( (import|fetch|add|check|pack))?' | sed 's/^ *//' >"$work/commands"
[ "$(wc -l <"$work/commands")" -ge 3 ] || fail "no commands in the overview"
while read -r -a command; do
    "$EESIM" "${command[@]}" --help >"$work/help" 2>"$work/err" || fail "${command[*]} --help fails"
    [ ! -s "$work/err" ] || fail "${command[*]} --help writes to standard error"
    sed -n 3p "$work/help" | grep -qx Examples || fail "${command[*]} --help: examples are not first"
    grep -q "^  eesim" <(sed -n '/^Examples/,/^Usage/p' "$work/help") || fail "${command[*]}: no example"
    "$EESIM" help "${command[@]}" | cmp -s - "$work/help" || fail "help ${command[*]} differs from --help"
    grep -q "^\.Ss eesim ${command[*]}" "$page" || fail "the page lacks ${command[*]}"
    awk 'length($0) > 120 { exit 1 }' "$work/help" || fail "${command[*]} --help: a line is too long"
done <"$work/commands"
