#!/bin/sh
# limits.sh
#	What the machine and the programs below us can do, for the ratios: the smallest
#	transaction that records a step, a round trip that does nothing, GET of Redis,
#	and a Python that does nothing.
set -eu
. "$(dirname "$0")/place.sh"

start_postgres
start_daemon
transactions=$(scaled 50000)

sql -c 'CREATE TABLE public.steps (id bigserial PRIMARY KEY, v jsonb)'
echo "INSERT INTO public.steps (v) VALUES ('{\"n\": 1, \"s\": \"small json value\"}');" >"$place/insert.sql"
echo 'SELECT 1;' >"$place/one.sql"

pgbench() { # file clients
	"$pg_bin/pgbench" -n -M prepared -f "$place/$1" -c "$2" -j 1 \
		-t $((transactions / ($2 < 10 ? 4 : 1) / $2)) mcp \
		>"$place/pgbench.log" 2>&1 || fail_with "$place/pgbench.log"
	grep -q '^tps' "$place/pgbench.log" || fail_with "$place/pgbench.log"
	awk '/^tps/ { printf "%.0f", $3 }' "$place/pgbench.log"
}

for clients in 1 10 50; do
	rate=$(pgbench insert.sql $clients)
	figure limit "one-row commits, $clients connections" "$rate" '/s'
	[ "$clients" != 1 ] || figure limit 'one-row commit' \
		"$(awk -v rate="$rate" 'BEGIN { printf "%.3f", 1000 / rate }')" ms
done
figure limit 'SELECT 1, 1 connection' "$(pgbench one.sql 1)" '/s'

port=$(cat "$MCP_RUN_DIR/redis.port")
export REDISCLI_AUTH="$(cat "$MCP_RUN_DIR/redis.password")"
figure limit 'redis GET, 50 connections' "$(redis-benchmark -p "$port" -a "$REDISCLI_AUTH" -t get \
	-n "$(scaled 100000)" -c 50 --csv 2>/dev/null | awk -F'"' '$2 == "GET" { printf "%.0f", $4 }')" '/s'

count=$(scaled 40)
begin=$(date +%s%N)
i=0
while [ "$i" -lt "$count" ]; do
	/usr/bin/python3 -c pass
	i=$((i + 1))
done
figure limit 'forty of python3 -c pass' "$((($(date +%s%N) - begin) / count * 40 / 1000000))" ms
