#!/usr/bin/env bash
# eesim data add: rounds typed in, marked, used, replaced by the feed, removed.
set -uo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
export EESIM_MODELS=$EESIM_SOURCE/models EESIM_DATA=$work/data NO_COLOR=1 LC_ALL=C TZ=UTC
unset TERM
cd "$work"
make_feed() { python3 "$EESIM_SOURCE/tests/support/make_feed.py" "$EESIM_SOURCE/tests/golden/fixture/data" "$@"; }
make_feed 395 >before.json
make_feed 396 >feed.json
"$EESIM" data import before.json -o data --quiet || fail "the folder to start from"
"$EESIM" data import before.json -o official --quiet
"$EESIM" data import feed.json -o official --quiet
cp -r data old

# Added, marked, shown by data check and rounds, and used by a forecast; its columns are those of every round.
expect 0 'Round 396 was added' "$EESIM" data add --program CEC --date 2026-02-17 --draw-size 6000 --cutoff 509 --tie-break 2025-03-16T09:35:59Z
grep -q '^396,2026-02-17,CEC,Canadian Experience Class,CEC,6000,509,2025-03-16T09:35:59Z,,,$' data/rounds.csv || fail "the row: $(tail -n 1 data/rounds.csv)"
[ "$(head -n 1 data/rounds.csv)" = "$(head -n 1 old/rounds.csv)" ] || fail "other columns"
grep -q '^396,note,by-hand,drawNumber' data/faults.csv || fail "no mark"
expect 0 'was entered by hand and is not in the feed, round 396' "$EESIM" data check
grep -q 'file-changed' out && fail "data check takes the files for changed"
expect 0 '^ *396 ' "$EESIM" rounds --last 1
[ "$("$EESIM" draw --program CEC --draw-size 6000 --format json | cksum)" != "$("$EESIM" draw --data old --program CEC --draw-size 6000 --format json | cksum)" ] ||
    fail "the round is not used"

# A feed that does not hold it leaves it and its mark; one that holds it replaces it and says so.
cp -r data added
expect 0 '0 new, 0 changed' "$EESIM" data import before.json
same data added
expect 0 'Official rounds replace those entered by hand' "$EESIM" data import feed.json --refuse-changes
grep -q 'round 396, cutoff: was 509, now 508' out || fail "what changed: $(cat out)"
grep -q 'round 396, source: was entered by hand, now official feed' out || fail "that it was by hand"
same data official
refused "an official round" 2 'only rounds entered by hand can be removed' data add --remove 396
refused "a number that is taken" 2 'is there already, as officially published' data add --program CEC --date 2026-02-17 --draw-size 6000 --cutoff 509 --number 396
same data official

# With a pool, a number of its own, and removed: as if it had never been there.
pool=601-1200=300,501-600=15000,491-500=12000,481-490=11000,471-480=14000,461-470=14500,451-460=13000,441-450=12500,431-440=13000,421-430=12000,411-420=12500,401-410=11500,351-400=50000,301-350=18000,0-300=8000
expect 0 'Round 400 was added' "$EESIM" data add --program PNP --date 2026-03-02 --draw-size 300 --cutoff 710 --number '#400' --pool "$pool" --pool-date 2026-03-01
grep -q '^400,2026-03-01,501-600' data/pools.csv || grep -q '^400,2026-03-01,501,600,15000$' data/pools.csv || fail "the pool"
refused "the same again" 2 'was entered by hand before; remove it first' data add --program PNP --date 2026-03-02 --draw-size 300 --cutoff 710 --number 400
expect 0 'Round 400, entered by hand, is gone' "$EESIM" data add --remove 400
same data official

# What cannot be.
refused "no cut-off" 2 'cutoff 510 is missing' data add --program CEC --date 2026-03-02 --draw-size 6000
refused "a cut-off that cannot be" 2 'cutoff' data add --program CEC --date 2026-03-02 --draw-size 6000 --cutoff 1200
refused "a tie-break after the round" 2 'tie-break is later' data add --program CEC --date 2026-03-02 --draw-size 6000 --cutoff 500 --tie-break 2026-03-05
refused "a number that is none" 2 "is no number of a round" data add --program CEC --date 2026-03-02 --draw-size 6000 --cutoff 500 --number next
refused "a band that is missing" 2 'lacks the band 0-300' data add --program CEC --date 2026-03-02 --draw-size 6000 --cutoff 500 --pool "${pool%,0-300*}"
refused "a band that is none" 2 '500-600 is no published band' data add --program CEC --date 2026-03-02 --draw-size 6000 --cutoff 500 --pool 500-600=3
refused "a band of words" 2 "is no band" data add --program CEC --date 2026-03-02 --draw-size 6000 --cutoff 500 --pool many
refused "remove with more" 2 'takes no other option' data add --remove 396 --program CEC
refused "a round that is not there" 2 'there is no round 999' data add --remove 999
same data official
