#!/usr/bin/env bash
# Earlier results survive whatever goes wrong: links, mount points, the current folder, signals, limits, folders that
# cannot be looked at. What is private stays private.
set -euo pipefail
export EESIM_DATA=$EESIM_VINTAGE
source "$EESIM_SOURCE/tests/support/cli.sh"
cd "$work"
run() { "$EESIM" run --program CEC --draw-size 6000 --every 14 --until 2026-03-30 --replicates 256 --quiet "$@"; }
mode() { stat -c %a "$1"; }

# The current folder, by any of its names, and a mount point: refused before anything is computed, nothing is touched.
run -o res
cp -r res kept
for name in . ./ ../res "$work/res" ../res/. ../link; do
    ln -sfn res link
    (cd res && subject=("$EESIM") && refused "-o $name in it" 1 'is the current folder' run --seed 2 -o "$name")
    same res kept
done
[ ! -e res.partial ] && [ ! -e ..partial ] || fail "a partial folder was left"
mkdir mounted
if mount -t tmpfs -o size=5m tmpfs mounted 2>/dev/null; then
    cp kept/* mounted
    refused "a mount point" 1 'is a mount point' run --seed 2 -o mounted
    same mounted kept
    umount mounted
fi
mkdir bound
if mount --bind kept bound 2>/dev/null; then
    refused "a bind mount" 1 'is a mount point' run --seed 2 -o bound
    umount bound
    same res kept
fi

# A link is written through, in a run and in a merge; permissions of the folder and of its files stay.
mkdir -m 700 private
run -o private
[ "$(mode private)" = 700 ] || fail "a private folder became $(mode private)"
chmod 600 private/draws.csv
ln -s private through
run --seed 2 -o through/
[ -L through ] && [ "$(readlink through)" = private ] || fail "-o LINK replaced the link"
[ "$(mode private)$(mode private/draws.csv)" = 700600 ] || fail "permissions: $(mode private) $(mode private/draws.csv)"
cmp -s private/draws.csv kept/draws.csv && fail "nothing was written through the link"
ln -s not-yet dangling
run -o dangling
[ -L dangling ] && [ -s not-yet/draws.csv ] || fail "a link to a folder that is not there yet"
ln -s loop loop
refused "a link to itself" 1 'leads to itself|cannot be looked at' run -o loop
mkdir odd
ln -s ../kept/draws.csv odd/draws.csv
refused "a result that is a link" 1 'no regular file' run -o odd

# Files: through a link, with the permissions they had; a link to nothing makes its target.
printf 'old\n' >secret
chmod 600 secret
ln -s secret alias
"$EESIM" rounds --last 3 -o alias
[ -L alias ] && [ "$(mode secret)" = 600 ] && grep -q cut-off secret || fail "-o through a link to a private file"
ln -s sub/new fresh
mkdir sub
"$EESIM" rounds --last 3 -o fresh
[ -L fresh ] && [ -s sub/new ] || fail "-o through a link to nothing"
{ echo first; "$EESIM" rounds --last 3 -o /dev/stdout; echo last; } >whole
[ "$(head -1 whole)" = first ] && [ "$(tail -1 whole)" = last ] && grep -q cut-off whole || fail "-o /dev/stdout took what was there before"
cp -r "$EESIM_DATA" data
chmod 600 data/rounds.csv
mv data/pools.csv pools.csv
ln -s ../pools.csv data/pools.csv
"$EESIM" data add --date 2026-03-03 --program CEC --draw-size 5000 --cutoff 508 -o data >out 2>err || fail "data add"
[ "$(mode data/rounds.csv)" = 600 ] && [ -L data/pools.csv ] || fail "data add changed permissions or links"

# A limit on the size of files is an error with a message; nothing is left.
mkdir limit
(cd limit && ulimit -f 1 && expect 1 'big.csv: cannot be written: File too large' "$EESIM" rounds --format csv --last 400 -o big.csv)
[ -z "$(ls -A limit)" ] || fail "left: $(ls -A limit)"

# What a killed writer left goes with the next; what a living one writes stays.
touch ".eesim-$(printf %08x 1)-1-young1"
touch -d '3 days ago' ".eesim-$(printf %08x 1)-1-old123"
"$EESIM" rounds --last 3 -o table
[ -e .eesim-00000001-1-young1 ] && [ ! -e .eesim-00000001-1-old123 ] || fail "left over: $(ls -A | grep eesim)"
rm -f .eesim-*

# SIGHUP is like SIGTERM: what is finished is kept.
if [ -z "$EESIM_SLOW" ]; then
    "$EESIM" run --program CEC --draw-size 6000 --every 14 --until 2026-06-30 --replicates 40000000 --paths --quiet -o hung 2>err &
    for _ in $(seq 300); do sleep 0.1; [ -s hung.partial/paths.csv ] && break; done
    kill -HUP $!
    got=0; wait $! || got=$?
    [ $got = 130 ] && [ -s hung.partial/state.bin ] || fail "SIGHUP: status $got, kept: $(ls hung.partial)"
    rm -rf hung.partial
fi

# Cannot be looked at is not absent: no stored round is dropped, no finished work removed. A link without end stands for
# a failing disk: it is an error of stat() that is not ENOENT.
ln -s endless endless
expect 1 'cannot be looked at' "$EESIM" rounds --data endless
expect 1 'cannot be' env -u EESIM_DATA XDG_DATA_HOME="$work/endless" "$EESIM" rounds
python3 "$EESIM_SOURCE/tests/support/make_feed.py" "$EESIM_SOURCE/data" 396 >feed.json
mkdir -p torn && ln -s rounds.csv torn/rounds.csv
expect 1 'cannot be looked at' "$EESIM" data import "feed.json" -o torn
mkdir stuck.partial && ln -s state.bin stuck.partial/state.bin && echo mine >stuck.partial/paths.csv
expect 1 'cannot be looked at' run --resume -o stuck
[ -s stuck.partial/paths.csv ] || fail "what was kept of a run is gone"
ln -s policy policy
expect 1 'policy' run --policy policy -o never
