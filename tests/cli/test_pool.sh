#!/usr/bin/env bash
# eesim pool, as a user meets it: what people read, CSV that adds up to the published bands, JSON, wrong use.
set -uo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
export EESIM_DATA=$EESIM_SOURCE/tests/golden/fixture/data EESIM_MODELS=$EESIM_SOURCE/tests/golden/fixture/models
export NO_COLOR=1 LC_ALL=C TZ=UTC COLUMNS=100
unset TERM

# What people read: the published bands are exact, and everybody is counted.
expect 0 '^Pool of 2026-02-15: 235,695 candidates' "$EESIM" pool
expect 0 '^491-500 +13,504 ' "$EESIM" pool
expect 0 '^0-300 +8,283 +235,695 ' "$EESIM" pool
expect 0 '^GENERAL .* 235,695 ' "$EESIM" pool
expect 0 '^PNP .* 280 +0 +0$' "$EESIM" pool
expect 0 'From past rounds: CEC from [0-9]+ up' "$EESIM" pool
expect 0 'of them eligible under CEC' "$EESIM" pool --program cec
expect 0 '^601-1200 +280 +280 +100.0 ' "$EESIM" pool --program pnp
expect 0 '^Pool of 2026-01-19: ' "$EESIM" pool --as-of 2026-01-25

# Wrong use
expect 2 'no published pool is dated 2001-01-01 or earlier' "$EESIM" pool --as-of 2001-01-01
expect 2 "did you mean" "$EESIM" pool --program CECC
expect 2 'as-of' "$EESIM" pool --as-of 2026-02-30
expect 3 '[.]json: cannot be opened' env EESIM_MODELS="$work" "$EESIM" pool
expect 1 '/dev/full' "$EESIM" pool -o /dev/full

# The same bytes with a cold and a warm cache, to a pipe and to a file.
"$EESIM" pool --format csv >"$work/cold.csv" || fail "csv"
"$EESIM" pool --format csv -o "$work/warm.csv" || fail "csv -o"
cmp "$work/cold.csv" "$work/warm.csv" || fail "a second run differs"
"$EESIM" pool --format json >"$work/pool.json" || fail "json"
"$EESIM" pool --program CEC --format csv >"$work/cec.csv" || fail "csv of CEC"
"$EESIM" pool --program CEC >"$work/cec.txt" || fail "the table of CEC"

python3 - "$work" "$EESIM_DATA" <<'PY' || fail "the CSV or JSON do not hold"
import csv, json, sys
work, data = sys.argv[1:]
rows = list(csv.DictReader(open(work + "/cold.csv", encoding="utf-8")))
assert list(rows[0]) == ["as_of", "score", "segment", "candidates"], rows[0]
published = [r for r in csv.DictReader(open(data + "/pools.csv", encoding="utf-8")) if r["as_of"] == "2026-02-15"]
assert len(published) == 15
held = {}
for r in rows:
    held.setdefault(int(r["score"]), {})[r["segment"]] = int(r["candidates"])
    assert int(r["candidates"]) > 0 and (int(r["score"]) > 600) == r["segment"].startswith("PNP+")
for band in published:
    scores = range(int(band["band_low"]), int(band["band_high"]) + 1)
    got = sum(sum(held.get(s, {}).values()) for s in scores)
    assert got == int(band["candidates"]), (band, got)
assert [int(r["score"]) for r in rows] == sorted((int(r["score"]) for r in rows), reverse=True)
cec = list(csv.DictReader(open(work + "/cec.csv", encoding="utf-8")))
assert cec == [r for r in rows if "CEC" in r["segment"].split("+")]
pool = json.load(open(work + "/pool.json"))
assert pool["schema"] == "eesim.pool/1" and pool["as_of"] == "2026-02-15" and pool["program"] is None
assert pool["candidates"] == pool["eligible"] == 235695
assert sum(b["candidates"] for b in pool["bands"]) == 235695
assert [{k: str(v) for k, v in r.items()} for r in pool["scores"]] == rows
# the table of a program: what a band's columns are of each other, and bars of 24 blocks by candidates a point
bands = []
for line in open(work + "/cec.txt", encoding="utf-8").read().split("\n\n")[1].strip().split("\n")[1:]:
    fields = line.replace(",", "").split()
    low, high = map(int, fields[0].split("-"))
    bar = fields[6] if len(fields) > 6 else ""
    eighths = 8 * bar.count("█") + sum(" ▏▎▍▌▋▊▉".index(c) for c in bar if c != "█")
    bands.append((low, high, int(fields[1]), int(fields[2]), float(fields[3]), int(fields[4]), int(fields[5]), eighths))
eligible = {s: sum(n for g, n in row.items() if "CEC" in g.split("+")) for s, row in held.items()}
most, above = max(b[3] / (b[1] - b[0] + 1) for b in bands), 0
assert len(bands) == 20
for low, high, everybody, own, share, at_or_above, a_point, eighths in bands:
    assert everybody == sum(sum(held.get(s, {}).values()) for s in range(low, high + 1)), low
    assert own == sum(eligible.get(s, 0) for s in range(low, high + 1)), low
    above += own
    density = own / (high - low + 1)
    assert abs(share - 100 * own / everybody) <= 0.051 and at_or_above == above and abs(a_point - density) <= 0.5, low
    assert abs(eighths - 24 * 8 * density / most) <= 0.5 + 1e-9, (low, eighths)
assert any(s["program"] == "CEC" and s["low"] < 509 and s["high"] == 600 for s in pool["streams"])
PY

python3 - "$EESIM_SOURCE" <<'PY' || fail "models/segments.json against its schema"
import json, sys
import jsonschema
source = sys.argv[1]
schema = json.load(open(f"{source}/models/schema/segments.schema.json"))
jsonschema.Draft7Validator.check_schema(schema)
jsonschema.validate(json.load(open(f"{source}/models/segments.json")), schema)
PY

# What changed between two pools: the bands sum up, the invitations are those of the rounds in between.
expect 0 '^From the pool of 2025-12-[0-9]+ to that of 2026-02-15' "$EESIM" pool --since 2025-12-31
expect 2 'nothing to compare it with' "$EESIM" pool --since 2026-02-15
expect 2 'no published pool is dated 2001-01-01' "$EESIM" pool --since 2001-01-01
expect 2 '--since and --program exclude each other' "$EESIM" pool --since 2025-12-31 --program CEC
"$EESIM" pool --since 2025-12-31 --format csv >"$work/changes.csv" || fail "changes"
"$EESIM" pool --since 2025-12-31 --format json >"$work/changes.json" || fail "changes"
python3 - "$work" "$EESIM_DATA" <<'PY' || fail "what changed"
import csv, json, sys
rows = list(csv.DictReader(open(sys.argv[1] + "/changes.csv")))
answer = json.load(open(sys.argv[1] + "/changes.json"))
assert answer["schema"] == "eesim.pool-changes/1" and answer["version"] and len(answer["data"]["sha256"]) == 64
assert [{k: str(v) for k, v in b.items()} for b in answer["bands"]] == rows
numbers = ["then", "now", "change", "invited", "net_arrivals"]
bands, total = [{k: int(r[k]) for k in numbers} for r in rows[:-1]], {k: int(rows[-1][k]) for k in numbers}
assert rows[-1]["band"] == "all" and len(bands) == 15
for row in bands + [total]:
    assert row["change"] == row["now"] - row["then"] and row["net_arrivals"] == row["change"] + row["invited"]
    assert row["invited"] >= 0
for key in numbers:
    assert abs(sum(b[key] for b in bands) - total[key]) <= 1, key
held = sum(int(r["size"]) for r in csv.DictReader(open(sys.argv[2] + "/rounds.csv"))
           if rows[0]["since"] <= r["date"] < rows[0]["as_of"])
assert total["invited"] == held, (total, held)
PY
