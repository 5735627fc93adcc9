#!/bin/sh
# run.sh WORKFLOW [INPUTS]
#	Runs a workflow by HTTP, waits for its end, MCP_WAIT seconds at most, and
#	prints the run.
set -eu
: "${MCP_BASE_URL:?}" "${MCP_API_KEY:?}"

inputs=${2:-null}
printf 'header = "X-API-Key: %s"\n' "$MCP_API_KEY" |
	curl -s -S --fail-with-body -m "${MCP_WAIT:-600}" -K - \
		-H 'Content-Type: application/json' --data-binary "$inputs" \
		"$MCP_BASE_URL/workflows/$1/execute"
