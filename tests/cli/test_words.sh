#!/usr/bin/env bash
# Names, comments, messages and pages keep to docs/words.md; and the check finds what it should.
set -euo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
words() { python3 "$EESIM_SOURCE/tests/support/words.py" "$EESIM_SOURCE" "$@"; }
words || fail "words that docs/words.md does not allow"

found() { # TEXT WORD
    printf '%s\n' "$1" >"$work/sample.c"
    if words "$work/sample.c" >"$work/out"; then fail "not found: $2"; fi
    grep -q ":1: $2: " "$work/out" || fail "found something else than $2"
}
found 'int eesi_bank_init(void);' bank
found '/* The Law of sizes. */' law
found 'enum { EESI_BANK_SIZE = 15 };' bank
found 'int sizeLaw;' law
printf '/* a random walk, a kind of lawn */\nint ftell_of(FILE *f);\n' >"$work/sample.c"
words "$work/sample.c" || fail "plain words are refused"
