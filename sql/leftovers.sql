-- Of a run that has ended nothing waits any more, whatever its end.
\set VERBOSITY terse
SET client_min_messages = error;
CREATE EXTENSION IF NOT EXISTS mcp;

CREATE SCHEMA leftovers_test;
CREATE TABLE leftovers_test.runs (name text, run_id uuid);

CREATE FUNCTION leftovers_test.start(name text, options jsonb DEFAULT '{}', workflow text DEFAULT 'leftovers')
RETURNS void
LANGUAGE sql
AS $$
    INSERT INTO leftovers_test.runs
    VALUES (name, mcp.start_run(workflow, '{}', options || '{"queue": "leftovers_test"}'))
$$;

-- Until there is nothing more to be had; how many tasks came.
CREATE FUNCTION leftovers_test.turn(results jsonb DEFAULT '[]')
RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
    answer      jsonb;
    tasks       integer := 0;
BEGIN
    FOR round IN 1 .. 4 LOOP
        SELECT mcp.worker_turn('leftovers_test', w.epoch, results, '{"leftovers_test": 20}')
        INTO answer
        FROM mcp.workers AS w
        WHERE w.worker = 'leftovers_test';
        tasks := tasks + jsonb_array_length(answer -> 'tasks');
        results := '[]';
    END LOOP;
    RETURN tasks;
END
$$;

CREATE FUNCTION leftovers_test.result(name text, step integer, is_success boolean)
RETURNS jsonb
LANGUAGE sql
AS $$
    SELECT jsonb_build_array(jsonb_build_object('run_id', r.run_id, 'step_ordinal', step, 'attempt', 1,
               'success', is_success, 'error', 'no', 'error_class', 'test'))
    FROM leftovers_test.runs AS r
    WHERE r.name = result.name
$$;

-- What is there of runs that have ended, or of those that live.
CREATE FUNCTION leftovers_test.rows(are_over boolean)
RETURNS TABLE (name text, status text, timers bigint, ready bigint, parked bigint, signals bigint, places bigint)
LANGUAGE sql
AS $$
    SELECT r.name, w.status,
           (SELECT count(*) FROM mcp.timers AS x WHERE x.run_id = r.run_id),
           (SELECT count(*) FROM mcp.ready_steps AS x WHERE x.run_id = r.run_id),
           (SELECT count(*) FROM mcp.parked_steps AS x WHERE x.run_id = r.run_id),
           (SELECT count(*) FROM mcp.signals AS x WHERE x.run_id = r.run_id),
           (SELECT count(*) FROM mcp.concurrency_runs AS x WHERE x.run_id = r.run_id)
    FROM leftovers_test.runs AS r
    JOIN mcp.workflow_runs AS w USING (run_id)
    WHERE (w.finished_at IS NOT NULL) = are_over
    ORDER BY r.name
$$;

SELECT mcp.create_mcp('{"name": "Leftovers", "slug": "leftovers-mcp", "type": "python_script",
    "initial_config": {"script_content": "x"}}') ->> 'slug' AS slug;
-- Whatever can wait does, beside the step that decides how the run ends.
SELECT mcp.create_workflow('{"name": "Leftovers", "slug": "leftovers", "execution_mode": "parallel",
    "timeout_seconds": 3000, "concurrency": {"limit": 9}, "steps": [
        {"step_id": "end", "name": "End", "mcp_id": "leftovers-mcp", "timeout_seconds": 600},
        {"step_id": "again", "name": "Again", "mcp_id": "leftovers-mcp", "retry": {"max_attempts": 3, "delay": 600, "max_delay": 600}},
        {"step_id": "signal", "name": "Signal", "wait": {"signal": "go", "timeout_seconds": 900}},
        {"step_id": "boss", "name": "Boss", "wait": {"approval": {"timeout_seconds": 900}}},
        {"step_id": "nap", "name": "Nap", "wait": {"seconds": 900}}]}') ->> 'slug' AS slug;
SELECT mcp.create_workflow('{"name": "Leftovers short", "slug": "leftovers-short", "timeout_seconds": 3000, "steps": [
        {"step_id": "signal", "name": "Signal", "wait": {"signal": "go", "timeout_seconds": 900}},
        {"step_id": "end", "name": "End", "mcp_id": "leftovers-mcp", "timeout_seconds": 600}]}') ->> 'slug' AS slug;
SELECT mcp.register_worker('leftovers_test') IS NOT NULL AS is_registered;

SELECT leftovers_test.start(n) FROM unnest('{cancel,fail,timeout}'::text[]) AS n;
SELECT leftovers_test.start('limit', '{"timeout_seconds": 2000}');
SELECT leftovers_test.start('success', workflow => 'leftovers-short');
SELECT leftovers_test.turn() AS tasks;
SELECT leftovers_test.turn(leftovers_test.result(n, 1, false)) AS tasks FROM unnest('{cancel,fail,timeout,limit}'::text[]) AS n;
SELECT mcp.send_signal(r.run_id, 'not this') IS NOT NULL AS is_sent FROM leftovers_test.runs AS r WHERE r.name = 'cancel';
SELECT mcp.send_signal(r.run_id, 'go') IS NOT NULL AS is_sent FROM leftovers_test.runs AS r WHERE r.name = 'success';
SELECT leftovers_test.turn() AS tasks;
-- These wait still, for a beginning and for a worker.
SELECT leftovers_test.start('later', '{"delay_seconds": 3600}');
INSERT INTO leftovers_test.runs VALUES ('ready', mcp.start_mcp('leftovers-mcp', '{}', '{"queue": "leftovers_nobody"}'));
SELECT * FROM leftovers_test.rows(false);

--
-- The ends
--
SELECT leftovers_test.turn(leftovers_test.result('success', 1, true)) AS tasks;
SELECT leftovers_test.turn(leftovers_test.result('fail', 0, false)) AS tasks;
UPDATE mcp.timers AS t SET due_at = clock_timestamp()
FROM leftovers_test.runs AS r
WHERE t.run_id = r.run_id AND r.name = 'timeout' AND t.step_ordinal = -1;
SELECT mcp.cancel_run(r.run_id) ->> 'status' AS status FROM leftovers_test.runs AS r
WHERE r.name IN ('cancel', 'limit', 'later', 'ready');
WITH given AS (SELECT mcp.uuid_v7() AS run_id),
     kept AS (INSERT INTO leftovers_test.runs SELECT 'record', g.run_id FROM given AS g)
SELECT mcp.record_run(jsonb_build_object('run_id', g.run_id, 'workflow_id', w.workflow_id, 'status', 'FAILED',
           'error_message', 'no', 'started_at', '2026-01-01T00:00:00Z', 'finished_at', '2026-01-01T00:00:01Z', 'inputs', '{}'::jsonb,
           'step_results', '[]'::jsonb)) ->> 'status' AS status
FROM given AS g
CROSS JOIN mcp.list_workflows('leftovers-short') AS w;
SELECT leftovers_test.turn() AS tasks;
SELECT count(*) AS living FROM leftovers_test.rows(false);
-- What no end could know the place of goes with the next maintain().
SELECT * FROM leftovers_test.rows(true) AS l WHERE l.timers + l.ready + l.parked + l.signals + l.places > 0;
SELECT (mcp.maintain() ->> 'leftovers_deleted')::integer >= 4 AS are_deleted;
SELECT * FROM leftovers_test.rows(true);
-- And nothing of what lives.
SELECT leftovers_test.start('alive', '{"delay_seconds": 3600}');
INSERT INTO leftovers_test.runs VALUES ('alive too', mcp.start_mcp('leftovers-mcp', '{}', '{"queue": "leftovers_nobody"}'));
SELECT mcp.maintain() -> 'leftovers_deleted' AS deleted;
SELECT * FROM leftovers_test.rows(false);

SELECT count(mcp.cancel_run(r.run_id)) FROM leftovers_test.runs AS r WHERE r.name LIKE 'alive%';
SELECT mcp.maintain() -> 'is_more' AS is_more;
DELETE FROM mcp.workers WHERE worker = 'leftovers_test';
SELECT count(mcp.delete_workflow(slug)) FROM mcp.list_workflows('leftovers');
SELECT mcp.delete_mcp('leftovers-mcp');
DROP SCHEMA leftovers_test CASCADE;
