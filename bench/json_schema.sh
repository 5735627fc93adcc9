#!/bin/sh
# json_schema.sh [database]
#	What one call of mcp.json_schema_is_valid() costs: an ai_assistant config of
#	1 KB against the schema of its kind, 100,000 times in one query, seven runs.
#	Time is the backend's own on the processor, so that a busy machine says much
#	the same as an idle one.  PG* variables say which server; the role must be
#	a superuser, for it reads the backend's /proc.
set -eu
cd "$(dirname "$0")"
exec psql -XAtq -v ON_ERROR_STOP=1 -d "${1:-mcp}" -f json_schema.sql
