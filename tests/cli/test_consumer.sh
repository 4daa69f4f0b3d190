#!/usr/bin/env bash
# Installs into a scratch folder, then builds an outside project against it by CMake package and by pkg-config, and runs the
# installed program away from the source tree.
set -euo pipefail
[ -z "${EESIM_SANITIZE:-}" ] || { echo "an instrumented library is not for installing"; exit 0; }
source "$EESIM_SOURCE/tests/support/cli.sh"
cmake --install "$EESIM_BUILD" --prefix "$work/prefix" >"$work/install.log"
cmake -S "$EESIM_SOURCE/tests/consumer" -B "$work/consumer" -DCMAKE_PREFIX_PATH="$work/prefix" >"$work/cmake.log"
cmake --build "$work/consumer" >>"$work/cmake.log"
version=$(sed -n 's/^project(eesim VERSION \([0-9.]*\).*/\1/p' "$EESIM_SOURCE/CMakeLists.txt")
folders=("$EESIM_VINTAGE" "$EESIM_SOURCE/models")
expected="$version
$(EESIM_DATA=${folders[0]} EESIM_MODELS=${folders[1]} "$EESIM" rounds --last 1 --format json)"
[ "$("$work/consumer/consumer" "${folders[@]}")" = "$expected" ]
pc=$(find "$work/prefix" -name eesim.pc)
# shellcheck disable=SC2046
"${CC:-cc}" "$EESIM_SOURCE/tests/consumer/consumer.c" -o "$work/by-pc" $(PKG_CONFIG_PATH=$(dirname "$pc") pkg-config --cflags --libs eesim)
[ "$(LD_LIBRARY_PATH=$(dirname "$(dirname "$pc")") "$work/by-pc" "${folders[@]}")" = "$expected" ]
# shellcheck disable=SC2046
"${CC:-cc}" "$EESIM_SOURCE/tests/consumer/consumer.c" -o "$work/by-pc-static" $(PKG_CONFIG_PATH=$(dirname "$pc") pkg-config --cflags eesim) \
    "$(find "$work/prefix" -name libeesim.a)" $(PKG_CONFIG_PATH=$(dirname "$pc") pkg-config --libs --static eesim | sed 's/-leesim//')
[ "$("$work/by-pc-static" "${folders[@]}")" = "$expected" ]
cd "$work"
"$work/prefix/bin/eesim" --version | grep -q "$version"
