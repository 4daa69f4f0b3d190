#!/usr/bin/env bash
# `./dev lint`: format, words, static analysis, strict warnings with both compilers. Prints what it found and fails on any finding.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
failed=0
mapfile -t sources < <(git ls-files '*.c' '*.h' '*.inc')
mapfile -t analysed < <(git ls-files 'src/*.c')

step() { printf '== %s\n' "$1"; }
check() { if ! "$@"; then failed=1; fi; }

step "clang-format"
check clang-format-14 --dry-run --Werror "${sources[@]}"

step "words (docs/words.md)"
check python3 tests/support/words.py .

step "warnings (gcc)"
mkdir -p build/lint-gcc build/lint-clang
check cmake -S . -B build/lint-gcc -DEESIM_WERROR=ON -DCMAKE_C_COMPILER=gcc -DCMAKE_BUILD_TYPE=Debug -Wno-dev --log-level=ERROR >/dev/null
check cmake --build build/lint-gcc -j "$(nproc)" -- --no-print-directory -s >/dev/null

if command -v clang-14 >/dev/null; then
    step "warnings (clang)"
    check cmake -S . -B build/lint-clang -DEESIM_WERROR=ON -DCMAKE_C_COMPILER=clang-14 -DCMAKE_BUILD_TYPE=Debug -Wno-dev --log-level=ERROR >/dev/null
    check cmake --build build/lint-clang -j "$(nproc)" -- --no-print-directory -s >/dev/null
fi

step "clang-tidy"
check xargs -P "$(nproc)" -n 4 clang-tidy-14 --quiet -p build/lint-gcc < <(printf '%s\n' "${analysed[@]}") 2> >(grep -v 'warnings generated\|Suppressed\|Use -header-filter' >&2)

step "cppcheck"
check cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 -j "$(nproc)" \
    --suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches -I include -I src src

if [ $failed -eq 0 ]; then echo "lint: clean"; else echo "lint: findings above" >&2; fi
exit $failed
