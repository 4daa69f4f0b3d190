#!/usr/bin/env bash
# Small things people type: names of programs, lists with spaces, days in another order, policies by name, -V and help.
set -uo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
export EESIM_DATA=$EESIM_VINTAGE EESIM_MODELS=$EESIM_SOURCE/models
cd "$work" || exit 1

# Lists and names, in English and French, with and without accents, are the codes.
same_rounds() { # CODES TEXT
    "$EESIM" rounds --program "$1" --last 9 --format csv >want.csv
    "$EESIM" rounds --program "$2" --last 9 --format csv >got.csv 2>err || fail "--program '$2'"
    "$EESIM" rounds --program "$2" --last 9 --format json >got.json 2>err || fail "--program '$2' as JSON"
    cmp -s want.csv got.csv || fail "'$2' is not $1"
}
same_rounds CEC,FRENCH "CEC, FRENCH"
same_rounds CEC,FRENCH " cec , french-language proficiency,"
same_rounds CEC "Canadian Experience Class"
same_rounds CEC "CATEGORIE DE L'EXPERIENCE CANADIENNE"
same_rounds STEM,CEC "Science, technology, engineering and math (STEM) occupations, CEC"
same_rounds HEALTH "professions de la sante et des services sociaux"
same_rounds GENERAL "All programs (general round)"
expect 0 'eligible under FRENCH' "$EESIM" pool --program "Compétence en français"
expect 2 'did you mean FRENCH' "$EESIM" rounds --program "CEC, FRENHC"
expect 2 "'pool' takes one" "$EESIM" pool --program CEC,FRENCH
expect 2 'is no program' "$EESIM" rounds --program ,
for command in forecast "backtest --first 396 --model stock-flow" "chance --score 500 --until 2026-03-31" "run --until 2026-03-31 -o run"; do
    # shellcheck disable=SC2086 # several words
    expect 0 . "$EESIM" $command --program "CEC, Provincial Nominee Program" --replicates 20
done
grep -q '"PNP"' run/run.json || fail "a run looks at the program named"

# Days.
chance=("$EESIM" chance --score 500 --program CEC --until 2026-03-31 --replicates 50 --gain 0)
expect 2 '2025-11-03 or 2025-03-11' "${chance[@]}" --submitted 03/11/2025
expect 2 'did you mean 2025-11-23' "${chance[@]}" --submitted 23.11.2025
expect 2 'did you mean 2025-11-23' "$EESIM" rounds --from 11-23-2025
expect 2 'did you mean 2025-05-05' "$EESIM" rounds --from 5/5/2025
expect 2 'expected a day' "$EESIM" rounds --from 31/02/2025
expect 2 'expected a day' "$EESIM" rounds --from 3/11/25

# Policies.
"${chance[@]}" --format csv >default.csv 2>err
"${chance[@]}" --format csv --policy learned 2>err | cmp -s - default.csv || fail "--policy learned"
"${chance[@]}" --format csv --policy monthly-6000 >monthly.csv 2>err || fail "--policy monthly-6000"
! cmp -s monthly.csv default.csv || fail "--policy monthly-6000 changes nothing"
expect 0 CEC "$EESIM" forecast --program CEC --model stock-flow --policy habits --replicates 20
expect 3 'policies/lerned.json' "${chance[@]}" --policy lerned
cp "$EESIM_MODELS/policies/monthly-6000.json" learned
"${chance[@]}" --format csv --policy learned 2>err | cmp -s - monthly.csv || fail "a file of that name comes first"

# Totals are those of the rounds they sum.
"$EESIM" rounds --format csv >all.csv
"$EESIM" rounds --by year,program --format csv >totals.csv || fail "--by year,program"
"$EESIM" rounds --by program --from 2025-01-01 --until 2025-12-31 --format json >programs.json || fail "--by program"
"$EESIM" rounds --by year --program CEC --format csv >years.csv || fail "--by year"
expect 2 'year,program' "$EESIM" rounds --by month
python3 - <<'PY' || fail "totals"
import collections, csv, json
rounds = list(csv.DictReader(open("all.csv")))
want = collections.defaultdict(list)
for r in rounds:
    want[r["date"][:4], r["program"]].append(r)
got = list(csv.DictReader(open("totals.csv")))
assert list(got[0]) == ["year", "program", "rounds", "size", "cutoff_lowest", "cutoff_highest"]
assert len(got) == len(want) and sum(int(t["rounds"]) for t in got) == len(rounds)
for t in got:
    group = want[t["year"], t["program"]]
    assert int(t["rounds"]) == len(group) and int(t["size"]) == sum(int(r["size"]) for r in group)
    cutoffs = [int(r["cutoff"]) for r in group if r["cutoff"]]
    assert int(t["cutoff_lowest"]) == min(cutoffs) and int(t["cutoff_highest"]) == max(cutoffs)
cec = sum(int(t["size"]) for t in got if t["program"] == "CEC")
assert sum(int(t["size"]) for t in csv.DictReader(open("years.csv"))) == cec
of_2025 = {t["program"]: t["size"] for t in json.load(open("programs.json"))["rounds"]}
assert of_2025 == {t["program"]: int(t["size"]) for t in got if t["year"] == "2025"}
PY

# Version and help.
[ "$("$EESIM" -V)" = "$("$EESIM" --version)" ] || fail "-V"
for command in draw chance "data import" rounds; do
    # shellcheck disable=SC2086
    [ "$("$EESIM" $command help)" = "$("$EESIM" $command --help)" ] || fail "$command help"
done
expect 0 'data import' "$EESIM" data help

# A remark is no error: it is not red.
"$EESIM" chance --score 470 --program PNP --until 2026-03-31 --replicates 20 --color always >out 2>err
grep -q 'nomination' err || fail "a remark"
! grep -q $'\033\[1;31m' err || fail "a remark is red"
"$EESIM" draw --program NOPE --color always >out 2>err
grep -q $'\033\[1;31m' err || fail "an error is red"
