#!/usr/bin/env bash
# The promise of `draw` on ten published CEC rounds, their real size given and nothing later than their day known: mean
# absolute error of the median at most 2 points, none above 6. Deterministic: shipped data and models, fixed seed.
set -euo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
[ -z "${EESIM_SLOW:-}" ] || exit 0 # figures, the same in every build; the code runs in other tests too
export EESIM_DATA=$EESIM_VINTAGE EESIM_MODELS=$EESIM_SOURCE/models
for model in default until-359; do
    for number in 364 370 375 378 381 384 387 390 392 396; do
        IFS=, read -r _ date _ _ _ size cutoff _ < <(grep "^$number," "$EESIM_DATA/rounds.csv")
        "$EESIM" draw --program CEC --draw-size "$size" --date "$date" --model "$EESIM_MODELS/$model.json" \
            --format csv >"$work/csv"
        median=$(awk -F, -v size="$size" '$3 == size && $4 == "cutoff" && $5 == "quantile" && $6 == 0.5 { print $8 }' \
            "$work/csv")
        echo "$number $cutoff $median"
    done >"$work/errors"
    awk -v model="$model" '
        { error = $2 > $3 ? $2 - $3 : $3 - $2; sum += error; if (error > worst) worst = error }
        END {
            printf "%s: %d rounds, mean absolute error %.2f (at most 2), worst %d (at most 6)\n", model, NR, sum / NR, worst
            exit !(NR == 10 && sum / NR <= 2 && worst <= 6)
        }' "$work/errors"
done
# A general round soon after a CEC round finds whom that one has left, who are hardly more than a CEC round would find.
for program in CEC GENERAL; do
    "$EESIM" draw --program $program --draw-size 6000 --date 2026-02-20 --format csv |
        awk -F, '$3 == 6000 && $4 == "cutoff" && $5 == "quantile" && $6 == 0.5 { print $8 }'
done | tr '\n' ' ' | awk '{
    printf "6,000 on 2026-02-20: CEC %d, general %d (as many or at most 8 points more)\n", $1, $2
    exit !(NF == 2 && $2 >= $1 - 4 && $2 <= $1 + 8 && $2 < 512)
}'

# Futures (what comes in between is simulated) lose no more than 0.1 points of CRPS against the models alone, on rounds that the
# parameters had not seen. A mistake here was once worth half a point: the size of a French round moved its cut-off as it
# would have two weeks later.
export EESIM_DATA=$EESIM_SOURCE/data
python3 - "$EESIM" <<'PY'
import csv, json, os, subprocess, sys

lost = {}
for r in csv.DictReader(open(os.environ["EESIM_DATA"] + "/rounds.csv")):
    if r["program"] not in ("CEC", "FRENCH") or not "2026-02-18" <= r["date"] <= "2026-06-23":
        continue
    crps = []
    for extra in [], ["--as-if-none"]:
        answer = json.loads(subprocess.check_output(
            [sys.argv[1], "draw", "--program", r["program"], "--draw-size", r["size"], "--date", r["date"], "--quiet", "--format", "json",
             "--model", os.environ["EESIM_MODELS"] + "/until-396.json"] + extra))
        p = {row["score"]: row["p"] for row in answer["cutoff"]["pmf"]}
        below, score = 0.0, 0.0
        for s in range(1201):
            below += p.get(s, 0)
            score += (below - (s >= int(r["cutoff"]))) ** 2
        crps.append(score)
    lost.setdefault(r["program"], []).append(crps)
for program, pairs in lost.items():
    futures, alone = (sum(pair[i] for pair in pairs) / len(pairs) for i in (0, 1))
    print("%s, %d rounds: CRPS of futures %.2f, of the models alone %.2f" % (program, len(pairs), futures, alone))
    assert futures < alone + 0.1, program
assert len(lost) == 2
PY
