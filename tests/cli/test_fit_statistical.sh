#!/usr/bin/env bash
# `eesim fit --section statistical`: a model file that keeps the rest, the same for any number of threads.
set -euo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
export EESIM_DATA=$EESIM_VINTAGE EESIM_MODELS=$EESIM_SOURCE/models
fit() { "$EESIM" fit --section statistical --turns 1 --until 15 --quiet "$@"; }
fit --threads 1 -o "$work/one.json"
fit --threads 3 -o "$work/three.json"
cmp "$work/one.json" "$work/three.json"
# Another last round and another turn of the search find something else.
for other in "--until 18" "--turns 2"; do
    # shellcheck disable=SC2086 # two words
    fit $other -o "$work/other.json"
    python3 - "$work" "$other" <<'PY'
import json, sys
work, other = sys.argv[1:]
one, two = (json.load(open(f"{work}/{name}.json"))["statistical"] for name in ("one", "other"))
assert one["common"] != two["common"], other
PY
done
python3 - "$EESIM_SOURCE" "$work" <<'PY'
import json, sys
import jsonschema

source, work = sys.argv[1:]
before = json.load(open(source + "/models/default.json"))
after = json.load(open(work + "/one.json"))
jsonschema.validate(after, json.load(open(source + "/models/schema/model.schema.json")))
assert after["statistical"]["fit"]["until"] == "15", after["statistical"]["fit"]
assert after["statistical"]["common"] != before["statistical"]["common"]
assert after["statistical"]["prior"] == before["statistical"]["prior"]
del before["statistical"], after["statistical"]
assert before == after
PY
refused "an unknown round" 2 9999 fit --section statistical --turns 1 --until 9999 --quiet
refused "an unknown section" 2 statistical fit --section nothing
