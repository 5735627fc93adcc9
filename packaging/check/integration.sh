#!/bin/sh
# integration.sh [pytest arguments]
#	pytest over tests/integration against the server that server.sh started and
#	the mcpd that build.sh made; SAN=1 takes the one with sanitizers, whose
#	reports fail the test they came in.
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
: "${MCP_RUN_DIR:=$(cd "$here/../.." && pwd -P)/.check/run}"
export MCP_RUN_DIR
. "$here/../local/place.sh"

kind=gcc
which='not long'
if [ -n "${SAN:-}" ]; then
	kind=san
	# These have no mcpd, or one of their own, which is never this one.
	which='not long and not up and not crash'
fi
mkdir -p "$home/bin/$kind"
for program in mcpd mcp-runner mcp-runner.so mcpctl; do
	install -m 755 "$top/.check/daemon-$kind/$program" "$home/bin/$kind"
done

eval "$("$top/packaging/local/postgres.sh" env)"
export MCP_TEST_HOME="$home"
export MCP_TEST_MCPD="$home/bin/$kind/mcpd"
export MCP_TEST_MCPCTL="$home/bin/$kind/mcpctl"
export MCP_TEST_USER="$mcpd_user"
export PYTHONDONTWRITEBYTECODE=1
cd "$top/tests/integration"
exec /usr/bin/python3 -m pytest -q -p no:cacheprovider -r s --durations=20 \
	-m "$which" "$@"
