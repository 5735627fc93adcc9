-- What waits for what: levels, critical steps, and loops by their members.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS mcp;

SELECT mcp.create_mcp('{"name": "Echo", "slug": "graph-echo", "type": "python_script", "config": {"script_content": "x"}}') \g /dev/null

-- Steps written as 'step: before before, step: ...'.
CREATE FUNCTION pg_temp.steps(written text)
RETURNS jsonb
LANGUAGE sql
AS $$
    SELECT jsonb_agg(jsonb_build_object(
               'step_id', trim(split_part(line, ':', 1)),
               'name', upper(trim(split_part(line, ':', 1))),
               'mcp_id', 'graph-echo',
               'depends_on', to_jsonb(array_remove(string_to_array(trim(split_part(line, ':', 2)), ' '), '')))
               ORDER BY place)
    FROM string_to_table(written, ',') WITH ORDINALITY AS l (line, place)
$$;

CREATE FUNCTION pg_temp.explain(written text, mode text DEFAULT 'parallel')
RETURNS TABLE (level integer, step_id text, waits_for text[], is_critical boolean)
LANGUAGE plpgsql
AS $$
DECLARE
    slug    text := mcp.create_workflow(jsonb_build_object(
                        'name', 'Graph', 'execution_mode', mode, 'steps', pg_temp.steps(written))) ->> 'slug';
BEGIN
    RETURN QUERY
    SELECT e.level, e.step_id, e.waits_for, e.is_critical FROM mcp.explain_workflow(slug) AS e;
    PERFORM mcp.delete_workflow(slug);
END
$$;

CREATE FUNCTION pg_temp.problems(steps jsonb, mode text DEFAULT 'parallel')
RETURNS TABLE (state text, rule text, path text, message text)
LANGUAGE sql
AS $$
    SELECT p.sqlstate, p.rule, p.path, p.message
    FROM mcp.validate_workflow(jsonb_build_object('name', 'x', 'execution_mode', mode, 'steps', steps)) AS p
$$;

--
-- Levels
--
SELECT * FROM pg_temp.explain('a:');

-- Nothing waits: all at once, and each of them decides.
SELECT * FROM pg_temp.explain('a:, b:, c:');

-- A diamond with a long side, and one that stands alone.
SELECT * FROM pg_temp.explain('start:, long1: start, long2: long1, short: start, end: long2 short, alone:');

-- List order within a level, whatever order the references stand in.
SELECT * FROM pg_temp.explain('z: m, y: m, m: c b a, c:, b:, a:');

-- Two longest chains: both are critical.
SELECT * FROM pg_temp.explain('a:, b: a, c:, d: c, e:');

-- A reference that is given twice counts once.
SELECT * FROM pg_temp.explain('a:, b: a a a');

-- In sequential mode every step waits for the one before it too.
SELECT * FROM pg_temp.explain('a:, b:, c: a, d: c', 'sequential');

-- An output that is used is waited for like a step in depends_on.
SELECT mcp.create_workflow('{"name": "Graph outputs", "execution_mode": "parallel", "steps": [
    {"step_id": "a", "name": "A", "mcp_id": "graph-echo"},
    {"step_id": "b", "name": "B", "mcp_id": "graph-echo"},
    {"step_id": "c", "name": "C", "mcp_id": "graph-echo", "depends_on": ["a"], "inputs": {
        "x": {"source_type": "step_output", "source_step_id": "a", "source_output_name": "o"},
        "y": {"source_type": "step_output", "source_step_id": "b", "source_output_name": "o"}}}]}') \g /dev/null
SELECT level, step_id, name, waits_for, is_critical FROM mcp.explain_workflow('graph-outputs');
SELECT mcp.delete_workflow('graph-outputs');

-- No steps, no rows.
SELECT mcp.create_workflow('{"name": "Graph empty", "steps": []}') \g /dev/null
SELECT level, step_id, name, waits_for, is_critical FROM mcp.explain_workflow('graph-empty');
SELECT mcp.delete_workflow('graph-empty');

--
-- Loops: from the member that stands first, each waits for the next
--
SELECT * FROM pg_temp.problems(pg_temp.steps('a: b, b: a'));
SELECT * FROM pg_temp.problems(pg_temp.steps('a: b, b: c, c: a'));
SELECT * FROM pg_temp.problems(pg_temp.steps('a: c, b: a, c: b'));

-- Those that wait for a loop, or are waited for by it, are not in it.
SELECT * FROM pg_temp.problems(pg_temp.steps('before:, a: b before, b: a, after: b'));

-- One that is apart is named apart; a knot shows one of its loops.
SELECT * FROM pg_temp.problems(pg_temp.steps('a: b, b: a, c: d, d: c, e: a c'));
SELECT * FROM pg_temp.problems(pg_temp.steps('a: b c, b: a c, c: a b'));

-- A step that waits for itself is told where it says so, beside other loops.
SELECT * FROM pg_temp.problems(pg_temp.steps('a: a, b: c, c: b c'));

-- Up to eight members are all named, of more the first ones and the last.
SELECT * FROM pg_temp.problems(pg_temp.steps('a: b, b: c, c: d, d: e, e: f, f: g, g: h, h: a'));
SELECT * FROM pg_temp.problems(pg_temp.steps('a: b, b: c, c: d, d: e, e: f, f: g, g: h, h: i, i: a'));

-- A loop through outputs.
SELECT * FROM pg_temp.problems('[
    {"step_id": "a", "name": "A", "mcp_id": "graph-echo", "depends_on": ["b"]},
    {"step_id": "b", "name": "B", "mcp_id": "graph-echo", "inputs": {
        "x": {"source_type": "step_output", "source_step_id": "a", "source_output_name": "o"}}}]');

-- In any script, and quoted so that no id can pass for two.
SELECT * FROM pg_temp.problems('[
    {"step_id": "größe", "name": "A", "mcp_id": "graph-echo", "depends_on": ["日本 -> 語"]},
    {"step_id": "日本 -> 語", "name": "B", "mcp_id": "graph-echo", "depends_on": ["größe"]}]');
SELECT state, rule, path, length(message) < 1000 AS is_short
FROM pg_temp.problems((SELECT jsonb_agg(jsonb_build_object('step_id', repeat('語', 195) || i, 'name', 'x', 'mcp_id', 'graph-echo',
    'depends_on', jsonb_build_array(repeat('語', 195) || (i % 3 + 1)))) FROM generate_series(1, 3) AS i));

-- In sequential mode a loop is a loop, and its way forward a problem of its own.
SELECT * FROM pg_temp.problems(pg_temp.steps('a: b, b: a'), 'sequential');

--
-- 5,000 steps, every one of them soon
--
CREATE FUNCTION pg_temp.chain(shift integer, mode text)
RETURNS jsonb
LANGUAGE sql
AS $$
    SELECT jsonb_build_object('name', 'Graph chain', 'execution_mode', mode, 'steps', jsonb_agg(jsonb_build_object(
               'step_id', 's' || i, 'name', 'N', 'mcp_id', 'graph-echo',
               'depends_on', CASE WHEN i + shift BETWEEN 1 AND 5000 THEN jsonb_build_array('s' || (i + shift)) ELSE '[]' END)
               ORDER BY i))
    FROM generate_series(1, 5000) AS i
$$;
SET statement_timeout = '20s';

-- A chain along the list and one against it: 5,000 levels, all critical.
SELECT mcp.create_workflow(pg_temp.chain(-1, 'sequential')) ->> 'slug' AS slug;
SELECT count(*), max(level), bool_and(is_critical), bool_and(level = substr(step_id, 2)::integer) AS is_in_order
FROM mcp.explain_workflow('graph-chain');
SELECT mcp.update_workflow('graph-chain', pg_temp.chain(1, 'parallel')) ->> 'version' AS version;
SELECT count(*), max(level), bool_and(is_critical), bool_and(level = 5001 - substr(step_id, 2)::integer) AS is_in_order
FROM mcp.explain_workflow('graph-chain');

-- The same, closed to a loop.
SELECT * FROM pg_temp.problems(jsonb_set(pg_temp.chain(1, 'parallel') -> 'steps', '{4999,depends_on}', '["s1"]'));

-- Each waits for all before it in its hundred: 250,000 references.
SELECT mcp.delete_workflow('graph-chain');
SELECT mcp.create_workflow(jsonb_build_object('name', 'Graph dense', 'execution_mode', 'parallel', 'steps', (
    SELECT jsonb_agg(jsonb_build_object('step_id', 's' || i, 'name', 'N', 'mcp_id', 'graph-echo', 'depends_on', (
               SELECT coalesce(jsonb_agg('s' || j), '[]') FROM generate_series(i - i % 100, i - 1) AS j))
               ORDER BY i)
    FROM generate_series(0, 4999) AS i))) ->> 'slug' AS slug;
SELECT max(level), sum(cardinality(waits_for)), count(*) FILTER (WHERE is_critical) AS critical
FROM mcp.explain_workflow('graph-dense');

SELECT mcp.delete_workflow('graph-dense');
SELECT mcp.delete_mcp('graph-echo');
