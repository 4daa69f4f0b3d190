#!/usr/bin/env bash
# Many profiles at once: every section agrees with the oracle of tests/support on random ones (EESIM_PROFILES of them), the
# result is a list of candidates, and what is wrong with a row is named with its line and column.
set -uo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
unset EESIM_DATA EESIM_MODELS
export NO_COLOR=1 LC_ALL=C EESIM_TODAY=2026-06-24
cd "$work"
python3 - "$EESIM" "$EESIM_SOURCE" "${EESIM_PROFILES:-20000}" <<'PY' || fail "oracle"
import csv, random, subprocess, sys
program, source, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
sys.path.insert(0, source + "/tests/support")
import crs_oracle as oracle
r = random.Random(20260624)
DAYS = ["2015-06-01", "2016-11-18", "2016-11-19", "2017-06-05", "2017-06-06", "2020-10-19", "2020-10-20", "2023-12-09", "2023-12-10",
        "2025-03-24", "2025-03-25", "2026-06-24"]
RANGES = {"CLB": [(0, 12)] * 4, "CELPIP": [(0, 12)] * 4, "IELTS": [(0, 18)] * 4, "PTE": [(10, 90)] * 4, "TEF": [(0, 699)] * 4,
          "TEF before": [(0, 450), (0, 360), (0, 300), (0, 450)], "TCF": [(0, 20), (0, 699), (0, 699), (0, 20)]}
def random_test(language, day):
    name = r.choice(["CLB", "IELTS", "CELPIP", "PTE"] if language == "en" else ["CLB", "TEF", "TCF"])
    ranges = RANGES["TEF before" if name == "TEF" and day < "2023-12-10" else name]
    place, spread = r.random(), r.choice([0.02, 0.2, 1])  # abilities are alike, more or less
    results = []
    for low, high in ranges:
        at = min(1, max(0, place + spread * (r.random() - 0.5)))
        results.append(low + round(at * (high - low)))
    if name == "IELTS":
        results = [x / 2 for x in results]
    return dict(test=name, language=language, **dict(zip(oracle.ABILITIES, results)))
def flat(prefix, test, row):
    for key, value in (test or {}).items():
        row[prefix + "." + key] = value
def random_profile():
    day = r.choice(DAYS) if r.random() < 0.5 else "2026-06-24"
    first = r.choice(["en", "fr"])
    p = dict(date=day, age=r.randint(15, 50), education=r.choice(oracle.LEVELS),
             first_language=random_test(first, day) if r.random() < 0.95 else None)
    if p["first_language"] and r.random() < 0.6:
        p["second_language"] = random_test("fr" if first == "en" else "en", day)
    for key, most in [("canadian_work_years", 7), ("foreign_work_years", 6), ("canadian_study_years", 5)]:
        if r.random() < 0.8:
            p[key] = r.choice([r.randint(0, most), round(r.uniform(0, most), 2)])
    for key, chance in [("certificate", 0.3), ("sibling", 0.3), ("nomination", 0.15)]:
        if r.random() < 0.8:
            p[key] = r.random() < chance
    if r.random() < 0.6:
        p["job_offer"] = r.choice(["none", "50", "200"])
    if r.random() < 0.5:
        p["spouse"] = dict(education=r.choice(oracle.LEVELS))
        if r.random() < 0.8:
            p["spouse"]["language"] = random_test(r.choice(["en", "fr"]), day)
        if r.random() < 0.8:
            p["spouse"]["canadian_work_years"] = r.randint(0, 7)
    return p
def row_of(p):
    row = {k: str(v).lower() if isinstance(v, bool) else v for k, v in p.items() if not isinstance(v, dict) and v is not None}
    flat("first_language", p["first_language"], row)
    if p["first_language"] is None:
        row["first_language"] = "none"
    flat("second_language", p.get("second_language"), row)
    spouse = p.get("spouse") or {}
    flat("spouse.language", spouse.get("language"), row)
    row.update({"spouse." + k: v for k, v in spouse.items() if k != "language"})
    return row
keys = ["date", "age", "education", "first_language", "canadian_work_years", "foreign_work_years", "canadian_study_years", "certificate",
        "sibling", "nomination", "job_offer", "spouse.education", "spouse.canadian_work_years"]
keys += [t + "." + k for t in ["first_language", "second_language", "spouse.language"] for k in ["test", "language", *oracle.ABILITIES]]
wants = []
with open("crowd.csv", "w", newline="") as out:
    writer = csv.DictWriter(out, ["name", *keys])
    writer.writeheader()
    for i in range(count):
        p = random_profile()
        wants.append(oracle.score_profile(p, today="2026-06-24"))
        writer.writerow(dict(row_of(p), name=f'number "{i}", here'))
done = subprocess.run([program, "score", "--profiles", "crowd.csv", "-o", "scored.csv"], capture_output=True, text=True)
assert done.returncode == 0, done.stderr
assert "passed on as they are: name" in done.stderr and "counts as none" not in done.stderr, done.stderr
seen = 0
with open("scored.csv", newline="") as back:
    for i, row in enumerate(csv.DictReader(back)):
        got = {k: int(row["score" if k == "score" else "score_" + k]) for k in wants[i]}
        assert got == wants[i] and row["name"] == f'number "{i}", here', (row, got, wants[i])
        assert row["programs"] == "none" or set(row["programs"].split()) <= {"CEC", "FSW", "FST", "PNP", "FRENCH"}
        seen += 1
assert seen == count
print(seen, "profiles, scores", min(w["score"] for w in wants), "to", max(w["score"] for w in wants))
PY
cat "$work/err" 2>/dev/null

# Headers as people write them: another separator, capitals, '_' for '.'; a second pass replaces the results of the first.
printf '\xef\xbb\xbfID;Submitted;Age;Education;First_Language;Canadian_Work_Years;Spouse_Education\r\n7;2026-01-02;30;masters;"CLB en 9";1;\r\n8;2026-01-03;30;masters;CLB en 9;0;doctoral\r\n' >semicolons.csv
"$EESIM" score --profiles semicolons.csv >once.csv 2>err || fail "semicolons"
cat >want.csv <<'TEXT'
ID;Submitted;Age;Education;First_Language;Canadian_Work_Years;Spouse_Education;score;score_core;score_spouse;score_transferability;score_additional;programs
7;2026-01-02;30;masters;"CLB en 9";1;;454;404;0;50;0;CEC FSW
8;2026-01-03;30;masters;CLB en 9;0;doctoral;397;337;10;50;0;none
TEXT
diff want.csv once.csv || fail "what semicolons give"
python3 - <<'PY' || fail "semicolons by hand"
# 105 + 135 + 4 * 31 + 40, then 25 + 50 capped at 50 and nothing foreign; with a spouse 95 + 126 + 4 * 29
assert 105 + 135 + 4 * 31 + 40 == 404 and 95 + 126 + 4 * 29 == 337
PY
"$EESIM" score --profiles once.csv --quiet >twice.csv || fail "a second pass"
python3 - <<'PY' || fail "replaced"
import csv
rows = list(csv.DictReader(open("twice.csv"), delimiter=";"))
assert list(rows[0]).count("score") == 1 and list(rows[0])[-6:] == ["programs", "score", "score_core", "score_spouse", "score_transferability", "score_additional"], list(rows[0])
PY
# the result is a list of candidates; who is in no program is never invited
expect 0 '^CEC +454' "$EESIM" draw --candidates once.csv --program CEC --draw-size 5
printf 'age,education,first_language\n' >none.csv
"$EESIM" score --profiles none.csv --quiet >out || fail "no rows"
[ "$(wc -l <out)" -eq 1 ] || fail "no rows"
# a pipe
"$EESIM" score --profiles <(cat semicolons.csv) --quiet | cmp - once.csv || fail "a pipe"

wrong() { # NAME LINE:COLUMN PATTERN TEXT
    printf '%b' "$4" >wrong.csv
    refused "$1" 3 "wrong\.csv:$2: .*$3" score --profiles wrong.csv
}
wrong "age" 3:1 "'age' is 'old'" 'age,education,first_language\n29,masters,CLB en 9\nold,masters,CLB en 9\n'
wrong "education" 2:2 "'education' is 'phd'" 'age,education,first_language\n29,phd,CLB en 9\n'
wrong "missing" 2:3 "'first_language' is missing" 'age,education,first_language\n29,masters,\n'
wrong "no column" 2 "'education' is missing" 'age,first_language\n29,none\n'
wrong "single with a spouse" 2:4 "'spouse' is none, but something is said" 'age,education,first_language,spouse,spouse_education\n29,masters,none,no,masters\n'
wrong "fields" 2 '2 fields, expected 3' 'age,education,first_language\n29,masters\n'
wrong "quote" 2 'not closed' 'age,education,first_language\n29,masters,"none\n'
wrong "twice" 1:2 "'age' is there twice" 'age,age,education\n'
wrong "old" 2 'no rules are known' 'age,education,first_language,date\n29,masters,none,1999-01-01\n'
: >wrong.csv
refused "empty" 3 'wrong\.csv: is empty' score --profiles wrong.csv
refused "no file" 3 'nowhere\.csv' score --profiles nowhere.csv
refused "folder" 3 'is a folder' score --profiles .
refused "with a profile" 2 'takes no other profile' score --profiles once.csv --age 29
refused "as JSON" 2 'writes CSV' score --profiles once.csv --format json
