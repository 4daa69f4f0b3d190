#!/usr/bin/env bash
# Profiles scored in a minute of one core by `eesim score --profiles`: random ones, two in five with a spouse. Prints CSV, the
# median of five runs by processor time. Usage: bench/score.sh [EESIM] [ROWS]
set -euo pipefail
eesim=$(realpath "${1:-build/eesim}")
rows=${2:-1000000}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
python3 - "$rows" >crowd.csv <<'PY'
import random, sys
r = random.Random(1)
levels = ["secondary", "one-year", "two-year", "bachelor", "two-or-more", "masters", "doctoral"]
abilities = ["speaking", "listening", "reading", "writing"]
print("id,submitted,age,education,first_language.test,first_language.language,"
      + ",".join("first_language." + a for a in abilities)
      + ",second_language,canadian_work_years,foreign_work_years,certificate,canadian_study_years,sibling,nomination,occupation,"
      "spouse.education,spouse.language,spouse.canadian_work_years")
for i in range(int(sys.argv[1])):
    spouse = [r.choice(levels), "IELTS 7 7 6.5 6", r.randint(0, 5)] if r.random() < 0.4 else ["", "", ""]
    print(i, "2026-01-%02d" % r.randint(1, 28), r.randint(18, 48), r.choice(levels), "CLB", "en", *(r.randint(4, 11) for _ in range(4)),
          r.choice(["", "", "CLB fr 7 8 7 7"]), r.randint(0, 6), r.randint(0, 5), r.choice(["true", "false"]), r.randint(0, 4),
          r.choice(["true", "false"]), r.choice(["false", "false", "true"]), r.choice(["21231", "31301", "72200", ""]), *spouse, sep=",")
PY
for _ in 1 2 3 4 5; do
    TIMEFORMAT='%U %S'
    { time "$eesim" score --profiles crowd.csv --date 2026-06-24 --quiet -o scored.csv; } 2>&1
done | awk -v rows="$rows" '{ print $1 + $2 }' | sort -n | sed -n 3p |
    awk -v rows="$rows" '{ print "profiles,seconds,profiles_a_minute"; printf "%d,%.2f,%.0f\n", rows, $1, rows * 60 / $1 }'
