-- What a workflow can say: each key as it is stored, and each rule as it is broken.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS mcp;

SELECT mcp.create_mcp('{"name": "Echo", "slug": "lang-echo", "type": "python_script", "config": {"script_content": "x"}}') \g /dev/null
SELECT mcp.create_workflow('{"name": "Child", "slug": "lang-child", "steps": []}') \g /dev/null

-- A step that is right but for what is given; "-" takes a key away.
CREATE FUNCTION pg_temp.step(step_id text, more jsonb DEFAULT '{}')
RETURNS jsonb
LANGUAGE sql
AS $$
    SELECT jsonb_build_object('step_id', step_id, 'name', upper(step_id))
           || CASE WHEN more ?| ARRAY['workflow', 'workflow_id', 'wait', '-'] THEN '{}' ELSE '{"mcp_id": "lang-echo"}'::jsonb END
           || (more - '-')
$$;

-- The problems of a workflow of the steps, and of what it says as a whole.
CREATE FUNCTION pg_temp.problems(steps jsonb, mode text DEFAULT 'parallel', more jsonb DEFAULT '{}')
RETURNS TABLE (state text, rule text, path text, message text, hint text)
LANGUAGE sql
AS $$
    SELECT *
    FROM mcp.validate_workflow(
        jsonb_build_object('name', 'x', 'execution_mode', mode, 'steps', steps) || more)
$$;

-- Those of one step after another that is there to be named.
CREATE FUNCTION pg_temp.problems_of_step(more jsonb)
RETURNS TABLE (state text, rule text, path text, message text, hint text)
LANGUAGE sql
AS $$
    SELECT *
    FROM pg_temp.problems(jsonb_build_array(pg_temp.step('a'), pg_temp.step('b', more)), 'sequential')
$$;

CREATE FUNCTION pg_temp.problems_of_each(documents text[])
RETURNS TABLE (document text, state text, rule text, path text, message text, hint text)
LANGUAGE sql
AS $$
    SELECT d, p.*
    FROM unnest(documents) WITH ORDINALITY AS documents (d, place),
         pg_temp.problems_of_step(d::jsonb) AS p
    ORDER BY place
$$;

-- The keys of a stored step that are given more than a step must have.
CREATE FUNCTION pg_temp.stored(more jsonb)
RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    slug    text := mcp.create_workflow(jsonb_build_object(
                        'name', 'Stored', 'steps',
                        jsonb_build_array(pg_temp.step('a'), pg_temp.step('b', more)))) ->> 'slug';
    found   jsonb := mcp.get_workflow(slug) -> 'steps' -> 1;
BEGIN
    PERFORM mcp.delete_workflow(slug);
    RETURN replace(replace((found - ARRAY['step_id', 'name'])::text,
                           mcp.get_mcp('lang-echo') ->> 'id', '<lang-echo>'),
                   mcp.get_workflow('lang-child') ->> 'id', '<lang-child>')::jsonb;
END
$$;

-- A document of the first version has the form that it had.
SELECT pg_temp.stored('{}');
SELECT pg_temp.stored('{"when": null, "retry": null, "timeout_seconds": null, "on_error": null, "for_each": null, "cache": null, "wait": null, "workflow": null}'::jsonb
                      || '{"-": 1, "mcp_id": "lang-echo"}');
SELECT mcp.create_workflow('{"name": "Plain", "slug": "lang-plain", "steps": []}') \g /dev/null
SELECT array_agg(k ORDER BY k)
FROM mcp.list_workflow_versions('lang-plain') AS v, jsonb_object_keys(v.definition) AS k;

-- when
SELECT pg_temp.stored('{"when": "$.steps.a.total > 3 && exists($.inputs.list[*] ? (@.x == 1))"}') -> 'when';
SELECT * FROM pg_temp.problems_of_each(ARRAY[
    '{"when": ""}',
    '{"when": true}',
    '{"when": "$.steps.a ="}',
    '{"when": "$.steps.a.x like_regex \"(\""}',
    '{"when": "@.a > 3"}',
    '{"when": "$.inputs.x > $limit"}',
    '{"when": "$.steps.nope.x > 1"}',
    '{"when": "$.steps.\"b\".x > 1"}',
    '{"when": "$.inputs.n ? (@ == $.steps.aa.n) > 1"}',
    '{"when": "$.inputs.list[$.steps.last.n to last] > 1"}']);
SELECT state, rule, path, message FROM pg_temp.problems_of_step(jsonb_build_object('when', repeat('-', 2001)));

-- retry: all defaults are filled in
SELECT pg_temp.stored('{"retry": {}}') -> 'retry';
SELECT pg_temp.stored('{"retry": {"max_attempts": 100, "delay": 60, "backoff_factor": 1.5, "jitter": 0, "on": ["timeout", "http_5xx"], "not_on": ["inputs"]}}') -> 'retry';
SELECT * FROM pg_temp.problems_of_each(ARRAY[
    '{"retry": 3}',
    '{"retry": {"max_attempts": 0}}',
    '{"retry": {"max_attempts": 101, "delay": -1, "backoff_factor": 0.5, "jitter": 1.1, "max_delay": 86401}}',
    '{"retry": {"max_attempts": 2.5}}',
    '{"retry": {"delay": 10, "max_delay": 5}}',
    '{"retry": {"on": [], "not_on": [""]}}',
    '{"retry": {"on": ["timeout", "timeout"], "not_on": ["timeout"]}}',
    '{"retry": {"attempts": 3}}']);

-- timeout_seconds, cache
SELECT pg_temp.stored('{"timeout_seconds": 0.5, "cache": {"ttl": 86400}}') - 'mcp_id';
SELECT * FROM pg_temp.problems_of_each(ARRAY[
    '{"timeout_seconds": 0}',
    '{"timeout_seconds": "5"}',
    '{"timeout_seconds": 1e9}',
    '{"cache": true}',
    '{"cache": {}}',
    '{"cache": {"ttl": 0, "key": "x"}}']);

-- on_error
SELECT pg_temp.stored('{"on_error": "fail"}') ? 'on_error', pg_temp.stored('{"on_error": "continue"}') -> 'on_error';
SELECT * FROM pg_temp.problems_of_each(ARRAY[
    '{"on_error": "ignore"}',
    '{"on_error": ["a"]}',
    '{"on_error": 3}',
    '{"on_error": {}}',
    '{"on_error": {"fallback_step": "c"}}',
    '{"on_error": {"fallback_step": "b", "retry": 1}}']);

-- A fallback step stands in for one step, after it, and is referred to by nobody else.
SELECT count(*) FROM pg_temp.problems(jsonb_build_array(
    pg_temp.step('a', '{"on_error": {"fallback_step": "b"}}'),
    pg_temp.step('b', '{"on_error": {"fallback_step": "c"}, "depends_on": ["a"]}'),
    pg_temp.step('c'),
    pg_temp.step('d', '{"when": "$.steps.a.ok == true"}')), 'sequential');
SELECT * FROM pg_temp.problems(jsonb_build_array(
    pg_temp.step('early'),
    pg_temp.step('a', '{"on_error": {"fallback_step": "f"}}'),
    pg_temp.step('b', '{"on_error": {"fallback_step": "f"}}'),
    pg_temp.step('c', '{"on_error": {"fallback_step": "early"}}'),
    pg_temp.step('d', '{"depends_on": ["f"], "when": "$.steps.f.x == 1"}'),
    pg_temp.step('f', '{"when": "$.steps.a.x == 1", "inputs": {"b": {"source_type": "expression", "expression": "$.steps.b.x"}}}')),
    'sequential',
    '{"outputs": {"o": {"source_type": "step_output", "source_step_id": "f", "source_output_name": "x"}}}');

-- Loops: of fallbacks, and through what a fallback waits for.
SELECT * FROM pg_temp.problems(jsonb_build_array(
    pg_temp.step('a', '{"on_error": {"fallback_step": "b"}}'),
    pg_temp.step('b', '{"on_error": {"fallback_step": "a"}}')));
SELECT * FROM pg_temp.problems(jsonb_build_array(
    pg_temp.step('a', '{"on_error": {"fallback_step": "f"}}'),
    pg_temp.step('b', '{"when": "$.steps.a.x > 1"}'),
    pg_temp.step('f', '{"inputs": {"b": {"source_type": "expression", "expression": "$.steps.b.x"}}}')));
SELECT * FROM pg_temp.problems(jsonb_build_array(
    pg_temp.step('a', '{"for_each": {"items": {"source_type": "expression", "expression": "$.steps.b.list"}}}'),
    pg_temp.step('b', '{"wait": {"until": {"source_type": "step_output", "source_step_id": "a", "source_output_name": "t"}}}')));

-- for_each, and the sources that are in it alone
SELECT pg_temp.stored('{"for_each": {"items": {"source_type": "static_value", "value": [1, 2]}},
                        "inputs": {"x": {"source_type": "item"}, "i": {"source_type": "item_index"}}}') - 'mcp_id';
SELECT pg_temp.stored('{"for_each": {"items": {"source_type": "step_output", "source_step_id": "a", "source_output_name": "list"}, "max_concurrency": 4, "mode": "collect"}}') -> 'for_each';
SELECT * FROM pg_temp.problems_of_each(ARRAY[
    '{"for_each": []}',
    '{"for_each": {}}',
    '{"for_each": {"items": [1, 2]}}',
    '{"for_each": {"items": {"source_type": "static_value", "value": {"a": 1}}}}',
    '{"for_each": {"items": {"source_type": "workflow_input", "workflow_input_key": "list", "default": 3}}}',
    '{"for_each": {"items": {"source_type": "item"}}}',
    '{"for_each": {"items": {"source_type": "expression", "expression": "$.steps.b.list"}, "max_concurrency": 0, "mode": "fast", "as": "x"}}',
    '{"inputs": {"x": {"source_type": "item"}, "i": {"source_type": "item_index", "value": 3}}}']);

-- Sources
SELECT pg_temp.stored('{"inputs": {
    "e": {"source_type": "expression", "expression": "$.steps.a.list[*] ? (@ > 3)"},
    "all": {"source_type": "expression", "expression": "$.steps.*.total"},
    "d": {"source_type": "workflow_input", "workflow_input_key": "k", "default": {"a": [1]}},
    "n": {"source_type": "workflow_input", "workflow_input_key": "k", "default": null}}}') -> 'inputs';
SELECT * FROM pg_temp.problems_of_each(ARRAY[
    '{"inputs": {"x": {"source_type": "expression"}}}',
    '{"inputs": {"x": {"source_type": "expression", "expression": "steps.a"}}}',
    '{"inputs": {"x": {"source_type": "expression", "expression": "$.steps.c.x + $.steps.d.y"}}}',
    '{"inputs": {"x": {"source_type": "static_value", "value": 1, "default": 2, "expression": "$"}}}']);

-- Sub-workflows: an id or a slug, stored as the id
SELECT pg_temp.stored('{"workflow": "lang-child", "retry": {"max_attempts": 2}, "inputs": {"x": {"source_type": "static_value", "value": 1}}}') - 'retry';
SELECT pg_temp.stored(jsonb_build_object('workflow_id', mcp.get_workflow('lang-child') -> 'id'));
SELECT * FROM pg_temp.problems_of_each(ARRAY[
    '{"-": 1}',
    '{"workflow": "lang-nobody"}',
    '{"workflow": "00000000-0000-0000-0000-000000000000"}',
    '{"workflow": 3}',
    '{"workflow": "lang-child", "mcp_id": "lang-echo"}',
    '{"workflow": "lang-child", "workflow_id": "lang-child"}',
    '{"workflow": "lang-child", "wait": {"seconds": 1}}',
    '{"workflow": "lang-child", "mcp_version_id": "1.0.0", "timeout_seconds": 3, "cache": {"ttl": 3}}']);

-- wait
SELECT pg_temp.stored(w::jsonb) -> 'wait'
FROM unnest(ARRAY[
    '{"wait": {"seconds": 0.25}}',
    '{"wait": {"seconds": 0}}',
    '{"wait": {"until": "2027-01-01T10:00:00+01:00"}}',
    '{"wait": {"until": {"source_type": "workflow_input", "workflow_input_key": "t"}}}',
    '{"wait": {"until": {"source_type": "item"}}, "for_each": {"items": {"source_type": "workflow_input", "workflow_input_key": "times"}}}',
    '{"wait": {"signal": "paid"}}',
    '{"wait": {"signal": "paid", "timeout_seconds": 60}}',
    '{"wait": {"approval": {}}}',
    '{"wait": {"approval": {"roles": ["boss", "deputy"], "message": "Pay it?", "timeout_seconds": 3600}}}']) AS w;
SELECT pg_temp.stored('{"wait": {"seconds": 1}, "depends_on": ["a"], "on_error": "continue"}');
SELECT * FROM pg_temp.problems_of_each(ARRAY[
    '{"wait": 3}',
    '{"wait": {}}',
    '{"wait": {"seconds": 1, "signal": "x"}}',
    '{"wait": {"seconds": -1}}',
    '{"wait": {"seconds": 1, "timeout_seconds": 3}}',
    '{"wait": {"until": "tomorrow"}}',
    '{"wait": {"until": "2027-01-01T10:00:00"}}',
    '{"wait": {"until": "2027-02-30T10:00:00Z"}}',
    '{"wait": {"until": 3}}',
    '{"wait": {"until": ["x"]}}',
    '{"wait": {"until": {"source_type": "item_index"}}}',
    '{"wait": {"until": {"source_type": "expression", "expression": "$.steps.c.t"}}}',
    '{"wait": {"signal": ""}}',
    '{"wait": {"signal": "x", "timeout_seconds": 0}}',
    '{"wait": {"approval": {"roles": []}}}',
    '{"wait": {"approval": {"roles": ["a", "a", 3], "message": " ", "who": "x"}, "timeout_seconds": 3}}',
    '{"wait": {"for": "x"}}',
    '{"wait": {"seconds": 1}, "retry": {}, "timeout_seconds": 1, "cache": {"ttl": 1}, "mcp_version_id": "1", "inputs": {"x": {"source_type": "static_value", "value": 1}}}',
    '{"wait": {"seconds": 1}, "inputs": {}, "retry": null}']);

-- The workflow as a whole
SELECT mcp.create_workflow('{"name": "Whole", "slug": "lang-whole", "steps": [],
    "input_schema": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]},
    "outputs": {"n": {"source_type": "workflow_input", "workflow_input_key": "n", "default": 0},
                "all": {"source_type": "expression", "expression": "$.steps"}},
    "timeout_seconds": 3600, "queue": "slow", "priority": -5,
    "concurrency": {"key": "$.inputs.customer", "limit": 2}, "retention_days": 30}')
       - ARRAY['id', 'workflow_id', 'created_at', 'updated_at', 'name', 'slug', 'steps', 'version', 'description', 'execution_mode', 'error_handling'];
-- What is not mentioned stays; null takes it away.
SELECT mcp.update_workflow('lang-whole', '{"queue": null, "outputs": {}, "concurrency": {"key": null, "limit": 1}, "input_schema": null}')
       - ARRAY['id', 'workflow_id', 'created_at', 'updated_at', 'name', 'slug', 'steps', 'description', 'execution_mode', 'error_handling'];
-- What was read can be given back, and is no change.
SELECT mcp.update_workflow('lang-whole', mcp.get_workflow('lang-whole')) -> 'version' AS version;
SELECT d AS document, p.* FROM unnest(ARRAY[
    '{"input_schema": true}',
    '{"input_schema": {"type": "objct"}}',
    '{"outputs": []}',
    '{"outputs": {"a": 1, "": {"source_type": "static_value", "value": 1}}}',
    '{"outputs": {"a": {"source_type": "item"}, "b": {"source_type": "expression", "expression": "$.steps.a"}}}',
    '{"timeout_seconds": -1, "queue": "", "priority": 1001, "retention_days": 0}',
    '{"concurrency": 3}',
    '{"concurrency": {"limit": 0}}',
    '{"concurrency": {"key": "$.steps.a.x"}}',
    '{"concurrency": {"key": "$.inputs.", "limit": 1, "max": 1}}']) WITH ORDINALITY AS documents (d, place),
    pg_temp.problems('[]', 'parallel', d::jsonb) AS p
ORDER BY place;

-- Workflows that run each other: of themselves, through steps, through fallbacks.
SELECT mcp.create_workflow(jsonb_build_object('name', 'A', 'slug', 'lang-a', 'steps', jsonb_build_array(pg_temp.step('s', '{"workflow": "lang-child"}')))) \g /dev/null
SELECT mcp.create_workflow('{"name": "B", "slug": "lang-b", "steps": [], "error_handling": {"strategy": "Fallback Chain", "fallback_workflow_id": "lang-a"}}') \g /dev/null
SELECT mcp.create_workflow(jsonb_build_object('name', 'C', 'slug', 'lang-c', 'steps', jsonb_build_array(pg_temp.step('s', '{"workflow": "lang-b"}')))) \g /dev/null
SELECT * FROM mcp.validate_workflow(jsonb_build_object(
    'error_handling', '{"strategy": "Fallback Chain", "fallback_workflow_id": "lang-a"}'::jsonb,
    'steps', jsonb_build_array(pg_temp.step('s', '{"workflow": "lang-child"}'),
                               pg_temp.step('t', '{"workflow": "lang-c"}'),
                               pg_temp.step('u', '{"workflow": "lang-whole"}'),
                               pg_temp.step('v', '{"workflow": "lang-b"}'))), 'lang-child');
SELECT mcp.update_workflow('lang-child', '{"steps": [{"name": "S", "workflow": "lang-c"}]}');
SELECT mcp.delete_workflow('lang-b');
SELECT mcp.delete_workflow('lang-child');
SELECT mcp.delete_workflow('lang-c');
SELECT mcp.delete_workflow('lang-b');
SELECT mcp.delete_workflow('lang-a');

-- What fits is told from what the sources are.
SELECT mcp.create_mcp('{"name": "Typed", "slug": "lang-typed", "type": "python_script", "config": {"script_content": "x"},
    "input_schema": {"type": "object", "properties": {"n": {"type": "integer"}, "s": {"type": "string"}}, "additionalProperties": false},
    "output_schema": {"type": "object", "properties": {"n": {"type": "integer"}}, "additionalProperties": false}}') \g /dev/null
SELECT state, rule, path, message FROM pg_temp.problems('[
    {"step_id": "items", "name": "I", "mcp_id": "lang-typed",
     "for_each": {"items": {"source_type": "static_value", "value": [1, "two", 3.5, 4]}},
     "inputs": {"n": {"source_type": "item"}, "s": {"source_type": "item_index"}}},
    {"step_id": "unknown items", "name": "U", "mcp_id": "lang-typed",
     "for_each": {"items": {"source_type": "expression", "expression": "$.inputs.list"}},
     "inputs": {"n": {"source_type": "item"}, "s": {"source_type": "expression", "expression": "3"}}},
    {"step_id": "defaults", "name": "D", "mcp_id": "lang-typed",
     "inputs": {"n": {"source_type": "workflow_input", "workflow_input_key": "extra", "default": "x"},
                "s": {"source_type": "workflow_input", "workflow_input_key": "extra"}}},
    {"step_id": "types", "name": "T", "mcp_id": "lang-typed",
     "inputs": {"n": {"source_type": "workflow_input", "workflow_input_key": "text"},
                "s": {"source_type": "workflow_input", "workflow_input_key": "text"}}},
    {"step_id": "wait", "name": "W", "wait": {"seconds": 1}},
    {"step_id": "results", "name": "R", "mcp_id": "lang-typed",
     "inputs": {"n": {"source_type": "step_output", "source_step_id": "items", "source_output_name": "n"},
                "s": {"source_type": "step_output", "source_step_id": "wait", "source_output_name": "n"}}},
    {"step_id": "place", "name": "P", "mcp_id": "lang-typed",
     "inputs": {"n": {"source_type": "step_output", "source_step_id": "items", "source_output_name": "[0].n"}}}]',
    'sequential',
    '{"input_schema": {"type": "object", "properties": {"text": {"type": "string"}}, "additionalProperties": false}}');
-- So is what a sub-workflow says that it takes.
SELECT mcp.create_workflow('{"name": "Taker", "slug": "lang-taker", "steps": [],
    "input_schema": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": false}}') \g /dev/null
SELECT state, rule, path, message FROM pg_temp.problems(jsonb_build_array(
    pg_temp.step('right', '{"workflow": "lang-taker", "inputs": {"n": {"source_type": "static_value", "value": 1}}}'),
    pg_temp.step('none', '{"workflow": "lang-taker"}'),
    pg_temp.step('wrong', '{"workflow": "lang-taker", "inputs": {
        "n": {"source_type": "static_value", "value": "x"}, "m": {"source_type": "static_value", "value": 1}}}'),
    pg_temp.step('unknown', '{"workflow": "lang-nobody"}')));
-- A result that may come from elsewhere, or not at all, is not held to the schema.
SELECT state, rule, path, message FROM pg_temp.problems('[
    {"step_id": "a", "name": "A", "mcp_id": "lang-typed", "on_error": {"fallback_step": "f"}},
    {"step_id": "f", "name": "F", "mcp_id": "lang-echo"},
    {"step_id": "c", "name": "C", "mcp_id": "lang-typed", "on_error": "continue"},
    {"step_id": "x", "name": "X", "mcp_id": "lang-typed",
     "inputs": {"s": {"source_type": "step_output", "source_step_id": "a", "source_output_name": "text"},
                "n": {"source_type": "step_output", "source_step_id": "c", "source_output_name": "nope"}}},
    {"step_id": "y", "name": "Y", "mcp_id": "lang-typed",
     "inputs": {"s": {"source_type": "step_output", "source_step_id": "c", "source_output_name": "n"}}}]');

-- explain_workflow: expressions and fallbacks are waited for, and the rest is said in words.
SELECT mcp.create_workflow(jsonb_build_object('name', 'Explained', 'slug', 'lang-explained', 'execution_mode', 'parallel', 'steps', jsonb_build_array(
    pg_temp.step('a', '{"timeout_seconds": 5, "retry": {"max_attempts": 4}, "on_error": {"fallback_step": "f"}, "cache": {"ttl": 60}}'),
    pg_temp.step('b', '{"when": "$.steps.a.ok == true", "on_error": "continue", "retry": {"max_attempts": 1}}'),
    pg_temp.step('c', '{"workflow": "lang-child", "for_each": {"items": {"source_type": "expression", "expression": "$.steps.b.list"}, "max_concurrency": 3, "mode": "collect"}}'),
    pg_temp.step('f'),
    pg_temp.step('w', '{"wait": {"seconds": 90}}'),
    pg_temp.step('t', '{"wait": {"until": {"source_type": "step_output", "source_step_id": "c", "source_output_name": "[0].t"}}}'),
    pg_temp.step('u', '{"wait": {"until": "2027-01-01T10:00:00Z"}}'),
    pg_temp.step('g', '{"wait": {"signal": "go", "timeout_seconds": 60}}'),
    pg_temp.step('y', '{"wait": {"approval": {"roles": ["boss", "deputy"]}}}')))) \g /dev/null
SELECT * FROM mcp.explain_workflow('lang-explained');
SELECT mcp.update_workflow('lang-explained', jsonb_build_object('execution_mode', 'sequential', 'steps', jsonb_build_array(
    pg_temp.step('a', '{"on_error": {"fallback_step": "f"}}'), pg_temp.step('b'), pg_temp.step('f')))) \g /dev/null
SELECT level, step_id, waits_for FROM mcp.explain_workflow('lang-explained');

-- Thousands of steps take no more than their share.
SELECT count(*) AS problems, clock_timestamp() - now() < interval '5 seconds' AS is_soon
FROM (SELECT jsonb_agg(pg_temp.step('s' || i,
          jsonb_build_object('when', format('$.steps.s%s.x > 1', i / 2),
                             'retry', '{}'::jsonb,
                             'on_error', CASE WHEN i % 2 = 1 THEN jsonb_build_object('fallback_step', 'f' || i) ELSE '"fail"' END)
          - CASE WHEN i = 0 THEN 'when' ELSE '' END)) ||
      jsonb_agg(pg_temp.step('f' || i)) FILTER (WHERE i % 2 = 1)
      FROM generate_series(0, 3332) AS i) AS made (steps),
     pg_temp.problems(steps) AS p;

SELECT mcp.delete_workflow(w.slug)
FROM unnest(ARRAY['lang-explained', 'lang-whole', 'lang-child', 'lang-plain', 'lang-taker']) AS w (slug);
SELECT mcp.delete_mcp(m.slug) FROM unnest(ARRAY['lang-echo', 'lang-typed']) AS m (slug);
