-- Runs: started, moved on step by step, ended; what is recorded of them.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS mcp;

--
-- A worker for these tests, on a queue of its own; what it has is in a table.
--
CREATE SCHEMA run_test;
CREATE TABLE run_test.worker (epoch integer);
CREATE TABLE run_test.tasks (
    run_id          uuid,
    step_id         text,
    step_ordinal    integer,
    attempt         integer
);
INSERT INTO run_test.worker SELECT mcp.register_worker('run_test');

-- One turn, and what came of it in words.
CREATE FUNCTION run_test.turn(results jsonb DEFAULT '[]', room integer DEFAULT 1)
RETURNS SETOF text
LANGUAGE plpgsql
AS $$
DECLARE
    answer      jsonb;
BEGIN
    answer := mcp.worker_turn('run_test', (SELECT epoch FROM run_test.worker),
                              results, jsonb_build_object('run_test', room));
    INSERT INTO run_test.tasks
    SELECT t.*
    FROM jsonb_to_recordset(answer -> 'tasks')
        AS t (run_id uuid, step_id text, step_ordinal integer, attempt integer);
    RETURN QUERY
        SELECT format('do %s, attempt %s, with %s',
                      t ->> 'step_id', t ->> 'attempt', t -> 'inputs')
        FROM jsonb_array_elements(answer -> 'tasks') AS t
        UNION ALL
        SELECT 'the run ended as ' || (f ->> 'status')
        FROM jsonb_array_elements(answer -> 'finished') AS f
        UNION ALL
        SELECT format('refused step %s, attempt %s: %s',
                      r -> 'step_ordinal', r -> 'attempt', r ->> 'reason')
        FROM jsonb_array_elements(answer -> 'refused') AS r;
END
$$;

-- The worker did a step, and takes others.
CREATE FUNCTION run_test.result(step text, more jsonb)
RETURNS jsonb
LANGUAGE sql
AS $$
    DELETE FROM run_test.tasks AS t
    WHERE t.step_id = step
    RETURNING to_jsonb(t) || more
$$;

CREATE FUNCTION run_test.did(step text, result jsonb, room integer DEFAULT 1)
RETURNS SETOF text
LANGUAGE sql
AS $$
    SELECT run_test.turn(
        jsonb_build_array(run_test.result(
            step, jsonb_build_object('success', true, 'result', result))),
        room)
$$;

CREATE FUNCTION run_test.failed(step text, error text, room integer DEFAULT 1)
RETURNS SETOF text
LANGUAGE sql
AS $$
    SELECT run_test.turn(
        jsonb_build_array(run_test.result(
            step, jsonb_build_object('success', false, 'error', error))),
        room)
$$;

CREATE FUNCTION run_test.start(workflow text, inputs jsonb DEFAULT '{}')
RETURNS uuid
LANGUAGE sql
AS $$
    SELECT mcp.start_run(workflow, inputs, '{"queue": "run_test"}')
$$;

-- The newest run of a workflow, without ids and times.
CREATE FUNCTION run_test.show(workflow text)
RETURNS TABLE (status text, outputs jsonb, error text)
LANGUAGE sql
AS $$
    SELECT r ->> 'status', r -> 'final_outputs', r ->> 'error_message'
    FROM mcp.list_runs(workflow, max_rows => 1) AS r
$$;

CREATE FUNCTION run_test.steps(workflow text)
RETURNS TABLE (step text, attempt integer, status text, version text, inputs jsonb, outputs jsonb, error text, error_class text, in_order boolean)
LANGUAGE sql
AS $$
    SELECT s ->> 'step_id',
           (s ->> 'attempt')::integer,
           s ->> 'status',
           s ->> 'mcp_version',
           s -> 'inputs_used',
           s -> 'outputs_generated',
           s ->> 'error',
           s ->> 'error_class',
           (s ->> 'started_at')::timestamptz <= (s ->> 'finished_at')::timestamptz
    FROM mcp.list_runs(workflow, max_rows => 1) AS r
    CROSS JOIN jsonb_array_elements(
        mcp.get_run((r ->> 'run_id')::uuid) -> 'step_results') AS s
$$;

-- Times pass when these tests say so.
CREATE FUNCTION run_test.let_time_pass()
RETURNS void
LANGUAGE sql
AS $$
    UPDATE mcp.timers SET due_at = now() - interval '1 second'
$$;

--
-- What runs here
--
SELECT mcp.create_mcp('{"name": "Run test echo", "type": "python_script",
    "config": {"script_content": "pass"}, "initial_version_str": "1.0.0"}') ->> 'slug' AS mcp;
SELECT mcp.create_workflow('{"name": "Run test join", "steps": [
    {"step_id": "a", "name": "A", "mcp_id": "run-test-echo", "mcp_version_id": "1.0.0",
     "inputs": {"text": {"source_type": "workflow_input", "workflow_input_key": "message"}}},
    {"step_id": "b", "name": "B", "mcp_id": "run-test-echo",
     "inputs": {"text": {"source_type": "static_value", "value": {"deep": [1, null]}}}},
    {"step_id": "c", "name": "C", "mcp_id": "run-test-echo", "depends_on": ["a", "b"],
     "inputs": {"left": {"source_type": "step_output", "source_step_id": "a", "source_output_name": "out"},
                "right": {"source_type": "step_output", "source_step_id": "b", "source_output_name": "out"}}}
]}') ->> 'slug' AS workflow;
SELECT mcp.create_workflow('{"name": "Run test diamond", "execution_mode": "parallel", "steps": [
    {"step_id": "top", "name": "Top", "mcp_id": "run-test-echo"},
    {"step_id": "left", "name": "Left", "mcp_id": "run-test-echo", "depends_on": ["top"]},
    {"step_id": "right", "name": "Right", "mcp_id": "run-test-echo",
     "inputs": {"x": {"source_type": "step_output", "source_step_id": "top", "source_output_name": "x"}}},
    {"step_id": "bottom", "name": "Bottom", "mcp_id": "run-test-echo", "depends_on": ["left", "right"]}
]}') ->> 'slug' AS workflow;
SELECT mcp.create_workflow('{"name": "Run test empty", "steps": []}') ->> 'slug' AS workflow;

--
-- Sequential: in list order, each with what those before it gave
--
SELECT run_test.start('run-test-join', '{"message": "hello", "unused": 1}') AS run \gset
SELECT status, steps FROM jsonb_to_record(mcp.get_run(:'run')) AS r (status text, steps jsonb);
SELECT run_test.turn(room => 5);
SELECT r ->> 'status' AS run, s ->> 'status' AS step, s ->> 'worker' AS worker
FROM mcp.get_run(:'run') AS r
CROSS JOIN jsonb_array_elements(r -> 'step_results') AS s;
SELECT run_test.did('a', '{"out": "hello!"}');
SELECT run_test.did('b', '{"out": {"any": ["json", 1.50, null]}}');
SELECT run_test.did('c', '["the", "end"]');
SELECT * FROM run_test.show('run-test-join');
SELECT * FROM run_test.steps('run-test-join');
-- Nothing is left of it in the hot tables.
SELECT (SELECT count(*) FROM mcp.live_runs WHERE queue = 'run_test') AS live,
       (SELECT count(*) FROM mcp.ready_steps WHERE queue = 'run_test') AS ready;

-- The latest version is pinned when the run starts, and kept.
SELECT run_test.start('run-test-join', '{"message": "pinned"}') IS NOT NULL AS started;
SELECT mcp.add_mcp_version('run-test-echo', '{"version_str": "2.0.0", "config": {"script_content": "2"}}') ->> 'version_str' AS added;
SELECT run_test.turn();
SELECT run_test.did('a', '{"out": 1}');
SELECT run_test.did('b', '{"out": 2}');
SELECT run_test.did('c', 'null');
SELECT * FROM run_test.show('run-test-join');
SELECT step, version FROM run_test.steps('run-test-join');
SELECT run_test.start('run-test-join', '{"message": "newer"}') IS NOT NULL AS started;
SELECT run_test.turn();
SELECT run_test.did('a', '{"out": 1}');
SELECT run_test.did('b', '{"out": 2}');
SELECT run_test.failed('c', 'no');
SELECT step, version FROM run_test.steps('run-test-join');

-- Without steps: a success at once.
SELECT run_test.start('run-test-empty') IS NOT NULL AS started;
SELECT * FROM run_test.show('run-test-empty');

-- A run that is rolled back never was.
BEGIN;
SELECT run_test.start('run-test-empty') AS run \gset
SELECT run_test.start('run-test-diamond') AS other_run \gset
ROLLBACK;
SELECT count(*) AS found FROM mcp.workflow_runs WHERE run_id = :'run';
SELECT run_test.turn();

-- One MCP alone takes the inputs as they are.
SELECT mcp.start_mcp('run-test-echo', '{"a": {"b": [1]}}', '{"queue": "run_test"}') AS run \gset
SELECT run_test.turn();
SELECT run_test.did('run', '"a text"');
SELECT r ->> 'status' AS status, r -> 'workflow_id' AS workflow, r -> 'final_outputs' AS outputs,
       s ->> 'name' AS name, s ->> 'mcp_version' AS version, s -> 'inputs_used' AS inputs
FROM mcp.get_run(:'run') AS r
CROSS JOIN jsonb_array_elements(r -> 'step_results') AS s;

--
-- Parallel: by dependencies, those of depends_on and of inputs together
--
SELECT run_test.start('run-test-diamond') IS NOT NULL AS started;
SELECT run_test.turn(room => 5);
SELECT run_test.did('top', '{"x": 1}', 5);
SELECT run_test.did('right', 'true', 5);
SELECT run_test.did('left', 'false', 5);
SELECT run_test.did('bottom', '{}', 5);
SELECT * FROM run_test.show('run-test-diamond');
-- Where the worker has no room, the step waits in the queue.
SELECT run_test.start('run-test-diamond') IS NOT NULL AS started;
SELECT run_test.turn();
SELECT run_test.did('top', '{"x": 1}', 1);
SELECT step_ordinal FROM mcp.ready_steps WHERE queue = 'run_test';
SELECT run_test.turn(room => 0);
SELECT run_test.turn();
-- A failure ends the run: what is under way is cancelled, what is to come never comes.
SELECT run_test.failed('left', 'boom');
SELECT * FROM run_test.show('run-test-diamond');
SELECT * FROM run_test.steps('run-test-diamond');
SELECT run_test.did('right', '1');

--
-- Inputs that cannot be had
--
SELECT run_test.start('run-test-join') IS NOT NULL AS started;
SELECT run_test.turn();
SELECT * FROM run_test.show('run-test-join');
SELECT * FROM run_test.steps('run-test-join');
SELECT run_test.start('run-test-join', '{"massage": 1, "other": 2}') IS NOT NULL AS started;
SELECT run_test.turn();
SELECT error FROM run_test.show('run-test-join');

-- What a step gives, and what is asked of it.
CREATE FUNCTION run_test.ask(output_name text, result jsonb)
RETURNS SETOF text
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM mcp.update_workflow('run-test-ask', jsonb_build_object('steps', jsonb_build_array(
        '{"step_id": "give", "name": "Give", "mcp_id": "run-test-echo"}'::jsonb,
        jsonb_build_object('step_id', 'take', 'name', 'Take', 'mcp_id', 'run-test-echo',
            'inputs', jsonb_build_object('it', jsonb_build_object(
                'source_type', 'step_output', 'source_step_id', 'give',
                'source_output_name', output_name))))));
    PERFORM run_test.start('run-test-ask');
    PERFORM run_test.turn();
    RETURN QUERY SELECT * FROM run_test.did('give', result);
    PERFORM run_test.did('take', 'null') FROM run_test.tasks;
    IF (SELECT status FROM run_test.show('run-test-ask')) = 'FAILED' THEN
        RETURN QUERY SELECT s.error FROM run_test.steps('run-test-ask') AS s WHERE s.step = 'take';
    END IF;
END
$$;
SELECT mcp.create_workflow('{"name": "Run test ask", "steps": []}') ->> 'slug' AS workflow;
SELECT run_test.ask('a', '{"a": null, "b": 1}');
SELECT run_test.ask('a.b', '{"a": {"b": 1}, "a.b": "the key itself"}');
SELECT run_test.ask('a.b', '{"a": {"b": {"c": [2]}}}');
SELECT run_test.ask('a[1].c', '{"a": [0, {"c": "second"}]}');
SELECT run_test.ask('a[-1]', '{"a": [0, "last"]}');
SELECT run_test.ask('[0]', '["first"]');
SELECT run_test.ask('["x.y"].z', '{"x.y": {"z": true}}');
SELECT run_test.ask('a', '{"b": 1, "c": 2}');
SELECT run_test.ask('a.x', '{"a": {"b": 1}}');
SELECT run_test.ask('a[2]', '{"a": [0, 1]}');
SELECT run_test.ask('a[', '{"a": [0, 1]}');
SELECT run_test.ask('a..b', '{"a": {"b": 1}}');
SELECT run_test.ask('a', '{}');
SELECT run_test.ask('a', '"a"');
SELECT run_test.ask('a', '17');
SELECT run_test.ask('a', '["a"]');
SELECT run_test.ask('a', 'null');
SELECT run_test.ask('a', (SELECT jsonb_object_agg('key_' || to_char(i, 'FM00'), i) FROM generate_series(1, 25) AS i));

--
-- Retry with Backoff
--
SELECT mcp.create_workflow('{"name": "Run test retry", "execution_mode": "parallel",
    "error_handling": {"strategy": "Retry with Backoff", "max_retries": 2, "backoff_factor": 3},
    "steps": [{"step_id": "flaky", "name": "Flaky", "mcp_id": "run-test-echo", "mcp_version_id": "1.0.0"},
              {"step_id": "other", "name": "Other", "mcp_id": "run-test-echo", "mcp_version_id": "1.0.0"}]}') ->> 'slug' AS workflow;
CREATE VIEW run_test.delay AS
    SELECT t.due_at - (SELECT max(s.finished_at) FROM mcp.step_runs AS s WHERE s.run_id = t.run_id AND s.status = 'FAILED') AS length
    FROM mcp.timers AS t;
SELECT run_test.start('run-test-retry') IS NOT NULL AS started;
SELECT run_test.turn();
SELECT run_test.failed('flaky', 'once', 0);
SELECT length BETWEEN '0.8 s' AND '1 s' AS is_first_delay FROM run_test.delay;
SELECT run_test.turn();
SELECT run_test.did('other', '1', 5);
SELECT run_test.let_time_pass();
SELECT run_test.turn();
SELECT run_test.failed('flaky', 'twice');
SELECT length BETWEEN '2.4 s' AND '3 s' AS is_second_delay FROM run_test.delay;
SELECT run_test.let_time_pass();
SELECT run_test.turn();
SELECT run_test.did('flaky', '"at last"');
SELECT * FROM run_test.show('run-test-retry');
SELECT * FROM run_test.steps('run-test-retry');
-- After the last retry the run fails; what sleeps is not woken any more.
SELECT run_test.start('run-test-retry') IS NOT NULL AS started;
SELECT run_test.turn(room => 2);
SELECT run_test.failed('other', 'sleeps', 0);
SELECT run_test.failed('flaky', '1', 0);
UPDATE mcp.timers SET due_at = now() WHERE step_ordinal = 0;
SELECT run_test.turn();
SELECT run_test.failed('flaky', '2', 0);
UPDATE mcp.timers SET due_at = now() WHERE step_ordinal = 0;
SELECT run_test.turn();
SELECT run_test.failed('flaky', '3', 0);
SELECT * FROM run_test.show('run-test-retry');
SELECT step, attempt, status, error FROM run_test.steps('run-test-retry');
SELECT run_test.turn();
-- Never later than 30 seconds.
SELECT mcp.create_workflow('{"name": "Run test slow retry",
    "error_handling": {"strategy": "Retry with Backoff", "max_retries": 20, "backoff_factor": 10},
    "steps": [{"step_id": "flaky", "name": "Flaky", "mcp_id": "run-test-echo", "mcp_version_id": "1.0.0"}]}') ->> 'slug' AS workflow;
SELECT run_test.start('run-test-slow-retry') AS run \gset
SELECT run_test.turn();
SELECT run_test.failed('flaky', '1', 0);
SELECT run_test.let_time_pass();
SELECT run_test.turn();
SELECT run_test.failed('flaky', '2', 0);
SELECT run_test.let_time_pass();
SELECT run_test.turn();
SELECT run_test.failed('flaky', '3', 0);
SELECT length BETWEEN '24 s' AND '30 s' AS is_longest_delay FROM run_test.delay;
SELECT mcp.cancel_run(:'run', 'long enough') ->> 'status' AS status;
SELECT count(*) AS timers FROM mcp.timers;

--
-- Fallback Chain
--
SELECT mcp.create_mcp('{"name": "Run test saver", "type": "python_script",
    "config": {"script_content": "pass"}, "initial_version_str": "1.0.0"}') ->> 'slug' AS mcp;
SELECT mcp.create_workflow('{"name": "Run test last resort", "steps": [
    {"step_id": "f", "name": "F", "mcp_id": "run-test-saver", "mcp_version_id": "1.0.0",
     "inputs": {"text": {"source_type": "workflow_input", "workflow_input_key": "message"}}}]}') AS fallback \gset
SELECT mcp.create_workflow(jsonb_build_object('name', 'Run test fallback',
    'error_handling', jsonb_build_object('strategy', 'Fallback Chain', 'fallback_workflow_id', :'fallback'::jsonb ->> 'workflow_id'),
    'steps', '[{"step_id": "p", "name": "P", "mcp_id": "run-test-echo", "mcp_version_id": "1.0.0"}]'::jsonb)) ->> 'slug' AS workflow;
SELECT run_test.start('run-test-fallback', '{"message": "the same"}') AS run \gset
SELECT run_test.turn();
SELECT run_test.failed('p', 'gone');
SELECT run_test.did('f', '"saved"');
SELECT * FROM run_test.show('run-test-fallback');
SELECT r -> 'inputs' AS inputs, r ->> 'status' AS status, r -> 'final_outputs' AS outputs,
       r ->> 'parent_run_id' = :'run' AS is_linked_up,
       r ->> 'run_id' = mcp.get_run(:'run') ->> 'fallback_run_id' AS is_linked_down
FROM mcp.list_runs('run-test-last-resort', max_rows => 1) AS r;
-- A success needs none.
SELECT run_test.start('run-test-fallback') AS run \gset
SELECT run_test.turn();
SELECT run_test.did('p', '1');
SELECT mcp.get_run(:'run') -> 'fallback_run_id' AS fallback;
-- A fallback that cannot be started is said to be so.
SELECT mcp.delete_mcp('run-test-saver', force => true);
SELECT run_test.start('run-test-fallback') AS run \gset
SELECT run_test.turn();
SELECT run_test.failed('p', 'gone');
SELECT error FROM run_test.show('run-test-fallback');

--
-- Cancel
--
SELECT run_test.start('run-test-diamond') AS run \gset
SELECT mcp.cancel_run(:'run') ->> 'error_message' LIKE 'cancelled by %' AS says_by_whom;
SELECT run_test.turn();
SELECT run_test.start('run-test-diamond') AS run \gset
SELECT run_test.turn();
SELECT r ->> 'status' AS status, r ->> 'error_message' AS error
FROM mcp.cancel_run(:'run', 'changed my mind') AS r;
SELECT * FROM run_test.steps('run-test-diamond');
SELECT run_test.did('top', '1');
SELECT mcp.cancel_run('01890000-0000-7000-8000-000000000000');
SELECT mcp.cancel_run(NULL);
DO $$
BEGIN
    PERFORM mcp.cancel_run((r ->> 'run_id')::uuid)
    FROM mcp.list_runs('run-test-diamond', max_rows => 1) AS r;
EXCEPTION WHEN SQLSTATE 'MC010' THEN
    RAISE WARNING 'refused: %', regexp_replace(SQLERRM, '[0-9a-f-]{36}', '<id>');
END
$$;

--
-- Starts that are refused
--
SELECT mcp.start_run('no-such-workflow');
SELECT mcp.start_run('01890000-0000-7000-8000-000000000000');
SELECT mcp.start_run(NULL);
SELECT mcp.start_mcp('no-such-mcp');
\set VERBOSITY default
SELECT mcp.start_run('run-test-join', '[]');
SELECT mcp.start_run('run-test-join', 'null');
SELECT mcp.start_run('run-test-join', '{}', '{"prio": 1}');
SELECT mcp.start_run('run-test-join', '{}', '{"priority": 1001, "queue": ""}');
SELECT mcp.start_run('run-test-join', '{}', '[]');
\set VERBOSITY terse
-- An MCP that went away since.
SELECT mcp.create_mcp('{"name": "Run test gone", "type": "python_script",
    "config": {"script_content": "pass"}, "initial_version_str": "1.0.0"}') ->> 'slug' AS mcp;
SELECT mcp.create_workflow('{"name": "Run test latest", "steps": [{"step_id": "x", "name": "X", "mcp_id": "run-test-gone"}]}') ->> 'slug' AS workflow;
SELECT mcp.create_workflow('{"name": "Run test fixed", "steps": [{"step_id": "x", "name": "X", "mcp_id": "run-test-gone", "mcp_version_id": "1.0.0"}]}') ->> 'slug' AS workflow;
SELECT mcp.delete_mcp('run-test-gone', force => true);
SELECT run_test.start('run-test-latest');
SELECT run_test.start('run-test-fixed');

--
-- Five thousand steps
--
SELECT mcp.create_workflow(jsonb_build_object('name', 'Run test wide', 'execution_mode', 'parallel', 'steps', (
    SELECT jsonb_agg(jsonb_build_object('step_id', 's' || i, 'name', 'S', 'mcp_id', 'run-test-echo', 'mcp_version_id', '1.0.0',
        'depends_on', CASE WHEN i = 5000 THEN (SELECT jsonb_agg('s' || j) FROM generate_series(1, 4999) AS j) ELSE '[]' END))
    FROM generate_series(1, 5000) AS i))) ->> 'slug' AS workflow;
SELECT run_test.start('run-test-wide') AS run \gset
SELECT count(*) FROM run_test.turn(room => 5000);
CREATE FUNCTION run_test.do_all(room integer)
RETURNS SETOF text
LANGUAGE sql
AS $$
    WITH done AS (
        DELETE FROM run_test.tasks AS t
        RETURNING to_jsonb(t) || '{"success": true}' AS result
    )
    SELECT run_test.turn(jsonb_agg(result), room) FROM done
$$;
SELECT run_test.do_all(5000);
SELECT run_test.do_all(5000);
SELECT r ->> 'status' AS status, jsonb_array_length(r -> 'step_results') AS steps FROM mcp.get_run(:'run') AS r;

SELECT mcp.retire_worker('run_test', epoch) FROM run_test.worker;
DROP SCHEMA run_test CASCADE;
