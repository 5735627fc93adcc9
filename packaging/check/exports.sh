#!/bin/sh
# exports.sh LIBRARY
#	What the library shows the server is what the scripts name, of this version
#	and of those that it may find in a database, and nothing else.
set -eu
cd "$(dirname "$0")/../.."

exported=$(nm -D --defined-only "$1" | awk '{ print $3 }' | sort)
[ -n "$exported" ]
wanted=$(
	echo Pg_magic_func
	cat extension/schema/*.sql extension/released/*.sql |
		sed -n "s/^AS 'MODULE_PATHNAME', '\(.*\)'.*/\1\npg_finfo_\1/p"
)
wanted=$(echo "$wanted" | sort -u)
if [ "$exported" != "$wanted" ]; then
	echo "exported (+) is not what the scripts name (-):"
	echo "$wanted" >"$1.wanted"
	echo "$exported" | diff -U 0 "$1.wanted" - || :
	rm -f "$1.wanted"
	exit 1
fi
