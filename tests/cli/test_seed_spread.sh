#!/usr/bin/env bash
# What seeds really spread, beside the standard error that is printed: the posterior's members are drawn too. Twelve seeds, 40,000
# replicates of a CEC round of a known size: binomial errors alone would be 3 times too small. Deterministic, so no false alarms.
set -euo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
[ -z "${EESIM_SLOW:-}" ] || exit 0 # figures, the same in every build
export EESIM_DATA=$EESIM_VINTAGE EESIM_MODELS=$EESIM_SOURCE/models
for seed in $(seq 1 12); do
    "$EESIM" chance --program CEC --score 505 --draw-size 6000 --every 14 --date 2026-02-18 --until 2026-03-20 --replicates 40000 \
        --seed "$seed" --format csv --quiet | grep '^2026-03-17,505,'
done | awk -F, '{ n++; sum += $3; squares += $3 * $3; printed += $4 }
    END { mean = sum / n; spread = sqrt((squares - n * mean * mean) / (n - 1)); printed /= n
          printf "chance %.3f, spread of seeds %.4f, printed %.4f\n", mean, spread, printed
          exit !(spread < 1.3 * printed && printed < 2 * spread && printed > 2 * sqrt(mean * (1 - mean) / 40000)) }' ||
    fail "the printed error is not what seeds spread"
