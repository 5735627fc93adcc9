#!/bin/sh
# crash.sh
#	w6: 200 runs of ten steps (5 ms, then one committed row); the worker is killed
#	with -9 when 930 of the 2,000 rows are there, and another one is started 0.3 s
#	later.  What was lost, what was done twice, and how long it took to go on.
set -eu
. "$(dirname "$0")/place.sh"

start_postgres
build_program effect_worker -lpq -ljansson -lpthread
runs=$(scaled 200)
steps=$((runs * 10))
kill_at=$((steps * 465 / 1000))
sql >/dev/null <<'END'
CREATE SCHEMA bench;
CREATE TABLE bench.effects (run uuid, step integer, pid integer, at timestamptz DEFAULT clock_timestamp());
SELECT mcp.create_mcp('{"name": "Effect", "type": "worker",
    "config": {"queue": "effects"}, "initial_version_str": "1.0.0"}');
SELECT mcp.create_workflow(jsonb_build_object('name', 'W6', 'steps', jsonb_agg(jsonb_build_object(
    'step_id', 's' || i, 'name', 'effect', 'mcp_id', 'effect', 'mcp_version_id', '1.0.0') ORDER BY i)))
FROM generate_series(0, 9) AS i;
END

start_worker() { # number
	: >"$place/worker-$1"
	"$place/effect_worker" "$db" 10 >"$place/worker-$1" &
	worker=$!
	children="$children $worker"
	until grep -q ready "$place/worker-$1"; do sleep 0.02; done
}

ask() { sql -c "$1"; }

# Until a count is reached; in time, for a run that never ends is a finding.
wait_for() { # query number
	deadline=$(($(date +%s) + 120))
	while [ "$(ask "$1")" -lt "$2" ] && [ "$(date +%s)" -lt "$deadline" ]; do
		sleep 0.01
	done
}

start_worker 0
ask "SELECT count(mcp.start_run('w6')) FROM generate_series(1, $runs)" >/dev/null
wait_for 'SELECT count(*) FROM bench.effects' "$kill_at"
kill -9 "$worker"
wait "$worker" 2>/dev/null || true
sleep 0.3
restart=$(ask 'SELECT clock_timestamp()')
start_worker 1
wait_for 'SELECT count(*) FROM mcp.finished_runs' "$runs"

figure w6 'runs completed' "$(ask "SELECT count(*) FROM mcp.finished_runs WHERE status = 'SUCCESS'")" "of $runs"
figure w6 'steps not done' "$(ask "SELECT $steps - count(DISTINCT (run, step)) FROM bench.effects")" steps
figure w6 'steps begun twice' "$(ask "SELECT count(*) - count(DISTINCT (run, step)) FROM bench.effects")" steps
figure w6 'steps recorded twice' "$(ask "SELECT count(*) - count(DISTINCT (run_id, step_ordinal))
	FROM mcp.step_runs WHERE status = 'SUCCESS'")" steps
figure w6 'first step after the restart' "$(ask "SELECT round(extract(epoch FROM min(at) - '$restart'), 2)
	FROM bench.effects WHERE pid = $worker")" s
figure w6 'all done after the restart' "$(ask "SELECT round(extract(epoch FROM max(finished_at) - '$restart'), 2)
	FROM mcp.finished_runs")" s
[ "$(ask "SELECT count(*) FROM mcp.finished_runs WHERE status = 'SUCCESS'")" -eq "$runs" ] || {
	echo "crash.sh: not all runs succeeded" >&2
	exit 1
}
