#!/usr/bin/env bash
# Runs the unit tests and the program itself under valgrind's memory checker; any error or leak fails.
# Statistical tests only repeat the same code more often and are left out. Usage: valgrind.sh BUILD_DIR
set -uo pipefail
build=$(cd "$1" && pwd)
failed=0
count=0
check=(valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite,indirect)
for program in "$build"/tests/test_*; do
    name=$(basename "$program")
    [ -x "$program" ] && [ -f "tests/unit/$name.c" ] || continue
    count=$((count + 1))
    if ! log=$(cd "$build/tests" && EESIM_UNDER_VALGRIND=1 OMP_NUM_THREADS=1 "${check[@]}" "$program" 2>&1); then
        printf '%s\n%s\n' "== $name" "$log"
        failed=$((failed + 1))
    fi
done
while read -r -a arguments; do
    count=$((count + 1))
    if ! log=$(OMP_NUM_THREADS=1 "${check[@]}" "$build/eesim" "${arguments[@]}" 2>&1 >/dev/null); then
        printf '%s\n%s\n' "== eesim ${arguments[*]}" "$log"
        failed=$((failed + 1))
    fi
done <tests/valgrind-commands.txt
printf '%d passed, %d failed\n' $((count - failed)) $failed
exit $((failed > 0))
