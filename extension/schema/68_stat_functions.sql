-- The numbers of the views, for roles that have no table.

CREATE FUNCTION mcp.list_run_stats()
RETURNS SETOF mcp.stat_runs
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
        SELECT s.*
        FROM mcp.stat_runs AS s
        ORDER BY s.workflow, s.workflow_id;
END
$$;

COMMENT ON FUNCTION mcp.list_run_stats() IS
'One row for each workflow, as in the view mcp.stat_runs: its live runs by status, those of the last day by how they ended, and how long they took.';

CREATE FUNCTION mcp.list_step_stats(workflow text DEFAULT NULL)
RETURNS SETOF mcp.stat_steps
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wanted      uuid := CASE WHEN workflow IS NOT NULL
                             THEN (mcp.get_workflow(workflow) ->> 'workflow_id')::uuid END;
BEGIN
    RETURN QUERY
        SELECT s.*
        FROM mcp.stat_steps AS s
        WHERE wanted IS NULL
           OR s.workflow_id = wanted
        ORDER BY s.workflow, s.workflow_id, s.step_ordinal;
END
$$;

COMMENT ON FUNCTION mcp.list_step_stats(text) IS
'One row for each step of a workflow (id or slug; NULL: of all), as in the view mcp.stat_steps: the attempts of the last day''s runs, how they ended and how long they took. Raises MC020 for an unknown workflow.';

CREATE FUNCTION mcp.list_queue_stats()
RETURNS SETOF mcp.stat_queues
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
        SELECT s.*
        FROM mcp.stat_queues AS s
        ORDER BY s.queue;
END
$$;

COMMENT ON FUNCTION mcp.list_queue_stats() IS
'One row for each queue with live runs, as in the view mcp.stat_queues: what waits in it, what workers have of it, whether one is alive for it.';

CREATE FUNCTION mcp.list_stuck_runs(skip integer DEFAULT 0, max_rows integer DEFAULT 100)
RETURNS SETOF mcp.stuck_runs
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM mcp._check_page(skip, max_rows);
    RETURN QUERY
        SELECT s.*
        FROM mcp.stuck_runs AS s
        ORDER BY s.run_id
        OFFSET skip
        LIMIT max_rows;
END
$$;

COMMENT ON FUNCTION mcp.list_stuck_runs(integer, integer) IS
'Live runs that nothing moves on, and why, the oldest first, as in the view mcp.stuck_runs; mcp.why_waiting says more of each.';
