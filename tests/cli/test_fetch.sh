#!/usr/bin/env bash
# eesim data fetch against a server on the loopback that misbehaves in every way we know of.
# EESIM_KILLS=N sets how often a fetch is killed at a random moment (default 10).
set -uo pipefail
source "$EESIM_SOURCE/tests/support/cli.sh"
export EESIM_MODELS=$EESIM_SOURCE/models NO_COLOR=1 LC_ALL=C TZ=UTC no_proxy=127.0.0.1
unset TERM EESIM_DATA http_proxy https_proxy all_proxy HTTPS_PROXY ALL_PROXY CURL_CA_BUNDLE SSL_CERT_FILE
cd "$work"
servers=()
trap 'kill "${servers[@]}" 2>/dev/null; _leave' EXIT

make_feed() { python3 "$EESIM_SOURCE/tests/support/make_feed.py" "$EESIM_SOURCE/tests/golden/fixture/data" "$@"; }
serve() { # FEED PORT_FILE [CERTIFICATE KEY]; sets $port
    python3 "$EESIM_SOURCE/tests/support/feed_server.py" "$@" &
    servers+=($!)
    for _ in $(seq 200); do [ -s "$2" ] && break; sleep 0.05; done
    port=$(cat "$2")
}
make_feed 396 >feed.json
make_feed 390 >old.json
"$EESIM" data import old.json -o start --quiet || fail "the folder to start from"
"$EESIM" data import old.json -o old --quiet
"$EESIM" data import feed.json -o old --quiet
mv old new
cp -r start old

if "$EESIM" data fetch --url http://127.0.0.1:1/ --attempts 1 -o start 2>&1 | grep -q 'has no network'; then
    expect 1 'data import FILE' "$EESIM" data fetch -o start
    same start old
    echo "built without libcurl: no more to test"
    exit 0
fi
serve feed.json port
base=http://127.0.0.1:$port

# 200, then 304; what is asked with; the report is the importer's.
cp -r old data
expect 0 '6 new, 0 changed' "$EESIM" data fetch --url "$base/feed" --check -o data
same data old
expect 0 '6 new, 0 changed' "$EESIM" data fetch --url "$base/feed" -o data
grep -q 'holds: 47 rounds through #396' out || fail "the report: $(cat out)"
cmp data/rounds.csv new/rounds.csv && cmp data/pools.csv new/pools.csv || fail "not what an import makes"
cp -r data current
expect 0 'Nothing new' "$EESIM" data fetch --url "$base/feed" -o data
same data current
grep -q 'feed agent=Mozilla/5.0 (compatible; eesim/[0-9.]*; .*etag=None since=None accepts=gzip' port.log || fail "the first request"
grep -q 'feed .*etag="version-1" since=Wed, 18 Feb 2026 12:00:00 GMT' port.log || fail "no conditional request"
# Another address, or data that were changed since: the whole feed is asked for.
expect 0 '47 as stored' "$EESIM" data fetch --url "$base/feed?other" -o data
sed -i 's/^396,\(.*\),6000,/396,\1,6001,/' data/rounds.csv
expect 0 'round 396, size: was 6001, now 6000' "$EESIM" data fetch --url "$base/feed?other" -o data
cmp data/rounds.csv current/rounds.csv || fail "a changed value was not put right"

# What works all the same.
works() { # PATH PATTERN
    rm -rf data
    cp -r old data
    expect 0 "$2" "$EESIM" data fetch --url "$base/$1" -o data
    cmp data/rounds.csv new/rounds.csv || fail "$1: other rounds"
}
works moved '6 new'
works packed '6 new'
works failing_once 'the server answered 500; trying again in 1 second'
works drip '6 new'
rm -rf data
expect 0 '47 new' "$EESIM" data fetch --url "$base/feed" -o data
cmp data/rounds.csv new/rounds.csv || fail "into a new folder"

# What is no feed: the status, words, what to do, and the old data as they were.
rm -rf data
cp -r old data
bad() { # STATUS PATTERN PATH ARGS...
    local status=$1 pattern=$2 path=$3
    shift 3
    expect "$status" "$pattern" "$EESIM" data fetch --url "$base/$path" --attempts 1 -o data "$@"
    grep -q 'eesim data import FILE' err || fail "$path: no advice"
    grep -qF "$base/$path" err || fail "$path: the address is not named"
    [ ! -s out ] || fail "$path: printed something"
    same data old
}
bad 3 'refused the request \(status 403\)' forbidden
bad 3 'has no such file \(status 404\)' absent
bad 1 'the server has failed \(status 500\)' failing
bad 1 'no whole answer came within 1 seconds' slow --timeout 1
bad 3 'broke off' cut
bad 3 'not valid JSON' half
bad 3 'too large to be the feed: more than 32 MB' large
bad 3 'too large to be the feed: more than 32 MB' bomb
bad 3 'is a web page' page
bad 3 'is a web page' disguised
bad 3 '\(image/png\) is no JSON' picture
bad 3 'not valid JSON' text
bad 3 'is empty' empty
bad 3 "'rounds' is empty" none
bad 3 'not http or https' local
bad 3 'without end' round
expect 1 'cannot be reached' "$EESIM" data fetch --url http://127.0.0.1:1/ --attempts 1 -o data
expect 2 'begins with https:// or http://' "$EESIM" data fetch --url file:///etc/hostname -o data
same data old

# A proxy is used when one is named.
http_proxy=http://127.0.0.1:1 no_proxy='' expect 1 'cannot be reached' "$EESIM" data fetch --url "$base/feed" --attempts 1 -o data

# TLS: a certificate that nobody vouches for is refused, one that is trusted by name works, another name is refused.
if openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost >/dev/null 2>&1; then
    serve feed.json port_tls cert.pem key.pem
    export no_proxy=127.0.0.1,localhost
    expect 1 'certificate cannot be trusted' "$EESIM" data fetch --url "https://localhost:$port/feed" -o data
    same data old
    expect 1 'certificate cannot be trusted' "$EESIM" data fetch --url "https://127.0.0.1:$port/feed" --cacert cert.pem -o data
    expect 1 'certificate cannot be trusted' "$EESIM" data fetch --url "https://localhost:$port/feed" --cacert absent.pem -o data
    same data old
    expect 0 '6 new' "$EESIM" data fetch --url "https://localhost:$port/feed" --cacert cert.pem -o data
    rm -rf data
    cp -r old data
    CURL_CA_BUNDLE=cert.pem expect 0 '6 new' "$EESIM" data fetch --url "https://localhost:$port/feed" -o data
fi

# Killed at a random moment: the folder is the old one or the new one. The next fetch that brings something
# leaves nothing beside it, nor does an import that finds nothing new.
kills=${EESIM_KILLS:-10} olds=0 news=0
mkdir killed
for i in $(seq "$kills"); do
    rm -rf killed/data
    cp -r old killed/data
    "$EESIM" data fetch --url "$base/drip" -o killed/data >/dev/null 2>&1 &
    process=$!
    sleep "$(awk -v i="$i" -v n="$kills" 'BEGIN { srand(i); printf "%.4f", 0.005 + (i + rand()) / n * 0.2 }')"
    kill -9 $process 2>/dev/null
    wait $process 2>/dev/null
    if diff -r killed/data old >/dev/null; then
        olds=$((olds + 1))
    elif [ "$(diff -r killed/data new)" = 'Only in killed/data: fetched.json' ]; then
        news=$((news + 1))
    else
        fail "killed: neither old nor new: $(ls -A killed/data)"
    fi
done
echo "killed $kills times: $olds old, $news new"
mkdir killed/.data.new.999999999
rm -rf killed/data
cp -r old killed/data
"$EESIM" data fetch --url "$base/drip" -o killed/data --quiet || fail "after the kills"
[ "$(ls -A killed)" = data ] || fail "left behind by a fetch: $(ls -A killed)"
mkdir killed/.data.new.999999999
"$EESIM" data import feed.json -o killed/data --quiet || fail "an import of the same"
[ "$(ls -A killed)" = data ] || fail "left behind: $(ls -A killed)"

# Where the shipped folder cannot be written the data go to the user's own, once with a remark; the newer folder is used.
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null && setpriv --reuid=65534 --regid=65534 --clear-groups test -x "$EESIM"; then
    as_user() { setpriv --reuid=65534 --regid=65534 --clear-groups env XDG_DATA_HOME="$work/home/share" "$@"; }
elif [ "$(id -u)" -ne 0 ]; then
    as_user() { env XDG_DATA_HOME="$work/home/share" "$@"; }
else
    echo "no other user to test the user's own folder with"
    exit 0
fi
mkdir -p shipped/bin home
cp "$EESIM" shipped/bin/eesim
cp -r old shipped/data
cp -r "$EESIM_SOURCE/models" shipped/models
chmod 755 "$work" shipped shipped/bin
chmod -R a+rX shipped
chmod a-w shipped/data shipped
chmod 777 home
unset EESIM_MODELS
last() { as_user "$@" rounds --last 1 --format csv 2>/dev/null | tail -n 1 | cut -d, -f1; }
[ "$(last shipped/bin/eesim)" = 390 ] || fail "shipped: $(last shipped/bin/eesim)"
expect 0 '6 new' as_user shipped/bin/eesim data fetch --url "$base/feed" --check
[ ! -e home/share ] || fail "--check made a folder"
expect 0 "cannot be written.*$work/home/share/eesim" as_user shipped/bin/eesim data fetch --url "$base/feed"
grep -q '6 new, 0 changed' out || fail "the report against the shipped data: $(cat out)"
same shipped/data old
[ "$(last shipped/bin/eesim)" = 396 ] || fail "the user's own folder is not used"
[ "$(last env EESIM_DATA="$work/old" shipped/bin/eesim)" = 390 ] || fail "EESIM_DATA does not win"
[ "$(as_user shipped/bin/eesim rounds --data "$work/old" --last 1 --format csv | tail -n 1 | cut -d, -f1)" = 390 ] || fail "--data does not win"
expect 0 'Nothing new' as_user shipped/bin/eesim data fetch --url "$base/feed"
! grep -q 'cannot be written' err || fail "the remark comes more than once"
chmod u+w shipped
mv shipped/data shipped/before
(cd "$work" && make_feed 396 | sed 's/"6,000"/"6,001"/; s/2026-02-17/2026-02-19/g; s/February 17, 2026/February 19, 2026/g') >newer.json
shipped/bin/eesim data import newer.json -o shipped/data --quiet || fail "newer shipped data"
chmod -R a+rX shipped
[ "$(as_user shipped/bin/eesim rounds --last 1 --format csv | tail -n 1 | cut -d, -f2)" = 2026-02-19 ] || fail "newer shipped data are not used"
