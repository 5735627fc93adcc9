-- Runs: start and cancel.

CREATE FUNCTION mcp._forget_plans()
RETURNS trigger
AS 'MODULE_PATHNAME', 'mcp_forget_plans'
LANGUAGE C VOLATILE;

COMMENT ON FUNCTION mcp._forget_plans() IS
'Tells all sessions that workflow versions which they have compiled may name MCP versions that are gone.';

CREATE TRIGGER forget_plans
    AFTER UPDATE OR DELETE OR TRUNCATE ON mcp.mcp_versions
    FOR EACH STATEMENT
    EXECUTE FUNCTION mcp._forget_plans();

COMMENT ON TRIGGER forget_plans ON mcp.mcp_versions IS
'A workflow may name a version by its string, and a compiled one holds on to what that was. That nothing is deprecated is remembered, too.';

CREATE FUNCTION mcp.start_run(
    workflow        text,
    inputs          jsonb DEFAULT '{}',
    options         jsonb DEFAULT '{}')
RETURNS uuid
AS 'MODULE_PATHNAME', 'mcp_start_run'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.start_run(text, jsonb, jsonb) IS
'Starts a run of the latest version of a workflow (id or slug) and returns its id. inputs is an object that matches the workflow''s input_schema. options may hold queue (text) and priority (-1000 to 1000, higher goes first), else those of the workflow count, else "default" and 0; timeout_seconds, counted from the beginning, instead of the workflow''s; start_at (a time with its zone) or delay_seconds; tags (an object of texts) and traceparent, which are kept with the run; idempotency_key: the same start again with the same key returns the same run, within idempotency_ttl_seconds (a day). MCP versions that the workflow leaves open are pinned now. Part of the caller''s transaction: roll back, and the run never was. Warns where no worker is alive. Raises MC020 for an unknown workflow, MC002 where an MCP is gone, MC001 for inputs or options that are wrong, MC012 where the key was used with other inputs or options.';

CREATE FUNCTION mcp.start_mcp(
    mcp             text,
    inputs          jsonb DEFAULT '{}',
    options         jsonb DEFAULT '{}')
RETURNS uuid
AS 'MODULE_PATHNAME', 'mcp_start_mcp'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.start_mcp(text, jsonb, jsonb) IS
'Starts a run of the latest version of one MCP (id or slug): one step, which takes the inputs as they are. Otherwise as mcp.start_run.';

CREATE FUNCTION mcp.start_runs(runs jsonb[])
RETURNS uuid[]
AS 'MODULE_PATHNAME', 'mcp_start_runs'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.start_runs(jsonb[]) IS
'Starts up to 10,000 runs, all or none, and returns their ids in order. Each document is {workflow or mcp: id or slug, inputs, options}, as of mcp.start_run and mcp.start_mcp; the path of a problem begins with the place of its document, from 0: $[3].options.queue.';

CREATE FUNCTION mcp.cancel_run(run uuid, reason text DEFAULT NULL)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_cancel_run'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_bitmapscan = off
SET jit = off;

COMMENT ON FUNCTION mcp.cancel_run(uuid, text) IS
'Ends a run as CANCELLED, with the reason as its error message, and returns it as mcp.get_run does. What its steps are doing is stopped by their workers, which hear of it through NOTIFY mcp_run; results that come later are refused. Raises MC020 for an unknown run, MC010 for one that has ended.';
