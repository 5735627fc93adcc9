#!/bin/sh
# engine.sh [WORKLOAD ...]
#	How fast the engine is with steps that do nothing: w1 (one step), w2 (ten in a
#	chain), w3 (fifty and a join), open (a million steps of w1 while a transaction
#	stays open: what deleted rows cost who has to pass them by).  The steps are
#	done by noop_worker, a process outside the database.
#	One after the other with one worker, all at once with WORKERS of them (2); each
#	has so many tasks in hand, SLOTS, and connections, LANES.
set -eu
. "$(dirname "$0")/place.sh"
workers=${WORKERS:-2} slots=${SLOTS:-500} lanes=${LANES:-2}
[ $# -gt 0 ] || set -- w1 w2 w3

start_postgres
build_program noop_worker -lpq -ljansson
build_program engine_caller -lpq
sql -f "$here/engine_definitions.sql" >/dev/null

start_worker() { # number
	: >"$place/worker-$1"
	"$place/noop_worker" "$db" "$slots" "$lanes" >"$place/worker-$1" &
	worker=$!
	children="$children $worker"
	until grep -q ready "$place/worker-$1"; do sleep 0.05; done
}

latency() { "$place/engine_caller" "$db" latency "$1" "$(scaled "$2")" | keep_figures; }
throughput() {
	helpers=
	for number in $(seq 2 "$workers"); do
		start_worker "$number"
		helpers="$helpers $worker"
	done
	"$place/engine_caller" "$db" throughput "$1" "$(scaled "$2")" "$3" | keep_figures
	for worker in $helpers; do
		kill "$worker"
		wait "$worker"
	done
}

hold_open() {
	mkfifo "$place/open"
	psql -X -q <"$place/open" >/dev/null 2>&1 &
	children="$children $!"
	exec 9>"$place/open"
	echo 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_class;' >&9
}

start_worker 1
echo "# workers at once $workers, slots $slots, connections each $lanes, load $(load_average)"
for workload; do
	case $workload in
	w1)
		latency w1 500
		throughput w1 5000 1
		;;
	w2)
		latency w2 200
		throughput w2 1000 10
		;;
	w3)
		latency w3 50
		throughput w3 200 51
		;;
	open)
		hold_open
		i=0
		while [ "$i" -lt 20 ]; do
			throughput w1 50000 1
			latency w1 100
			i=$((i + 1))
		done
		sql -c "SELECT relname,
			       pg_size_pretty(pg_total_relation_size(oid)) AS size,
			       pg_stat_get_dead_tuples(oid) AS dead_rows
			FROM pg_class
			WHERE oid IN ('mcp.live_runs'::regclass, 'mcp.ready_steps'::regclass,
			              'mcp.timers'::regclass, 'mcp.workers'::regclass)"
		exec 9>&-
		;;
	*)
		echo "engine.sh: unknown workload $workload" >&2
		exit 2
		;;
	esac
done
