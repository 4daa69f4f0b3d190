"""DataFrame.to_csv of a table shaped like paths.csv. Prints seconds per row. Usage: pandas_csv.py PATH [ROWS]"""
import sys
import time

import numpy as np
import pandas as pd


def main():
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 100000
    i = np.arange(rows)
    days = pd.to_datetime("2026-02-17") + pd.to_timedelta(14 * (i % 26), unit="D")
    table = pd.DataFrame({
        "scenario": "base", "replicate": i // 26, "round": i % 26 + 1, "date": days, "program": "CEC",
        "size": 3000 + i % 4000, "invited": 3000 + i % 4000, "cutoff": 480 + i % 60, "taken_at_cutoff": 100 + i % 400,
        "tie_break": days - pd.to_timedelta(i % 300, unit="D")})
    start = time.perf_counter()
    table.to_csv(sys.argv[1], index=False)
    print((time.perf_counter() - start) / rows)


if __name__ == "__main__":
    main()
