-- The tools of assistants, and the calls of them in steps that are under way.

-- They live as long as the run does: what became of it then stands in the result of
-- the step, and in the runs of the tools.
CREATE TABLE mcp.tool_calls (
    run_id          uuid        NOT NULL,
    step_ordinal    integer     NOT NULL,
    round           integer     NOT NULL,
    place           integer     NOT NULL,
    call_id         text        NOT NULL,
    tool            text        NOT NULL,
    arguments       jsonb,
    child_run_id    uuid,
    is_error        boolean,
    content         text,
    PRIMARY KEY (run_id, step_ordinal, round, place)
);

CREATE INDEX tool_calls_child
    ON mcp.tool_calls (child_run_id)
    WHERE child_run_id IS NOT NULL;

COMMENT ON TABLE mcp.tool_calls IS
'The calls of tools in steps that are under way. A call is written with the run that it starts, in one transaction: it runs once, whoever crashes.';
COMMENT ON COLUMN mcp.tool_calls.run_id IS 'Whose step called.';
COMMENT ON COLUMN mcp.tool_calls.step_ordinal IS 'The place of the step in the list, from 0, or of an item behind them.';
COMMENT ON COLUMN mcp.tool_calls.round IS 'Which answer called, from 1.';
COMMENT ON COLUMN mcp.tool_calls.place IS 'Which call of the answer, from 0.';
COMMENT ON COLUMN mcp.tool_calls.call_id IS 'How the model names the call.';
COMMENT ON COLUMN mcp.tool_calls.tool IS 'The name of the tool, as the model gave it.';
COMMENT ON COLUMN mcp.tool_calls.arguments IS 'What the tool gets as its inputs.';
COMMENT ON COLUMN mcp.tool_calls.child_run_id IS 'The run that was started for it; null: it could not be made.';
COMMENT ON COLUMN mcp.tool_calls.is_error IS 'Whether the tool failed; null: it is under way.';
COMMENT ON COLUMN mcp.tool_calls.content IS 'What the model is told of the result.';

SELECT pg_catalog.pg_extension_config_dump('mcp.tool_calls', '');

-- Names as providers take them: letters, digits, "_" and "-", at most 64.
CREATE FUNCTION mcp._tool_name(name text)
RETURNS text
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT left(regexp_replace(name, '[^a-zA-Z0-9_-]', '_', 'g'), 64)
$$;

COMMENT ON FUNCTION mcp._tool_name(text) IS
'The name of a tool as a model is told it.';

-- What a tool's parameters are where its config does not say: what its target takes.
CREATE FUNCTION mcp._parameters_of_mcp(mcp_id uuid)
RETURNS jsonb
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(
        v.input_schema,
        (SELECT jsonb_build_object(
                    'type', 'object',
                    'properties', jsonb_object_agg(i.name, '{}'::jsonb),
                    'required', jsonb_agg(i.name))
         FROM jsonb_array_elements_text(
                  CASE jsonb_typeof(v.config_snapshot -> 'input_variables')
                      WHEN 'array' THEN v.config_snapshot -> 'input_variables'
                  END) AS i (name)
         HAVING count(*) > 0))
    FROM mcp.mcp_definitions AS d
    JOIN mcp.mcp_versions AS v
      ON v.mcp_id = d.id
     AND v.version_str = d.latest_version_str
    WHERE d.id = _parameters_of_mcp.mcp_id
$$;

COMMENT ON FUNCTION mcp._parameters_of_mcp(uuid) IS
'The JSON Schema of the inputs of an MCP, as its latest version tells; null where it does not.';

-- A tool stands for the MCP or workflow that it names; where it names none, for that
-- which its own name is the id or the slug of.
CREATE FUNCTION mcp._assistant_tools(version_id uuid)
RETURNS TABLE (name text, description text, parameters jsonb, mcp_id uuid, workflow_id uuid)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
        WITH tools AS (
            SELECT DISTINCT ON (t.wire_name) t.*
            FROM (
                SELECT mcp._tool_name(e.tool ->> 'name') AS wire_name,
                       e.tool,
                       e.nth,
                       btrim(lower(regexp_replace(e.tool ->> 'name', '[^a-zA-Z0-9]+', '-', 'g')), '-') AS slug
                FROM mcp.mcp_versions AS v
                CROSS JOIN LATERAL jsonb_array_elements(
                    CASE jsonb_typeof(v.config_snapshot -> 'tools')
                        WHEN 'array' THEN v.config_snapshot -> 'tools'
                    END) WITH ORDINALITY AS e (tool, nth)
                WHERE v.id = version_id) AS t
            ORDER BY t.wire_name, t.nth
        ), targets AS (
            SELECT t.*, m.id AS target_mcp, w.workflow_id AS target_workflow
            FROM tools AS t
            LEFT JOIN LATERAL (
                SELECT d.id
                FROM mcp.mcp_definitions AS d
                WHERE t.tool ->> 'workflow' IS NULL
                  AND (d.id::text = coalesce(t.tool ->> 'mcp', t.tool ->> 'name')
                       OR d.slug = coalesce(t.tool ->> 'mcp', t.slug))
                ORDER BY d.slug
                LIMIT 1) AS m ON true
            LEFT JOIN LATERAL (
                SELECT d.workflow_id
                FROM mcp.workflow_definitions AS d
                WHERE t.tool ->> 'mcp' IS NULL
                  AND m.id IS NULL
                  AND (d.workflow_id::text = coalesce(t.tool ->> 'workflow', t.tool ->> 'name')
                       OR d.slug = coalesce(t.tool ->> 'workflow', t.slug))
                ORDER BY d.slug
                LIMIT 1) AS w ON true
        )
        SELECT t.wire_name,
               coalesce(t.tool ->> 'description', d.description, w.description),
               coalesce(
                   CASE WHEN jsonb_typeof(t.tool -> 'parameters') = 'object' THEN t.tool -> 'parameters' END,
                   mcp._parameters_of_mcp(t.target_mcp),
                   (SELECT v.definition -> 'input_schema'
                    FROM mcp.workflow_versions AS v
                    WHERE v.workflow_id = t.target_workflow
                      AND v.version = w.latest_version),
                   '{"type": "object"}'),
               t.target_mcp,
               t.target_workflow
        FROM targets AS t
        LEFT JOIN mcp.mcp_definitions AS d ON d.id = t.target_mcp
        LEFT JOIN mcp.workflow_definitions AS w ON w.workflow_id = t.target_workflow
        ORDER BY t.nth;
END
$$;

COMMENT ON FUNCTION mcp._assistant_tools(uuid) IS
'The tools of a version of an assistant, as its model is told them, and what each stands for.';

-- A schema that cannot be used is the fault of who wrote it: the model is told.
CREATE FUNCTION mcp._check_tool_call(parameters jsonb, arguments jsonb)
RETURNS text
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    complaint   text;
BEGIN
    IF jsonb_typeof(arguments) IS DISTINCT FROM 'object' THEN
        RETURN 'the arguments must be a JSON object';
    END IF;
    SELECT string_agg(concat(e.instance_path, ': ', e.message), '; ')
    INTO complaint
    FROM mcp.json_schema_errors(parameters, arguments) AS e;
    RETURN 'the arguments do not match the tool''s parameters: ' || complaint;
EXCEPTION
    WHEN OTHERS THEN
        RETURN concat('the parameters of the tool are no JSON Schema that can be used: ', SQLERRM);
END
$$;

COMMENT ON FUNCTION mcp._check_tool_call(jsonb, jsonb) IS
'What is wrong with the arguments of a call, or null.';

CREATE FUNCTION mcp._read_tool_calls(version_id uuid, calls jsonb)
RETURNS TABLE (call_id text, tool text, arguments jsonb, mcp_id uuid, workflow_id uuid, error text)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
        WITH tools AS MATERIALIZED (
            SELECT *
            FROM mcp._assistant_tools(version_id)
        )
        SELECT coalesce(c.call ->> 'id', ''),
               coalesce(c.call ->> 'name', ''),
               coalesce(c.call -> 'arguments', '{}'),
               t.mcp_id,
               t.workflow_id,
               CASE
                   WHEN t.name IS NULL THEN
                       concat('there is no tool "', c.call ->> 'name', '"; those that there are: ',
                              coalesce((SELECT string_agg(n.name, ', ') FROM tools AS n), 'none'))
                   WHEN t.mcp_id IS NULL AND t.workflow_id IS NULL THEN
                       concat('the tool "', t.name, '" cannot be called: it names no MCP and no workflow that exists')
                   ELSE
                       mcp._check_tool_call(t.parameters, coalesce(c.call -> 'arguments', '{}'))
               END
        FROM jsonb_array_elements(calls) WITH ORDINALITY AS c (call, nth)
        LEFT JOIN tools AS t ON t.name = c.call ->> 'name'
        ORDER BY c.nth;
END
$$;

COMMENT ON FUNCTION mcp._read_tool_calls(uuid, jsonb) IS
'The calls of an answer, what each is of, and what is wrong with it, if anything is.';

-- What a model is told of a run: no more than it can take.
CREATE FUNCTION mcp._tool_content(outputs jsonb)
RETURNS text
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE
               WHEN length(c.content) > 50000
               THEN concat(left(c.content, 50000), E'\n[cut: it has ', length(c.content), ' characters]')
               ELSE c.content
           END
    FROM (SELECT CASE jsonb_typeof(outputs)
                     WHEN 'string' THEN outputs #>> '{}'
                     ELSE coalesce(outputs, 'null')::text
                 END) AS c (content)
$$;

COMMENT ON FUNCTION mcp._tool_content(jsonb) IS
'The result of a tool as text.';

-- Where the run of a call failed and its fallback goes on, that one counts: it may
-- have ended meanwhile, so whoever is told of it looks again.
CREATE FUNCTION mcp._settle_tool_calls(
    run             uuid,
    step_ordinal    integer,
    OUT is_over     boolean,
    OUT is_followed boolean)
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE mcp.tool_calls AS c
    SET child_run_id = f.fallback_run_id
    FROM mcp.finished_runs AS f
    WHERE c.run_id = run
      AND c.step_ordinal = _settle_tool_calls.step_ordinal
      AND c.is_error IS NULL
      AND f.run_id = c.child_run_id
      AND f.status = 'FAILED'
      AND f.fallback_run_id IS NOT NULL;
    is_followed := FOUND;
    UPDATE mcp.tool_calls AS c
    SET is_error = f.status IS DISTINCT FROM 'SUCCESS',
        content = CASE
                      WHEN f.status = 'SUCCESS' THEN mcp._tool_content(f.outputs)
                      ELSE left(coalesce(f.error_message, 'the run was ' || lower(f.status), 'the run is gone'), 50000)
                  END
    FROM mcp.tool_calls AS o
    LEFT JOIN mcp.workflow_runs AS f ON f.run_id = o.child_run_id
    WHERE o.run_id = run
      AND o.step_ordinal = _settle_tool_calls.step_ordinal
      AND o.is_error IS NULL
      AND (f.run_id IS NULL OR f.status IN ('SUCCESS', 'FAILED', 'CANCELLED'))
      AND c.run_id = o.run_id
      AND c.step_ordinal = o.step_ordinal
      AND c.round = o.round
      AND c.place = o.place;
    is_over := NOT EXISTS (
        SELECT
        FROM mcp.tool_calls AS c
        WHERE c.run_id = run
          AND c.step_ordinal = _settle_tool_calls.step_ordinal
          AND c.is_error IS NULL);
END
$$;

COMMENT ON FUNCTION mcp._settle_tool_calls(uuid, integer) IS
'Keeps what became of the runs of a step''s tool calls. is_over: all have ended; is_followed: a fallback goes on in the place of one.';
