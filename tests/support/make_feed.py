#!/usr/bin/env python3
"""Write a feed in the official layout from a data folder: make_feed.py DATA_DIR [LAST_ROUND] > feed.json"""
import csv
import datetime
import json
import sys

data = sys.argv[1]
last = sys.argv[2] if len(sys.argv) > 2 else None
rounds = list(csv.DictReader(open(f"{data}/rounds.csv", encoding="utf-8")))
if last:
    rounds = rounds[: 1 + [r["number"] for r in rounds].index(last)]
pools = {}
for row in csv.DictReader(open(f"{data}/pools.csv", encoding="utf-8")):
    pools.setdefault(row["pool"], []).append(int(row["candidates"]))
NAMES = {"CEC": "Canadian Experience Class", "PNP": "Provincial Nominee Program", "FSW": "Federal Skilled Worker Program",
         "FST": "Federal Skilled Trades Program"}


def day(text):
    if not text:
        return ""
    date = datetime.date.fromisoformat(text[:10])
    return f"{date:%B} {date.day}, {date.year}"


def time(text):
    return f"{day(text)} at {text[11:19]} UTC" if text else ""


def bands(leaf):
    dd = {1: leaf[0], 2: leaf[1], 15: leaf[12], 16: leaf[13], 17: leaf[14]}
    dd.update({4 + i: leaf[2 + i] for i in range(5)})
    dd.update({10 + i: leaf[7 + i] for i in range(5)})
    dd[3] = sum(leaf[2:7])
    dd[9] = sum(leaf[7:12])
    dd[18] = sum(leaf)
    return {f"dd{k}": f"{dd[k]:,}" for k in sorted(dd)}


def link(number, text):
    return (f"<a href='/content/canadasite/en/immigration-refugees-citizenship/corporate/mandate/policies-operational-"
            f"instructions-agreements/ministerial-instructions/express-entry-rounds/invitations.html?q={number}'>{text}</a>")


out = []
for r in reversed(rounds):
    n = r["number"]
    out.append({
        "drawNumber": n, "drawNumberURL": link(n, n), "drawDate": r["date"], "drawDateFull": day(r["date"]),
        "drawName": r["name"], "drawSize": f"{int(r['size']):,}", "drawCRS": r["cutoff"],
        "mitext": link(n, f"Invitations to apply for permanent residence under the Express Entry system #{n}"),
        "DrawText1": link(n, "See full text of Ministerial Instruction"),
        "drawText2": ", ".join(NAMES[c] for c in r["eligible"].split()), "drawDateTime": time(r["held_at"]),
        "drawCutOff": time(r["tie_break"]), "drawDistributionAsOn": day(r["pool_as_of"]),
        **bands(pools.get(r["pool"], [0] * 15))})
json.dump({"classes": "wb-tables", "rounds": out}, sys.stdout, indent=1)
