#!/bin/sh
# load.sh
#	Creates the MCPs and then the workflows that lie beside it, by HTTP; those
#	that exist stay as they are.  MCP_BASE_URL and MCP_API_KEY say where, as in
#	.run/env.
set -eu
: "${MCP_BASE_URL:?}" "${MCP_API_KEY:?}"
cd "$(dirname "$0")"

# Prints the status; the key goes by stdin, for arguments are seen by everybody.
request() { # curl's arguments...
	printf 'header = "X-API-Key: %s"\n' "$MCP_API_KEY" |
		curl -s -m 30 -K - -o "$answer" -w '%{http_code}' "$@"
}

load() { # collection file
	name=$(basename "$2" .json)
	[ "$(request "$MCP_BASE_URL$1$name")" = 404 ] || return 0
	status=$(request -H 'Content-Type: application/json' \
		--data-binary "@$2" "$MCP_BASE_URL$1")
	if [ "$status" != 201 ]; then
		echo "$2 was refused with $status:" >&2
		cat "$answer" >&2
		exit 1
	fi
	echo "created $name"
}

answer=$(mktemp)
trap 'rm -f "$answer"' EXIT
for file in mcps/*.json; do
	load /context/ "$file"
done
for file in workflows/*.json; do
	load /workflows/ "$file"
done
