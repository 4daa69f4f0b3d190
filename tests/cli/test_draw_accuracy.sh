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
