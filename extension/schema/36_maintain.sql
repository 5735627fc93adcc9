-- Housekeeping: the partitions of history, made ahead of time, and what goes.
--
-- They are made here and never by the script of the extension: what the script
-- makes belongs to the extension, and pg_dump would leave it out.

-- One month of one partitioned table, made while there is no row for it.  Rows of
-- that month which came early, before it had a partition, stay in the default one,
-- and so does the whole month: were they moved, a reader whose snapshot is older
-- would look for them where they are not yet, and miss them.
CREATE FUNCTION mcp._make_partition(parent name, month date)
RETURNS boolean
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    partition   name := parent || to_char(month, '_YYYY_MM');
    low         uuid := mcp.uuid_v7_floor(month::timestamp AT TIME ZONE 'UTC');
    high        uuid := mcp.uuid_v7_floor((month + interval '1 month') AT TIME ZONE 'UTC');
    is_late     boolean;
BEGIN
    IF to_regclass(format('mcp.%I', partition)) IS NOT NULL THEN
        RETURN false;
    END IF;
    -- Once to spare a month that is too late the lock, once under the lock.
    FOR look IN 1 .. 2 LOOP
        EXECUTE format('SELECT EXISTS (
                            SELECT FROM mcp.%I
                            WHERE run_id >= $1
                              AND run_id < $2)',
                       parent || '_default')
        INTO is_late
        USING low, high;
        IF is_late THEN
            RETURN false;
        END IF;
        EXECUTE format('LOCK TABLE mcp.%I IN ACCESS EXCLUSIVE MODE', parent || '_default');
    END LOOP;
    EXECUTE format('CREATE TABLE mcp.%I (LIKE mcp.%I INCLUDING ALL)', partition, parent || '_default');
    EXECUTE format('COMMENT ON TABLE mcp.%I IS %L', partition,
                   format('History of %s: %s.', to_char(month, 'YYYY-MM'), parent));
    EXECUTE format('ALTER TABLE mcp.%I ATTACH PARTITION mcp.%I FOR VALUES FROM (%L) TO (%L)',
                   parent, partition, low, high);
    RETURN true;
END
$$;

COMMENT ON FUNCTION mcp._make_partition(name, date) IS
'Makes the partition of a partitioned table for the month that begins on the date (UTC); false where it exists, or the default one has rows of that month.';

-- The time limit on locks: a partition is attached under a lock on the default
-- one, and whoever waits for that lock makes all others wait behind it.  Better to
-- give up and try again with the next call.
CREATE FUNCTION mcp.maintain(months_ahead integer DEFAULT 2)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '2s'
AS $$
DECLARE
    this_month  date := date_trunc('month', now() AT TIME ZONE 'UTC')::date;
    parent      name;
    month       date;
    made        text[] := '{}';
    dropped     text[];
    runs_gone   integer;
    rows_gone   integer;
    rows_left   integer;
    -- So many of each kind at a time, to keep the transaction short.
    batch       CONSTANT integer := 5000;
BEGIN
    IF months_ahead IS NULL OR months_ahead NOT BETWEEN 0 AND 120 THEN
        RAISE EXCEPTION 'months_ahead must be 0 to 120, not %',
                        coalesce(months_ahead::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF NOT pg_try_advisory_xact_lock('mcp.workflow_runs'::regclass::bigint) THEN
        RETURN jsonb_build_object('is_busy', true, 'is_more', false, 'partitions_made', made);
    END IF;
    FOREACH parent IN ARRAY ARRAY['finished_runs', 'step_runs', 'step_details', 'step_artifacts', 'run_details', 'run_events']::name[] LOOP
        FOR ahead IN 0 .. months_ahead LOOP
            month := (this_month + make_interval(months => ahead))::date;
            IF mcp._make_partition(parent, month) THEN
                made := made || (parent || to_char(month, '_YYYY_MM'));
            END IF;
        END LOOP;
    END LOOP;
    dropped := mcp._drop_old_months();
    IF dropped <> '{}' THEN
        -- No trigger sees a table go.
        PERFORM mcp._note_change(mcp._topic_of(0, NULL));
    END IF;
    runs_gone := mcp._delete_old_runs(batch);
    rows_gone := mcp._delete_expired(batch);
    rows_left := mcp._delete_leftovers(batch);
    PERFORM mcp.fold_cache_labels();
    RETURN jsonb_build_object(
        'is_busy', false,
        'is_more', runs_gone >= batch OR rows_gone >= batch OR rows_left >= batch,
        'partitions_made', made,
        'partitions_dropped', dropped,
        'runs_deleted', runs_gone,
        'rows_expired', rows_gone,
        'leftovers_deleted', rows_left,
        'schedules_fired', mcp._fire_schedules());
END
$$;

COMMENT ON FUNCTION mcp.maintain(integer) IS
'Makes the monthly partitions of runs, attempts and events from this month to months_ahead later; drops the months, and deletes the runs, that are older than their retention (mcp.set_retention); lets go of what has expired and of what runs that ended have left; fires schedules that are due. Returns {is_busy, is_more, partitions_made, partitions_dropped, runs_deleted, rows_expired, leftovers_deleted, schedules_fired}; is_busy where another session is at it, is_more where there is more to delete than one call does. To be called hourly or so: mcpd does.';
