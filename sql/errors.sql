-- Errors as programs read them: SQLSTATE, rule in the constraint's field and path
-- in the column's; and hostile input, which must end in one of them.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS mcp;

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
\pset expanded on

SELECT mcp.create_mcp('{"name": "Echo", "slug": "errors-echo", "type": "python_script", "config": {"script_content": "x"}}') \g /dev/null

--
-- A definition: its first problem, and how many there are
--
SELECT * FROM pg_temp.error_of($$ SELECT mcp.create_mcp('{"name": "x", "type": "llm_prompt", "config": {"template": "x"}}') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.create_mcp('{"name": "Prompt", "type": "llm_prompt", "config": {"tmeplate": "x"}}') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.create_mcp('[]') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.create_mcp(NULL) $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.create_mcp('{"name": "Echo", "slug": "errors-echo", "type": "llm_prompt", "config": {"template": "x"}}') $$);

--
-- What does not exist, and what cannot
--
SELECT * FROM pg_temp.error_of($$ SELECT mcp.get_mcp('nobody') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.get_mcp('00000000-0000-0000-0000-000000000000') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.get_mcp('') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.update_mcp('nobody', '{}') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.delete_mcp('nobody') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.add_mcp_version('nobody', '{}') $$);
SELECT * FROM pg_temp.error_of($$ SELECT * FROM mcp.list_mcp_versions('nobody') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.get_mcp_version('errors-echo', '9.9.9') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.get_mcp_version_by_id('00000000-0000-0000-0000-000000000000') $$);
SELECT * FROM pg_temp.error_of($$ SELECT * FROM mcp.list_mcps(skip => -1) $$);

--
-- Changes
--
SELECT * FROM pg_temp.error_of($$ SELECT mcp.update_mcp('errors-echo', '{"name": null}') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.update_mcp('errors-echo', '{"config": {}}') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.update_mcp('errors-echo', '{"type": "llm_prompt"}') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.update_mcp('errors-echo', '{"slug": "other"}') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.update_mcp('errors-echo', '{"nam": "Other"}') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.update_mcp('errors-echo', NULL) $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.update_mcp(NULL, '{}') $$);

--
-- Versions
--
SELECT * FROM pg_temp.error_of($$ SELECT mcp.add_mcp_version('errors-echo', '{}') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.add_mcp_version('errors-echo', '{"version_str": "0.1.0", "config": {"script_content": "y"}}') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.add_mcp_version('errors-echo', '{"version_str": "latest", "config": {"script_content": "y"}}') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.add_mcp_version('errors-echo', '{"version_str": "2.0.0", "config": {"template": "y"}}') $$);
SELECT * FROM pg_temp.error_of($$ UPDATE mcp.mcp_versions SET description = 'changed' $$);

--
-- Deleting what a workflow uses
--
INSERT INTO mcp.workflow_definitions (name, slug, execution_mode, error_handling, steps)
SELECT 'Errors', 'errors-' || n, 'parallel', '{"strategy": "Stop on Error"}',
       jsonb_build_array(jsonb_build_object('step_id', 's', 'mcp_id', mcp.get_mcp('errors-echo') ->> 'id'))
FROM generate_series(1, 7) AS n;
SELECT * FROM pg_temp.error_of($$ SELECT mcp.delete_mcp('errors-echo') $$);
DELETE FROM mcp.workflow_definitions WHERE slug <> 'errors-1' AND slug LIKE 'errors-%';
SELECT * FROM pg_temp.error_of($$ SELECT mcp.delete_mcp('errors-echo') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.delete_mcp('errors-echo', NULL) $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.delete_mcp('errors-echo', true, 77) $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.delete_workflow('errors-1', 77) $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.delete_mcp('errors-echo', force => true) $$);
DELETE FROM mcp.workflow_definitions WHERE slug = 'errors-1';

--
-- Hostile input.  What is no JSON never reaches us.
--
SELECT * FROM pg_temp.error_of($$ SELECT * FROM mcp.validate_mcp('{"name": "a\u0000b"}') $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.get_mcp(E'a\xff') $$);
SELECT * FROM pg_temp.error_of($$ SELECT * FROM mcp.validate_mcp('{"name": "a\ud800"}') $$);
SELECT * FROM pg_temp.error_of($$ SELECT * FROM mcp.validate_mcp('{"name": ') $$);

-- A megabyte in every place; the answer is short.
SELECT p.rule, p.path, p.message, octet_length(concat(p.*)) < 1000 AS is_short
FROM mcp.validate_mcp(jsonb_build_object(
         'name', repeat(E'\u00e4', 1000000),
         'slug', repeat('s', 1000000),
         'type', repeat('t', 1000000),
         'tags', jsonb_build_array(repeat('g', 1000000)),
         'initial_version_str', repeat('1', 1000000),
         repeat('k', 1000000), 1,
         'config', '{}'::jsonb)) AS p;
SELECT * FROM pg_temp.error_of($$ SELECT mcp.get_mcp(repeat('m', 1000000)) $$);
SELECT * FROM pg_temp.error_of($$ SELECT mcp.get_mcp_version('nobody', repeat('v', 1000000)) $$);

-- 10,000 levels, where anything may stand and where nothing may.
SELECT * FROM pg_temp.error_of($$
    SELECT mcp.create_mcp(('{"name": "Deep", "type": "ai_assistant", "config": {"system_prompt": "x", "metadata": {"a": '
        || repeat('[', 10000) || repeat(']', 10000) || '}}}')::jsonb) $$);
SELECT length(mcp.get_mcp('deep') #>> '{latest_version_config,metadata,a}') AS kept;
SELECT mcp.delete_mcp('deep');
SELECT p.rule, p.path, p.message
FROM mcp.validate_mcp((repeat('{"name": ', 10000) || '1' || repeat('}', 10000))::jsonb) AS p;

-- Numbers beyond every type.
SELECT p.rule, p.path, p.message
FROM mcp.validate_mcp('{"name": "Huge", "type": "ai_assistant", "config": {"system_prompt": "x",
         "temperature": 1e131071, "max_tokens": 123456789012345678901234567890, "memory_size": 1e-16383}}') AS p;

-- More problems than anybody reads: 1,000 are kept, and in time.
SET statement_timeout = '20s';
SELECT count(*)
FROM mcp.validate_mcp((SELECT jsonb_object_agg('key' || n, n) FROM generate_series(1, 100000) AS n));
SELECT count(*)
FROM mcp.validate_mcp(jsonb_build_object('tags', (SELECT jsonb_agg('same'::text) FROM generate_series(1, 100000))));
SELECT * FROM pg_temp.error_of($$
    SELECT mcp.create_mcp(jsonb_build_object('tags', (SELECT jsonb_agg(n) FROM generate_series(1, 100000) AS n))) $$);
