# What the shell tests share; each begins with `source "$EESIM_SOURCE/tests/support/cli.sh"`.
# $work is a scratch folder that goes at the end. Once fail was called the script cannot end with 0.
work=$(mktemp -d)
_failures=$(mktemp)
# Neither the clock nor what the user has fetched may change a test.
export EESIM_TODAY=${EESIM_TODAY:-2026-02-18} XDG_DATA_HOME=$work/no-user-data

_leave() {
    local status=$? failures
    failures=$(wc -l <"$_failures")
    chmod -R u+rwx "$work"
    rm -rf "$work" "$_failures"
    [ "$failures" -eq 0 ] || { echo "$failures failed"; exit 1; }
    exit $status
}
trap _leave EXIT

# Says what is wrong, with the beginning of $work/err, and goes on. Counts in a file: also heard from a subshell.
fail() {
    echo "FAILED: $*"
    echo >>"$_failures"
    [ ! -s "$work/err" ] || sed 's/^/  stderr: /' "$work/err" | head -n 5
}

# What refused runs, with the arguments behind it.
subject=("$EESIM")

# The command must end with this status, say this on standard error, print no data and leave no folder named bad.
refused() { # NAME STATUS PATTERN ARGS...
    local name=$1 status=$2 pattern=$3 got=0
    shift 3
    "${subject[@]}" "$@" </dev/null >"$work/out" 2>"$work/err" || got=$?
    # shellcheck disable=SC2053 # STATUS may be a pattern, such as [12]
    [[ $got = $status ]] || fail "$name: status $got, expected $status"
    grep -Eq -- "$pattern" "$work/err" || fail "$name: no message like '$pattern'"
    ! grep -Eq 'Sanitizer|runtime error' "$work/err" || fail "$name: sanitizer"
    [ ! -s "$work/out" ] || fail "$name: something was printed"
    [ ! -e bad ] && [ ! -e bad.partial ] || fail "$name: a folder was left"
}

# The command must end with this status and print this, on standard output or error.
expect() { # STATUS PATTERN COMMAND...
    local status=$1 pattern=$2 got=0
    shift 2
    "$@" </dev/null >"$work/out" 2>"$work/err" || got=$?
    [ $got -eq "$status" ] || fail "$*: status $got, expected $status"
    grep -Eq -- "$pattern" "$work/out" "$work/err" || fail "$*: no '$pattern' in: $(head -c 500 "$work/out")"
}

# Two folders must hold the same bytes.
same() {
    diff -rq "$1" "$2" >&2 || fail "$1 and $2 differ"
}
