-- Reading runs: whole, in lists, and as bars of a chart.
--
-- In plpgsql and with plans as 32_run_attempts.sql argues for.

-- History by workflow, newest first; and what did not end well, which is rare
-- and looked for.  On the leaves: see 30_run_tables.sql.
CREATE INDEX finished_runs_workflow ON mcp.finished_runs_default (workflow_id, run_id);
CREATE INDEX finished_runs_unsuccessful ON mcp.finished_runs_default (run_id)
    WHERE status <> 'SUCCESS';

CREATE FUNCTION mcp._run_head(run mcp.workflow_runs)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN jsonb_build_object(
        'run_id', (run).run_id,
        'execution_id', (run).run_id,
        'workflow_id', (run).workflow_id,
        'workflow_version', (run).workflow_version,
        'mcp_version_id', (run).mcp_version_id,
        'status', (run).status,
        'queue', (run).queue,
        'priority', (run).priority,
        'owner', (run).owner,
        'created_at', (run).created_at,
        'started_at', (run).started_at,
        'finished_at', (run).finished_at,
        'inputs', (run).inputs,
        'final_outputs', (run).outputs,
        'error_message', (run).error_message,
        'parent_run_id', (run).parent_run_id,
        'fallback_run_id', (run).fallback_run_id);
END
$$;

COMMENT ON FUNCTION mcp._run_head(mcp.workflow_runs) IS
'A run as JSON, without its steps.';

CREATE FUNCTION mcp._find_run(run uuid)
RETURNS mcp.workflow_runs
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    found_run   mcp.workflow_runs;
BEGIN
    SELECT r.*
    INTO found_run
    FROM mcp.workflow_runs AS r
    WHERE r.run_id = run;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'run % does not exist', coalesce(quote_ident(run::text), 'NULL')
            USING ERRCODE = 'MC020';
    END IF;
    RETURN found_run;
END
$$;

COMMENT ON FUNCTION mcp._find_run(uuid) IS
'The row of a run, live or finished; raises MC020 where there is none.';

-- What the models of its steps have used, all attempts; most runs have no model.
CREATE FUNCTION mcp._run_usage(run uuid)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    total       jsonb;
BEGIN
    SELECT jsonb_build_object('usage', jsonb_build_object(
               'input_tokens', sum(c.input_tokens),
               'output_tokens', sum(c.output_tokens),
               'costs', coalesce(jsonb_object_agg(c.currency, c.cost) FILTER (WHERE c.currency IS NOT NULL), '{}')))
    INTO total
    FROM (SELECT x.usage ->> 'currency' AS currency,
                 sum((x.usage ->> 'input_tokens')::numeric) AS input_tokens,
                 sum((x.usage ->> 'output_tokens')::numeric) AS output_tokens,
                 trim_scale(sum((x.usage ->> 'cost')::numeric)) AS cost
          FROM mcp.step_details AS x
          WHERE x.run_id = run
            AND x.reused_from IS NULL
            AND jsonb_typeof(x.usage -> 'input_tokens') = 'number'
            AND jsonb_typeof(x.usage -> 'output_tokens') = 'number'
            AND coalesce(jsonb_typeof(x.usage -> 'cost'), 'number') = 'number'
          GROUP BY x.usage ->> 'currency') AS c
    HAVING count(*) > 0;
    RETURN coalesce(total, '{}');
END
$$;

COMMENT ON FUNCTION mcp._run_usage(uuid) IS
'{"usage": {input_tokens, output_tokens, costs: {currency: sum}}} of a run''s own attempts; nothing where no model was asked.';

CREATE FUNCTION mcp.get_run(run uuid)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found_run   mcp.workflow_runs := mcp._find_run(run);
BEGIN
    RETURN mcp._run_head(found_run)
           || mcp._run_details(run)
           || mcp._run_usage(run)
           || jsonb_build_object('step_results', mcp._step_results(found_run));
END
$$;

COMMENT ON FUNCTION mcp.get_run(uuid) IS
'A run with its attempts: {run_id, workflow_id, workflow_version, status, started_at, finished_at, inputs, step_results: [...], final_outputs, error_message, ...}; what its start said, {tags, traceparent, timeout_seconds, start_at}; what models it has used, usage: {input_tokens, output_tokens, costs: {currency: sum}}; and which runs are tries of the same, {origin_run_id, retry_run_ids}. Raises MC020 for an unknown run.';

CREATE FUNCTION mcp.run_gantt(run uuid)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found_run   mcp.workflow_runs := mcp._find_run(run);
BEGIN
    RETURN (
        SELECT coalesce(
            jsonb_agg(
                jsonb_build_object(
                    'id', concat_ws('/', run, r.step ->> 'step_id', r.step ->> 'attempt'),
                    'step_id', r.step -> 'step_id',
                    'mcp_id', r.step -> 'mcp_id',
                    'name', r.step -> 'name',
                    'attempt', r.step -> 'attempt',
                    'started_at', r.step -> 'started_at',
                    'finished_at', r.step -> 'finished_at',
                    'status', r.step -> 'status')
                ORDER BY (r.step ->> 'started_at')::timestamptz, r.place),
            '[]')
        FROM jsonb_array_elements(mcp._step_results(found_run))
            WITH ORDINALITY AS r (step, place));
END
$$;

COMMENT ON FUNCTION mcp.run_gantt(uuid) IS
'The attempts of a run in the order they began, as bars of a chart: [{id, step_id, mcp_id, name, attempt, started_at, finished_at, status}]. Raises MC020 for an unknown run.';

-- A workflow that was deleted is still found by its id.
CREATE FUNCTION mcp._workflow_id_of(workflow text)
RETURNS uuid
LANGUAGE plpgsql
STABLE
STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found_id    uuid;
BEGIN
    IF workflow ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
        RETURN workflow::uuid;
    END IF;
    SELECT d.workflow_id
    INTO found_id
    FROM mcp.workflow_definitions AS d
    WHERE d.slug = workflow;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'workflow "%" does not exist', left(workflow, 100)
            USING ERRCODE = 'MC020';
    END IF;
    RETURN found_id;
END
$$;

COMMENT ON FUNCTION mcp._workflow_id_of(text) IS
'The id that a text names: an id itself, or a slug; raises MC020 for an unknown slug.';

-- A generic plan would have to look at every partition and sort; the custom one
-- reads the newest first and stops.
CREATE FUNCTION mcp.list_runs(
    workflow        text    DEFAULT NULL,
    status          text    DEFAULT NULL,
    skip            integer DEFAULT 0,
    max_rows        integer DEFAULT 100,
    after           uuid    DEFAULT NULL)
RETURNS SETOF jsonb
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    wanted_id   uuid := mcp._workflow_id_of(workflow);
BEGIN
    IF status NOT IN ('PENDING', 'RUNNING', 'PAUSED', 'SUCCESS', 'FAILED', 'CANCELLED') THEN
        RAISE EXCEPTION 'unknown status %', quote_literal(left(status, 100))
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'A run is PENDING, RUNNING, PAUSED, SUCCESS, FAILED or CANCELLED.';
    END IF;
    PERFORM mcp._check_page(skip, max_rows);
    RETURN QUERY
        SELECT mcp._run_head(r)
        FROM mcp.workflow_runs AS r
        WHERE (wanted_id IS NULL OR r.workflow_id = wanted_id)
          AND (list_runs.status IS NULL OR r.status = list_runs.status)
          AND (after IS NULL OR r.run_id < after)
        ORDER BY r.run_id DESC
        OFFSET skip
        LIMIT max_rows;
END
$$;

COMMENT ON FUNCTION mcp.list_runs(text, text, integer, integer, uuid) IS
'Runs, newest first, without their steps; those behind (older than) the id after. workflow is an id (of a deleted one, too) or a slug; an unknown slug raises MC020, an unknown status invalid_parameter_value.';
