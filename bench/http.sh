#!/bin/sh
# http.sh
#	w7: GET of one MCP over HTTP with wrk, out of each level of the cache, beside a
#	libuv loop that answers a constant and pgbench with the same function; a list of
#	100 and creating; and the daemon's memory, at rest, with 256 connections, and
#	after many requests.
#	Client and servers share the machine.
set -eu
. "$(dirname "$0")/place.sh"

start_postgres
seconds=$(scaled 10)
many=$(scaled 60)

sql -c "SELECT mcp.create_mcp(jsonb_build_object('name', 'Other ' || i, 'type', 'worker', 'config', '{\"queue\": \"w7\"}'::jsonb))
	FROM generate_series(1, 99) AS i" >/dev/null
sql -c "SELECT mcp.create_mcp('{\"name\": \"Echo\", \"type\": \"python_script\", \"description\": \"gives back what it is given\",
	\"config\": {\"script_content\": \"def main(**inputs):\\n    return inputs\\n\"}}')" >/dev/null
body=$(sql -c "SELECT octet_length(mcp.get_mcp('echo')::text)")
build_program bare_loop -luv

# Requests a second, and sets p99; fails where one was answered with an error.
load() { # connections seconds url [option of wrk ...]
	load_connections=$1 load_seconds=$2 load_url=$3
	shift 3
	wrk -t 1 -c "$load_connections" -d "$load_seconds" --latency -H "X-API-Key: ${api_key:-}" \
		"$@" "$load_url" >"$place/wrk.log" 2>&1 || fail_with "$place/wrk.log"
	! grep -q 'Non-2xx\|Socket errors' "$place/wrk.log" || fail_with "$place/wrk.log"
	p99=$(awk '$1 == "99%" { v = $2 + 0; if ($2 ~ /us$/) v /= 1000; else if ($2 !~ /ms$/) v *= 1000; print v }' "$place/wrk.log")
	rate=$(awk '/^Requests\/sec/ { printf "%.0f", $2 }' "$place/wrk.log")
}

cpu_of() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }

# The processor time of a request is less at the mercy of who else is at work.
take() { # what connections pid url
	before=$(cpu_of "$3")
	load "$2" "$seconds" "$4"
	figure w7 "$1, $2 connections" "$rate" '/s'
	figure w7 "processor time of $1, $2 connections" \
		"$(awk -v ticks=$(($(cpu_of "$3") - before)) -v n="$(awk '/requests in/ { print $1 }' "$place/wrk.log")" \
			'BEGIN { printf "%.1f", ticks * 10000 / n }')" us
}

memory_of() { # what
	figure w7 "$1" "$(awk '/^VmRSS/ { printf "%.1f", $2 / 1024 }' "/proc/$daemon/status")" MiB
}

found_in() { # level: how many answers came from there
	curl -s "$base_url/metrics" | awk -v name="mcpd_cache_hits_total{level=\"$1\"}" '$1 == name { print $2 }'
}

start_level() { # NAME=value ...
	"$local/daemon.sh" stop >/dev/null 2>&1 || true
	start_daemon MCP_WORKER_SLOTS=0 "$@"
	url=$base_url/context/echo
	daemon=$(pgrep -o -f "^$MCP_RUN_DIR/home/bin/mcpd" || cat "$MCP_RUN_DIR/mcpd.pid")
	until curl -s "$base_url/health" | grep -q '"redis":"ok"'; do sleep 0.1; done
	curl -s -f -H "X-API-Key: $api_key" "$url" >/dev/null
}

# MCPs of names that nobody has.
cat >"$place/create.lua" <<'END'
local count = 0
function request()
	count = count + 1
	return wrk.format("POST", nil, {["X-API-Key"] = wrk.headers["X-API-Key"], ["Content-Type"] = "application/json"},
		string.format('{"name": "New %d", "type": "worker", "config": {"queue": "w7"}}', count))
end
END

port=$(/usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$place/bare_loop" "$port" "$body" &
bare=$!
children="$children $bare"
until curl -s -o "$place/bare.body" "http://127.0.0.1:$port/"; do sleep 0.05; done

start_level
memory_of 'memory at rest'
for connections in 1 32 256; do
	take 'GET of a bare loop' "$connections" "$bare" "http://127.0.0.1:$port/"
	bare_p99=$p99
	take 'GET of one MCP, in process' "$connections" "$daemon" "$url"
done
figure w7 'p99 of GET, 256 connections' "$p99" ms
figure w7 'p99 of GET of a bare loop, 256 connections' "$bare_p99" ms
[ "$(found_in memory)" -gt 0 ]
memory_of 'memory with 256 connections'
load 256 "$many" "$url"
memory_of 'memory after many more'
load 32 "$seconds" "$base_url/context?limit=100"
figure w7 'list of 100, 32 connections' "$rate" '/s'
figure w7 'GETs by then' "$(curl -s "$base_url/metrics" | awk '/^mcpd_cache_checked_total/ { print $2 }')" GETs

start_level MCP_CACHE_MEMORY=0
take 'GET of one MCP, Redis' 256 "$daemon" "$url"
[ "$(found_in redis)" -gt 0 ]

"$local/redis.sh" stop >/dev/null
until curl -s "$base_url/health" | grep -q degraded; do sleep 0.1; done
take 'GET of one MCP, database' 32 "$daemon" "$url"
echo "SELECT mcp.get_mcp('echo');" >"$place/get.sql"
"$pg_bin/pgbench" -n -M prepared -f "$place/get.sql" -c 32 -j 1 -T "$seconds" mcp >"$place/pgbench.log" 2>&1 ||
	fail_with "$place/pgbench.log"
figure w7 'mcp.get_mcp by pgbench, 32 connections' "$(awk '/^tps/ { printf "%.0f", $3 }' "$place/pgbench.log")" '/s'

load 32 "$seconds" "$base_url/context" -s "$place/create.lua"
figure w7 'create, 32 connections' "$rate" '/s'
[ "$(sql -c "SELECT count(*) FROM mcp.mcp_definitions WHERE slug LIKE 'new-%'")" -ge "$(awk '/requests in/ { print $1 }' "$place/wrk.log")" ]
