#!/bin/sh
# scripts.sh [w4] [w5] [rate]
#	How fast Python scripts are, through the daemon and its sandbox: w4 (forty
#	steps of fib(10), one after the other, each durable before the next), w5 (ten
#	steps of fib(33), against the time that a bare interpreter needs for them), and
#	the rate of steps while forty are asked for at once.
#	Taken by the database: from the start of a run to its end.
set -eu
. "$(dirname "$0")/place.sh"
[ $# -gt 0 ] || set -- w4 w5 rate

start_postgres
start_daemon MCP_WORKER_SLOTS=40
sql >/dev/null <<'END'
SELECT mcp.create_mcp(jsonb_build_object('name', 'Fib', 'type', 'python_script', 'initial_version_str', '1.0.0',
    'initial_config', jsonb_build_object('script_content', E'def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\n\n\ndef main(n):\n    return fib(n)\n')));
CREATE FUNCTION make_chain(name text, steps integer, n integer) RETURNS void LANGUAGE sql AS $$
SELECT mcp.create_workflow(jsonb_build_object('name', name, 'steps', jsonb_agg(jsonb_build_object(
    'step_id', 's' || i, 'name', 'fib', 'mcp_id', 'fib', 'mcp_version_id', '1.0.0',
    'inputs', jsonb_build_object('n', jsonb_build_object('source_type', 'static_value', 'value', n))) ORDER BY i)))
FROM generate_series(1, steps) AS i
$$;
SELECT make_chain('W4', 40, 10), make_chain('W5', 10, 33), make_chain('Ten', 10, 10);
END

# Until as many runs are over as were started.  One session waits: to start a
# psql for each look takes a fifth of a core from what is measured.
run_all() { # workflow number
	sql >/dev/null <<-END
		SELECT count(mcp.start_run('$1')) FROM generate_series(1, $2);
		DO \$\$ BEGIN
			WHILE EXISTS (SELECT FROM mcp.live_runs) LOOP PERFORM pg_sleep(0.02); END LOOP;
		END \$\$;
	END
	failed=$(sql -c "SELECT count(*) FROM mcp.finished_runs WHERE status <> 'SUCCESS'")
	[ "$failed" -eq 0 ] || fail_with "$MCP_RUN_DIR/mcpd.log"
}

last_time() { # percentile, of the last so many runs
	sql -c "SELECT round((1000 * percentile_cont($1) WITHIN GROUP (
			ORDER BY extract(epoch FROM finished_at - started_at)))::numeric, 1)
		FROM (SELECT * FROM mcp.finished_runs ORDER BY run_id DESC LIMIT $2) AS last"
}

bare_time() { # milliseconds of ten times fib(33)
	/usr/bin/python3 -c '
import time
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
start = time.perf_counter()
for _ in range(10):
    fib(33)
print(round(1000 * (time.perf_counter() - start), 1))'
}

echo "# load $(load_average)"
run_all ten 1
for workload; do
	case $workload in
	w4)
		for i in 1 2 3 4 5; do run_all w4 1; done
		figure w4 'forty steps of fib(10)' "$(last_time 0.5 5)" ms
		figure w4 'forty steps of fib(10), the best of five' "$(last_time 0 5)" ms
		;;
	w5)
		bare=$(bare_time)
		run_all w5 1
		ours=$(last_time 0.5 1)
		figure w5 'ten steps of fib(33)' "$ours" ms
		figure w5 'ten steps of fib(33), the interpreter alone' "$bare" ms
		figure w5 'ten steps of fib(33), against the interpreter alone' \
			"$(awk -v a="$ours" -v b="$bare" 'BEGIN { printf "%.3f", a / b }')" times
		;;
	rate)
		runs=$(scaled 40)
		run_all ten "$runs"
		figure w4 'script steps' "$(sql -c "SELECT round($runs * 10 / extract(epoch FROM max(finished_at) - min(started_at)), 1)
			FROM (SELECT * FROM mcp.finished_runs ORDER BY run_id DESC LIMIT $runs) AS last")" steps/s
		;;
	*)
		echo "scripts.sh: unknown workload $workload" >&2
		exit 2
		;;
	esac
done
echo "# load $(load_average)"
