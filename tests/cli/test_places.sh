#!/usr/bin/env bash
# Where the program looks for data and models, and where it keeps what a later answer can use again.
set -uo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
cd "$work"
unset EESIM_DATA EESIM_MODELS EESIM_CACHE XDG_CACHE_HOME
export HOME=$work/home NO_COLOR=1 EESIM_TODAY=2026-01-08

# A data folder that ends with round NUMBER, so that an answer shows which folder was read.
data_until() { # FOLDER NUMBER
    mkdir -p "$1"
    for name in rounds pools; do
        awk -F, -v last="$2" 'NR == 1 || $1 + 0 <= last' "$EESIM_SOURCE/data/$name.csv" >"$1/$name.csv"
    done
}
reads() { # NAME NUMBER PROGRAM ARGS...
    local name=$1 want=$2 got
    shift 2
    got=$(env "$@" rounds --last 1 --format csv 2>err | tail -n 1 | cut -d, -f1)
    [ "$got" = "$want" ] || fail "$name: round '$got', expected $want"
}

mkdir -p build/bin installed/bin installed/share/eesim alone/bin here
for place in build installed alone; do cp "$EESIM" "$place/bin/eesim"; done
cp -r "$EESIM_SOURCE/models" build/models
cp -r "$EESIM_SOURCE/models" installed/share/eesim/models
cp -r "$EESIM_SOURCE/models" here/models
data_until build/data 390
data_until installed/share/eesim/data 391
data_until here/data 392
data_until mine 393

reads "beside the build" 390 build/bin/eesim
reads "an installation" 391 installed/bin/eesim
(cd here && reads "the current folder" 392 ../alone/bin/eesim) || fail "the current folder"
reads "EESIM_DATA" 393 EESIM_DATA="$work/mine" build/bin/eesim
got=$(EESIM_DATA=$work/mine build/bin/eesim rounds --data here/data --last 1 --format csv | tail -n 1 | cut -d, -f1)
[ "$got" = 392 ] || fail "--data before EESIM_DATA: $got"
subject=()
: >file
EESIM_DATA=$work/file refused "EESIM_DATA is a file" 3 'file: is a file, but EESIM_DATA says so' build/bin/eesim rounds
refused "nothing anywhere" 3 "no folder 'models'.*$work/alone/bin" alone/bin/eesim rounds
EESIM_MODELS=$work/here/models refused "no data anywhere" 3 "no folder 'data'.*EESIM_DATA" alone/bin/eesim rounds
EESIM_MODELS=$work/none refused "EESIM_MODELS of nowhere" 3 "$work/none: .*EESIM_MODELS says so" build/bin/eesim rounds

# What the filter worked out is kept, used again for the same bytes, and worth nothing when it is damaged.
draw() { env "$@" build/bin/eesim draw --program CEC --draw-size 6000 --format json 2>err; }
kept() { find "$1" -type f 2>/dev/null | wc -l; }
draw EESIM_CACHE=off >fresh.json || fail "without a cache"
[ ! -e home ] && [ ! -e off ] || fail "EESIM_CACHE=off wrote something"
for setting in "EESIM_CACHE=$work/a" "XDG_CACHE_HOME=$work/b" "HOME=$work/c"; do
    folder=${setting#*=}
    draw "$setting" | cmp -s - fresh.json || fail "$setting: the first answer differs"
    [ "$(kept "$folder")" -gt 0 ] || fail "$setting: nothing was kept"
    draw "$setting" | cmp -s - fresh.json || fail "$setting: the answer from the cache differs"
done
[ "$(kept home)" -eq 0 ] || fail "HOME was used although a cache folder was named"
draw XDG_CACHE_HOME=elsewhere HOME="$work/d" | cmp -s - fresh.json || fail "a cache folder without a place"
[ ! -e elsewhere ] && [ "$(kept d)" -gt 0 ] || fail "a relative XDG_CACHE_HOME counts"
find a -type f -exec sh -c 'head -c 100 /dev/urandom >"$1"' sh {} \;
draw "EESIM_CACHE=$work/a" | cmp -s - fresh.json || fail "a damaged cache changes the answer"
[ ! -s err ] || fail "a damaged cache is none of the user's business"
find b -type f -exec truncate -s 0 {} \;
draw "XDG_CACHE_HOME=$work/b" | cmp -s - fresh.json || fail "an empty cache file changes the answer"
: >file
draw "EESIM_CACHE=$work/file" | cmp -s - fresh.json || fail "a cache folder that is a file changes the answer"
draw -u HOME | cmp -s - fresh.json || fail "no place for a cache changes the answer"
