#!/bin/sh
# reference.sh
#	Writes the reference in docs/sql.md anew, from the comments of the functions
#	in the database that `make up` made.
set -eu
cd "$(dirname "$0")/../.."
. .run/env

{
	sed '/^## Reference$/q' docs/sql.md
	echo
	echo "Made by \`make docs\` of the functions' comments. A level may call what those before it may; \`worker\` stands beside them."
	psql -X -q -A -t -f packaging/docs/sql_reference.sql "$DATABASE_URL"
} >docs/sql.md.new
mv docs/sql.md.new docs/sql.md
