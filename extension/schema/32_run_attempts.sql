-- What a run consists of: its steps as its version has them, and their attempts, ended
-- or under way.
--
-- These are plpgsql, not sql: a function in sql plans its query at each call, and
-- over partitions that costs more than the query itself.  So does plpgsql where a
-- plan for the very run looks cheaper than one for any run, which has all
-- partitions in it but opens only one: hence force_generic_plan.

CREATE FUNCTION mcp._live_tasks(
    state           bytea,
    OUT step_ordinal integer,
    OUT attempt     integer,
    OUT status      text,
    OUT epoch       integer,
    OUT since       timestamptz,
    OUT of_ordinal  integer,
    OUT item        integer)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'mcp_live_tasks'
LANGUAGE C STABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mcp._live_tasks(bytea) IS
'The steps of a live run that are under way, from the bytes of its state. since is when a RUNNING step was handed out or a PARKED one began to wait, or when a SLEEPING one is due; of a READY one null, unless it was set aside in the midst of an attempt that began then. An item of a for_each has an ordinal of its own, of_ordinal is its step''s and item its place; of a step these are its own ordinal and null.';

-- The steps as they were when the run began.  A run of one MCP has one, made here.
CREATE FUNCTION mcp._steps_of_run(run mcp.workflow_runs)
RETURNS TABLE (step_ordinal integer, step_id text, name text, mcp_id uuid, mcp_version text)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
        SELECT (s.place - 1)::integer,
               s.step ->> 'step_id',
               s.step ->> 'name',
               (s.step ->> 'mcp_id')::uuid,
               coalesce(p.version_str, s.step ->> 'mcp_version_id')
        FROM mcp.workflow_versions AS v
        CROSS JOIN LATERAL jsonb_array_elements(v.definition -> 'steps')
            WITH ORDINALITY AS s (step, place)
        LEFT JOIN mcp.mcp_versions AS p
               ON p.id = (run).pinned_versions[s.place]
        WHERE v.workflow_id = (run).workflow_id
          AND v.version = (run).workflow_version
        UNION ALL
        SELECT 0, 'run', d.name, d.id, p.version_str
        FROM mcp.mcp_versions AS p
        JOIN mcp.mcp_definitions AS d ON d.id = p.mcp_id
        WHERE (run).workflow_id IS NULL
          AND p.id = (run).mcp_version_id;
END
$$;

COMMENT ON FUNCTION mcp._steps_of_run(mcp.workflow_runs) IS
'The steps of the version that a run pinned, by ordinal.';

CREATE FUNCTION mcp._step_results(run mcp.workflow_runs)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(r.result ORDER BY r.step_ordinal, r.attempt), '[]')
        FROM (
            SELECT s.step_ordinal,
                   s.attempt,
                   jsonb_build_object(
                       'step_id', s.step_id,
                       'mcp_id', s.mcp_id,
                       'mcp_version', s.mcp_version,
                       'name', s.name,
                       'status', s.status,
                       'attempt', s.attempt,
                       'started_at', s.started_at,
                       'finished_at', s.finished_at,
                       'inputs_used', s.inputs_used,
                       'outputs_generated', s.outputs_generated,
                       'error', s.error,
                       'error_class', s.error_class,
                       'stdout', s.stdout,
                       'stderr', s.stderr,
                       'usage', x.usage,
                       'worker', s.worker)
                   || CASE
                          WHEN x.is_from_cache THEN '{"is_from_cache": true}'
                          ELSE '{}'::jsonb
                      END
                   || CASE
                          WHEN x.reused_from IS NOT NULL
                          THEN jsonb_build_object('reused_from', x.reused_from)
                          ELSE '{}'
                      END AS result
            FROM mcp.step_runs AS s
            LEFT JOIN mcp.step_details AS x
                   ON x.run_id = (run).run_id
                  AND x.step_ordinal = s.step_ordinal
                  AND x.attempt = s.attempt
            WHERE s.run_id = (run).run_id
            UNION ALL
            SELECT t.step_ordinal,
                   t.attempt,
                   jsonb_build_object(
                       'step_id', concat(s.step_id, '[' || t.item || ']'),
                       'mcp_id', s.mcp_id,
                       'mcp_version', s.mcp_version,
                       'name', s.name,
                       'status', 'RUNNING',
                       'attempt', t.attempt,
                       'started_at', t.since,
                       'finished_at', NULL,
                       'inputs_used', NULL,
                       'outputs_generated', NULL,
                       'error', NULL,
                       'error_class', NULL,
                       'stdout', NULL,
                       'stderr', NULL,
                       'usage', NULL,
                       'worker', w.worker)
            FROM mcp._live_tasks((run).state) AS t
            JOIN mcp._steps_of_run(run) AS s ON s.step_ordinal = t.of_ordinal
            LEFT JOIN mcp.workers AS w USING (epoch)
            WHERE t.status IN ('RUNNING', 'PARKED')
               -- Set aside in the midst of an attempt, and to be handed out again.
               OR (t.status = 'READY' AND t.since IS NOT NULL)
        ) AS r);
END
$$;

COMMENT ON FUNCTION mcp._step_results(mcp.workflow_runs) IS
'The attempts of a run, by step in list order and attempt: those that ended, and those under way as RUNNING, be it that a worker has them or that they wait for something outside.';

-- Few MCPs name a queue, and few queues are named.
CREATE FUNCTION mcp._worker_queues()
RETURNS SETOF text
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT DISTINCT v.config_snapshot ->> 'queue'
    FROM mcp.mcp_types AS t
    JOIN mcp.mcp_definitions AS d ON d.type = t.type
    JOIN mcp.mcp_versions AS v ON v.mcp_id = d.id
    WHERE t.executor = 'worker'
      AND v.config_snapshot ? 'queue'
$$;

COMMENT ON FUNCTION mcp._worker_queues() IS
'The queues that MCPs of kind worker name.';

CREATE FUNCTION mcp._step_queue(run mcp.workflow_runs, step_ordinal integer)
RETURNS text
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN coalesce(
        (SELECT v.config_snapshot ->> 'queue'
         FROM mcp._steps_of_run(run) AS s
         JOIN mcp.mcp_versions AS v ON v.mcp_id = s.mcp_id AND v.version_str = s.mcp_version
         JOIN mcp.mcp_definitions AS d ON d.id = v.mcp_id
         JOIN mcp.mcp_types AS t ON t.type = d.type
         WHERE s.step_ordinal = _step_queue.step_ordinal
           AND t.executor = 'worker'),
        (run).queue);
END
$$;

COMMENT ON FUNCTION mcp._step_queue(mcp.workflow_runs, integer) IS
'Where a step of the run waits for a worker: the queue that its MCP names, else that of the run.';
