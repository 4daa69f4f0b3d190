#!/usr/bin/env bash
# A changed feed layout is an entry in models/bands.json: 451-460 and 461-470 become one band, 501-600 becomes two. The
# feed is imported and checked, and every command answers from the pool. A spoilt file is named with its line.
set -uo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
export NO_COLOR=1 LC_ALL=C TZ=UTC EESIM_DATA=$work/data EESIM_MODELS=$work/models
cd "$work" || exit 1
cp -r "$EESIM_SOURCE/models" models
python3 "$EESIM_SOURCE/tests/support/make_feed.py" "$EESIM_VINTAGE" 396 >feed.json
"$EESIM" data import feed.json -o data --quiet || fail "the folder to start from"
cp -r data old

# Round 397 in the new layout; the total of #395 is in it too.
python3 - <<'PY'
import copy, json
feed = json.load(open("feed.json", encoding="utf-8"))
r = copy.deepcopy(feed["rounds"][0])
number = lambda key: int(r[key].replace(",", ""))
r.update(drawNumber="397", drawDate="2026-03-03", drawDateFull="March 3, 2026", drawDateTime="March 3, 2026 at 12:00:00 UTC",
         drawCutOff="November 3, 2025 at 03:04:05 UTC", drawDistributionAsOn="March 1, 2026", drawSize="4,000", drawCRS="508")
r["dd7"] = f'{number("dd7") + number("dd8"):,}'
r["dd2"], r["dd19"] = f'{number("dd2") - 1234:,}', "1,234"
del r["dd8"]
feed["rounds"].insert(0, r)
json.dump(feed, open("new.json", "w", encoding="utf-8"))
PY

# Without the layout the pool cannot be read: a warning names the field.
expect 0 '^397 +dd8 .*a band of the pool is missing' "$EESIM" data import new.json -o unread

python3 - <<'PY'
import copy, json
bands = json.load(open("models/bands.json", encoding="utf-8"))
layout = copy.deepcopy(bands["layouts"][0])
layout["from"] = "2026-03-01"
fields = [f for f in layout["fields"] if f["field"] not in ("dd2", "dd7", "dd8")]
at = [f["field"] for f in fields].index("dd6") + 1
fields.insert(at, {"field": "dd7", "low": 451, "high": 470, "kind": "band"})
fields[1:1] = [{"field": "dd19", "low": 551, "high": 600, "kind": "band"}, {"field": "dd2", "low": 501, "high": 550, "kind": "band"}]
layout["fields"] = fields
bands["layouts"].append(layout)
json.dump(bands, open("models/bands.json", "w", encoding="utf-8"), indent=1)
PY
expect 0 '398 rounds in the feed: 1 new, 0 changed' "$EESIM" data import new.json
grep -q '^397,2026-03-01,551,600,1234$' data/pools.csv || fail "the new band: $(grep '^397,' data/pools.csv)"
grep -q '^397,2026-03-01,451,470,' data/pools.csv || fail "the joined band"
diff <(grep -v '^397,' data/pools.csv) old/pools.csv || fail "pools of before moved"
"$EESIM" data check >out 2>err || fail "check: $(cat err)"
grep -q '^397 ' out && fail "the check finds a fault: $(grep '^397 ' out)"
cp -r data again
expect 0 'no file had to change' "$EESIM" data import new.json

# Every command that looks at the pool.
for program in CEC FRENCH PNP GENERAL TRADE; do
    expect 0 '^Cut-off +[0-9]+' "$EESIM" draw --program $program --draw-size 3000 --date 2026-03-10 --quiet
done
"$EESIM" pool --format json --quiet >out || fail "pool"
python3 - <<'PY' || fail "the bands of the pool: $(head -c 600 out)"
import json
bands = [(b["low"], b["high"]) for b in json.load(open("out"))["bands"]]
assert bands[:3] == [(601, 1200), (551, 600), (501, 550)] and (451, 470) in bands and bands[-1] == (0, 300), bands
PY

expect 0 "451-470 .*" "$EESIM" pool --since 2026-02-15 --quiet
grep -q "501-600 " out || fail "changes: $(cat out)"
expect 0 '^Invited by' "$EESIM" chance --score 500 --program CEC --until 2026-06-30 --replicates 500 --quiet
"$EESIM" run --program CEC --replicates 500 --until 2026-04-30 --quiet -o run >out 2>err || fail "run"
grep -q ',551,600,' run/pool.csv || fail "bands of a run: $(head -n 3 run/pool.csv)"
expect 0 '^CEC +static +1 ' "$EESIM" backtest --first 397 --models static --quiet

# A round typed in on a day of the new layout has its bands.
bands=$(python3 -c 'import csv; print(",".join("{band_low}-{band_high}={candidates}".format(**r) for r in csv.DictReader(open("data/pools.csv")) if r["pool"] == "397"))')
expect 0 'Round 398 was added' "$EESIM" data add --program CEC --date 2026-03-17 --draw-size 3000 --cutoff 507 --pool "$bands"
refused "a band of before" 2 '501-600 is no published band' data add --program CEC --date 2026-03-18 --draw-size 3000 --cutoff 507 --pool 501-600=3

# A spoilt file.
sed -i '0,/"low": 551/s//"low": 552/' models/bands.json
line=$(grep -n '"low": 501' models/bands.json | tail -n 1 | cut -d: -f1)
refused "a spoilt file" 3 "bands.json:$((line - 2)):[0-9]+: layout 2, field dd2: the band is 501-550, expected one that ends at 551" data import new.json
rm models/bands.json
refused "no file" 3 'bands.json: ' data check
python3 - "$EESIM_SOURCE" <<'PY' || fail "models/bands.json against its schema"
import json, sys
import jsonschema
source = sys.argv[1]
schema = json.load(open(f"{source}/models/schema/bands.schema.json"))
jsonschema.Draft7Validator.check_schema(schema)
jsonschema.validate(json.load(open(f"{source}/models/bands.json")), schema)
PY
