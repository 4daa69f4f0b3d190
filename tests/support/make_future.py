#!/usr/bin/env python3
"""Put invented rounds on top of a feed that ends with #396, with every fault the official one has had and some it may
get: make_future.py <feed.json >future.json. The figures mean nothing."""
import copy
import datetime
import json
import sys

feed = json.load(sys.stdin)
last = feed["rounds"][0]
assert last["drawNumber"] == "396"
LEAVES = [1, 2, *range(4, 9), *range(10, 15), 15, 16, 17]


def pool(factor):
    dd = {k: int(int(last[f"dd{k}"].replace(",", "")) * factor) for k in LEAVES}
    dd[3] = sum(dd[k] for k in range(4, 9))
    dd[9] = sum(dd[k] for k in range(10, 15))
    dd[18] = sum(dd[k] for k in LEAVES)
    return {f"dd{k}": f"{v:,}" for k, v in dd.items()}


def day(date):
    return f"{date:%B} {date.day}, {date.year}"


def add(number, date, name, size, cutoff, factor, **changes):
    date = datetime.date.fromisoformat(date)
    entry = copy.deepcopy(last)
    entry.update(drawNumber=number, drawDate=date.isoformat(), drawDateFull=day(date), drawName=name, drawSize=size,
                 drawCRS=cutoff, drawDateTime=day(date) + " at 12:34:56 UTC",
                 drawCutOff="November 03, 2025 at 03:04:05 UTC",
                 drawDistributionAsOn=day(date - datetime.timedelta(days=1)), **pool(factor))
    entry.update(changes)
    feed["rounds"].insert(0, {k: v for k, v in entry.items() if v is not None})


WIDE, DASH = "\u00a0", "\u2011"
NO_POOL = {f"dd{k}": None for k in range(1, 19)}
add("397", "2026-02-19", "Physicians with Canadian work experience", "250", "430", 1)  # the pool of #396 again
add("398", "2026-03-02", f"Provincial Nominee{WIDE}Program", "264", "710", 1.01)
add("399", "2026-03-03", "Canadian Experience Class ", "4,000", "508", 1.02)
add("400", "2026-03-03", "Senior managers with Canadian work experience, 2026-Version 1", "250", "429", 1.02)  # same day
add("401", "2026-03-05", f"French{DASH}Language proficiency 2026\u2013Version 2", f"5{WIDE}500", "397", 1)  # stale pool
add("402", "2026-03-06", "Researchers with Canadian work experience (Version 1)", "100", "450", 1, drawCutOff="")
add("403", "2026-03-16", "Provincial Nominee Program", "362", "742", 0.99, drawDistributionAsOn="March 18, 2026")
add("404", "2026-03-17", "Canadian Experience Class", 5000, 507, 0.99, drawDistributionAsOn="March 18, 2026")
add("405", "2026-03-18", "Skilled military recruits", "1", "480", 0.99, drawCutOff="March 1, 2026 at 4:05:06 UTC")
add("406", "2026-03-21", "Transport occupations (Version 3)", "700", "440", 0.99)  # a Saturday
add("407", "2026-03-24", "Healthcare and social services occupations (Version 3)", "2,500", "465", 1, **NO_POOL,
    drawDistributionAsOn=None)
# three months without a round; #408 was called off
add("408", "2026-06-15", "Canadian Experience Class", "", "N/A", 1.2, drawCutOff="")
add("409", "2026-06-16", "Canadian Experience Class", "2,000", "520", 1.2)
add("410", "2026-06-18", "Foreign entrepreneurs with Canadian business experience (Version 1)", "300", "401", 1.2)
add("411", "2026-06-22", "Provincial Nominee Program", "500", "700", 1.2, drawNew={"a": [1, 2]}, dd19="12")
add("412", "2026-06-30", "STEM occupations (Version 3)", "1,000", "485", 1.2, dd17="n/a")
add("413", "2026-07-07", "Trades occupations (Version 3)", "1,500", "490", 1.25)
add("414", "2026-07-08", "General", "3,000", "515", 1.25)
feed["news"] = "x"
json.dump(feed, sys.stdout)
