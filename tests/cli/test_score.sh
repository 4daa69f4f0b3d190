#!/usr/bin/env bash
# eesim score: profiles from files, options and questions; what is wrong with a profile is named with file and line.
set -uo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
unset EESIM_DATA EESIM_MODELS
export NO_COLOR=1 LC_ALL=C EESIM_TODAY=2026-06-24
cd "$work"

# Valid profiles have the score that the oracle of tests/support gives.
python3 - "$EESIM" "$EESIM_SOURCE" <<'PY' || fail "profiles"
import json, subprocess, sys
program, source = sys.argv[1:]
sys.path.insert(0, source + "/tests/support")
import crs_oracle
def score(*args):
    done = subprocess.run([program, "score", *args, "--format", "json"], capture_output=True, text=True)
    assert done.returncode == 0, (args, done.stderr)
    return json.loads(done.stdout)
def ielts(s, l, r, w):
    return dict(test="IELTS", language="en", speaking=s, listening=l, reading=r, writing=w)
profiles = [
    dict(age=34, education="two-or-more", first_language=ielts(7.5, 8, 6.5, 7), canadian_work_years=2.5,
         foreign_work_years=4, spouse=dict(education="one-year", language=ielts(5, 5, 6, 5.5), canadian_work_years=1)),
    dict(age=41, education="bachelor", first_language=dict(test="TCF", language="fr", speaking=14, listening=523, reading=524, writing=14),
         second_language=dict(test="PTE", language="en", speaking=60, listening=55, reading=51, writing=60), sibling=True),
    dict(age=22, education="secondary", first_language=dict(test="CELPIP", speaking=8, listening=8, reading=7, writing=5),
         certificate=True, canadian_work_years=1, canadian_study_years=0),
    dict(date="2020-01-15", age=30, education="masters", first_language=dict(test="CLB", language="fr", speaking=7, listening=8, reading=9, writing=7),
         second_language=dict(test="CLB", language="en", speaking=5, listening=5, reading=5, writing=5), job_offer=200),
    dict(date="2024-05-01", birth_date="1990-05-02", education="doctoral", first_language=None, nomination=True, job_offer="none"),
    dict(date="2023-11-01", age=30, education="two-year", spouse=None,
         first_language=dict(test="TEF", language="fr", speaking=371, listening=298, reading=233, writing=310)),
]
for profile in profiles:
    with open("profile.json", "w") as out:
        json.dump(profile, out)
    got = score("--profile", "profile.json")
    want = crs_oracle.score_profile(profile, today="2026-06-24")
    assert {k: got[k] for k in want} == want, (profile, got, want)
    assert sum(p["points"] for p in got["parts"] if p["section"] == "core") == got["core"]

# options say the same as a file, and take the place of what it says
profile = dict(age=29, education="masters", foreign_work_years=3, first_language=ielts(7, 8, 7, 7))
with open("profile.json", "w") as out:
    json.dump(profile, out)
from_file = score("--profile", "profile.json")
assert from_file == score("--age", "29", "--education", "masters", "--foreign-work-years", "3", "--first-language", "IELTS 7 8 7 7")
more = score("--profile", "profile.json", "--first-language", "CLB:en:10,10,10,10", "--canadian-work-years", "1")
assert more["score"] > from_file["score"] and more["levels"]["speaking"] == 10
assert score("--profile", "profile.json", "--spouse-education", "secondary")["with_spouse"]
with open("profile.json", "w") as out:
    json.dump(dict(profile, spouse=dict(education="secondary")), out)
assert score("--profile", "profile.json", "--single")["score"] == from_file["score"]
# what is left out is named; what is given, even as none, is not
assert "spouse" in from_file["assumed_none"] and "foreign_work_years" not in from_file["assumed_none"]
assert "spouse" not in score("--profile", "profile.json", "--single")["assumed_none"]
# a step in the candidate's own test
step = [s for p in from_file["parts"] if p["part"] == "first_language" for s in p["next"] if s["change"].endswith("listening")]
assert step == [dict(change="first_language.listening", **{"from": 9}, to=10, test="IELTS", result=8.5, part_gain=3, gain=3)], step

# the day decides: a birthday, a year of work that ends, a test that expires
dated = dict(birth_date="1996-03-10", education="bachelor", canadian_work_years=[{"from": "2025-03-10", "until": None}],
             foreign_work_years=[{"from": "2020-01-01", "until": "2021-06-30"}, {"from": "2021-01-01", "until": "2022-12-31"}],
             first_language=dict(ielts(7, 8, 7, 7), date="2024-07-01"))
with open("profile.json", "w") as out:
    json.dump(dated, out)
day = lambda d: score("--profile", "profile.json", "--date", d)
assert (day("2026-03-09")["age"], day("2026-03-10")["age"]) == (29, 30)
assert (day("2026-03-09")["canadian_work_years"], day("2026-03-10")["canadian_work_years"]) == (0, 1)
assert day("2026-03-10")["foreign_work_years"] == 3
assert day("2032-01-01")["foreign_work_years"] == 1 and day("2033-01-01")["foreign_work_years"] == 0
assert day("2026-06-30")["levels"]["speaking"] == 9 and day("2026-06-30")["expired"] == []
assert day("2026-07-01")["levels"]["speaking"] == 0 and day("2026-07-01")["expired"] == ["first_language"]
# rules of one's own
rules = json.load(open(source + "/models/crs.json"))
rules["rules"][0]["additional"]["sibling"] = 40
with open("rules.json", "w") as out:
    json.dump(rules, out)
assert score("--profile", "profile.json", "--sibling", "--rules", "rules.json")["score"] == 25 + score("--profile", "profile.json", "--sibling")["score"]
PY

# Wrong profiles: status 3, the file, the line, what was expected.
good='"age": 29,
 "education": "masters",
 "first_language": {"test": "CLB", "language": "en", "speaking": 9, "listening": 9, "reading": 9, "writing": 9}'
wrong() { # NAME LINE PATTERN PROFILE
    printf '%s\n' "$4" >wrong.json
    refused "$1" 3 "wrong\.json:$2:[0-9]+: .*$3" score --profile wrong.json
}
wrong "unknown key" 4 "'canadian_work' is no key of a profile; did you mean 'canadian_work_years'" "{$good,
 \"canadian_work\": 2}"
wrong "unknown key within" 5 "'spouse.age' is no key" "{$good,
 \"spouse\": {\"education\": \"masters\",
   \"age\": 30}}"
wrong "no age" 1 "'age' is missing" '{"education": "masters", "first_language": null}'
wrong "no education" 1 "'education' is missing" '{"age": 29, "first_language": null}'
wrong "no first language" 1 "'first_language' is missing.* never guessed" '{"age": 29, "education": "masters"}'
wrong "no language of levels" 3 "'first_language.language' is missing, expected en or fr" '{"age": 29, "education": "masters",

 "first_language": {"test": "CLB", "speaking": 9, "listening": 9, "reading": 9, "writing": 9}}'
wrong "no result" 1 "'first_language.writing' is missing" \
    '{"age": 29, "education": "masters", "first_language": {"test": "IELTS", "speaking": 7, "listening": 7, "reading": 7}}'
wrong "no test" 1 "'first_language.test' is missing" \
    '{"age": 29, "education": "masters", "first_language": {"language": "en"}}'
wrong "age" 1 "'age' is '-3', expected a whole number of years from 0 to 120" "{\"age\": -3, \"education\": \"masters\", \"first_language\": null}"
wrong "half an age" 1 "'age' is '29.5'" "{\"age\": 29.5, \"education\": \"masters\", \"first_language\": null}"
wrong "age as a text" 1 "'age' is of the wrong type, expected a number" '{"age": "29", "education": "masters", "first_language": null}'
wrong "education" 1 "'education' is 'master', expected one of less-than-secondary.*; did you mean masters" '{"age": 29, "education": "master", "first_language": null}'
wrong "test" 1 "'first_language.test' is 'TOEFL', expected one of CLB IELTS CELPIP PTE TEF TCF" \
    '{"age": 29, "education": "masters", "first_language": {"test": "TOEFL", "speaking": 7, "listening": 7, "reading": 7, "writing": 7}}'
wrong "language of a test" 1 "'first_language.language' is 'fr', but IELTS is a test of English" \
    '{"age": 29, "education": "masters", "first_language": {"test": "IELTS", "language": "fr", "speaking": 7, "listening": 7, "reading": 7, "writing": 7}}'
wrong "band of IELTS" 2 "'first_language.reading' is 7.3, expected a result of IELTS from 0 to 9 in steps of 0.5" \
    '{"age": 29, "education": "masters", "first_language": {"test": "IELTS", "speaking": 7, "listening": 7,
      "reading": 7.3, "writing": 7}}'
wrong "level" 1 "'first_language.speaking' is 13" '{"age": 29, "education": "masters", "first_language": {"test": "CLB", "language": "en", "speaking": 13, "listening": 9, "reading": 9, "writing": 9}}'
wrong "same language twice" 4 "'second_language' is the same language as 'first_language'" "{$good,
 \"second_language\": {\"test\": \"CELPIP\", \"speaking\": 9, \"listening\": 9, \"reading\": 9, \"writing\": 9}}"
wrong "second without first" 1 "'second_language' is given, but 'first_language' is none" \
    '{"age": 29, "education": "masters", "first_language": null, "second_language": {"test": "TCF", "speaking": 10, "listening": 500, "reading": 500, "writing": 10}}'
wrong "two ages" 1 "'age' is 29, but by 'birth_date' it is 30 on 'date'" \
    '{"date": "2026-06-01", "age": 29, "birth_date": "1996-05-01", "education": "masters", "first_language": null}'
wrong "born tomorrow" 1 "'birth_date' is after 'date'" '{"date": "2026-06-01", "birth_date": "2026-06-02", "education": "masters", "first_language": null}'
wrong "no such day" 1 "'birth_date' is '1996-02-30', expected a day" '{"birth_date": "1996-02-30", "education": "masters", "first_language": null}'
wrong "test after the day" 1 "'first_language.date' is after 'date'" \
    '{"date": "2026-06-01", "age": 29, "education": "masters", "first_language": {"test": "CELPIP", "speaking": 9, "listening": 9, "reading": 9, "writing": 9, "date": "2026-07-01"}}'
wrong "occupation" 4 "'occupation' is '2123'" "{$good,
 \"occupation\": \"2123\"}"
wrong "job offer" 4 "'job_offer' is '100', expected one of none, 50, 200" "{$good,
 \"job_offer\": 100}"
wrong "flag" 4 "'sibling' is of the wrong type, expected true or false" "{$good,
 \"sibling\": \"yes\"}"
wrong "years" 4 "'foreign_work_years' is '70', expected a number of years from 0 to 60" "{$good,
 \"foreign_work_years\": 70}"
wrong "period" 4 "'foreign_work_years': expected years as a number, or" "{$good,
 \"foreign_work_years\": [{\"from\": \"2024-05-01\", \"until\": \"2024-04-01\"}]}"
wrong "period to come" 4 "period 1 begins after 'date'" "{$good,
 \"foreign_work_years\": [{\"from\": \"2029-05-01\"}]}"
wrong "spouse without education" 4 "'spouse.education' is missing" "{$good,
 \"spouse\": {\"canadian_work_years\": 1}}"
wrong "not JSON" 2 "is not valid JSON" '{"age": 29,
 education: "masters"}'
wrong "twice" 1 "a key is there twice" '{"age": 29, "age": 30}'
refused "no file" 3 'nowhere\.json' score --profile nowhere.json
refused "nothing at all" 2 '--profile is missing' score
refused "single with a spouse" 2 '--single says that no spouse' score --age 29 --single --spouse-education masters
refused "bad option" 2 "'first_language.test' is 'TOEFL'" score --age 29 --education masters --first-language "TOEFL 9"
refused "form of a test" 2 "expected a test, such as" score --age 29 --education masters --first-language "IELTS 7 7"
refused "before the rules" 2 'no rules are known for 2014-12-31' score --age 29 --education masters --first-language none --date 2014-12-31
printf '%s\n' "{$good}" >good.json
printf '{"schema": "eesim.crs/1"}' >bad-rules.json
refused "bad rules" 3 'bad-rules\.json: ' score --profile good.json --rules bad-rules.json

# On a terminal it asks, in either language, says at once what is wrong, and can save.
python3 - "$EESIM" <<'PY' || fail "questions"
import json, os, pty, subprocess, sys
def talk(lang, lines):
    parent, child = pty.openpty()
    run = subprocess.Popen([sys.argv[1], "score", "--lang", lang], stdin=child, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    os.close(child)
    os.write(parent, ("\n".join(lines) + "\n").encode())
    out, err = run.communicate(timeout=60)
    os.close(parent)
    return run.returncode, out.decode(), err.decode()
answers = ["290", "29", "7", "IELTS 7 8 7 7.2", "IELTS 7 8 7 7", "", "1", "3", "21231", "n", "0", "n", "n", "n", "saved.json"]
status, out, err = talk("en", answers)
assert status == 0 and out.startswith("Score "), (status, out, err)
assert "'age' is '290'" in err and "'first_language.writing' is 7.2" in err and "Your age" in err
saved = json.load(open("saved.json"))
assert saved["age"] == 29 and saved["education"] == "masters" and saved["spouse"] is None
again = subprocess.run([sys.argv[1], "score", "--profile", "saved.json"], capture_output=True, text=True)
assert again.stdout == out, (again.stdout, out)
status, out, err = talk("fr", ["1996-01-31", "5", "CLB fr 9", "CLB fr 9 9 9 9", "", "", "", "", "n", "", "n", "n",
                               "o", "5", "", "1", ""])
assert status == 0 and out.startswith("Score : ") and "avec un conjoint" in out and "Votre âge" in err, (status, out, err)
status, out, err = talk("en", ["29", "7"] + ["\x04"])
assert status == 2 and not out and "not all answered" in err, (status, out, err)
PY
