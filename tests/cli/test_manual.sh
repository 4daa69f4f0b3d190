#!/usr/bin/env bash
# docs/eesim.1 is what the program says of itself, and good mdoc. UPDATE=1 rewrites it.
set -uo pipefail
page=$EESIM_SOURCE/docs/eesim.1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
"$EESIM" help --man >"$work/eesim.1" || exit 1
if [ "${UPDATE:-}" = 1 ]; then cp "$work/eesim.1" "$page"; fi
diff -u --label "docs/eesim.1" --label "eesim help --man" "$page" "$work/eesim.1" | head -n 30
cmp -s "$page" "$work/eesim.1" || {
    echo "docs/eesim.1 is not up to date: ./dev manual rewrites it"
    status=1
}
mandoc -T lint -W style "$page" || status=1

# Every command answers --help with its examples first, says what it takes, and the page names it.
"$EESIM" help | sed -n '/^Commands/,/^$/p' | grep -oE '^  [a-z]+( (import|check))?' | sed 's/^ *//' >"$work/commands"
[ "$(wc -l <"$work/commands")" -ge 3 ] || { echo "no commands in the overview"; status=1; }
while read -r -a command; do
    "$EESIM" "${command[@]}" --help >"$work/help" 2>"$work/err" || { echo "${command[*]} --help fails"; status=1; }
    [ ! -s "$work/err" ] || { echo "${command[*]} --help writes to standard error"; status=1; }
    sed -n 3p "$work/help" | grep -qx Examples || { echo "${command[*]} --help: examples are not first"; status=1; }
    grep -q "^  eesim" <(sed -n '/^Examples/,/^Usage/p' "$work/help") || { echo "${command[*]}: no example"; status=1; }
    "$EESIM" help "${command[@]}" | cmp -s - "$work/help" || { echo "help ${command[*]} differs from --help"; status=1; }
    grep -q "^\.Ss eesim ${command[*]}" "$page" || { echo "the page lacks ${command[*]}"; status=1; }
    awk 'length($0) > 120 { exit 1 }' "$work/help" || { echo "${command[*]} --help: a line is too long"; status=1; }
done <"$work/commands"
exit $status
