#!/usr/bin/env bash
# ./dev from elsewhere: paths are the caller's, folders may have any name, a checkout that may only be read is run as it is,
# a build shows how far it is. A stand-in for cmake shows what ./dev asks of it; the build itself is not repeated here.
set -uo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
[ -z "${EESIM_SANITIZE:-}" ] || exit 0 # the script is the same in every build
checkout="$work/Entrée express éà"
mkdir -p "$checkout" "$work/mine" "$work/bin"
cp "$EESIM_SOURCE/dev" "$EESIM_SOURCE/CMakePresets.json" "$checkout"
cp -r "$EESIM_SOURCE/data" "$EESIM_SOURCE/models" "$checkout"
cp -r "$EESIM_SOURCE/data" "$work/mine/own data"
export STUB_LOG=$work/cmake.log STUB_EESIM=$EESIM
cat >"$work/bin/cmake" <<'STUB'
#!/bin/sh
echo "$*" >>"$STUB_LOG"
case $1 in
--preset) mkdir -p build/CMakeFiles && touch build/Makefile && echo "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD" >build/CMakeCache.txt ;;
--build)
    [ -z "${STUB_FAILS:-}" ] || { echo "src/x.c:1: error: no such thing"; exit 2; }
    [ -e build/eesim ] || for i in 1 50 99; do echo "[ $i%] Building C object x.o"; done
    echo "[100%] Built target eesim_program"
    cp "$STUB_EESIM" build/eesim
    ;;
esac
STUB
printf '#!/bin/sh\nshift 3\nfor p in "$@"; do echo "ii  $p"; done\n' >"$work/bin/dpkg-query" # every package is there
chmod +x "$work/bin/"*
run() { # FOLDER ARGS: ./dev of the checkout, called from FOLDER
    (cd "$1" && shift && PATH=$work/bin:$PATH CI=${CI_HERE:-} "$checkout/dev" "$@") >"$work/out" 2>"$work/err"
}

run "$work/mine" eesim rounds --last 1 --format csv --data "own data" -o here.csv || fail "dev from another folder"
grep -q '^number,' "$work/mine/here.csv" || fail "-o and --data are the caller's paths"
grep -q 'first time takes' "$work/err" || fail "a first build says how long it takes"
grep -q '^  50 %$' "$work/err" || fail "a build shows how far it is"
! grep -q 'WERROR=ON' "$STUB_LOG" || fail "warnings stop a newcomer"
python3 - "$checkout/CMakePresets.json" <<'PY' || fail "warnings are errors in the wrong presets"
import json, sys
presets = {p["name"]: p.get("cacheVariables", {}).get("EESIM_WERROR") for p in json.load(open(sys.argv[1]))["configurePresets"]}
sys.exit(not (presets["release"] == "OFF" and presets["base"] == "ON" and set(presets.values()) == {"OFF", "ON", None}))
PY
run "$work/mine" eesim rounds --last 1 || fail "dev a second time"
[ ! -s "$work/err" ] || fail "a build with nothing to do is silent"
[ "$(grep -c -- --preset "$STUB_LOG")" -eq 1 ] || fail "configured once"
STUB_FAILS=1 run "$work/mine" eesim rounds --last 1 && fail "a failed build ends with a failure"
grep -q 'error: no such thing' "$work/err" || fail "a failed build shows its errors"
run "$work/mine" setup --mpi || fail "setup --mpi"
[ "$(grep -c -- --preset "$STUB_LOG")" -eq 2 ] || fail "setup --mpi configures again"
CI_HERE=true run "$work/mine" build && CI_HERE=true run "$work/mine" test nothing
grep -q 'WERROR=ON' "$STUB_LOG" || fail "warnings stop in CI"

# A folder whose name has spaces and letters that are not ASCII: the digest of the code reads every file there.
mkdir "$work/là où"
echo 'int là;' >"$work/là où/é.c"
echo "$work/là où/é.c" >"$work/list"
cmake -DSOURCES="$work/list" -DOUTPUT="$work/là où/digest.c" -P "$EESIM_SOURCE/cmake/code_digest.cmake" || fail "a digest of files in a folder with accents"
grep -Eq '"[0-9a-f]{64}"' "$work/là où/digest.c" || fail "the digest"

# Moved: what was configured elsewhere is configured again.
mv "$checkout" "$work/moved" && checkout=$work/moved
: >"$STUB_LOG"
run "$work/mine" eesim rounds --last 1 || fail "a moved checkout"
grep -q -- --preset "$STUB_LOG" || fail "a moved checkout is configured again"

# Read only: run as it is; root may write anywhere, so that another user asks.
reader=()
if [ "$(id -u)" -eq 0 ]; then
    command -v setpriv >/dev/null || exit 0
    reader=(setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=/nonexistent)
    chmod 755 "$work" && chmod 777 "$work/mine"
fi
chmod -R a-w,a+rX "$checkout"
"${reader[@]}" test -x "$checkout/dev" || exit 0 # the scratch folder is not for others
(cd "$work/mine" && "${reader[@]}" "$checkout/dev" eesim rounds --last 1 --format csv) >"$work/out" 2>"$work/err" ||
    fail "a read-only checkout"
grep -q '^number,' "$work/out" || fail "a read-only checkout answers"
rm -f "$work/out"
chmod u+w "$checkout/build" && rm "$checkout/build/eesim" && chmod a-w "$checkout/build"
(cd "$work/mine" && "${reader[@]}" "$checkout/dev" eesim rounds --last 1) >"$work/out" 2>"$work/err" && fail "nothing to run"
grep -q 'cannot be written' "$work/err" || fail "a read-only checkout without a build says so"
