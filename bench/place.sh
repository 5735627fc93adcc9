# place.sh: sourced by the workloads
#	Servers of a workload's own, made from this checkout as `make up` makes them
#	but in a folder that is thrown away: a PostgreSQL with fsync and
#	synchronous_commit on, and where asked for Redis and mcpd.
#
#	$place	that folder; $db is how libpq finds the database there
#
#	A figure is one line: workload, what, value, unit, with tabs between them.
#	BENCH_FIGURES names a file that gets a copy of each; SCALE is what part of
#	a workload is done, 1 being what the figures in RESULTS.md are from.

here=$(cd "$(dirname "$0")" && pwd -P)
top=${here%/*}
local=$top/packaging/local
scale=${SCALE:-1}

unset PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE PGOPTIONS
place=$(mktemp -d "${TMPDIR:-/tmp}/mcp-bench.XXXXXX")
chmod a+rx "$place"
export MCP_RUN_DIR="$place/run"
children=

leave_place() {
	for child in $children; do kill "$child" 2>/dev/null || true; done
	"$local/down.sh" >/dev/null 2>&1 || true
	(cd / && . "$local/place.sh" && remove_home) 2>/dev/null || true
	rm -rf "$place"
}
trap leave_place EXIT
trap 'exit 1' INT TERM

fail_with() { # log
	tail -n 30 "$1" >&2
	exit 1
}

quietly() { "$@" >"$place/quiet.log" 2>&1 || fail_with "$place/quiet.log"; }

# One at a time: all workloads build in this checkout.
make_all() {
	quietly flock "$top/Makefile" make -j 2 -C "$top" \
		PG_CONFIG="$("$local/prefix.sh" "$MCP_RUN_DIR/home/pgprefix")" all install
}

# A checkpoint in the middle would be in one figure and not in another.
export MCP_POSTGRES_SETTINGS="
	fsync = on
	synchronous_commit = on
	full_page_writes = on
	shared_buffers = 512MB
	max_wal_size = 8GB
	checkpoint_timeout = 30min
	max_connections = 300"

start_postgres() {
	quietly mkdir -p "$MCP_RUN_DIR/home"
	make_all
	quietly "$local/postgres.sh" start
	quietly "$local/database.sh"
	eval "$("$local/postgres.sh" env)"
	export PGDATABASE=mcp
	db="host=$PGHOST port=$PGPORT user=$PGUSER dbname=mcp"
	pg_bin=$MCP_RUN_DIR/home/pgprefix/usr/lib/postgresql/15/bin
}

# With its Redis.  More settings as arguments: NAME=value.
start_daemon() {
	quietly "$local/redis.sh" start
	quietly env "$@" "$local/daemon.sh" start
	base_url=http://127.0.0.1:$(cat "$MCP_RUN_DIR/mcpd.port")
	api_key=$(cat "$MCP_RUN_DIR/mcpd.key")
}

sql() { psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"; }

# A program of bench/, of one source.
build_program() { # name [libraries]
	name=$1
	shift
	cc -O2 -Wall -I"$("$pg_bin/pg_config" --includedir)" \
		-o "$place/$name" "$here/$name.c" "$@"
}

scaled() { # number: that part of it, at least 1
	awk -v n="$1" -v s="$scale" 'BEGIN { n = int(n * s); print n < 1 ? 1 : n }'
}

figure() { # workload what value unit
	printf '%s\t%s\t%s\t%s\n' "$@" | keep_figures
}

# Lines that are figures already.
keep_figures() { tee -a "${BENCH_FIGURES:-/dev/null}"; }

load_average() { cut -d' ' -f1-3 /proc/loadavg; }
