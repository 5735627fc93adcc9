-- Workflows and their versions: what may be defined, and what becomes of it.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS mcp;

-- What the tests show of a workflow: no times, and words for the ids.
CREATE FUNCTION pg_temp.essence(workflow jsonb)
RETURNS jsonb
LANGUAGE sql
AS $$
    SELECT replace(replace((workflow - ARRAY['id', 'workflow_id', 'created_at', 'updated_at'])::text,
                           mcp.get_mcp('wf-echo') ->> 'id', '<wf-echo>'),
                   mcp.get_mcp('wf-concat') ->> 'id', '<wf-concat>')::jsonb
$$;

-- All problems of a document, as mcp.validate_workflow gives them.
CREATE FUNCTION pg_temp.problems(definition jsonb, workflow text DEFAULT NULL)
RETURNS TABLE (state text, rule text, path text, message text, hint text)
LANGUAGE sql
AS $$
    SELECT * FROM mcp.validate_workflow(definition, workflow)
$$;

-- The problems of a workflow that is right but for the steps, or the rest.
CREATE FUNCTION pg_temp.problems_of_steps(steps jsonb, mode text DEFAULT 'sequential')
RETURNS TABLE (state text, rule text, path text, message text, hint text)
LANGUAGE sql
AS $$
    SELECT * FROM mcp.validate_workflow(jsonb_build_object('name', 'x', 'execution_mode', mode, 'steps', steps))
$$;
CREATE FUNCTION pg_temp.problems_of_handling(handling jsonb)
RETURNS TABLE (state text, rule text, path text, message text, hint text)
LANGUAGE sql
AS $$
    SELECT * FROM mcp.validate_workflow(jsonb_build_object('name', 'x', 'error_handling', handling, 'steps', '[]'::jsonb))
$$;

CREATE FUNCTION pg_temp.error_of(
    command         text,
    OUT state       text,
    OUT rule        text,
    OUT path        text,
    OUT message     text,
    OUT detail      text,
    OUT hint        text
)
LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE command;
    message := 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS
        state = RETURNED_SQLSTATE,
        rule = CONSTRAINT_NAME,
        path = COLUMN_NAME,
        message = MESSAGE_TEXT,
        detail = PG_EXCEPTION_DETAIL,
        hint = PG_EXCEPTION_HINT;
END
$$;
\pset null '(null)'

SELECT mcp.create_mcp('{"name": "Echo", "slug": "wf-echo", "type": "python_script", "config": {"script_content": "x"}, "initial_version_str": "1.0.0"}') \g /dev/null
SELECT mcp.create_mcp('{"name": "Concat", "slug": "wf-concat", "type": "python_script", "config": {"script_content": "x"}}') \g /dev/null

--
-- Create and read: the workflow of the wire contract
--
SELECT jsonb_pretty(pg_temp.essence(mcp.create_workflow('{
    "name": "WF Join", "description": null, "execution_mode": "sequential",
    "error_handling": {"strategy": "Stop on Error", "max_retries": null, "backoff_factor": null, "fallback_workflow_id": null},
    "steps": [
        {"step_id": "s1", "name": "A", "mcp_id": "wf-echo", "mcp_version_id": "1.0.0", "depends_on": [],
         "inputs": {"input_string": {"source_type": "workflow_input", "workflow_input_key": "initial_message"}}},
        {"step_id": "s2", "name": "B", "mcp_id": "wf-echo",
         "inputs": {"input_string": {"source_type": "static_value", "value": "-suffix-from-static"}}},
        {"step_id": "s3", "name": "C", "mcp_id": "wf-concat", "depends_on": ["s1", "s2"],
         "inputs": {"string1": {"source_type": "step_output", "source_step_id": "s1", "source_output_name": "output_string"},
                    "string2": {"source_type": "step_output", "source_step_id": "s2", "source_output_name": "output_string"}}}]}')));

SELECT w ->> 'workflow_id' = w ->> 'id' AS has_both_ids,
       mcp.get_workflow('wf-join') = mcp.get_workflow(w ->> 'id') AS is_same_by_id_and_slug,
       mcp.get_workflow('wf-join') = mcp.get_workflow(upper(w ->> 'id')) AS is_case_of_id_ignored,
       d.created_at = d.updated_at AS is_new,
       d.owner = session_user AS is_mine
FROM mcp.get_workflow('wf-join') AS w
JOIN mcp.workflow_definitions AS d ON d.workflow_id = (w ->> 'id')::uuid;

-- The least that is enough, and the defaults it gets.
SELECT jsonb_pretty(pg_temp.essence(mcp.create_workflow('{"name": "WF Least", "steps": [{"name": "A", "mcp_id": "wf-echo"}]}')));
SELECT pg_temp.essence(mcp.create_workflow('{"name": "WF Empty", "steps": []}'));

-- One form, however it was written: an id for a slug, null for "latest", a step
-- that is waited for once, keys of other sources as null.
SELECT jsonb_pretty(pg_temp.essence(mcp.create_workflow(jsonb_build_object(
    'name', 'WF Form', 'description', E'two\nlines', 'execution_mode', 'parallel',
    'error_handling', '{"strategy": "Retry with Backoff", "max_retries": 5.0, "fallback_workflow_id": null}'::jsonb,
    'steps', jsonb_build_array(
        jsonb_build_object('step_id', 'b', 'name', 'B', 'mcp_id', mcp.get_mcp('wf-echo') -> 'id', 'mcp_version_id', 'latest',
                           'depends_on', '["a", "a"]'::jsonb,
                           'inputs', '{"x": {"source_type": "static_value", "value": {"deep": [null, 1.50]},
                                             "workflow_input_key": null, "source_step_id": null, "source_output_name": null}}'::jsonb),
        jsonb_build_object('step_id', 'a', 'name', 'A', 'mcp_id', upper(mcp.get_mcp('wf-echo') ->> 'id'), 'depends_on', null, 'inputs', null))))));

-- Ids are made by place, and never one that is given.
SELECT s ->> 'step_id' AS step_id, s ->> 'name' AS name
FROM jsonb_array_elements(mcp.create_workflow('{"name": "WF Ids", "execution_mode": "parallel", "steps": [
    {"name": "first", "mcp_id": "wf-echo"},
    {"name": "second", "mcp_id": "wf-echo", "step_id": "step-3"},
    {"name": "third", "mcp_id": "wf-echo", "depends_on": ["step-1"]},
    {"name": "fourth", "mcp_id": "wf-echo", "step_id": "step-3-2"},
    {"name": "fifth", "mcp_id": "wf-echo", "step_id": null, "depends_on": ["step-3-3"]}]}') -> 'steps') AS s;

-- Names and ids in any script.
SELECT w ->> 'slug' AS slug, s ->> 'step_id' AS step_id, s -> 'depends_on' AS depends_on, s -> 'inputs' AS inputs
FROM mcp.create_workflow('{"name": "Größe €", "steps": [
    {"step_id": "größe", "name": "Größe", "mcp_id": "wf-echo"},
    {"step_id": "日本語", "name": "日本語", "mcp_id": "wf-echo", "depends_on": ["größe"],
     "inputs": {"ключ": {"source_type": "step_output", "source_step_id": "größe", "source_output_name": "длина"}}},
    {"step_id": "a \"b\" \\c", "name": "quoted", "mcp_id": "wf-echo", "depends_on": ["日本語"]}]}') AS w,
    jsonb_array_elements(w -> 'steps') AS s;

--
-- Slugs: made of the name, numbered, given; never one that means something else
--
SELECT mcp.create_workflow(d::jsonb) ->> 'slug' AS slug
FROM (VALUES
    ('{"name": "WF Twin", "steps": []}'),
    ('{"name": "WF Twin", "steps": []}'),
    ('{"name": "wf: twin!", "steps": []}'),
    ('{"name": "日本語", "steps": []}'),
    ('{"name": "Runs", "steps": []}'),
    ('{"name": "0198F3AA-0000-7000-8000-000000000001", "steps": []}'),
    ('{"name": "WF given", "slug": "wf-chosen", "steps": []}')
) AS documents (d);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.create_workflow('{"name": "x", "slug": "wf-chosen", "steps": []}') $$);
SELECT * FROM pg_temp.problems('{"name": "x", "slug": "Not A Slug", "steps": []}');
SELECT * FROM pg_temp.problems('{"name": "x", "slug": "runs", "steps": []}');

--
-- The document
--
SELECT d AS document, p.*
FROM (VALUES
    ('null'), ('[]'), ('"x"'), ('{}'),
    ('{"name": null, "steps": null}'),
    ('{"name": 1, "description": {}, "execution_mode": true, "error_handling": [], "steps": {}}'),
    ('{"name": "", "steps": []}'),
    ('{"name": " \u00a0 ", "steps": []}'),
    ('{"name": "a\tb", "steps": []}'),
    ('{"name": "x", "steps": [], "execution_mode": "Parallel"}'),
    ('{"name": "x", "steps": [], "execution_mode": "dag"}'),
    ('{"nmae": "x", "name": "x", "stepps": [], "steps": []}')
) AS documents (d), pg_temp.problems(d::jsonb) AS p;

-- The limits themselves are allowed.
SELECT n AS characters, p.*
FROM unnest(ARRAY[200, 201]) AS n
LEFT JOIN pg_temp.problems(jsonb_build_object('name', repeat('ü', n), 'steps', '[]'::jsonb)) AS p ON true;
SELECT n AS characters, p.*
FROM unnest(ARRAY[10000, 10001]) AS n
LEFT JOIN pg_temp.problems(jsonb_build_object('name', 'x', 'description', repeat('ü', n), 'steps', '[]'::jsonb)) AS p ON true;

-- What was read can be given back: the keys that reading adds mean nothing.
SELECT * FROM pg_temp.problems(mcp.get_workflow('wf-join'));
SELECT count(*) FROM pg_temp.problems('{"name": "x", "steps": [], "workflow_id": 1, "id": [], "version": "x", "created_at": null, "updated_at": 0}');

--
-- Error handling
--
SELECT d AS error_handling, p.*
FROM (VALUES
    ('null'), ('{}'), ('{"strategy": null}'),
    ('{"strategy": "Stop on Error"}'),
    ('{"strategy": "Retry with Backoff", "max_retries": 0, "backoff_factor": 1}'),
    ('{"strategy": "Retry with Backoff", "max_retries": -1, "backoff_factor": 0.99}'),
    ('{"strategy": "Retry with Backoff", "max_retries": 1.5, "backoff_factor": "2"}'),
    ('{"strategy": "Retry with Backoff", "max_retries": 1e400, "backoff_factor": 1e400}'),
    ('{"strategy": "Retry with Backoff", "max_retry": 3}'),
    ('{"strategy": "Stop on Error", "max_retries": 3, "backoff_factor": 2, "fallback_workflow_id": "wf-join"}'),
    ('{"max_retries": 3}'),
    ('{"strategy": "Retry with Backoff", "fallback_workflow_id": "wf-join"}'),
    ('{"strategy": "Fallback Chain", "fallback_workflow_id": "wf-join"}'),
    ('{"strategy": "Fallback Chain"}'),
    ('{"strategy": "Fallback Chain", "fallback_workflow_id": null, "max_retries": 1}'),
    ('{"strategy": "Fallback Chain", "fallback_workflow_id": 7}'),
    ('{"strategy": "Fallback Chain", "fallback_workflow_id": "nowhere"}'),
    ('{"strategy": "Fallback Chain", "fallback_workflow_id": "0198f3aa-0000-7000-8000-00000000000a"}'),
    ('{"strategy": "stop on error"}'),
    ('{"strategy": "Give Up", "max_retries": -3}')
) AS documents (d)
LEFT JOIN pg_temp.problems_of_handling(d::jsonb) AS p ON true;

--
-- Steps
--
SELECT * FROM pg_temp.problems_of_steps('[1, null, "x", [], {}]');
SELECT * FROM pg_temp.problems_of_steps('[
    {"step_id": 1, "name": [], "mcp_id": {}, "mcp_version_id": 2, "depends_on": "a", "inputs": []},
    {"step_id": "", "name": " ", "mcp_id": "", "mcp_version_id": "", "depends_on": [1, "", null], "inputs": {"": 1}},
    {"stepid": "x", "name": "C", "mcp_id": "wf-echo", "wen": "$.x", "dependson": []}]');
SELECT * FROM pg_temp.problems_of_steps('[
    {"step_id": "a", "name": "A", "mcp_id": "wf-echo"},
    {"step_id": "b", "name": "B", "mcp_id": "wf-echo"},
    {"step_id": "a", "name": "C", "mcp_id": "wf-echo"},
    {"step_id": "a", "name": "D", "mcp_id": "wf-echo"},
    {"step_id": "A", "name": "another", "mcp_id": "wf-echo"}]');

--
-- Inputs by source
--
SELECT p.*
FROM pg_temp.problems_of_steps('[
    {"step_id": "a", "name": "A", "mcp_id": "wf-echo", "inputs": {
        "fine": {"source_type": "static_value", "value": false},
        "no object": 1,
        "no source": {},
        "null source": {"source_type": null, "value": 1},
        "bad source": {"source_type": "environment", "value": 1},
        "near source": {"source_type": "static", "value": 1}}},
    {"step_id": "b", "name": "B", "mcp_id": "wf-echo", "inputs": {
        "no value": {"source_type": "static_value"},
        "null value": {"source_type": "static_value", "value": null},
        "no key": {"source_type": "workflow_input"},
        "bad key": {"source_type": "workflow_input", "workflow_input_key": 1},
        "blank key": {"source_type": "workflow_input", "workflow_input_key": " "},
        "no names": {"source_type": "step_output"},
        "one name": {"source_type": "step_output", "source_step_id": "a"},
        "bad names": {"source_type": "step_output", "source_step_id": 1, "source_output_name": {}}}},
    {"step_id": "c", "name": "C", "mcp_id": "wf-echo", "inputs": {
        "both": {"source_type": "workflow_input", "workflow_input_key": "k", "value": 1},
        "all": {"source_type": "static_value", "value": 1, "workflow_input_key": "k", "source_step_id": "zzz", "source_output_name": "o"},
        "typo": {"source_type": "step_output", "source_step": "a", "source_step_id": "a", "source_output_name": "o"}}}]') AS p;

--
-- References between steps
--
SELECT * FROM pg_temp.problems_of_steps('[
    {"step_id": "fetch", "name": "A", "mcp_id": "wf-echo"},
    {"step_id": "parse", "name": "B", "mcp_id": "wf-echo", "depends_on": ["fetsh", "elsewhere", "x"],
     "inputs": {"page": {"source_type": "step_output", "source_step_id": "Fetch", "source_output_name": "o"}}},
    {"step_id": "selfish", "name": "C", "mcp_id": "wf-echo", "depends_on": ["selfish"],
     "inputs": {"in": {"source_type": "step_output", "source_step_id": "selfish", "source_output_name": "o"}}}]');

-- Only sequential mode minds the order of the list.
SELECT mode, p.*
FROM unnest(ARRAY['sequential', 'parallel']) AS mode
LEFT JOIN pg_temp.problems_of_steps('[
    {"step_id": "a", "name": "A", "mcp_id": "wf-echo", "depends_on": ["b"],
     "inputs": {"in": {"source_type": "step_output", "source_step_id": "c", "source_output_name": "o"}}},
    {"step_id": "b", "name": "B", "mcp_id": "wf-echo"},
    {"step_id": "c", "name": "C", "mcp_id": "wf-echo"}]', mode) AS p ON true;

--
-- MCPs and versions
--
SELECT * FROM pg_temp.problems_of_steps('[
    {"step_id": "a", "name": "A", "mcp_id": "wf-echo", "mcp_version_id": "1.0.0"},
    {"step_id": "b", "name": "B", "mcp_id": "wf-echo", "mcp_version_id": "1.0.1"},
    {"step_id": "c", "name": "C", "mcp_id": "wf-ekko", "mcp_version_id": "1.0.0"},
    {"step_id": "d", "name": "D", "mcp_id": "0198f3aa-0000-7000-8000-00000000000a"},
    {"step_id": "e", "name": "E", "mcp_id": "not a slug"}]');

-- All kinds of problems at once; the write raises the first and says how many.
SELECT p.state, p.rule, p.path FROM pg_temp.problems('{"name": "", "error_handling": {"strategy": "Fallback Chain", "fallback_workflow_id": "nowhere"}, "steps": [
    {"step_id": "a", "name": "A", "mcp_id": "wf-nothing", "depends_on": ["c"], "colour": "red"},
    {"step_id": "a", "name": "B", "mcp_id": "wf-echo", "depends_on": ["d"]},
    {"step_id": "c", "name": "C", "mcp_id": "wf-echo", "mcp_version_id": "7", "depends_on": ["a"]}]}') AS p;
SELECT * FROM pg_temp.error_of($$ SELECT mcp.create_workflow('{"name": "x", "steps": [
    {"step_id": "a", "name": "A", "mcp_id": "wf-nothing", "depends_on": ["c"]},
    {"step_id": "c", "name": "C", "mcp_id": "wf-echo", "depends_on": ["a"]}]}') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.create_workflow('{"name": "x", "steps": [{"step_id": "a", "name": "A", "mcp_id": "wf-nothing"}]}') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.create_workflow(NULL) $$);
SELECT * FROM pg_temp.error_of($$ SELECT * FROM mcp.validate_workflow(NULL) $$);

--
-- Change: the keys given replace, the rest stays, the whole is checked
--
SELECT w ->> 'name' AS name, w -> 'version' AS version, w ->> 'slug' AS slug, w -> 'execution_mode' AS mode, jsonb_array_length(w -> 'steps') AS steps
FROM mcp.update_workflow('wf-join', '{"name": "WF Joined", "execution_mode": "parallel"}') AS w;
SELECT w -> 'version' AS version, w -> 'description' AS description, w -> 'error_handling' AS error_handling
FROM mcp.update_workflow('wf-join', '{"description": "joins", "error_handling": {"strategy": "Retry with Backoff"}}') AS w;
SELECT w -> 'version' AS version, w -> 'description' AS description, w -> 'error_handling' -> 'strategy' AS strategy
FROM mcp.update_workflow('wf-join', '{"description": null, "error_handling": null}') AS w;

-- Nothing different, no version.
SELECT mcp.update_workflow('wf-join', '{}') -> 'version' AS unchanged,
       mcp.update_workflow('wf-join', '{"name": "WF Joined"}') -> 'version' AS unchanged,
       mcp.update_workflow('wf-join', mcp.get_workflow('wf-join')) -> 'version' AS unchanged;

SELECT v.version, v.definition ->> 'name' AS name, v.definition ->> 'execution_mode' AS mode,
       v.definition ->> 'description' AS description, v.definition -> 'error_handling' ->> 'strategy' AS strategy
FROM mcp.list_workflow_versions('wf-join') AS v;
SELECT v.definition = mcp.get_workflow('wf-join') - ARRAY['id', 'workflow_id', 'slug', 'version', 'created_at', 'updated_at'] AS is_the_latest
FROM mcp.list_workflow_versions('wf-join') AS v
WHERE v.version = 4;

SELECT * FROM pg_temp.error_of($$ SELECT mcp.update_workflow('wf-join', '[]') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.update_workflow('wf-join', '{"name": null}') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.update_workflow('wf-join', '{"slug": "wf-moved"}') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.update_workflow('wf-join', '{"step": []}') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.update_workflow('wf-join', '{"steps": [{"step_id": "s1", "name": "A", "mcp_id": "wf-echo", "depends_on": ["s2"]}]}') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.update_workflow('wf-nothing', '{}') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.update_workflow(NULL, '{}') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.update_workflow('wf-join', NULL) $$);
SELECT mcp.get_workflow('wf-join') -> 'version' AS version_after_errors;

-- A parallel workflow whose steps stand out of order cannot become sequential.
SELECT * FROM pg_temp.problems('{"execution_mode": "sequential"}', 'wf-form');
SELECT * FROM pg_temp.problems('{"execution_mode": "sequential"}', 'wf-least');
SELECT * FROM pg_temp.problems('{"slug": "wf-moved", "steps": 1}', 'wf-least');
SELECT * FROM pg_temp.error_of($$ SELECT * FROM mcp.validate_workflow('{}', 'wf-nothing') $$);

--
-- Fallbacks: what exists, never in a loop, never deleted from under another
--
SELECT mcp.create_workflow('{"name": "WF C", "steps": []}') \g /dev/null
SELECT mcp.create_workflow('{"name": "WF B", "steps": [], "error_handling": {"strategy": "Fallback Chain", "fallback_workflow_id": "wf-c"}}') \g /dev/null
SELECT w -> 'error_handling' ->> 'fallback_workflow_id' = mcp.get_workflow('wf-b') ->> 'id' AS is_an_id
FROM mcp.create_workflow('{"name": "WF A", "steps": [], "error_handling": {"strategy": "Fallback Chain", "fallback_workflow_id": "wf-b"}}') AS w;
SELECT * FROM pg_temp.error_of($$ SELECT mcp.update_workflow('wf-c', '{"error_handling": {"strategy": "Fallback Chain", "fallback_workflow_id": "wf-a"}}') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.update_workflow('wf-b', '{"error_handling": {"strategy": "Fallback Chain", "fallback_workflow_id": "wf-a"}}') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.update_workflow('wf-a', '{"error_handling": {"strategy": "Fallback Chain", "fallback_workflow_id": "wf-a"}}') $$);
SELECT * FROM pg_temp.problems(jsonb_build_object('name', 'WF C, renamed', 'error_handling', jsonb_build_object(
    'strategy', 'Fallback Chain', 'fallback_workflow_id', mcp.get_workflow('wf-a') -> 'id')), 'wf-c');

SELECT * FROM pg_temp.error_of($$ SELECT mcp.delete_workflow('wf-c') $$);
SELECT mcp.create_workflow(jsonb_build_object('name', 'WF user ' || i, 'steps', '[]'::jsonb, 'error_handling',
    '{"strategy": "Fallback Chain", "fallback_workflow_id": "wf-c"}'::jsonb)) FROM generate_series(1, 6) AS i \g /dev/null
SELECT * FROM pg_temp.error_of($$ SELECT mcp.delete_workflow('wf-c') $$);

-- Once B lets go of C, C may fall back to A.
SELECT mcp.update_workflow('wf-b', '{"error_handling": {"strategy": "Stop on Error"}}') -> 'error_handling' -> 'fallback_workflow_id' AS fallback;
SELECT mcp.update_workflow('wf-c', '{"error_handling": {"strategy": "Fallback Chain", "fallback_workflow_id": "wf-a"}}') -> 'version' AS version;

--
-- An MCP in use stays; by force it goes, and the workflow says what is missing
--
SELECT mcp.create_mcp('{"name": "Brief", "slug": "wf-brief", "type": "python_script", "config": {"script_content": "x"}}') \g /dev/null
SELECT mcp.create_workflow('{"name": "WF Brief", "steps": [{"name": "A", "mcp_id": "wf-brief"}]}') \g /dev/null
SELECT * FROM pg_temp.error_of($$ SELECT mcp.delete_mcp('wf-brief') $$);
SELECT mcp.delete_mcp('wf-brief', force => true);
SELECT p.state, p.rule, p.path FROM pg_temp.problems('{"description": "still?"}', 'wf-brief') AS p;
SELECT step_id, waits_for FROM mcp.explain_workflow('wf-brief');

--
-- Delete: the versions stay
--
CREATE TEMP TABLE deleted AS SELECT (mcp.get_workflow('wf-join') ->> 'id')::uuid AS id;
SELECT mcp.delete_workflow('wf-join');
SELECT * FROM pg_temp.error_of($$ SELECT mcp.get_workflow('wf-join') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.delete_workflow('wf-join') $$);
SELECT * FROM pg_temp.error_of($$ SELECT * FROM mcp.list_workflow_versions('wf-join') $$);
SELECT * FROM pg_temp.error_of($$ SELECT * FROM mcp.explain_workflow('wf-join') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.get_workflow('') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.delete_workflow(NULL) $$);
SELECT v.version, v.definition ->> 'name' AS name
FROM mcp.workflow_versions AS v
JOIN deleted AS d ON d.id = v.workflow_id
ORDER BY 1;

-- Nobody changes what runs rely on, not even who owns the table.
SELECT * FROM pg_temp.error_of($$ UPDATE mcp.workflow_versions SET definition = '{}' $$);
SELECT * FROM pg_temp.error_of($$ DELETE FROM mcp.workflow_versions $$);
SELECT * FROM pg_temp.error_of($$ TRUNCATE mcp.workflow_versions $$);

--
-- Lists
--
SELECT l.slug, l.name, l.version, jsonb_array_length(l.steps) AS steps
FROM mcp.list_workflows('WF Twin') AS l;
SELECT l.slug FROM mcp.list_workflows('wf-twin', skip => 1, max_rows => 1) AS l;
SELECT l.slug FROM mcp.list_workflows('TWO' || chr(10) || 'LINES') AS l;
SELECT count(*) FROM mcp.list_workflows('%');
SELECT bool_and(to_jsonb(l) <@ mcp.get_workflow(l.slug)) AS lists_what_get_gives
FROM (SELECT workflow_id, name, slug, description, execution_mode, error_handling, steps, version FROM mcp.list_workflows()) AS l;
SELECT * FROM pg_temp.error_of($$ SELECT * FROM mcp.list_workflows(skip => -1) $$);
SELECT * FROM pg_temp.error_of($$ SELECT * FROM mcp.list_workflows(max_rows => 0) $$);

--
-- Told to the audit log
--
SELECT a.action, a.kind, a.object_name
FROM mcp.audit_log AS a
JOIN deleted AS d ON d.id::text = a.object_id
ORDER BY a.audit_id;

--
-- Hostile documents: a right answer or one clear error, soon
--
SET statement_timeout = '20s';
SELECT left(message, 80) AS message, path
FROM pg_temp.problems(jsonb_build_object('name', repeat('x', 1000000), 'description', repeat('y', 1000000), repeat('z', 1000000), 1,
    'execution_mode', repeat('m', 1000000), 'steps', '[]'::jsonb));
SELECT left(message, 80) AS message, path
FROM pg_temp.problems_of_steps(jsonb_build_array(jsonb_build_object(
    'step_id', repeat('s', 1000000), 'name', repeat('n', 1000000), 'mcp_id', repeat('m', 1000000), 'mcp_version_id', repeat('v', 1000000),
    'depends_on', jsonb_build_array(repeat('d', 1000000)),
    'inputs', jsonb_build_object(repeat('i', 1000000), 1))));

-- 10,000 levels: of the document, of a key that is none, of a value that is one.
CREATE FUNCTION pg_temp.nested(depth integer)
RETURNS jsonb
LANGUAGE sql
AS $$
    SELECT (repeat('[', depth) || repeat(']', depth))::jsonb
$$;
SELECT message, path FROM pg_temp.problems(pg_temp.nested(10000));
SELECT message, path FROM pg_temp.problems(jsonb_build_object('name', 'x', 'steps', pg_temp.nested(10000)));
SELECT length((mcp.create_workflow(jsonb_build_object('name', 'WF Deep', 'steps', jsonb_build_array(jsonb_build_object(
    'name', 'A', 'mcp_id', 'wf-echo', 'inputs', jsonb_build_object('x', jsonb_build_object(
        'source_type', 'static_value', 'value', pg_temp.nested(10000))))))) #> '{steps,0,inputs,x,value}')::text) AS characters;

-- Too many steps, and very many problems.
SELECT * FROM pg_temp.problems_of_steps((SELECT jsonb_agg(1) FROM generate_series(1, 10001)));
SELECT p.rule, count(*), min(p.path), max(p.message)
FROM pg_temp.problems_of_steps((SELECT jsonb_agg(jsonb_build_object('step_id', 's' || i, 'name', 'N', 'mcp_id', 'wf-echo',
    'depends_on', jsonb_build_array('x' || i, 'y' || i))) FROM generate_series(1, 5000) AS i)) AS p
GROUP BY 1;

--
-- What the tests made goes again, and nothing else
--
SELECT mcp.update_workflow('wf-c', '{"error_handling": null}') \g /dev/null
SELECT mcp.delete_workflow(l.slug) FROM mcp.list_workflows('wf-user') AS l \g /dev/null
SELECT mcp.delete_workflow(l.slug) FROM mcp.list_workflows('wf') AS l ORDER BY l.slug \g /dev/null
SELECT mcp.delete_workflow(slug)
FROM unnest(ARRAY['gro-e', 'workflow', 'workflow-runs', 'workflow-0198f3aa-0000-7000-8000-000000000001']) AS slug \g /dev/null
SELECT mcp.delete_mcp(slug) FROM unnest(ARRAY['wf-echo', 'wf-concat']) AS slug \g /dev/null
