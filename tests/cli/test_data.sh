#!/usr/bin/env bash
# eesim data import, data check and rounds, as a user meets them. EESIM_FEED=FILE also imports the official feed itself.
set -uo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
export EESIM_DATA=$EESIM_SOURCE/data EESIM_MODELS=$EESIM_SOURCE/models NO_COLOR=1 LC_ALL=C TZ=UTC
unset TERM
cd "$work"

make_feed() { python3 "$EESIM_SOURCE/tests/support/make_feed.py" "$EESIM_SOURCE/data" "$@"; }
rows() { python3 -c 'import csv,sys; print(len(list(csv.DictReader(open(sys.argv[1], encoding="utf-8")))))' "$1"; }

make_feed 396 >feed.json
make_feed 380 >old.json

# Import, again, append.
expect 0 '397 rounds in the feed: 397 new, 0 changed' "$EESIM" data import feed.json -o one
[ "$(rows one/rounds.csv)" = 397 ] || fail "one/rounds.csv has $(rows one/rounds.csv) rows"
[ "$(ls -A one)" = "$(printf '%s\n' README.md datapackage.json faults.csv pools.csv rounds.csv)" ] || fail "files of one: $(ls -A one)"
expect 0 'no file had to change' "$EESIM" data import feed.json -o one --refuse-changes
expect 0 '381 new' "$EESIM" data import old.json -o two
expect 0 '397 rounds in the feed: 16 new, 0 changed, 381 as stored' "$EESIM" data import feed.json -o two
diff -r one two || fail "appending ends elsewhere than importing at once"
expect 0 '16 stored rounds are not in it and stay' "$EESIM" data import old.json -o two
grep -q 'This feed is older than the data: it ends with #380' out || fail "an older feed is not said to be"
diff -r one two || fail "an older feed took rounds away"
cmp <(cut -d, -f1-8 one/rounds.csv) <(head -398 "$EESIM_SOURCE/data/rounds.csv" | cut -d, -f1-8) || fail "rounds differ from data/"

# Standard input, dry run, quiet.
"$EESIM" data import - -o three --quiet <feed.json >out 2>err || fail "import from standard input: $(cat err)"
[ ! -s out ] && [ ! -s err ] || fail "--quiet prints: $(cat out err)"
diff -r one three || fail "standard input gives other files"
expect 0 'would hold: 397 rounds' "$EESIM" data import feed.json -o four --dry-run
[ ! -e four ] || fail "--dry-run wrote"

# A contradiction: reported, updated, or refused.
sed 's/"6,000"/"6,001"/; s/Canadian Experience Class/Welders with Canadian Experience/' feed.json >changed.json
expect 3 'contradicts .* round' "$EESIM" data import changed.json -o three --refuse-changes
diff -r one three || fail "a refused import wrote"
expect 0 'round 396, size: was 6000, now 6001' "$EESIM" data import changed.json -o three
grep -q '^397 rounds in the feed: 0 new, 59 changed, 338 as stored' out || fail "what changed: $(head -n 1 out)"
grep -q 'round 396, name: was Canadian Experience Class, now Welders with Canadian Experience' out || fail "the name's change is not reported"
grep -q '^396 .*Welders.*not known' out || fail "the unknown name is not reported"
grep -q '^396,2026-02-17,,Welders' three/rounds.csv || fail "the unknown name became a program"

# What is new is listed, what was known before is counted; a name that is not known comes with what to do about it.
grep -q 'feed_names' out || fail "no advice on the unknown name"
grep -qE '^[0-9]+ warnings and notes were known before' out || fail "known faults are not counted"
grep -qE '^247 +dd3' out && fail "a known fault is listed again"

# A round announced or called off is left out.
sed 's/"drawSize": "6,000"/"drawSize": "TBD"/' feed.json >announced.json
expect 0 '^39[0-9] .*drawSize +TBD +is not published' "$EESIM" data import announced.json -o announced

# A bad field costs its round, and is said in one row.
sed 's/"6,000"/"-6,000"/' feed.json >negative.json
sed 's/"drawSize": "6,000"/"drawSize": "60,000,000,000"/' feed.json >huge.json
sed '0,/"drawSize": "6,000"/s//"drawSize": "300,000"/' feed.json >larger.json
sed 's/"drawCRS": "508"/"drawCRS": [508]/' feed.json >array.json
sed 's/"drawCRS": "508"/"drawCRS": "5"/' feed.json >low.json
expect 0 '^396 +drawSize +-6,000 ' "$EESIM" data import negative.json -o spoilt
expect 0 '^396 +drawSize +60,000,000,000 ' "$EESIM" data import huge.json -o spoilt
expect 0 '^396 +drawSize +300000 +235695 +cannot be' "$EESIM" data import larger.json -o spoilt
expect 0 '^396 +drawCRS +\[508\] ' "$EESIM" data import array.json -o spoilt
expect 0 '^396 +drawCRS +5 +cannot be' "$EESIM" data import low.json -o spoilt
! grep -q '^396,' spoilt/rounds.csv || fail "an impossible round was stored"
expect 0 '' "$EESIM" data import low.json -o spoilt
! grep -q '^396 +drawCRS' out || fail "a known fault is listed again"
expect 0 '^396 +drawCRS +5 ' "$EESIM" data check --data spoilt
expect 0 '1 new' "$EESIM" data import feed.json -o spoilt
! grep -q ',value-impossible,' spoilt/faults.csv || fail "a fault outlives what it was about"

# Bad input: status 3, the place, what was expected, nothing written.
printf '' >empty.json
head -c 4096 /dev/urandom >junk.json
head -c 100000 feed.json >truncated.json
echo '{"rounds":{"a":1}}' >types.json
echo '<html><body>Access denied</body></html>' >page.html
printf ' ' >spaces.json && truncate -s 1G spaces.json
mkdir folder
expect 3 'absent.json: cannot be opened' "$EESIM" data import absent.json -o bad
expect 3 'empty.json: is empty' "$EESIM" data import empty.json -o bad
expect 3 'folder: is a folder, expected a file' "$EESIM" data import folder -o bad
expect 3 'junk.json.* not valid JSON' "$EESIM" data import junk.json -o bad
expect 3 'truncated.json:[0-9]+:[0-9]+: is not valid JSON' "$EESIM" data import truncated.json -o bad
expect 3 "entry 1 of 'rounds': 'drawNumber' is missing" "$EESIM" data import types.json -o bad
expect 3 'this is a web page, not the feed' "$EESIM" data import page.html -o bad
expect 3 'spaces.json: is too large' "$EESIM" data import spaces.json -o bad
expect 3 'empty' "$EESIM" data import - -o bad
[ ! -e bad ] || fail "a refused feed left a folder"
expect 2 'FEED|operand|expected' "$EESIM" data import
expect 1 'folder cannot be made' "$EESIM" data import feed.json -o feed.json
expect 1 'cannot be (made|written)' "$EESIM" data import feed.json -o /dev/null/data
# A disk that is full after 8 blocks of 1 KiB: the folder stays as it was.
(trap '' XFSZ && ulimit -f 8 && "$EESIM" data import old.json -o full) >out 2>err
[ $? -eq 1 ] && grep -q 'cannot be written' err || fail "full disk: $(cat err)"
[ -z "$(ls -A full)" ] || fail "full disk leaves $(ls -A full)"

# A reader that closes the pipe early is no reason for words, and the files are there.
mkfifo pipe && exec 7<>pipe && exec 8>pipe && exec 7<&- # opening both ends does not block; now nobody reads
"$EESIM" data import feed.json -o closed >&8 2>err
[ $? -le 1 ] && [ ! -s err ] || fail "closed pipe: $(cat err)"
exec 8>&-
diff -r one closed || fail "a closed pipe changes the files"

# Check.
expect 0 '397 rounds, #1 of 2015-01-31 to #396 of 2026-02-17' "$EESIM" data check --data one
expect 0 'longest time without a round: 49 days, before #237' "$EESIM" data check
grep -q '^247 *dd3 *55,867 *55687 ' out || fail "the subtotal of #247 is not reported"
grep -q '^226 .*dated after its round' out || fail "the as-of date of #226 is not reported"
"$EESIM" data check --format json | python3 -c '
import json, sys
q = json.load(sys.stdin)
assert q["schema"] == "eesim.data-check/1"
assert q["rounds"] >= 397 and q["with"]["tie_break"] >= 320, q
assert sum(q["by_program"].values()) == q["with"]["program"]
seen = [(f["round"], f["fault"], f["field"]) for f in q["faults"]]
assert len(seen) == len(set(seen)), "a fault is reported twice"
' || fail "data check --format json"
"$EESIM" data check --format csv -o check.csv && [ "$(rows check.csv)" -gt 300 ] || fail "data check --format csv"
"$EESIM" data check >check.txt
"$EESIM" data check --format json | python3 -c '
import json, sys
q, faults = json.load(sys.stdin), int(sys.argv[1])
assert len(q["faults"]) == faults, faults
w = q["with"]
wanted = "{} have a pool, {} a tie-break, {} a time, {} a known program".format(*(w[k] for k in ("pool", "tie_break", "held_at", "program")))
assert wanted in open("check.txt").read(), wanted
' "$(rows check.csv)" || fail "the three formats of data check differ"
echo >>one/rounds.csv
expect 0 'rounds.csv .*not as the import wrote it' "$EESIM" data check --data one
expect 3 'does not exist|not found|cannot be opened' "$EESIM" data check --data nowhere
expect 3 'rounds.csv' "$EESIM" data check --data folder
sed -i '2s/,779,/,-779,/' one/rounds.csv
expect 3 "rounds.csv:2:6: column 'size' is '-779', expected a whole number" "$EESIM" rounds --data one

# Rounds.
"$EESIM" rounds --program CEC --last 1 --until 2026-02-28 --format csv >last.csv || fail "rounds --last"
[ "$(tail -n 1 last.csv)" = '396,2026-02-17,CEC,Canadian Experience Class,6000,508,2025-03-16T09:35:59Z,2026-02-17T11:33:44Z,2026-02-15,235695' ] ||
    fail "rounds of CEC: $(tail -n 1 last.csv)"
# A round of no known program is listed among all, and not among those of a program.
"$EESIM" rounds --data three --format csv | grep -q '^396,2026-02-17,,Welders' || fail "an unmapped round is not listed"
! "$EESIM" rounds --data three --program CEC --format csv 2>/dev/null | grep -q '^396,' || fail "an unmapped round counts as CEC"
expect 0 '^396 +2026-02-17 +CEC +6,000 +508 +2025-03-16T09:35:59Z' "$EESIM" rounds --until 2026-02-28
[ "$("$EESIM" rounds --until 2026-02-17 --format csv | wc -l)" = 398 ] || fail "rounds --format csv"
[ "$("$EESIM" rounds --program cec,pnp --until 2026-02-17 --last 3 --format csv | cut -d, -f1,3 | tr '\n' ' ')" = 'number,program 393,PNP 395,PNP 396,CEC ' ] ||
    fail "rounds --program --last"
[ "$("$EESIM" rounds --from 2018-05-30 --until 2018-05-30 --format csv | cut -d, -f1 | tr '\n' ' ')" = 'number 91a 91b ' ] || fail "91a and 91b"
"$EESIM" rounds --program CEC --last 2 --format json | python3 -c '
import json, sys
r = json.load(sys.stdin)
assert r["schema"] == "eesim.rounds/1" and len(r["rounds"]) == 2 and r["rounds"][0]["program"] == "CEC"
assert isinstance(r["rounds"][0]["size"], int)
' || fail "rounds --format json"
expect 0 'no round matches' "$EESIM" rounds --from 2014-01-01 --until 2014-12-31
expect 2 'did you mean CEC' "$EESIM" rounds --program CCE
expect 2 'after --until' "$EESIM" rounds --from 2026-01-02 --until 2026-01-01
expect 2 'day of the calendar' "$EESIM" rounds --from 2026-02-30
expect 2 'last' "$EESIM" rounds --last 0

# The official feed, where there is one: exactly what data/ ships.
if [ -n "${EESIM_FEED:-}" ]; then
    expect 0 '397 new' "$EESIM" data import "$EESIM_FEED" -o official
    diff -r official "$EESIM_SOURCE/data" || fail "the official feed gives other files than data/"
fi

# Data and models as one file: every file by its path, the same bytes each time.
"$EESIM" data pack -o pack.json && "$EESIM" data pack >again.json && cmp pack.json again.json || fail "data pack"
python3 - "$EESIM_SOURCE" <<'PY' || fail "what data pack holds"
import json, pathlib, sys
source = pathlib.Path(sys.argv[1])
want = [*source.glob("data/*.csv"), *source.glob("models/*.json"), *source.glob("models/policies/*.json")]
pack = json.load(open("pack.json"))
assert pack == {str(p.relative_to(source)): p.read_text("utf-8") for p in want}, sorted(pack)
PY
expect 3 'nowhere' "$EESIM" data pack --data nowhere -o pack-of-nothing.json
[ ! -e pack-of-nothing.json ] || fail "a pack of nothing was written"

# The package describes the files as they are.
python3 - "$EESIM_SOURCE/data" <<'PY' || fail "datapackage.json"
import csv, hashlib, json, sys
folder = sys.argv[1]
package = json.load(open(f"{folder}/datapackage.json"))
assert package["licenses"] and package["sources"]
for resource in package["resources"]:
    text = open(f"{folder}/{resource['path']}", "rb").read()
    assert resource["bytes"] == len(text)
    assert resource["hash"] == "sha256:" + hashlib.sha256(text).hexdigest()
    header = next(csv.reader(text.decode().splitlines()))
    assert header == [f["name"] for f in resource["schema"]["fields"]], header
    assert b"\r" not in text and text.endswith(b"\n")
PY
python3 - "$EESIM_SOURCE" <<'PY' || fail "models/programs.json against its schema"
import json, sys
import jsonschema
source = sys.argv[1]
schema = json.load(open(f"{source}/models/schema/programs.schema.json"))
jsonschema.Draft7Validator.check_schema(schema)
jsonschema.validate(json.load(open(f"{source}/models/programs.json")), schema)
PY
