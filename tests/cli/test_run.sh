#!/usr/bin/env bash
# eesim run, merge, rerun on the real data: same bytes however the work is cut, nothing lost, files others can read.
set -euo pipefail
export EESIM_DATA=$EESIM_VINTAGE
source "$EESIM_SOURCE/tests/support/cli.sh"
cd "$work"
run() { "$EESIM" run --program CEC --draw-size 6000 --every 14 --until 2026-06-30 --replicates 5000 --paths --quiet "$@"; }

run --threads 1 -o one
for threads in 2 7; do
    run --threads $threads -o "threads$threads"
    same one "threads$threads"
done
for k in 1 2 3; do run --shard $k/3 -o "part$k"; done
"$EESIM" merge part3 part1 part2 -o joined --quiet
same one joined
"$EESIM" rerun one/run.json -o again --quiet
same one again
run -o one # replaces the result
same one again
[ ! -e one.partial ] || fail "a partial folder was left"

# The first round is the one that draw forecasts.
median=$("$EESIM" draw --program CEC --draw-size 6000 --date 2026-03-03 --format json | python3 -c 'import json, sys; print(json.load(sys.stdin)["cutoff"]["median"])')
awk -F, -v want="$median" '$2 == "CEC" && $3 == 1 && $5 == "cutoff" { if ($14 < want - 1 || $14 > want + 1) exit 1; found = 1 } END { exit !found }' one/draws.csv ||
    fail "the first round is not the one of draw"

# Rounds that reach below the scores the members know go on in the published pool, in draw as in run.
for size in 60000 90000; do
    below=$("$EESIM" draw --program CEC --draw-size $size --date 2026-03-03 --format json | python3 -c 'import json, sys; print(json.load(sys.stdin)["cutoff"]["median"])')
    "$EESIM" run --program CEC --draw-size $size --every 14 --until 2026-03-10 --replicates 2000 -o low --quiet
    awk -F, -v want="$below" '$2 == "CEC" && $3 == 1 && $5 == "cutoff" { low = $14; missing = $8 } $2 == "CEC" && $3 == 1 && $5 == "taken_at_cutoff" { taken = $7 }
        END { exit !(want < 475 && low < 475 && low - want < 8 && want - low < 8 && missing == 0 && taken == 2000) }' low/draws.csv ||
        fail "a round of $size: draw says $below, run says otherwise: $(grep ',1,.*cutoff' low/draws.csv)"
done

# Declined invitations come back: as before where all goes on as before, more candidates after a large round.
printf 'scenario,declined,programs.CEC.size\nbase,,\nback,0.2,\nlarge,,12000\nlarge and back,0.2,12000\n' >back.csv
run --scenarios back.csv --set programs.CEC.calendar=14 -o back
awk -F, '$5 == "cutoff" && $2 == "CEC" && $3 == 8 { m[$1] = $9 }
    END { exit !(m["back"] - m["base"] < 0.7 && m["base"] - m["back"] < 0.7 && m["large and back"] - m["large"] > 0.5) }' back/draws.csv ||
    fail "returned invitations: $(awk -F, '$5 == "cutoff" && $3 == 8 { print $1, $9 }' back/draws.csv | tr '\n' ' ')"

# Scenarios: a grid, and paired differences to its first row.
printf 'scenario,programs.CEC.size,arrivals\nbase,,\nsmaller,3000,\nmore arrivals,,1.2\n' >grid.csv
run --scenarios grid.csv -o grid
[ "$(cut -d, -f1 grid/draws.csv | sort -u | wc -l)" = 4 ] || fail "three scenarios and a header were expected"
awk -F, '$1 == "smaller" && $5 == "cutoff" && $4 == 1 && $8 <= 0 { exit 1 }' grid/compare.csv || fail "smaller rounds must raise the cut-off"
grep -q '"arrivals": 1.2' grid/run.json || fail "the grid is not in run.json"
run --set programs.CEC.calendar=28 -o set
[ "$(awk -F, '$2 == "CEC" && $5 == "cutoff"' set/draws.csv | wc -l)" = 4 ] || fail "every 28 days there are four rounds"

# Compressed paths are the same paths.
if command -v zstd >/dev/null && run --compress zstd -o packed; then
    zstd -dcq packed/paths.csv.zst | cmp - one/paths.csv || fail "compressed paths differ"
fi

# Precise enough is enough, and the same for any number of threads.
"$EESIM" run --program CEC --until 2026-04-30 --until-se 0.004 --threads 1 -o precise1 --quiet
"$EESIM" run --program CEC --until 2026-04-30 --until-se 0.004 --threads 3 -o precise3 --quiet
same precise1 precise3

# Sobol numbers: the same however the work is cut; unbiased, with smaller errors: the variance was 2.5 to 4.6
# times smaller at seeds 1 to 5, and is asked to be twice. 26 differences of means against their errors: their mean
# square was 0.5 to 1.1 at those seeds; 3 would be far out even if all rounds were one (a normal number beyond 1.7).
qmc() { "$EESIM" run --program CEC --only --draw-size 6000 --every 14 --replicates 32768 --qmc --quiet "$@"; }
qmc --threads 1 -o qmc
qmc --threads 3 -o qmc3
same qmc qmc3
for k in 1 2 3; do qmc --shard $k/3 -o "qmc-part$k"; done
"$EESIM" merge qmc-part2 qmc-part3 qmc-part1 -o qmc-joined --quiet
same qmc qmc-joined
"$EESIM" rerun qmc/run.json -o qmc-again --quiet
same qmc qmc-again
"$EESIM" run --program CEC --only --draw-size 6000 --every 14 --replicates 32768 --quiet -o plain
awk -F, 'FNR == 1 { file++ } $5 == "cutoff" { mean[file, $3] = $9; se[file, $3] = $10; last = $3 }
    END { for (k = 1; k <= last; k++) { a += se[1, k] ^ 2; b += se[2, k] ^ 2
              z += (mean[1, k] - mean[2, k]) ^ 2 / (se[1, k] ^ 2 + se[2, k] ^ 2) / last }
          printf "test_run: %d rounds, variance of means %.1f times smaller, mean square difference %.2f\n", last, a / b, z
          exit !(last >= 26 && a / b > 2 && z < 3) }' plain/draws.csv qmc/draws.csv || fail "--qmc is biased or no better"

# Ctrl-C: exit 130 within a second, what is finished is kept, and --resume goes on to the same bytes.
# A busy machine only lengthens the time, so the shortest of three is what counts.
interrupt() { # SECONDS ARGS...: into the folder big, its messages into big.err
    local try
    for try in 1 2 3; do
        rm -rf big.partial
        interrupt_once "$@"
        [ -z "${EESIM_SLOW:-}" ] && [ $took -ge 1000 ] || return 0
    done
    fail "Ctrl-C took $took ms: $*"
}
interrupt_once() {
    local wait_for=$1 status=0 pid start
    shift
    "$EESIM" run --threads 2 -o big "$@" 2>big.err &
    pid=$!
    for _ in $(seq 200); do sleep 0.1; [ -d big.partial ] && break; done
    sleep "$wait_for"
    start=$(date +%s%N)
    kill -INT $pid
    wait $pid || status=$?
    took=$((($(date +%s%N) - start) / 1000000))
    [ $status = 130 ] || fail "status $status after Ctrl-C, expected 130: $(cat big.err)"
    [ ! -e big ] || fail "an interrupted run left a result"
}
interrupt 1 --program CEC --until 2026-12-31 --replicates 3000000
grep -q -- '--resume goes on' big.err || fail "it is not said how to go on"
status=0
"$EESIM" run --program CEC --until 2026-12-31 --replicates 3000000 -o big --quiet 2>again.err || status=$?
[ $status != 0 ] && grep -q 'unfinished run' again.err || fail "an unfinished run was overwritten"
rm -rf big.partial
# Rows that the state counts as written and that are gone: refused, not filled with zeros.
interrupt 0.2 --program CEC --until 2026-03-31 --replicates 100000000 --paths
truncate -s 10 big.partial/paths.csv
status=0
"$EESIM" run --program CEC --until 2026-03-31 --replicates 100000000 --paths -o big --resume --quiet 2>again.err || status=$?
[ $status = 3 ] && grep -q 'paths.csv: has 10 bytes, expected at least' again.err || fail "paths cut short: $status $(cat again.err)"
rm -rf big.partial
# Two runs into one folder at once: the second one is refused, and the first one's files are its own.
"$EESIM" run --program CEC --until 2026-12-31 --replicates 3000000 --threads 1 -o twice --quiet 2>first.err &
first=$!
for _ in $(seq 200); do sleep 0.1; [ -d twice.partial ] && break; done
status=0
"$EESIM" run --program CEC --until 2026-12-31 --draw-size 3000 --every 14 --replicates 1000 -o twice --quiet 2>again.err || status=$?
[ $status = 1 ] && grep -q 'another run is at work' again.err || fail "two runs in one folder: $status $(cat again.err)"
kill -INT $first
wait $first && fail "the first of two runs did not end" || true
[ -s twice.partial/state.bin ] || fail "the second of two runs took the first one's files: $(cat first.err)"
rm -rf twice.partial
# A file of the user's own is never removed, however near its name is to one of ours.
mkdir kept && echo x >kept/draws.csv.gz
subject=()
refused "a folder with a file of one's own" 1 "holds 'draws.csv.gz'" "$EESIM" run --program CEC --until 2026-03-31 --replicates 100 -o kept
# The largest blocks there are: all programs, ten years.
interrupt 0.5 --until 2036-01-31 --replicates 3000000
rm -rf big.partial

# A summary as JSON, without a folder: the same on standard output and in the file of -o.
summary=(run --program CEC --until 2026-04-30 --replicates 1000 --format json)
"$EESIM" "${summary[@]}" >summary.json || fail "run --format json"
"$EESIM" "${summary[@]}" --threads 1 -o again.json && cmp summary.json again.json || fail "run --format json -o"
python3 - <<'PY' || fail "the summary of a run"
import json
summary = json.load(open("summary.json"))
assert summary["schema"] == "eesim.run-summary/1" and summary["replicates"] == 1000
programs = [p["program"] for p in summary["scenarios"][0]["programs"]]
assert "CEC" in programs, programs
assert 300 < summary["scenarios"][0]["programs"][0]["rounds"][0]["cutoff"]["mean"] < 900
PY
subject=("$EESIM")
refused "paths without a folder" 2 'do not go with --format json' "${summary[@]}" --paths
refused "a shard without a folder" 2 'do not go with --format json' "${summary[@]}" --shard 1/2

# Wrong use and bad input, with the exit status of each and nothing left behind.
subject=()
refused "no folder" 2 '-o is missing' "$EESIM" run --program CEC
refused "a misspelt program" 2 "'CEX' is no program; did you mean CEC" "$EESIM" run --program CEX -o bad
refused "a shard beyond the last" 2 'K/N' "$EESIM" run --program CEC --shard 4/3 -o bad
refused "a share of an open number" 2 'depends on the counts of all' run --until-se 0.01 --shard 1/3 -o bad
refused "--qmc of an open number" 2 'exclude each other' run --qmc --until-se 0.01 -o bad
refused "--qmc of too few" 2 '16384 replicates' run --qmc -o bad
refused "an empty horizon" 2 'horizon' "$EESIM" run --program CEC --until 2020-01-01 -o bad
refused "a setting without a value" 2 'PATH=VALUE' "$EESIM" run --program CEC --set arrivals -o bad
refused "an unknown setting" 2 'colour' "$EESIM" run --program CEC --set colour=red -o bad
refused "no grid" 3 'cannot be opened' "$EESIM" run --program CEC --scenarios none.csv -o bad
printf 'scenario,arrivals\na,1\na,2\n' >twice.csv
refused "a scenario twice" 3 'twice.csv:3' "$EESIM" run --program CEC --scenarios twice.csv -o bad
mkdir mine
echo 'years of work' >mine/thesis.txt
refused "somebody's folder" 1 'choose a new folder' run -o mine
run --seed 2 --shard 3/3 -o other
refused "shards of two runs" 3 "'arguments' differs|'seed' differs" "$EESIM" merge part1 part2 other -o bad
refused "a merge into one of its shards" 2 'part1: is one of the shards' "$EESIM" merge part1 part2 part3 -o part1
[ -e part1/shard.bin ] || fail "a merge replaced one of its shards"
refused "a shard too few" 3 'shards' "$EESIM" merge part1 part2 -o bad
sed 's/"sha256": "e/"sha256": "f/' one/run.json >changed.json
refused "a rerun on other data" 3 'other data' "$EESIM" rerun changed.json -o bad
