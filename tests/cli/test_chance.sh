#!/usr/bin/env bash
# eesim chance on the real data: rises with score, date and points; the same as the run it is read from.
set -euo pipefail
export EESIM_DATA=$EESIM_VINTAGE
source "$EESIM_SOURCE/tests/support/cli.sh"
cd "$work"
chance() { "$EESIM" chance --program CEC --draw-size 4000 --every 14 --until 2026-05-31 --replicates 4000 "$@"; }

chance --score 500 --gain 8 --format json >one.json
chance --score 500 --gain 8 --format csv --threads 1 >one.csv
chance --score 500 --gain 8 --format csv --threads 3 | cmp - one.csv || fail "threads change the chance"
"$EESIM" run --program CEC --draw-size 4000 --every 14 --until 2026-05-31 --replicates 4000 -o whole --quiet
python3 - <<'PY'
import csv, json
answer = json.load(open("one.json"))
assert answer["schema"] == "eesim.chance/1" and answer["candidates"] == "CEC" and answer["replicates"] == 4000
assert [s["score"] for s in answer["scores"]] == [500, 504, 508]
rows = list(csv.DictReader(open("one.csv")))
run = {(r["score"], r["date"]): r for r in csv.DictReader(open("whole/chance.csv"))}
last = {}
for r in rows:
    p, se = float(r["probability"]), float(r["probability_se"])
    assert 0 <= p <= 1 and 0.999 <= (se + 1e-12) / ((p * (1 - p) / 4000) ** 0.5 + 1e-12) < 6 # members widen it
    assert p >= last.get(r["score"], 0)
    last[r["score"]] = p
    if (r["score"], r["date"]) in run:
        assert abs(float(run[r["score"], r["date"]]["probability"]) - p) < 1e-6
assert last["500"] < last["508"]
for s in answer["scores"]:
    known = [d for d in s["by"] if d["p"] >= 0.5]
    assert (s["wait"]["0.5"] is None) == (not known)
    assert not known or s["wait"]["0.5"] <= known[0]["date"]
PY
# A day of submission nobody means is wrong use; a horizon beyond the profile's 12 months is remarked on.
for day in 2024-01-01 2099-01-01; do
    status=0
    "$EESIM" chance --score 505 --program CEC --submitted $day --until 2026-06-30 >out 2>err || status=$?
    [ $status = 2 ] && grep -q "submitted on $day" err && [ ! -s out ] || fail "--submitted $day: $status $(cat err)"
done
"$EESIM" chance --score 505 --program CEC --submitted 2025-05-01 --until 2026-06-30 --replicates 100 2>&1 >out | grep -q 'expires on 2026-05-01' ||
    fail "a horizon beyond the expiry is not remarked on"
chance --score 505 --until 2026-06-30 --replicates 100 2>&1 >out | grep -q expires && fail "an expiry is printed without reason"

# A profile is gone after 12 months: rounds from then on count only for one that is renewed, which stands behind at ties.
aged=(chance --score 505 --program CEC --submitted 2025-04-01 --until 2026-08-31 --gain 0 --replicates 2000)
"$EESIM" "${aged[@]}" --format csv >gone.csv 2>err
grep -q 'expires on 2026-04-01: rounds from that day on do not count' err || fail "an expiry is remarked on"
"$EESIM" "${aged[@]}" --renew --format csv >renewed.csv 2>err
grep -q 'enters again that day' err || fail "a renewal is remarked on"
"$EESIM" "${aged[@]}" --renew --format json >renewed.json 2>err
"$EESIM" chance --score 505 --program CEC --submitted 2026-02-18 --until 2026-08-31 --gain 0 --replicates 2000 --format csv >young.csv 2>err
python3 - <<'PY' || fail "a profile that expires"
import csv, json
read = lambda name: {r["date"]: float(r["probability"]) for r in csv.DictReader(open(name))}
gone, renewed, young = read("gone.csv"), read("renewed.csv"), read("young.csv")
answer = json.load(open("renewed.json"))
assert answer["expires"] == "2026-04-01" and answer["renewed"] and answer["version"] and answer["seed"] == 1
assert all(b["p"] == b["probability"] and b["se"] == b["probability_se"] for s in answer["scores"] for b in s["by"])
assert gone["2026-03-31"] == renewed["2026-03-31"] > 0
assert {gone[d] for d in gone if d > "2026-04-01"} == {gone["2026-03-31"]}
assert renewed["2026-08-31"] > gone["2026-08-31"]
assert all(renewed[d] >= young[d] for d in young), "an older time stamp first, and none is worse than that of a newcomer"
PY
"$EESIM" chance --score 470 --program PNP --until 2026-03-31 --gain 0 --replicates 100 2>&1 >out | grep -q 'ask --score 1070' || fail "600 points are not explained"
"$EESIM" chance --score 770 --program PNP --until 2026-03-31 --gain 0 --replicates 100 2>&1 >out | grep -q '600 points' && fail "600 points are explained without reason"

# Who submitted earlier wins ties; another program is another chance.
early=$(chance --score 503 --gain 0 --submitted 2025-06-01 --format csv | tail -1 | cut -d, -f3)
late=$(chance --score 503 --gain 0 --format csv | tail -1 | cut -d, -f3)
awk -v a="$early" -v b="$late" 'BEGIN { exit !(a > b) }' || fail "an earlier profile ($early) must not do worse than a late one ($late)"
both=$("$EESIM" chance --score 420 --program CEC,FRENCH --until 2026-05-31 --gain 0 --format csv | tail -1 | cut -d, -f3)
alone=$("$EESIM" chance --score 420 --program CEC --until 2026-05-31 --gain 0 --format csv | tail -1 | cut -d, -f3)
awk -v a="$both" -v b="$alone" 'BEGIN { exit !(a > b) }' || fail "French must help at 420: $both, $alone"
# Where there are many days with rounds, the ends of months are listed, and the last day.
"$EESIM" chance --score 505 --program CEC --until 2027-08-15 --replicates 200 --format csv >months.csv
python3 - <<'PY' || fail "days of a long look ahead"
import csv, datetime
days = [datetime.date.fromisoformat(r["date"]) for r in csv.DictReader(open("months.csv")) if r["score"] == "505"]
assert len(days) == 19 and str(days[-1]) == "2027-08-15" and all((d + datetime.timedelta(1)).day == 1 for d in days[:-1]), days
PY
# Whatever is asked, all programs live on as learned: general rounds invite FSW candidates. Alone, nobody else does.
autumn=(chance --score 520 --program FSW --date 2022-09-15 --until 2022-12-31 --gain 0 --format csv)
"$EESIM" "${autumn[@]}" >default.csv
"$EESIM" "${autumn[@]}" --policy "$EESIM_SOURCE/models/policies/learned.json" | cut -d, -f1-4 | cmp - <(cut -d, -f1-4 default.csv) || fail "the default is not the learned policy"
tail -n 1 default.csv | awk -F, '{ exit !($3 > 0.93 && $3 < 0.99) }' || fail "FSW in 2022: $(tail -n 1 default.csv)"
"$EESIM" "${autumn[@]}" --only | tail -n 1 | awk -F, '{ exit !($3 < 0.1) }' || fail "--only leaves others their rounds"
# Alone CEC does not wait for the leaders of its week; sizes and days that are asked for change no other program.
alone=$("$EESIM" chance --score 505 --program CEC --only --until 2026-06-30 --gain 0 --format csv | tail -n 1 | cut -d, -f3)
among=$("$EESIM" chance --score 505 --program CEC --until 2026-06-30 --gain 0 --format csv | tail -n 1 | cut -d, -f3)
awk -v a="$alone" -v b="$among" 'BEGIN { exit !(a - b < 0.2 && b - a < 0.2) }' || fail "CEC alone $alone, among the others $among"
"$EESIM" run --program CEC --draw-size 7000 --every 14 --until 2026-12-31 --replicates 200 --quiet -o stated
awk -F, '$2 == "CEC" && $5 == "size" && $9 != 7000 { exit 1 }' stated/draws.csv || fail "sizes that were stated are scaled"

# Another seed is another answer; a standard error asked for ends the run early.
chance --score 500 --gain 8 --format csv --seed 2 >seed.csv
! cmp -s seed.csv one.csv || fail "--seed changes nothing"
"$EESIM" chance --program CEC --draw-size 4000 --every 14 --until 2026-05-31 --score 508 --until-se 0.003 --format json >until.json
python3 - <<'PY' || fail "--until-se"
import json
answer = json.load(open("until.json"))
n = answer["replicates"] # the members, which more of them do not help against, may leave more
assert 20000 <= n <= 65536 and max((d["p"] * (1 - d["p"]) / n) ** 0.5 for s in answer["scores"] for d in s["by"]) <= 0.003, n
PY
# What people read is what programs read.
chance --score 500 --gain 8 >table.txt
python3 - <<'PY' || fail "the table"
import csv, datetime, json, re
text, answer = open("table.txt").read(), json.load(open("one.json"))
rows = {(r["date"], r["score"]): r for r in csv.DictReader(open("one.csv"))}
shown = re.findall(r"^(\d{4}-\d\d-\d\d)  (.*%.*)$", text, re.M)
assert [day for day, _ in shown] == list(dict.fromkeys(day for day, _ in rows)), shown
for day, cells in shown:
    for score, p, se in zip(("500", "504", "508"), *zip(*re.findall(r"([0-9.]+) % \+- ([0-9.]+)", cells))):
        row = rows[day, score]
        assert abs(float(p) - 100 * float(row["probability"])) <= 0.0501, (day, score)
        assert abs(float(se) - 100 * float(row["probability_se"])) <= 0.0501, (day, score)
wait = answer["scores"][2]["wait"]["0.5"]
days = (datetime.date.fromisoformat(wait) - datetime.date(2026, 2, 18)).days
assert re.search(rf"^   508  {wait}, a wait of {days} days$", text, re.M), (wait, days)
PY
grep -q '^Half of the futures' table.txt || fail "the wait is missing"
refused "a missing score" 2 '--score is missing' chance --program CEC

# A program that no model knows does not fail the others; alone it has no answer.
for command in "chance --score 500" "run -o kept"; do
    # shellcheck disable=SC2086
    expect 0 'no model can forecast rounds of STEM: none was held before; the rest is answered' \
        "$EESIM" $command --program CEC,STEM --date 2021-06-01 --until 2021-08-01 --replicates 32
    # shellcheck disable=SC2086
    refused "$command of no known program" 1 'no model can forecast rounds of STEM' ${command/kept/bad} --program STEM --date 2021-06-01 --replicates 32
done
expect 0 'STEM was announced on 2023-05-31' "$EESIM" forecast --program CEC,STEM --date 2021-06-01 --replicates 50
