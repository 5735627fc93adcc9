-- Schedules: runs that start by the clock.
--
-- When one fires, and what is wrong with a definition, is computed in C; here they are
-- found and read, and none loses the workflow that it is to start.

-- An interval stands in a document as ISO 8601 has it, whatever the session likes.
CREATE FUNCTION mcp._schedule_definition(schedule mcp.schedules)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
SET intervalstyle = 'iso_8601'
AS $$
BEGIN
    RETURN jsonb_build_object(
               'name', (schedule).name,
               'slug', (schedule).slug,
               'description', (schedule).description,
               'workflow', (schedule).workflow_id,
               'time_zone', (schedule).time_zone,
               'inputs', (schedule).inputs,
               'options', (schedule).options,
               'overlap', (schedule).overlap,
               'catch_up', (schedule).catch_up,
               'catch_up_limit', (schedule).catch_up_limit,
               'jitter_seconds', (schedule).jitter_seconds,
               'is_paused', (schedule).is_paused)
           || CASE
                  WHEN (schedule).cron IS NULL
                  THEN jsonb_build_object('interval', (schedule).repeat_every::text,
                                          'anchor', (schedule).anchor)
                  ELSE jsonb_build_object('cron', (schedule).cron)
              END;
END
$$;

COMMENT ON FUNCTION mcp._schedule_definition(mcp.schedules) IS
'The document that would make the schedule.';

CREATE FUNCTION mcp._schedule_document(schedule mcp.schedules)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN mcp._schedule_definition(schedule)
           || jsonb_build_object(
               'schedule_id', (schedule).schedule_id,
               'id', (schedule).schedule_id,
               'workflow_id', (schedule).workflow_id,
               'owner', (schedule).owner,
               'created_at', (schedule).created_at,
               'updated_at', (schedule).updated_at,
               'next_fire_at', CASE WHEN NOT (schedule).is_paused THEN (schedule).next_fire_at END,
               'last_fire_at', (schedule).last_fire_at,
               'last_run_id', (schedule).last_run_id,
               'waiting', to_jsonb((schedule).waiting));
END
$$;

COMMENT ON FUNCTION mcp._schedule_document(mcp.schedules) IS
'A schedule in full, as JSON.';

CREATE FUNCTION mcp._find_schedule(schedule text)
RETURNS mcp.schedules
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found_one   mcp.schedules;
BEGIN
    IF schedule ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
        SELECT s.* INTO found_one FROM mcp.schedules AS s WHERE s.schedule_id = schedule::uuid;
    ELSE
        SELECT s.* INTO found_one FROM mcp.schedules AS s WHERE s.slug = schedule;
    END IF;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'schedule % does not exist', coalesce('"' || left(schedule, 100) || '"', 'NULL')
            USING ERRCODE = 'MC020',
                  HINT = 'Give the id or the slug of one that mcp.list_schedules() shows.';
    END IF;
    RETURN found_one;
END
$$;

COMMENT ON FUNCTION mcp._find_schedule(text) IS
'The row of a schedule, by id or slug; raises MC020 where there is none.';

CREATE FUNCTION mcp.create_schedule(definition jsonb)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_create_schedule'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.create_schedule(jsonb) IS
'Makes a schedule and returns it as mcp.get_schedule does. Takes {name, workflow (id or slug), cron or interval, ...}: cron is an expression of five fields, or six with the second first, or @hourly, @daily, @weekly, @monthly, @yearly; interval is seconds or a text like "90 minutes", counted from anchor (now). Further: slug, description, time_zone ("UTC"), inputs ({}), options ({}, as of mcp.start_run), overlap (what to do while the last run lives: "skip", "queue", "allow"), catch_up (for times that passed unseen by a minute: "none", "one" run, or "all" up to catch_up_limit, 100), jitter_seconds (0), is_paused (false). Raises the first problem of mcp.validate_schedule.';

CREATE FUNCTION mcp.validate_schedule(definition jsonb, schedule text DEFAULT NULL)
RETURNS TABLE (sqlstate text, rule text, path text, message text, hint text)
AS 'MODULE_PATHNAME', 'mcp_validate_schedule'
LANGUAGE C STABLE PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.validate_schedule(jsonb, text) IS
'All that is wrong with a definition for mcp.create_schedule, or, where a schedule is given, for mcp.update_schedule of that one; one problem to a row, and no row, no problem.';

CREATE FUNCTION mcp.get_schedule(schedule text)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN mcp._schedule_document(mcp._find_schedule(schedule));
END
$$;

COMMENT ON FUNCTION mcp.get_schedule(text) IS
'One schedule, by id or slug: its definition, and {schedule_id, workflow_id, owner, created_at, updated_at, next_fire_at, last_fire_at, last_run_id, waiting}. next_fire_at is null while it is paused. Raises MC020 where there is none.';

CREATE FUNCTION mcp.list_schedules(
    workflow        text    DEFAULT NULL,
    skip            integer DEFAULT 0,
    max_rows        integer DEFAULT 100,
    after           uuid    DEFAULT NULL)
RETURNS SETOF jsonb
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wanted_id   uuid := mcp._workflow_id_of(workflow);
BEGIN
    PERFORM mcp._check_page(skip, max_rows);
    RETURN QUERY
        SELECT mcp._schedule_document(s)
        FROM mcp.schedules AS s
        WHERE (wanted_id IS NULL OR s.workflow_id = wanted_id)
          AND (after IS NULL OR s.schedule_id > after)
        ORDER BY s.schedule_id
        OFFSET skip
        LIMIT max_rows;
END
$$;

COMMENT ON FUNCTION mcp.list_schedules(text, integer, integer, uuid) IS
'Schedules in the order they were made, all or those of a workflow (id or slug); those behind the id after.';

CREATE FUNCTION mcp.list_schedule_fires(
    schedule        text,
    skip            integer DEFAULT 0,
    max_rows        integer DEFAULT 100,
    before          timestamptz DEFAULT NULL)
RETURNS TABLE (
    scheduled_at    timestamptz,
    fired_at        timestamptz,
    outcome         text,
    run_id          uuid,
    detail          text)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wanted      mcp.schedules := mcp._find_schedule(schedule);
BEGIN
    PERFORM mcp._check_page(skip, max_rows);
    RETURN QUERY
        SELECT f.scheduled_at, f.fired_at, f.outcome, f.run_id, f.detail
        FROM mcp.schedule_fires AS f
        WHERE f.schedule_id = (wanted).schedule_id
          AND (before IS NULL OR f.scheduled_at < before)
        ORDER BY f.scheduled_at DESC
        OFFSET skip
        LIMIT max_rows;
END
$$;

COMMENT ON FUNCTION mcp.list_schedule_fires(text, integer, integer, timestamptz) IS
'What became of the times of a schedule, the latest first; those before a time. Old ones are let go after a while.';

CREATE FUNCTION mcp.update_schedule(schedule text, changes jsonb)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_update_schedule'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.update_schedule(text, jsonb) IS
'Changes a schedule: the keys given replace the old, the rest stays; cron replaces interval, and the other way. It fires next as the new definition says, from now on. Returns it as mcp.get_schedule does.';

CREATE FUNCTION mcp.delete_schedule(schedule text)
RETURNS void
AS 'MODULE_PATHNAME', 'mcp_delete_schedule'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.delete_schedule(text) IS
'Deletes a schedule; runs that it started go on.';

CREATE FUNCTION mcp.pause_schedule(schedule text)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_pause_schedule'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.pause_schedule(text) IS
'A schedule that is paused fires nothing; its runs go on. Returns it as mcp.get_schedule does.';

CREATE FUNCTION mcp.resume_schedule(schedule text)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_resume_schedule'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.resume_schedule(text) IS
'A schedule that was paused fires again, from now on: the times in between are nobody''s. Returns it as mcp.get_schedule does.';

CREATE FUNCTION mcp.trigger_schedule(schedule text)
RETURNS uuid
AS 'MODULE_PATHNAME', 'mcp_trigger_schedule'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.trigger_schedule(text) IS
'Starts a run as the schedule would, now, and returns its id: also while it is paused, or its last run lives. When it fires next stays as it was.';

CREATE FUNCTION mcp.next_fire_times(
    expr            text,
    n               integer     DEFAULT 10,
    time_zone       text        DEFAULT 'UTC',
    after           timestamptz DEFAULT now())
RETURNS SETOF timestamptz
AS 'MODULE_PATHNAME', 'mcp_next_fire_times'
LANGUAGE C STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.next_fire_times(text, integer, text, timestamptz) IS
'The next n (at most 1000) times after a moment at which a cron expression, or an interval counted from that moment, fires by the clock of a time zone. A time that the clock leaves out fires once right after the gap, one that it shows twice fires the first time.';

CREATE FUNCTION mcp._fire_schedules()
RETURNS integer
AS 'MODULE_PATHNAME', 'mcp_fire_schedules'
LANGUAGE C VOLATILE;

COMMENT ON FUNCTION mcp._fire_schedules() IS
'Fires what is due, for mcp.maintain(); how many schedules were.';

CREATE FUNCTION mcp._refuse_while_scheduled()
RETURNS trigger
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    slugs       text;
BEGIN
    SELECT string_agg(format('"%s"', s.slug), ', ' ORDER BY s.slug)
    INTO slugs
    FROM mcp.schedules AS s
    WHERE s.workflow_id = OLD.workflow_id;
    IF slugs IS NOT NULL THEN
        RAISE EXCEPTION 'workflow "%" is started by schedules', OLD.name
            USING ERRCODE = 'MC021',
                  DETAIL = format('These start it: %s.', slugs),
                  HINT = 'Delete them first, or change their workflow.';
    END IF;
    RETURN OLD;
END
$$;

COMMENT ON FUNCTION mcp._refuse_while_scheduled() IS
'Trigger: a workflow that schedules start cannot be deleted.';

CREATE TRIGGER refuse_while_scheduled
    BEFORE DELETE ON mcp.workflow_definitions
    FOR EACH ROW
    EXECUTE FUNCTION mcp._refuse_while_scheduled();

COMMENT ON TRIGGER refuse_while_scheduled ON mcp.workflow_definitions IS
'Who makes a schedule locks the workflow, so none comes while it goes.';
