-- Retention: how long runs stay in history.
--
-- A month of history goes as a whole where nothing of it is to be kept, which costs
-- nothing; what a shorter retention lets go before that is deleted, a bounded
-- number of runs at a time.  Runs that live are never touched.

CREATE TABLE mcp.retention_rules (
    workflow_id     uuid        PRIMARY KEY,
    retention_days  numeric
                                CONSTRAINT retention_rules_days_positive
                                CHECK (retention_days > 0),
    set_by          name        NOT NULL,
    set_at          timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE mcp.retention_rules IS
'For how long the runs of a workflow stay in history, where mcp.set_retention said so.';

COMMENT ON COLUMN mcp.retention_rules.workflow_id IS 'The workflow; the nil UUID stands for all that say nothing.';
COMMENT ON COLUMN mcp.retention_rules.retention_days IS 'Days after their end; null: for ever.';
COMMENT ON COLUMN mcp.retention_rules.set_by IS 'Who said so.';
COMMENT ON COLUMN mcp.retention_rules.set_at IS 'When.';

SELECT pg_catalog.pg_extension_config_dump('mcp.retention_rules', '');

-- Also of workflows that are deleted, and of none: the runs of single MCPs.  What
-- set_retention said comes first, then what the workflow says of itself.
CREATE FUNCTION mcp._retentions()
RETURNS TABLE (workflow_id uuid, retention_days numeric, source text)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    default_days CONSTANT numeric := (
        SELECT r.retention_days
        FROM mcp.retention_rules AS r
        WHERE r.workflow_id = '00000000-0000-0000-0000-000000000000');
BEGIN
    RETURN QUERY
        SELECT w.workflow_id,
               CASE
                   WHEN r.workflow_id IS NOT NULL THEN r.retention_days
                   ELSE coalesce((v.definition ->> 'retention_days')::numeric, default_days)
               END,
               CASE
                   WHEN r.workflow_id IS NOT NULL THEN 'set'
                   WHEN v.definition ->> 'retention_days' IS NOT NULL THEN 'definition'
                   ELSE 'default'
               END
        FROM (SELECT f.workflow_id, max(f.version) AS version
              FROM mcp.workflow_versions AS f
              GROUP BY 1
              UNION ALL
              SELECT NULL, NULL) AS w
        LEFT JOIN mcp.workflow_versions AS v USING (workflow_id, version)
        LEFT JOIN mcp.retention_rules AS r USING (workflow_id);
END
$$;

COMMENT ON FUNCTION mcp._retentions() IS
'For how long the runs of each workflow are kept, and why; null days: for ever.';

CREATE FUNCTION mcp.list_retention()
RETURNS TABLE (workflow_id uuid, slug text, retention_days numeric, source text)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
        SELECT r.workflow_id, d.slug, r.retention_days, r.source
        FROM mcp._retentions() AS r
        LEFT JOIN mcp.workflow_definitions AS d USING (workflow_id)
        ORDER BY d.slug NULLS LAST, r.workflow_id NULLS LAST;
END
$$;

COMMENT ON FUNCTION mcp.list_retention() IS
'For how many days after their end the runs of each workflow are kept (null: for ever), and by what: set (mcp.set_retention), definition (its retention_days) or default. slug is null for workflows that are deleted; the row without a workflow_id is that of the runs of single MCPs.';

CREATE FUNCTION mcp.set_retention(
    days            numeric,
    workflow        text    DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wanted_id   uuid := coalesce(mcp._workflow_id_of(workflow),
                                 '00000000-0000-0000-0000-000000000000');
    before      numeric;
BEGIN
    IF days <= 0 OR days > 36500 THEN
        RAISE EXCEPTION 'days must be more than 0 and at most 36500, not %', days
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'NULL keeps runs for ever.';
    END IF;
    SELECT r.retention_days
    INTO before
    FROM mcp.retention_rules AS r
    WHERE r.workflow_id = wanted_id;
    INSERT INTO mcp.retention_rules AS r (workflow_id, retention_days, set_by)
    VALUES (wanted_id, days, mcp._actor())
    ON CONFLICT (workflow_id) DO UPDATE
    SET retention_days = excluded.retention_days,
        set_by = excluded.set_by,
        set_at = now();
    PERFORM mcp._audit('set_retention', 'workflow', wanted_id::text, workflow,
                       jsonb_build_object('retention_days', before),
                       jsonb_build_object('retention_days', days));
END
$$;

COMMENT ON FUNCTION mcp.set_retention(numeric, text) IS
'Runs stay in history for so many days after they ended: those of a workflow (id or slug), or, without one, all of which nothing else is said. NULL keeps them for ever, as it is at first. A workflow may say retention_days itself; what is set here comes before that. mcp.maintain() lets go of what is older; runs that live are never touched.';

CREATE FUNCTION mcp.unset_retention(workflow text DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wanted_id   uuid := coalesce(mcp._workflow_id_of(workflow),
                                 '00000000-0000-0000-0000-000000000000');
    before      numeric;
BEGIN
    DELETE FROM mcp.retention_rules AS r
    WHERE r.workflow_id = wanted_id
    RETURNING r.retention_days INTO before;
    IF FOUND THEN
        PERFORM mcp._audit('unset_retention', 'workflow', wanted_id::text, workflow,
                           jsonb_build_object('retention_days', before), NULL);
    END IF;
END
$$;

COMMENT ON FUNCTION mcp.unset_retention(text) IS
'Takes back what mcp.set_retention said of a workflow, or, without one, of all.';

-- Up to so many runs of one workflow that ended before a moment.  An id holds the
-- time of its start, which is no later than its end, so the index by workflow
-- and id finds them.  A child stays while its parent lives: a step of that one
-- waits for it.
CREATE FUNCTION mcp._delete_runs_of(workflow_id uuid, ended_before timestamptz, max_runs integer)
RETURNS integer
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET enable_seqscan = off
AS $$
DECLARE
    old_runs    uuid[];
BEGIN
    old_runs := ARRAY(
        SELECT f.run_id
        FROM mcp.finished_runs AS f
        WHERE (f.workflow_id = _delete_runs_of.workflow_id
               OR (f.workflow_id IS NULL AND _delete_runs_of.workflow_id IS NULL))
          AND f.run_id < mcp.uuid_v7_floor(ended_before)
          AND f.finished_at < ended_before
          AND NOT EXISTS (
                SELECT FROM mcp.live_runs AS l
                WHERE l.run_id = f.parent_run_id)
        ORDER BY f.run_id
        LIMIT max_runs);
    IF old_runs = '{}' THEN
        RETURN 0;
    END IF;
    DELETE FROM mcp.step_runs AS s
    WHERE s.run_id = ANY (old_runs);
    DELETE FROM mcp.step_details AS x
    WHERE x.run_id = ANY (old_runs);
    DELETE FROM mcp.step_artifacts AS a
    WHERE a.run_id = ANY (old_runs);
    DELETE FROM mcp.run_events AS e
    WHERE e.run_id = ANY (old_runs);
    DELETE FROM mcp.run_details AS d
    WHERE d.run_id = ANY (old_runs);
    DELETE FROM mcp.finished_runs AS f
    WHERE f.run_id = ANY (old_runs);
    RETURN cardinality(old_runs);
END
$$;

COMMENT ON FUNCTION mcp._delete_runs_of(uuid, timestamptz, integer) IS
'Deletes the oldest runs of a workflow that ended before a moment, with their attempts and events; how many there were.';

CREATE FUNCTION mcp._delete_old_runs(max_runs integer)
RETURNS integer
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    rule        record;
    gone        integer := 0;
BEGIN
    FOR rule IN
        SELECT r.workflow_id,
               -- An id cannot hold an earlier time.
               greatest(now() - make_interval(secs => r.retention_days * 86400), '1970-01-02Z') AS ended_before
        FROM mcp._retentions() AS r
        WHERE r.retention_days IS NOT NULL
    LOOP
        gone := gone + mcp._delete_runs_of(rule.workflow_id, rule.ended_before, max_runs - gone);
        EXIT WHEN gone >= max_runs;
    END LOOP;
    RETURN gone;
END
$$;

COMMENT ON FUNCTION mcp._delete_old_runs(integer) IS
'Deletes up to so many runs that nobody wants to keep; how many there were.';

-- May the month go: did every run of it end before the longest retention, and does
-- none of it live?  The partitions are locked by then, so what is true stays true.
CREATE FUNCTION mcp._is_month_over(runs regclass, low uuid, high uuid, ended_before timestamptz)
RETURNS boolean
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    is_kept     boolean;
BEGIN
    IF EXISTS (SELECT FROM mcp.live_runs AS l WHERE l.run_id >= low AND l.run_id < high) THEN
        RETURN false;
    END IF;
    EXECUTE format('SELECT EXISTS (
                        SELECT FROM %s AS f
                        WHERE f.finished_at >= $1
                           OR EXISTS (SELECT FROM mcp.live_runs AS l WHERE l.run_id = f.parent_run_id))', runs)
    INTO is_kept
    USING ended_before;
    RETURN NOT is_kept;
END
$$;

COMMENT ON FUNCTION mcp._is_month_over(regclass, uuid, uuid, timestamptz) IS
'Whether nothing of a partition of finished_runs is to be kept.';

-- While some workflow keeps its runs for ever, no month goes as a whole.
CREATE FUNCTION mcp._drop_old_months()
RETURNS text[]
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    longest     numeric;
    partition   record;
    month       timestamptz;
    ended_before timestamptz;
    low         uuid;
    high        uuid;
    dropped     text[] := '{}';
BEGIN
    SELECT CASE WHEN bool_and(r.retention_days IS NOT NULL) THEN max(r.retention_days) END
    INTO longest
    FROM mcp._retentions() AS r;
    IF longest IS NULL THEN
        RETURN dropped;
    END IF;
    ended_before := now() - make_interval(secs => longest * 86400);
    FOR partition IN
        SELECT i.inhrelid::regclass AS runs,
               to_regclass('mcp.step_runs' || right(c.relname, 8)) AS steps,
               replace(right(c.relname, 7), '_', '-') || '-01' AS first_day
        FROM pg_inherits AS i
        JOIN pg_class AS c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'mcp.finished_runs'::regclass
          AND c.relname ~ '^finished_runs_\d{4}_\d{2}$'
        ORDER BY c.relname
    LOOP
        month := partition.first_day::timestamp AT TIME ZONE 'UTC';
        CONTINUE WHEN month + interval '31 days' > ended_before;
        low := mcp.uuid_v7_floor(month);
        high := mcp.uuid_v7_floor((partition.first_day::timestamp + interval '1 month') AT TIME ZONE 'UTC');
        -- Where attempts of the month lie in the default partition, runs are deleted.
        CONTINUE WHEN partition.steps IS NULL;
        -- Once to spare a month that stays the lock, once under the lock; which is
        -- taken as whoever writes does, the parents first.
        CONTINUE WHEN NOT mcp._is_month_over(partition.runs, low, high, ended_before);
        LOCK TABLE ONLY mcp.finished_runs, ONLY mcp.step_runs, ONLY mcp.step_details,
            ONLY mcp.step_artifacts, ONLY mcp.run_details, ONLY mcp.run_events IN ACCESS EXCLUSIVE MODE;
        CONTINUE WHEN NOT mcp._is_month_over(partition.runs, low, high, ended_before);
        EXECUTE format('DROP TABLE %s, %s', partition.runs, partition.steps);
        EXECUTE format('DROP TABLE IF EXISTS mcp.step_details%1$s, mcp.step_artifacts%1$s, mcp.run_details%1$s, mcp.run_events%1$s',
                       replace(left('-' || partition.first_day, 8), '-', '_'));
        -- Those that lie in the default partition.
        DELETE FROM mcp.step_details AS x
        WHERE x.run_id >= low
          AND x.run_id < high;
        DELETE FROM mcp.step_artifacts AS a
        WHERE a.run_id >= low
          AND a.run_id < high;
        DELETE FROM mcp.run_details AS d
        WHERE d.run_id >= low
          AND d.run_id < high;
        DELETE FROM mcp.run_events AS e
        WHERE e.run_id >= low
          AND e.run_id < high;
        dropped := dropped || ('finished_runs_' || replace(left(partition.first_day, 7), '-', '_'));
    END LOOP;
    RETURN dropped;
END
$$;

COMMENT ON FUNCTION mcp._drop_old_months() IS
'Drops the months of history of which nothing is to be kept; their names.';

-- What is over for other reasons.  A run that is over takes no signal any more.
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
