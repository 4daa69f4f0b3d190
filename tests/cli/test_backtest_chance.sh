#!/usr/bin/env bash
# `eesim backtest --chance`: outcomes and rivals as an independent reading of rounds.csv gives them, the scores of the
# summary, any number of threads, and what it refuses.
set -uo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
cd "$work"
export EESIM_DATA=$EESIM_VINTAGE EESIM_MODELS=$EESIM_SOURCE/models

subject=("$EESIM" backtest)
span=(backtest --chance --since 2022-08-01 --until 2022-12-01 --every-days 45 --replicates 256)
"$EESIM" "${span[@]}" --format csv >rows.csv || fail "as CSV"
one=("${span[@]}" --until 2022-08-01)
"$EESIM" "${one[@]}" --format csv >one.csv || fail "one day"
"$EESIM" "${one[@]}" --format csv --threads 1 | cmp -s - one.csv || fail "one thread gives something else"
"$EESIM" "${span[@]}" --format json >all.json || fail "as JSON"
"$EESIM" "${span[@]}" --record record.json >all.txt || fail "as a table"
"$EESIM" "${one[@]}" --program GENERAL --format csv >general.csv || fail "--program"
"$EESIM" "${one[@]}" --set programs.GENERAL.calendar=none --format csv >none.csv || fail "--set"
"$EESIM" backtest --chance --first 235 --last 236 --every-days 7 --replicates 64 --format csv >days.csv || fail "--first, --last"
"$EESIM" run --date 2022-08-01 --until 2023-07-27 --replicates 256 -o run --quiet || fail "a run from the same day"
python3 - "$EESIM_VINTAGE" "$EESIM_SOURCE" <<'PY' || fail "the rows say what they should"
import csv, json, sys
from datetime import date, datetime, timedelta

rounds = list(csv.DictReader(open(sys.argv[1] + "/rounds.csv", newline="")))
for r in rounds:
    r["day"] = date.fromisoformat(r["date"])
    r["cutoff"], r["size"] = int(r["cutoff"]), int(r["size"])
    r["tie"] = datetime.strptime(r["tie_break"], "%Y-%m-%dT%H:%M:%SZ") if r["tie_break"] else None
rounds.sort(key=lambda r: r["day"])
learnt = [r for r in rounds if r["number"] != "176"]  # a policy event: it happened, but teaches no cut-off

def within(first, last, programs):
    return [r for r in rounds if first <= r["day"] <= last and r["program"] in programs]

def last_cutoff(program, before):
    return [r["cutoff"] for r in learnt if r["program"] == program and r["day"] < before][-1]

def came(program, origin, days, score, age):
    best = 0.0
    for r in within(origin, origin + timedelta(days), {program, "GENERAL"}):
        lived = (r["day"] - origin).days + age
        submitted = r["day"] - timedelta(lived % 365)
        if score > r["cutoff"]:
            best = 1.0
        elif score == r["cutoff"]:
            best = max(best, 0.5 if r["tie"] is None else float(datetime(*submitted.timetuple()[:3]) <= r["tie"]))
    return best

def windows(program, origin, days):
    start = next(r["day"] for r in learnt if r["program"] == program) + timedelta(1)
    while start + timedelta(days) < origin:
        yield start, start + timedelta(days)
        start += timedelta(7)

def crps(values, seen):
    n = len(values)
    return sum(abs(v - seen) for v in values) / n - sum(abs(v - w) for v in values for w in values) / (2 * n * n)

rows = list(csv.DictReader(open("rows.csv", newline="")))
origins = sorted({r["origin"] for r in rows})
assert origins == [str(date(2022, 8, 1) + timedelta(45 * i)) for i in range(3)], origins
general = [r for r in rows if r["program"] == "GENERAL"]
assert list(csv.DictReader(open("general.csv", newline=""))) == [r for r in general if r["origin"] == origins[0]]
assert list(csv.DictReader(open("one.csv", newline=""))) == [r for r in rows if r["origin"] == origins[0]]
checked = 0
for r in rows:
    origin, days, program = date.fromisoformat(r["origin"]), int(r["days"]), r["program"]
    if program not in ("GENERAL", "PNP"):
        continue
    past = list(windows(program, origin, days))
    if r["score"] == "":
        here = within(origin, origin + timedelta(days), {program})
        before = within(origin - timedelta(days + 1), origin - timedelta(1), {program})
        seen = [within(a, b, {program}) for a, b in past]
        invited = sum(x["size"] for x in here)
        assert float(r["came"]) == bool(here) and float(r["last"]) == bool(before), r
        assert int(r["invited"]) == invited
        assert abs(float(r["invited_crps_last"]) - abs(sum(x["size"] for x in before) - invited)) < 1e-9
        assert abs(float(r["empirical"]) - (sum(map(bool, seen)) + 0.5) / (len(seen) + 1)) < 1e-9, r
        if days == 90 and r["origin"] == origins[0]:
            assert abs(float(r["invited_crps_empirical"]) - crps([sum(x["size"] for x in w) for w in seen], invited)) < 1e-6
            checked += 1
        continue
    score = int(r["score"])
    points = score - last_cutoff(program, origin)
    assert float(r["came"]) == came(program, origin, days, score, int(r["age"])), r
    assert float(r["last"]) == (points > 0) + (points == 0) / 2, r
    if days == 30 and r["age"] == "0":
        hits = 0.5
        for a, b in past:
            cutoffs = [x["cutoff"] for x in within(a, b, {program, "GENERAL"})]
            reach = min(cutoffs) - last_cutoff(program, a) if cutoffs else 10**6
            hits += (reach < points) + (reach == points) / 2
        assert abs(float(r["empirical"]) - hits / (len(past) + 1)) < 1e-9, r
        checked += 1
assert checked > 50, checked
scores = sorted({int(r["score"]) for r in general if r["origin"] == origins[0] and r["score"]})
last = last_cutoff("GENERAL", date(2022, 8, 1))
assert {last + d for d in range(-25, 26, 5)} <= set(scores) and len(scores) <= 16, scores

# the futures are those of a run from that day
by_then = {r["score"]: float(r["probability"]) for r in csv.DictReader(open("run/chance.csv", newline=""))
           if r["candidates"] == "GENERAL"}  # of the last day
mine = [x for x in general if x["origin"] == origins[0] and x["days"] == "360" and x["age"] == "0" and x["score"] in by_then]
assert mine and all(abs(float(x["chance"]) - by_then[x["score"]]) < 1e-6 for x in mine), (mine, by_then)
assert len({r["chance"] for r in general}) > 20
none = [r for r in csv.DictReader(open("none.csv", newline="")) if r["program"] == "GENERAL"]
assert none and all(float(r["chance"]) == 0 for r in none)
assert sorted({r["origin"] for r in csv.DictReader(open("days.csv", newline=""))}) == ["2022-11-09", "2022-11-16", "2022-11-23"]

document = json.load(open("all.json"))
assert document["schema"] == "eesim.backtest-chance/1" and document["every_days"] == 45 and document["replicates"] == 256
for part, has_score in (("summary", True), ("rounds", False)):
    for s in document[part]:
        if s["program"] != "GENERAL":
            continue
        mine = [r for r in general if int(r["days"]) == s["days"] and (r["score"] != "") == has_score]
        n = len(mine)
        assert s["forecasts"] == n and s["origins"] == 3 and s["era"] == "2022-24"
        p, o = [float(r["chance"]) for r in mine], [float(r["came"]) for r in mine]
        brier = lambda q: sum((a - b) ** 2 for a, b in zip(q, o)) / n
        assert abs(s["forecast"] - sum(p) / n) < 1e-9 and abs(s["came"] - sum(o) / n) < 1e-9
        assert abs(s["brier"] - brier(p)) < 1e-9
        assert abs(s["brier_last"] - brier([float(r["last"]) for r in mine])) < 1e-9
        assert abs(s["brier_empirical"] - brier([float(r["empirical"]) for r in mine])) < 1e-9
        assert abs(s["brier_climatology"] - brier([sum(o) / n] * n)) < 1e-9
        classes = {}
        for a, b in zip(p, o):
            classes.setdefault(min(int(a * 10), 9), []).append((a, b))
        assert abs(s["ece"] - sum(abs(sum(a - b for a, b in c)) for c in classes.values()) / n) < 1e-9
        if not has_score:
            assert abs(s["crps"] - sum(float(r["invited_crps"]) for r in mine) / n) < 1e-6
assert sum(c["forecasts"] for c in document["reliability"] if c["days"] == 30) == \
    next(s["forecasts"] for s in document["summary"] if s["program"] == "all" and s["days"] == 30)

# the pool: published with the last general round of the 30 days that end with the horizon, at most five days old
pools, counts = {}, {}
for r in csv.DictReader(open(sys.argv[1] + "/pools.csv", newline="")):
    pools.setdefault(r["pool"], {})[int(r["band_low"])] = int(r["candidates"])
for s in document["pool"]:
    assert s["program"] == "GENERAL" and s["low"] in (481, 491, 501), s
    seen = []
    for o in origins:
        until = date.fromisoformat(o) + timedelta(s["days"])
        last = within(until - timedelta(29), until, {"GENERAL"})[-1:]
        if last and last[0]["pool"] and 0 <= (last[0]["day"] - date.fromisoformat(last[0]["pool_as_of"])).days <= 5:
            seen.append(pools[last[0]["pool"]][s["low"]])
    assert 0 < s["forecasts"] <= len(seen), (s, seen)
    if s["forecasts"] == len(seen):
        assert abs(s["published"] - sum(seen) / len(seen)) < 1e-6, (s, seen)
assert len({s["low"] for s in document["pool"]}) == 3

text = open("all.txt").read()

# the record, and how chance shows it
import jsonschema
record = json.load(open("record.json"))
jsonschema.validate(record, json.load(open(sys.argv[2] + "/models/schema/chance.schema.json")))
for h in record["horizons"]:
    classes = [c for c in document["reliability"] if c["days"] == h["days"]]
    assert [c["forecasts"] for c in h["classes"]] == [c["forecasts"] for c in classes]
    assert all(abs(a["came"] - b["came"]) < 1e-4 for a, b in zip(h["classes"], classes))
assert "Chances of" in text and "Rounds of" in text and "Said from" in text
PY

cp -r "$EESIM_SOURCE/models" models
cp record.json models/chance.json
export EESIM_MODELS=$work/models
ask=(chance --score 510 --program CEC --until 2026-05-31 --replicates 200)
"$EESIM" "${ask[@]}" --format csv >with.csv && "$EESIM" "${ask[@]}" >with.txt && "$EESIM" "${ask[@]}" --format json >with.json || fail "chance with a record"
"$EESIM" "${ask[@]}" --only --format csv >only.csv || fail "chance of rounds that are assumed"
rm models/chance.json
"$EESIM" "${ask[@]}" >without.txt || fail "chance without a record"
echo '{"schema": "eesim.chance-record/2"}' >models/chance.json
"$EESIM" "${ask[@]}" >/dev/null 2>err && fail "a record of another kind was read"
grep -q "chance.json.*expected 'eesim.chance-record/1'" err || fail "$(cat err)"
python3 - <<'PY' || fail "the two errors of a chance"
import csv, json
from datetime import date
horizons = json.load(open("record.json"))["horizons"]

def at(h, p):
    c = [(k["forecast"], ((k["came"] - k["forecast"]) ** 2 + (k["came_se"] or 0) ** 2) ** 0.5) for k in h["classes"]]
    c = [(0, c[0][1])] + c + [(1.01, c[-1][1])]
    i = next(i for i in range(1, len(c)) if p <= c[i][0])
    (a, x), (b, y) = c[i - 1], c[i]
    return x + (y - x) * (p - a) / (b - a) if b > a else y

def error(p, days):
    for low, high in zip([None] + horizons, horizons + [None]):
        if high and days <= high["days"]:
            if not low:
                return at(high, p)
            w = (days - low["days"]) / (high["days"] - low["days"])
            return (1 - w) * at(low, p) + w * at(high, p)
    return at(horizons[-1], p)

rows = list(csv.DictReader(open("with.csv", newline="")))
for r in rows:
    days = (date.fromisoformat(r["date"]) - date(2026, 2, 18)).days
    assert abs(float(r["model_error"]) - error(float(r["probability"]), days)) < 1e-6, r
by = [b for s in json.load(open("with.json"))["scores"] for b in s["by"]]
assert [b["model_error"] for b in by] == [float(r["model_error"]) for r in rows]
assert all(r["model_error"] == "" for r in csv.DictReader(open("only.csv", newline="")))
assert "by the model's record" in open("with.txt").read() and "First +-" in open("with.txt").read()
assert "record" not in open("without.txt").read()
PY
export EESIM_MODELS=$EESIM_SOURCE/models

refused "two kinds" 2 'chance takes' --chance --calendar
refused "models" 2 'chance takes' --chance --models last
refused "steps of other backtests" 2 'needs --chance' --every-days 7
refused "a record of something else" 2 'needs --chance' --record bad
refused "a record in an answer" 2 'writes no file' --chance --record bad --format json
refused "a record of one program" 2 'takes no program, policy or setting' --chance --record bad --program CEC
refused "no such step" 2 'every-days' --chance --every-days 0
refused "a day of which nothing is known yet" 3 'no day of that choice' --chance --since 2026-02-10
