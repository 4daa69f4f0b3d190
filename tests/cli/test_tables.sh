#!/usr/bin/env bash
# docs/tables.md describes every column of every table, in their order, and every row of the JSON that adds some.
set -euo pipefail
export EESIM_DATA=$EESIM_VINTAGE
source "$EESIM_SOURCE/tests/support/cli.sh"
cd "$work"
printf 'score,submitted,programs\n510,2026-01-01,CEC\n' >mine.csv
csv() { # NAME ARGUMENTS...
    local name=$1
    shift
    "$EESIM" "$@" --format csv --quiet >"$name.csv" || fail "$*"
}
csv draw draw --program CEC --draw-size 6000
csv replays draw --candidates mine.csv --program CEC --draw-size 1
csv forecast forecast --program PNP --replicates 200
csv chance chance --program CEC --score 510 --until 2026-03-31 --replicates 200
csv backtest backtest --program PNP --first 393
csv date-unknown backtest --program PNP --first 393 --date-unknown --replicates 200
csv calendar backtest --program PNP --first 393 --calendar
csv pool pool
csv changes pool --since 2025-12-31
csv rounds rounds --last 3
csv check data check
csv score score --age 30 --education masters --first-language none
"$EESIM" backtest --program PNP --first 393 --format json >backtest.json
"$EESIM" backtest --program PNP --first 393 --date-unknown --replicates 200 --format json >date-unknown.json
python3 - "$EESIM_SOURCE/docs/tables.md" <<'PY' || fail "docs/tables.md"
import csv, json, re, sys
sections = {}
for part in open(sys.argv[1], encoding="utf-8").read().split("\n## ")[1:]:
    title, body = part.split("\n", 1)
    tables = [re.findall(r"^\| (\S[^|]*?) \|", t, re.M)[1:] for t in re.findall(r"(?:^\|.*\n)+", body, re.M)]
    sections[title] = tables
def header(name):
    return next(csv.reader(open(name + ".csv", encoding="utf-8")))
for name, title in [("draw", "eesim draw --format csv"), ("forecast", "eesim forecast --format csv"),
                    ("chance", "eesim chance --format csv"), ("backtest", "eesim backtest --format csv"),
                    ("date-unknown", "eesim backtest --date-unknown --format csv"),
                    ("calendar", "eesim backtest --calendar --format csv"), ("pool", "eesim pool --format csv"),
                    ("changes", "eesim pool --since D --format csv"),
                    ("rounds", "eesim rounds --format csv"), ("check", "eesim data check --format csv"),
                    ("score", "eesim score --format csv"),
                    ("replays", "Replays and candidates of one's own: eesim draw --cutoff, eesim draw --candidates")]:
    assert header(name) == sections[title][0], (name, header(name), sections[title][0])
def keys(name, part):
    out = []
    for key in json.load(open(name + ".json"))[part][0]:
        out.append("pit_1 ... pit_10" if key == "pit_1" else key)
    return [k for k in out if not re.fullmatch(r"pit_([2-9]|10)", k)]
for part, at in [("rounds", 0), ("summary", 1), ("differences", 2), ("tie_breaks", 3)]:
    assert keys("backtest", part) == sections["eesim backtest --format csv"][at], part
assert keys("date-unknown", "days_and_sizes") == sections["eesim backtest --date-unknown --format csv"][1]
PY
