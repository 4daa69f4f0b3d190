"""The files of a manifest (frames.py) read by pandas as an analyst would: read_csv(path), nothing else but the names
of the columns that hold dates."""

import csv
import sys

import pandas

DATES = ("date", "datetime")
KINDS = {"integer": "i", "number": "fi", "string": "O", "date": "M", "datetime": "M"}


def check(path, columns):
    frame = pandas.read_csv(path, parse_dates=[c["column"] for c in columns if c["type"] in DATES])
    assert list(frame.columns) == [c["column"] for c in columns], path
    for c in columns:
        series, where = frame[c["column"]], f"{path}: {c['column']}"
        assert len(series) == int(c["rows"]), f"{where}: {len(series)} rows"
        assert series.isna().sum() == int(c["missing"]), f"{where}: {series.isna().sum()} missing, not {c['missing']}"
        given = series.dropna()
        if given.empty:
            continue
        # A whole number that may be missing is a float in pandas; it must still be whole.
        kinds = KINDS[c["type"]] + ("f" if c["type"] == "integer" and len(given) < len(series) else "")
        assert series.dtype.kind in kinds, f"{where}: {series.dtype} for {c['type']}"
        want = float(c["checksum"])
        if c["type"] == "string":
            got = given.nunique()
        elif c["type"] in DATES:
            got = sum((d.date() - pandas.Timestamp(0).date()).days for d in given)
        else:
            got = given.sum()
        assert abs(got - want) <= 1e-9 * max(1.0, abs(want)), f"{where}: {got}, not {want}"


columns = {}
for line in csv.DictReader(open(sys.argv[1]), delimiter="\t", quoting=csv.QUOTE_NONE):
    columns.setdefault(line["file"], []).append(line)
for path, described in columns.items():
    check(path, described)
print(f"pandas {pandas.__version__}: {len(columns)} files, {sum(map(len, columns.values()))} columns")
