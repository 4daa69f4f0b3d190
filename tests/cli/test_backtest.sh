#!/usr/bin/env bash
# `eesim backtest` on the shipped data: which models it compares and in what order, what is left out, rounds without a
# size, days and sizes, and what it refuses.
set -uo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
cd "$work"
export EESIM_DATA=$EESIM_VINTAGE EESIM_MODELS=$EESIM_SOURCE/models

backtest() { "$EESIM" backtest --program CEC --first 390 --last 396 "$@"; }

subject=("$EESIM" backtest)
backtest --format csv >all.csv || fail "all models"
backtest --format csv --threads 1 | cmp -s - all.csv || fail "one thread gives something else"
backtest --format csv --skip 392 >skipped.csv || fail "--skip"
backtest --format csv --model ridge >ridge.csv || fail "--model ridge"
backtest --format csv --models last,statistical >two.csv || fail "--models"
backtest --format json --models last,statistical >two.json || fail "json"
backtest --format csv --models static --hindsight >hindsight.csv || fail "--hindsight"
backtest --format csv --size-unknown >unknown.csv || fail "--size-unknown"
"$EESIM" backtest --models last --since 2025-11-01 --until 2025-11-14 --format csv >days.csv || fail "--since, --until"
"$EESIM" backtest --models last --program CEC --first 170 --last 180 --format csv >odd.csv || fail "round 176"
for seed in 1 2; do
    backtest --format csv --date-unknown --models stock-flow --replicates 300 --seed $seed >seed$seed.csv || fail "--seed"
done
"$EESIM" backtest --program CEC --first 390 --calendar --format csv >calendar.csv || fail "--calendar"
backtest --format csv --date-unknown --replicates 300 >joint.csv || fail "--date-unknown"
backtest --format csv --date-unknown --replicates 300 --threads 1 | cmp -s - joint.csv || fail "--date-unknown, one thread"
backtest --format csv --date-unknown --replicates 300 --set programs.CEC.size=4000 >fixed.csv || fail "--set"
backtest --format json --date-unknown --replicates 300 >joint.json || fail "--date-unknown as JSON"
backtest --date-unknown --replicates 300 >joint.txt || fail "--date-unknown as a table"
"$EESIM" backtest --program CEC --first 390 --calendar >calendar.txt || fail "--calendar as a table"
python3 - <<'PY' || fail "the rows say what they should"
import csv, json

def rows(name):
    return list(csv.DictReader(open(name + ".csv", newline="")))

def models(table):
    return list(dict.fromkeys(r["model"] for r in table))

every, naive = rows("all"), ["ridge", "ar", "holt", "mean3", "last", "static"]
assert models(every) == ["preferred", "ensemble", "statistical", "stock-flow"] + naive, models(every)
assert len(every) == 3 * len(models(every))
assert [r["round"] for r in every if r["model"] == "last"] == ["390", "392", "396"]
assert [r["round"] for r in rows("days")] == ["377", "378", "379"]
assert [r["round"] for r in rows("odd")] == ["172", "174", "179"] # 176 invited nearly everybody: a policy, no forecast
# a model without random numbers, so that the seed is that of the days
assert rows("seed1") != rows("seed2") and len(rows("seed1")) == len(rows("seed2"))
# a round left out: nothing earlier changes, the filter saw it happen all the same, a rival learns nothing from it
skipped = rows("skipped")
assert {r["round"] for r in skipped} == {"390", "396"}
kept = lambda table: [r for r in table if r["round"] == "390" or r["round"] == "396" and r["model"] == "ensemble"]
assert kept(skipped) == kept(every)
# a model by name leads, and stands once among its rivals
assert sorted(models(rows("ridge"))) == sorted(naive) and models(rows("ridge"))[0] == "ridge"
assert rows("two") == sorted((r for r in every if r["model"] in ("last", "statistical")),
                             key=lambda r: (int(r["round"]), r["model"] != "last"))
for r in every:
    assert int(r["low_95"]) <= int(r["low_50"]) <= int(r["median"]) <= int(r["high_50"]) <= int(r["high_95"]), r
    assert float(r["crps"]) >= 0 and 0 <= float(r["pit_low"]) <= float(r["pit_high"]) <= 1, r
# the last cut-off before #392 was that of #390, and so on
last = {r["round"]: r for r in every if r["model"] == "last"}
shift = int(last["392"]["median"]) - int(last["390"]["observed"])  # the distribution is skewed; its median is not its middle
assert int(last["396"]["median"]) - int(last["392"]["observed"]) == shift
assert int([r for r in skipped if r["model"] == "last"][1]["median"]) - int(last["390"]["observed"]) == shift
# the pool published with a round is not the one known before it
assert [r["mean"] for r in rows("hindsight")] != [r["mean"] for r in every if r["model"] == "static"]
# without a size: the calendar's guess leads, and the size is not in the answer
guessed = rows("unknown")
assert "preferred" not in models(guessed), models(guessed)  # its place is taken
assert models(guessed)[0] == "size-mixture"
ridge = lambda table: [r["mean"] for r in table if r["model"] == "ridge"]
assert ridge(guessed) != ridge(every)

document = json.load(open("two.json"))
assert document["schema"] == "eesim.backtest/1"
summary = {s["model"]: s for s in document["summary"]}
for name in ("last", "statistical"):
    mine = [r for r in every if r["model"] == name]
    assert summary[name]["rounds"] == 3
    assert abs(summary[name]["mae"] - sum(abs(int(r["median"]) - int(r["observed"])) for r in mine) / 3) < 1e-9
    assert abs(summary[name]["crps"] - sum(float(r["crps"]) for r in mine) / 3) < 1e-9

# neither day nor size: a row a round, from the day after the round before; the day's exact distribution is that of --calendar
joint, together = rows("joint"), json.load(open("joint.json"))
assert [(r["round"], r["origin"]) for r in joint] == [("390", "2025-12-17"), ("392", "2026-01-08"), ("396", "2026-01-22")]
assert [r["date_exact_score"] for r in joint] == [r["date_score"] for r in rows("calendar")]
assert [r["size_last"] for r in joint] == ["5000", "8000", "6000"] and joint[2]["date_same_gap"] == "2026-02-04"
assert [r["crps_day_known"] for r in joint] == [r["crps"] for r in guessed if r["model"] == "size-mixture"]
assert {r["size_median"] for r in rows("fixed")} == {"4000"} and len({r["size_median"] for r in joint}) > 1
summary = {s["model"]: s for s in together["summary"]}
assert list(summary) == ["joint", "size-mixture", "same-again", "last"]
assert abs(summary["joint"]["crps"] - sum(float(r["crps"]) for r in joint) / 3) < 1e-9
days = together["days_and_sizes"][0]
assert days["rounds"] == 3 and abs(days["size"] - sum(float(r["size_score"]) for r in joint) / 3) < 1e-9
assert "Same gap" in open("joint.txt").read()

scores = rows("calendar")
assert [r["round"] for r in scores] == ["390", "392", "396"] and {r["program"] for r in scores} == {"CEC"}
text = open("calendar.txt").read()
mean = sum(float(r["date_score"]) for r in scores) / 3
assert text.split("\n")[1].split()[:3] == ["CEC", "3", "%.2f" % mean], text
PY

refused "no such first round" 2 "no round has the number '9999'" --program CEC --first 9999
refused "days and sizes, and what they do not look at" 2 'takes --program, --first and --last only' --calendar --since 2026-01-01
refused "two ways to know too little" 2 'exclude each other' --date-unknown --size-unknown
refused "no such last round" 2 "no round has the number '12x'" --calendar --last 12x
refused "the wrong way round" 2 'round #396 is after round #390' --program CEC --first 396 --last 390
refused "the wrong way round, days and sizes" 2 'round #396 is after round #390' --calendar --first 396 --last 390
refused "nothing to score" 3 'no round matches' --program CEC --since 2200-01-01
refused "a policy where no date is drawn" 2 'need --date-unknown' --set annual=null
refused "nothing to draw" 3 'follows three earlier ones' --date-unknown --program EDU
refused "no such program" 2 "did you mean CEC" --program CECC
refused "no such model" 2 "'nope' is no model" --program CEC --first 390 --models ridge,nope
refused "no such model of one's own" 2 "'filterr' is no model" --program CEC --first 390 --model filterr
