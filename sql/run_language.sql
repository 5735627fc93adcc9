-- What a workflow can say, as it runs: conditions, retries, fallbacks, items,
-- waits, sub-workflows, expressions.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS mcp;

CREATE SCHEMA language_test;
CREATE TABLE language_test.worker (epoch integer);
CREATE TABLE language_test.tasks (
    run_id          uuid,
    step_id         text,
    step_ordinal    integer,
    attempt         integer
);
INSERT INTO language_test.worker SELECT mcp.register_worker('language_test');

-- One turn with room for all, and what came of it in words.
CREATE FUNCTION language_test.turn(results jsonb DEFAULT '[]')
RETURNS SETOF text
LANGUAGE plpgsql
AS $$
DECLARE
    answer      jsonb;
BEGIN
    answer := mcp.worker_turn('language_test', (SELECT epoch FROM language_test.worker),
                              results, '{"language_test": 100}');
    INSERT INTO language_test.tasks
    SELECT t.*
    FROM jsonb_to_recordset(answer -> 'tasks')
        AS t (run_id uuid, step_id text, step_ordinal integer, attempt integer);
    RETURN QUERY
        SELECT format('do %s, attempt %s, with %s', t ->> 'step_id', t ->> 'attempt', t -> 'inputs')
        FROM jsonb_array_elements(answer -> 'tasks') AS t
        UNION ALL
        SELECT 'a run ended as ' || (f ->> 'status')
        FROM jsonb_array_elements(answer -> 'finished') AS f
        UNION ALL
        SELECT format('refused: %s', r ->> 'reason')
        FROM jsonb_array_elements(answer -> 'refused') AS r;
END
$$;

-- The worker did some of its steps: {"<step>": <result>}; a text that begins with
-- "!" is an error, of the class before the colon where it has one.
CREATE FUNCTION language_test.did(results jsonb)
RETURNS SETOF text
LANGUAGE plpgsql
AS $$
DECLARE
    told        jsonb;
BEGIN
    WITH done AS (
        DELETE FROM language_test.tasks AS t
        USING jsonb_each(results) AS r (step, result)
        WHERE t.step_id = r.step
        RETURNING t.*, r.result
    )
    SELECT jsonb_agg(
        to_jsonb(d) - 'result'
        || CASE
               WHEN d.result #>> '{}' LIKE '!%' THEN
                   jsonb_build_object(
                       'success', false,
                       'error', d.result #>> '{}',
                       'error_class', substring(d.result #>> '{}' FROM '!(.*):'))
               ELSE jsonb_build_object('success', true, 'result', d.result)
           END
        ORDER BY d.step_ordinal)
    INTO told
    FROM done AS d;
    RETURN QUERY SELECT language_test.turn(told);
END
$$;

CREATE FUNCTION language_test.start(workflow text, inputs jsonb DEFAULT '{}')
RETURNS SETOF text
LANGUAGE sql
AS $$
    DELETE FROM language_test.tasks;
    SELECT mcp.start_run(workflow, inputs, '{"queue": "language_test"}');
    SELECT language_test.turn();
$$;

-- The newest run of a workflow.
CREATE FUNCTION language_test.run(workflow text)
RETURNS jsonb
LANGUAGE sql
AS $$
    SELECT mcp.get_run((r ->> 'run_id')::uuid)
    FROM mcp.list_runs(workflow, max_rows => 1) AS r
$$;

CREATE FUNCTION language_test.show(workflow text)
RETURNS TABLE (step text, attempt text, status text, outputs text, error text, error_class text)
LANGUAGE sql
AS $$
    SELECT s ->> 'step_id', s ->> 'attempt', s ->> 'status', s ->> 'outputs_generated', s ->> 'error', s ->> 'error_class'
    FROM language_test.run(workflow) AS r
    CROSS JOIN jsonb_array_elements(r -> 'step_results') AS s
    UNION ALL
    SELECT '= the run', NULL, r ->> 'status', r ->> 'final_outputs', r ->> 'error_message', NULL
    FROM language_test.run(workflow) AS r
$$;

-- Times pass when these tests say so.
CREATE FUNCTION language_test.let_time_pass()
RETURNS SETOF text
LANGUAGE sql
AS $$
    UPDATE mcp.parked_steps
    SET expires_at = now() - interval '1 second',
        since = now() - interval '3 seconds'
    WHERE expires_at IS NOT NULL;
    UPDATE mcp.timers SET due_at = now() - interval '1 second';
    SELECT language_test.turn();
$$;

-- Nothing that waits is left over, of the runs of this test.
CREATE FUNCTION language_test.left_over()
RETURNS TABLE (parked bigint, timers bigint, ready bigint)
LANGUAGE sql
AS $$
    SELECT (SELECT count(*) FROM mcp.parked_steps JOIN mcp.workflow_runs AS r USING (run_id) WHERE r.queue = 'language_test'),
           (SELECT count(*) FROM mcp.timers JOIN mcp.workflow_runs AS r USING (run_id) WHERE r.queue = 'language_test'),
           (SELECT count(*) FROM mcp.ready_steps WHERE queue = 'language_test')
$$;

SELECT mcp.create_mcp('{"name": "Language test", "type": "worker", "config": {}}') ->> 'slug' AS mcp;

--
-- Conditions: what is skipped, and what goes with it
--
SELECT mcp.create_workflow('{"name": "Language when", "execution_mode": "parallel", "steps": [
    {"step_id": "look", "name": "Look", "mcp_id": "language-test",
     "inputs": {"n": {"source_type": "workflow_input", "workflow_input_key": "n", "default": 7}}},
    {"step_id": "high", "name": "High", "mcp_id": "language-test", "when": "$.steps.look.x > 3"},
    {"step_id": "low", "name": "Low", "mcp_id": "language-test", "when": "$.steps.look.x <= 3"},
    {"step_id": "join", "name": "Join", "mcp_id": "language-test", "depends_on": ["high", "low"],
     "inputs": {"y": {"source_type": "expression", "expression": "$.steps.look.x + 1"}}},
    {"step_id": "uses", "name": "Uses", "mcp_id": "language-test",
     "inputs": {"z": {"source_type": "step_output", "source_step_id": "low", "source_output_name": "z"}}},
    {"step_id": "after", "name": "After", "mcp_id": "language-test", "depends_on": ["uses"]}],
  "outputs": {
    "x": {"source_type": "step_output", "source_step_id": "look", "source_output_name": "x"},
    "low": {"source_type": "step_output", "source_step_id": "low", "source_output_name": "z"},
    "inputs": {"source_type": "expression", "expression": "$.inputs"}}
}') ->> 'slug' AS workflow;
SELECT language_test.start('language-when');
SELECT language_test.did('{"look": {"x": 5}}');
SELECT language_test.did('{"high": 1}');
SELECT language_test.did('{"join": 2}');
SELECT * FROM language_test.show('language-when');
SELECT language_test.start('language-when', '{"n": 1}');
SELECT language_test.did('{"look": {"x": 3}}');
SELECT language_test.did('{"low": {"z": 0}}');
SELECT language_test.did('{"join": 1, "uses": 2}');
SELECT language_test.did('{"after": 3}');
SELECT * FROM language_test.show('language-when');

-- A condition that finds nothing, or no truth value, is not true; a first step
-- may have one; a run may come to nothing but skipped steps.
SELECT mcp.create_workflow('{"name": "Language never", "steps": [
    {"step_id": "a", "name": "A", "mcp_id": "language-test", "when": "$.inputs.go"},
    {"step_id": "b", "name": "B", "mcp_id": "language-test", "when": "strict $.inputs.none == 1"}
]}') ->> 'slug' AS workflow;
SELECT language_test.start('language-never', '{"go": "yes"}');
SELECT * FROM language_test.show('language-never');
SELECT language_test.start('language-never', '{"go": true}');
SELECT language_test.did('{"a": 1}');
SELECT * FROM language_test.show('language-never');

--
-- Failures: tried again, passed over, stood in for
--
SELECT mcp.create_workflow('{"name": "Language retry", "steps": [
    {"step_id": "a", "name": "A", "mcp_id": "language-test", "on_error": "continue",
     "retry": {"max_attempts": 3, "delay": 0.5, "backoff_factor": 1, "not_on": ["fatal"]}},
    {"step_id": "b", "name": "B", "mcp_id": "language-test", "on_error": {"fallback_step": "c"}},
    {"step_id": "d", "name": "D", "mcp_id": "language-test",
     "inputs": {"b": {"source_type": "step_output", "source_step_id": "b", "source_output_name": "b"}}},
    {"step_id": "c", "name": "C", "mcp_id": "language-test"}
]}') ->> 'slug' AS workflow;
SELECT language_test.start('language-retry');
SELECT language_test.did('{"a": "!once"}');
SELECT language_test.let_time_pass();
SELECT language_test.did('{"a": "!fatal: twice"}');
SELECT language_test.did('{"b": "!bad"}');
SELECT language_test.did('{"c": {"b": "from c"}}');
SELECT language_test.did('{"d": "end"}');
SELECT * FROM language_test.show('language-retry');
-- Where the step ends well its fallback is skipped.
SELECT language_test.start('language-retry');
SELECT language_test.did('{"a": 1}');
SELECT language_test.did('{"b": {"b": "from b"}}');
SELECT language_test.did('{"d": "end"}');
SELECT * FROM language_test.show('language-retry');
-- A fallback that fails too fails the run.
SELECT language_test.start('language-retry');
SELECT language_test.did('{"a": 1}');
SELECT language_test.did('{"b": "!bad"}');
SELECT language_test.did('{"c": "!worse"}');
SELECT * FROM language_test.show('language-retry');

-- Only on the classes that are named.
SELECT mcp.create_workflow('{"name": "Language retry on", "steps": [
    {"step_id": "a", "name": "A", "mcp_id": "language-test", "retry": {"max_attempts": 5, "on": ["timeout"]}}
]}') ->> 'slug' AS workflow;
SELECT language_test.start('language-retry-on');
SELECT language_test.did('{"a": "!timeout: slow"}');
SELECT language_test.let_time_pass();
SELECT language_test.did('{"a": "!wrong"}');
SELECT * FROM language_test.show('language-retry-on');

--
-- Time limits, which the database keeps where a worker does not
--
SELECT mcp.create_workflow('{"name": "Language limits", "timeout_seconds": 3600, "steps": [
    {"step_id": "a", "name": "A", "mcp_id": "language-test", "timeout_seconds": 0.001}
]}') ->> 'slug' AS workflow;
SELECT language_test.start('language-limits');
SELECT step_ordinal, due_at - now() > '3 s' AS is_later FROM mcp.timers WHERE run_id = (language_test.run('language-limits') ->> 'run_id')::uuid ORDER BY 1;
UPDATE mcp.live_runs SET created_at = now() - interval '1 hour' WHERE queue = 'language_test';
UPDATE mcp.timers SET due_at = now() - interval '1 second' WHERE step_ordinal = -1;
SELECT language_test.turn();
SELECT step, attempt, status, regexp_replace(error, '\d+\.\d+', 'N') AS error FROM language_test.show('language-limits');
DELETE FROM mcp.timers;

--
-- One step for each of several items
--
SELECT mcp.create_workflow('{"name": "Language each", "steps": [
    {"step_id": "list", "name": "List", "mcp_id": "language-test"},
    {"step_id": "each", "name": "Each", "mcp_id": "language-test",
     "for_each": {"items": {"source_type": "step_output", "source_step_id": "list", "source_output_name": "list"},
                  "max_concurrency": 2},
     "inputs": {"item": {"source_type": "item"}, "place": {"source_type": "item_index"}}},
    {"step_id": "sum", "name": "Sum", "mcp_id": "language-test",
     "inputs": {"all": {"source_type": "expression", "expression": "$.steps.each"}}}
]}') ->> 'slug' AS workflow;
SELECT language_test.start('language-each');
SELECT language_test.did('{"list": {"list": [10, {"twenty": 20}, null]}}');
SELECT language_test.did('{"each[1]": "second"}');
SELECT step ->> 'step_id' AS under_way FROM jsonb_array_elements(language_test.run('language-each') -> 'step_results') AS step WHERE step ->> 'status' = 'RUNNING' ORDER BY 1;
SELECT language_test.did('{"each[2]": "third", "each[0]": "first"}');
SELECT language_test.did('{"sum": 3}');
SELECT * FROM language_test.show('language-each');
-- No items, and no list of items.
SELECT language_test.start('language-each');
SELECT language_test.did('{"list": {"list": []}}');
SELECT language_test.start('language-each');
SELECT language_test.did('{"list": {"list": "one"}}');
SELECT * FROM language_test.show('language-each');
-- One that fails takes the others with it.
SELECT language_test.start('language-each');
SELECT language_test.did('{"list": {"list": [1, 2, 3]}}');
SELECT language_test.did('{"each[0]": "!no"}');
SELECT language_test.did('{"each[1]": 2}');
SELECT * FROM language_test.show('language-each');
-- Or is told of.
SELECT mcp.create_workflow('{"name": "Language collect", "steps": [
    {"step_id": "each", "name": "Each", "mcp_id": "language-test", "retry": {"max_attempts": 2, "delay": 1},
     "for_each": {"items": {"source_type": "workflow_input", "workflow_input_key": "items"}, "mode": "collect"},
     "inputs": {"item": {"source_type": "item"}}}
]}') ->> 'slug' AS workflow;
SELECT language_test.start('language-collect', '{"items": ["a", "b"]}');
SELECT language_test.did('{"each[0]": "!no", "each[1]": "B"}');
SELECT language_test.let_time_pass();
SELECT language_test.did('{"each[0]": "!never"}');
SELECT * FROM language_test.show('language-collect');
SELECT * FROM language_test.left_over();

--
-- Waits: for a time, a signal, an approval
--
SELECT mcp.create_workflow('{"name": "Language wait", "steps": [
    {"step_id": "time", "name": "Time", "wait": {"seconds": 60}},
    {"step_id": "until", "name": "Until", "wait": {"until": {"source_type": "workflow_input", "workflow_input_key": "until"}}},
    {"step_id": "signal", "name": "Signal", "wait": {"signal": "go", "timeout_seconds": 60}},
    {"step_id": "ask", "name": "Ask", "wait": {"approval": {"message": "Go on?"}}},
    {"step_id": "end", "name": "End", "mcp_id": "language-test",
     "inputs": {"payload": {"source_type": "expression", "expression": "$.steps.signal"}}}
]}') ->> 'slug' AS workflow;
SELECT language_test.start('language-wait', '{"until": "2001-02-03T04:05:06Z"}');
SELECT kind, name, expires_at - since AS left FROM mcp.parked_steps WHERE run_id = (language_test.run('language-wait') ->> 'run_id')::uuid;
SELECT language_test.let_time_pass();
SELECT kind, name, expires_at - since AS left FROM mcp.parked_steps WHERE run_id = (language_test.run('language-wait') ->> 'run_id')::uuid;
-- A signal of another name is kept; the one it waits for moves it on.
INSERT INTO mcp.signals (run_id, name, payload, sent_by)
SELECT (language_test.run('language-wait') ->> 'run_id')::uuid, s.name, s.payload, 'test'
FROM (VALUES ('other', '0'::jsonb), ('go', '{"n": 1}'), ('go', '{"n": 2}')) AS s (name, payload);
INSERT INTO mcp.timers SELECT now(), run_id, step_ordinal FROM mcp.parked_steps WHERE run_id = (language_test.run('language-wait') ->> 'run_id')::uuid;
SELECT language_test.turn();
SELECT kind, name, detail FROM mcp.parked_steps WHERE run_id = (language_test.run('language-wait') ->> 'run_id')::uuid;
SELECT name, payload FROM mcp.signals WHERE sent_by = 'test';
UPDATE mcp.parked_steps SET detail = detail || '{"decision": {"approved": true, "decided_by": "boss", "comment": null}}';
INSERT INTO mcp.timers SELECT now(), run_id, step_ordinal FROM mcp.parked_steps WHERE run_id = (language_test.run('language-wait') ->> 'run_id')::uuid;
SELECT language_test.turn();
SELECT language_test.did('{"end": "end"}');
SELECT * FROM language_test.show('language-wait');
DELETE FROM mcp.signals WHERE sent_by = 'test';
SELECT * FROM language_test.left_over();
-- A signal that does not come, a refusal, no time.
SELECT language_test.start('language-wait', '{"until": "2001-02-03T04:05:06Z"}');
SELECT language_test.let_time_pass();
SELECT language_test.let_time_pass();
SELECT step, status, regexp_replace(error, '\d+\.\d+', 'N') AS error, error_class FROM language_test.show('language-wait');
SELECT language_test.start('language-wait', '{"until": "2001-02-03T04:05:06Z"}');
SELECT language_test.let_time_pass();
INSERT INTO mcp.signals (run_id, name, sent_by) SELECT run_id, 'go', 'test' FROM mcp.parked_steps WHERE run_id = (language_test.run('language-wait') ->> 'run_id')::uuid;
INSERT INTO mcp.timers SELECT now(), run_id, step_ordinal FROM mcp.parked_steps WHERE run_id = (language_test.run('language-wait') ->> 'run_id')::uuid;
SELECT language_test.turn();
UPDATE mcp.parked_steps SET detail = detail || '{"decision": {"approved": false}}';
INSERT INTO mcp.timers SELECT now(), run_id, step_ordinal FROM mcp.parked_steps WHERE run_id = (language_test.run('language-wait') ->> 'run_id')::uuid;
SELECT language_test.turn();
SELECT * FROM language_test.show('language-wait');
SELECT language_test.start('language-wait', '{"until": "soon"}');
SELECT language_test.let_time_pass();
SELECT * FROM language_test.show('language-wait');
SELECT * FROM language_test.left_over();

--
-- Sub-workflows: results, errors and cancelling go both ways
--
SELECT mcp.create_workflow('{"name": "Language child", "steps": [
    {"step_id": "work", "name": "Work", "mcp_id": "language-test",
     "inputs": {"n": {"source_type": "workflow_input", "workflow_input_key": "n"}}}
]}') ->> 'slug' AS workflow;
SELECT mcp.create_workflow('{"name": "Language parent", "steps": [
    {"step_id": "sub", "name": "Sub", "workflow": "language-child",
     "inputs": {"n": {"source_type": "static_value", "value": 1}}},
    {"step_id": "end", "name": "End", "mcp_id": "language-test",
     "inputs": {"got": {"source_type": "expression", "expression": "$.steps.sub"}}}
]}') ->> 'slug' AS workflow;
SELECT language_test.start('language-parent');
SELECT language_test.turn();
SELECT language_test.did('{"work": {"made": 2}}');
SELECT language_test.turn();
SELECT language_test.did('{"end": 3}');
SELECT * FROM language_test.show('language-parent');
SELECT language_test.start('language-parent');
SELECT language_test.turn();
SELECT language_test.did('{"work": "!no"}');
SELECT language_test.turn();
SELECT * FROM language_test.show('language-parent');
SELECT language_test.start('language-parent');
SELECT language_test.turn();
SELECT mcp.cancel_run((language_test.run('language-parent') ->> 'run_id')::uuid, 'enough') ->> 'status' AS status;
SELECT language_test.turn();
SELECT * FROM language_test.show('language-parent');
SELECT * FROM language_test.show('language-child');
SELECT language_test.start('language-parent');
SELECT language_test.turn();
SELECT mcp.cancel_run((language_test.run('language-child') ->> 'run_id')::uuid, 'not this one') ->> 'status' AS status;
SELECT language_test.turn();
SELECT * FROM language_test.show('language-parent');
SELECT * FROM language_test.left_over();

SELECT mcp.retire_worker('language_test', epoch) FROM language_test.worker;
SELECT count(mcp.delete_workflow(w.workflow_id::text)) AS workflows
FROM unnest(ARRAY['when', 'never', 'retry', 'retry-on', 'limits', 'each', 'collect', 'wait', 'parent', 'child'])
    WITH ORDINALITY AS n (name, place)
CROSS JOIN LATERAL (SELECT mcp.get_workflow('language-' || n.name) ->> 'workflow_id') AS w (workflow_id);
SELECT mcp.delete_mcp('language-test');
DROP SCHEMA language_test CASCADE;
