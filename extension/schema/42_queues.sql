-- Queues with limits: how many of their tasks may be under way at once, and how
-- many may be handed out in a while.  A queue that has no row has no limits, and
-- costs nothing.

CREATE TABLE mcp.queues (
    queue           text        COLLATE "C" PRIMARY KEY,
    concurrency_limit integer
                                CONSTRAINT queues_concurrency_positive
                                CHECK (concurrency_limit > 0),
    rate_limit      integer
                                CONSTRAINT queues_rate_positive
                                CHECK (rate_limit > 0),
    rate_period     interval    NOT NULL DEFAULT '1 second'
                                CONSTRAINT queues_period_positive
                                CHECK (rate_period > interval '0'),
    is_paused       boolean     NOT NULL DEFAULT false,
    updated_at      timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE mcp.queues IS
'The limits of queues, as mcp.set_queue and mcp.pause_queue said.';

COMMENT ON COLUMN mcp.queues.queue IS 'The queue.';
COMMENT ON COLUMN mcp.queues.concurrency_limit IS 'So many of its tasks may be under way at once; null: any number.';
COMMENT ON COLUMN mcp.queues.rate_limit IS 'So many may be handed out in each period; null: any number.';
COMMENT ON COLUMN mcp.queues.rate_period IS 'The period.';
COMMENT ON COLUMN mcp.queues.is_paused IS 'Whether nothing is handed out.';
COMMENT ON COLUMN mcp.queues.updated_at IS 'When any of it last changed.';

-- What is used of the limits, in a table of its own: it changes with each turn, and
-- the limits hardly ever.  Whoever hands out tasks of the queue locks the row.
CREATE TABLE mcp.queue_uses (
    queue           text        COLLATE "C" PRIMARY KEY REFERENCES mcp.queues ON DELETE CASCADE,
    running         integer     NOT NULL,
    tokens          double precision,
    refilled_at     timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 50);

COMMENT ON TABLE mcp.queue_uses IS
'How much of the limits of each queue is used.';

COMMENT ON COLUMN mcp.queue_uses.queue IS 'The queue.';
COMMENT ON COLUMN mcp.queue_uses.running IS 'How many of its tasks are under way.';
COMMENT ON COLUMN mcp.queue_uses.tokens IS 'How many may be handed out at once, for the rate; null: a whole period''s.';
COMMENT ON COLUMN mcp.queue_uses.refilled_at IS 'When that was so.';

SELECT pg_catalog.pg_extension_config_dump('mcp.queues', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.queue_uses', '');

-- The function only tells that the table has changed; queue_limit listens for it.
CREATE TRIGGER forget_limits
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON mcp.queues
    FOR EACH STATEMENT
    EXECUTE FUNCTION mcp._forget_plans();

COMMENT ON TRIGGER forget_limits ON mcp.queues IS
'Tells all sessions that queues have other limits.';

CREATE FUNCTION mcp._queue_document(queue text)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT jsonb_build_object(
            'queue', _queue_document.queue,
            'concurrency_limit', q.concurrency_limit,
            'rate_limit', q.rate_limit,
            'rate_period_seconds', extract(epoch FROM q.rate_period),
            'is_paused', coalesce(q.is_paused, false),
            'running', u.running,
            'ready', (SELECT count(*)
                      FROM mcp.ready_steps AS r
                      WHERE r.queue = _queue_document.queue),
            'updated_at', q.updated_at)
        FROM (SELECT) AS one
        LEFT JOIN mcp.queues AS q ON q.queue = _queue_document.queue
        LEFT JOIN mcp.queue_uses AS u ON u.queue = _queue_document.queue);
END
$$;

COMMENT ON FUNCTION mcp._queue_document(text) IS
'A queue as JSON, whether it has limits or not.';

CREATE FUNCTION mcp._check_queue(queue text)
RETURNS void
LANGUAGE plpgsql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF queue IS NULL OR queue !~ '\S' OR length(queue) > 100 OR queue ~ '[[:cntrl:]]' THEN
        RAISE EXCEPTION 'the name of a queue is a line of 1 to 100 characters, not %',
                        coalesce(quote_literal(left(queue, 100)), 'NULL')
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
END
$$;

COMMENT ON FUNCTION mcp._check_queue(text) IS
'Raises unless the text can be the name of a queue.';

-- From the row on, every turn counts what it hands out and takes back.  What is
-- under way by then is counted here, once, while nobody else changes a run: the lock
-- waits for the turns that do not know of the limit yet.
CREATE FUNCTION mcp._begin_limits(queue text)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT FROM mcp.queues AS q WHERE q.queue = _begin_limits.queue) THEN
        RETURN;
    END IF;
    LOCK TABLE mcp.live_runs IN EXCLUSIVE MODE;
    INSERT INTO mcp.queues (queue) VALUES (_begin_limits.queue)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    INSERT INTO mcp.queue_uses (queue, running)
    SELECT _begin_limits.queue, count(*)
    FROM mcp.workflow_runs AS l
    CROSS JOIN LATERAL mcp._live_tasks(l.state) AS t
    WHERE l.status IN ('PENDING', 'RUNNING', 'PAUSED')
      AND t.status = 'RUNNING'
      AND mcp._step_queue(l, t.of_ordinal) = _begin_limits.queue;
END
$$;

COMMENT ON FUNCTION mcp._begin_limits(text) IS
'From now on the tasks of the queue are counted.';

-- A queue without limits is not counted.
CREATE FUNCTION mcp._end_limits(queue text)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM mcp.queues AS q
    WHERE q.queue = _end_limits.queue
      AND q.concurrency_limit IS NULL
      AND q.rate_limit IS NULL
      AND NOT q.is_paused;
    PERFORM pg_notify('mcp_work', _end_limits.queue);
END
$$;

COMMENT ON FUNCTION mcp._end_limits(text) IS
'Forgets a queue that has no limits any more; its workers look for work.';

CREATE FUNCTION mcp.set_queue(
    queue           text,
    concurrency_limit integer   DEFAULT NULL,
    rate_limit      integer     DEFAULT NULL,
    rate_period     interval    DEFAULT '1 second')
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '10s'
AS $$
DECLARE
    before      jsonb;
    after       jsonb;
BEGIN
    PERFORM mcp._check_queue(queue);
    IF concurrency_limit < 1 OR rate_limit < 1 THEN
        RAISE EXCEPTION 'a limit must be at least 1, not %', least(concurrency_limit, rate_limit)
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'NULL is no limit; mcp.pause_queue hands out nothing.';
    END IF;
    IF rate_period IS NULL OR rate_period < interval '1 millisecond' OR rate_period > interval '1 day' THEN
        RAISE EXCEPTION 'rate_period must be 1 millisecond to 1 day, not %', coalesce(rate_period::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    before := mcp._queue_document(queue) - ARRAY['running', 'ready', 'updated_at'];
    PERFORM mcp._begin_limits(queue);
    UPDATE mcp.queues AS q
    SET concurrency_limit = set_queue.concurrency_limit,
        rate_limit = set_queue.rate_limit,
        rate_period = set_queue.rate_period,
        updated_at = now()
    WHERE q.queue = set_queue.queue;
    UPDATE mcp.queue_uses AS u
    SET tokens = NULL,
        refilled_at = clock_timestamp()
    WHERE u.queue = set_queue.queue;
    PERFORM mcp._end_limits(queue);
    after := mcp._queue_document(queue);
    PERFORM mcp._audit('set_limits', 'queue', queue, queue, before,
                       after - ARRAY['running', 'ready', 'updated_at']);
    RETURN after;
END
$$;

COMMENT ON FUNCTION mcp.set_queue(text, integer, integer, interval) IS
'Limits a queue: concurrency_limit of its tasks under way at once, rate_limit of them handed out in each rate_period (1 millisecond to 1 day), over all workers. NULL is no limit. What is under way goes on. Returns it as mcp.get_queue does.';

CREATE FUNCTION mcp._set_queue_paused(queue text, is_paused boolean)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    has_changed boolean;
BEGIN
    PERFORM mcp._check_queue(queue);
    PERFORM mcp._begin_limits(queue);
    UPDATE mcp.queues AS q
    SET is_paused = _set_queue_paused.is_paused,
        updated_at = now()
    WHERE q.queue = _set_queue_paused.queue
      AND q.is_paused <> _set_queue_paused.is_paused;
    has_changed := FOUND;
    PERFORM mcp._end_limits(queue);
    IF has_changed THEN
        PERFORM mcp._audit(CASE WHEN is_paused THEN 'pause' ELSE 'resume' END, 'queue', queue, queue,
                           jsonb_build_object('is_paused', NOT is_paused),
                           jsonb_build_object('is_paused', is_paused));
    END IF;
    RETURN mcp._queue_document(queue);
END
$$;

COMMENT ON FUNCTION mcp._set_queue_paused(text, boolean) IS
'Pauses a queue, or resumes it.';

CREATE FUNCTION mcp.pause_queue(queue text)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '10s'
AS $$
BEGIN
    RETURN mcp._set_queue_paused(queue, true);
END
$$;

COMMENT ON FUNCTION mcp.pause_queue(text) IS
'From now on nothing of the queue is handed out; what is under way goes on. Returns it as mcp.get_queue does.';

CREATE FUNCTION mcp.resume_queue(queue text)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '10s'
AS $$
BEGIN
    RETURN mcp._set_queue_paused(queue, false);
END
$$;

COMMENT ON FUNCTION mcp.resume_queue(text) IS
'Hands out the work of a queue that was paused. Returns it as mcp.get_queue does.';

CREATE FUNCTION mcp.get_queue(queue text)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM mcp._check_queue(queue);
    RETURN mcp._queue_document(queue);
END
$$;

COMMENT ON FUNCTION mcp.get_queue(text) IS
'A queue: {queue, concurrency_limit, rate_limit, rate_period_seconds, is_paused, running, ready, updated_at}. running is null where there are no limits, and so nobody counts. Any name is a queue.';

CREATE FUNCTION mcp.list_queues()
RETURNS SETOF jsonb
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
        SELECT mcp._queue_document(n.queue)
        FROM (SELECT q.queue FROM mcp.queues AS q
              UNION
              SELECT r.queue FROM mcp.ready_steps AS r) AS n
        ORDER BY n.queue;
END
$$;

COMMENT ON FUNCTION mcp.list_queues() IS
'The queues that have limits or steps that wait, by name, as mcp.get_queue has them.';
