#!/usr/bin/env bash
# merge and --resume know every kept byte: whatever is damaged, missing or of another run is refused with status 3, and
# nothing is written.
set -euo pipefail
export EESIM_DATA=$EESIM_VINTAGE
source "$EESIM_SOURCE/tests/support/cli.sh"
cd "$work"
run() { "$EESIM" run --program CEC --draw-size 6000 --every 14 --until 2026-04-30 --replicates 4096 --paths --quiet "$@"; }

# A file, spoilt: NAME OF THE DAMAGE, FILE
spoil() {
    local size
    size=$(stat -c %s "$2")
    case $1 in
    cut) truncate -s $((size / 2)) "$2" ;;
    byte) truncate -s $((size - 1)) "$2" ;;
    emptied) : >"$2" ;;
    missing) rm "$2" ;;
    longer) echo x >>"$2" ;;
    zeros) dd if=/dev/zero of="$2" bs=512 seek=1 count=1 conv=notrunc status=none ;;
    flipped) python3 -c 'import sys; f = open(sys.argv[1], "r+b"); f.seek(-9, 2); b = f.read(1); f.seek(-9, 2); f.write(bytes([b[0] ^ 1]))' "$2" ;;
    swapped) python3 -c 'import sys; f = open(sys.argv[1], "r+b"); t = f.read(); h = len(t) // 3; f.seek(0); f.write(t[h:2 * h] + t[:h] + t[2 * h:])' "$2" ;;
    esac
}

both() { # ARGS of run, the name of its paths
    local paths=$1 damage file
    shift
    rm -rf a b
    run "$@" --shard 1/2 -o a
    run "$@" --shard 2/2 -o b
    subject=("$EESIM" merge --quiet)
    for file in "$paths" shard.bin; do
        for damage in cut byte emptied missing longer zeros flipped swapped; do
            rm -rf spoilt
            cp -r b spoilt
            spoil $damage "spoilt/$file"
            refused "$file $damage" 3 'damaged|empty|cannot be opened|no shard.bin|state of a run' a spoilt -o bad
            refused "$file $damage, the first" 3 'damaged|empty|cannot be opened|no shard.bin|state of a run' spoilt a -o bad
        done
        rm -rf spoilt
        cp -r b spoilt
        cp "a/$file" "spoilt/$file"
        refused "$file of another shard" 3 'damaged|and so is' a spoilt -o bad
        run "$@" --seed 2 --shard 2/2 -o other
        cp "other/$file" "spoilt/$file"
        refused "$file of another run" 3 'damaged|belongs to another run' a spoilt -o bad
        rm -rf other
    done
    cp -r a earlier
    spoil zeros "spoilt/$paths"
    mkdir -p result
    "$EESIM" merge a b -o result --quiet
    cp -r result kept
    ! "$EESIM" merge a spoilt -o result --quiet 2>err || fail "a spoilt shard was joined"
    same result kept
    rm -rf result kept earlier spoilt
}
both paths.csv
if run --compress zstd -o packed 2>err; then both paths.csv.zst --compress zstd; fi

# What an interrupted run has finished.
resume() { "$EESIM" run --program CEC --draw-size 6000 --every 14 --until 2026-04-30 --replicates 400000000 --threads 2 --quiet "$@" -o long; }
for how in "--paths" "--paths --compress zstd"; do
    file=paths.csv
    [ "$how" = --paths ] || file=paths.csv.zst
    [ -d packed ] || [ $file = paths.csv ] || continue
    rm -rf long.partial
    # shellcheck disable=SC2086
    "$EESIM" run --program CEC --draw-size 6000 --every 14 --until 2026-04-30 --replicates 400000000 --threads 2 --quiet $how -o long &
    for _ in $(seq 300); do sleep 0.1; [ "$(stat -c %s long.partial/$file 2>/dev/null || echo 0)" -gt 300000 ] && break; done
    kill -INT $!
    wait $! || true
    cp -r long.partial whole
    for damage in cut emptied missing zeros swapped; do
        rm -rf long.partial
        cp -r whole long.partial
        spoil $damage long.partial/$file
        # shellcheck disable=SC2086
        expect 3 'damaged|expected at least|is gone' resume $how --resume
        [ -s long.partial/state.bin ] || fail "$file $damage: the state is gone"
    done
    for damage in cut byte emptied longer flipped swapped; do
        rm -rf long.partial
        cp -r whole long.partial
        spoil $damage long.partial/state.bin
        # shellcheck disable=SC2086
        expect 3 'damaged|empty|state of a run' resume $how --resume
        cmp -s long.partial/$file whole/$file || fail "state.bin $damage: $file was touched"
    done
    rm -rf whole long.partial
done
