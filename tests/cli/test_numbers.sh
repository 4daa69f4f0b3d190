#!/usr/bin/env bash
# Numbers that cannot be: over programs, scores and sizes no NaN, no sentinel, no negative count, no mass heaped on the
# lowest score, and no larger round with a higher cut-off (same random numbers: mean and every quantile).
set -euo pipefail
export EESIM_DATA=$EESIM_VINTAGE
source "$EESIM_SOURCE/tests/support/cli.sh"
cd "$work"
programs=(CEC PNP GENERAL FRENCH HEALTH MILITARY)
sizes=(1 2 10 100 5000 60000 200000 229238 229492 1000000)
[ -z "${EESIM_SLOW:-}" ] || sizes=(1 10 1000000)

for program in "${programs[@]}"; do
    for size in "${sizes[@]}"; do
        "$EESIM" draw --program "$program" --draw-size "$size" --date 2026-03-03 --format csv --quiet >>all.csv
    done
    for score in 0 470 600 1200; do
        "$EESIM" report --program "$program" --score "$score" --quiet -o page.html
        grep -niE '[^a-z](nan|inf)[^a-z]|9,?223,?372|NaN' page.html && fail "report of $program for $score"
    done
done
grep -iE ',-?(nan|inf)|9223372|,-[0-9]+(,|$)' all.csv | grep -v ',change' && fail "draw holds numbers that cannot be"
python3 - <<'PY' || fail "a larger round has a higher cut-off, or mass is heaped at 100"
import csv
last, bad = {}, []
asked = {1, 2, 10, 100, 5000, 60000, 200000, 229238, 229492, 1000000}
rows = list(csv.reader(open("all.csv")))
for r in rows:
    if r[3] != "cutoff" or r[4] not in ("mean", "quantile") or int(r[2]) not in asked:
        continue
    key = (r[0], r[4], r[5])
    size, value = int(r[2]), float(r[7])
    before = last.get(key)
    if before and before[0] < size and value > before[1] + 1e-6:
        bad.append((key, before, size, value))
    if not before or size >= before[0]:
        last[key] = (size, value)
assert not bad, bad
heaped = [r for r in rows if r[0] == "MILITARY" and r[3:5] == ["cutoff", "quantile"] and float(r[7]) == 100]
assert len(heaped) < 3, heaped
PY
