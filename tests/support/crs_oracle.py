"""The Comprehensive Ranking System once more, from the published tables, for tests: plain sums, none of the program's code
or files. `score_profile()` takes a profile as `eesim score --profile` does."""
import datetime

LEVELS = ["less-than-secondary", "secondary", "one-year", "two-year", "bachelor", "two-or-more", "masters", "doctoral"]
ABILITIES = ["speaking", "listening", "reading", "writing"]
# with an accompanying spouse, without one
AGE = {18: (90, 99), 19: (95, 105), 30: (95, 105), 31: (90, 99), 32: (85, 94), 33: (80, 88), 34: (75, 83), 35: (70, 77),
       36: (65, 72), 37: (60, 66), 38: (55, 61), 39: (50, 55), 40: (45, 50), 41: (35, 39), 42: (25, 28), 43: (15, 17), 44: (5, 6)}
AGE.update({a: (100, 110) for a in range(20, 30)})
EDUCATION = dict(zip(LEVELS, [(0, 0), (28, 30), (84, 90), (91, 98), (112, 120), (119, 128), (126, 135), (140, 150)]))
WORK = [(0, 0), (35, 40), (46, 53), (56, 64), (63, 72), (70, 80)]
SPOUSE_EDUCATION = dict(zip(LEVELS, [0, 2, 6, 7, 8, 9, 10, 10]))
SPOUSE_WORK = [0, 5, 7, 8, 9, 10]
# least results for levels 10, 9, ... 4: speaking, listening, reading, writing
TESTS = {
    "IELTS": [(7.5, 8.5, 8, 7.5), (7, 8, 7, 7), (6.5, 7.5, 6.5, 6.5), (6, 6, 6, 6), (5.5, 5.5, 5, 5.5), (5, 5, 4, 5), (4, 4.5, 3.5, 4)],
    "PTE": [(89, 89, 88, 90), (84, 82, 78, 88), (76, 71, 69, 79), (68, 60, 60, 69), (59, 50, 51, 60), (51, 39, 42, 51), (42, 28, 33, 41)],
    "TEF": [(556, 546, 546, 558), (518, 503, 503, 512), (494, 462, 462, 472), (456, 434, 434, 428), (422, 393, 393, 379),
            (387, 352, 352, 330), (328, 306, 306, 268)],
    "TEF before 2023-12-10": [(393, 316, 263, 393), (371, 298, 248, 371), (349, 280, 233, 349), (310, 249, 207, 310), (271, 217, 181, 271),
                              (226, 181, 151, 226), (181, 145, 121, 181)],
    "TCF": [(16, 549, 549, 16), (14, 523, 524, 14), (12, 503, 499, 12), (10, 458, 453, 10), (7, 398, 406, 7), (6, 369, 375, 6), (4, 331, 342, 4)],
}


def test_levels(test, day):
    if not test:
        return [0] * 4
    name = test["test"]
    results = [test[a] for a in ABILITIES]
    if name in ("CLB", "CELPIP"):
        return results
    if name == "TEF" and day < "2023-12-10":
        name = "TEF before 2023-12-10"
    return [next((10 - i for i, row in enumerate(TESTS[name]) if result >= row[a]), 0) for a, result in enumerate(results)]


def first_points(level, column):
    if level >= 10:
        return (32, 34)[column]
    return {9: (29, 31), 8: (22, 23), 7: (16, 17), 6: (8, 9), 5: (6, 6), 4: (6, 6)}.get(level, (0, 0))[column]


def other_points(level, best):
    return best if level >= 9 else 3 if level >= 7 else 1 if level >= 5 else 0


def score_person(p):
    """p: age, education, french (the first language is French), first, second (four levels), canadian, foreign, study (whole
    years), certificate, sibling, nomination (bool), job_offer (0, 50, 200), spouse (None, or education, levels, canadian), day."""
    spouse = p["spouse"]
    column = 0 if spouse else 1
    core = AGE.get(p["age"], (0, 0))[column] + EDUCATION[p["education"]][column]
    core += sum(first_points(level, column) for level in p["first"])
    core += min((22, 24)[column], sum(other_points(level, 6) for level in p["second"]))
    core += WORK[min(p["canadian"], 5)][column]
    core = min(core, (460, 500)[column])
    beside = 0
    if spouse:
        beside = SPOUSE_EDUCATION[spouse["education"]] + min(20, sum(other_points(level, 5) for level in spouse["levels"]))
        beside = min(40, beside + SPOUSE_WORK[min(spouse["canadian"], 5)])
    low, place = min(p["first"]), LEVELS.index(p["education"])
    education = 0 if place < 2 else 1 if place < 5 else 2
    foreign = 0 if p["foreign"] < 1 else 1 if p["foreign"] < 3 else 2
    language = 2 if low >= 9 else 1 if low >= 7 else 0
    work = min(p["canadian"], 2)
    pair = lambda a, b: {(1, 1): 13, (1, 2): 25, (2, 1): 25, (2, 2): 50}.get((a, b), 0)
    transfer = min(50, pair(education, language) + pair(education, work)) + min(50, pair(foreign, language) + pair(foreign, work))
    if p["certificate"]:
        transfer += 50 if low >= 7 else 25 if low >= 5 else 0
    transfer = min(100, transfer)
    day = p["day"]
    more = 600 if p["nomination"] else 0
    if p["job_offer"] and day < "2025-03-25":
        more += 600 if day < "2016-11-19" else p["job_offer"]
    french, english = (p["first"], p["second"]) if p["french"] else (p["second"], p["first"])
    if min(french) >= 7 and day >= "2017-06-06":
        strong = min(english) >= 5
        more += (50 if strong else 25) if day >= "2020-10-20" else (30 if strong else 15)
    if day >= "2016-11-19":
        more += 30 if p["study"] >= 3 else 15 if p["study"] >= 1 else 0
    if day >= "2017-06-06" and p["sibling"]:
        more += 15
    more = min(600, more)
    return {"score": core + beside + transfer + more, "core": core, "spouse": beside, "transferability": transfer, "additional": more}


def score_profile(profile, today):
    day = profile.get("date", today)
    age = profile.get("age")
    if age is None:
        born, on = (datetime.date.fromisoformat(d) for d in (profile["birth_date"], day))
        age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    first, second, spouse = profile["first_language"], profile.get("second_language"), profile.get("spouse")
    offer = profile.get("job_offer", "none")
    return score_person({
        "day": day, "age": age, "education": profile["education"],
        "french": bool(first) and (first.get("language") == "fr" or first["test"] in ("TEF", "TCF")),
        "first": test_levels(first, day), "second": test_levels(second, day),
        "canadian": int(profile.get("canadian_work_years", 0)), "foreign": int(profile.get("foreign_work_years", 0)),
        "study": int(profile.get("canadian_study_years", 0)), "certificate": profile.get("certificate", False),
        "sibling": profile.get("sibling", False), "nomination": profile.get("nomination", False),
        "job_offer": 0 if offer in ("none", None) else int(offer),
        "spouse": spouse and {"education": spouse["education"], "levels": test_levels(spouse.get("language"), day),
                              "canadian": int(spouse.get("canadian_work_years", 0))}})
