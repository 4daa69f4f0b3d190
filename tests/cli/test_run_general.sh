#!/usr/bin/env bash
# General rounds among those of programs: they take everybody above their cut-off, and CEC rounds take their share of
# everybody. Same bytes however the work is cut; what comes before a general round does not know of it.
set -euo pipefail
export EESIM_DATA=$EESIM_VINTAGE
source "$EESIM_SOURCE/tests/support/cli.sh"
cd "$work"
cat >alternate.json <<'JSON'
{"schema": "eesim.policy/1", "name": "alternate", "default": {"calendar": "none"},
 "programs": {"PNP": {"calendar": "learned"},
  "CEC": {"calendar": {"every_days": 28, "first": "2026-03-03"}, "size": 4000},
  "FRENCH": {"calendar": "learned"}, "HEALTH": {"calendar": "learned"},
  "GENERAL": {"calendar": {"every_days": 28, "first": "2026-03-17"}, "size": 4000}}}
JSON
run() { "$EESIM" run --policy alternate.json --until 2026-08-31 --replicates 3000 --quiet "$@"; }

run --program CEC,FRENCH,HEALTH --paths --threads 1 -o one
run --program CEC,FRENCH,HEALTH --paths --threads 3 -o three
same one three
for k in 1 2; do run --program CEC,FRENCH,HEALTH --paths --shard $k/2 -o part$k; done
"$EESIM" merge part1 part2 -o joined --quiet
same one joined
grep -q '^alternate,GENERAL,' one/draws.csv || fail "general rounds that take CEC candidates are not looked at"

# Alternating rounds find what the others have left; without the general ones CEC rounds stay higher.
printf 'scenario,programs.GENERAL.calendar,programs.CEC.calendar\nboth,,\nonly CEC,none,\nonly general,,none\n' >grid.csv
run --program CEC --scenarios grid.csv -o grid
awk -F, '$5 == "cutoff" { m[$1, $2, $3] = $9 }
    END {
        exit !(m["both", "CEC", 1] == m["only CEC", "CEC", 1] &&
               m["only CEC", "CEC", 4] - m["both", "CEC", 4] > 5 &&
               m["only general", "GENERAL", 1] - m["both", "GENERAL", 1] > 5 &&
               m["only general", "GENERAL", 4] - m["both", "GENERAL", 4] > 5 &&
               m["both", "CEC", 4] - m["both", "GENERAL", 4] < 8 && m["both", "GENERAL", 4] - m["both", "CEC", 4] < 8)
    }' grid/draws.csv || fail "cut-offs: $(awk -F, '$5 == "cutoff" { print $1, $2, $3, $9 }' grid/draws.csv)"

# Bands of a program without members: the published pool, emptied by its rounds.
awk -F, '$2 == "HEALTH" && $3 <= 2 && $5 == 501 { m[$3] = $9 } END { exit !(m[1] > 100 && m[2] > 0 && m[2] < m[1]) }' one/pool.csv ||
    fail "no bands of HEALTH in pool.csv"

# A candidate's chance counts them: nobody else can invite a tradesperson here.
"$EESIM" chance --score 520 --program TRADE --policy alternate.json --until 2026-08-31 --replicates 500 --format csv >chance.csv
awk -F, '$2 == 520 { last = $3 } END { exit !(last > 0.5) }' chance.csv || fail "general rounds invite nobody else: $(tail -n 1 chance.csv)"

# A general round on the last day: until then every future is what it is without it, to the last bit.
run --program CEC,FRENCH,HEALTH --set programs.GENERAL.calendar=none --paths -o without
run --program CEC,FRENCH,HEALTH --set programs.GENERAL.calendar=none --paths -o late \
    --set 'one_off=[{"date": "2026-08-31", "program": "GENERAL", "size": 3000}]'
cmp <(grep -v ',2026-08-31,' late/paths.csv) <(grep -v ',2026-08-31,' without/paths.csv) || fail "a general round changes what came before it"
[ "$(grep -c ',GENERAL,' late/paths.csv)" = 3000 ] || fail "the general round is not held in every future"

# Every part of such a future at once, with frozen parameters: bit by bit what it was (UPDATE=1 rewrites what is expected).
kept=$EESIM_SOURCE/tests/golden/general
EESIM_MODELS=$EESIM_SOURCE/tests/golden/fixture/models "$EESIM" run --program CEC,PNP,HEALTH,GENERAL --model "$kept/model.json" \
    --policy "$kept/policy.json" --until 2026-07-31 --replicates 1000 --quiet -o frozen
[ "${UPDATE:-}" != 1 ] || cp frozen/{draws,pool}.csv "$kept"
for table in draws pool; do
    diff "$kept/$table.csv" "frozen/$table.csv" || fail "$table.csv of futures with general rounds is not what it was"
done

# Declined invitations come back from general rounds as well.
run --program CEC --set declined=0.3 -o back
awk -F, 'FNR == NR { if ($5 == "cutoff") m[$2, $3] = $9; next } $1 == "both" && $5 == "cutoff" && $2 == "CEC" && $3 == 6 && m["CEC", 6] < $9 - 3 { exit 1 }' \
    back/draws.csv grid/draws.csv || fail "fewer candidates where declined invitations come back"
