#!/usr/bin/env bash
# One question, one answer: `draw` and `run` asked for the same round (day, size, data) give the same distribution; days
# beyond the coming round hold the rounds in between.
set -euo pipefail
export EESIM_DATA=$EESIM_VINTAGE
source "$EESIM_SOURCE/tests/support/cli.sh"
cd "$work"

agree() { # PROGRAM SIZE DATE EVERY: means to 0.15 (a standard error of the difference is 0.05), widths to a twelfth
    drawn=$("$EESIM" draw --program "$1" --draw-size "$2" --date "$3" --format csv --quiet |
        awk -F, -v n="$2" '$3 == n && $4 == "cutoff" && ($5 == "mean" || $5 == "sd") { printf "%s ", $8 }')
    "$EESIM" run --program "$1" --draw-size "$2" --every "$4" --date 2026-02-18 --until "$3" --replicates 16384 --quiet -o o
    ran=$(grep "$1,1,.*,cutoff," o/draws.csv | cut -d, -f9,11 | tr , ' ')
    awk -v d="$drawn" -v r="$ran" 'BEGIN { split(d, a, " "); split(r, b, " "); x = a[1] - b[1]; y = a[2] / b[2]
        exit !(x < 0.15 && x > -0.15 && y > 0.92 && y < 1.08) }' || fail "$1 $2 on $3: draw $drawn, run $ran"
}
agree CEC 3000 2026-03-03 14
agree FRENCH 8500 2026-02-24 18

# Nine months on the rounds in between are simulated, and the answer says so; as if none is what it was.
"$EESIM" draw --program CEC --draw-size 6000 --date 2026-11-30 --format json >far.json 2>far.err
grep -qE 'about [0-9]+ CEC rounds that are not in the data were simulated' far.err || fail "nothing is said: $(cat far.err)"
"$EESIM" draw --program CEC --draw-size 6000 --date 2026-11-30 --as-if-none --format json >none.json 2>none.err
grep -q simulated none.err && fail "--as-if-none simulates rounds"
python3 - <<'PY' || fail "a round in November"
import json
far, none = (json.load(open(name))["cutoff"] for name in ("far.json", "none.json"))
assert 500 <= far["median"] <= 530 and far["intervals"]["0.8"][1] - far["intervals"]["0.8"][0] >= 12, far["intervals"]
assert none["median"] > 535, none["median"]
PY
"$EESIM" draw --program CEC --draw-size 6000 --date 2026-11-30 --format json --threads 1 2>/dev/null | cmp - far.json || fail "threads change it"
