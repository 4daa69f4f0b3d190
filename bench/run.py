"""Runs the benchmarks, prints a table, writes JSON, compares with a stored baseline. See README.md beside this file."""
import argparse
import json
import os
import pathlib
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
BENCH = ROOT / "bench"
# Slower than the baseline by more than this, as a ratio to its reference: said to be a regression.
TOLERANCE = 1.25
INSTRUCTION_TOLERANCE = 1.05


def python_with(module):
    """A Python that has a module, or None: the first one on PATH need not be the system's."""
    for name in ("python3", "/usr/bin/python3"):
        path = shutil.which(name)
        if path and subprocess.run([path, "-c", f"import {module}"], capture_output=True, check=False).returncode == 0:
            return path
    return None


def lines_of(command):
    """A program that prints a line of JSON for each thing it timed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(f"{command[0]}: {done.stderr.strip()}", file=sys.stderr)
        return []
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def engine(options, scratch):
    del scratch
    python = python_with("numpy")
    numpy = [f"{python} {BENCH / 'numpy_engine.py'} {options.numpy_replicates}"] if python else []
    return lines_of([BUILD / "bench/bench_engine", str(options.repetitions), *numpy])


def csv(options, scratch):
    python = python_with("pandas")
    pandas = [f"{python} {BENCH / 'pandas_csv.py'} {scratch}/pandas.csv"] if python else []
    return lines_of([BUILD / "bench/bench_csv", str(scratch), str(options.repetitions), *pandas])


def feed(options, scratch):
    path = os.environ.get("EESIM_FEED", str(ROOT.parent / "shared/feed/ee_rounds_123_en.json"))
    if not os.path.exists(path):
        return []
    return lines_of([BUILD / "bench/bench_import", str(ROOT / "models"), path, str(scratch),
                     str(10 * options.repetitions)])


def candidates(options, scratch):
    return lines_of([BUILD / "bench/bench_candidates", str(ROOT / "models/programs.json"), str(scratch), "1000000",
                     str(options.repetitions)])


def pool(options, scratch):
    del scratch
    return lines_of([BUILD / "bench/bench_pool", str(ROOT / "models"), str(ROOT / "data"), str(10 * options.repetitions)])


def hyperfine(options, scratch, named):
    """Whole commands, in turn; ratios to the first."""
    if not shutil.which("hyperfine"):
        return []
    out = scratch / "hyperfine.json"
    names = [part for name in named for part in ("-n", name)]
    command = ["hyperfine", "-N", "-w", "2", "-r", str(max(5, options.repetitions)), "--export-json", str(out), *names,
               *named.values()]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        return []
    results = json.loads(out.read_text())["results"]
    base = results[0]
    return [{"name": r["command"], "unit": "run", "median_ns": r["median"] * 1e9, "min_ns": r["min"] * 1e9,
             "max_ns": r["max"] * 1e9, "base": base["command"], "ratio": r["median"] / base["median"]}
            for r in results]


def commands(options, scratch):
    """`draw` keeps its cache in the scratch folder; the cold one has nowhere to keep it."""
    eesim = BUILD / "eesim"
    draw = f"{eesim} --draw-size 6000 --program CEC"
    run = (f"{eesim} run --program CEC,PNP,FRENCH --every 14 --until 2027-02-20 --replicates 4096 --threads 1 --quiet"
           f" -o {scratch}/run")
    return hyperfine(options, scratch, {
        "python3 -c pass": "/usr/bin/python3 -c pass",
        "draw": f"env XDG_CACHE_HOME={scratch}/cache {draw}",
        "draw, cold cache": f"env XDG_CACHE_HOME=/nonexistent {draw}",
        "run, 3 programs x 26 rounds x 4,096 replicates": run,
    })


def timed(command):
    """Seconds of processor time and on the clock of a command."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run([str(word) for word in command], capture_output=True, check=True)
    seconds, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, seconds


def rounds_of(folder):
    """Rounds a replicate has, as draws.csv counts them."""
    rows = (line.split(",") for line in (folder / "draws.csv").read_text(encoding="utf-8").splitlines()[1:])
    return sum(int(row[6]) for row in rows if row[4] == "size")


def line(name, unit, values, base, base_value):
    middle = statistics.median(values)
    return {"name": name, "unit": unit, "median_ns": middle, "min_ns": min(values), "max_ns": max(values), "base": base,
            "ratio": middle / base_value}


# Of CEC, PNP and French, 26 rounds: in all where dates are learned, on the average of futures; of each at a fixed cadence.
REAL = {"learned calendar": ["--until", "2026-10-05"], "every 14 days": ["--every", "14", "--until", "2027-02-20"]}


def real_round(run, scratch):
    """Nanoseconds of processor time a round, of one thread, without the start; and rounds a replicate."""
    few, many = 1024, 66560
    start = timed([*run, "--threads", "1", "--replicates", few])[0]
    whole = timed([*run, "--threads", "1", "--replicates", many])[0]
    rounds = rounds_of(scratch / "real") / many
    return 1e9 * (whole - start) / (rounds * (many - few)), rounds


def real(options, scratch):
    """The real model, three programs: a round beside one of the counted-pool engine, one thread and processor time; and a
    million replicates with all files beside 5,000 of NumPy, in processor time (which bears a busy machine) and on the
    clock."""
    run = [BUILD / "eesim", "run", "--program", "CEC,PNP,FRENCH", "--quiet", "-o", scratch / "real"]
    counted_name = "counted pool, a round"
    counted, rounds, numbers = [], {name: [] for name in REAL}, {}
    for _ in range(max(3, options.repetitions // 2)):
        engines = lines_of([BUILD / "bench/bench_engine", "1"])
        counted += [job["median_ns"] / 26 for job in engines if job["name"] == "counted pool"]
        for name, settings in REAL.items():
            ns, numbers[name] = real_round([*run, *settings], scratch)
            rounds[name].append(ns)
    if not counted:
        return []
    results = [line(counted_name, "round", counted, counted_name, statistics.median(counted))]
    for name in REAL:
        results.append(line(f"real model, {name}, a round", "round", rounds[name], counted_name,
                            statistics.median(counted)))
        results[-1]["rounds_a_replicate"] = round(numbers[name], 2)
    python = python_with("numpy")
    if python:
        numpy_name = "NumPy, 5,000 replicates of the fixed workload"
        million_name = "real model, 1,000,000 replicates, all files"
        numpy = timed([python, BENCH / "numpy_engine.py", options.numpy_replicates])
        million = timed([*run, *REAL["learned calendar"], "--replicates", 1000000])
        for i, how in enumerate((", processor time", ", on the clock")):
            slow = 1e9 * numpy[i] * 5000 / options.numpy_replicates
            results += [line(numpy_name + how, "run", [slow], numpy_name + how, slow),
                        line(million_name + how, "run", [1e9 * million[i]], numpy_name + how, slow)]
    return results


def instructions(options, scratch):
    """Counts of callgrind: repeatable on a loaded machine, so that small regressions show."""
    if options.no_callgrind or not shutil.which("valgrind"):
        return []
    found = []
    for name, command in {
            "instructions of draw": [str(BUILD / "eesim"), "--draw-size", "6000", "--program", "CEC"],
            "instructions of 256 replicates, Poisson pool": [str(BUILD / "bench/bench_count"), "poisson"],
            "instructions of 256 replicates, counted pool": [str(BUILD / "bench/bench_count"), "counted"]}.items():
        done = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={scratch}/callgrind.out", *command],
                              capture_output=True, text=True, check=False)
        count = re.search(r"Collected : (\d+)", done.stderr)
        if done.returncode == 0 and count:
            found.append({"name": name, "unit": "run", "instructions": int(count.group(1))})
    return found


GROUPS = {"engine": engine, "real": real, "csv": csv, "feed": feed, "candidates": candidates, "pool": pool,
          "commands": commands, "instructions": instructions}


def machine():
    info = {"system": platform.platform(), "cores": os.cpu_count(), "load": os.getloadavg()[0]}
    try:
        text = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
        info["processor"] = re.search(r"model name\s*: (.*)", text).group(1)
        info["instruction_sets"] = sorted(set(re.search(r"flags\s*: (.*)", text).group(1).split()) &
                                          {"avx2", "fma", "avx512f", "avx512dq", "avx512vl"})
    except (OSError, AttributeError):
        pass
    cache = (BUILD / "CMakeCache.txt").read_text(encoding="utf-8")
    compiler = re.search(r"CMAKE_C_COMPILER:\w+=(.*)", cache).group(1)
    info["compiler"] = subprocess.run([compiler, "--version"], capture_output=True, text=True,
                                      check=False).stdout.splitlines()[0]
    return info


def time_text(ns):
    for unit, size in (("s", 1e9), ("ms", 1e6), ("us", 1e3)):
        if ns >= size:
            return f"{ns / size:.3g} {unit}"
    return f"{ns:.3g} ns"


def median_ns(line):
    return line["median_ns"] if "median_ns" in line else line["median_ms"] * 1e6


def show(results, baseline):
    """Prints the table; returns the names that became slower than the tolerance allows."""
    worse = []
    before = {line["name"]: line for lines in baseline.get("results", {}).values() for line in lines}
    for group, lines in results.items():
        print(f"\n{group:50} {'median':>10} {'least':>10} {'most':>10} {'/ reference':>12} {'baseline':>10}")
        for line in lines:
            old = before.get(line["name"], {})
            key, limit = ("instructions", INSTRUCTION_TOLERANCE) if "instructions" in line else ("ratio", TOLERANCE)
            value, was = line.get(key), old.get(key)
            mark = ""
            if value and was and value > was * limit:
                worse.append(line["name"])
                mark = "  SLOWER"
            if key == "instructions":
                print(f"{line['name']:50} {value:>45,} {was or '':>10}{mark}")
                continue
            scale = 1 if "median_ns" in line else 1e6
            least, most = (line.get(f"{end}_ns", line.get(f"{end}_ms")) * scale for end in ("min", "max"))
            print(f"{line['name']:50} {time_text(median_ns(line)):>10} {time_text(least):>10} {time_text(most):>10} "
                  f"{value:>12.4g} {was if was is None else format(was, '.4g')!s:>10}{mark}")
    return worse


def main():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__, allow_abbrev=False)
    parser.add_argument("groups", nargs="*", help=f"which to run: {' '.join(GROUPS)}; if not given, all")
    parser.add_argument("--repetitions", type=int, default=7)
    parser.add_argument("--numpy-replicates", type=int, default=1000)
    parser.add_argument("--no-callgrind", action="store_true", help="leave out instruction counts, which are slow")
    parser.add_argument("--against", metavar="NAME", help="compare with bench/NAME/ and fail when something got slower")
    parser.add_argument("--save", metavar="NAME", help="store the results as bench/NAME/results.json")
    parser.add_argument("-o", "--output", metavar="FILE", help="write the results as JSON")
    options = parser.parse_args()
    unknown = [name for name in options.groups if name not in GROUPS]
    if unknown:
        parser.error(f"unknown group '{unknown[0]}'; there are {' '.join(GROUPS)}")
    baseline = json.loads((BENCH / options.against / "results.json").read_text()) if options.against else {}
    info = machine()
    print(", ".join(f"{key} {value}" for key, value in info.items()))
    if info["load"] > 0.5 * info["cores"]:
        print("warning: the machine is busy; times of several threads mean little now", file=sys.stderr)
    with tempfile.TemporaryDirectory() as scratch:
        results = {name: GROUPS[name](options, pathlib.Path(scratch)) for name in options.groups or GROUPS}
    worse = show(results, baseline)
    text = json.dumps({"machine": info, "repetitions": options.repetitions, "results": results}, indent=1) + "\n"
    if options.output:
        pathlib.Path(options.output).write_text(text)
    if options.save:
        (BENCH / options.save).mkdir(exist_ok=True)
        (BENCH / options.save / "results.json").write_text(text)
    if worse:
        print("\nslower than the baseline: " + ", ".join(worse), file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
