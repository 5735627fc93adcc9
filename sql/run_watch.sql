-- Watching runs: why one waits, what became of it, which are stuck, and numbers.
\set VERBOSITY terse
SET client_min_messages = error;
CREATE EXTENSION IF NOT EXISTS mcp;
-- Workers of other suites may have their leases still, and nobody is to be alive.
DELETE FROM mcp.workers;
CREATE SCHEMA watch_test;

CREATE FUNCTION watch_test.turn(results jsonb DEFAULT '[]')
RETURNS SETOF text
LANGUAGE sql
AS $$
    SELECT t ->> 'step_id'
    FROM jsonb_array_elements(mcp.worker_turn(
        'watch_test', (SELECT epoch FROM mcp.workers WHERE worker = 'watch_test'), results,
        '{"watch_test": 10}') -> 'tasks') AS t
    ORDER BY 1
$$;

CREATE FUNCTION watch_test.result(run uuid, step integer, attempt integer, error text DEFAULT NULL)
RETURNS jsonb
LANGUAGE sql
AS $$
    SELECT jsonb_build_array(jsonb_build_object(
        'run_id', run, 'step_ordinal', step, 'attempt', attempt, 'success', error IS NULL,
        'result', 1, 'error', error, 'error_class', CASE WHEN error IS NOT NULL THEN 'test' END))
$$;

-- Without times and ids.
CREATE FUNCTION watch_test.why(run uuid)
RETURNS TABLE (step text, kind text, has_since boolean, has_until boolean, what text)
LANGUAGE sql
AS $$
    SELECT w.step_id, w.kind, w.since IS NOT NULL, w.until IS NOT NULL,
           replace(regexp_replace(regexp_replace(w.what, '[0-9a-f]{8}-[-0-9a-f]{27}', 'ID'),
                                  '\d{4}-\d\d-\d\dT[0-9:]+Z', 'TIME'),
                   'by ' || session_user, 'by us')
    FROM mcp.why_waiting(run) AS w
$$;

SELECT mcp.create_mcp('{"name": "Watch test", "slug": "watch-test", "type": "python_script",
    "initial_config": {"script_content": "x"}}') ->> 'slug' AS slug;
SELECT mcp.create_workflow('{"name": "Watch child", "slug": "watch-child",
    "steps": [{"step_id": "c", "name": "C", "wait": {"signal": "end"}}]}') ->> 'slug' AS slug;
SELECT mcp.create_workflow('{"name": "Watch all", "slug": "watch-all", "execution_mode": "parallel",
    "steps": [
        {"step_id": "plain", "name": "A", "mcp_id": "watch-test"},
        {"step_id": "again", "name": "B", "mcp_id": "watch-test", "retry": {"max_attempts": 3, "delay": 60}},
        {"step_id": "signal", "name": "C", "wait": {"signal": "go"}},
        {"step_id": "boss", "name": "D", "wait": {"approval": {"message": "Ship it?", "roles": ["a", "b"]}}},
        {"step_id": "nap", "name": "E", "wait": {"seconds": 3600}},
        {"step_id": "child", "name": "F", "workflow": "watch-child"},
        {"step_id": "last", "name": "G", "mcp_id": "watch-test", "depends_on": ["plain", "signal"]}]}')
    ->> 'slug' AS slug;

--
-- Why a run waits
--
SELECT mcp.start_run('watch-all', '{}', '{"queue": "watch_test", "delay_seconds": 3600}') AS later \gset
SELECT * FROM watch_test.why(:'later');
SELECT mcp.start_mcp('watch-test', '{}', '{"queue": "watch_test"}') AS one \gset
SELECT * FROM watch_test.why(:'one');
SELECT queue, ready, running, live_runs, has_worker FROM mcp.stat_queues WHERE queue = 'watch_test';
SELECT mcp.register_worker('watch_test', '{"queues": ["another"]}') > 0 AS is_registered;
SELECT * FROM watch_test.why(:'one');
SELECT mcp.register_worker('watch_test', '{"queues": ["watch_test"]}') > 0 AS is_registered;
SELECT * FROM watch_test.why(:'one');
SELECT r ->> 'status' AS status FROM mcp.pause_run(:'one', 'let us see') AS r;
SELECT r ->> 'status' AS status FROM mcp.resume_run(:'one') AS r;
SELECT r ->> 'status' AS status FROM mcp.pause_run(:'one') AS r;
SELECT * FROM watch_test.why(:'one');
SELECT r ->> 'status' AS status FROM mcp.cancel_run(:'one') AS r;
SELECT * FROM watch_test.why(:'one');
\set VERBOSITY sqlstate
SELECT * FROM mcp.why_waiting('00000000-0000-7000-8000-000000000000');
SELECT * FROM mcp.run_events('00000000-0000-7000-8000-000000000000');
\set VERBOSITY terse

SELECT mcp.start_run('watch-all', '{}', '{"queue": "watch_test"}') AS run \gset
SELECT watch_test.turn();
SELECT watch_test.turn(watch_test.result(:'run', 1, 1, 'oh no'));
SELECT * FROM watch_test.why(:'run');
SELECT queue, ready, running, waiting, live_runs, has_worker FROM mcp.stat_queues WHERE queue = 'watch_test';
SELECT worker, is_alive, tasks, oldest_task_at IS NOT NULL AS has_oldest FROM mcp.stat_workers WHERE worker = 'watch_test';
SELECT watch_test.turn(watch_test.result(:'run', 0, 1));
SELECT step, kind FROM watch_test.why(:'run');

--
-- What became of it
--
SELECT mcp.send_signal(:'run', 'go') IS NOT NULL AS sent;
SELECT watch_test.turn();
SELECT r ->> 'status' AS status FROM mcp.cancel_run(:'run', 'enough') AS r;
SELECT e.kind, e.step_id, e.attempt, e.detail
FROM mcp.run_events(:'run') WITH ORDINALITY AS e
WHERE e.step_id IS DISTINCT FROM 'nap'
  AND e.step_id IS DISTINCT FROM 'boss'
  AND e.step_id IS DISTINCT FROM 'child'
ORDER BY e.step_id NULLS FIRST, e.ordinality;
SELECT bool_and(e.at >= e.before) AS is_in_order
FROM (SELECT at, lag(at) OVER (ORDER BY ordinality) AS before
      FROM mcp.run_events(:'run') WITH ORDINALITY) AS e;

--
-- Which are stuck: the times are set back here, days pass slowly otherwise
--
SELECT mcp.start_mcp('watch-test', '{}', '{"queue": "watch_test"}') AS ready \gset
SELECT mcp.start_mcp('watch-test', '{}', '{"queue": "watch_nobody"}') AS nobody \gset
SELECT mcp.start_run('watch-child', '{}', '{"queue": "watch_test"}') AS parked \gset
SELECT mcp.start_mcp('watch-test', '{}', '{"queue": "watch_paused"}') AS paused \gset
SELECT r ->> 'status' AS status FROM mcp.pause_run(:'paused') AS r;
SELECT mcp.worker_turn('watch_test', epoch, demand => '{}') IS NOT NULL AS turned FROM mcp.workers WHERE worker = 'watch_test';
SELECT count(*) AS stuck FROM mcp.stuck_runs WHERE queue LIKE 'watch%';
UPDATE mcp.ready_steps SET ready_at = ready_at - interval '6 minutes' WHERE queue LIKE 'watch%';
UPDATE mcp.parked_steps SET since = since - interval '25 hours' WHERE run_id = :'parked';
UPDATE mcp.run_events SET recorded_at = recorded_at - interval '25 hours' WHERE run_id = :'paused';
SELECT CASE run_id WHEN :'ready' THEN 'ready' WHEN :'nobody' THEN 'nobody'
                   WHEN :'parked' THEN 'parked' WHEN :'paused' THEN 'paused' END AS run,
       reason
FROM mcp.stuck_runs
WHERE queue LIKE 'watch%'
ORDER BY 1;
-- Its worker went away without a word, and nobody noticed
SELECT watch_test.turn();
UPDATE mcp.workers SET lease_until = now() - interval '2 minutes' WHERE worker = 'watch_test';
SELECT reason FROM mcp.stuck_runs WHERE run_id = :'ready';
SELECT * FROM watch_test.why(:'ready');

--
-- Numbers
--
SELECT workflow, pending, running, paused, succeeded, failed, cancelled, median_seconds >= 0 AS has_median
FROM mcp.stat_runs
WHERE workflow LIKE 'watch-%'
ORDER BY workflow;
SELECT step_id, attempts, succeeded, failed, repeated, last_error
FROM mcp.stat_steps
WHERE workflow = 'watch-all'
ORDER BY step_ordinal;

SELECT (mcp.cancel_runs(jsonb_build_object('queue', q)) ->> 'count')::integer > 0 AS are_gone
FROM unnest('{watch_test,watch_nobody,watch_paused}'::text[]) AS q;
DELETE FROM mcp.workers WHERE worker = 'watch_test';
DROP SCHEMA watch_test CASCADE;
