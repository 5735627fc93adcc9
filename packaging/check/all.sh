#!/bin/sh
# all.sh [--long]
#	`make check`: everything from nothing.  Installs what is missing, builds
#	both sides with both compilers, and runs every suite against PostgreSQL
#	servers of its own below .check/, which are stopped at the end whatever
#	happens.
#	Nothing of .run/ is touched.  Ends with "N passed, N failed".
set -u
cd "$(dirname "$0")/../.." || exit 2
top=$PWD
local=$top/packaging/local
check=$top/.check
kind=${1:-}

"$local/deps.sh" check || exit 1

rm -rf "$check/logs"
logs=$check/logs
export MCP_RUN_DIR="$check/run"
. packaging/check/tally.sh

# The suites that need a server wait more than they work, so those of the mcpd
# with sanitizers go beside the others, with a server of their own.
server_beside() {
	MCP_RUN_DIR="$check/run-san" packaging/check/server.sh "$@"
}
start_beside() {
	server_beside start &&
		start_suite 'integration sanitized' \
			env SAN=1 MCP_RUN_DIR="$check/run-san" packaging/check/integration.sh
}

# Suites that are still at it stop what they started; a run that was killed may
# have left its servers behind.
clean_up() {
	for suite_pid in $suites_under_way; do
		kill "$suite_pid" 2>/dev/null && wait "$suite_pid"
	done
	{
		packaging/check/server.sh clean
		server_beside clean
	} >"$logs/clean.log" 2>&1
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM
clean_up

# Durability costs time and is not what these suites ask about.
export MCP_POSTGRES_SETTINGS="
	fsync = off
	full_page_writes = off
	log_min_duration_statement = 1000"
PG_CONFIG=$(packaging/check/server.sh pg_config) || exit 1
export PG_CONFIG

for part in extension daemon; do
	for compiler in gcc clang; do
		check "build $part $compiler" \
			packaging/check/build.sh "$part" "$compiler"
	done
done
check 'build daemon sanitized' packaging/check/build.sh daemon san
check 'exports' packaging/check/exports.sh "$check/extension-gcc/mcp.so"
LINT_LOGS=$logs suite 'lint' packaging/lint/lint.sh
suite 'unit' make -s -C tests/unit BUILD="$check/unit"

suite 'bench' bench/smoke.sh

if packaging/check/server.sh start && start_beside; then
	beside=$suite_pid
	suite 'pg_regress' packaging/check/regress.sh sql
	suite 'pg_isolation_regress' packaging/check/regress.sh isolation
	suite 'integration' packaging/check/integration.sh
	end_suite 'integration sanitized' "$beside"
	[ "$kind" != --long ] ||
		suite 'integration long' packaging/check/integration.sh -m long
else
	tally_add 'server' 0 1
fi
tally_end
