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

refused() { # what status
	echo "$1 was answered with $2:" >&2
	cat "$answer" >&2
	exit 1
}

# A file is named as the slug of what it defines.
load() { # collection file
	name=$(basename "$2" .json)
	status=$(request "$MCP_BASE_URL$1$name")
	case $status in
		200) return ;;
		404) ;;
		*) refused "$1$name" "$status" ;;
	esac
	status=$(request -H 'Content-Type: application/json' \
		--data-binary "@$2" "$MCP_BASE_URL$1")
	[ "$status" = 201 ] || refused "$2" "$status"
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
