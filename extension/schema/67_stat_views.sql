-- Numbers, for those who watch the whole: runs, steps, queues, workers.
--
-- What has ended is counted over the last day: ids hold the time of their run's
-- start, so that this is a range of the key, whatever history there is.

CREATE VIEW mcp.stat_runs AS
SELECT r.workflow_id,
       max(d.slug) AS workflow,
       count(*) FILTER (WHERE r.status = 'PENDING') AS pending,
       count(*) FILTER (WHERE r.status = 'RUNNING') AS running,
       count(*) FILTER (WHERE r.status = 'PAUSED') AS paused,
       count(*) FILTER (WHERE r.status = 'SUCCESS') AS succeeded,
       count(*) FILTER (WHERE r.status = 'FAILED') AS failed,
       count(*) FILTER (WHERE r.status = 'CANCELLED') AS cancelled,
       percentile_cont(0.5) WITHIN GROUP (
           ORDER BY extract(epoch FROM r.finished_at - r.created_at)) AS median_seconds,
       percentile_cont(0.95) WITHIN GROUP (
           ORDER BY extract(epoch FROM r.finished_at - r.created_at)) AS p95_seconds,
       min(r.created_at) FILTER (WHERE r.finished_at IS NULL) AS oldest_live_at
FROM mcp.workflow_runs AS r
LEFT JOIN mcp.workflow_definitions AS d USING (workflow_id)
WHERE r.status IN ('PENDING', 'RUNNING', 'PAUSED')
   OR r.run_id >= mcp.uuid_v7_floor(now() - interval '1 day')
GROUP BY r.workflow_id;

COMMENT ON VIEW mcp.stat_runs IS
'One row for each workflow (null: runs of single MCPs): its live runs by status, those of the last day by how they ended, and how long they took from start to end.';

CREATE VIEW mcp.stat_steps AS
SELECT r.workflow_id,
       max(d.slug) AS workflow,
       s.step_ordinal,
       max(s.step_id) AS step_id,
       count(*) AS attempts,
       count(*) FILTER (WHERE s.status = 'SUCCESS') AS succeeded,
       count(*) FILTER (WHERE s.status = 'FAILED') AS failed,
       count(*) FILTER (WHERE s.status = 'SKIPPED') AS skipped,
       count(*) FILTER (WHERE s.attempt > 1) AS repeated,
       percentile_cont(0.5) WITHIN GROUP (
           ORDER BY extract(epoch FROM s.finished_at - s.started_at)) AS median_seconds,
       percentile_cont(0.95) WITHIN GROUP (
           ORDER BY extract(epoch FROM s.finished_at - s.started_at)) AS p95_seconds,
       (array_agg(s.error ORDER BY s.finished_at DESC)
           FILTER (WHERE s.error IS NOT NULL))[1] AS last_error
FROM mcp.step_runs AS s
JOIN mcp.workflow_runs AS r USING (run_id)
LEFT JOIN mcp.workflow_definitions AS d USING (workflow_id)
WHERE s.run_id >= mcp.uuid_v7_floor(now() - interval '1 day')
  AND NOT EXISTS (
          SELECT
          FROM mcp.step_details AS x
          WHERE x.run_id = s.run_id
            AND x.step_ordinal = s.step_ordinal
            AND x.attempt = s.attempt
            AND x.reused_from IS NOT NULL)
GROUP BY r.workflow_id, s.step_ordinal;

COMMENT ON VIEW mcp.stat_steps IS
'One row for each step of each workflow: the attempts of the last day''s runs that have ended, how, and how long they took.';

CREATE VIEW mcp.stat_queues AS
SELECT q.queue,
       sum(q.ready)::bigint AS ready,
       min(q.oldest_ready_at) AS oldest_ready_at,
       sum(q.running)::bigint AS running,
       sum(q.waiting)::bigint AS waiting,
       sum(q.live_runs)::bigint AS live_runs,
       mcp._has_worker(q.queue) AS has_worker
FROM (
    -- Rows of runs that ended meanwhile stay until a worker comes upon them.
    SELECT s.queue, count(*) AS ready, min(s.ready_at) AS oldest_ready_at,
           0 AS running, 0 AS waiting, 0 AS live_runs
    FROM mcp.ready_steps AS s
    JOIN mcp.live_runs AS l USING (run_id)
    WHERE l.status <> 'PAUSED'
    GROUP BY s.queue
    UNION ALL
    -- What a task asks its version for is asked only where a version has an answer.
    SELECT CASE
               WHEN t.status = 'RUNNING' AND EXISTS (SELECT FROM mcp._worker_queues())
               THEN mcp._step_queue(l, t.of_ordinal)
               ELSE l.queue
           END,
           0, NULL,
           count(t.*) FILTER (WHERE t.status = 'RUNNING'),
           count(t.*) FILTER (WHERE t.status IN ('SLEEPING', 'PARKED')),
           count(DISTINCT l.run_id)
    FROM mcp.workflow_runs AS l
    LEFT JOIN LATERAL mcp._live_tasks(l.state) AS t ON true
    WHERE l.status IN ('PENDING', 'RUNNING', 'PAUSED')
    GROUP BY 1) AS q
GROUP BY q.queue;

COMMENT ON VIEW mcp.stat_queues IS
'One row for each queue with live runs: steps that wait for a worker and since when, steps that workers have, steps that wait for something else, and whether a worker is alive for it.';

CREATE VIEW mcp.stat_workers AS
SELECT w.worker,
       w.epoch,
       w.lease_until > clock_timestamp() AS is_alive,
       w.lease_until,
       w.is_asleep,
       w.capacity,
       w.registered_at,
       coalesce(h.tasks, 0) AS tasks,
       h.oldest_task_at
FROM mcp.workers AS w
LEFT JOIN (
    SELECT t.epoch, count(*) AS tasks, min(t.since) AS oldest_task_at
    FROM mcp.live_runs AS l
    CROSS JOIN LATERAL mcp._live_tasks(l.state) AS t
    WHERE t.status = 'RUNNING'
    GROUP BY t.epoch) AS h USING (epoch);

COMMENT ON VIEW mcp.stat_workers IS
'One row for each worker: its lease, what it said of itself, and the steps it has.';

CREATE FUNCTION mcp.list_workers()
RETURNS SETOF mcp.stat_workers
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
        SELECT s.*
        FROM mcp.stat_workers AS s
        ORDER BY s.worker;
END
$$;

COMMENT ON FUNCTION mcp.list_workers() IS
'The workers, as mcp.stat_workers shows them, by name.';

-- A run is stuck where nothing that is under way would move it on by itself.  One
-- that waits for people is among them after a day, one that waits for workers after
-- five minutes.
CREATE VIEW mcp.stuck_runs AS
SELECT l.run_id,
       l.workflow_id,
       l.status,
       l.queue,
       l.created_at,
       CASE
           WHEN l.status = 'PAUSED' THEN 'it is paused for more than a day'
           WHEN t.lost > 0 THEN 'its worker is gone, and no other has taken over'
           WHEN r.ready > 0 AND NOT mcp._has_worker(l.queue) THEN 'no worker is alive for its queue'
           WHEN r.ready > 0 THEN 'no worker has had room for more than five minutes'
           WHEN d.overdue > 0 THEN 'a timer is overdue: no worker takes turns'
           WHEN p.parked > 0 THEN 'it waits for a signal or an approval for more than a day'
           ELSE 'nothing is left that would move it on'
       END AS reason
FROM mcp.live_runs AS l
LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE w.lease_until > clock_timestamp()) AS held,
           count(*) FILTER (WHERE w.lease_until IS NULL
                               OR w.lease_until < clock_timestamp() - interval '1 minute') AS lost
    FROM mcp._live_tasks(l.state) AS s
    LEFT JOIN mcp.workers AS w USING (epoch)
    WHERE s.status = 'RUNNING') AS t ON true
LEFT JOIN (
    SELECT s.run_id, count(*) AS ready, min(s.ready_at) AS oldest
    FROM mcp.ready_steps AS s
    GROUP BY s.run_id) AS r ON r.run_id = l.run_id
LEFT JOIN (
    SELECT m.run_id, count(*) AS timers,
           count(*) FILTER (WHERE m.due_at < now() - interval '1 minute') AS overdue
    FROM mcp.timers AS m
    GROUP BY m.run_id) AS d ON d.run_id = l.run_id
LEFT JOIN (
    SELECT k.run_id, count(*) AS parked, min(k.since) AS oldest
    FROM mcp.parked_steps AS k
    WHERE k.expires_at IS NULL
      AND k.kind NOT IN ('workflow', 'tools')
    GROUP BY k.run_id) AS p ON p.run_id = l.run_id
WHERE CASE
          WHEN l.status = 'PAUSED' THEN NOT EXISTS (
              SELECT
              FROM mcp.run_events AS e
              WHERE e.run_id = l.run_id
                AND e.kind = 'paused'
                AND e.recorded_at > now() - interval '1 day')
          WHEN t.lost > 0 THEN true
          WHEN t.held > 0 THEN false
          WHEN r.ready > 0 THEN r.oldest < now() - interval '5 minutes'
          WHEN d.overdue > 0 THEN true
          WHEN d.timers > 0 THEN false
          WHEN p.parked > 0 THEN p.oldest < now() - interval '1 day'
          ELSE l.created_at < now() - interval '1 minute'
               AND NOT EXISTS (
                   SELECT
                   FROM mcp.parked_steps AS k
                   WHERE k.run_id = l.run_id)
      END;

COMMENT ON VIEW mcp.stuck_runs IS
'Live runs that nothing moves on, and why: mcp.why_waiting says more of each.';
