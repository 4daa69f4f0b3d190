#!/usr/bin/env bash
# `eesim fit`: files the other commands take, a search that goes on where it stopped, and what it refuses. The searches are
# as short as they can be; what a long one finds is in models/ and judged by the statistical tests.
set -uo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
cd "$work"
export EESIM_DATA=$EESIM_VINTAGE EESIM_MODELS=$EESIM_SOURCE/models EESIM_CACHE=off

subject=("$EESIM" fit)
streams() { "$EESIM" fit --program CEC --section streams --starts 2 --evaluations 3 --until 330 "$@"; }
mkdir state
streams -o plain.json 2>err || fail "streams"
grep -q 'CEC, ensemble: .* rounds' err || fail "it is not said what was fitted"
streams --threads 1 --state state --quiet -o first.json || fail "with a state"
cmp -s plain.json first.json || fail "one thread, or a state, fits something else"
[ "$(ls state | wc -l)" -ge 2 ] || fail "no finished start was kept"

# One start is taken back: the same command finds it again, the rest is not searched anew, and the result is the same.
before=$(stat -c %Y.%s state/CEC-0-stock-flow.json)
python3 - <<'PY'
import json
state = json.load(open("state/CEC-0-ensemble.json"))
assert len(state["starts"]) == 2 and state["last_round"] and state["evaluations"] == 3, state.keys()
PY
python3 "$EESIM_SOURCE/tests/support/drop_start.py" state/CEC-0-ensemble.json 1 || fail "a start cannot be taken back"
streams --state state --quiet -o again.json || fail "going on"
cmp -s plain.json again.json || fail "going on after an interruption fits something else"
[ "$(stat -c %Y.%s state/CEC-0-stock-flow.json)" = "$before" ] || fail "what was finished was searched again"
refused "a state of another seed" 3 'CEC-0-stock-flow.json: holds another fit' --program CEC --section streams --starts 2 \
    --evaluations 3 --until 330 --state state --seed 2
echo '{}' >state/CEC-0-stock-flow.json
refused "a damaged state" 3 'CEC-0-stock-flow.json: holds another fit' --program CEC --section streams --starts 2 \
    --evaluations 3 --until 330 --state state
# A state that cannot be kept is said, and is no reason to stop.
streams --state "$work/none" -o stateless.json 2>err || fail "a state folder that is not there"
grep -q "$work/none/.*cannot be written" err || fail "nothing was said of the state folder"
cmp -s plain.json stateless.json || fail "without its state folder it fits something else"

# Days and sizes.
"$EESIM" fit --calendar --until 203 -o calendar.json 2>err || fail "--calendar"
grep -Eq 'log score a round, days and size: -[0-9.]+ nats' err || fail "the calendar's score is not said"
python3 - "$EESIM_SOURCE" <<'PY' || fail "the files are what the schemas say"
import json, sys
import jsonschema

for name, schema in (("plain", "model"), ("calendar", "calendar")):
    document = json.load(open(name + ".json"))
    jsonschema.validate(document, json.load(open(f"{sys.argv[1]}/models/schema/{schema}.schema.json")))
shipped, fitted = json.load(open(sys.argv[1] + "/models/default.json")), json.load(open("plain.json"))
assert len(shipped["streams"]) == len(fitted["streams"]) and shipped["statistical"] == fitted["statistical"]
changed = [s["program"] for s, f in zip(shipped["streams"], fitted["streams"]) if s != f]
assert set(changed) == {"CEC"}, changed
PY
"$EESIM" draw --program CEC --draw-size 6000 --model plain.json --format csv >draw.csv 2>err || fail "draw with the fit"
"$EESIM" backtest --calendar --program CEC --first 390 --model calendar.json >own.txt 2>err || fail "scores of the fit"
"$EESIM" backtest --calendar --program CEC --first 390 >shipped.txt
! cmp -s own.txt shipped.txt || fail "the calendar that was named is not the one that was scored"

refused "nothing to fit" 2 'nothing to fit for this program' --program MILITARY
refused "no such round" 2 "no round has the number '99999'" --until 99999
refused "rounds before the first" 2 'round #200 is after round #150' --calendar --until 150
refused "no such model" 3 'nope.json: cannot be opened' --model nope.json
refused "a calendar is no model" 3 "calendar.json: .*'streams' is missing" --model calendar.json
refused "no such section" 2 "did you mean 'streams'" --section streets
