#!/bin/sh
# search.sh [keep]
#	How long a search takes among 100,000 MCPs: makes the database
#	mcp_bench_search in the server that libpq's environment names (PGHOST ...),
#	fills it, measures, and drops it unless told to keep it.  A database that was
#	kept is measured again as it is.
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
database=mcp_bench_search
sql() { psql -X -q -v ON_ERROR_STOP=1 "$@"; }

if ! sql -d "$database" -c 'SELECT 1' >/dev/null 2>&1; then
	sql -d postgres -c "CREATE DATABASE $database"
	sql -d "$database" -c 'CREATE EXTENSION mcp'
	sql -d "$database" -f "$here/search_load.sql" >/dev/null
fi
sql -d "$database" -f "$here/search.sql"
[ "${1:-}" = keep ] || sql -d postgres -c "DROP DATABASE $database"
