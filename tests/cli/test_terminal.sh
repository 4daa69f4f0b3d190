#!/usr/bin/env bash
# What only a terminal sees: colour, width, the progress bar, and Ctrl-C.
set -euo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
export EESIM_DATA=$EESIM_VINTAGE EESIM_MODELS=$EESIM_SOURCE/models
unset NO_COLOR COLUMNS
python3 - "$EESIM" "$work" <<'PY'
import fcntl, os, pty, re, select, signal, struct, subprocess, sys, termios, time

program = sys.argv[1]
draw = [program, "draw", "--draw-size", "6000", "--program", "CEC", "--model", "stock-flow"]

def run(args, env=None, columns=90, interrupt_when=None, stderr_only=False):
    """On a terminal; returns (status, everything shown). Ctrl-C is sent once the pattern has been shown."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    environment = {**os.environ, "TERM": "xterm", **(env or {})}
    child = subprocess.Popen(args, stdin=slave, stderr=slave, stdout=subprocess.DEVNULL if stderr_only else slave,
                             env=environment, start_new_session=True)
    os.close(slave)
    shown, sent, deadline = b"", False, time.time() + 240
    while time.time() < deadline:
        if select.select([master], [], [], 0.2)[0]:
            try:
                shown += os.read(master, 65536)
            except OSError:
                break
        elif child.poll() is not None:
            break
        if interrupt_when and not sent and re.search(interrupt_when, shown):
            child.send_signal(signal.SIGINT)
            sent = time.time()
    status = child.wait(timeout=60)
    if sent:
        assert time.time() - sent < 30, "Ctrl-C took %.0f s" % (time.time() - sent)
    os.close(master)
    return status, shown.decode("utf-8", "replace")

status, shown = run(draw)
assert status == 0 and "\033[1m" in shown, repr(shown[:200])
for setting in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
    status, shown = run(draw, setting)
    assert status == 0 and "\033" not in shown, (setting, repr(shown[:200]))
status, shown = run(draw + ["--color", "never"])
assert status == 0 and "\033" not in shown
status, shown = run([program, "draw", "--program", "CECC", "--draw-size", "1"])
assert status == 2 and "\033[1;31meesim:\033[0m" in shown, repr(shown)

# A file is not coloured, even from a terminal, unless colour is always wanted.
there = os.path.join(sys.argv[2], "answer")
for wanted, coloured in (([], False), (["--color", "always"], True)):
    status, shown = run(draw + ["-o", there] + wanted)
    assert status == 0 and ("\033" in open(there).read()) == coloured, wanted

# No line of a table is wider than the terminal, and nothing but titles and long texts is cut for it.
shipped = {"EESIM_DATA": os.environ["EESIM_SOURCE"] + "/data"}
for args in (["rounds", "--last", "3"], ["rounds", "--by", "year,program", "--last", "9"], ["pool"], ["pool", "--program", "CEC"],
             ["pool", "--since", "2025-12-31"], draw[1:], ["draw", "--program", "CEC", "--date", "2026-02-17", "--cutoff", "508"],
             ["forecast", "--replicates", "50", "--program", "PNP,HEALTH"], ["data", "check"],
             ["chance", "--program", "PNP", "--score", "700", "--replicates", "50", "--until", "2026-08-01"],
             ["backtest", "--first", "418", "--models", "last,ridge"], ["backtest", "--first", "418", "--calendar"]):
    status, shown = run([program] + args, shipped, columns=60)
    assert status == 0, (args, shown[-300:])
    # what stood in a line before it was wiped, such as a progress bar, is no part of it
    lines = [re.sub("\033\\[[0-9;]*m", "", line).split("\033[K")[-1].replace("\r", "") for line in shown.split("\n")]
    # a line of a table holds several columns with two spaces between them; sentences may wrap
    wide = [l for l in lines if len(l) > 60 and len(re.findall(r"\S  +(?=\S)", l)) > 1 and not l.startswith("eesim:")]
    assert not wide, (args, wide[:3])
status, shown = run([program, "rounds", "--last", "1"], shipped, columns=60)
assert re.search(r"round +date +program +invited +cut-off *\r?\n", re.sub("\033\\[[0-9;]*m", "", shown)), shown
assert "candidates" in shown and shown.count("round ") == 2, shown

# The help keeps to the width of the terminal, unless COLUMNS says otherwise.
for columns, setting in ((60, {}), (90, {"COLUMNS": "60"})):
    status, shown = run([program, "draw", "--help"], setting, columns=columns)
    text = re.sub("\033\\[[0-9;]*m", "", shown).replace("\r", "").split("Options", 1)[1]
    assert status == 0 and max(len(line) for line in text.split("\n")) <= 60, max(text.split("\n"), key=len)

# A fit takes long: the bar shows within the terminal's width, and Ctrl-C ends it with status 130 and no output.
fit = [program, "fit", "--program", "CEC", "--evaluations", "100000", "--starts", "1"]
status, shown = run(fit, columns=60, interrupt_when=rb"\[[#.]+\] +\d+ %", stderr_only=True)
assert status == 130, (status, shown[-300:])
bars = [part for part in re.split(r"\r\x1b\[K|\r|\n", shown) if part.startswith("[")]
assert bars and all(len(bar) < 60 for bar in bars), bars[:2]
assert "eesim:" in shown and "interrupted" in shown, shown[-300:]
for bar in bars: # the time left is that of the rest at the speed so far
    parts = re.match(r"\[[#.]+\] +\d+ %  (\d+) of (\d+)", bar)
    assert parts and int(parts[1]) <= int(parts[2]), bar
status, shown = run(fit, columns=200, interrupt_when=rb" left", stderr_only=True)
done, total, speed, left = re.search(r"(\d+) of (\d+) evaluations, ([\d.e+]+) a second, (.*) left", shown).groups()
left = sum(int(n) * {"h": 3600, "min": 60, "s": 1}[unit] for n, unit in re.findall(r"(\d+) (h|min|s)", left))
assert abs(left - (int(total) - int(done)) / float(speed)) <= 61 + 0.02 * left, shown[-300:]

# No bar where nobody looks or nobody wants it.
status, shown = run(["timeout", "4"] + fit + ["--quiet"], stderr_only=True)
assert not re.search(r"\[[#.]+\]", shown), repr(shown)
status, shown = run(["timeout", "3"] + fit, {"TERM": "dumb"}, stderr_only=True)
assert not re.search(r"\[[#.]+\]", shown), repr(shown)
PY
# A pipe is not coloured, whatever the terminal could show; nothing is narrower than 40 columns.
TERM=xterm "$EESIM" draw --draw-size 6000 --program CEC --model stock-flow >"$work/pipe"
! grep -q $'\033' "$work/pipe" || fail "colour in a pipe"
for columns in 10 40; do COLUMNS=$columns "$EESIM" draw --help >"$work/wide$columns"; done
cmp "$work/wide10" "$work/wide40" || fail "narrower than 40 columns"
# Without a terminal there is no bar either, and an interrupt is still status 130.
"$EESIM" fit --program CEC --evaluations 100000 --starts 1 >"$work/out" 2>"$work/err" &
child=$!
sleep 3
kill -INT "$child" 2>/dev/null || true
status=0
wait "$child" || status=$?
[ "$status" -eq 130 ]
[ ! -s "$work/out" ]
! grep -q '\[#' "$work/err"
