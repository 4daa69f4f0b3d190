#!/usr/bin/env bash
# eesim-mpi: one rank and three give the files of eesim, byte for byte. Where there is no MPI there is nothing to test.
set -euo pipefail
export EESIM_DATA=$EESIM_VINTAGE
[ -z "${EESIM_SANITIZE:-}" ] || { echo "MPI itself leaks: not under sanitizers"; exit 0; }
mpi=$(dirname "$EESIM")/eesim-mpi
{ [ -x "$mpi" ] && command -v mpirun >/dev/null; } || { echo "built without MPI"; exit 0; }
source "$EESIM_SOURCE/tests/support/cli.sh"
cd "$work"
as_root=()
[ "$(id -u)" -ne 0 ] || as_root=(--allow-run-as-root)
ranks() { OMPI_MCA_rmaps_base_oversubscribe=1 mpirun --oversubscribe "${as_root[@]}" -n "$@"; }
what=(run --program CEC,PNP --every 14 --until 2026-05-31 --replicates 5000 --paths --quiet)

"$EESIM" "${what[@]}" -o alone
for n in 1 3; do
    ranks $n "$mpi" "${what[@]}" -o "ranks$n" --threads 1
    diff -r alone "ranks$n" >/dev/null || fail "$n ranks: other files"
done
[ "$(echo ranks3*)" = ranks3 ] || fail "parts were left: $(echo ranks3*)"
# More ranks than blocks of replicates.
"$EESIM" run --program CEC --replicates 1500 --until 2026-04-30 --quiet -o few
ranks 4 "$mpi" run --program CEC --replicates 1500 --until 2026-04-30 --quiet -o few4
diff -r few few4 >/dev/null || fail "4 ranks for 2 blocks: other files"
# Randomisations that are cut by the ranks.
"$EESIM" run --program CEC --until 2026-04-30 --qmc --quiet -o qmc
ranks 3 "$mpi" run --program CEC --until 2026-04-30 --qmc --quiet -o qmc3
diff -r qmc qmc3 >/dev/null || fail "3 ranks with --qmc: other files"
# What cannot be done is refused by all ranks, and nothing is left.
! ranks 2 "$mpi" "${what[@]}" --shard 1/2 -o bad 2>err.txt || fail "--shard was taken"
grep -q 'cuts the run up itself' err.txt || fail "no reason: $(cat err.txt)"
[ ! -e bad ] || fail "a folder was left"
