#!/usr/bin/env bash
# What --qmc buys: how many times smaller the variance of the mean cut-offs and of the chances is (over the rounds and
# the cells of chance.csv with chances of 5 to 95 %, sums of squared standard errors), and how much longer a run takes
# (processor time). Prints CSV. Usage: bench/qmc.sh [EESIM] [SEEDS]
set -euo pipefail
eesim=$(realpath "${1:-build/eesim}")
seeds=${2:-5}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
run() { # NAME, arguments: into the folder NAME, seconds of processor time into NAME.time
    local name=$1 TIMEFORMAT='%U %S'
    shift
    { time "$eesim" "$@" --quiet --threads 1 -o "$name" >/dev/null 2>&1; } 2>"$name.time"
}
compare() { # NAME, arguments
    local name=$1
    shift
    for seed in $(seq "$seeds"); do
        run plain "$@" --seed "$seed"
        run qmc "$@" --seed "$seed" --qmc
        awk -F, 'FNR == 1 { file++ } $5 == "cutoff" && $2 == "CEC" && $10 != "" { a[file] += $10 ^ 2 }
            END { printf "%s ", a[1] / a[2] }' plain/draws.csv qmc/draws.csv
        awk -F, 'FNR == 1 { file++ } $2 == "CEC" && $6 > 0.05 && $6 < 0.95 { a[file] += $7 ^ 2 }
            END { printf "%s ", a[1] / a[2] }' plain/chance.csv qmc/chance.csv
        awk '{ t[FILENAME] = $1 + $2 } END { print t["qmc.time"] / t["plain.time"] }' plain.time qmc.time
    done | awk -v name="$name" 'NR == 1 { low = high = $1 } { low = $1 < low ? $1 : low; high = $1 > high ? $1 : high
            m += $1; c += $2; t += $3 }
        END { printf "%s,%.1f,%.1f,%.1f,%.1f,%.2f\n", name, m / NR, low, high, c / NR, t / NR }'
}
echo what,variance of means,least,most,variance of chances,time
base=(run --program CEC --every 14 --until 2027-02-16 --replicates 65536)
compare "6000 every 14 days" "${base[@]}" --draw-size 6000
compare "lognormal sizes every 14 days" "${base[@]}" --draw-size 'lognormal(4000,0.3)'
compare "as learned" run --program CEC --until 2027-02-16 --replicates 65536
