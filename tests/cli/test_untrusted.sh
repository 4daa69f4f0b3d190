#!/usr/bin/env bash
# What comes from elsewhere: a run.json, a grid, names, files of the cache.
set -euo pipefail
export EESIM_DATA=$EESIM_VINTAGE
source "$EESIM_SOURCE/tests/support/cli.sh"
cd "$work"
export EESIM_CACHE=$work/cache
run() { "$EESIM" run --program CEC --draw-size 6000 --every 14 --until 2026-03-30 --replicates 256 --quiet "$@"; }

# A run.json with one value changed is refused as the command line refuses it.
run --paths --submitted 2026-02-20 -o one
changed() { # EXPRESSION on d
    python3 -c 'import json, sys
d = json.load(open("one/run.json"))
exec(sys.argv[1])
json.dump(d, open("changed.json", "w"))' "$1"
    refused "rerun: $1" 3 "${2:-changed.json}" rerun changed.json -o bad
}
changed 'd["seed"] = "-1"' "'seed'"
changed 'd["seed"] = " 1"' "'seed'"
changed 'd["seed"] = "99999999999999999999"' "'seed'"
changed 'd["seed"] = 1' "'seed'"
changed 'd["replicates"] = 0' "'replicates'"
changed 'd["replicates"] = 256.5' "'replicates'"
changed 'd["paths"] = "yes"' "'paths'"
changed 'd["paths"] = 1' "'paths'"
changed 'd["compress"] = "gzip"' "'compress'"
changed 'd["compress"] = 1' "'compress'"
changed 'd["paths"] = False; d["compress"] = "zstd"' "'compress'"
changed 'd["until_se"] = 0' "'until_se'"
changed 'd["start"] = "2026-02-30"' "'start'"
changed 'd["start"] = "2026-02-20"' 'start|band|horizon'
changed 'd["known_before"] = "2025-02-18"' "'known_before'"
changed 'd["until"] = "2126-01-01"' 'horizon'
changed 'd["programs"].append("CEC")' "'CEC' twice"
changed 'd["programs"].append("cec")' 'twice|no program'
changed 'd["programs"].append("NONE")' 'no program'
changed 'd["scenarios"].append(d["scenarios"][0])' 'twice'
changed 'd["audiences"].append(d["audiences"][0])' 'twice'
changed 'd["audiences"][0]["programs"] = []' 'audience'
changed 'd["audiences"][0]["programs"] *= 2' 'audience'
changed 'd["audiences"][0]["submitted"] = "2027-01-01"' 'audience'
changed 'd["audiences"][0]["submitted"] = "2020-01-01"' 'audience'
changed 'd["audiences"][0]["renew_days"] = "x"' "'renew_days'"
changed 'd["bands"][0] = [1, 1200]' 'band'
changed 'd["bands"] = {}' "'bands'"
changed 'd["bands"].append(d["bands"][0])' 'band'
changed 'd["bands"][1] = [d["bands"][1][0] + 1, d["bands"][1][1]]' 'band'
changed 'd["repliactes"] = 5' "'repliactes' is no key"
changed 'd["scenarios"][0]["polcy"] = 5' "'polcy' is no key"
changed 'd["scenarios"][0]["policy"]["programs"]["CEC"]["size"] = -5' 'size'
"$EESIM" rerun one/run.json -o again --quiet
same one again

# A grid: a column or a scenario twice.
printf 'scenario,arrivals,arrivals\na,1.1,1.2\n' >grid.csv
refused "a column twice" 3 "grid.csv:1:3: a second column is called 'arrivals'" run --program CEC --scenarios grid.csv -o bad
printf 'scenario,arrivals\na,1.1\na,1.2\n' >grid.csv
refused "a scenario twice" 3 "a second scenario is called 'a'" run --program CEC --scenarios grid.csv -o bad
printf 'scenario,arrivals\n2,1.1\n,1.2\n' >grid.csv
refused "a scenario with the number of another" 3 "a second scenario is called '2'" run --program CEC --scenarios grid.csv -o bad

# Names that a spreadsheet would compute, and names that would move the cursor.
printf "scenario,arrivals\n=1+1,\n\"+cmd|' /C calc'!A0\",1.1\n-2,1.1\n@SUM(A1),1.2\n\"\t=3\",1.2\n'=4,1.3\n\"\r5\",1.1\na'b,1.1\n" >grid.csv
run --paths --scenarios grid.csv -o formulas
python3 - <<'P' || fail "formulas in CSV files"
import csv, glob, json
names = [s["name"] for s in json.load(open("formulas/run.json"))["scenarios"]]
assert names == ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "\t=3", "=4", "\r5", "a'b"], names
for name in glob.glob("formulas/*.csv"):
    rows = list(csv.reader(open(name, newline="", encoding="utf-8")))
    found = list(dict.fromkeys(r[0] for r in rows[1:]))
    wanted = names[1:] if name.endswith("compare.csv") else names
    assert found == ["'" + n if n[0] in "=+-@\t\r" else n for n in wanted], (name, found)
P
printf 'scenario,arrivals\nx,\x1b[31m1\n' >grid.csv
"$EESIM" run --program CEC --scenarios grid.csv -o bad 2>err >out && fail "a value that is no number" || true
! LC_ALL=C grep -q $'\x1b' err || fail "a control character reached the terminal"
"$EESIM" draw --program $'\x1b[2JCEC\xc2\x9b1m' --draw-size 5 >out 2>err && fail "a program with controls" || true
! LC_ALL=C grep -q $'\x1b\|\xc2\x9b' err || fail "a control character reached the terminal: $(cat -v err)"
cp -r "$EESIM_SOURCE/models" models
sed -i 's/"label_en": "Canadian Experience Class"/"label_en": "Canadian\\u001b[31m \\u0001Experience\\u009b Class"/' models/programs.json
if ! cmp -s models/programs.json "$EESIM_SOURCE/models/programs.json"; then
    EESIM_MODELS=models "$EESIM" report --program CEC --draw-size 5000 -o page.html 2>err
    EESIM_MODELS=models "$EESIM" plot history --program CEC -o picture.svg 2>err
    python3 - <<'P' || fail "control characters in a page or a picture"
for name in ("page.html", "picture.svg"):
    text = open(name, encoding="utf-8").read()
    assert "Canadian" in text, name
    assert not any(ord(c) < 32 and c not in "\n\t" or 127 <= ord(c) < 160 for c in text), name
P
fi

# A kept posterior of another folder, with all its bytes right, is not believed; nor is one that was changed.
answer() { "$EESIM" draw --program CEC --draw-size 5000 --date 2026-03-03 --format csv --quiet; }
EESIM_CACHE=$work/mine answer >right
EESIM_CACHE=$work/theirs answer >/dev/null
mine=$(ls mine/*.posterior | head -1)
[ "$(stat -c %a mine/.secret)" = 600 ] || fail "the secret can be read by others"
cp "theirs/$(basename "$mine")" "$mine"
EESIM_CACHE=$work/mine answer | cmp -s - right || fail "another answer"
! cmp -s "theirs/$(basename "$mine")" "$mine" || fail "a foreign file was believed"
