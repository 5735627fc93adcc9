#!/bin/sh
# server.sh pg_config | start | clean
#	The PostgreSQL of the tests, in MCP_RUN_DIR: installed and started with the
#	extension that build.sh made, and thrown away by "clean".
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd -P)
: "${MCP_RUN_DIR:=$top/.check/run}"
export MCP_RUN_DIR
. "$top/packaging/local/place.sh"

installation() {
	make_home
	"$top/packaging/local/prefix.sh" "$home/pgprefix"
}

case $1 in
	pg_config)
		installation
		;;
	start)
		installation >/dev/null
		make -s -C "$top/.check/extension-gcc" \
			PG_CONFIG="$pg_bin/pg_config" install >/dev/null
		"$top/packaging/local/postgres.sh" start
		;;
	clean)
		"$top/packaging/local/postgres.sh" stop
		remove_home
		rm -rf "$run"
		;;
esac
