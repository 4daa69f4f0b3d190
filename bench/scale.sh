#!/usr/bin/env bash
# The pieces of the cost model in docs/scale.md, measured: start, replicate, block handed in, shard file, merge. Prints CSV.
# Usage: bench/scale.sh [EESIM]
set -euo pipefail
eesim=$(realpath "${1:-build/eesim}")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
# Seconds of processor time (user and system) of a command: what it costs where other work shares the machine.
cpu() {
    local TIMEFORMAT='%U %S'
    { time "$@" >/dev/null 2>&1; } 2>&1 | awk '{ printf "%.3f", $1 + $2 }'
}
best() { # the least of three
    for _ in 1 2 3; do cpu "$@"; echo; done | sort -n | head -1
}
cec=(run --program CEC --draw-size 6000 --every 14 --until 2027-02-16 --quiet --threads 1)
three=(run --program CEC,PNP,FRENCH --draw-size 4000 --every 42 --until 2027-02-16 --quiet --threads 1)
all=(run --until 2027-02-16 --quiet --threads 1)
echo what,unit,value
per_replicate() { # name, replicates, arguments
    local name=$1 n=$2 few many
    shift 2
    few=$(best "$eesim" "$@" --replicates 1024 -o few)
    many=$(best "$eesim" "$@" --replicates "$n" -o many)
    awk -v a="$few" -v b="$many" -v n="$n" -v name="$name" 'BEGIN { us = 1e6 * (b - a) / (n - 1024);
        printf "start %s,s,%.3f\nreplicate %s,us,%.1f\n", name, a - us * 1024e-6, name, us }'
}
per_replicate "CEC, 26 rounds" 41984 "${cec[@]}"
per_replicate "CEC, PNP and French, 9 rounds each" 41984 "${three[@]}"
per_replicate "all programs as learned" 11264 "${all[@]}"
for n in 4 16; do
    for k in $(seq $n); do "$eesim" "${cec[@]}" --replicates 16384 --shard $k/$n -o "part$n-$k"; done
    echo "merge of $n shards,s,$(best "$eesim" merge part$n-* --quiet -o merged)"
done
echo "state of a shard,bytes,$(stat -c %s part4-1/shard.bin)"
"$eesim" "${cec[@]}" --replicates 1048576 --shard 1/64 -o full
echo "state of 16 384 replicates,bytes,$(stat -c %s full/shard.bin)"
"$eesim" "${cec[@]}" --replicates 41984 --paths -o paths
echo "paths,bytes a round,$(awk -v b="$(stat -c %s paths/paths.csv)" 'BEGIN { printf "%.1f", b / (41984 * 26) }')"
