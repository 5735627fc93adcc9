-- Runs as traces of OpenTelemetry, for whoever sends them on (OTLP/HTTP, as JSON).

CREATE FUNCTION mcp._otlp_time(at timestamptz)
RETURNS text
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT (extract(epoch FROM at) * 1000000000)::bigint::text
$$;

COMMENT ON FUNCTION mcp._otlp_time(timestamptz) IS
'Nanoseconds of Unix time, as OTLP writes 64-bit numbers in JSON.';

-- The attributes that have a value.
CREATE FUNCTION mcp._otlp_attributes(attributes jsonb)
RETURNS jsonb
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('key', a.key, 'value', CASE jsonb_typeof(a.value)
               WHEN 'number' THEN jsonb_build_object('intValue', a.value #>> '{}')
               ELSE jsonb_build_object('stringValue', a.value #>> '{}')
           END) ORDER BY a.key), '[]')
    FROM jsonb_each(attributes) AS a
    WHERE a.value <> 'null'
$$;

COMMENT ON FUNCTION mcp._otlp_attributes(jsonb) IS
'An object of texts and whole numbers as the attributes of a span.';

-- The trace that a run belongs to: that of its start's traceparent, else that of
-- the run it is a step of, else its own, whose id is the run's.
CREATE FUNCTION mcp._otlp_trace(run uuid, OUT trace_id text, OUT parent_span_id text)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    upper       uuid;
    upper_step  text;
    given       text;
BEGIN
    SELECT r.parent_run_id, r.parent_step_id
    INTO upper, upper_step
    FROM mcp.workflow_runs AS r
    WHERE r.run_id = run;
    SELECT d.traceparent
    INTO given
    FROM mcp.run_details AS d
    WHERE d.run_id = run;
    IF given IS NOT NULL THEN
        trace_id := split_part(given, '-', 2);
        parent_span_id := split_part(given, '-', 3);
    ELSIF upper IS NOT NULL THEN
        SELECT t.trace_id
        INTO trace_id
        FROM mcp._otlp_trace(upper) AS t;
        parent_span_id := mcp._otlp_span(upper, upper_step, 1);
    ELSE
        trace_id := replace(run::text, '-', '');
    END IF;
END
$$;

COMMENT ON FUNCTION mcp._otlp_trace(uuid) IS
'The trace of a run, and the span in it that the run is part of, if any.';

CREATE FUNCTION mcp._otlp_span(run uuid, step_id text, attempt integer)
RETURNS text
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT substr(md5(concat_ws('/', run, step_id, attempt)), 1, 16)
$$;

COMMENT ON FUNCTION mcp._otlp_span(uuid, text, integer) IS
'The id of an attempt''s span, the same whoever makes it; of the run''s own where the step is null.';

CREATE FUNCTION mcp._otlp_spans(run uuid)
RETURNS SETOF jsonb
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    ended       mcp.workflow_runs;
    trace       record;
BEGIN
    SELECT * INTO ended
    FROM mcp.workflow_runs AS r
    WHERE r.run_id = run
      AND r.finished_at IS NOT NULL;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    trace := mcp._otlp_trace(run);
    RETURN NEXT jsonb_strip_nulls(jsonb_build_object(
        'traceId', trace.trace_id,
        'spanId', mcp._otlp_span(run, NULL, NULL),
        'parentSpanId', trace.parent_span_id,
        'name', coalesce((SELECT w.slug FROM mcp.workflow_definitions AS w WHERE w.workflow_id = ended.workflow_id),
                         'run'),
        'kind', 1,
        'startTimeUnixNano', mcp._otlp_time(ended.created_at),
        'endTimeUnixNano', mcp._otlp_time(ended.finished_at),
        'attributes', mcp._otlp_attributes(jsonb_build_object(
            'mcp.run.id', ended.run_id,
            'mcp.run.status', ended.status,
            'mcp.run.queue', ended.queue,
            'mcp.workflow.id', ended.workflow_id,
            'mcp.workflow.version', ended.workflow_version)),
        'status', CASE ended.status
            WHEN 'SUCCESS' THEN '{"code": 1}'::jsonb
            ELSE jsonb_build_object('code', 2, 'message', ended.error_message)
        END));
    RETURN QUERY
        SELECT jsonb_strip_nulls(jsonb_build_object(
            'traceId', trace.trace_id,
            'spanId', mcp._otlp_span(run, s.step_id, s.attempt),
            'parentSpanId', mcp._otlp_span(run, NULL, NULL),
            'name', s.name,
            'kind', 1,
            'startTimeUnixNano', mcp._otlp_time(coalesce(s.started_at, s.finished_at)),
            'endTimeUnixNano', mcp._otlp_time(s.finished_at),
            'attributes', mcp._otlp_attributes(jsonb_build_object(
                'mcp.step.id', s.step_id,
                'mcp.step.status', s.status,
                'mcp.step.attempt', s.attempt,
                'mcp.step.error_class', s.error_class,
                'mcp.worker', s.worker,
                'mcp.mcp.id', s.mcp_id,
                'mcp.mcp.version', s.mcp_version)),
            'status', CASE
                WHEN s.status = 'SUCCESS' THEN '{"code": 1}'::jsonb
                WHEN s.status = 'FAILED' THEN jsonb_build_object('code', 2, 'message', s.error)
                ELSE '{}'
            END))
        FROM mcp.step_runs AS s
        WHERE s.run_id = run
        ORDER BY s.started_at, s.step_ordinal, s.attempt;
END
$$;

COMMENT ON FUNCTION mcp._otlp_spans(uuid) IS
'The spans of a run that has ended: its own, and one for each attempt of a step.';

CREATE FUNCTION mcp.run_traces(runs uuid[], service text DEFAULT 'mcp')
RETURNS jsonb
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_build_object('resourceSpans', jsonb_build_array(jsonb_build_object(
        'resource', jsonb_build_object('attributes', mcp._otlp_attributes(jsonb_build_object('service.name', service))),
        'scopeSpans', jsonb_build_array(jsonb_build_object(
            'scope', jsonb_build_object('name', 'mcp', 'version', mcp.version_full()),
            'spans', (SELECT coalesce(jsonb_agg(s), '[]')
                      FROM unnest(runs) AS r (run_id)
                      CROSS JOIN LATERAL mcp._otlp_spans(r.run_id) AS s))))))
$$;

COMMENT ON FUNCTION mcp.run_traces(uuid[], text) IS
'Runs that have ended as a request of OTLP/HTTP in JSON (OpenTelemetry Protocol 1, traces): a span for each run and one for each attempt of its steps, without inputs and results. A run whose start had a traceparent is part of that trace, a sub-workflow of its parent''s; any other has its own id as that of its trace. Runs that are unknown or have not ended are left out.';
