#!/usr/bin/env bash
# Commands that look ahead remark when the data are old; what they print does not depend on the day.
set -uo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
export EESIM_DATA=$EESIM_SOURCE/tests/golden/fixture/data EESIM_MODELS=$EESIM_SOURCE/models NO_COLOR=1
unset TERM
cd "$work"

remark='the newest round in the data, #396 of 2026-02-17, is 286 days old.*eesim data fetch'
# The command must remark on its age with an old clock, be silent with a fresh one or --quiet, and print the same.
ages() { # COMMAND...
    EESIM_TODAY=2026-03-10 "$EESIM" "$@" >fresh 2>err || fail "$*: failed"
    [ ! -s err ] || fail "$*: a remark 21 days after the newest round"
    EESIM_TODAY=2026-11-30 "$EESIM" "$@" >old 2>err || fail "$*: failed with an old clock"
    grep -q "$remark" err || fail "$*: no remark"
    cmp -s fresh old || fail "$*: the clock changes the output"
    EESIM_TODAY=2026-11-30 "$EESIM" "$@" --quiet >old 2>err || fail "$*: failed with --quiet"
    [ ! -s err ] && cmp -s fresh old || fail "$*: --quiet"
}
ages draw --program CEC --draw-size 6000
ages --program CEC --draw-size 6000 --format json
ages forecast --replicates 50
ages chance --score 510 --program CEC --replicates 50
ages plot cutoff --program CEC --draw-size 6000
ages report --program CEC --draw-size 6000
ages pool
ages pool --since 2025-12-31
ages data check
EESIM_TODAY=2026-11-30 "$EESIM" run --replicates 4 -o folder >out 2>err || fail "run failed"
grep -q "$remark" err || fail "run: no remark"
EESIM_TODAY=2026-03-11 "$EESIM" draw --program CEC --draw-size 6000 >out 2>err || fail "22 days"
grep -q '22 days old' err || fail "no remark after 22 days"

# A day that the data reach needs no remark, a later one does; what looks back never needs one.
export EESIM_TODAY=2026-11-30
"$EESIM" draw --program CEC --draw-size 6000 --date 2026-02-20 >out 2>err && [ ! -s err ] || fail "--date within reach"
"$EESIM" draw --program CEC --draw-size 6000 --date 2026-10-01 >out 2>err
grep -q "$remark" err || fail "--date beyond reach"
"$EESIM" rounds --last 3 >out 2>err && [ ! -s err ] || fail "rounds"
EESIM_TODAY=today refused "a day that is none" 2 "EESIM_TODAY is 'today', expected a day" draw --program CEC --draw-size 6000
unset EESIM_TODAY
"$EESIM" draw --program CEC --draw-size 6000 >out 2>err && grep -q 'days old' err || fail "the clock itself"
