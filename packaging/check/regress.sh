#!/bin/sh
# regress.sh sql | isolation  [test...]
#	pg_regress over sql/, or pg_isolation_regress over tests/isolation/, in the
#	server that server.sh started; all tests, or those named.
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
top=$(cd "$here/../.." && pwd -P)
: "${MCP_RUN_DIR:=$top/.check/run}"
export MCP_RUN_DIR
eval "$("$top/packaging/local/postgres.sh" env)"
pg_config=$MCP_RUN_DIR/home/pgprefix/usr/lib/postgresql/15/bin/pg_config
cd "$top/.check/extension-gcc"

kind=$1
shift
case $kind in
	sql) set -- ISOLATION= ${1:+"REGRESS=$*"} ;;
	isolation) set -- REGRESS= ${1:+"ISOLATION=$*"} ;;
esac

count() { # what the tester says of a test
	grep -c "^\(test\|    \).* \.\.\. $1" "regress-$kind.out" || :
}

code=0
make -s PG_CONFIG="$pg_config" installcheck "$@" \
	>"regress-$kind.out" 2>&1 || code=$?
cat "regress-$kind.out"
passed=$(count ok)
failed=$(count FAILED)
if [ "$code" -ne 0 ]; then
	cat regression.diffs output_iso/regression.diffs 2>/dev/null || :
	[ "$failed" -gt 0 ] || failed=1
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
