#!/usr/bin/env bash
# Every output in README.md is what the command above it prints: "$ ./dev eesim ..." begins a block, or "$ grep ..." of a
# file that such a command wrote. UPDATE=1 rewrites them
# (./dev docs). The shape must agree, numbers may lag behind a new import or fit; STRICT=1 compares them too.
set -euo pipefail
# One build is enough, and the slow ones are slow.
[ -z "${EESIM_SANITIZE:-}" ] || exit 0
cd "$EESIM_SOURCE"
source "$EESIM_SOURCE/tests/support/cli.sh"
unset EESIM_DATA EESIM_MODELS TERM
export NO_COLOR=1 COLUMNS=112 EESIM_DATA=$EESIM_SOURCE/data EESIM_MODELS=$EESIM_SOURCE/models
python3 - "$EESIM" "$work/README.md" <<'PY'
import shlex, subprocess, sys
program, target = sys.argv[1:]
lines, out, blocks = open("README.md").read().split("\n"), [], 0
i = 0
while i < len(lines):
    out.append(lines[i])
    if lines[i].startswith(("$ ./dev eesim", "$ grep")):
        words = shlex.split(lines[i])[1:]
        words = words if words[0] == "grep" else [program] + words[2:]
        done = subprocess.run(words, capture_output=True, text=True)
        assert done.returncode == 0, (lines[i], done.stderr)
        out += done.stdout.rstrip("\n").split("\n")
        blocks += 1
        while lines[i + 1] != "```":
            i += 1
    i += 1
assert blocks >= 3, blocks
open(target, "w").write("\n".join(out))
PY
if [ "${UPDATE:-}" = 1 ]; then cp "$work/README.md" README.md; fi
shape() {
    if [ "${STRICT:-}" = 1 ]; then cat "$1"; else
        sed -E 's/[<>] +[0-9]/9/g; s/[-+]?[0-9][0-9.,]*/#/g; s/\[[^]]*\]/[]/g; s/ +/ /g' "$1"
    fi
}
shape README.md >"$work/want"
shape "$work/README.md" >"$work/got"
if ! diff -u "$work/want" "$work/got" | head -n 40 || ! cmp -s "$work/want" "$work/got"; then
    echo "README.md does not show what the program prints: run ./dev docs"
    exit 1
fi
