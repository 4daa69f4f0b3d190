#!/usr/bin/env python3
"""Words that docs/words.md does not allow, in names, comments, messages and pages.

words.py ROOT [FILE...]: looks through the files given, else through those of the project; prints each finding, exit status 1 if any.
tests/support/words_allowed.txt holds the exceptions: path (a shell pattern), words, reason.
"""
import fnmatch, os, re, sys

SCOPE = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/*.md", "include/*.h", "src/*"]


def banned_words(page):
    table = page.split("## Words we do not use", 1)[1].split("\n## ", 1)[0]
    words = {}
    for forms, instead in re.findall(r"^\| ([a-z, ]+) \| (.+) \|$", table, re.M):
        if forms != "not":
            words.update((form.strip(), instead) for form in forms.split(","))
    return words


def allowances(lines):
    out = []
    for line in lines:
        if line.strip() and not line.startswith("#"):
            fields = [field.strip() for field in line.split("|")]
            assert len(fields) == 3 and all(fields), "path | words | reason: " + line
            out.append((fields[0], fields[1].split(), [0]))
    return out


def files_of(root):
    for folder, folders, names in os.walk(root):
        folders[:] = [f for f in folders if not f.startswith(".") and f != "build"]
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), root)
            if any(fnmatch.fnmatch(path, pattern) for pattern in SCOPE):
                yield path


def findings(root, paths, banned, allowed):
    for path in paths:
        with open(os.path.join(root, path), encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                line = re.sub(r"[Rr]andom[- _]walk", "", line)
                for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", line):
                    word = word.lower()
                    if word not in banned:
                        continue
                    hit = [a for a in allowed if fnmatch.fnmatch(path, a[0]) and word in a[1]]
                    for entry in hit:
                        entry[2][0] += 1
                    if not hit:
                        yield f"{path}:{number}: {word}: {banned[word]}"


def main():
    root, paths = sys.argv[1], sys.argv[2:]
    with open(os.path.join(root, "docs/words.md"), encoding="utf-8") as page:
        banned = banned_words(page.read())
    assert len(banned) > 20, "docs/words.md: no table of words"
    with open(os.path.join(root, "tests/support/words_allowed.txt"), encoding="utf-8") as lines:
        allowed = allowances(lines)
    found = list(findings(root, paths or sorted(files_of(root)), banned, allowed))
    if not paths:
        found += [f"words_allowed.txt: {a[0]}: not needed" for a in allowed if not a[2][0]]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


sys.exit(main())
