-- Rows of runs that have ended.  The end of a run takes away those whose place its
-- state tells; to look for others then would cost each run a search, so they wait
-- until maintain() comes by, or until their time or their turn has come.

-- Left are: steps that were READY when their run ended, where no worker takes from
-- their queue; the beginning and the time limit of a run that was to begin later.
-- The timer that gives away the place of a run (-4) is of one that has ended.
CREATE FUNCTION mcp._delete_leftovers(max_rows integer)
RETURNS integer
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    gone        integer;
    total       integer := 0;
BEGIN
    DELETE FROM mcp.timers AS t
    WHERE (t.due_at, t.run_id, t.step_ordinal) IN (
        SELECT e.due_at, e.run_id, e.step_ordinal
        FROM mcp.timers AS e
        WHERE e.step_ordinal <> -4
          AND NOT EXISTS (SELECT FROM mcp.live_runs AS l WHERE l.run_id = e.run_id)
        LIMIT max_rows
        FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS gone = ROW_COUNT;
    total := total + gone;
    DELETE FROM mcp.ready_steps AS r
    WHERE (r.queue, r.priority, r.ready_at, r.run_id, r.step_ordinal) IN (
        SELECT e.queue, e.priority, e.ready_at, e.run_id, e.step_ordinal
        FROM mcp.ready_steps AS e
        WHERE NOT EXISTS (SELECT FROM mcp.live_runs AS l WHERE l.run_id = e.run_id)
        LIMIT max_rows
        FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN total + gone;
END
$$;

COMMENT ON FUNCTION mcp._delete_leftovers(integer) IS
'Deletes timers and waiting steps of runs that have ended; how many rows.';
