"""The fixed workload in NumPy, all replicates of a batch at a time. Prints seconds per replicate.

Usage: numpy_engine.py [REPLICATES]
"""
import sys
import time

import numpy as np

CENTRES = np.array([465, 440, 400, 430, 445, 720])
ARRIVALS = np.array([2150, 1550, 200, 700, 850, 550])
CANDIDATES = np.array([70000, 95000, 12000, 22000, 34000, 2695])
FILTERS = [63, 1, 7, 8, 63, 1, 20, 63, 40, 1, 63, 18, 63] * 2
TOP, ROWS = 819, 520


def workload():
    """Arrival means and initial counts, [segment][row], row 0 the highest score."""
    means = np.zeros((6, ROWS))
    counts = np.zeros((6, ROWS), dtype=np.int64)
    for s in range(6):
        first = TOP - (CENTRES[s] + 99)
        x = 99.0 - np.arange(200)
        w = np.exp(-((x / 30) ** 2) / 2)
        means[s, first:first + 200] = np.clip(ARRIVALS[s] * w / w.sum(), 0.05, 30)
        w = np.exp(-(((x + 25) / 35) ** 2) / 2)
        n = np.floor(CANDIDATES[s] * w / w.sum()).astype(np.int64)
        n[n.argmax()] += CANDIDATES[s] - n.sum()
        counts[s, first:first + 200] = n
    return means, counts


def hold_round(rng, pool, members, sizes):
    """Invite the best; returns cut-off and number taken at it."""
    replicates = pool.shape[0]
    rows = pool[:, members, :].sum(axis=1)
    reached = rows.cumsum(axis=1)
    at = (reached < sizes[:, None]).sum(axis=1)
    whole = at == ROWS
    at = np.minimum(at, ROWS - 1)
    who = np.arange(replicates)
    taken = np.where(whole, 0, sizes - (reached[who, at] - rows[who, at]))
    above = np.arange(ROWS)[None, :] < np.where(whole, ROWS, at)[:, None]
    for s in members:
        pool[:, s, :][above] = 0
    left, present = taken.copy(), rows[who, at]
    for s in members:
        here = pool[who, s, at]
        share = rng.hypergeometric(here, present - here, np.minimum(left, present))
        pool[who, s, at] -= share
        left -= share
        present = present - here
    return np.where(whole, 0, TOP - at), taken


def main():
    replicates = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    means, counts = workload()
    rng = np.random.default_rng(1)
    start = time.perf_counter()
    pool = np.repeat(counts[None, :, :], replicates, axis=0)
    for mask in FILTERS:
        pool = rng.binomial(pool, 0.98) + rng.poisson(means, size=pool.shape)
        sizes = np.maximum(1, np.rint(rng.lognormal(np.log(3000), 0.35, replicates))).astype(np.int64)
        hold_round(rng, pool, [s for s in range(6) if mask >> s & 1], sizes)
    print((time.perf_counter() - start) / replicates)


if __name__ == "__main__":
    main()
