-- Runs that were executed elsewhere.

CREATE FUNCTION mcp._record_run(run jsonb)
RETURNS uuid
AS 'MODULE_PATHNAME', 'mcp_record_run'
LANGUAGE C VOLATILE STRICT;

COMMENT ON FUNCTION mcp._record_run(jsonb) IS
'Checks and writes the run for mcp.record_run; its id.';

CREATE FUNCTION mcp.record_run(run jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
STRICT
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    run_id      uuid := mcp._record_run(run);
BEGIN
    -- A statement of its own: get_run is STABLE, and sees what its caller saw.
    RETURN mcp.get_run(run_id);
END
$$;

COMMENT ON FUNCTION mcp.record_run(jsonb) IS
'Records a run that was executed elsewhere, under the rules of ours, and returns it as mcp.get_run does. The document is that of a run: workflow_id (id or slug), workflow_version (the latest), status SUCCESS, FAILED or CANCELLED, started_at, finished_at, inputs, step_results, final_outputs, error_message, run_id (made where absent). Raises MC001 or MC002 for the first problem, 23505 where the run exists.';
