-- Assistants: the tools they call, what goes on from there, what they remember.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS mcp;

CREATE SCHEMA assistant_test;

-- A turn of the worker, without ids; the tasks it was given are kept.
CREATE TABLE assistant_test.tasks (name text, run_id uuid, step_ordinal integer, attempt integer, inputs jsonb, handed_at timestamptz DEFAULT clock_timestamp());
CREATE FUNCTION assistant_test.turn(results jsonb DEFAULT '[]', demand integer DEFAULT 1)
RETURNS SETOF text
LANGUAGE plpgsql
AS $$
DECLARE
    answer      jsonb;
BEGIN
    answer := mcp.worker_turn('assistant_test', (SELECT epoch FROM mcp.workers WHERE worker = 'assistant_test'),
                              results, jsonb_build_object('assistant_test', demand));
    INSERT INTO assistant_test.tasks (name, run_id, step_ordinal, attempt, inputs)
    SELECT t.*
    FROM jsonb_to_recordset(answer -> 'tasks') AS t (name text, run_id uuid, step_ordinal integer, attempt integer, inputs jsonb);
    RETURN QUERY
        SELECT format('do %s, attempt %s, with %s', t ->> 'name', t ->> 'attempt', t -> 'inputs')
        FROM jsonb_array_elements(answer -> 'tasks') AS t
        UNION ALL
        SELECT 'a run ended as ' || (f ->> 'status')
        FROM jsonb_array_elements(answer -> 'finished') AS f
        UNION ALL
        SELECT 'refused: ' || (r ->> 'reason')
        FROM jsonb_array_elements(answer -> 'refused') AS r;
END
$$;

-- What the worker says of the last task of that name.
CREATE FUNCTION assistant_test.result(name text, success boolean, result jsonb, more jsonb DEFAULT '{}')
RETURNS jsonb
LANGUAGE sql
AS $$
    SELECT jsonb_build_array(jsonb_build_object(
        'run_id', t.run_id, 'step_ordinal', t.step_ordinal, 'attempt', t.attempt, 'success', success, 'result', result,
        'error', CASE WHEN NOT success THEN result #>> '{}' END) || more)
    FROM assistant_test.tasks AS t
    WHERE t.name = result.name
    ORDER BY t.handed_at DESC
    LIMIT 1
$$;

CREATE FUNCTION assistant_test.calls(VARIADIC calls text[])
RETURNS jsonb
LANGUAGE sql
AS $$
    SELECT jsonb_build_object(
        'usage', '{"input_tokens": 5, "output_tokens": 3}'::jsonb,
        'tool_calls', (SELECT jsonb_agg(jsonb_build_object('id', 'call_' || n, 'name', split_part(c, ' ', 1), 'arguments', substr(c, strpos(c, ' ') + 1)::jsonb) ORDER BY n)
                       FROM unnest(calls) WITH ORDINALITY AS u (c, n)))
$$;

-- What the worker is told for the last task of the assistant, without ids.
CREATE FUNCTION assistant_test.state(session text DEFAULT NULL)
RETURNS jsonb
LANGUAGE sql
AS $$
    SELECT regexp_replace(
        mcp.get_assistant_state(w.epoch, t.run_id, t.step_ordinal, t.attempt, session)::text,
        '"run_id": "[^"]*"', '"run_id": "..."', 'g')::jsonb
    FROM mcp.workers AS w
    CROSS JOIN (SELECT * FROM assistant_test.tasks WHERE name LIKE 'Assistant%' ORDER BY handed_at DESC LIMIT 1) AS t
    WHERE w.worker = 'assistant_test'
$$;

SELECT mcp.create_mcp('{"name": "Assistant test add", "type": "python_script", "config": {"script_content": "pass"},
    "initial_version_str": "1.0.0", "description": "Adds two numbers."}') ->> 'slug' AS mcp;
SELECT mcp.add_mcp_version('assistant-test-add', '{"version_str": "1.1.0", "config": {"script_content": "pass"},
    "input_schema": {"type": "object", "properties": {"a": {"type": "number"}, "b": {"type": "number"}}, "required": ["a", "b"]}}') ->> 'version_str' AS version;
SELECT mcp.create_mcp('{"name": "Tool variables", "type": "llm_prompt", "config": {"template": "{x} {y}", "input_variables": ["x", "y"]}}') ->> 'slug' AS mcp;
SELECT mcp.create_workflow('{"name": "Assistant test flow", "input_schema": {"type": "object", "required": ["n"]},
    "steps": [{"step_id": "one", "name": "One", "mcp_id": "assistant-test-add",
               "inputs": {"a": {"source_type": "workflow_input", "workflow_input_key": "n"}, "b": {"source_type": "static_value", "value": 1}}}]}') ->> 'slug' AS workflow;
SELECT mcp.create_mcp('{"name": "Assistant test", "type": "ai_assistant", "initial_version_str": "1.0.0",
    "config": {"system_prompt": "Help.", "memory_size": 2, "max_turns": 3, "tools": [
        {"name": "add", "mcp": "assistant-test-add"},
        {"name": "assistant_test_flow", "description": "One more."},
        {"name": "Tool variables"},
        {"name": "sum", "mcp": "assistant-test-add", "parameters": {"type": "nonsense"}},
        {"name": "nobody"}]}}') ->> 'slug' AS mcp;

SELECT mcp.register_worker('assistant_test') IS NOT NULL AS is_registered;

-- What the model is offered.
SELECT mcp.start_mcp('assistant-test', '{"message": "2 + 3?"}', '{"queue": "assistant_test"}') AS run \gset
SELECT * FROM assistant_test.turn();
SELECT jsonb_pretty(assistant_test.state());

-- It calls: a run for each call that can be, and the step waits with no worker.
SELECT * FROM assistant_test.turn(assistant_test.result('Assistant test', true, '{"text": "Let me see."}',
    assistant_test.calls('add {"a": 2, "b": 3}', 'add {"a": "two"}', 'sum {"a": 1}', 'nobody {}', 'unheard_of {}', 'add [1]')), 0);
SELECT step_id, kind, what FROM mcp.why_waiting(:'run');
SELECT s ->> 'status' AS status, s ->> 'attempt' AS attempt FROM jsonb_array_elements(mcp.get_run(:'run') -> 'step_results') AS s;
SELECT r ->> 'status' AS status FROM mcp.list_runs() AS r WHERE r ->> 'parent_run_id' = :'run';
SELECT place, tool, arguments, child_run_id IS NOT NULL AS has_run, is_error, content FROM mcp.tool_calls ORDER BY place;
-- What was said twice is refused the second time.
SELECT * FROM assistant_test.turn(assistant_test.result('Assistant test', true, '{"text": "Let me see."}',
    assistant_test.calls('add {"a": 2, "b": 3}')), 0);
-- One worker with one place does both.
SELECT * FROM assistant_test.turn();
SELECT * FROM assistant_test.turn(assistant_test.result('Assistant test add', true, '5'));
SELECT * FROM assistant_test.turn();
SELECT jsonb_pretty(assistant_test.state() - 'tools');
-- A worker that is lost now costs an attempt, and no call.
SELECT mcp.register_worker('assistant_test') IS NOT NULL AS is_registered;
SELECT * FROM assistant_test.turn();
SELECT assistant_test.state() -> 'rounds' -> 0 ->> 'text' AS text, assistant_test.state() -> 'usage' AS usage;
-- A tool that fails, and a workflow.
SELECT * FROM assistant_test.turn(assistant_test.result('Assistant test', true, '{"text": ""}',
    assistant_test.calls('assistant_test_flow {"n": 1}', 'assistant_test_flow {}', 'add {"a": 1, "b": 1}')), 2);
SELECT * FROM assistant_test.turn(assistant_test.result('Assistant test add', false, '"too heavy"'), 0);
SELECT * FROM assistant_test.turn(assistant_test.result('One', true, '{"is": 2}'));
SELECT * FROM assistant_test.turn();
SELECT jsonb_pretty(assistant_test.state() -> 'rounds' -> 1), assistant_test.state() -> 'rounds_left' AS rounds_left;
SELECT * FROM assistant_test.turn(assistant_test.result('Assistant test', true, '{"text": "5"}'));
SELECT r ->> 'status' AS status, r -> 'final_outputs' AS outputs FROM mcp.get_run(:'run') AS r;
SELECT s ->> 'attempt' AS attempt, s ->> 'status' AS status, s ->> 'error_class' AS class FROM jsonb_array_elements(mcp.get_run(:'run') -> 'step_results') AS s;

-- An assistant that will not stop is stopped.
SELECT mcp.start_mcp('assistant-test', '{"message": "again"}', '{"queue": "assistant_test"}') AS run \gset
SELECT * FROM assistant_test.turn();
SELECT * FROM assistant_test.turn(assistant_test.result('Assistant test', true, '{"text": ""}', assistant_test.calls('nobody {}')), 0);
SELECT * FROM assistant_test.turn();
SELECT * FROM assistant_test.turn(assistant_test.result('Assistant test', true, '{"text": ""}', assistant_test.calls('nobody {}')), 0);
SELECT * FROM assistant_test.turn();
SELECT * FROM assistant_test.turn(assistant_test.result('Assistant test', true, '{"text": ""}', assistant_test.calls('nobody {}')), 0);
SELECT * FROM assistant_test.turn();
SELECT assistant_test.state() -> 'rounds_left' AS rounds_left;
SELECT * FROM assistant_test.turn(assistant_test.result('Assistant test', true, '{"text": ""}', assistant_test.calls('nobody {}')));
SELECT r ->> 'status' AS status, r ->> 'error_message' AS error FROM mcp.get_run(:'run') AS r;

-- Who is cancelled takes his tools along.
SELECT mcp.start_mcp('assistant-test', '{"message": "again"}', '{"queue": "assistant_test"}') AS run \gset
SELECT * FROM assistant_test.turn();
SELECT * FROM assistant_test.turn(assistant_test.result('Assistant test', true, '{"text": ""}', assistant_test.calls('add {"a": 1, "b": 1}')), 0);
SELECT mcp.cancel_run(:'run') ->> 'status' AS status;
SELECT * FROM assistant_test.turn();
SELECT r ->> 'status' AS status FROM mcp.list_runs() AS r WHERE r ->> 'parent_run_id' = :'run';

-- A session remembers so many exchanges as its assistant says.
SELECT mcp.start_mcp('assistant-test', '{"message": "m1", "session": "s1"}', '{"queue": "assistant_test"}') AS run \gset
SELECT * FROM assistant_test.turn();
SELECT * FROM assistant_test.turn(assistant_test.result('Assistant test', true, '{"text": "a1"}', '{"memory": {"session": "s1", "message": "m1", "answer": "a1"}}'));
SELECT mcp.start_mcp('assistant-test', '{"message": "m2", "session": "s1"}', '{"queue": "assistant_test"}') AS run \gset
SELECT * FROM assistant_test.turn();
SELECT * FROM assistant_test.turn(assistant_test.result('Assistant test', true, '{"text": "a2"}', '{"memory": {"session": "s1", "message": "m2", "answer": "a2"}}'));
SELECT mcp.start_mcp('assistant-test', '{"message": "m3", "session": "s1"}', '{"queue": "assistant_test"}') AS run \gset
SELECT * FROM assistant_test.turn();
SELECT * FROM assistant_test.turn(assistant_test.result('Assistant test', true, '{"text": "a3"}', '{"memory": {"session": "s1", "message": "m3", "answer": "a3"}}'));
SELECT message, answer FROM mcp.get_assistant_session('assistant-test', 's1');
SELECT session, exchanges FROM mcp.list_assistant_sessions('assistant-test');
SELECT mcp.start_mcp('assistant-test', '{"message": "m4"}', '{"queue": "assistant_test"}') AS run \gset
SELECT * FROM assistant_test.turn();
SELECT assistant_test.state('s1') -> 'memory' AS s1, assistant_test.state('s2') -> 'memory' AS s2, assistant_test.state() -> 'memory' AS none;
-- A session is its owner's.
CREATE ROLE assistant_test_other;
SELECT mcp.grant_role('assistant_test_other', 'operator');
GRANT USAGE ON SCHEMA mcp TO assistant_test_other;
GRANT SELECT ON mcp.assistant_memory TO assistant_test_other;
SET ROLE assistant_test_other;
SELECT count(*) FROM mcp.assistant_memory;
SELECT count(*) FROM mcp.get_assistant_session('assistant-test', 's1');
SELECT mcp.forget_assistant_session('assistant-test', 's1');
RESET ROLE;
SELECT message FROM mcp.get_assistant_session('assistant-test', 's1', skip => 1, max_rows => 1);
SELECT mcp.forget_assistant_session('assistant-test', 's1');
SELECT count(*) FROM mcp.get_assistant_session('assistant-test', 's1');
-- A failed attempt is not remembered, and what is no memory of an assistant is none.
SELECT * FROM assistant_test.turn(assistant_test.result('Assistant test', false, '"no"', '{"memory": {"session": "s1", "message": "x", "answer": "y"}}'));
SELECT mcp.start_mcp('assistant-test-add', '{"a": 1, "b": 2}', '{"queue": "assistant_test"}') AS run \gset
SELECT * FROM assistant_test.turn();
SELECT * FROM assistant_test.turn(assistant_test.result('Assistant test add', true, '3', '{"memory": {"session": "s1", "message": "x", "answer": "y"}}'));
SELECT count(*) FROM mcp.assistant_memory;
-- What the worker says wrong is said by its place.
SELECT mcp.worker_turn('assistant_test', (SELECT epoch FROM mcp.workers WHERE worker = 'assistant_test'),
    '[{"run_id": "00000000-0000-7000-8000-000000000000", "step_ordinal": 0, "attempt": 1, "success": true, "tool_calls": {}}]');
SELECT mcp.worker_turn('assistant_test', (SELECT epoch FROM mcp.workers WHERE worker = 'assistant_test'),
    '[{"run_id": "00000000-0000-7000-8000-000000000000", "step_ordinal": 0, "attempt": 1, "success": true, "memory": 1}]');

-- What an assistant may be.
SELECT rule, path, message FROM mcp.validate_mcp('{"name": "Bad assistant", "type": "ai_assistant", "config": {"system_prompt": "x", "max_turns": 0,
    "tools": [{"name": "a", "mcp": "x", "workflow": "y"}, {"name": "b", "mcp": 1}]}}');

-- A memory goes when it is too old, as the latest version says.
INSERT INTO mcp.assistant_memory (owner, mcp_id, session, run_id, message, answer, recorded_at)
SELECT current_user, d.id, 's3', mcp.uuid_v7(), m.days || ' days', '', now() - make_interval(days => m.days)
FROM mcp.mcp_definitions AS d, unnest('{40,20,0}'::integer[]) AS m (days)
WHERE d.slug = 'assistant-test';
SELECT mcp._delete_old_memory(10);
SELECT mcp.add_mcp_version('assistant-test', '{"version_str": "1.1.0",
    "config": {"system_prompt": "Help.", "memory_days": 30}}') ->> 'version_str' AS version;

-- What was said on the way goes with the run.
SELECT mcp.retire_worker('assistant_test', (SELECT epoch FROM mcp.workers WHERE worker = 'assistant_test'));
SELECT count(*) > 0 AS has_rounds FROM mcp.assistant_rounds;
SELECT mcp.maintain() ->> 'is_busy' AS is_busy;
SELECT (SELECT count(*) FROM mcp.assistant_rounds) AS rounds, (SELECT count(*) FROM mcp.tool_calls) AS calls;
SELECT message FROM mcp.get_assistant_session('assistant-test', 's3');

SELECT mcp.delete_workflow('assistant-test-flow');
SELECT count(mcp.delete_mcp(m::text, true)) AS cleaned FROM unnest('{assistant-test,assistant-test-add,tool-variables}'::text[]) AS m;
DROP SCHEMA assistant_test CASCADE;
REVOKE ALL ON mcp.assistant_memory FROM assistant_test_other;
SELECT mcp.revoke_role('assistant_test_other', 'operator');
DROP ROLE assistant_test_other;
