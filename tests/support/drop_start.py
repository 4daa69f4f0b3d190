"""Take the start of that number out of the state of a fit, as a fit that was stopped before it leaves the file.

Usage: drop_start.py STATE NUMBER. The file carries the hash of its text without the hash, so the text is cut, not printed anew.
"""
import hashlib
import json
import re
import sys

path, number = sys.argv[1], int(sys.argv[2])
text = open(path).read()
state = json.loads(text)
assert [one["start"] for one in state["starts"]].count(number) == 1, state["starts"]
signed = re.compile(r',\n "sha256": "[0-9a-f]{64}"')
assert hashlib.sha256(signed.sub("", text).encode()).hexdigest() == state["sha256"], "the hash is of another text"
starts = re.findall(r"  \{\n.*?\n  \}", text, re.S)
kept = [one for one in starts if f'"start": {number},' not in one]
assert len(kept) == len(starts) - 1
text = signed.sub("", text.replace(",\n".join(starts), ",\n".join(kept)))
digest = hashlib.sha256(text.encode()).hexdigest()
open(path, "w").write(text[: text.rindex("\n}")] + f',\n "sha256": "{digest}"\n}}')
