-- What became of runs, as events: told whole, or from where one stopped listening.
--
-- Most events are written nowhere: the run and its attempts tell them, so that
-- nobody pays for listeners who are not there.  An event has the same id whenever
-- it is told, and ids sort as the events happened.  Whatever is written about a run
-- is written under the lock of its row with the time after that lock was had, so
-- no event ever appears before one that could be seen already, and the id of the
-- last one is a place to go on from.

-- Time, then what comes first of things at the same time (an attempt ends before
-- its successor begins), then who.  Of digits and small letters: sorted as bytes.
CREATE FUNCTION mcp._event_id(at timestamptz, place integer, who text)
RETURNS text
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT concat(
        lpad(greatest(trunc(extract(epoch FROM at) * 1000000), 0)::text, 16, '0'),
        '-', place, '-', who)
$$;

COMMENT ON FUNCTION mcp._event_id(timestamptz, integer, text) IS
'The id of an event: microseconds of Unix time, its place among those of the same time, and whose it is.';

CREATE FUNCTION mcp._attempt_key(step_ordinal integer, attempt integer)
RETURNS text
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT concat(lpad(to_hex(step_ordinal), 6, '0'), '.', lpad(to_hex(attempt), 4, '0'))
$$;

COMMENT ON FUNCTION mcp._attempt_key(integer, integer) IS
'An attempt as a part of the id of an event.';

-- The moment in the id of an event; null for what is none.
CREATE FUNCTION mcp._event_time(event_id text)
RETURNS timestamptz
LANGUAGE sql
IMMUTABLE
STRICT
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT timestamptz 'epoch'
           + substring(event_id FROM '^(\d{16})-\d-[0-9a-f.-]*$')::bigint * interval '1 microsecond'
$$;

COMMENT ON FUNCTION mcp._event_time(text) IS
'The moment in the id of an event; null for a text that is no such id.';

-- What attempts tell.  Those under way have no row yet; where the next one is known
-- of already there will be another.  since: what ended before it is left out.
CREATE FUNCTION mcp._attempt_events(run mcp.workflow_runs, since timestamptz)
RETURNS TABLE (id text, at timestamptz, kind text, step_id text, attempt integer, detail jsonb)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
        WITH live AS MATERIALIZED (
            SELECT t.*, concat(s.step_id, '[' || t.item || ']') AS step_id, w.worker
            FROM mcp._live_tasks((run).state) AS t
            JOIN mcp._steps_of_run(run) AS s ON s.step_ordinal = t.of_ordinal
            LEFT JOIN mcp.workers AS w USING (epoch)
        ), ended AS (
            SELECT s.step_ordinal, s.attempt, s.step_id, s.worker, s.status, s.error, s.error_class,
                   s.started_at, s.finished_at, x.reused_from,
                   s.started_at < s.finished_at AS has_lasted,
                   mcp._attempt_key(s.step_ordinal, s.attempt) AS key
            FROM mcp.step_runs AS s
            LEFT JOIN mcp.step_details AS x
                   ON x.run_id = (run).run_id
                  AND x.step_ordinal = s.step_ordinal
                  AND x.attempt = s.attempt
            WHERE s.run_id = (run).run_id
              AND s.finished_at >= since
        ), begun AS (
            SELECT e.step_ordinal, e.attempt, e.step_id, e.worker, e.started_at, NULL::text AS waits_for,
                   NULL::timestamptz AS until
            FROM ended AS e
            WHERE e.started_at IS NOT NULL
              AND e.reused_from IS NULL
              AND e.status <> 'SKIPPED'
            UNION ALL
            SELECT l.step_ordinal, l.attempt, l.step_id, l.worker, l.since, p.kind, p.expires_at
            FROM live AS l
            LEFT JOIN mcp.parked_steps AS p
                   ON p.run_id = (run).run_id
                  AND p.step_ordinal = l.step_ordinal
            WHERE l.status IN ('RUNNING', 'PARKED')
              AND l.since >= _attempt_events.since
        )
        SELECT mcp._event_id(b.started_at, 4, mcp._attempt_key(b.step_ordinal, b.attempt)),
               b.started_at, 'step_started', b.step_id, b.attempt,
               jsonb_strip_nulls(jsonb_build_object(
                   'worker', b.worker, 'waits_for', b.waits_for, 'until', b.until))
        FROM begun AS b
        UNION ALL
        SELECT mcp._event_id(f.at, CASE WHEN e.has_lasted THEN 2 ELSE 6 END, e.key),
               f.at,
               CASE
                   WHEN e.reused_from IS NOT NULL THEN 'step_reused'
                   WHEN e.status = 'SUCCESS' THEN 'step_succeeded'
                   ELSE 'step_' || lower(e.status)
               END,
               e.step_id, e.attempt,
               jsonb_strip_nulls(jsonb_build_object(
                   'worker', e.worker, 'error', e.error, 'error_class', e.error_class,
                   'reused_from', e.reused_from))
        FROM ended AS e
        CROSS JOIN LATERAL (
            SELECT CASE WHEN e.reused_from IS NULL THEN e.finished_at ELSE (run).created_at END) AS f (at)
        UNION ALL
        SELECT mcp._event_id(e.finished_at, CASE WHEN e.has_lasted THEN 2 ELSE 6 END, e.key || '.1'),
               e.finished_at, 'step_retry', e.step_id, e.attempt + 1,
               jsonb_strip_nulls(jsonb_build_object(
                   'due_at', CASE WHEN l.status = 'SLEEPING' THEN l.since END))
        FROM ended AS e
        LEFT JOIN live AS l
               ON l.step_ordinal = e.step_ordinal
              AND l.attempt > e.attempt
        WHERE e.status = 'FAILED'
          AND (l.step_ordinal IS NOT NULL
               OR EXISTS (
                    SELECT
                    FROM mcp.step_runs AS n
                    WHERE n.run_id = (run).run_id
                      AND n.step_ordinal = e.step_ordinal
                      AND n.attempt = e.attempt + 1));
END
$$;

COMMENT ON FUNCTION mcp._attempt_events(mcp.workflow_runs, timestamptz) IS
'The events that the attempts of a run tell, those that ended and those under way.';

-- The events of a run behind one of them; after null: all.
CREATE FUNCTION mcp._events_of_run(run mcp.workflow_runs, after text)
RETURNS TABLE (id text, at timestamptz, kind text, step_id text, attempt integer, actor name, detail jsonb)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    since   timestamptz := coalesce(mcp._event_time(after), '-infinity');
BEGIN
    IF after IS NOT NULL AND since = '-infinity' THEN
        RAISE EXCEPTION '% is no id of an event', quote_literal(left(after, 100))
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'mcp.run_events() shows the ids of events.';
    END IF;
    RETURN QUERY
        SELECT e.*
        FROM (
            SELECT mcp._event_id((run).created_at, 0, '') AS id, (run).created_at AS at,
                   'run_created' AS kind, NULL::text AS step_id, NULL::integer AS attempt,
                   (run).owner AS actor, '{}'::jsonb AS detail
            UNION ALL
            SELECT mcp._event_id((run).started_at, 1, ''), (run).started_at, 'run_started',
                   NULL, NULL, NULL, '{}'
            WHERE (run).started_at IS NOT NULL
            UNION ALL
            SELECT a.id, a.at, a.kind, a.step_id, a.attempt, NULL, a.detail
            FROM mcp._attempt_events(run, since) AS a
            UNION ALL
            SELECT mcp._event_id(r.recorded_at, 5, r.event_id::text), r.recorded_at, r.kind,
                   coalesce(
                       s.step_id,
                       (SELECT d.step_id
                        FROM mcp.step_runs AS d
                        WHERE d.run_id = (run).run_id
                          AND d.step_ordinal = r.step_ordinal
                        LIMIT 1),
                       mcp._slot_name(run, r.step_ordinal)),
                   NULL, r.actor, coalesce(r.detail, '{}')
            FROM mcp.run_events AS r
            LEFT JOIN mcp._steps_of_run(run) AS s ON s.step_ordinal = r.step_ordinal
            WHERE r.run_id = (run).run_id
              AND r.recorded_at >= since
            UNION ALL
            SELECT mcp._event_id((run).finished_at, 9, ''), (run).finished_at,
                   CASE (run).status
                       WHEN 'SUCCESS' THEN 'run_succeeded'
                       ELSE 'run_' || lower((run).status)
                   END,
                   NULL, NULL, NULL,
                   jsonb_strip_nulls(jsonb_build_object('error', (run).error_message))
            WHERE (run).finished_at IS NOT NULL
        ) AS e
        WHERE after IS NULL
           OR e.id > after COLLATE "C"
        ORDER BY e.id COLLATE "C";
END
$$;

COMMENT ON FUNCTION mcp._events_of_run(mcp.workflow_runs, text) IS
'The events of a run in order, those behind the one of that id; all where it is null.';

CREATE FUNCTION mcp.run_events(run uuid, after text DEFAULT NULL)
RETURNS TABLE (id text, at timestamptz, kind text, step_id text, attempt integer, actor name, detail jsonb)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found_run   mcp.workflow_runs := mcp._find_run(run);
BEGIN
    RETURN QUERY
        SELECT e.*
        FROM mcp._events_of_run(found_run, after) AS e;
END
$$;

COMMENT ON FUNCTION mcp.run_events(uuid, text) IS
'What became of a run, in order: {id, at, kind, step_id, attempt, actor, detail}, those behind the event after, or all. kind is run_created, run_started, step_started, step_succeeded, step_failed, step_retry, step_skipped, step_cancelled, step_reused, run_succeeded, run_failed or run_cancelled, as the run and its attempts tell; and what was done: paused, resumed, cancelled, retried, signal_sent, approved, refused and the like; and tokens, what a model has said so far. Raises MC020 for an unknown run, invalid_parameter_value for what is no id of an event.';

-- The mark of a run changes with its row and with what is recorded beside it: two
-- looks into indexes tell that there is nothing new, as there mostly is not.
CREATE FUNCTION mcp._run_mark(run uuid)
RETURNS text
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT concat_ws(' ', r.tableoid, r.ctid, r.xmin, (
                   SELECT e.event_id
                   FROM mcp.run_events AS e
                   WHERE e.run_id = run
                   ORDER BY e.event_id DESC
                   LIMIT 1))
        FROM mcp.workflow_runs AS r
        WHERE r.run_id = run);
END
$$;

COMMENT ON FUNCTION mcp._run_mark(uuid) IS
'A text that changes whenever there may be an event more of the run; null for an unknown run.';

CREATE FUNCTION mcp.watch_runs(
    seen            jsonb,
    max_events      integer DEFAULT 500,
    must_exist      boolean DEFAULT false)
RETURNS TABLE (run_id uuid, mark text, is_over boolean, event_id text, kind text, event jsonb)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    budget      integer := 131072;
    watched     record;
    told        record;
    found_run   mcp.workflow_runs;
    new_mark    text;
    left_over   boolean;
BEGIN
    IF jsonb_typeof(seen) IS DISTINCT FROM 'object' OR max_events IS NULL OR max_events < 1 THEN
        RAISE EXCEPTION 'seen must be an object of runs, and max_events 1 or more'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    FOR watched IN
        SELECT r.key::uuid AS run, r.value ->> 'after' AS after, r.value ->> 'mark' AS mark
        FROM jsonb_each(seen) AS r
    LOOP
        new_mark := mcp._run_mark(watched.run);
        CONTINUE WHEN new_mark = watched.mark;
        run_id := watched.run;
        mark := NULL;
        IF new_mark IS NULL AND NOT must_exist THEN
            is_over := true;
            event_id := NULL;
            kind := NULL;
            event := NULL;
            RETURN NEXT;
            CONTINUE;
        END IF;
        found_run := mcp._find_run(watched.run);
        is_over := false;
        left_over := false;
        FOR told IN
            SELECT e.*
            FROM mcp._events_of_run(found_run, watched.after) AS e
        LOOP
            IF max_events <= 0 OR budget <= 0 THEN
                left_over := true;
                EXIT;
            END IF;
            event_id := told.id;
            kind := told.kind;
            event := jsonb_build_object(
                'id', told.id, 'run_id', watched.run, 'at', told.at, 'kind', told.kind,
                'step_id', told.step_id, 'attempt', told.attempt, 'actor', told.actor,
                'detail', told.detail);
            RETURN NEXT;
            max_events := max_events - 1;
            budget := budget - octet_length(event::text);
        END LOOP;
        IF NOT left_over THEN
            mark := new_mark;
            is_over := (found_run).finished_at IS NOT NULL;
        END IF;
        event_id := NULL;
        kind := (found_run).status;
        event := NULL;
        RETURN NEXT;
    END LOOP;
END
$$;

COMMENT ON FUNCTION mcp.watch_runs(jsonb, integer, boolean) IS
'What is new of runs since one looked: seen is {run: {"after": id of the last event seen, "mark": what this said last}}, both may be missing. Runs with nothing new have no rows; others have one for each event, {run_id, event_id, kind, event}, and a last one without, {run_id, mark, is_over, kind: its status}. So many events are told at once, and some 128 KiB of them; a mark that is null says that there are more. A run that is not there (any more) is over; or raises MC020, where all must exist.';

-- Of the runs that ended, those are looked at that were started not long before: who
-- listens all the time has met the others while they lived.
CREATE FUNCTION mcp.find_runs_to_watch(
    workflow        text        DEFAULT NULL,
    since           timestamptz DEFAULT NULL,
    look_back       interval    DEFAULT '1 day',
    max_rows        integer     DEFAULT 1000)
RETURNS TABLE (run_id uuid)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    wanted_id   uuid := mcp._workflow_id_of(workflow);
BEGIN
    PERFORM mcp._check_page(0, max_rows);
    RETURN QUERY
        (SELECT l.run_id
         FROM mcp.live_runs AS l
         WHERE wanted_id IS NULL
            OR l.workflow_id = wanted_id
         ORDER BY l.run_id DESC
         LIMIT max_rows)
        UNION ALL
        (SELECT f.run_id
         FROM mcp.finished_runs AS f
         WHERE f.run_id >= mcp.uuid_v7_floor(since - look_back)
           AND f.finished_at >= since
           AND (wanted_id IS NULL OR f.workflow_id = wanted_id)
         ORDER BY f.run_id DESC
         LIMIT max_rows);
END
$$;

COMMENT ON FUNCTION mcp.find_runs_to_watch(text, timestamptz, interval, integer) IS
'The runs that somebody who listens to many of them listens to: those that live, and those that ended since a moment and were started no longer than look_back before it; of one workflow, an id or a slug, or of all. The newest, so many of either at most.';
