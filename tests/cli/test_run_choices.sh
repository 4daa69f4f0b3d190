#!/usr/bin/env bash
# What run, merge and rerun do with the less usual choices: every program, policies with all they can say, distributions of sizes;
# and how they refuse. test_run.sh has the bytes, the shards and the interrupts.
set -uo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
cd "$work"
export EESIM_DATA=$EESIM_VINTAGE EESIM_MODELS=$EESIM_SOURCE/models LC_ALL=C

run() { "$EESIM" run --replicates 256 --paths --quiet "$@" 2>err; }
run --until 2026-05-31 -o all || fail "every program"
python3 - "$EESIM_MODELS/policies/what-if.json" <<'PY'
import json, sys
policy = json.load(open(sys.argv[1]))
del policy["programs"]["CEC"]["annual"] # rounds to the end
policy["shocks"][0]["share"] = 0.5
json.dump(policy, open("whatif.json", "w"))
del policy["shocks"]
json.dump(policy, open("unshocked.json", "w"))
PY
run --until 2026-10-31 --policy whatif.json -o whatif || fail "a policy"
run --until 2026-10-31 --policy unshocked.json -o unshocked || fail "a policy without its shock"
run --until 2026-06-30 --program CEC --every 14 --draw-size 'normal(5000,500)' -o normal || fail "a normal distribution"
run --until 2026-06-30 --program CEC --every 14 --draw-size 'uniform(3000,3001)' -o uniform || fail "a uniform distribution"
run --until 2026-06-30 --program CEC,FRENCH --submitted 2025-09-01 -o submitted || fail "--submitted"
for seed in 1 2; do run --until 2026-04-30 --program PNP --seed $seed -o "seed$seed" || fail "--seed"; done
! cmp -s seed1/paths.csv seed2/paths.csv || fail "--seed changes nothing"
python3 - <<'PY' || fail "the folders hold what was asked"
import csv, json, statistics as st

def rows(name):
    return list(csv.DictReader(open(name, newline="")))

programs = {r["program"] for r in rows("all/draws.csv")}
assert programs >= {"CEC", "PNP", "FRENCH", "HEALTH", "GENERAL"}, programs
paths = rows("whatif/paths.csv")
assert {r["program"] for r in paths if "2026-07-01" <= r["date"] <= "2026-08-31"} >= {"FRENCH", "PNP"}
assert not [r for r in paths if r["program"] == "CEC" and "2026-07-01" <= r["date"] <= "2026-08-31"], "a pause"
general = {(r["date"], r["size"]) for r in paths if r["program"] == "GENERAL"}
assert general == {("2026-06-15", "5000")}, general
french = [int(r["size"]) for r in paths if r["program"] == "FRENCH"]
assert 3000 <= min(french) < 3300 and 5700 < max(french) <= 6000, (min(french), max(french))
assert all(int(r["invited"]) <= int(r["size"]) for r in paths)
# 50 points off for half of the candidates on 2026-09-01: the same futures before, lower cut-offs after
shocked, plain = ({(r["replicate"], r["date"]): r["cutoff"] for r in rows(f + "/paths.csv") if r["program"] == "CEC"}
                  for f in ("whatif", "unshocked"))
assert shocked.keys() == plain.keys()
before = [k for k in shocked if k[1] < "2026-09-01"]
after = [k for k in shocked if k[1] >= "2026-09-01" and shocked[k] and plain[k]]
assert len(before) > 256 and all(shocked[k] == plain[k] for k in before)
fall = st.mean(int(plain[k]) - int(shocked[k]) for k in after)
assert len(after) > 256 and 1 < fall < 40, fall
# distributions: 256 replicates of 9 rounds; the mean of normal(5000,500) within 5 of its 10.4 candidates
sizes = [int(r["size"]) for r in rows("normal/paths.csv") if r["program"] == "CEC"]
assert abs(st.mean(sizes) - 5000) < 5 * 500 / len(sizes) ** 0.5 and 450 < st.stdev(sizes) < 550, st.mean(sizes)
sizes = {r["size"] for r in rows("uniform/paths.csv") if r["program"] == "CEC"}
assert sizes <= {"3000", "3001"} and len(sizes) == 2, sizes
assert {r["submitted"] for r in rows("submitted/chance.csv")} == {"2025-09-01"}
assert {r["candidates"] for r in rows("submitted/chance.csv")} >= {"CEC", "FRENCH"}
assert json.load(open("whatif/run.json"))["scenarios"][0]["name"] == "what-if"
PY

echo 'scenario,programs.CEC.size' >grid.csv
printf 'a,3000\nb,many\n' >>grid.csv
printf 'scenario,arrivals\n\xff\xfe,1.2\n' >bytes.csv
echo '{"schema":"eesim.policy/1","name":"x","programs":{"CEC":{"calendar":"monthly"}}}' >policy.json
cec=(run --program CEC --until 2026-04-30 -o bad)
refused "no program for the size" 2 'whose rounds are these' run --draw-size 500 -o bad
refused "no program for the days" 2 'whose rounds are these' run --every 14 -o bad
refused "a policy for one alone" 2 'exclude each other' "${cec[@]}" --policy "$EESIM_MODELS/policies/learned.json" --only
refused "nobody alone" 2 'whose rounds are these' run --only -o bad
refused "a size on a broken policy" 3 'policy.json: programs.CEC.calendar' "${cec[@]}" --policy policy.json --draw-size 500
refused "no such policy" 3 'none.json: cannot be opened' "${cec[@]}" --policy none.json
refused "a policy that says nothing" 3 'policy.json: programs.CEC.calendar' "${cec[@]}" --policy policy.json
refused "a distribution that is none" 2 'eesim: programs.CEC.size: .normal\(5000\). is not valid' "${cec[@]}" --draw-size 'normal(5000)'
refused "a grid with a wrong value" 3 'grid.csv:3: scenario .b.: programs.CEC.size: .many. is not valid' "${cec[@]}" --scenarios grid.csv
refused "a setting with a wrong value" 2 'eesim: programs.CEC.size: .few' "${cec[@]}" --set programs.CEC.size=few
refused "a setting on a policy" 2 'eesim: programs.CEC.size: .few' "${cec[@]}" --policy "$EESIM_MODELS/policies/learned.json" \
    --set programs.CEC.size=few
refused "a setting on a broken policy" 3 'policy.json: programs.CEC.calendar' "${cec[@]}" --policy policy.json --set arrivals=2
refused "a forecast with a wrong setting" 2 'eesim: programs.CEX: .*did you mean CEC' forecast --set programs.CEX.size=5
refused "a grid that is no text" 3 'bytes.csv:2: .*UTF-8' "${cec[@]}" --scenarios bytes.csv
refused "compression of nothing" 2 'needs --paths' "${cec[@]}" --compress zstd
refused "an unknown compression" 2 'expected zstd' "${cec[@]}" --paths --compress gzip
refused "before the data" 2 'the data begin later' "${cec[@]}" --date 2014-01-01
refused "a shard too many" 2 'at most one shard for every 1024 replicates' "${cec[@]}" --replicates 64 --shard 1/2
refused "a number of days" 2 '--every is .x., expected' "${cec[@]}" --every x
refused "a standard error" 2 '--until-se is .0.7., expected a number from' "${cec[@]}" --until-se 0.7

: >empty.json
echo '{}' >object.json
mkdir nothing
"$EESIM" run --program CEC --until 2026-04-30 --replicates 2048 --shard 1/2 --quiet -o part 2>err || fail "a shard"
refused "rerun of nothing" 3 'none.json: cannot be opened' rerun none.json -o bad
refused "rerun of a folder" 3 'is a folder, expected the run.json' rerun all -o bad
refused "rerun of an empty file" 3 'empty.json: is no run.json: it is empty' rerun empty.json -o bad
refused "rerun of another JSON" 3 "object.json: plan: 'schema' is missing" rerun object.json -o bad
refused "rerun to nowhere" 2 '-o is missing' rerun all/run.json
refused "merge to nowhere" 2 '-o is missing' merge part
refused "merge of no shard" 3 'nothing: is no finished shard' merge nothing -o bad
refused "merge of a whole run" 3 'all: is no finished shard' merge all -o bad
refused "merge of half" 3 'shard' merge part -o bad
refused "merge of the same half twice" 3 'shard' merge part part -o bad
head -c 200 part/shard.bin >damaged && cp -r part other && cp damaged other/shard.bin
refused "merge of a damaged shard" 3 'shard.bin' merge other part -o bad
