#!/bin/sh
# engine.sh [WORKLOAD ...]
#	How fast the engine is with steps that do nothing: w1 (one step), w2 (ten in a
#	chain), w3 (fifty and a join), open (a million steps of w1 while a transaction
#	stays open: what deleted rows cost who has to pass them by).  Makes a cluster
#	of its own from this checkout, with fsync and synchronous_commit on, and takes
#	it away again.
#	WORKERS, SLOTS, LANES: worker processes, tasks in hand, connections each.
#	SCALE: 1 is what the figures in RESULTS.md are from.
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
top=${here%/*}
workers=${WORKERS:-1} slots=${SLOTS:-500} lanes=${LANES:-2} scale=${SCALE:-1}
[ $# -gt 0 ] || set -- w1 w2 w3

unset PGHOST PGPORT PGUSER PGDATABASE PGOPTIONS
place=$(mktemp -d "${TMPDIR:-/tmp}/mcp-bench.XXXXXX")
pids=
run_as() {
	if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}
clean() {
	for pid in $pids; do kill "$pid" 2>/dev/null || true; done
	run_as "$bin/pg_ctl" -D "$place/data" -m fast -w stop >/dev/null 2>&1 || true
	rm -rf "$place"
}
config=$("$top/packaging/local/prefix.sh" "$top/.run/pgprefix")
bin=$(dirname "$config")
trap clean EXIT
trap 'exit 1' INT TERM

make -s -C "$top" PG_CONFIG="$config" install >/dev/null
chmod -R a+rX "$top/.run"
for program in noop_worker engine_caller; do
	cc -O2 -Wall -I"$("$config" --includedir)" -o "$place/$program" \
		"$here/$program.c" -lpq -ljansson
done

chmod a+rx "$place"
mkdir "$place/data"
[ "$(id -u)" != 0 ] || chown postgres "$place" "$place/data"
run_as "$bin/initdb" -D "$place/data" -A trust -U postgres -E UTF8 --locale=C.UTF-8 >/dev/null
cat >>"$place/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$place'
shared_buffers = 512MB
max_wal_size = 8GB
checkpoint_timeout = 30min
fsync = on
synchronous_commit = on
full_page_writes = on
CONF
run_as "$bin/pg_ctl" -D "$place/data" -w -l "$place/log" start >/dev/null
db="host=$place user=postgres dbname=postgres"
sql() { psql -X -q -v ON_ERROR_STOP=1 -d "$db" "$@"; }
sql -c 'CREATE EXTENSION mcp' -c 'SELECT mcp.maintain()' >/dev/null
sql -f "$here/engine_definitions.sql" >/dev/null

i=0
while [ "$i" -lt "$workers" ]; do
	: >"$place/worker-$i"
	"$place/noop_worker" "$db" "$slots" "$lanes" >"$place/worker-$i" &
	pids="$pids $!"
	until grep -q ready "$place/worker-$i"; do sleep 0.05; done
	i=$((i + 1))
done

scaled() { awk -v n="$1" -v s="$scale" 'BEGIN { n = int(n * s); print n < 1 ? 1 : n }'; }
latency() { "$place/engine_caller" "$db" latency "$1" "$(scaled "$2")"; }
throughput() { "$place/engine_caller" "$db" throughput "$1" "$(scaled "$2")" "$3"; }

hold_open() {
	mkfifo "$place/open"
	psql -X -q -d "$db" <"$place/open" >/dev/null 2>&1 &
	pids="$pids $!"
	exec 9>"$place/open"
	echo 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_class;' >&9
}

echo "workers $workers, slots $slots, connections each $lanes, load $(cut -d' ' -f1-3 /proc/loadavg)"
for workload; do
	case $workload in
	w1)
		latency w1 500
		throughput w1 5000 1
		throughput w1 20000 1
		;;
	w2)
		latency w2 200
		throughput w2 1000 10
		throughput w2 5000 10
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
