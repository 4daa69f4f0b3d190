#!/usr/bin/env bash
# Broken input and broken output: a clear message, the promised exit status, nothing half-written.
set -uo pipefail
cd "$EESIM_SOURCE"
source "$EESIM_SOURCE/tests/support/cli.sh"
export EESIM_DATA=$EESIM_SOURCE/tests/golden/fixture/data EESIM_MODELS=$EESIM_SOURCE/tests/golden/fixture/models
draw=(draw --program CEC --draw-size 6000)

data() { # a fresh copy of the good data folder
    rm -rf "$work/data"
    mkdir "$work/data"
    cp "$EESIM_DATA"/*.csv "$work/data/"
}

broken_data() { # NAME PATTERN
    refused "$1" 3 "$2" "${draw[@]}" --data "$work/data"
}

data && rm "$work/data/rounds.csv" && broken_data "missing file" 'rounds\.csv: '
data && : >"$work/data/rounds.csv" && broken_data "empty file" 'rounds\.csv: is empty'
data && rm "$work/data/pools.csv" && mkdir "$work/data/pools.csv" && broken_data "a directory" 'pools\.csv: is a folder'
data && head -c 100000 /dev/urandom >"$work/data/rounds.csv" && broken_data "binary junk" 'rounds\.csv:.* expected CSV'
data && head -c 1000 "$EESIM_DATA/rounds.csv" >"$work/data/rounds.csv" && broken_data "cut short" 'rounds\.csv:[0-9]+:'
data && sed -i -E '3s/,[0-9]+,([0-9]+),/,-5,\1,/' "$work/data/rounds.csv" && broken_data "a wrong value" 'rounds\.csv:3:[0-9]+:'
data && sed -i '5s/[0-9]*$/99999999999999999999999/' "$work/data/pools.csv" && broken_data "a huge number" 'pools\.csv:5:[0-9]+:'
data && sed -i '5s/[0-9]*$/-7/' "$work/data/pools.csv" && broken_data "a negative number" 'pools\.csv:5:[0-9]+:'
data && sed -i '4s/20[0-9][0-9]-[0-9]*-[0-9]*/2026-02-30/' "$work/data/rounds.csv" &&
    broken_data "an impossible date" 'rounds\.csv:4:[0-9]+:'
data && truncate -s 1G "$work/data/rounds.csv" && broken_data "a gigabyte of nothing" 'rounds\.csv: is too large'
rm -rf "$work/data"

models() {
    rm -rf "$work/models"
    cp -r "$EESIM_MODELS" "$work/models"
}
broken_models() { # NAME PATTERN
    EESIM_MODELS=$work/models refused "$1" 3 "$2" "${draw[@]}"
}
models && : >"$work/models/programs.json" && broken_models "empty programs" 'programs\.json: is empty'
models && head -c 700 "$EESIM_MODELS/programs.json" >"$work/models/programs.json" &&
    broken_models "programs cut short" 'programs\.json:[0-9]+:[0-9]+: is not valid JSON'
models && echo '{"schema": 7}' >"$work/models/default.json" && broken_models "a model of wrong types" 'default\.json'
models && echo '[]' >"$work/models/segments.json" && broken_models "segments of wrong type" 'segments\.json'
rm -rf "$work/models"

# Candidates: a pipe works, a gigabyte of spaces is refused while it is read.
printf 'score,submitted,programs\n500,2025-01-01,CEC\n' |
    "$EESIM" draw --candidates /dev/stdin --program CEC --draw-size 1 --format csv >"$work/out" 2>"$work/err" ||
    fail "candidates from a pipe"
refused "candidates: a directory" 3 'is a folder' draw --candidates "$work" --program CEC --draw-size 1
: >"$work/empty.csv"
refused "candidates: empty" 3 'is empty' draw --candidates "$work/empty.csv" --program CEC --draw-size 1
head -c 64000 /dev/urandom >"$work/junk.csv"
refused "candidates: junk" 3 'junk\.csv' draw --candidates "$work/junk.csv" --program CEC --draw-size 1
head -c 1000000000 /dev/zero | tr '\0' ' ' >"$work/spaces.csv"
refused "candidates: a gigabyte of spaces" 3 'spaces\.csv' draw --candidates "$work/spaces.csv" --program CEC --draw-size 1
refused "model: a gigabyte of spaces" 3 'spaces\.csv: is too large' "${draw[@]}" --model "$work/spaces.csv"
rm "$work/spaces.csv"

# A folder nobody may read. Root may read everything, so that needs another user.
data
chmod 000 "$work/data"
if [ "$(id -u)" -ne 0 ]; then
    refused "unreadable data folder" 1 'Permission denied' "${draw[@]}" --data "$work/data"
elif command -v setpriv >/dev/null && chmod 755 "$work" &&
    setpriv --reuid=65534 --regid=65534 --clear-groups test -r "$EESIM_DATA/rounds.csv" -a -x "$EESIM"; then
    setpriv --reuid=65534 --regid=65534 --clear-groups "$EESIM" "${draw[@]}" --data "$work/data" >"$work/out" 2>"$work/err"
    status=$?
    [ $status -eq 1 ] || fail "unreadable data folder: status $status"
    grep -q 'Permission denied' "$work/err" || fail "unreadable data folder: message"
    [ ! -s "$work/out" ] || fail "unreadable data folder: something was printed"
fi
chmod 755 "$work/data"

# Output. A full disk is a failure with a message; a closed pipe is one without.
"$EESIM" "${draw[@]}" >/dev/full 2>"$work/err"
status=$?
[ $status -eq 1 ] || fail "full disk: status $status"
grep -q 'standard output: cannot be written: No space left on device' "$work/err" || fail "full disk: message"
refused "-o on a full disk" 1 '/dev/full: cannot be written' "${draw[@]}" -o /dev/full
refused "-o in a folder that is not there" 1 'cannot be written' "${draw[@]}" -o "$work/no/such/file"
refused "-o onto a folder" 1 'is a folder' "${draw[@]}" -o "$work"
mkfifo "$work/pipe"
exec 7<>"$work/pipe" # opening both ends does not block
"$EESIM" "${draw[@]}" --format json 2>"$work/err" | true
status=${PIPESTATUS[0]}
exec 7>&-
[ "$status" -le 1 ] || fail "closed pipe: status $status"
[ ! -s "$work/err" ] || fail "closed pipe: it should be quiet"
(trap '' PIPE; "$EESIM" "${draw[@]}" 2>"$work/err" >&-)
status=$?
[ $status -eq 1 ] || fail "closed standard output: status $status"

# -o replaces in one step, and a failure leaves what was there.
echo before >"$work/answer"
"$EESIM" "${draw[@]}" --format json -o "$work/answer" || fail "-o"
"$EESIM" "${draw[@]}" --format json | cmp -s - "$work/answer" || fail "-o writes something else than standard output"
(cd "$work" && "$EESIM" "${draw[@]}" --format json -o - | cmp -s - "$work/answer" && [ ! -e ./- ]) || fail "-o - is standard output"
echo before >"$work/answer"
"$EESIM" "${draw[@]}" --data /nowhere -o "$work/answer" 2>/dev/null && fail "-o with bad data"
[ "$(cat "$work/answer")" = before ] || fail "a failure touched the file of -o"
[ -z "$(find "$work" -name 'answer.*')" ] || fail "a temporary file was left"

