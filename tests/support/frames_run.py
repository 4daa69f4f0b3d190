"""A folder of `eesim run --paths` in pandas: the summaries are those of the paths. frames_run.py FOLDER"""

import sys

import pandas

folder = sys.argv[1]
paths = pandas.read_csv(f"{folder}/paths.csv", parse_dates=["date", "tie_break"])
draws = pandas.read_csv(f"{folder}/draws.csv")
chance = pandas.read_csv(f"{folder}/chance.csv")

paths["k"] = paths.sort_values(["round"], kind="stable").groupby(["scenario", "replicate", "program"]).cumcount() + 1
by_round = paths.groupby(["scenario", "program", "k"])
for measure, column in (("cutoff", "cutoff"), ("size", "size"), ("invited", "invited")):
    rows = draws[draws.measure == measure].set_index(["scenario", "program", "round"]).sort_index()
    rows.index.names = ["scenario", "program", "k"]
    values = by_round[column]
    assert (values.count() == rows.replicates).all(), measure
    assert (abs(values.mean() - rows["mean"]) <= 1e-6 * rows["mean"]).all(), measure
    spread = values.std(ddof=1)[rows.replicates > 1]
    known = rows[rows.replicates > 1]
    assert (abs(spread - known["sd"]) <= 1e-3 * spread + 1e-9).all(), measure
    assert (abs(known["sd"] / known.replicates**0.5 - known.mean_se) <= 1e-5 * known.mean_se + 1e-9).all(), measure
    assert (values.size() == rows.replicates + rows.missing).all(), measure
    # a quantile is the smallest value that at least this share does not exceed; large counts are kept in bins
    slack = 0 if measure == "cutoff" else 0.01
    for level, name in ((0.1, "q10"), (0.5, "q50"), (0.9, "q90")):
        n = values.count()
        at_most = paths.join(rows[name].rename("bound"), on=rows.index.names)
        share = (at_most[column] <= at_most.bound * (1 + slack)).groupby([at_most.scenario, at_most.program, at_most.k]).sum() / n
        assert (share >= level - 1e-9).all(), (measure, name)
taken = draws[draws.measure == "taken_at_cutoff"].set_index(["scenario", "program", "round"]).sort_index()
taken.index.names = ["scenario", "program", "k"]
assert (by_round["taken_at_cutoff"].count() == taken.replicates).all() and taken.missing.sum() > 0
assert (by_round["taken_at_cutoff"].size() == taken.replicates + taken.missing).all()
cutoffs = draws[draws.measure == "cutoff"]
# the median of whole scores is known to half a score
assert (2 * cutoffs.q50_se.dropna() % 1 == 0).all() and (cutoffs.q50_se > 0).any()
# the day of a round is the earliest that half of its futures have reached
days = draws[draws.measure == "day"].set_index(["scenario", "program", "round"]).sort_index()
reached = paths.assign(first=pandas.to_datetime(days.date).reindex(pandas.MultiIndex.from_frame(paths[["scenario", "program", "k"]])).values)
groups = [reached.scenario, reached.program, reached.k]
assert ((reached.date <= reached["first"]).groupby(groups).mean() >= 0.5 - 1e-9).all()
assert ((reached.date < reached["first"]).groupby(groups).mean() < 0.5 + 1e-9).all()
assert (paths.tie_break.dropna() <= paths.date[paths.tie_break.notna()]).all()
assert (paths.invited <= paths["size"]).all()

assert chance.probability.between(0, 1).all()
for over, fixed in (("date", "score"), ("score", "date")):
    rising = chance.sort_values(over).groupby(["scenario", "candidates", fixed]).probability
    assert rising.apply(lambda p: p.is_monotonic_increasing).all(), f"a chance falls with the {over}"
# given from the highest score without a chance on, and until the last day
for _, rows in chance.groupby(["scenario", "candidates"]):
    last = rows[rows.date == "2026-06-30"].sort_values("score").probability
    assert rows.date.max() == "2026-06-30" and last.iloc[0] == 0 < last.iloc[1]

pool = pandas.read_csv(f"{folder}/pool.csv")
assert (pool.band_high - pool.band_low).isin([9, 49, 99]).all() and not pool.duplicated(["scenario", "program", "round", "band_high"]).any()
compare = pandas.read_csv(f"{folder}/compare.csv")
assert (compare.baseline == draws.scenario.iloc[0]).all() and (compare.scenario != compare.baseline).all()
print(f"frames_run: {len(paths)} rounds agree with their summaries")
