-- Steering many runs at once, by what they have in common.

CREATE FUNCTION mcp._check_run_filter(filter jsonb, statuses text[])
RETURNS void
LANGUAGE plpgsql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wrong       text;
BEGIN
    -- An empty one would mean all there are; who means that says so.
    IF filter IS NULL OR jsonb_typeof(filter) <> 'object' OR filter = '{}' THEN
        RAISE EXCEPTION 'a filter must be an object that names something'
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Its keys are workflow, status, queue, created_after, created_before, ids, error_class and tags.';
    END IF;
    SELECT k.key
    INTO wrong
    FROM jsonb_object_keys(filter) AS k (key)
    WHERE k.key NOT IN ('workflow', 'status', 'queue', 'created_after', 'created_before',
                        'ids', 'error_class', 'tags')
    ORDER BY k.key
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'a filter has no key "%"', left(wrong, 100)
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Its keys are workflow, status, queue, created_after, created_before, ids, error_class and tags.';
    END IF;
    SELECT s.status
    INTO wrong
    FROM mcp._filter_texts(filter -> 'status') AS s (status)
    WHERE s.status <> ALL (statuses)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'no run of status % can be chosen here', quote_literal(left(wrong, 100))
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = format('Those that can are %s.', array_to_string(statuses, ', '));
    END IF;
END
$$;

COMMENT ON FUNCTION mcp._check_run_filter(jsonb, text[]) IS
'Raises unless the filter is an object of known keys that chooses among these statuses.';

CREATE FUNCTION mcp._filter_texts(value jsonb)
RETURNS SETOF text
LANGUAGE sql
IMMUTABLE
STRICT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT e.value
    FROM jsonb_array_elements_text(
        CASE jsonb_typeof(value)
            WHEN 'array' THEN value
            ELSE jsonb_build_array(value)
        END) AS e (value)
$$;

COMMENT ON FUNCTION mcp._filter_texts(jsonb) IS
'The texts of an array, or the one text that stands there.';

-- In the order of their ids, which is that in which runs are locked.
CREATE FUNCTION mcp._filter_runs(
    filter          jsonb,
    statuses        text[],
    after           uuid,
    max_rows        integer)
RETURNS SETOF uuid
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    wanted_workflow uuid := mcp._workflow_id_of(filter ->> 'workflow');
    wanted_ids  uuid[] := (SELECT array_agg(i::uuid) FROM mcp._filter_texts(filter -> 'ids') AS i);
    chosen      text[] := (SELECT array_agg(s) FROM mcp._filter_texts(filter -> 'status') AS s);
    low         uuid := mcp.uuid_v7_floor((filter ->> 'created_after')::timestamptz);
    high        uuid := mcp.uuid_v7_floor((filter ->> 'created_before')::timestamptz);
BEGIN
    RETURN QUERY
        SELECT r.run_id
        FROM mcp.workflow_runs AS r
        WHERE r.status = ANY (coalesce(chosen, statuses))
          AND (wanted_workflow IS NULL OR r.workflow_id = wanted_workflow)
          AND (wanted_ids IS NULL OR r.run_id = ANY (wanted_ids))
          AND (filter ->> 'queue' IS NULL OR r.queue = filter ->> 'queue')
          AND (low IS NULL OR r.run_id >= low)
          AND (high IS NULL OR r.run_id < high)
          AND (after IS NULL OR r.run_id > after)
          AND (filter -> 'tags' IS NULL
               OR EXISTS (
                    SELECT
                    FROM mcp.run_details AS d
                    WHERE d.run_id = r.run_id
                      AND d.tags @> (filter -> 'tags')))
          AND (filter ->> 'error_class' IS NULL
               OR EXISTS (
                    SELECT
                    FROM mcp.step_runs AS s
                    WHERE s.run_id = r.run_id
                      AND s.status = 'FAILED'
                      AND s.error_class = filter ->> 'error_class'))
        ORDER BY r.run_id
        LIMIT max_rows;
END
$$;

COMMENT ON FUNCTION mcp._filter_runs(jsonb, text[], uuid, integer) IS
'The runs of these statuses that a filter chooses, by ascending id, those behind the id `after` only.';

CREATE FUNCTION mcp._check_bulk(max_rows integer)
RETURNS void
LANGUAGE plpgsql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF max_rows IS NULL OR max_rows NOT BETWEEN 1 AND 10000 THEN
        RAISE EXCEPTION 'max_rows must be 1 to 10000, not %', coalesce(max_rows::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
END
$$;

COMMENT ON FUNCTION mcp._check_bulk(integer) IS
'Raises unless so many runs may be steered in one call.';

CREATE FUNCTION mcp._try_cancel_run(run uuid, reason text)
RETURNS boolean
AS 'MODULE_PATHNAME', 'mcp_try_cancel_run'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_bitmapscan = off
SET jit = off;

COMMENT ON FUNCTION mcp._try_cancel_run(uuid, text) IS
'Cancels a run as mcp.cancel_run does; false where no such run lives.';

-- A run that ends between the look and the deed is no error here: it is left out.
CREATE FUNCTION mcp.cancel_runs(
    filter          jsonb,
    reason          text    DEFAULT NULL,
    max_rows        integer DEFAULT 1000,
    after           uuid    DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    statuses    CONSTANT text[] := '{PENDING,RUNNING,PAUSED}';
    chosen      uuid[];
    run         uuid;
    done        uuid[] := '{}';
BEGIN
    PERFORM mcp._check_run_filter(filter, statuses);
    PERFORM mcp._check_bulk(max_rows);
    chosen := ARRAY(SELECT mcp._filter_runs(filter, statuses, after, max_rows));
    FOREACH run IN ARRAY chosen LOOP
        IF mcp._try_cancel_run(run, reason) THEN
            done := done || run;
        END IF;
    END LOOP;
    RETURN jsonb_build_object(
        'count', cardinality(done),
        'run_ids', to_jsonb(done),
        'continue_after', CASE WHEN cardinality(chosen) = max_rows THEN chosen[max_rows] END);
END
$$;

COMMENT ON FUNCTION mcp.cancel_runs(jsonb, text, integer, uuid) IS
'Cancels the live runs that a filter chooses, by ascending id, max_rows at most (10,000). filter: {workflow (id or slug), status (one or an array), queue, created_after, created_before, ids, error_class (of an attempt that failed), tags}; all that is given must hold. Returns {count, run_ids, continue_after}: while continue_after is not null there may be more, call again with it as after. Raises invalid_parameter_value for a filter that is empty or has other keys.';

CREATE FUNCTION mcp.retry_runs(
    filter          jsonb,
    options         jsonb   DEFAULT '{}',
    max_rows        integer DEFAULT 1000,
    after           uuid    DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    statuses    CONSTANT text[] := '{FAILED,CANCELLED}';
    chosen      uuid[];
    run         uuid;
    made        jsonb := '[]';
    skipped     jsonb := '[]';
BEGIN
    PERFORM mcp._check_run_filter(filter, statuses);
    PERFORM mcp._check_bulk(max_rows);
    chosen := ARRAY(SELECT mcp._filter_runs(filter, statuses, after, max_rows));
    FOREACH run IN ARRAY chosen LOOP
        IF EXISTS (SELECT FROM mcp.run_details AS d WHERE d.origin_run_id = run) THEN
            skipped := skipped || jsonb_build_object('run_id', run, 'reason', 'it was retried already');
            CONTINUE;
        END IF;
        BEGIN
            made := made || jsonb_build_object(
                'run_id', run,
                'retry_run_id', mcp.retry_run(run, NULL, NULL, options));
        EXCEPTION WHEN SQLSTATE 'MC010' OR SQLSTATE 'MC002' OR SQLSTATE 'MC001' THEN
            skipped := skipped || jsonb_build_object('run_id', run, 'reason', SQLERRM);
        END;
    END LOOP;
    RETURN jsonb_build_object(
        'count', jsonb_array_length(made),
        'retries', made,
        'skipped', skipped,
        'continue_after', CASE WHEN cardinality(chosen) = max_rows THEN chosen[max_rows] END);
END
$$;

COMMENT ON FUNCTION mcp.retry_runs(jsonb, jsonb, integer, uuid) IS
'Retries, as mcp.retry_run does, the runs that FAILED or were CANCELLED and that a filter chooses, as mcp.cancel_runs reads it; those that were retried already are skipped. options are those of mcp.retry_run. Returns {count, retries: [{run_id, retry_run_id}], skipped: [{run_id, reason}], continue_after}.';
