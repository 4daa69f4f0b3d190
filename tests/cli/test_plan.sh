#!/usr/bin/env bash
# eesim plan: each change has the chance of a profile that has it already, under the same futures.
set -uo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
unset EESIM_MODELS
export EESIM_DATA=$EESIM_VINTAGE NO_COLOR=1 LC_ALL=C
cd "$work"
python3 - "$EESIM" <<'PY' || fail "plans"
import json, subprocess, sys
program = sys.argv[1]
common = ["--date", "2026-02-18", "--until", "2026-06-30", "--replicates", "1024", "--quiet"]
def ask(command, profile, *more):
    with open("profile.json", "w") as out:
        json.dump(profile, out)
    done = subprocess.run([program, command, "--profile", "profile.json", *common, *more], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout
def plan(profile):
    return json.loads(ask("plan", profile, "--format", "json"))
def chance(profile):
    answer = json.loads(ask("chance", profile, "--format", "json"))
    return answer["score"], answer["scores"][0]["by"][-1]["p"]
def levels(value, language):
    return dict(test="CLB", language=language, speaking=value, listening=value, reading=value, writing=value)
base = dict(age=29, education="bachelor", first_language=levels(9, "en"), second_language=levels(5, "fr"),
            canadian_work_years=3)
answer = plan(base)
assert (answer["score"], answer["probability"]) == chance(base) and answer["programs"] == ["CEC", "FSW"], answer
single = {(a["changes"][0]["change"], a["changes"][0]["to"]): a for a in answer["actions"]}
for key, changed in [(("education", "two-or-more"), dict(base, education="two-or-more")),
                     (("second_language", 7), dict(base, second_language=levels(7, "fr"))),
                     (("nomination", 1), dict(base, nomination=True))]:
    score, p = chance(changed)
    assert (single[key]["score"], single[key]["probability"]) == (score, p), (key, single[key], score, p)
    assert single[key]["points"] == score - answer["score"] and abs(single[key]["gain"] - (p - answer["probability"])) < 1e-9
assert single["second_language", 7]["opens"] == ["FRENCH"] and single["nomination", 1]["opens"] == ["PNP"]
assert single["certificate", 1]["points"] == 50 and single["first_language.speaking", 10]["points"] == 3
order = [a["probability"] for a in answer["actions"]]
assert order == sorted(order, reverse=True) and min(order) >= answer["probability"]
alone = {tuple(a["changes"][0].values()): a["probability"] for a in answer["actions"]}
for pair in answer["pairs"]: # two never do less than one of them
    assert len(pair["changes"]) == 2 and all(pair["probability"] >= alone[tuple(c.values())] for c in pair["changes"]), pair
# a certificate is for trades
assert not [a for a in plan(dict(base, occupation="21231"))["actions"] if a["changes"][0]["change"] == "certificate"]
# a spouse who does not come along, and a change that brings nothing
married = plan(dict(base, spouse=dict(education="secondary")))
apart = [a for a in married["actions"] if a["changes"][0]["change"] == "spouse"][0]
assert apart["score"] == answer["score"] and apart["probability"] == answer["probability"]
text = ask("plan", dict(base, foreign_work_years=3))
assert "What would not\n" in text and "certificate of qualification" in text.split("What would not")[1] and "no advice" in text, text
# who is in no program has no chance yet, but a plan
outside = plan(dict(age=29, education="bachelor", first_language=levels(6, "en"), foreign_work_years=4))
assert outside["programs"] == [] and outside["probability"] == 0
assert any(a["opens"] == ["FSW"] for a in outside["actions"]), outside["actions"]
PY
refused "no profile" 2 '--profile is missing' plan
refused "no CSV" 2 'csv is not there' plan --profile nowhere.json --format csv
refused "no file" 3 'nowhere\.json' plan --profile nowhere.json
echo '{"age": 29, "education": "masters", "first_language": null}' >nobody.json
refused "a year and more" 2 "'until': expected a day" plan --profile nobody.json --until 2029-01-01
