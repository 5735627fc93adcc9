-- What a monitor reads, in the text form of Prometheus: the queue, and who works.
--
-- Only hot tables are read, which stay small whatever the history holds.

CREATE FUNCTION mcp._metric(
    name            text,
    help            text,
    label           text,
    samples         jsonb)
RETURNS text
LANGUAGE sql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format(E'# HELP %s %s\n# TYPE %s gauge\n', name, help, name)
        || coalesce(string_agg(
               name
               || coalesce('{' || label || '="'
                           || replace(replace(replace(s.key, '\', '\\'), '"', '\"'), E'\n', '\n')
                           || '"}', '')
               || ' ' || (s.value #>> '{}') || E'\n',
               '' ORDER BY s.key), '')
    FROM jsonb_each(coalesce(samples, '{}')) AS s
$$;

COMMENT ON FUNCTION mcp._metric(text, text, text, jsonb) IS
'A gauge in the text form of Prometheus: samples by the value of a label, or one without.';

CREATE FUNCTION mcp.metrics()
RETURNS text
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    WITH queues AS (
        SELECT r.queue, count(*) AS depth, min(r.ready_at) AS oldest
        FROM mcp.ready_steps AS r
        GROUP BY r.queue
    ), live AS (
        SELECT s.status, count(l.run_id) AS runs
        FROM unnest(ARRAY['PENDING', 'RUNNING', 'PAUSED']) AS s(status)
        LEFT JOIN mcp.live_runs AS l USING (status)
        GROUP BY s.status
    )
    SELECT mcp._metric('mcp_queue_depth', 'Steps that wait for a worker.', 'queue',
                       (SELECT jsonb_object_agg(queue, depth) FROM queues))
        || mcp._metric('mcp_queue_age_seconds', 'How long the first of them has waited.', 'queue',
                       (SELECT jsonb_object_agg(queue, round(greatest(0, extract(epoch FROM clock_timestamp() - oldest)), 3))
                        FROM queues))
        || mcp._metric('mcp_live_runs', 'Runs that have not ended.', 'status',
                       (SELECT jsonb_object_agg(status, runs) FROM live))
        || mcp._metric('mcp_live_workers', 'Workers whose lease has not run out.', NULL,
                       (SELECT jsonb_build_object('', count(*))
                        FROM mcp.workers AS w
                        WHERE w.lease_until > clock_timestamp()))
$$;

COMMENT ON FUNCTION mcp.metrics() IS
'Depth and age of the queues, live runs and live workers, in the text form of Prometheus. GET /metrics has them beside the daemon''s own.';
