#!/usr/bin/env bash
# Chances of a profile: those of its score while that stays, and those of what it becomes from the day it moves.
set -uo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
unset EESIM_MODELS
export EESIM_DATA=$EESIM_VINTAGE NO_COLOR=1 LC_ALL=C
cd "$work"
python3 - "$EESIM" <<'PY' || fail "chances of profiles"
import json, subprocess, sys
program = sys.argv[1]
common = ["--date", "2026-02-18", "--until", "2026-10-31", "--replicates", "1024"]
def chance(*args):
    done = subprocess.run([program, "chance", *args, *common, "--quiet", "--format", "json"], capture_output=True, text=True)
    assert done.returncode == 0, (args, done.stderr)
    return json.loads(done.stdout)
def of_profile(profile, *args):
    with open("profile.json", "w") as out:
        json.dump(profile, out)
    return chance("--profile", "profile.json", *args)
def curve(answer, i=0):
    return {x["date"]: x["p"] for x in answer["scores"][i]["by"]}
test = dict(test="CLB", language="en", speaking=10, listening=10, reading=10, writing=10)
base = dict(age=29, education="masters", first_language=test, canadian_work_years=2, foreign_work_years=1)

# 110 + 135 + 136 + 53, then 50 of 100, 25 + 25: nothing has a date, nothing moves
still = of_profile(base)
assert still["score"] == 534 and len(still["phases"]) == 1, still["phases"]
assert still["phases"][0] == {"from": "2026-02-18", "score": 534, "programs": ["CEC", "FSW"]}, still["phases"]
assert still["scores"] == chance("--score", "534", "--program", "CEC,FSW")["scores"]
assert of_profile(base, "--program", "FSW")["phases"][0]["programs"] == ["FSW"]

# 30 on the first of June: five points less from then on
birthday = of_profile(dict({k: v for k, v in base.items() if k != "age"}, birth_date="1996-06-01", education="bachelor"))
high = birthday["score"]
assert [(p["from"], p["score"] - high) for p in birthday["phases"]] == [("2026-02-18", 0), ("2026-06-01", -5)], birthday["phases"]
moved, stays, falls = curve(birthday), *(curve(chance("--score", str(s), "--program", "CEC,FSW")) for s in (high, high - 5))
before = [d for d in moved if d < "2026-06-01"]
assert len(before) >= 3 and all(moved[d] == stays[d] for d in before)
assert all(falls[d] <= moved[d] <= stays[d] for d in moved) and moved["2026-10-31"] < stays["2026-10-31"], (moved, stays, falls)

# a year of work that completes, and a test that ends: points up, then nobody
work = dict(base, canadian_work_years=[{"from": "2025-04-15", "until": None}], foreign_work_years=0,
            first_language=dict(test, date="2024-08-01"))
grows = of_profile(work)
steps = [(p["from"], p["programs"]) for p in grows["phases"]]
assert steps == [("2026-02-18", []), ("2026-04-15", ["CEC", "FSW"]), ("2026-08-01", [])], steps
by = curve(grows)
assert by["2026-03-31"] == 0 and by["2026-08-31"] == by["2026-07-31"] == by["2026-10-31"] > 0, by
after = grows["phases"][1]["score"]
whole = curve(chance("--score", str(after), "--program", "CEC,FSW"))
assert by["2026-07-31"] <= whole["2026-07-31"]

# a nomination, which no level of the tests moves
nominee = of_profile(dict(base, nomination=True))
assert nominee["score"] == 1134 and "PNP" in nominee["phases"][0]["programs"] and curve(nominee)["2026-10-31"] > 0.99
# the same answer by the same rules, another by others
table = subprocess.run([program, "chance", "--profile", "profile.json", *common, "--quiet"], capture_output=True, text=True).stdout
assert "From  2026-02-18  score 1134  CEC PNP FSW" in table, table
PY
echo '{"age": 29, "education": "masters", "first_language": null}' >nobody.json
refused "no program" 2 'belongs to no program by the last day \(CEC: 0 months' chance --profile nobody.json --until 2026-06-01
refused "score and profile" 2 'exclude each other' chance --profile nobody.json --score 500
refused "neither" 2 '--score is missing' chance --program CEC
refused "no file" 3 'nowhere\.json' chance --profile nowhere.json
echo '{"age": 29, "education": "masters", "first_language": null, "age_": 3}' >wrong.json
refused "a wrong profile" 3 'wrong\.json:1:[0-9]+: ' chance --profile wrong.json
refused "report: score and profile" 2 'exclude each other' report --profile nobody.json --score 500

# A page about a profile, with and without a program; one in no program still has its score.
page() { # NAME ARGUMENTS...
    local name=$1
    shift
    "$EESIM" report "$@" --date 2026-02-18 --replicates 512 --quiet -o "$name.html" || fail "report $*"
}
cat >me.json <<'TEXT'
{"age": 29, "education": "masters", "canadian_work_years": 2, "occupation": "31301",
 "first_language": {"test": "CLB", "language": "en", "speaking": 9, "listening": 9, "reading": 9, "writing": 9}}
TEXT
page alone --profile me.json
page nobody --profile nobody.json
page with --profile me.json --program CEC
python3 - <<'PY' || fail "pages"
alone, nobody, whole = (open(n + ".html").read() for n in ("alone", "nobody", "with"))
assert '<p class="big">472</p>' in alone and "<td>HEALTH</td><td>yes</td>" in alone and "2026-02-28" in alone
assert "None can be given: the profile belongs to no program" in nobody and "Education" in nobody
assert "A score of 472" in whole and "<td>HEALTH</td><td>yes</td>" in whole and "<svg" in whole
PY
