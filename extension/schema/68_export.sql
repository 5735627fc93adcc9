-- Definitions written out as the documents that they can be made of again.

CREATE FUNCTION mcp._export_mcp(id uuid)
RETURNS jsonb
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_strip_nulls(jsonb_build_object(
               'name', d.name,
               'slug', d.slug,
               'type', d.type,
               'description', d.description,
               'tags', to_jsonb(d.tags),
               'initial_version_str', d.latest_version_str))
           || jsonb_build_object('initial_config', v.config_snapshot)
           || CASE WHEN v.input_schema IS NULL THEN '{}'
                   ELSE jsonb_build_object('input_schema', v.input_schema) END
           || CASE WHEN v.output_schema IS NULL THEN '{}'
                   ELSE jsonb_build_object('output_schema', v.output_schema) END
    FROM mcp.mcp_definitions AS d
    JOIN mcp.mcp_versions AS v
      ON v.mcp_id = d.id
     AND v.version_str = d.latest_version_str
    WHERE d.id = $1
$$;

COMMENT ON FUNCTION mcp._export_mcp(uuid) IS
'The MCP with its latest version, as create_mcp takes it.';

-- What a step names by its id is named by its slug, which is the same elsewhere.
CREATE FUNCTION mcp._export_step(step jsonb)
RETURNS jsonb
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT step - 'workflow_id'
           - CASE WHEN step -> 'mcp_version_id' = 'null' THEN 'mcp_version_id' ELSE '' END
           - CASE WHEN step -> 'depends_on' = '[]' THEN 'depends_on' ELSE '' END
           - CASE WHEN step -> 'inputs' = '{}' THEN 'inputs' ELSE '' END
           || CASE WHEN step ->> 'mcp_id' IS NULL THEN '{}'
                   ELSE jsonb_build_object('mcp_id', coalesce(
                       (SELECT d.slug FROM mcp.mcp_definitions AS d
                        WHERE d.id = (step ->> 'mcp_id')::uuid), step ->> 'mcp_id')) END
           || CASE WHEN step ->> 'workflow_id' IS NULL THEN '{}'
                   ELSE jsonb_build_object('workflow', coalesce(
                       (SELECT w.slug FROM mcp.workflow_definitions AS w
                        WHERE w.workflow_id = (step ->> 'workflow_id')::uuid), step ->> 'workflow_id')) END
$$;

COMMENT ON FUNCTION mcp._export_step(jsonb) IS
'A step in its normal form, with slugs for ids and without what says nothing.';

CREATE FUNCTION mcp._export_workflow(id uuid)
RETURNS jsonb
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT (v.definition
            - CASE WHEN d.description IS NULL THEN 'description' ELSE '' END)
           || jsonb_build_object(
               'slug', d.slug,
               'error_handling', jsonb_strip_nulls(d.error_handling)
                   || CASE WHEN d.error_handling ->> 'fallback_workflow_id' IS NULL THEN '{}'
                           ELSE jsonb_build_object('fallback_workflow_id', coalesce(
                               (SELECT f.slug FROM mcp.workflow_definitions AS f
                                WHERE f.workflow_id = (d.error_handling ->> 'fallback_workflow_id')::uuid),
                               d.error_handling ->> 'fallback_workflow_id')) END,
               'steps', coalesce(
                   (SELECT jsonb_agg(mcp._export_step(s.step) ORDER BY s.place)
                    FROM jsonb_array_elements(d.steps) WITH ORDINALITY AS s (step, place)), '[]'))
    FROM mcp.workflow_definitions AS d
    JOIN mcp.workflow_versions AS v
      ON v.workflow_id = d.workflow_id
     AND v.version = d.latest_version
    WHERE d.workflow_id = $1
$$;

COMMENT ON FUNCTION mcp._export_workflow(uuid) IS
'The latest version of the workflow, as create_workflow takes it.';

CREATE FUNCTION mcp._export_schedule(id uuid)
RETURNS jsonb
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_object_agg(m.key, m.value)
           || jsonb_build_object('workflow', coalesce(
               (SELECT w.slug FROM mcp.workflow_definitions AS w
                WHERE w.workflow_id = (s.schedule ->> 'workflow_id')::uuid),
               s.schedule ->> 'workflow_id'))
    FROM (SELECT mcp.get_schedule($1::text)) AS s (schedule),
         jsonb_each(s.schedule) AS m
    WHERE m.key IN ('name', 'slug', 'description', 'cron', 'interval', 'anchor', 'time_zone', 'inputs',
                    'options', 'overlap', 'catch_up', 'catch_up_limit', 'jitter_seconds')
      AND m.value <> 'null'
    GROUP BY s.schedule
$$;

COMMENT ON FUNCTION mcp._export_schedule(uuid) IS
'The schedule, as create_schedule takes it. Whether it is paused is how things stand, and is left out.';

CREATE FUNCTION mcp._export(kind text, id uuid)
RETURNS jsonb
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE kind
               WHEN 'mcp' THEN mcp._export_mcp(id)
               WHEN 'workflow' THEN mcp._export_workflow(id)
               ELSE mcp._export_schedule(id)
           END
$$;

COMMENT ON FUNCTION mcp._export(text, uuid) IS
'A definition of that kind as a document.';

CREATE FUNCTION mcp.export_definition(kind text, name text)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    CASE kind
        WHEN 'mcp' THEN
            RETURN mcp._export_mcp((mcp.get_mcp(name) ->> 'id')::uuid);
        WHEN 'workflow' THEN
            RETURN mcp._export_workflow((mcp.get_workflow(name) ->> 'id')::uuid);
        WHEN 'schedule' THEN
            RETURN mcp._export_schedule((mcp.get_schedule(name) ->> 'id')::uuid);
        ELSE
            RAISE EXCEPTION 'unknown kind of definition: %', coalesce(quote_literal(left(kind, 100)), 'NULL')
                USING ERRCODE = 'invalid_parameter_value',
                      HINT = 'There are mcp, workflow and schedule.';
    END CASE;
END
$$;

COMMENT ON FUNCTION mcp.export_definition(text, text) IS
'An MCP, a workflow or a schedule (kind: mcp, workflow, schedule) by its id or slug, as the document that mcp.apply takes: slugs stand for ids, and applying it changes nothing. Example: SELECT mcp.export_definition(''workflow'', ''join'').';
