-- Steps of kind sql: run and recorded in one transaction, so exactly once.

-- Nobody calls this but the function below: whose role it takes is not asked here.
CREATE FUNCTION mcp._run_sql_query(
    query           text,
    parameters      text[],
    inputs          jsonb,
    role            oid,
    read_only       boolean,
    max_rows        integer)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_run_sql_query'
LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;

COMMENT ON FUNCTION mcp._run_sql_query(text, text[], jsonb, oid, boolean, integer) IS
'Runs one query as a role and returns {rows, row_count, is_truncated}. Raises what the query raises.';

-- As whom a query runs: the role that its config names, else the owner of the MCP.
-- The owner must be a member of that role, and it must be neither a superuser nor
-- one that has the level admin or worker.
CREATE FUNCTION mcp._role_of_sql_mcp(version_id uuid)
RETURNS oid
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    role_name   text;
    owner       name;
    role        pg_roles;
BEGIN
    SELECT coalesce(v.config_snapshot ->> 'role', d.owner), d.owner
    INTO role_name, owner
    FROM mcp.mcp_versions AS v
    JOIN mcp.mcp_definitions AS d ON d.id = v.mcp_id
    WHERE v.id = version_id;
    SELECT r.*
    INTO role
    FROM pg_roles AS r
    WHERE r.rolname = role_name;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'role "%" does not exist', role_name
            USING ERRCODE = 'undefined_object';
    END IF;
    IF role.rolsuper THEN
        RAISE EXCEPTION 'a query does not run as the superuser "%"', role_name
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'Name another role in the config, or give the MCP to an owner who is none.';
    END IF;
    IF NOT pg_has_role(owner, role.oid, 'MEMBER') THEN
        RAISE EXCEPTION 'the owner "%" of the MCP is no member of the role "%"', owner, role_name
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- Else whoever may define a query could do what an admin or a worker may.
    IF EXISTS (
        SELECT
        FROM mcp.role_grants AS g
        JOIN pg_roles AS r ON r.rolname = g.role_name
        WHERE g.level IN ('admin', 'worker')
          AND pg_has_role(role.oid, r.oid, 'MEMBER')) THEN
        RAISE EXCEPTION 'a query does not run as "%", which has the level admin or worker', role_name
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'Name another role in the config.';
    END IF;
    RETURN role.oid;
END
$$;

COMMENT ON FUNCTION mcp._role_of_sql_mcp(uuid) IS
'The role that a version of an MCP of kind sql runs as; raises 42501 where it may not.';

-- The version that a step runs, if the worker of the epoch has that attempt of it.
CREATE FUNCTION mcp._held_version(
    run             uuid,
    step_ordinal    integer,
    attempt         integer,
    epoch           integer)
RETURNS mcp.mcp_versions
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    live        mcp.workflow_runs;
    held        mcp.mcp_versions;
BEGIN
    SELECT r.*
    INTO live
    FROM mcp.live_runs AS r
    WHERE r.run_id = run;
    SELECT v.*
    INTO held
    FROM mcp._live_tasks(live.state) AS t
    JOIN mcp._steps_of_run(live) AS s ON s.step_ordinal = t.of_ordinal
    JOIN mcp.mcp_versions AS v
      ON v.mcp_id = s.mcp_id
     AND v.version_str = s.mcp_version
    WHERE t.step_ordinal = _held_version.step_ordinal
      AND t.attempt = _held_version.attempt
      AND t.epoch = _held_version.epoch
      AND t.status = 'RUNNING';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'attempt % of step % of run % is not the worker''s', attempt, step_ordinal, run
            USING ERRCODE = 'MC011',
                  HINT = 'Leave it alone: the run has ended, or the step went to another worker.';
    END IF;
    RETURN held;
END
$$;

COMMENT ON FUNCTION mcp._held_version(uuid, integer, integer, integer) IS
'The MCP version of an attempt that the worker of the epoch has; raises MC011 where it has not.';

CREATE FUNCTION mcp._attempt_sql_query(version mcp.mcp_versions, inputs jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    config      jsonb := version.config_snapshot;
    state       text;
    message     text;
BEGIN
    RETURN jsonb_build_object(
        'success', true,
        'result', mcp._run_sql_query(
            config ->> 'query',
            ARRAY(SELECT jsonb_array_elements_text(config -> 'parameters')),
            inputs,
            mcp._role_of_sql_mcp(version.id),
            coalesce((config ->> 'read_only')::boolean, true),
            coalesce((config ->> 'max_rows')::integer, 1000)));
EXCEPTION
    -- Not for query_canceled: whoever cancels says himself what came of it.
    WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
        RETURN jsonb_build_object(
            'success', false,
            'error', format('%s (SQLSTATE %s)', message, state),
            'error_class',
            CASE
                WHEN state IN ('40001', '40P01') THEN 'serialization'
                WHEN state = '42501' THEN 'refused'
                ELSE 'sql_error'
            END);
END
$$;

COMMENT ON FUNCTION mcp._attempt_sql_query(mcp.mcp_versions, jsonb) IS
'Runs the query of a version; an error undoes what it did, and is the result of the attempt.';

CREATE FUNCTION mcp.run_sql_step(
    worker          text,
    epoch           integer,
    run             uuid,
    step_ordinal    integer,
    attempt         integer,
    inputs          jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    version     mcp.mcp_versions := mcp._held_version(run, step_ordinal, attempt, epoch);
    result      jsonb;
    answer      jsonb;
BEGIN
    IF (SELECT t.executor <> 'sql'
        FROM mcp.mcp_definitions AS d
        JOIN mcp.mcp_types AS t USING (type)
        WHERE d.id = version.mcp_id) THEN
        RAISE EXCEPTION 'step % of run % is no query', step_ordinal, run
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    result := mcp._attempt_sql_query(version, inputs)
              || jsonb_build_object(
                     'run_id', run,
                     'step_ordinal', step_ordinal,
                     'attempt', attempt);
    answer := mcp.worker_turn(worker, epoch, jsonb_build_array(result), '{}');
    IF jsonb_array_length(answer -> 'refused') > 0 THEN
        RAISE EXCEPTION 'attempt % of step % of run % is not the worker''s any more', attempt, step_ordinal, run
            USING ERRCODE = 'MC011',
                  HINT = 'What the query did is undone.';
    END IF;
    RETURN answer;
END
$$;

COMMENT ON FUNCTION mcp.run_sql_step(text, integer, uuid, integer, integer, jsonb) IS
'Runs a task of kind sql that a turn handed out, as the role of its MCP, and records the result in the same transaction: what the query does happens exactly once. An error of the query is undone and recorded as the failure of the attempt. Returns what mcp.worker_turn returns; the task is over with it and must not be reported again. Raises MC011, and undoes what the query did, where the attempt is not this worker''s (any more); 57014 where it was cancelled.';
