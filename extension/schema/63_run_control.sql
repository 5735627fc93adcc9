-- Steering runs: what was said at their start, what people did to them since.
--
-- These rows stand beside the runs and not in them: most runs have none, and the
-- row of a live run is what every step of it writes anew.

-- Partitioned as history is, so that a run and what is known of it go together.
CREATE TABLE mcp.run_details (
    run_id          uuid        NOT NULL,
    origin_run_id   uuid,                   -- this run is a retry of that one
    tags            jsonb,
    traceparent     text,
    timeout_seconds double precision,
    start_at        timestamptz
) PARTITION BY RANGE (run_id);

COMMENT ON TABLE mcp.run_details IS
'What the start of a run said beyond what moves it on; most runs have no row.';

CREATE TABLE mcp.run_details_default
    PARTITION OF mcp.run_details (PRIMARY KEY (run_id)) DEFAULT;

COMMENT ON TABLE mcp.run_details_default IS
'Details of runs of months without a partition of their own.';

-- On the leaves, as all keys and indexes of history: see 30_run_tables.sql.
CREATE INDEX run_details_origin
    ON mcp.run_details_default (origin_run_id)
    WHERE origin_run_id IS NOT NULL;

CREATE TABLE mcp.run_events (
    run_id          uuid        NOT NULL,
    event_id        uuid        NOT NULL DEFAULT mcp.uuid_v7(),
    step_ordinal    integer,                -- null: the run as a whole
    kind            text        NOT NULL,
    detail          jsonb,
    actor           name        NOT NULL DEFAULT mcp._actor(),
    recorded_at     timestamptz NOT NULL DEFAULT clock_timestamp()
) PARTITION BY RANGE (run_id);

COMMENT ON TABLE mcp.run_events IS
'What was done to runs, beside what their attempts tell: mcp.run_events() shows both.';

CREATE TABLE mcp.run_events_default
    PARTITION OF mcp.run_events (PRIMARY KEY (run_id, event_id)) DEFAULT;

COMMENT ON TABLE mcp.run_events_default IS
'Events of runs of months without a partition of their own.';

-- A start that comes twice.  The key is taken before the run is made, so two that
-- come at once wait for each other here.
CREATE TABLE mcp.idempotency_keys (
    target_id       uuid        NOT NULL,   -- the workflow, or the MCP
    key             text        NOT NULL,
    run_id          uuid        NOT NULL,
    body_hash       bytea       NOT NULL,
    expires_at      timestamptz NOT NULL,
    PRIMARY KEY (target_id, key)
);

CREATE INDEX idempotency_keys_expiry ON mcp.idempotency_keys (expires_at);

COMMENT ON TABLE mcp.idempotency_keys IS
'Which run a start with that key made: the same start again is answered with it.';

SELECT pg_catalog.pg_extension_config_dump('mcp.run_details_default', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.run_events_default', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.idempotency_keys', '');

CREATE FUNCTION mcp.pause_run(run uuid, reason text DEFAULT NULL)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_pause_run'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_bitmapscan = off
SET jit = off;

COMMENT ON FUNCTION mcp.pause_run(uuid, text) IS
'Pauses a run and returns it as mcp.get_run does: no further step of it begins until mcp.resume_run. Steps that a worker has go on, and their results are taken; sub-workflows that it started are runs of their own and go on. A time limit of the run goes on too. Raises MC020 for an unknown run, MC010 for one that has ended or is paused.';

CREATE FUNCTION mcp.resume_run(run uuid)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_resume_run'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_bitmapscan = off
SET jit = off;

COMMENT ON FUNCTION mcp.resume_run(uuid) IS
'Lets a paused run go on and returns it as mcp.get_run does. Raises MC020 for an unknown run, MC010 for one that is not paused.';

CREATE FUNCTION mcp.retry_run(
    run             uuid,
    from_step       text  DEFAULT NULL,
    inputs          jsonb DEFAULT NULL,
    options         jsonb DEFAULT '{}')
RETURNS uuid
AS 'MODULE_PATHNAME', 'mcp_retry_run'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_bitmapscan = off
SET jit = off;

COMMENT ON FUNCTION mcp.retry_run(uuid, text, jsonb, jsonb) IS
'Starts a new run of what a run that has ended ran, the same versions, and returns its id. Steps before the one that failed keep their results (in step_results they say reused_from); that step and all that come after it are done anew. from_step names another step to begin with, of a run that succeeded too. inputs are merged over those of the old run; results that are kept do not change by them. options are those of mcp.start_run without the idempotency key, queue and priority those of the old run where not given. mcp.get_run shows origin_run_id in the new run and retry_run_ids in the old. Raises MC020 for an unknown run or step, MC010 for a run that has not ended or has nothing left to do.';

CREATE FUNCTION mcp.send_signal(run uuid, name text, payload jsonb DEFAULT NULL)
RETURNS uuid
AS 'MODULE_PATHNAME', 'mcp_send_signal'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_bitmapscan = off
SET jit = off;

COMMENT ON FUNCTION mcp.send_signal(uuid, text, jsonb) IS
'Sends a signal to a run and returns the signal''s id. One step that waits for the name takes it, and the payload is its result; a signal that comes before the wait is kept until then. Signals of one name are taken in the order they were sent. Raises MC020 for an unknown run, MC010 for one that has ended.';

CREATE FUNCTION mcp.decide_approval(
    run             uuid,
    step_id         text,
    approve         boolean,
    comment         text DEFAULT NULL)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_decide_approval'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_bitmapscan = off
SET jit = off;

COMMENT ON FUNCTION mcp.decide_approval(uuid, text, boolean, text) IS
'Approves what a step of a run waits for, or refuses it, and returns the decision {approved, decided_by, decided_at, comment}. Where the wait names roles, the caller must be a member of one of them (42501). Raises MC020 for an unknown run, MC010 where no approval is waited for there or it is decided already.';

CREATE FUNCTION mcp.list_approvals(skip integer DEFAULT 0, max_rows integer DEFAULT 100)
RETURNS TABLE (
    run_id          uuid,
    step_id         text,
    workflow_id     uuid,
    message         text,
    roles           text[],
    waiting_since   timestamptz,
    expires_at      timestamptz,
    may_decide      boolean)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM mcp._check_page(skip, max_rows);
    RETURN QUERY
        SELECT p.run_id,
               mcp._slot_name(l::mcp.workflow_runs, p.step_ordinal),
               l.workflow_id,
               p.detail ->> 'message',
               r.roles,
               p.since,
               p.expires_at,
               mcp._may_decide(p.detail, mcp._actor())
        FROM mcp.parked_steps AS p
        JOIN mcp.live_runs AS l ON l.run_id = p.run_id
        CROSS JOIN LATERAL (
            SELECT array_agg(e.role ORDER BY e.place)
            FROM jsonb_array_elements_text(p.detail -> 'roles')
                WITH ORDINALITY AS e (role, place)) AS r (roles)
        WHERE p.kind = 'approval'
          AND NOT p.detail ? 'decision'
        ORDER BY p.since, p.run_id, p.step_ordinal
        OFFSET skip
        LIMIT max_rows;
END
$$;

COMMENT ON FUNCTION mcp.list_approvals(integer, integer) IS
'The approvals that runs wait for, the longest first; may_decide says whether the caller may.';

-- A role that does not exist has no members.
CREATE FUNCTION mcp._may_decide(approval jsonb, actor name)
RETURNS boolean
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(jsonb_array_length(approval -> 'roles'), 0) = 0
        OR EXISTS (
            SELECT
            FROM pg_roles AS r
            JOIN jsonb_array_elements_text(approval -> 'roles') AS e (role)
              ON e.role = r.rolname
            WHERE pg_has_role(actor, r.oid, 'MEMBER'))
$$;

COMMENT ON FUNCTION mcp._may_decide(jsonb, name) IS
'Whether a role may decide an approval: all may where it names no roles.';

CREATE FUNCTION mcp._slot_name(run mcp.workflow_runs, slot integer)
RETURNS text
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT concat(s.step_id, '[' || t.item || ']')
        FROM mcp._live_tasks((run).state) AS t
        JOIN mcp._steps_of_run(run) AS s ON s.step_ordinal = t.of_ordinal
        WHERE t.step_ordinal = slot);
END
$$;

COMMENT ON FUNCTION mcp._slot_name(mcp.workflow_runs, integer) IS
'The step that is under way at a place of a live run''s state: its id, of an item of a for_each with the item''s place, "fetch[2]".';

CREATE FUNCTION mcp._run_details(run uuid)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    details     mcp.run_details;
BEGIN
    SELECT d.*
    INTO details
    FROM mcp.run_details AS d
    WHERE d.run_id = run;
    RETURN jsonb_build_object(
        'tags', coalesce(details.tags, '{}'),
        'traceparent', details.traceparent,
        'timeout_seconds', details.timeout_seconds,
        'start_at', details.start_at,
        'origin_run_id', details.origin_run_id,
        'retry_run_ids', (
            SELECT coalesce(jsonb_agg(r.run_id ORDER BY r.run_id), '[]')
            FROM mcp.run_details AS r
            WHERE r.origin_run_id = run));
END
$$;

COMMENT ON FUNCTION mcp._run_details(uuid) IS
'What mcp.get_run shows of a run beside its row and its attempts.';
