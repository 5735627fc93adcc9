-- Runs that nobody wants to keep leave history.
--
-- A month of history goes as a whole where nothing of it is to be kept, which costs
-- nothing; what a shorter retention lets go before that is deleted, a bounded
-- number of runs at a time.  Runs that live are never touched.

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
