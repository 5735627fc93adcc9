-- Rows whose time is over whatever the retention of their run: what expires by
-- itself, and what served a run only while it lived.
--
-- Each kind in a statement of its own and up to so many rows of it: what has piled up
-- of one takes no turn from the others.

-- A run that is over takes no signal any more.
CREATE FUNCTION mcp._delete_expired(max_rows integer)
RETURNS integer
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    gone        integer;
    total       integer := 0;
BEGIN
    DELETE FROM mcp.step_cache AS c
    WHERE c.key IN (
        SELECT e.key
        FROM mcp.step_cache AS e
        WHERE e.expires_at <= now()
        ORDER BY e.expires_at
        LIMIT max_rows
        FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS gone = ROW_COUNT;
    total := total + gone;
    -- Times that wait are not history yet.
    DELETE FROM mcp.schedule_fires AS f
    WHERE (f.schedule_id, f.scheduled_at) IN (
        SELECT e.schedule_id, e.scheduled_at
        FROM mcp.schedule_fires AS e
        WHERE e.fired_at < now() - interval '30 days'
          AND e.outcome <> 'queued'
        ORDER BY e.fired_at
        LIMIT max_rows);
    GET DIAGNOSTICS gone = ROW_COUNT;
    total := total + gone;
    DELETE FROM mcp.signals AS s
    WHERE (s.run_id, s.signal_id) IN (
        SELECT e.run_id, e.signal_id
        FROM mcp.signals AS e
        WHERE NOT EXISTS (SELECT FROM mcp.live_runs AS l WHERE l.run_id = e.run_id)
        LIMIT max_rows);
    GET DIAGNOSTICS gone = ROW_COUNT;
    total := total + gone;
    DELETE FROM mcp.idempotency_keys AS k
    WHERE (k.target_id, k.key) IN (
        SELECT e.target_id, e.key
        FROM mcp.idempotency_keys AS e
        WHERE e.expires_at <= now()
        ORDER BY e.expires_at
        LIMIT max_rows
        FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS gone = ROW_COUNT;
    total := total + gone;
    DELETE FROM mcp.kept_answers AS k
    WHERE (k.actor, k.application, k.key) IN (
        SELECT e.actor, e.application, e.key
        FROM mcp.kept_answers AS e
        WHERE e.expires_at <= now()
        ORDER BY e.expires_at
        LIMIT max_rows
        FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS gone = ROW_COUNT;
    total := total + gone;
    -- Whoever was to see them has: the result of the step has all of the text.
    DELETE FROM mcp.run_events AS v
    WHERE (v.run_id, v.event_id) IN (
        SELECT e.run_id, e.event_id
        FROM mcp.run_events AS e
        WHERE e.kind = 'tokens'
          AND e.recorded_at < now() - interval '1 day'
        LIMIT max_rows);
    GET DIAGNOSTICS gone = ROW_COUNT;
    total := total + gone;
    -- What assistants said on their way: what came of it is history.
    DELETE FROM mcp.tool_calls AS c
    WHERE (c.run_id, c.step_ordinal, c.round, c.place) IN (
        SELECT e.run_id, e.step_ordinal, e.round, e.place
        FROM mcp.tool_calls AS e
        WHERE NOT EXISTS (SELECT FROM mcp.live_runs AS l WHERE l.run_id = e.run_id)
        LIMIT max_rows);
    GET DIAGNOSTICS gone = ROW_COUNT;
    total := total + gone;
    DELETE FROM mcp.assistant_rounds AS r
    WHERE (r.run_id, r.step_ordinal, r.round) IN (
        SELECT e.run_id, e.step_ordinal, e.round
        FROM mcp.assistant_rounds AS e
        WHERE NOT EXISTS (SELECT FROM mcp.live_runs AS l WHERE l.run_id = e.run_id)
        LIMIT max_rows);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN total + gone + mcp._delete_old_memory(max_rows);
END
$$;

COMMENT ON FUNCTION mcp._delete_expired(integer) IS
'Deletes cached results, idempotency keys and kept answers that have expired, fires of schedules older than 30 days, signals and rounds of assistants of runs that are over, what assistants were to remember for so long, and tokens older than a day; how many rows.';
