#!/usr/bin/env bash
# Every CSV file that eesim writes or keeps, read by the tools analysts use: packages against the Data Package standard,
# then pandas and R unaided, which must see the same columns, types, missing values and sums as a plain reader.
# The standard is in tests/support/data-package.schema.json in our own words; the packages of data/ and of a run also pass
# its reference implementation (npm package datapackage 1.1.10: validate(), then every resource read with cast and
# relations), which is no part of the tests because Debian does not have it.
# What is not installed is left out with a message; EESIM_FRAMES=required (./dev frames) makes that a failure.
set -euo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
cd "$work"
export EESIM_DATA=$EESIM_VINTAGE EESIM_MODELS=$EESIM_SOURCE/models
support=$EESIM_SOURCE/tests/support

# A run with everything: two scenarios that differ, paths, a round beyond the last one of some replicates, gaps.
printf '%s\n' 'scenario,programs.CEC.size' '"as asked, 6,000",6000' 'smaller,"uniform(2000,4000)"' >grid.csv
"$EESIM" run --program CEC,PNP,TRADE,GENERAL --until 2026-06-30 --replicates 1500 --paths --scenarios grid.csv -o run --quiet
"$EESIM" run --program MILITARY --until 2026-03-31 --replicates 200 -o rare --quiet # hardly ever held: files with few rows
cp -R "$EESIM_SOURCE/data" data # the imported figures
mkdir tables
save() { local name=$1; shift; "$EESIM" "$@" --quiet >"tables/$name.csv"; }
save draw draw --program CEC --draw-size 6000 --replicates 2000 --format csv
save forecast forecast --replicates 400 --rounds 2 --format csv
save hubverse forecast --program CEC --program PNP --replicates 400 --hubverse
save backtest backtest --first 390 --format csv
save chance chance --score 505 --program CEC --until 2026-06-30 --replicates 2000 --format csv
save pool pool --format csv
save rounds rounds --format csv
save check data check --format csv

python=
for candidate in python3 /usr/bin/python3; do
    if "$candidate" -c 'import jsonschema' 2>/dev/null; then python=$candidate; fi
    if "$candidate" -c 'import jsonschema, pandas' 2>/dev/null; then break; fi
done
[ -n "$python" ] || fail "python3-jsonschema is not installed"
"$python" "$support/frames.py" "$support/data-package.schema.json" manifest.tsv run rare data tables

left_out() {
    [ "${EESIM_FRAMES:-}" != required ] || fail "$1 is not installed"
    echo "test_frames: left out: $1 is not installed (./dev frames installs it)"
}
if "$python" -c 'import pandas' 2>/dev/null; then
    "$python" "$support/frames_pandas.py" manifest.tsv
    "$python" "$support/frames_run.py" run
else
    left_out python3-pandas
fi
if command -v Rscript >/dev/null; then
    Rscript --vanilla "$support/frames.R" manifest.tsv
else
    left_out r-base-core
fi
