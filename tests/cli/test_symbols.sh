#!/usr/bin/env bash
# The shared library exports ees_* and nothing else, and each public symbol has a declaration in include/.
set -euo pipefail
# Sanitizers and coverage add symbols of their own, but those are not exported under our version script.
library=$EESIM_BUILD/libeesim.so
exported=$(nm -D --defined-only "$library" | awk '{ print $3 }' | sed 's/@.*//')
if found=$(grep -vE '^ees_' <<<"$exported"); then
    printf 'exported but not public:\n%s\n' "$found"
    exit 1
fi
status=0
while read -r symbol; do
    grep -rqwF "$symbol" "$EESIM_SOURCE/include" || { printf 'exported but not declared in include/: %s\n' "$symbol"; status=1; }
done <<<"$exported"
grep -qx ees_version <<<"$exported"
functions=$(nm -D --defined-only "$library" | grep -c ' T ')
[ "$functions" -le 130 ] || { echo "$functions functions exported, at most 130"; status=1; }
exit $status
