#!/usr/bin/env bash
# Numbers that cannot be, in what people and spreadsheets read: no NaN, no sentinel, no negative count, no mass heaped on
# the lowest score, no larger round with a higher cut-off. JSON, with more programs, scores and sizes:
# unit/test_answers_possible. EESIM_WALK=fine walks every program (minutes).
set -euo pipefail
export EESIM_DATA=$EESIM_VINTAGE
source "$EESIM_SOURCE/tests/support/cli.sh"
cd "$work"
programs=(CEC PNP MILITARY)
sizes=(1 100 229238 1000000)
if [ "${EESIM_WALK:-}" = fine ]; then
    mapfile -t programs < <(python3 -c 'import json, sys; print(*(p["code"] for p in json.load(open(sys.argv[1]))["programs"]), sep="\n")' "$EESIM_SOURCE/models/programs.json")
    sizes=(1 2 10 100 1000 5000 20000 60000 200000 229238 229492 1000000)
fi
[ -z "${EESIM_SLOW:-}" ] || programs=(CEC PNP)

"$EESIM" forecast --replicates 100 --quiet >>all.txt
"$EESIM" forecast --replicates 100 --quiet --format csv >>csv
"$EESIM" rounds --by year,program >>all.txt
"$EESIM" rounds --format csv >>csv
for program in "${programs[@]}"; do
    for size in "${sizes[@]}"; do
        "$EESIM" draw --program "$program" --draw-size "$size" --date 2026-03-03 --format csv --quiet >>all.csv
    done
    "$EESIM" draw --program "$program" --draw-size 1000000 --date 2026-03-03 --quiet >>all.txt
    "$EESIM" pool --program "$program" >>all.txt
    "$EESIM" pool --program "$program" --format csv >>csv
    for score in 0 600 1200; do
        "$EESIM" report --program "$program" --score "$score" --quiet -o page.html
        cat page.html >>all.txt
        "$EESIM" chance --program "$program" --score "$score" --replicates 32 --until 2026-04-30 --quiet >>all.txt
        "$EESIM" chance --program "$program" --score "$score" --replicates 32 --until 2026-04-30 --quiet --format csv >>csv
    done
done
grep -niE '(^|[^a-z])-?(nan|inf)([^a-z]|$)|9,?223,?372|2,?147,?483,?64|wait of -' all.txt csv all.csv &&
    fail "a number that cannot be"
grep -E ',-[0-9]+(,|$)' csv all.csv | grep -v ',change' && fail "a negative count"
python3 - <<'PY' || fail "a larger round has a higher cut-off, or mass is heaped at 100"
import csv
last, bad = {}, []
rows = [r for r in csv.reader(open("all.csv")) if r[3] == "cutoff" and r[4] in ("mean", "quantile")]
for r in rows: # sizes grow; those of --change stand beside them
    key, size, value = (r[0], r[4], r[5]), int(r[2]), float(r[7])
    before = last.get(key)
    if before and before[0] < size and value > before[1] + 1e-6:
        bad.append((key, before, size, value))
    if not before or size >= before[0]:
        last[key] = (size, value)
assert not bad, bad
heaped = [r for r in rows if r[0] == "MILITARY" and r[4] == "quantile" and float(r[7]) == 100]
assert len(heaped) < 3, heaped
PY
