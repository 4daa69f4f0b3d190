#!/usr/bin/env bash
# Builds the benchmarks and hands over to run.py; see README.md beside this file.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cmake --preset release -S "$root" -DEESIM_BUILD_BENCH=ON >/dev/null
cmake --build "$root/build" -j "$(nproc)" >/dev/null
exec /usr/bin/env python3 "$root/bench/run.py" "$@"
