#!/bin/sh
# up.sh
#	From a clone to a finished run: packages, build, a private PostgreSQL and
#	Redis, the extension, mcpd, the examples, and one of them run to its end.
#	What is there already is used again; all of it lives in .run/.
set -eu
. "$(dirname "$0")/place.sh"

# One at a time; -o, so that no server inherits the lock.
if [ -z "${MCP_UP_LOCKED:-}" ]; then
	MCP_UP_LOCKED=1 exec flock -o "$run/lock" "$0"
fi

quietly() { # log command...: shows the log only of a failure
	log=$run/$1
	shift
	"$@" >"$log" 2>&1 || {
		tail -n 40 "$log" >&2
		fail "this failed, see $log: $*"
	}
}

build() {
	pg_config=$("$here/prefix.sh" "$home/pgprefix")
	quietly build.log make -j "$(nproc)" -C "$top" PG_CONFIG="$pg_config" all install
}

write_env() {
	(umask 077 && cat >"$run/env") <<-END
		MCP_BASE_URL=http://127.0.0.1:$(cat "$run/mcpd.port")
		MCP_API_KEY=$(secret mcpd.key)
		DATABASE_URL=postgresql://postgres:$(secret postgres.password)@127.0.0.1:$(cat "$run/postgres.port")/mcp
		REDIS_URL=redis://:$(secret redis.password)@127.0.0.1:$(cat "$run/redis.port")/0
	END
}

run_example() {
	set -a
	. "$run/env"
	set +a
	"$top/examples/load.sh" || fail "the examples could not be loaded"
	say 'running the workflow join with {"initial_message": "HelloFromTest"}'
	MCP_WAIT=60 "$top/examples/run.sh" join '{"initial_message": "HelloFromTest"}' >"$run/example.json" ||
		fail "the example was refused: $(cat "$run/example.json")"
}

show_example() {
	/usr/bin/python3 - "$run/example.json" <<-'END'
		import json, sys
		run = json.load(open(sys.argv[1]))
		for step in run["step_results"]:
		    outputs = json.dumps(step["outputs_generated"])
		    print("{:8}  {:18}  {}".format(step["status"], step["name"], outputs))
		print("run", run["run_id"], run["error_message"] or "returned")
		print(json.dumps(run["final_outputs"]))
		print(run["status"])
		sys.exit(run["status"] != "SUCCESS")
	END
}

"$here/deps.sh" run
make_home
build
"$here/postgres.sh" start
"$here/redis.sh" start
"$here/database.sh"
"$here/daemon.sh" start
write_env
run_example

cat <<-END

	address   $MCP_BASE_URL
	API key   $MCP_API_KEY
	psql      . .run/env && psql "\$DATABASE_URL"
	curl      . .run/env && curl -H "X-API-Key: \$MCP_API_KEY" "\$MCP_BASE_URL/workflows/"
	mcpctl    daemon/mcpctl -e .run/env doctor
	log       .run/mcpd.log
	stop      make down

END
show_example
