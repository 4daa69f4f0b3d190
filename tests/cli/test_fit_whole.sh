#!/usr/bin/env bash
# `eesim fit`: the same bytes on every run, for any number of threads, and after an interruption; what it says of itself.
set -euo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
export EESIM_DATA=$EESIM_VINTAGE EESIM_MODELS=$EESIM_SOURCE/models
# One small stream with both sections, one family of the statistical model: a whole fit of seconds.
python3 - "$EESIM_SOURCE" "$work" <<'PY'
import json, sys
source, work = sys.argv[1:]
model = json.load(open(source + "/models/default.json"))
model["streams"] = [s for s in model["streams"] if s["program"] == "FRENCH"]
model["statistical"]["families"] = [f for f in model["statistical"]["families"] if f["name"] == "categories"]
del model["provenance"]  # of streams that are not in this file
json.dump(model, open(work + "/small.json", "w"))
PY
subject=("$EESIM" fit --model "$work/small.json" --until 273 --starts 3 --evaluations 3 --turns 1 --quiet)
fit() { "${subject[@]}" "$@"; }
fit --threads 1 -o "$work/one.json"

# Stopped in the middle, wherever that is: what is done is kept, and the end is the same.
mkdir "$work/state"
status=0
timeout --signal=INT 0.4 "${subject[@]}" --state "$work/state" -o "$work/broken.json" || status=$?
case $status in 0 | 124 | 130) ;; *) exit 1 ;; esac
fit --threads 3 --state "$work/state" -o "$work/again.json"
cmp "$work/one.json" "$work/again.json"

# Stopped after two starts of the ensemble and before the statistical section.
test -s "$work/state/statistical.json"
rm "$work/state/statistical.json"
python3 "$EESIM_SOURCE/tests/support/drop_start.py" "$work/state/FRENCH-0-ensemble.json" 1
fit --state "$work/state" -o "$work/again.json"
cmp "$work/one.json" "$work/again.json"

# Everything is there already: nothing is searched. A state of another fit is refused.
fit --state "$work/state" -o "$work/again.json"
cmp "$work/one.json" "$work/again.json"
for other in "--until 270" "--turns 2"; do
    # shellcheck disable=SC2086 # two words
    refused "the state of another fit: $other" 3 'another fit' --state "$work/state" $other -o "$work/again.json"
done

python3 - "$EESIM_SOURCE" "$work" <<'PY'
import json, sys
import jsonschema

source, work = sys.argv[1:]
model = json.load(open(work + "/one.json"))
jsonschema.validate(model, json.load(open(source + "/models/schema/model.schema.json")))
assert model["name"] == "until-273", model["name"]
origin = model["provenance"]
assert origin["command"] == "eesim fit --until 273" and origin["fitted_until"] == "273", origin
assert [one["section"] for one in origin["fits"]] == ["stock_flow", "ensemble"], origin
assert all(one["starts"] == 3 and one["last_round"] == "273" for one in origin["fits"]), origin
assert len(model["streams"][0]["ensemble"]["sets"]) == 3
assert model["statistical"]["fit"]["until"] == "273"
PY
