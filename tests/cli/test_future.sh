#!/usr/bin/env bash
# Rounds to come: an invented feed with every fault the official one has had (make_future.py) is imported on top of what
# is known, and every command answers from it; a category nobody has heard of needs an entry in programs.json, no more.
set -uo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
export NO_COLOR=1 LC_ALL=C TZ=UTC EESIM_DATA=$work/data EESIM_MODELS=$work/models
cd "$work" || exit 1

# answers PATTERN ARGUMENTS...: status 0, the pattern in the answer, and nothing on standard error.
answers() {
    local pattern=$1 status
    shift
    "$EESIM" "$@" --quiet >out 2>err
    status=$?
    [ $status -eq 0 ] || fail "$*: status $status: $(head -c 300 err)"
    [ ! -s err ] || fail "$* says: $(head -c 300 err)"
    [ -z "$pattern" ] || grep -qE -- "$pattern" out || fail "$* does not say '$pattern': $(head -c 600 out)"
}

cp -r "$EESIM_VINTAGE" data
cp -r "$EESIM_SOURCE/models" models
python3 "$EESIM_SOURCE/tests/support/make_feed.py" data >feed.json
python3 "$EESIM_SOURCE/tests/support/make_future.py" <feed.json >future.json

# The import takes what is there, lists what is new and only that.
"$EESIM" data import future.json >out 2>err || fail "import: $(cat err)"
grep -q '^414 rounds in the feed: 17 new, 0 changed, 397 as stored' out || fail "import: $(head -2 out)"
grep -qE '^408 +drawSize +is not published; the round is left out' out || fail "the round called off"
grep -qE '^410 +drawName +Foreign entrepreneurs .* the name is not known' out || fail "the unknown name"
grep -q 'feed_names' out || fail "what to do about an unknown name"
grep -qE '^247 ' out && fail "an old fault is listed again"
got=$("$EESIM" rounds --from 2026-02-18 --format csv | tail -n +2 | cut -d, -f3 | tr '\n' ' ')
[ "$got" = 'PHYSICIAN PNP CEC SENIOR-MANAGER FRENCH RESEARCHER PNP CEC MILITARY TRANSPORT HEALTH CEC  PNP STEM TRADE GENERAL ' ] ||
    fail "programs of the new rounds: $got"
grep -q '^401,2026-03-05,FRENCH,.*,5500,397,' data/rounds.csv || fail "a size with a no-break space"

# Every program answers, for the coming round and for each of the new ones.
programs=(CEC PNP FSW FST GENERAL FRENCH HEALTH STEM TRADE TRANSPORT AGRI EDU PHYSICIAN SENIOR-MANAGER RESEARCHER MILITARY)
[ -z "${EESIM_SLOW:-}" ] || programs=(CEC GENERAL PHYSICIAN MILITARY)
for program in "${programs[@]}"; do
    answers '^Cut-off +[0-9]+' draw --program $program --draw-size 500
done
answers '^MILITARY +preferred +1 ' backtest --first 397
answers '^all +preferred +16 ' backtest --first 397 --models preferred
if [ -z "${EESIM_SLOW:-}" ]; then
    answers '^all +preferred +16 ' backtest --first 397 --model models/until-359.json --models preferred,last
    answers '^all +size-mixture +16 ' backtest --first 397 --size-unknown
fi
answers '^all +joint +12 ' backtest --first 397 --date-unknown --replicates 200
answers '^CEC +3 ' backtest --first 397 --calendar
answers '^MILITARY +1 ' forecast
answers '^Invited by 2026-12-31' chance --score 505 --program CEC,FRENCH --until 2026-12-31 --replicates 1000
answers '' run --policy models/policies/learned.json --replicates 500 -o run
answers '^PHYSICIAN,' draw --program PHYSICIAN --draw-size 300 --format csv
answers '^MILITARY,397|^MILITARY,405' backtest --first 397 --models preferred --format csv
for command in "forecast --format json" "backtest --first 397 --models preferred,last --format json" "draw --program MILITARY --draw-size 5 --format json"; do
    # shellcheck disable=SC2086 # words of a command
    "$EESIM" $command --quiet | python3 -c 'import json, sys; json.load(sys.stdin, parse_constant=lambda c: 1 / 0)' ||
        fail "$command: no JSON"
done

# A category of its own: one entry, and the feed once more.
python3 - <<'PY'
import json
programs = json.load(open("models/programs.json", encoding="utf-8"))
programs["programs"].append({"code": "ENTREPRENEUR", "kind": "category", "eligible": ["FSW", "CEC", "FST"],
    "label_en": "Foreign entrepreneurs", "label_fr": "Entrepreneurs", "first_date": "2026-06-01", "last_date": None,
    "feed_names": ["Foreign entrepreneurs with Canadian business experience"]})
json.dump(programs, open("models/programs.json", "w", encoding="utf-8"))
PY
answers '^Model: statistical' draw --program ENTREPRENEUR --draw-size 300 --date 2026-06-18
answers 'learnt from rounds of its kind' draw --program ENTREPRENEUR --draw-size 300 --date 2026-06-18
"$EESIM" data import future.json >out 2>err || fail "import again: $(cat err)"
grep -q '^410,2026-06-18,ENTREPRENEUR,' data/rounds.csv || fail "the new category is not in rounds.csv"
answers 'Only 1 earlier round of ENTREPRENEUR' draw --program ENTREPRENEUR --draw-size 300
answers '^ENTREPRENEUR +preferred +1 ' backtest --first 410 --last 410 --models preferred
answers '^ENTREPRENEUR +1 ' forecast
answers '' run --program ENTREPRENEUR,CEC --replicates 200 -o run2
answers 'ENTREPRENEUR' pool --program ENTREPRENEUR
grep -q '^base,ENTREPRENEUR,' run2/draws.csv || fail "no rounds of the new category in a run"
