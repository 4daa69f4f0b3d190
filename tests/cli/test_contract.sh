#!/usr/bin/env bash
# What other programs rely on: the JSON of draw as DESIGN promises it, and CSV that a plain reader understands.
set -euo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
export EESIM_DATA=$EESIM_SOURCE/tests/golden/fixture/data EESIM_MODELS=$EESIM_SOURCE/tests/golden/fixture/models
"$EESIM" --draw-size 6000 --program CEC --date 2026-02-17 --format json >"$work/draw.json"
"$EESIM" --draw-size 6000 --program CEC --date 2026-02-17 --format csv >"$work/draw.csv"
"$EESIM" --draw-size 6000 --program CEC --date 2026-02-17 --format json --threads 2 >"$work/threads.json"
"$EESIM" --draw-size 6000 --program CEC --date 2026-02-17 --format json --seed 2 >"$work/seed.json"
cmp "$work/draw.json" "$work/threads.json"
python3 - "$work" <<'PY'
import csv, json, re, sys
from datetime import date, datetime

work = sys.argv[1]
d = json.load(open(work + "/draw.json"))
assert list(d)[:5] == ["schema", "program", "date", "draw_size", "invited"], list(d)
assert d["schema"] == "eesim.draw/1" and d["program"] == "CEC" and d["date"] == "2026-02-17"
assert d["draw_size"] == 6000 and d["invited"] == 6000
assert set(d["pool"]) >= {"as_of", "candidates"} and d["pool"]["candidates"] == 235695
date.fromisoformat(d["pool"]["as_of"])
c = d["cutoff"]
assert set(c) >= {"median", "mean", "sd", "quantiles", "intervals", "pmf"}
levels = ["0.025", "0.1", "0.25", "0.5", "0.75", "0.9", "0.975"]
assert list(c["quantiles"]) == levels and c["quantiles"]["0.5"] == c["median"]
assert list(c["quantiles"].values()) == sorted(c["quantiles"].values())
assert abs(sum(x["p"] for x in c["pmf"]) - 1) < 1e-9
assert abs(sum(x["p"] * x["score"] for x in c["pmf"]) - c["mean"]) < 1e-6
assert [x["score"] for x in c["pmf"]] == sorted(x["score"] for x in c["pmf"])
# a quantile is the smallest score the distribution function reaches it at
for level, value in c["quantiles"].items():
    reached = sum(x["p"] for x in c["pmf"] if x["score"] <= value)
    before = sum(x["p"] for x in c["pmf"] if x["score"] < value)
    assert before < float(level) + 1e-9 and reached > float(level) - 1e-9, (level, value)
# an interval holds the scores in whose middle the distribution function is inside the level
assert list(c["intervals"]) == ["0.5", "0.8", "0.95"]
for level, (low, high) in c["intervals"].items():
    middle = {x["score"]: sum(y["p"] for y in c["pmf"] if y["score"] < x["score"]) + x["p"] / 2 for x in c["pmf"]}
    inside = [s for s, m in middle.items() if abs(m - 0.5) <= float(level) / 2 + 1e-9]
    assert (low, high) == (min(inside), max(inside)), (level, low, high, middle)
t = d["tie_break"]
assert list(t["quantiles"]) == levels and t["quantiles"]["0.5"] == t["median"]
for moment in t["quantiles"].values():
    datetime.strptime(moment, "%Y-%m-%dT%H:%M:%SZ")
assert list(t["quantiles"].values()) == sorted(t["quantiles"].values())
assert max(t["quantiles"].values()) < "2026-02-18"
assert d["replicates"] == 10000 and d["seed"] == "1"
assert set(d["model"]) >= {"name", "sha256"} and re.fullmatch("[0-9a-f]{64}", d["model"]["sha256"])
assert re.fullmatch("[0-9a-f]{64}", d["data"]["sha256"]) and d["data"]["last_round"] == "395"
assert re.fullmatch(r"\d+\.\d+\.\d+", d["version"])
above = [x["quantiles"]["0.5"] for x in d["above"] if x["quantiles"]["0.5"] is not None]
assert above == sorted(above, reverse=True) and len(above) > 10
other = json.load(open(work + "/seed.json"))
assert other["seed"] == "2" and other["tie_break"] != d["tie_break"]
# one number of a replicate cannot move the quantiles of a stratified sample
assert other["cutoff"]["median"] == c["median"]

raw = open(work + "/draw.csv", "rb").read()
assert b"\r" not in raw and raw.endswith(b"\n") and not raw.startswith(b"\xef\xbb\xbf")
raw.decode("utf-8")
rows = list(csv.DictReader(open(work + "/draw.csv", newline="")))
assert list(rows[0]) == ["program", "date", "draw_size", "target", "statistic", "at", "score", "value", "time"]
assert {r["target"] for r in rows} == {"invited", "cutoff", "tie_break", "above"}
assert all(date.fromisoformat(r["date"]) for r in rows)
pmf = [r for r in rows if r["statistic"] == "probability"]
assert [(int(r["score"]), float(r["value"])) for r in pmf] == [(x["score"], x["p"]) for x in c["pmf"]]
quantiles = {r["at"]: int(r["value"]) for r in rows
             if r["target"] == "cutoff" and r["statistic"] == "quantile" and r["draw_size"] == "6000"}
assert quantiles == c["quantiles"], quantiles
ends = {r["at"]: [] for r in rows if r["statistic"] == "interval_low"}
for r in rows:
    if r["statistic"] in ("interval_low", "interval_high"):
        ends[r["at"]].append(int(r["value"]))
assert ends == c["intervals"], ends
assert all(r["time"] and not r["value"] for r in rows if r["target"] == "tie_break")
PY
# What was published beside a replay is of the same program; the pool of the round itself is known with --hindsight only.
replayed() { "$EESIM" draw --date 2026-02-17 --program "$1" --cutoff "$2" --format json; }
replayed CEC 508 | grep -q '"published":6000}' || fail "the published size of #396"
replayed PNP 700 | grep -q '"published":null}' || fail "PNP had no round on the day of #396"
later() { "$EESIM" draw --draw-size 6000 --program CEC --date 2026-02-17 --model static --format csv "$@"; }
later >"$work/then.csv"
later --hindsight >"$work/later.csv"
! cmp -s "$work/then.csv" "$work/later.csv" || fail "--hindsight knows no more"
# Nothing but data on standard output, nothing at all on standard error when all is well.
"$EESIM" --draw-size 6000 --program CEC --format json >"$work/out" 2>"$work/err"
[ ! -s "$work/err" ]
# The shipped model answers for a program that was never held, and says where the answer comes from.
EESIM_DATA=$EESIM_SOURCE/data EESIM_MODELS=$EESIM_SOURCE/models "$EESIM" draw --program MILITARY --draw-size 100 >"$work/out"
grep -q '^Cut-off ' "$work/out"
grep -q '^No earlier round of MILITARY: this is learnt from rounds of its kind' "$work/out"
