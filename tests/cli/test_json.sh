#!/usr/bin/env bash
# Every command's JSON has what docs/tables.md promises: schema, version, data, seed where there is chance in it; probabilities from 0
# to 1; days as days; no number that is none; and the columns of its CSV.
set -euo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
export EESIM_DATA=$EESIM_VINTAGE EESIM_MODELS=$EESIM_SOURCE/models NO_COLOR=1 LC_ALL=C
cat >"$work/profile.json" <<'JSON'
{"date": "2026-02-18", "age": 30, "education": "masters", "occupation": "21231", "canadian_work_years": 1,
 "first_language": {"test": "CLB", "language": "en", "speaking": 9, "listening": 9, "reading": 9, "writing": 9}}
JSON
python3 - "$EESIM" "$work/profile.json" <<'PY'
import csv, datetime, io, json, os, re, subprocess, sys

program, profile = sys.argv[1:]
newest = list(csv.DictReader(open(os.environ["EESIM_DATA"] + "/rounds.csv")))[-1]["number"]
few = ["--replicates", "100"]
# command, schema, has data, has seed, the key of the rows of its CSV (None: they differ)
walk = [
    (["draw", "--program", "CEC", "--draw-size", "5000"], "draw", True, True, None),
    (["draw", "--program", "CEC", "--date", "2026-02-17", "--cutoff", "508"], "replay", True, False, "rounds"),
    (["chance", "--program", "CEC", "--score", "500", "--until", "2026-05-01"] + few, "chance", True, True, None),
    (["chance", "--profile", profile, "--until", "2026-05-01"] + few, "chance", True, True, None),
    (["forecast", "--program", "CEC,FRENCH"] + few, "forecast", True, True, "rounds"),
    (["run", "--program", "CEC", "--until", "2026-04-01"] + few, "run-summary", True, True, None),
    (["pool"], "pool", True, False, "scores"),
    (["pool", "--since", "2026-01-01"], "pool-changes", True, False, "bands"),
    (["rounds", "--last", "5"], "rounds", True, False, "rounds"),
    (["rounds", "--by", "year,program"], "rounds", True, False, "rounds"),
    (["backtest", "--first", "395"], "backtest", True, True, "rounds"),
    (["backtest", "--first", "395", "--calendar"], "backtest-calendar", True, True, "rounds"),
    (["backtest", "--first", "395", "--program", "CEC", "--date-unknown"] + few, "backtest", True, True, None),
    (["backtest", "--chance", "--since", "2026-01-10", "--replicates", "64"], "backtest-chance", True, True, None),
    (["score", "--profile", profile], "score", False, False, None),
    (["plan", "--profile", profile, "--until", "2026-05-01"] + few, "plan", True, True, None),
    (["data", "check"], "data-check", False, False, "faults"),
]
DAY = re.compile(r"\d{4}-\d\d-\d\d$")
names_of_days = {"date", "as_of", "submitted", "expires", "from", "until", "start", "pool_date", "first_date", "last_date", "origin", "day"}


def no_constant(name):
    raise ValueError(name)


def look(value, path, key=""):
    if isinstance(value, dict):
        for k, v in value.items():
            assert re.match(r"[A-Za-z0-9_.+ -]+$", k), (path, k)
            if path.endswith("plan"): # run.json has a schema of its own
                continue
            look(v, path + "." + k, k)
    elif isinstance(value, list):
        for v in value:
            look(v, path, key)
    elif isinstance(value, bool) or value is None:
        pass
    elif isinstance(value, (int, float)):
        assert abs(value) < 1e12, (path, value)
        if key == "probability" or key.startswith("probability_"):
            assert 0 <= value <= 1, (path, value)
    elif key in names_of_days and value and not path.startswith("score.parts.next"): # a credential there
        assert DAY.match(value), (path, value)
        datetime.date.fromisoformat(value)


def ask(args, form):
    done = subprocess.run([program] + args + ["--quiet", "--format", form], capture_output=True, text=True)
    assert done.returncode == 0, (args, form, done.stderr[-300:])
    return done.stdout


for args, schema, has_data, has_seed, rows in walk:
    answer = json.loads(ask(args, "json"), parse_constant=no_constant)
    assert answer["schema"] == "eesim.%s/1" % schema, (args, answer["schema"])
    assert re.match(r"\d+\.\d+\.\d+$", answer["version"]), args
    assert ("data" in answer) == has_data, args
    if has_data:
        assert re.match("[0-9a-f]{64}$", answer["data"]["sha256"]), args
        assert answer["data"]["last_round"] <= newest if args[0] == "draw" else answer["data"]["last_round"] == newest, args
    assert ("seed" in answer) == has_seed and (not has_seed or answer["seed"] == ("1" if schema == "draw" else 1)), args
    look(answer, args[0])
    if rows:
        columns = csv.DictReader(io.StringIO(ask(args, "csv")))
        table = list(columns)
        assert len(table) == len(answer[rows]), (args, len(table), len(answer[rows]))
        for name in columns.fieldnames:
            assert all(name in row for row in answer[rows]), (args, name)

# Totals by year and program, counted again from the data.
rounds = list(csv.DictReader(open(os.environ["EESIM_DATA"] + "/rounds.csv")))
counted = {}
for r in rounds:
    if r["program"]:
        sizes = counted.setdefault((r["date"][:4], r["program"]), [])
        sizes.append((int(r["size"]), int(r["cutoff"])))
for row in csv.DictReader(io.StringIO(ask(["rounds", "--by", "year,program"], "csv"))):
    if not row["program"]:
        continue
    own = counted.pop((row["year"], row["program"]))
    assert int(row["rounds"]) == len(own) and int(row["size"]) == sum(s for s, _ in own), row
    assert int(row["cutoff_lowest"]) == min(c for _, c in own) and int(row["cutoff_highest"]) == max(c for _, c in own), row
assert not counted, counted

# What changed in the pool: people then and now are those of data/pools.csv.
pools = {}
for r in csv.DictReader(open(os.environ["EESIM_DATA"] + "/pools.csv")):
    pools.setdefault(r["as_of"], {})[(int(r["band_low"]), int(r["band_high"]))] = int(r["candidates"])
for row in csv.DictReader(io.StringIO(ask(["pool", "--since", "2026-01-01"], "csv"))):
    then, now, low, high = pools[row["since"]], pools[row["as_of"]], *map(int, (row["band"] if row["band"] != "all" else "0-1200").split("-"))
    assert int(row["then"]) == sum(n for (l, h), n in then.items() if low <= l and h <= high), row
    assert int(row["now"]) == sum(n for (l, h), n in now.items() if low <= l and h <= high), row
    took = int(row["change"])
    assert took == int(row["now"]) - int(row["then"]) == int(row["net_arrivals"]) - int(row["invited"]), row
PY
