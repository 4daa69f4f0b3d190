#!/usr/bin/env bash
# Pictures and pages are whole XML or HTML, fetch nothing, and show the numbers draw prints.
set -euo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
export EESIM_DATA=$EESIM_SOURCE/tests/golden/fixture/data EESIM_MODELS=$EESIM_SOURCE/tests/golden/fixture/models
for kind in cutoff history above; do
    "$EESIM" plot $kind --program CEC --draw-size 6000 -o "$work/$kind.svg"
done
"$EESIM" plot calibration --program CEC -o "$work/calibration.svg"
"$EESIM" plot history --program MILITARY -o "$work/nothing.svg" # no round yet
"$EESIM" report --program CEC --draw-size 6000 --score 505 -o "$work/page.html"
"$EESIM" report --program MILITARY -o "$work/empty.html"
"$EESIM" --draw-size 6000 --program CEC --format json >"$work/draw.json"
"$EESIM" backtest --program CEC --models stock-flow --format json >"$work/backtest.json"
"$EESIM" rounds --program CEC --format json >"$work/rounds.json"
# How good: on rounds that the parameters had not seen, said in words.
judged() { EESIM_DATA=$EESIM_SOURCE/data EESIM_MODELS=$EESIM_SOURCE/models "$EESIM" report --quiet "$@" | grep -A 2 '>How good'; }
first=$(python3 -c 'import json; print(int(json.load(open("'"$EESIM_SOURCE"'/models/default.json"))["provenance"]["fitted_until"]) + 1)')
judged --program CEC >"$work/judged"
last=$(awk -F, '$3 == "CEC" && $1 + 0 >= '"$first"' { n++; last = $1 } END { print n, last }' "$EESIM_SOURCE/data/rounds.csv")
if [ "${last% *}" ]; then
    grep -q "^<p>${last% *} rounds* of the program, .*#${last#* } of .*fitted on rounds up to #$((first - 1)) before and had not seen" "$work/judged" ||
        fail "the rounds that were not seen: $(cat "$work/judged")"
fi
judged --program FRENCH --date 2026-02-06 >"$work/judged" # before the fit: older parameters
grep -q 'older (until-359.json, fitted on rounds up to #359) and had not seen any' "$work/judged" || fail "parameters of before"
judged --program AGRI >"$work/judged"
grep -q '#267 of 2023-09-28 to #285 of 2024-02-16.*had a part in the fit' "$work/judged" || fail "rounds that were seen"
EESIM_DATA=$EESIM_VINTAGE EESIM_MODELS=$EESIM_SOURCE/models "$EESIM" plot reliability --since 2025-10-01 --replicates 64 --quiet -o "$work/reliability.svg"
python3 - "$work" <<'PY'
import datetime, html.parser, json, re, sys, xml.etree.ElementTree as tree
work = sys.argv[1]
svg = "{http://www.w3.org/2000/svg}"
draw = json.load(open(work + "/draw.json"))
for name in ["cutoff", "history", "above", "calibration", "nothing", "reliability"]:
    root = tree.parse(f"{work}/{name}.svg").getroot()
    assert root.tag == svg + "svg" and root.find(svg + "title").text and root.find(svg + "desc").text
    width, height = (float(root.get(k)) for k in ("width", "height"))
    for mark in root.iter(svg + "circle"):
        assert 0 <= float(mark.get("cx")) <= width and 0 <= float(mark.get("cy")) <= height, name
    for mark in root.iter(svg + "rect"):
        assert float(mark.get("width")) >= 0 and float(mark.get("height")) >= 0, name
    text = open(f"{work}/{name}.svg").read()
    assert "nan" not in text and "inf" not in text.replace("information", ""), name
dots = tree.parse(work + "/reliability.svg").getroot().findall(svg + "circle")
assert len(dots) > 10 and "60 days" in open(work + "/reliability.svg").read(), len(dots)
bars = tree.parse(work + "/cutoff.svg").getroot().findall(svg + "rect")
desc = tree.parse(work + "/cutoff.svg").getroot().find(svg + "desc").text
low, high = draw["cutoff"]["intervals"]["0.8"]
assert desc == f"Median {draw['cutoff']['median']}, 80 % interval {low} to {high}.", desc
assert len(bars) >= 1 + sum(x["p"] > 0.001 for x in draw["cutoff"]["pmf"])
rounds = json.load(open(work + "/backtest.json"))["summary"][0]["rounds"]
assert str(rounds) in tree.parse(work + "/calibration.svg").getroot().find(svg + "desc").text

# Marks stand where their numbers are: pixels are a straight line of the values.
def marks(name, tag, *keys):
    found = tree.parse(f"{work}/{name}.svg").getroot().findall(svg + tag)
    return [[m.get(k) if k in ("fill", "stroke-dasharray") else float(m.get(k, 0)) for k in keys] for m in found]

def scale(pairs):
    """(slope, offset) of pixels over values; every pair within the rounding of the pixels."""
    (v0, p0), (v1, p1) = min(pairs), max(pairs)
    slope = (p1 - p0) / (v1 - v0)
    for v, p in pairs:
        assert abs(p0 + slope * (v - v0) - p) < 0.16, (v, p)
    return slope, p0 - slope * v0

def at(of, value):
    return of[1] + of[0] * value

drawn = marks("cutoff", "rect", "x", "width", "y", "height", "fill")[1:]
pmf = {x["score"]: x["p"] for x in draw["cutoff"]["pmf"]}
across = None
for first in range(min(pmf), max(pmf)): # the lowest score shown: that of the first bar
    shown = [s for s in sorted(pmf) if s >= first][:len(drawn)]
    if len(shown) == len(drawn) and abs(max(shown, key=pmf.get) - draw["cutoff"]["median"]) == 0:
        try:
            across = scale([(s, x + w / 2) for s, (x, w, *_) in zip(shown, drawn)])
            break
        except AssertionError:
            continue
assert across and across[0] > 0
assert scale([(pmf[s], h) for s, (_, _, _, h, _) in zip(shown, drawn)])[0] > 0
assert max(y for *_, y, _, _ in drawn) <= 320 and min(y for *_, y, _, _ in drawn) > 60 # under the top, with room for the note
fills = {s: fill for s, (*_, fill) in zip(shown, drawn)}
assert [s for s in shown if fills[s] == fills[draw["cutoff"]["median"]]] == [draw["cutoff"]["median"]]
inside = {fills[s] for s in shown if low <= s <= high and s != draw["cutoff"]["median"]}
assert len(inside) == 1 and [s for s in shown if fills[s] in inside] == [s for s in shown if low <= s <= high and s != draw["cutoff"]["median"]]

day = lambda text: datetime.date.fromisoformat(text).toordinal()
held = json.load(open(work + "/rounds.json"))["rounds"]
held = [r for r in held if day(r["date"]) >= day(held[-1]["date"]) - 730]
dots = marks("history", "circle", "cx", "cy", "r")
assert len(dots) == len(held) + 1 and dots[-1][2] > dots[0][2]
when = scale([(day(r["date"]), x) for r, (x, *_) in zip(held, dots)] + [(day(draw["date"]), dots[-1][0])])
up = scale([(r["cutoff"], y) for r, (_, y, _) in zip(held, dots)] + [(draw["cutoff"]["median"], dots[-1][1])])
assert when[0] > 0 > up[0]
for level, (x, w, y, h) in zip(("0.95", "0.8", "0.5"), marks("history", "rect", "x", "width", "y", "height")[1:]):
    ends = draw["cutoff"]["intervals"][level]
    assert abs(y - at(up, ends[1] + 0.5)) < 0.16 and abs(y + h - at(up, ends[0] - 0.5)) < 0.2 and abs(x + w / 2 - dots[-1][0]) < 0.16

stock = {x["score"]: x["quantiles"] for x in draw["above"] if None not in x["quantiles"].values()}
drawn = marks("above", "rect", "x", "width", "y", "height")[1:]
(dashed,) = [m for m in marks("above", "line", "y1", "y2", "stroke-dasharray") if m[2]]
best = []
for first in sorted(stock): # the scores the bars are of: those whose ends fit one scale
    shown = [s for s in sorted(stock) if s >= first][:len(drawn)]
    if len(shown) == len(drawn):
        ends = [(stock[s]["0.9"], y) for s, (_, _, y, _) in zip(shown, drawn)]
        ends += [(stock[s]["0.1"], y + h) for s, (_, _, y, h) in zip(shown, drawn)]
        try:
            best.append((scale([(s, x + w / 2) for s, (x, w, *_) in zip(shown, drawn)]), scale(ends)))
        except AssertionError:
            continue
assert len(best) == 1 and best[0][0][0] > 0 > best[0][1][0], best
assert abs(at(best[0][1], 6000) - dashed[0]) < 0.2 and dashed[0] == dashed[1]

summary = json.load(open(work + "/backtest.json"))["summary"][0]
drawn = marks("calibration", "rect", "x", "y", "height")[1:]
assert len(drawn) == 13
assert scale([(summary[f"pit_{i + 1}"], h) for i, (_, _, h) in enumerate(drawn[:10])])[0] > 0
levels = [0.5, 0.8, 0.95]
shares = scale([(summary[f"exact_{round(100 * q)}"], y) for q, (_, y) in zip(levels, marks("calibration", "circle", "cx", "cy"))])
for q, (_, y, h) in zip(levels, drawn[10:]):
    half = 2 * (q * (1 - q) / rounds) ** 0.5
    assert abs(y - at(shares, min(1, q + half))) < 0.5 and abs(y + h - at(shares, max(0, q - half))) < 0.5, q

class Page(html.parser.HTMLParser):
    void = {"meta", "br", "rect", "line", "circle"}
    def __init__(self):
        super().__init__()
        self.open, self.text = [], ""
    def handle_starttag(self, tag, attributes):
        assert tag != "script" and not any(k in ("src", "href") for k, _ in attributes)
        if tag not in self.void:
            self.open.append(tag)
    def handle_startendtag(self, tag, attributes):
        pass
    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag
    def handle_data(self, data):
        self.text += data
for name in ["page", "empty"]:
    page = Page()
    page.feed(open(f"{work}/{name}.html").read())
    assert page.open == [], page.open
    assert "http" not in re.sub(r'xmlns="[^"]*"', "", open(f"{work}/{name}.html").read())
    if name == "page":
        assert f"\n{draw['cutoff']['median']}\n" in page.text and "A score of 505" in page.text
        source = open(f"{work}/page.html").read()
        for level, (lowest, highest) in draw["cutoff"]["intervals"].items():
            assert f"<tr><td>{100 * float(level):.0f} %</td><td>{lowest}</td><td>{highest}</td></tr>" in source, level
        at_505, surely = pmf.get(505, 0), sum(p for s, p in pmf.items() if s < 505)
        chances = [float(x) for x in re.search(r"submitted: (\d+) %\..*decides: (\d+) %\. Not invited: (\d+) %", page.text).groups()]
        assert all(abs(c - 100 * p) <= 0.51 for c, p in zip(chances, (surely, at_505, 1 - surely - at_505))), chances
        q = {x["score"]: x["quantiles"] for x in draw["above"]}[505]
        numbers = re.search(r"About ([\d,]+) eligible .*: ([\d,]+) to ([\d,]+)\)", page.text).groups()
        assert [float(n.replace(",", "")) for n in numbers] == [q["0.5"], q["0.1"], q["0.9"]], (numbers, q)
        moves = {n: float(m) for n, m in re.findall(r"With ([\d,]+) invitations: \d+ \(([-+][\d.]+) on average", page.text)}
        assert set(moves) == {"5,000", "7,000"} and 0 < moves["5,000"] < 5 and -5 < moves["7,000"] < 0, moves
PY
refused "a misspelt picture" 2 "did you mean 'cutoff'" plot cutof --program CEC
refused "a picture of no program" 2 '--program is missing' plot cutoff
refused "a report of no program" 2 '--program is missing' report
