"""CSV files as a careful reader sees them: packages checked against the standard, every value cast to its type.

frames.py SCHEMA MANIFEST FOLDER...   packages (with datapackage.json) and folders of CSV files without one

Writes MANIFEST, a line for each column: file, column, type, rows, missing, checksum (sum of numbers, of days since
1970 for dates; number of distinct values for texts). frames_pandas.py and frames.R read the same files unaided and
must come to the same. Only the standard library and python3-jsonschema are needed.
"""

import csv
import datetime
import hashlib
import json
import pathlib
import re
import sys

import jsonschema

EPOCH = datetime.date(1970, 1, 1)
INTEGER = re.compile(r"[+-]?[0-9]+\Z")
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\Z")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\Z")
# Texts that a reader takes for a missing value unasked.
MISTAKEN = {"NA", "N/A", "NaN", "nan", "NULL", "null", "None", "n/a", "<NA>", "#N/A", "-nan", "-NaN", "TRUE", "FALSE", "T", "F"}


def day(text):
    return (datetime.date.fromisoformat(text[:10]) - EPOCH).days


PATTERNS = {"integer": INTEGER, "number": NUMBER, "date": DATE, "datetime": TIME}
VALUES = {"integer": int, "number": float, "date": day, "datetime": day}


def guess(texts):
    """The narrowest type that holds all values there are; for files that no package describes."""
    given = [t for t in texts if t]
    for kind in ("integer", "number", "date", "datetime"):
        if given and all(PATTERNS[kind].match(t) for t in given):
            return kind
    return "string"


def check_text(where, texts):
    wrong = MISTAKEN.intersection(texts)
    assert not wrong, f"{where}: {wrong} would be read as missing or as a truth value"


def describe(where, kind, texts):
    """Cast a column; the type a reader without a schema must arrive at, how many are missing, the checksum."""
    given = [t for t in texts if t]
    if kind == "string":
        check_text(where, texts)
        seen = guess(texts)
        kind = "string" if seen in ("string", "date", "datetime") else seen  # numbers of rounds: 1, 2, .. without 91a
        if kind == "string":
            return kind, len(texts) - len(given), len(set(given))
    for text in given:
        assert PATTERNS[kind].match(text), f"{where}: '{text}' is no {kind}"
    return kind, len(texts) - len(given), sum(VALUES[kind](t) for t in given)


def read_csv(path):
    data = path.read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf") and b"\r" not in data and data.endswith(b"\n"), f"{path}: line ends"
    rows = list(csv.reader(data.decode("utf-8").splitlines()))
    assert all(len(row) == len(rows[0]) for row in rows), f"{path}: rows of different lengths"
    return rows[0], rows[1:]


def columns_of(key):
    return [key] if isinstance(key, str) else key


def keys_of(table, key):
    header, rows = table
    places = [header.index(c) for c in columns_of(key)]
    return [tuple(row[p] for p in places) for row in rows]


def check_keys(package, tables):
    for resource in package["resources"]:
        schema = resource["schema"]
        if "primaryKey" in schema:
            keys = keys_of(tables[resource["name"]], schema["primaryKey"])
            assert len(set(keys)) == len(keys), f"{resource['path']}: the primary key is not unique"
        for foreign in schema.get("foreignKeys", []):
            known = set(keys_of(tables[foreign["reference"]["resource"]], foreign["reference"]["fields"]))
            for key in keys_of(tables[resource["name"]], foreign["fields"]):
                assert key in known or not any(key), f"{resource['path']}: {key} is in no row it refers to"


def check_resource(folder, resource, out):
    path = folder / resource["path"]
    data = path.read_bytes()
    assert resource.get("bytes", len(data)) == len(data), f"{path}: another size than its package says"
    digest = "sha256:" + hashlib.sha256(data).hexdigest()
    assert resource.get("hash", digest) == digest, f"{path}: another content than its package says"
    header, rows = read_csv(path)
    fields = resource["schema"]["fields"]
    assert header == [f["name"] for f in fields], f"{path}: its columns are not those of its package"
    for i, field in enumerate(fields):
        put(out, path, field["name"], field["type"], [row[i] for row in rows])
    return header, rows


def put(out, path, name, kind, texts):
    kind, missing, checksum = describe(f"{path}: {name}", kind, texts)
    out.write(f"{path}\t{name}\t{kind}\t{len(texts)}\t{missing}\t{checksum!r}\n")


def check_package(schema, folder, out):
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.validate(package, schema)
    tables = {r["name"]: check_resource(folder, r, out) for r in package["resources"]}
    assert len(tables) == len(package["resources"]), f"{folder}: two resources of one name"
    described = {r["path"] for r in package["resources"]}
    assert described == {p.name for p in folder.glob("*.csv")}, f"{folder}: files that the package leaves out"
    check_keys(package, tables)


def main():
    schema = json.load(open(sys.argv[1]))
    with open(sys.argv[2], "w") as out:
        out.write("file\tcolumn\ttype\trows\tmissing\tchecksum\n")
        for folder in map(pathlib.Path, sys.argv[3:]):
            if (folder / "datapackage.json").exists():
                check_package(schema, folder, out)
                continue
            for path in sorted(folder.glob("*.csv")):
                header, rows = read_csv(path)
                assert rows, f"{path}: no row"
                for i, name in enumerate(header):
                    texts = [row[i] for row in rows]
                    put(out, path, name, guess(texts), texts)


main()
