#!/usr/bin/env bash
# Which programs and categories a profile belongs to, with reasons; models/crs.json and models/eligibility.json keep to their schemas.
set -uo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
unset EESIM_DATA EESIM_MODELS
export NO_COLOR=1 LC_ALL=C EESIM_TODAY=2026-06-24
cd "$work"
python3 - "$EESIM" "$EESIM_SOURCE" <<'PY' || fail "programs"
import json, subprocess, sys
import jsonschema
program, source = sys.argv[1:]
for name in "crs", "eligibility":
    jsonschema.validate(json.load(open(f"{source}/models/{name}.json")), json.load(open(f"{source}/models/schema/{name}.schema.json")))
base = dict(date="2026-06-24", age=30, education="bachelor",
            first_language=dict(test="CLB", language="en", speaking=7, listening=7, reading=7, writing=7))
def levels(*values, language="en"):
    return dict(test="CLB", language=language, **dict(zip(["speaking", "listening", "reading", "writing"], values)))
def ask(**changes):
    with open("profile.json", "w") as out:
        json.dump(dict(base, **changes), out)
    done = subprocess.run([program, "score", "--profile", "profile.json", "--format", "json"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    for p in answer["programs"]:
        assert p["reason"], p
    return {p["program"]: p["eligible"] for p in answer["programs"]}, answer
def check(want, **changes):
    got, answer = ask(**changes)
    assert {k: got.get(k, "absent") for k in want} == want, (changes, want, answer["programs"], answer["fsw_points"])

# Canadian Experience Class: a year of skilled work within three, level 7 for TEER 0 and 1, level 5 for 2 and 3
check(dict(CEC=False), canadian_work_years=0.9)
check(dict(CEC=True), canadian_work_years=1)
five = levels(5, 5, 6, 5)
check(dict(CEC=None), canadian_work_years=1, first_language=five)
check(dict(CEC=True), canadian_work_years=1, first_language=five, occupation="72200")
check(dict(CEC=False), canadian_work_years=1, first_language=five, occupation="21231")
check(dict(CEC=False), canadian_work_years=1, first_language=levels(5, 5, 4, 5), occupation="72200")
check(dict(CEC=False, FSW=False), canadian_work_years=1, occupation="65200")
check(dict(CEC=True), canadian_work_years=[{"from": "2025-06-24", "until": None}])
check(dict(CEC=False), canadian_work_years=[{"from": "2020-06-24", "until": "2023-06-23"}])

# Federal Skilled Worker: the grid, with a pass mark of 67
check(dict(FSW=False), foreign_work_years=0.5)
_, answer = ask(foreign_work_years=3)
assert answer["fsw_points"] == 12 + 21 + 4 * 4 + 11, answer["fsw_points"]
check(dict(FSW=False), foreign_work_years=3)
check(dict(FSW=True), foreign_work_years=4, sibling=True)  # 12 + 21 + 16 + 13 + 5
check(dict(FSW=False), foreign_work_years=4)
check(dict(FSW=False), foreign_work_years=3, first_language=levels(8, 8, 9, 9))  # 12 + 21 + 22 + 11
check(dict(FSW=True), foreign_work_years=3, first_language=levels(8, 9, 9, 9))
check(dict(FSW=False), foreign_work_years=6, first_language=levels(9, 9, 9, 6), second_language=levels(9, 9, 9, 9, language="fr"))
assert ask(canadian_work_years=1, sibling=True, canadian_study_years=2)[1]["fsw_points"] == 12 + 21 + 16 + 9 + 10
spouse = dict(education="secondary", language=levels(4, 4, 5, 4))
assert ask(age=40, foreign_work_years=1, spouse=spouse)[1]["fsw_points"] == 7 + 21 + 16 + 9 + 5
assert ask(age=47, foreign_work_years=1, job_offer="50", second_language=levels(5, 5, 5, 5, language="fr"))[1]["fsw_points"] == 21 + 16 + 9 + 10 + 5 + 4

# Federal Skilled Trades: two years in a trade, levels 5 and 4, a certificate or an offer
trade = dict(occupation="72200", first_language=levels(5, 5, 4, 4), foreign_work_years=2, certificate=True)
check(dict(FST=True, CEC=False, FSW=False, TRADE=True), **trade)
check(dict(FST=False), **dict(trade, certificate=False))
check(dict(FST=True), **dict(trade, certificate=False, job_offer="50"))
check(dict(FST=False), **dict(trade, foreign_work_years=1.5))
check(dict(FST=False), **dict(trade, first_language=levels(4, 5, 4, 4)))
check(dict(FST=None), **{k: v for k, v in trade.items() if k != "occupation"})
check(dict(FST=False), **dict(trade, occupation="72600"))  # pilots: major group 72, but not of the trades
check(dict(FST=True), **dict(trade, occupation="62200"))

# Nominees and categories need a base program
check(dict(PNP=False, CEC=False), nomination=True)
check(dict(PNP=True), nomination=True, canadian_work_years=1)
check(dict(PNP=False), canadian_work_years=1)
french = levels(7, 7, 7, 7, language="fr")
check(dict(FRENCH=True), canadian_work_years=1, second_language=french)
check(dict(FRENCH=True), canadian_work_years=1, first_language=french)
check(dict(FRENCH=False), canadian_work_years=1, second_language=levels(7, 7, 6, 7, language="fr"))
check(dict(FRENCH=False), second_language=french)
nurse = dict(occupation="31301", canadian_work_years=1)
check(dict(HEALTH=True, TRADE=False, EDU=False, STEM=False), **nurse)
check(dict(HEALTH=None, TRADE=None), canadian_work_years=1)
# six months until 2026-02-17, twelve since; counted within three years, here or abroad
half = [{"from": "2025-08-01", "until": None}]
abroad = dict(occupation="31301", foreign_work_years=half, canadian_work_years=[{"from": "2023-03-01", "until": "2024-02-29"}])
check(dict(HEALTH=True, CEC=True), **dict(abroad, date="2026-02-17"))
check(dict(HEALTH=False, FST=False), **dict(trade, occupation="31301", foreign_work_years=0.7, canadian_work_years=0))
# physicians and senior managers: work in Canada alone
check(dict(PHYSICIAN=False), occupation="31102", foreign_work_years=9, first_language=levels(9, 9, 9, 9))
check(dict(PHYSICIAN=True, HEALTH=True), occupation="31102", canadian_work_years=1)
check({"SENIOR-MANAGER": True}, occupation="00012", canadian_work_years=1)
check({"MILITARY": False}, occupation="42102", canadian_work_years=1)
check({"MILITARY": None}, occupation="42102", canadian_work_years=10)
# categories have their days
check(dict(PHYSICIAN="absent", AGRI="absent", FRENCH=False), date="2024-01-01", canadian_work_years=1)
# a list that is known to be incomplete says so
_, answer = ask(canadian_work_years=1, occupation="21231")
reasons = {p["program"]: p["reason"] for p in answer["programs"]}
assert "not complete" in reasons["STEM"] and "not complete" not in reasons["EDU"], reasons
french_text = subprocess.run([program, "score", "--profile", "profile.json", "--lang", "fr"], capture_output=True, text=True).stdout
assert "Programmes\n" in french_text and "de travail qualifié au Canada" in french_text, french_text
PY
