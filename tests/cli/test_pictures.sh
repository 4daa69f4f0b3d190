#!/usr/bin/env bash
# Pictures and pages are whole XML or HTML, fetch nothing, and show the numbers draw prints.
set -euo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
export EESIM_DATA=$EESIM_SOURCE/tests/golden/fixture/data EESIM_MODELS=$EESIM_SOURCE/tests/golden/fixture/models
export XDG_CACHE_HOME=$work/cache
for kind in cutoff history above; do
    "$EESIM" plot $kind --program CEC --draw-size 6000 -o "$work/$kind.svg"
done
"$EESIM" plot calibration --program CEC -o "$work/calibration.svg"
"$EESIM" plot history --program MILITARY -o "$work/nothing.svg" # no round yet
"$EESIM" report --program CEC --draw-size 6000 --score 505 -o "$work/page.html"
"$EESIM" report --program MILITARY -o "$work/empty.html"
"$EESIM" --draw-size 6000 --program CEC --format json >"$work/draw.json"
"$EESIM" backtest --program CEC --models stock-flow --format json >"$work/backtest.json"
python3 - "$work" <<'PY'
import html.parser, json, re, sys, xml.etree.ElementTree as tree
work = sys.argv[1]
svg = "{http://www.w3.org/2000/svg}"
draw = json.load(open(work + "/draw.json"))
for name in ["cutoff", "history", "above", "calibration", "nothing"]:
    root = tree.parse(f"{work}/{name}.svg").getroot()
    assert root.tag == svg + "svg" and root.find(svg + "title").text and root.find(svg + "desc").text
    width, height = (float(root.get(k)) for k in ("width", "height"))
    for mark in root.iter(svg + "circle"):
        assert 0 <= float(mark.get("cx")) <= width and 0 <= float(mark.get("cy")) <= height, name
    for mark in root.iter(svg + "rect"):
        assert float(mark.get("width")) >= 0 and float(mark.get("height")) >= 0, name
    text = open(f"{work}/{name}.svg").read()
    assert "nan" not in text and "inf" not in text.replace("information", ""), name
bars = tree.parse(work + "/cutoff.svg").getroot().findall(svg + "rect")
desc = tree.parse(work + "/cutoff.svg").getroot().find(svg + "desc").text
low, high = draw["cutoff"]["intervals"]["0.8"]
assert desc == f"Median {draw['cutoff']['median']}, 80 % interval {low} to {high}.", desc
assert len(bars) >= 1 + sum(x["p"] > 0.001 for x in draw["cutoff"]["pmf"])
rounds = json.load(open(work + "/backtest.json"))["summary"][0]["rounds"]
assert str(rounds) in tree.parse(work + "/calibration.svg").getroot().find(svg + "desc").text

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
PY
refused "a misspelt picture" 2 "did you mean 'cutoff'" plot cutof --program CEC
refused "a picture of no program" 2 '--program is missing' plot cutoff
refused "a report of no program" 2 '--program is missing' report
