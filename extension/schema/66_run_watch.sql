-- Watching runs: what one waits for.

-- The answer is for people: `what` is a sentence, the rest is for sorting.
CREATE FUNCTION mcp.why_waiting(run uuid)
RETURNS TABLE (step_id text, kind text, since timestamptz, until timestamptz, what text)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found_run   mcp.workflow_runs := mcp._find_run(run);
BEGIN
    IF (found_run).state IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT * FROM mcp._why_held(found_run)
        UNION ALL
        SELECT * FROM mcp._why_under_way(found_run)
        UNION ALL
        SELECT * FROM mcp._why_ready(found_run);
    IF NOT FOUND THEN
        RETURN QUERY
            SELECT NULL::text, 'turn', (found_run).created_at, NULL::timestamptz,
                   'nothing but the next turn of a worker, which moves it on';
    END IF;
END
$$;

COMMENT ON FUNCTION mcp.why_waiting(uuid) IS
'What a run waits for, one row each: {step_id (null: the run as a whole), kind, since, until, what}. kind is paused, start, place, worker, running, retry, time, signal, approval, workflow, tools or turn; what says it in words. No row for a run that has ended. Raises MC020 for an unknown run.';

-- The same in every session.
CREATE FUNCTION mcp._moment(moment timestamptz)
RETURNS text
LANGUAGE sql
STABLE
STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
$$;

COMMENT ON FUNCTION mcp._moment(timestamptz) IS
'A moment for people: ISO 8601, in UTC, to the second.';

-- The run as a whole.
CREATE FUNCTION mcp._why_held(run mcp.workflow_runs)
RETURNS TABLE (step_id text, kind text, since timestamptz, until timestamptz, what text)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF (run).status = 'PAUSED' THEN
        RETURN QUERY
            SELECT NULL::text, 'paused', e.recorded_at, NULL::timestamptz,
                   concat('paused', ' by ' || e.actor, ': ' || (e.detail ->> 'reason'))
            FROM (SELECT) AS one
            LEFT JOIN LATERAL (
                SELECT p.recorded_at, p.actor, p.detail
                FROM mcp.run_events AS p
                WHERE p.run_id = (run).run_id
                  AND p.kind = 'paused'
                ORDER BY p.event_id DESC
                LIMIT 1) AS e ON true;
    END IF;
    RETURN QUERY
        SELECT NULL::text, 'start', (run).created_at, t.due_at,
               format('its beginning, which is due at %s', mcp._moment(t.due_at))
        FROM mcp.timers AS t
        WHERE t.run_id = (run).run_id
          AND t.step_ordinal = -2
          AND (run).started_at IS NULL;
    RETURN QUERY
        SELECT NULL::text, 'place', (run).created_at, NULL::timestamptz,
               concat(CASE k.concurrency_limit
                          WHEN 1 THEN 'the only place'
                          ELSE format('one of %s places', k.concurrency_limit)
                      END,
                      CASE r.key
                          WHEN '' THEN ' of its workflow'
                          ELSE format(' of concurrency key %s', r.key)
                      END,
                      CASE b.runs
                          WHEN 0 THEN ': it is the next'
                          WHEN 1 THEN ': 1 run is before it'
                          ELSE format(': %s runs are before it', b.runs)
                      END)
        FROM mcp.concurrency_runs AS r
        JOIN mcp.concurrency_keys AS k USING (workflow_id, key)
        CROSS JOIN LATERAL (
            SELECT count(*) AS runs
            FROM mcp.concurrency_runs AS o
            WHERE o.workflow_id = r.workflow_id
              AND o.key = r.key
              AND NOT o.has_begun
              AND o.run_id < r.run_id) AS b
        WHERE r.run_id = (run).run_id
          AND NOT r.has_begun;
END
$$;

COMMENT ON FUNCTION mcp._why_held(mcp.workflow_runs) IS
'What keeps a run as a whole from going on.';

CREATE FUNCTION mcp._why_under_way(run mcp.workflow_runs)
RETURNS TABLE (step_id text, kind text, since timestamptz, until timestamptz, what text)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
        SELECT concat(s.step_id, '[' || t.item || ']'),
               CASE t.status
                   WHEN 'RUNNING' THEN 'running'
                   WHEN 'SLEEPING' THEN 'retry'
                   ELSE p.kind
               END,
               CASE WHEN t.status <> 'SLEEPING' THEN t.since END,
               CASE t.status WHEN 'SLEEPING' THEN t.since ELSE p.expires_at END,
               CASE t.status
                   WHEN 'RUNNING' THEN
                       CASE
                           WHEN w.lease_until > clock_timestamp()
                           THEN format('worker "%s", which has attempt %s', w.worker, t.attempt)
                           ELSE format('a worker that is gone; attempt %s will be given to another', t.attempt)
                       END
                   WHEN 'SLEEPING' THEN
                       concat(format('attempt %s, after the one before failed', t.attempt), ': ' || f.error)
                   ELSE
                       CASE p.kind
                           WHEN 'signal' THEN format('signal "%s"', p.name)
                           WHEN 'approval' THEN
                               concat('an approval',
                                      ' by ' || (SELECT string_agg(r, ' or ')
                                                 FROM jsonb_array_elements_text(p.detail -> 'roles') AS r),
                                      ': ' || (p.detail ->> 'message'))
                           WHEN 'tools' THEN
                               (SELECT format('tools that it called: %s of %s under way',
                                              count(*) FILTER (WHERE l.run_id IS NOT NULL), count(*))
                                FROM mcp.tool_calls AS o
                                LEFT JOIN mcp.live_runs AS l ON l.run_id = o.child_run_id
                                WHERE o.run_id = (run).run_id
                                  AND o.step_ordinal = t.step_ordinal
                                  AND o.is_error IS NULL)
                           WHEN 'workflow' THEN
                               format('run %s of a sub-workflow, which is %s', p.child_run_id, c.status)
                           ELSE format('a time, %s', mcp._moment(p.expires_at))
                       END
               END
        FROM mcp._live_tasks((run).state) AS t
        JOIN mcp._steps_of_run(run) AS s ON s.step_ordinal = t.of_ordinal
        LEFT JOIN mcp.workers AS w ON w.epoch = t.epoch
        LEFT JOIN mcp.parked_steps AS p
               ON p.run_id = (run).run_id
              AND p.step_ordinal = t.step_ordinal
        LEFT JOIN mcp.workflow_runs AS c ON c.run_id = p.child_run_id
        LEFT JOIN mcp.step_runs AS f
               ON f.run_id = (run).run_id
              AND f.step_ordinal = t.step_ordinal
              AND f.attempt = t.attempt - 1
        WHERE t.status IN ('RUNNING', 'SLEEPING')
           OR (t.status = 'PARKED' AND p.kind IS NOT NULL)
        ORDER BY t.step_ordinal;
END
$$;

COMMENT ON FUNCTION mcp._why_under_way(mcp.workflow_runs) IS
'What the steps of a run that are under way wait for.';

-- A row may be left of a step that was handed out since: the state knows better.
CREATE FUNCTION mcp._why_ready(run mcp.workflow_runs)
RETURNS TABLE (step_id text, kind text, since timestamptz, until timestamptz, what text)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF (run).status = 'PAUSED' THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT s.step_id,
               'worker',
               max(q.ready_at),
               NULL::timestamptz,
               CASE
                   WHEN (SELECT l.is_paused FROM mcp.queues AS l WHERE l.queue = q.queue)
                   THEN format('queue "%s", which is paused', q.queue)
                   WHEN (SELECT u.running >= l.concurrency_limit
                         FROM mcp.queues AS l
                         JOIN mcp.queue_uses AS u USING (queue)
                         WHERE l.queue = q.queue)
                   THEN format('room in queue "%s", of which as many tasks are under way as its limit allows', q.queue)
                   WHEN mcp._is_rate_spent(q.queue)
                   THEN format('its turn in queue "%s", of which as many tasks were handed out as its rate allows', q.queue)
                   WHEN mcp._has_worker(q.queue)
                   THEN format('a worker with room for queue "%s"', q.queue)
                   ELSE format('a worker: none is alive for queue "%s"', q.queue)
               END
        FROM mcp.ready_steps AS q
        LEFT JOIN mcp._steps_of_run(run) AS s ON s.step_ordinal = q.step_ordinal
        WHERE (q.queue = (run).queue OR q.queue IN (SELECT w.queue FROM mcp._worker_queues() AS w (queue)))
          AND q.priority = (run).priority
          AND q.run_id = (run).run_id
          AND NOT EXISTS (
                SELECT
                FROM mcp._live_tasks((run).state) AS t
                WHERE t.step_ordinal = q.step_ordinal
                  AND t.status <> 'READY')
          AND NOT EXISTS (
                SELECT
                FROM mcp.step_runs AS d
                WHERE d.run_id = (run).run_id
                  AND d.step_ordinal = q.step_ordinal
                  AND d.status IN ('SUCCESS', 'SKIPPED'))
        GROUP BY q.step_ordinal, q.queue, s.step_id
        ORDER BY q.step_ordinal;
END
$$;

COMMENT ON FUNCTION mcp._why_ready(mcp.workflow_runs) IS
'The steps of a run that could be handed out, and whether there is anybody to take them.';

-- The tokens as the turn that looks next will count them.
CREATE FUNCTION mcp._is_rate_spent(queue text)
RETURNS boolean
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (
        SELECT
        FROM mcp.queues AS q
        JOIN mcp.queue_uses AS u ON u.queue = q.queue
        WHERE q.queue = _is_rate_spent.queue
          AND u.tokens
              + q.rate_limit * extract(epoch FROM clock_timestamp() - u.refilled_at)
                / extract(epoch FROM q.rate_period) < 1)
$$;

COMMENT ON FUNCTION mcp._is_rate_spent(text) IS
'Whether a queue with a rate has no task to hand out at this moment.';

-- A worker that said nothing of queues may take any.
CREATE FUNCTION mcp._has_worker(queue text)
RETURNS boolean
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (
        SELECT
        FROM mcp.workers AS w
        WHERE w.lease_until > clock_timestamp()
          AND (NOT w.capacity ? 'queues'
               OR w.capacity -> 'queues' ? _has_worker.queue))
$$;

COMMENT ON FUNCTION mcp._has_worker(text) IS
'Whether a worker is alive that may take steps of the queue: capacity {"queues": {name: room}} names those it takes.';
