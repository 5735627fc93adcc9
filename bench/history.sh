#!/bin/bash
# history.sh [STEPS ...]
#	What a long history costs those who read it and those who work: the median time
#	of get_run, of list_runs, and of a start with the turn that takes it, with so
#	many steps in history (10000 and 1000000; 10000000 is the long form), and
#	whether the plans read history by its indexes only.  Makes a cluster of its own
#	from this checkout, and takes it away again.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
top=${here%/*}
[ $# -gt 0 ] || set -- 10000 1000000

unset PGHOST PGPORT PGUSER PGDATABASE PGOPTIONS
place=$(mktemp -d "${TMPDIR:-/tmp}/mcp-bench.XXXXXX")
run_as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
clean() {
	run_as "$bin/pg_ctl" -D "$place/data" -m fast -w stop >/dev/null 2>&1 || true
	rm -rf "$place"
}
trap clean EXIT

config=$("$top/packaging/local/prefix.sh" "$top/.run/pgprefix")
bin=$(dirname "$config")
make -s -C "$top" PG_CONFIG="$config" install >/dev/null
chmod -R a+rX "$top/.run"
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
client_min_messages = error
CONF
run_as "$bin/pg_ctl" -D "$place/data" -w -l "$place/log" start >/dev/null
sql() { psql -X -q -A -t -v ON_ERROR_STOP=1 -d "host=$place user=postgres dbname=postgres" "$@"; }
sql -c 'CREATE EXTENSION mcp' -f "$here/history.sql" >/dev/null
sql -c "SELECT mcp.maintain(); SELECT mcp.register_worker('history')" >/dev/null

printf '%10s %10s %12s %14s %14s %12s %6s\n' \
	steps get_run list_runs 'of a workflow' 'that FAILED' 'start, turn' scans
loaded=0
for steps; do
	# In parts: what one statement makes it holds in memory.
	while [ "$loaded" -lt $((steps / 10)) ]; do
		part=$((steps / 10 - loaded))
		[ "$part" -le 100000 ] || part=100000
		sql -c "SELECT history.load($part)" >/dev/null
		loaded=$((loaded + part))
	done
	sql -c 'VACUUM ANALYZE' -c 'CHECKPOINT'
	sql -F ' ' -c "
		SELECT format('%10s %10s %12s %14s %14s %12s %6s', $steps,
			history.measure('SELECT mcp.get_run(history.any_run())', 300),
			history.measure('SELECT count(*) FROM mcp.list_runs()', 100),
			history.measure('SELECT count(*) FROM mcp.list_runs(''history'')', 100),
			history.measure('SELECT count(*) FROM mcp.list_runs(status => ''FAILED'')', 100),
			history.measure('SELECT history.claim()', 300),
			history.scans('SELECT * FROM mcp.workflow_runs ORDER BY run_id DESC LIMIT 100')
			+ history.scans('SELECT * FROM mcp.workflow_runs WHERE workflow_id = ''01900000-0000-7000-8000-000000000000'' ORDER BY run_id DESC LIMIT 100')
			+ history.scans('SELECT * FROM mcp.step_runs WHERE run_id = ''01900000-0000-7000-8000-000000000000'''))"
	sql -c "SELECT mcp.worker_turn('history', epoch, '[]', '{}') FROM mcp.workers" >/dev/null
done
echo "microseconds, medians; scans: parts of plans that read history without an index"
