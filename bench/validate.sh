#!/bin/sh
# validate.sh
#	w9: workflows of 10, 100 and 1,000 steps, checked and stored, each in a
#	transaction of its own: how many a second one connection creates.
set -eu
. "$(dirname "$0")/place.sh"

start_postgres
sql >/dev/null <<'END'
CREATE SCHEMA bench;
SELECT mcp.create_mcp('{"name": "Noop", "type": "worker", "config": {"queue": "bench"}, "initial_version_str": "1.0.0"}');

-- A chain in which each step also uses the run's inputs and the step two before it.
CREATE TABLE bench.documents AS
SELECT n.steps,
       jsonb_build_object('execution_mode', 'parallel', 'steps', (
           SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
               'step_id', 's' || i, 'name', 'Step ' || i, 'mcp_id', 'noop', 'mcp_version_id', '1.0.0',
               'inputs', jsonb_strip_nulls(jsonb_build_object(
                   'n', '{"source_type": "workflow_input", "workflow_input_key": "n"}'::jsonb,
                   'last', CASE WHEN i > 0 THEN jsonb_build_object('source_type', 'step_output',
                       'source_step_id', 's' || i - 1, 'source_output_name', 'n') END,
                   'older', CASE WHEN i > 1 THEN jsonb_build_object('source_type', 'step_output',
                       'source_step_id', 's' || i - 2, 'source_output_name', 'n') END)))) ORDER BY i)
           FROM generate_series(0, n.steps - 1) AS i)) AS document
FROM unnest(ARRAY[10, 100, 1000]) AS n (steps);
END

for steps in 10 100 1000; do
	cat >"$place/create.sql" <<-END
		SELECT mcp.create_workflow(document || jsonb_build_object('name', 'b' || gen_random_uuid()))
		FROM bench.documents WHERE steps = $steps;
	END
	count=$(scaled $((20000 / steps)))
	"$pg_bin/pgbench" -n -c 1 -t "$count" -f "$place/create.sql" mcp >"$place/pgbench.log" 2>&1 ||
		fail_with "$place/pgbench.log"
	figure w9 "workflows of $steps steps" \
		"$(awk '/^tps/ { printf "%.1f", $3 }' "$place/pgbench.log")" '/s'
	[ "$(sql -c "SELECT count(*) FROM mcp.workflow_definitions WHERE slug LIKE 'b%'")" -ge "$count" ]
done
