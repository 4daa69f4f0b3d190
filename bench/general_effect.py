#!/usr/bin/env python3
"""Do general rounds move the cut-offs of programs without an ensemble?

One-step errors (cut-off minus the median of the statistical model, points) of rounds of nominees and of categories, by
whether a general round was held since the program's round before. Usage: general_effect.py EESIM [FIRST_ROUND]
"""
import csv
import math
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
WITH_ENSEMBLE = ("CEC", "FRENCH", "GENERAL")


def errors(eesim, first):
    """Error of each round by its number."""
    text = subprocess.run([eesim, "backtest", "--format", "csv", "--model", "statistical", "--first", first],
                          capture_output=True, text=True, check=True).stdout
    rows = csv.DictReader(text.splitlines())
    return {row["round"]: float(row["observed"]) - float(row["median"])
            for row in rows if row["model"] == "statistical" and row["median"]}


def by_meeting(rounds, error):
    """{(kind, met): errors}"""
    found, last, general = {}, {}, -1
    for place, row in enumerate(rounds):
        program = row["program"]
        if row["number"] in error and program in last and program not in WITH_ENSEMBLE:
            kind = "PNP" if program == "PNP" else "categories"
            found.setdefault((kind, general > last[program]), []).append(error[row["number"]])
        last[program] = place
        general = place if program == "GENERAL" else general
    return found


def main():
    eesim, first = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "176"
    with open(ROOT / "data/rounds.csv", encoding="utf-8") as file:
        rounds = list(csv.DictReader(file))
    print("rounds of    general round between  rounds  mean error   +-")
    for (kind, met), values in sorted(by_meeting(rounds, errors(eesim, first)).items()):
        error = statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else math.nan
        print(f"{kind:12} {'yes' if met else 'no':21} {len(values):7} {statistics.mean(values):11.1f} {error:4.1f}")


if __name__ == "__main__":
    main()
