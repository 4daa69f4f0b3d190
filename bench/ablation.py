#!/usr/bin/env python3
"""What each part of the CEC ensemble is worth: the model file with one thing changed, backtested honestly.

    bench/ablation.py build/eesim models/until-359.json

Prints a row a variant: mean CRPS of CEC rounds #304-359 (which the parameters were fitted on) and #364-396 (which they
were not), the share of #364-396 inside the 80 % interval and that interval's mean width."""
import copy
import csv
import io
import json
import os
import subprocess
import sys
import tempfile


def ensemble(model):
    return next(s for s in model["streams"] if s["program"] == "CEC" and s["until"] is None)["ensemble"]


def put(key, value):
    def change(model):
        for one in ensemble(model)["sets"]:
            one[key] = value
    return change


def times(key, factor):
    def change(model):
        for one in ensemble(model)["sets"]:
            one[key] *= factor
    return change


def no_snapshots(model):
    ensemble(model)["bands"] = 0
    ensemble(model).pop("shared_band", None)


def no_shock(model):
    del model["shock"]


def best_alone(model):
    del ensemble(model)["sets"][1:]


def prior_alone(model):
    section = ensemble(model)
    section["sets"] = [{key: prior["centre"] for key, prior in section["fit"]["prior"].items()}]


VARIANTS = [
    ("as fitted", lambda model: None),
    ("best set alone", best_alone),
    ("centre of the prior alone", prior_alone),
    ("no field over scores", put("cell_sd", 0.0)),
    ("field without correlation", put("cell_length_pts", 0.5)),
    ("no nominees", put("nominee_share", 0.0)),
    ("no snapshots", no_snapshots),
    ("no shock on 2025-03-25", no_shock),
    ("tie-breaks ignored", put("marginal_sd", 0.29)),
    ("arrivals_sd halved", times("arrivals_sd", 0.5)),
    ("arrivals_sd doubled", times("arrivals_sd", 2.0)),
    ("cell_sd halved", times("cell_sd", 0.5)),
    ("cell_sd doubled", times("cell_sd", 2.0)),
    ("round_sd doubled", times("round_sd", 2.0)),
]


def backtest(program, model, first, last):
    words = [program, "backtest", "--program", "CEC", "--model", model, "--models", "ensemble", "--first", first,
             "--last", last, "--format", "csv", "--quiet"]
    done = subprocess.run(words, check=True, capture_output=True, text=True, env={**os.environ, "EESIM_CACHE": "off"})
    return list(csv.DictReader(io.StringIO(done.stdout)))


def mean(rows, key):
    return sum(float(row[key]) for row in rows) / len(rows)


def main():
    program, path = sys.argv[1:3]
    with open(path, encoding="utf-8") as file:
        fitted = json.load(file)
    print(f"{'variant':28}{'CRPS #304-359':>14}{'CRPS #364-396':>14}{'in 80 %':>9}{'width':>7}")
    for name, change in VARIANTS:
        model = copy.deepcopy(fitted)
        change(model)
        with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
            json.dump(model, file)
            file.flush()
            early = backtest(program, file.name, "304", "359")
            late = backtest(program, file.name, "364", "396")
        low, high = "low_80", "high_80"
        inside = sum(float(r[low]) <= float(r["observed"]) <= float(r[high]) for r in late) / len(late)
        width = sum(float(r[high]) - float(r[low]) for r in late) / len(late)
        print(f"{name:28}{mean(early, 'crps'):14.2f}{mean(late, 'crps'):14.2f}{inside:9.2f}{width:7.1f}")


if __name__ == "__main__":
    main()
