#!/usr/bin/env bash
# Installs into a scratch folder, then builds an outside project against it by CMake package and by pkg-config, and runs the
# installed program away from the source tree.
set -euo pipefail
[ -z "${EESIM_SANITIZE:-}" ] || { echo "an instrumented library is not for installing"; exit 0; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cmake --install "$EESIM_BUILD" --prefix "$scratch/prefix" >"$scratch/install.log"
cmake -S "$EESIM_SOURCE/tests/consumer" -B "$scratch/consumer" -DCMAKE_PREFIX_PATH="$scratch/prefix" >"$scratch/cmake.log"
cmake --build "$scratch/consumer" >>"$scratch/cmake.log"
expected="$(sed -n 's/^project(eesim VERSION \([0-9.]*\).*/\1/p' "$EESIM_SOURCE/CMakeLists.txt") 2026-02-17"
[ "$("$scratch/consumer/consumer")" = "$expected" ]
pc=$(find "$scratch/prefix" -name eesim.pc)
sed -i "s|^prefix=.*|prefix=$scratch/prefix|" "$pc"
# shellcheck disable=SC2046
"${CC:-cc}" "$EESIM_SOURCE/tests/consumer/consumer.c" -o "$scratch/by-pc" $(PKG_CONFIG_PATH=$(dirname "$pc") pkg-config --cflags --libs eesim)
[ "$(LD_LIBRARY_PATH=$(dirname "$(dirname "$pc")") "$scratch/by-pc")" = "$expected" ]
cd "$scratch"
"$scratch/prefix/bin/eesim" --version | grep -q "${expected% *}"
