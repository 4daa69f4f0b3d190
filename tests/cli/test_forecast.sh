#!/usr/bin/env bash
# `eesim forecast`: its three formats, hubverse rows, the rule of information, and what it refuses.
set -uo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
export EESIM_DATA=$EESIM_VINTAGE EESIM_MODELS=$EESIM_SOURCE/models

subject=("$EESIM" forecast --program CEC --replicates 50)
few=(--program CEC --program PNP --model stock-flow --replicates 400 --rounds 2)
"$EESIM" forecast "${few[@]}" --format json >"$work/a.json" || fail "json"
"$EESIM" forecast "${few[@]}" --format csv >"$work/a.csv" || fail "csv"
"$EESIM" forecast "${few[@]}" --format csv >"$work/b.csv" || fail "csv again"
cmp -s "$work/a.csv" "$work/b.csv" || fail "the same forecast twice differs"
"$EESIM" forecast "${few[@]}" --hubverse >"$work/hub.csv" || fail "hubverse"
"$EESIM" forecast "${few[@]}" | grep -q '^CEC  *2 ' || fail "the table lacks the second CEC round"
"$EESIM" forecast --program CEC --model stock-flow --date 2026-01-08 --format csv >"$work/then.csv" || fail "a past day"
mkdir "$work/cut"
for name in rounds pools; do
    grep -Ev '^39[1-6],' "$EESIM_DATA/$name.csv" >"$work/cut/$name.csv"
done
"$EESIM" forecast --program CEC --model stock-flow --date 2026-01-08 --format csv --data "$work/cut" >"$work/cut.csv" ||
    fail "without later rounds"
cmp -s "$work/then.csv" "$work/cut.csv" || fail "a forecast of the past knows what came after"
python3 - "$work" <<'PY' || fail "the files say what they should"
import csv, datetime, json, sys
work = sys.argv[1]
rows = json.load(open(f"{work}/a.json"))["rounds"]
table = list(csv.DictReader(open(f"{work}/a.csv")))
assert [r["program"] for r in rows] == [r["program"] for r in table] and len(rows) == 4, rows
for r in rows:
    assert 0 < r["probability"] <= 1
    assert r["date_q10"] <= r["date_median"] <= r["date_q90"]
    assert r["size_q10"] <= r["size_median"] <= r["size_q90"]
    if r["program"] == "CEC":
        assert r["cutoff_q025"] <= r["cutoff_q10"] <= r["cutoff_median"] <= r["cutoff_q90"] <= r["cutoff_q975"]
        assert 450 < r["cutoff_median"] < 600 and r["model"] == "stock-flow"
hub = list(csv.DictReader(open(f"{work}/hub.csv")))
assert list(hub[0]) == ["reference_date", "target", "horizon", "output_type", "output_type_id", "value"]
assert {h["output_type"] for h in hub} == {"quantile"}
assert {h["target"] for h in hub} >= {"CEC days", "CEC size", "CEC cutoff", "PNP days", "PNP size"}
for target in {h["target"] for h in hub}:
    for horizon in "12":
        values = [(float(h["output_type_id"]), float(h["value"])) for h in hub
                  if h["target"] == target and h["horizon"] == horizon]
        assert len(values) == 23 and values == sorted(values), (target, horizon)
        assert [v for _, v in values] == sorted(v for _, v in values)
datetime.date.fromisoformat(hub[0]["reference_date"])
PY

# The day it is made for, the horizon of a year, seeds and replicates; a mean among its quantiles; hub days from that day.
"$EESIM" forecast "${few[@]}" | grep -q '^Coming rounds from 2026-02-18 on, as known after round #396' || fail "its day"
"$EESIM" forecast "${few[@]}" --format csv --seed 2 >"$work/seed.csv" || fail "--seed"
! cmp -s "$work/a.csv" "$work/seed.csv" || fail "--seed changes nothing"
python3 - "$work" <<'PY' || fail "horizon, replicates or days"
import csv, datetime, sys
work = sys.argv[1]
table = list(csv.DictReader(open(f"{work}/a.csv")))
first = {r["program"]: r for r in table if r["round"] == "1"}
hub = {(h["target"], h["horizon"], h["output_type_id"]): h for h in csv.DictReader(open(f"{work}/hub.csv"))}
for program, r in first.items():
    assert abs(400 * float(r["probability"]) - round(400 * float(r["probability"]))) < 1e-9 and float(r["probability"]) > 0.95
    median = hub[f"{program} days", "1", "0.5"]
    assert median["reference_date"] == "2026-02-17"
    day = datetime.date(2026, 2, 17) + datetime.timedelta(int(float(median["value"])))
    assert str(day) == r["date_median"], (program, day)
assert float(first["CEC"]["cutoff_q10"]) < float(first["CEC"]["cutoff_mean"]) < float(first["CEC"]["cutoff_q90"])
PY
# What was published with the rounds of the day itself is not known; a round that was a policy of its own teaches nothing.
mkdir "$work/before"
for name in rounds pools; do
    grep -Ev "^39[3-6]," "$EESIM_DATA/$name.csv" >"$work/before/$name.csv"
done
for data in "$EESIM_DATA" "$work/before"; do
    "$EESIM" forecast --program CEC --model static --date 2026-02-03 --format csv --data "$data" || fail "on the day of a round"
done >"$work/day.csv"
[ "$(sort -u "$work/day.csv" | wc -l)" -eq 2 ] || fail "the pool of the day itself is known"
"$EESIM" forecast --program CEC --model last --date 2021-02-20 --format csv | awk -F, 'NR == 2 && $12 > 400 { found = 1 } END { exit !found }' ||
    fail "round 176 is learnt from"

# A draw without a day is on a day that the forecast thinks likely.
for program in CEC PNP; do
    day=$("$EESIM" draw --program $program --draw-size 3000 --replicates 100 --format json | sed -n 's/.*"date":"\([0-9-]*\)".*/\1/p' | head -n 1)
    awk -F, -v p="$program" -v day="$day" '$1 == p && $2 == 1 && $4 <= day && day <= $6 { found = 1 } END { exit !found }' "$work/a.csv" ||
        fail "draw puts the next $program round on '$day', outside the forecast's days"
done

# Scores of days and sizes; the shipped models against their schemas.
"$EESIM" backtest --calendar --first 380 >"$work/scores.txt" || fail "backtest --calendar"
grep -Eq '^CEC +6 ' "$work/scores.txt" || fail "backtest --calendar: six CEC rounds since #380"
"$EESIM" backtest --calendar --first 390 --program CEC --format csv | grep -q '^CEC,392,2026-01-21,6000,' ||
    fail "backtest --calendar: a row a round"
"$EESIM" backtest --calendar --first 380 --model "$EESIM_MODELS/calendar.json" | cmp -s - "$work/scores.txt" ||
    fail "backtest --calendar: the shipped file named by --model"
"$EESIM" backtest --calendar --model "$EESIM_MODELS/programs.json" 2>"$work/err" && fail "a file that is no calendar"
grep -q 'eesim.calendar/1' "$work/err" || fail "a file that is no calendar: $(cat "$work/err")"
python3 - "$EESIM_SOURCE/models" <<'PY' || fail "models against their schemas"
import glob, json, sys
import jsonschema
models = sys.argv[1]
for schema, files in (("calendar", ["calendar.json"]), ("policy", ["policies/*.json"])):
    rules = json.load(open(f"{models}/schema/{schema}.schema.json"))
    jsonschema.Draft7Validator.check_schema(rules)
    found = [f for pattern in files for f in glob.glob(f"{models}/{pattern}")]
    assert found
    for file in found:
        jsonschema.validate(json.load(open(file)), rules)
PY

echo '{"schema":"eesim.policy/1","programs":{"CEC":{"size":"many"}}}' >"$work/bad.json"
refused "a bad policy" 3 'bad\.json: programs\.CEC\.size: "many" is not valid' --policy "$work/bad.json"
refused "no policy" 3 'none\.json' --policy "$work/none.json"
refused "a bad setting" 2 "programs\.CEC\.size" --set programs.CEC.size
refused "a misspelt setting" 2 "unknown key 'sise'" --set programs.CEC.sise=3
refused "rows of two formats" 2 "does not go with --format json" --hubverse --format json
refused "no rounds" 2 'rounds' --rounds 0
refused "an unknown program" 2 'CEC' --program CEX
refused "before everything" 2 'nothing to learn' --date 2014-01-01
refused "an empty horizon" 2 'horizon' --until 2020-01-01

# Old days: no category before its announcement, none after its end, and what no model can answer spoils no other row.
at() { "$EESIM" forecast --model "$1" --date "$2" --replicates 200 --format csv --quiet >"$work/at.csv" || fail "at $2"; }
knows() { cut -d, -f1 "$work/at.csv" | grep -qx "$1"; }
at stock-flow 2023-05-01
! knows AGRI && ! knows FRENCH || fail "categories known before they were announced"
at stock-flow 2023-06-15
knows FRENCH && ! knows EDU || fail "the categories of June 2023"
at stock-flow 2025-07-01
knows AGRI && knows EDU && ! knows PHYSICIAN || fail "the categories of July 2025"
at stock-flow 2026-02-18
! knows AGRI && knows MILITARY || fail "a category that ended goes on"
at preferred 2021-06-01
knows CEC && knows GENERAL && ! knows FRENCH || fail "a forecast before categories"
expect 0 'MILITARY was announced on 2026-02-18' "$EESIM" forecast --program MILITARY --date 2025-11-01 --replicates 20
expect 0 'AGRI has ended: its last day was 2026-02-17' "$EESIM" forecast --program AGRI --replicates 20
