-- Workflows: define, check, read, change, delete, explain.
--
-- An argument `workflow` is an id or a slug.  One that does not exist raises MC020,
-- whether or not it could be an id.

CREATE FUNCTION mcp.create_workflow(definition jsonb)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_create_workflow'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.create_workflow(jsonb) IS
'Defines a workflow with its first version and returns it as mcp.get_workflow does. Takes {name, slug, description, execution_mode, error_handling, steps, input_schema, outputs, timeout_seconds, queue, priority, concurrency, retention_days}; raises the first problem of mcp.validate_workflow.';

CREATE FUNCTION mcp.validate_workflow(definition jsonb, workflow text DEFAULT NULL)
RETURNS TABLE (sqlstate text, rule text, path text, message text, hint text)
AS 'MODULE_PATHNAME', 'mcp_validate_workflow'
LANGUAGE C STABLE PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.validate_workflow(jsonb, text) IS
'All that is wrong with a definition for mcp.create_workflow, or, where a workflow is given, for mcp.update_workflow of that one; one problem to a row, and no row, no problem.';

CREATE FUNCTION mcp.get_workflow(workflow text)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_get_workflow'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.get_workflow(text) IS
'One workflow, by id or slug: {workflow_id, id (the same), name, slug, description, execution_mode, error_handling, steps, version, created_at, updated_at}, and input_schema, outputs, timeout_seconds, queue, priority, concurrency, retention_days where the workflow says them.';

CREATE FUNCTION mcp._find_workflow(workflow text)
RETURNS uuid
AS 'MODULE_PATHNAME', 'mcp_find_workflow'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED;

COMMENT ON FUNCTION mcp._find_workflow(text) IS
'The id of a workflow, by id or slug.';

CREATE FUNCTION mcp.list_workflows(
    query           text        DEFAULT NULL,
    skip            integer     DEFAULT 0,
    max_rows        integer     DEFAULT 100,
    after           uuid        DEFAULT NULL
)
RETURNS TABLE (
    workflow_id     uuid,
    name            text,
    slug            text,
    description     text,
    execution_mode  text,
    error_handling  jsonb,
    steps           jsonb,
    version         integer,
    created_at      timestamptz,
    updated_at      timestamptz
)
LANGUAGE plpgsql
STABLE
PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM mcp._check_page(skip, max_rows);
    RETURN QUERY
    SELECT d.workflow_id, d.name, d.slug, d.description, d.execution_mode,
           d.error_handling, d.steps, d.latest_version, d.created_at, d.updated_at
    FROM mcp.workflow_definitions AS d
    WHERE (query IS NULL
           OR position(lower(query) IN lower(d.name)) > 0
           OR position(lower(query) IN d.slug) > 0
           OR position(lower(query) IN lower(d.description)) > 0)
      AND (after IS NULL OR d.workflow_id > after)
    ORDER BY d.workflow_id
    OFFSET skip
    LIMIT max_rows;
END
$$;

COMMENT ON FUNCTION mcp.list_workflows(text, integer, integer, uuid) IS
'Workflows in the order they were made: those with the query in name, slug or description (case does not matter), or all; those behind the id after.';

CREATE FUNCTION mcp.update_workflow(
    workflow        text,
    definition      jsonb,
    expected_version integer    DEFAULT NULL
)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_update_workflow'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.update_workflow(text, jsonb, integer) IS
'Raises MC022, and changes nothing, where expected_version is given and is not the latest. Changes a workflow: the keys given replace those of the latest version, the rest stays, and the whole becomes the next version, which runs follow that start from then on. Where nothing is different there is no new version. Returns it as mcp.get_workflow does.';

CREATE FUNCTION mcp.delete_workflow(
    workflow        text,
    expected_version integer    DEFAULT NULL
)
RETURNS void
AS 'MODULE_PATHNAME', 'mcp_delete_workflow'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.delete_workflow(text, integer) IS
'Deletes a workflow; its versions and its runs stay readable, and runs that live go on. While another workflow runs it, as a step or a fallback, this raises MC021. Raises MC022 where expected_version is given and is not the latest.';

CREATE FUNCTION mcp.list_workflow_versions(workflow text)
RETURNS TABLE (
    version         integer,
    definition      jsonb,
    created_at      timestamptz
)
LANGUAGE plpgsql
STABLE
STRICT
PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    -- Found first: a join would never ask where no version is.
    wanted CONSTANT uuid := mcp._find_workflow($1);
BEGIN
    RETURN QUERY
    SELECT v.version, v.definition, v.created_at
    FROM mcp.workflow_versions AS v
    WHERE v.workflow_id = wanted
    ORDER BY v.version DESC;
END
$$;

COMMENT ON FUNCTION mcp.list_workflow_versions(text) IS
'The versions of a workflow in their normal form, the newest first.';

CREATE FUNCTION mcp.explain_workflow(workflow text)
RETURNS TABLE (
    level           integer,
    step_id         text,
    name            text,
    waits_for       text[],
    is_critical     boolean,
    kind            text,
    remarks         text[]
)
AS 'MODULE_PATHNAME', 'mcp_explain_workflow'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.explain_workflow(text) IS
'How a workflow will run, one row to a step. Level 1 starts at once, a later level when the steps in waits_for are done; in sequential mode every step waits for the one before it. A step is critical if it lies on a longest chain of steps: a run is done no sooner than those. kind is mcp, workflow or wait; remarks say in words what else the step says: its condition, its items, its attempts.';
