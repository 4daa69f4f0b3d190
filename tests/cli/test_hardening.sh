#!/usr/bin/env bash
# The built program and library have what cmake/hardening.cmake asks for: read from the files, not from the flags.
set -euo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
[ -z "$EESIM_SLOW" ] || exit 0 # sanitizers and coverage have their own
command -v readelf >/dev/null && readelf -h "$EESIM" >/dev/null 2>&1 || exit 0
asked() { grep -q "^EESIM_$1:INTERNAL=1" "$EESIM_BUILD/CMakeCache.txt"; }

has() { readelf "-${1}W" "$file" >"$work/parts" && grep -Eq -- "$2" "$work/parts"; } # OPTION PATTERN

hard() { # FILE
    local file=$1
    has h 'Type: +DYN' || fail "$file: fixed addresses"
    has l 'GNU_STACK.* RW +0x' || fail "$file: its stack can be executed"
    ! has l '^ +LOAD.* RWE ' || fail "$file: memory that can be written and executed"
    if asked RELRO; then
        has l GNU_RELRO || fail "$file: no RELRO"
        has d 'BIND_NOW|Flags:.* NOW' || fail "$file: no BIND_NOW"
    fi
    ! asked STACK_PROTECTOR || has s '__stack_chk_fail' || fail "$file: no stack protector"
    if grep -q '^CMAKE_BUILD_TYPE:STRING=Rel' "$EESIM_BUILD/CMakeCache.txt"; then
        has s '__(mem|str|[a-z]*printf)[a-z]*_chk' || fail "$file: not fortified"
        ! asked FORTIFY_3 || grep -q -- '-D_FORTIFY_SOURCE=3' "$EESIM_BUILD/compile_commands.json" || fail "not level 3"
    fi
}
hard "$EESIM"
hard "$EESIM_BUILD/libeesim.so"
[ ! -x "$EESIM_BUILD/eesim-mpi" ] || hard "$EESIM_BUILD/eesim-mpi"
file=$EESIM has d 'Flags:.*PIE' || fail "$EESIM is no position-independent program"

# A program has CET when all of its objects have it, those of the C library too, which are not ours: ours are looked at.
if asked CF_PROTECTION && [ "$(uname -m)" = x86_64 ] && [ -e "$EESIM_BUILD/libeesim.a" ]; then
    readelf -nW "$EESIM_BUILD/libeesim.a" >"$work/notes"
    objects=$(grep -c '^File:' "$work/notes")
    [ "$objects" -gt 100 ] && [ "$(grep -c 'IBT, SHSTK' "$work/notes")" -eq "$objects" ] || fail "objects without CET"
fi
