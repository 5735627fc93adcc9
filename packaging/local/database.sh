#!/bin/sh
# database.sh
#	The database `mcp` in this checkout's cluster: the extension as it was
#	last installed, and the role that mcpd logs in as.  The role is no
#	superuser and owns nothing: what it may do, mcp.grant_role gave it.
#	Beside them what the examples query.
#
#	A new version of the extension is an ALTER EXTENSION UPDATE.  A script that
#	changed and kept its version happens only while it is being written, and no
#	upgrade leads there: the database is kept under another name, and a new one
#	takes its place.
set -eu
. "$(dirname "$0")/place.sh"

eval "$("$here/postgres.sh" env)"
scripts=$("$pg_bin/pg_config" --sharedir)/extension
script_seen=$run/extension.sha256

sql() { # database, SQL on stdin
	psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$1"
}

has_database() {
	[ -n "$(echo "SELECT 1 FROM pg_database WHERE datname = 'mcp'" |
		sql postgres)" ]
}

# The sum of the script that made what the database is now.
script_sum() {
	version=$(echo "SELECT extversion FROM pg_extension WHERE extname = 'mcp'" |
		sql mcp)
	sha256sum <"$scripts/mcp--$version.sql"
}

set_aside() {
	kept=mcp_$(date -u +%Y%m%d_%H%M%S)
	"$here/daemon.sh" stop
	echo "ALTER DATABASE mcp RENAME TO $kept" | sql postgres
	say "the extension's script has changed: the old database is now $kept"
}

make_database() {
	echo 'CREATE DATABASE mcp' | sql postgres
	echo 'CREATE EXTENSION mcp' | sql mcp
	# Before the first run, so that none has to be moved to its partition.
	echo 'SELECT mcp.maintain()' | sql mcp >/dev/null
	say "made the database mcp with $(echo 'SELECT mcp.version_full()' |
		sql mcp)"
}

# Roles are the cluster's and outlive a database; grants are the database's.
make_role() {
	sql mcp <<-END
		SELECT 'CREATE ROLE mcpd LOGIN'
		WHERE to_regrole('mcpd') IS NULL
		\gexec
		ALTER ROLE mcpd PASSWORD '$(secret mcpd.password)';
		SELECT mcp.grant_role('mcpd', 'admin');
		SELECT mcp.grant_role('mcpd', 'worker');
	END
}

if has_database && [ "$(cat "$script_seen" 2>/dev/null)" != "$(script_sum)" ]; then
	set_aside
fi
has_database || make_database
echo 'ALTER EXTENSION mcp UPDATE' | PGOPTIONS='-c client_min_messages=warning' sql mcp
script_sum >"$script_seen"
make_role >/dev/null
PGOPTIONS='-c client_min_messages=warning' sql mcp <"$top/examples/shop.sql"
