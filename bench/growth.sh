#!/bin/sh
# growth.sh [RUNS ...]
#	w8: w1 and the reads of HTTP with so many runs in history (10000, 100000 and
#	1000000), ten steps each: what lies behind must cost nothing.
set -eu
. "$(dirname "$0")/place.sh"
[ $# -gt 0 ] || set -- 10000 100000 1000000

start_postgres
build_program noop_worker -lpq -ljansson
build_program engine_caller -lpq
sql -f "$here/engine_definitions.sql" -f "$here/history.sql" >/dev/null
"$place/noop_worker" "$db" 500 2 >"$place/worker" &
children="$children $!"
until grep -q ready "$place/worker"; do sleep 0.05; done
start_daemon

# Of one run of history each time; milliseconds.
get_run() {
	i=0
	while [ "$i" -lt 50 ]; do
		curl -s -o /dev/null -w '%{http_code} %{time_starttransfer}\n' -H "X-API-Key: $api_key" \
			"$base_url/workflows/runs/$(sql -c 'SELECT history.any_run()')"
		i=$((i + 1))
	done | awk '$1 != 200 { bad++ } { print $2 * 1000 } END { if (bad) print "bad" }' |
		sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

loaded=0
for runs; do
	runs=$(scaled "$runs")
	while [ "$loaded" -lt "$runs" ]; do
		part=$((runs - loaded))
		[ "$part" -le 100000 ] || part=100000
		sql -c "SELECT history.load($part)" >/dev/null
		loaded=$((loaded + part))
	done
	sql -c 'VACUUM ANALYZE' -c CHECKPOINT
	{
		"$place/engine_caller" "$db" latency w1 "$(scaled 200)"
		"$place/engine_caller" "$db" throughput w1 "$(scaled 5000)" 1
	} | sed "s/^w1	\([^	]*\)/w8	\1, $runs runs before/" |
		grep -e 'p50' -e 'rate,' | keep_figures
	figure w8 "GET of a run, $runs runs before" "$(get_run)" ms
done
