-- Steering runs: paused and resumed, retried, cancelled in bulk, told things.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS mcp;
CREATE SCHEMA control_test;

CREATE TABLE control_test.worker AS SELECT mcp.register_worker('control_test') AS epoch;
CREATE TABLE control_test.tasks (run_id uuid, step_id text, step_ordinal integer, attempt integer);

-- One turn, and what came of it.
CREATE FUNCTION control_test.turn(results jsonb DEFAULT '[]', room integer DEFAULT 10)
RETURNS SETOF text
LANGUAGE plpgsql
AS $$
DECLARE
    answer      jsonb;
BEGIN
    answer := mcp.worker_turn('control_test', (SELECT epoch FROM control_test.worker), results,
                              jsonb_build_object('control_test', room));
    INSERT INTO control_test.tasks
    SELECT t.*
    FROM jsonb_to_recordset(answer -> 'tasks')
        AS t (run_id uuid, step_id text, step_ordinal integer, attempt integer);
    RETURN QUERY
        SELECT format('do %s with %s', t ->> 'step_id', t -> 'inputs')
        FROM jsonb_array_elements(answer -> 'tasks') AS t
        ORDER BY 1;
    RETURN QUERY
        SELECT 'the run ended as ' || (f ->> 'status')
        FROM jsonb_array_elements(answer -> 'finished') AS f;
    RETURN QUERY
        SELECT 'refused: ' || (r ->> 'reason')
        FROM jsonb_array_elements(answer -> 'refused') AS r;
END
$$;

CREATE FUNCTION control_test.ended(step text, what jsonb)
RETURNS SETOF text
LANGUAGE sql
AS $$
    WITH task AS (
        DELETE FROM control_test.tasks AS t
        WHERE t.step_id = step
        RETURNING to_jsonb(t) || what AS result
    )
    SELECT control_test.turn(jsonb_agg(result))
    FROM task
$$;

CREATE FUNCTION control_test.did(step text, result jsonb DEFAULT 'null')
RETURNS SETOF text
LANGUAGE sql
AS $$
    SELECT control_test.ended(step, jsonb_build_object('success', true, 'result', result))
$$;

CREATE FUNCTION control_test.failed(step text, error_class text DEFAULT 'test')
RETURNS SETOF text
LANGUAGE sql
AS $$
    SELECT control_test.ended(step, jsonb_build_object(
        'success', false, 'error', 'oh no', 'error_class', error_class))
$$;

CREATE FUNCTION control_test.start(workflow text, inputs jsonb DEFAULT '{}', options jsonb DEFAULT '{}')
RETURNS uuid
LANGUAGE sql
AS $$
    SELECT mcp.start_run(workflow, inputs, '{"queue": "control_test"}' || options)
$$;

-- What there is to see of the steps of a run.
CREATE FUNCTION control_test.steps(run uuid, origin uuid DEFAULT NULL)
RETURNS TABLE (step text, status text, outputs jsonb, is_reused boolean)
LANGUAGE sql
AS $$
    SELECT s ->> 'step_id', s ->> 'status', s -> 'outputs_generated', (s ->> 'reused_from')::uuid = origin
    FROM jsonb_array_elements(mcp.get_run(run) -> 'step_results') AS s
$$;

SELECT mcp.create_mcp('{"name": "Control test", "slug": "control-test", "type": "python_script",
    "initial_config": {"script_content": "x"}}') ->> 'slug' AS slug;
-- a, then b and c of it, then d of both.
SELECT mcp.create_workflow('{"name": "Diamond", "slug": "control-diamond", "execution_mode": "parallel",
    "steps": [
        {"step_id": "a", "name": "A", "mcp_id": "control-test",
         "inputs": {"in": {"source_type": "workflow_input", "workflow_input_key": "in"}}},
        {"step_id": "b", "name": "B", "mcp_id": "control-test",
         "inputs": {"a": {"source_type": "step_output", "source_step_id": "a", "source_output_name": "v"}}},
        {"step_id": "c", "name": "C", "mcp_id": "control-test", "depends_on": ["a"],
         "inputs": {"in": {"source_type": "workflow_input", "workflow_input_key": "in"}}},
        {"step_id": "d", "name": "D", "mcp_id": "control-test",
         "inputs": {"b": {"source_type": "step_output", "source_step_id": "b", "source_output_name": "v"},
                    "c": {"source_type": "step_output", "source_step_id": "c", "source_output_name": "v"}}}]}')
    ->> 'slug' AS slug;

--
-- Pause: nothing begins, what is under way goes on and is recorded
--
SELECT control_test.start('control-diamond', '{"in": 1}') AS run \gset
SELECT control_test.turn();
SELECT r ->> 'status' AS status FROM mcp.pause_run(:'run', 'lunch') AS r;
SELECT control_test.did('a', '{"v": 2}');
SELECT control_test.turn();
SELECT * FROM control_test.steps(:'run');
\set VERBOSITY sqlstate
SELECT mcp.pause_run(:'run');
\set VERBOSITY terse
SELECT r ->> 'status' AS status FROM mcp.resume_run(:'run') AS r;
\set VERBOSITY sqlstate
SELECT mcp.resume_run(:'run');
\set VERBOSITY terse
SELECT control_test.turn();
-- One that nothing was handed out of yet
SELECT control_test.start('control-diamond', '{"in": 5}') AS other \gset
SELECT r ->> 'status' AS status FROM mcp.pause_run(:'other') AS r;
SELECT control_test.turn();
SELECT r ->> 'status' AS status FROM mcp.resume_run(:'other') AS r;
SELECT control_test.turn();
SELECT r ->> 'status' AS status FROM mcp.pause_run(:'other') AS r;
SELECT r ->> 'status' AS status, r ->> 'error_message' AS message
FROM mcp.cancel_run(:'other', 'not wanted') AS r;
SELECT control_test.did('a');
\set VERBOSITY sqlstate
SELECT mcp.pause_run(:'other');
SELECT mcp.resume_run(:'other');
SELECT mcp.cancel_run(:'other');
\set VERBOSITY terse
SELECT mcp.pause_run('00000000-0000-7000-8000-000000000000');
SELECT mcp.resume_run('00000000-0000-7000-8000-000000000000');
SELECT mcp.pause_run(NULL);

--
-- Retry: what was done is reused, what failed and what comes after it is not
--
\set VERBOSITY sqlstate
SELECT mcp.retry_run(:'run');
\set VERBOSITY terse
SELECT control_test.did('c', '{"v": 4}');
SELECT control_test.failed('b');
SELECT * FROM control_test.steps(:'run');
SELECT mcp.retry_run(:'run') AS again \gset
SELECT r ->> 'status' AS status, (r ->> 'origin_run_id')::uuid = :'run' AS is_linked, r -> 'inputs' AS inputs
FROM mcp.get_run(:'again') AS r;
SELECT r -> 'retry_run_ids' = jsonb_build_array(:'again') AS is_linked, r -> 'origin_run_id' AS origin
FROM mcp.get_run(:'run') AS r;
SELECT * FROM control_test.steps(:'again', :'run');
SELECT control_test.turn();
SELECT control_test.did('b', '{"v": 3}');
SELECT control_test.did('d', '{"v": 7}');
SELECT r ->> 'status' AS status, r -> 'final_outputs' AS outputs FROM mcp.get_run(:'again') AS r;
SELECT * FROM control_test.steps(:'again', :'run');
-- Of one that succeeded there is nothing to do, unless it is said what
\set VERBOSITY sqlstate
SELECT mcp.retry_run(:'again');
\set VERBOSITY terse
SELECT mcp.retry_run(:'again', 'nowhere');
SELECT mcp.retry_run(:'again', 'c', '{"in": 10}', '{"priority": 3, "tags": {"why": "edited"}}') AS edited \gset
SELECT r -> 'inputs' AS inputs, r -> 'priority' AS priority, r ->> 'queue' AS queue, r -> 'tags' AS tags
FROM mcp.get_run(:'edited') AS r;
-- Results are known by the run that did them, however often they are reused
SELECT * FROM control_test.steps(:'edited', :'run');
SELECT * FROM control_test.steps(:'edited', :'again');
SELECT control_test.turn();
SELECT control_test.did('c', '{"v": 40}');
SELECT control_test.did('d', '{"v": 43}');
-- From the first step on: nothing is reused
SELECT mcp.retry_run(:'edited', 'a') AS anew \gset
SELECT count(*) AS reused FROM control_test.steps(:'anew');
SELECT control_test.turn();
SELECT r ->> 'status' AS status FROM mcp.cancel_run(:'anew') AS r;
-- And what was under way when the run ended is done anew
SELECT control_test.did('a');
SELECT mcp.retry_run(:'anew') AS anew \gset
SELECT control_test.turn();
SELECT control_test.did('a', '{"v": 1}');
SELECT r ->> 'status' AS status FROM mcp.cancel_run(:'anew') AS r;
DELETE FROM control_test.tasks;
-- Later, and what is kept is kept until then
SELECT mcp.retry_run(:'anew', options => '{"delay_seconds": 3600}') AS later \gset
SELECT control_test.turn();
SELECT r ->> 'status' AS status, (r ->> 'start_at')::timestamptz > now() + interval '59 minutes' AS is_later
FROM mcp.get_run(:'later') AS r;
UPDATE mcp.timers SET due_at = now() - interval '1 second' WHERE run_id = :'later';
SELECT control_test.turn();
SELECT * FROM control_test.steps(:'later', :'anew');
SELECT r ->> 'status' AS status FROM mcp.cancel_run(:'later') AS r;
DELETE FROM control_test.tasks;

-- Wrong asks
SELECT mcp.retry_run('00000000-0000-7000-8000-000000000000');
SELECT mcp.retry_run(:'again', 'a', '[]');
SELECT mcp.retry_run(:'again', 'a', '{}', '{"start_at": "soon"}');
SELECT mcp.retry_run(:'again', 'a', '{}', '{"idempotency_key": "x"}');

-- Steps that were skipped stay so, a handled failure too
SELECT mcp.create_workflow('{"name": "Handled", "slug": "control-handled", "execution_mode": "sequential",
    "steps": [
        {"step_id": "a", "name": "A", "mcp_id": "control-test", "on_error": "continue"},
        {"step_id": "b", "name": "B", "mcp_id": "control-test", "when": "$.inputs.never == true"},
        {"step_id": "c", "name": "C", "mcp_id": "control-test"}]}') ->> 'slug' AS slug;
SELECT control_test.start('control-handled') AS run \gset
SELECT control_test.turn();
SELECT control_test.failed('a');
SELECT control_test.failed('c');
SELECT mcp.retry_run(:'run') AS again \gset
SELECT * FROM control_test.steps(:'again', :'run');
SELECT control_test.turn();
SELECT control_test.did('c', '"done"');
SELECT r ->> 'status' AS status, r -> 'final_outputs' AS outputs FROM mcp.get_run(:'again') AS r;

-- A run of one MCP, and one that waits first
SELECT mcp.start_mcp('control-test', '{"x": 1}', '{"queue": "control_test"}') AS run \gset
SELECT control_test.turn();
SELECT control_test.failed('run');
SELECT mcp.retry_run(:'run', inputs => '{"y": 2}') AS again \gset
SELECT control_test.turn();
SELECT control_test.did('run', '"ok"');

--
-- Bulk
--
SELECT mcp.start_runs(array_fill(
    '{"mcp": "control-test", "options": {"queue": "control_test", "tags": {"batch": "one"}}}'::jsonb,
    ARRAY[5])) IS NOT NULL AS started;
SELECT r -> 'count' AS count, r -> 'continue_after' <> 'null' AS is_more
FROM mcp.cancel_runs('{"queue": "control_test", "tags": {"batch": "one"}}', 'over', max_rows => 2) AS r;
SELECT r -> 'count' AS count, r -> 'continue_after' AS continue_after
FROM mcp.cancel_runs('{"queue": "control_test", "tags": {"batch": "one"}}') AS r;
SELECT r -> 'count' AS count FROM mcp.cancel_runs('{"tags": {"batch": "one"}}') AS r;
SELECT r -> 'count' AS count, jsonb_array_length(r -> 'skipped') AS skipped, r -> 'continue_after' AS continue_after
FROM mcp.retry_runs('{"tags": {"batch": "one"}, "status": "CANCELLED"}', max_rows => 100) AS r;
SELECT r -> 'count' AS count, r -> 'skipped' -> 0 ->> 'reason' AS reason
FROM mcp.retry_runs('{"tags": {"batch": "one"}, "status": ["CANCELLED", "FAILED"]}') AS r;
SELECT count(*) FILTER (WHERE turn LIKE 'do %') AS tasks FROM control_test.turn();
SELECT count(*) AS ended FROM control_test.failed('run', 'rate_limit');
SELECT r -> 'count' AS count
FROM mcp.retry_runs('{"queue": "control_test", "error_class": "rate_limit"}') AS r;
SELECT r -> 'count' AS count
FROM mcp.cancel_runs(jsonb_build_object(
    'ids', (SELECT jsonb_agg(l.run_id)
            FROM mcp.live_runs AS l
            WHERE l.queue = 'control_test'),
    'status', '["PENDING", "RUNNING"]'::jsonb,
    'created_after', now() - interval '1 hour',
    'created_before', now() + interval '1 hour')) AS r;
SELECT r -> 'count' AS count FROM mcp.cancel_runs('{"workflow": "control-diamond"}') AS r;
SELECT mcp.cancel_runs('{}');
SELECT mcp.cancel_runs(NULL);
SELECT mcp.cancel_runs('{"state": "RUNNING"}');
SELECT mcp.cancel_runs('{"status": "FAILED"}');
SELECT mcp.retry_runs('{"status": "RUNNING"}');
SELECT mcp.cancel_runs('{"workflow": "nowhere"}');
SELECT mcp.cancel_runs('{"ids": ["x"]}');
SELECT mcp.cancel_runs('{"queue": "x"}', max_rows => 0);
SELECT control_test.turn();

--
-- Signals: one that comes early is kept, and each is taken once
--
SELECT mcp.create_workflow('{"name": "Waits", "slug": "control-waits", "execution_mode": "sequential",
    "steps": [
        {"step_id": "go", "name": "Go", "wait": {"signal": "go"}},
        {"step_id": "on", "name": "On", "wait": {"signal": "go"}},
        {"step_id": "ok", "name": "Ok", "wait": {"approval": {"message": "Ship it?", "roles": ["control_test_boss"]}}}]}')
    ->> 'slug' AS slug;
SELECT control_test.start('control-waits') AS run \gset
SELECT control_test.turn();
SELECT mcp.send_signal(:'run', 'go', '{"n": 1}') IS NOT NULL AS sent;
SELECT mcp.send_signal(:'run', 'other', '{"n": 0}') IS NOT NULL AS sent;
SELECT mcp.send_signal(:'run', 'go', '{"n": 2}') IS NOT NULL AS sent;
SELECT control_test.turn();
SELECT * FROM control_test.steps(:'run');
SELECT mcp.send_signal(:'run', '');
SELECT mcp.send_signal(:'run', NULL);
SELECT mcp.send_signal('00000000-0000-7000-8000-000000000000', 'go');

--
-- Approvals: who may, once
--
CREATE ROLE control_test_boss;
CREATE ROLE control_test_clerk LOGIN;
CREATE ROLE control_test_chief LOGIN IN ROLE control_test_boss;
SELECT mcp.grant_role('control_test_clerk', 'operator');
SELECT mcp.grant_role('control_test_chief', 'operator');
SET ROLE control_test_clerk;
SELECT step_id, message, roles, may_decide FROM mcp.list_approvals() WHERE run_id = :'run';
SELECT mcp.decide_approval(:'run', 'ok', true);
SET ROLE control_test_chief;
SELECT step_id, may_decide FROM mcp.list_approvals() WHERE run_id = :'run';
SELECT mcp.decide_approval(:'run', 'go', true);
SELECT mcp.decide_approval(:'run', 'ok', NULL);
SELECT d - 'decided_at' AS decision FROM mcp.decide_approval(:'run', 'ok', true, 'fine') AS d;
SELECT mcp.decide_approval(:'run', 'ok', false);
SELECT count(*) AS waiting FROM mcp.list_approvals() WHERE run_id = :'run';
RESET ROLE;
SELECT control_test.turn();
SELECT r ->> 'status' AS status, (r -> 'final_outputs') - 'decided_at' AS outputs FROM mcp.get_run(:'run') AS r;
\set VERBOSITY sqlstate
SELECT mcp.send_signal(:'run', 'go');
SELECT mcp.decide_approval(:'run', 'ok', true);
\set VERBOSITY terse
-- Refused
SELECT control_test.start('control-waits') AS run \gset
SELECT mcp.send_signal(:'run', 'go') IS NOT NULL AS sent FROM generate_series(1, 2);
SELECT control_test.turn();
SET ROLE control_test_chief;
SELECT d - 'decided_at' AS decision FROM mcp.decide_approval(:'run', 'ok', false) AS d;
RESET ROLE;
SELECT control_test.turn();
SELECT r ->> 'status' AS status, r ->> 'error_message' AS message, r -> 'step_results' -> -1 ->> 'error_class' AS class
FROM mcp.get_run(:'run') AS r;
-- And tried once more, from there
SELECT mcp.retry_run(:'run') AS again \gset
SELECT step_id, message FROM mcp.list_approvals() WHERE run_id = :'again';
SELECT r ->> 'status' AS status FROM mcp.cancel_run(:'again') AS r;

--
-- What was done is told of
--
SELECT e.kind, e.detail - 'decided_at' - 'retry_run_id' AS detail,
       CASE e.actor WHEN session_user THEN 'us' ELSE e.actor END AS actor
FROM mcp.run_events AS e
WHERE e.run_id = :'run'
ORDER BY e.event_id;
SELECT a.action, count(*) > 0 AS is_told
FROM mcp.audit_log AS a
WHERE a.kind = 'run'
  AND a.action IN ('pause', 'resume', 'cancel', 'retry', 'approve', 'refuse')
GROUP BY a.action
ORDER BY a.action;

SELECT mcp.revoke_role('control_test_clerk', 'operator');
SELECT mcp.revoke_role('control_test_chief', 'operator');
DROP ROLE control_test_clerk, control_test_chief, control_test_boss;
SELECT mcp.retire_worker('control_test', (SELECT epoch FROM control_test.worker));
DROP SCHEMA control_test CASCADE;
