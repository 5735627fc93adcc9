-- Files that attempts leave beside their results, in the months of their runs.
--
-- A notebook as it was executed, for instance.  They are no part of what a run
-- computes with, so nothing but whoever asks for one reads them.

CREATE TABLE mcp.step_artifacts (
    run_id          uuid        NOT NULL,
    step_ordinal    integer     NOT NULL,
    attempt         integer     NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    name            text        NOT NULL,
    content_type    text        NOT NULL,
    data            bytea       NOT NULL
) PARTITION BY RANGE (run_id);

COMMENT ON TABLE mcp.step_artifacts IS
'What an attempt left beside its result, at most one file; most attempts have none.';

CREATE TABLE mcp.step_artifacts_default
    PARTITION OF mcp.step_artifacts (PRIMARY KEY (run_id, step_ordinal, attempt)) DEFAULT;

COMMENT ON TABLE mcp.step_artifacts_default IS
'Artifacts of months without a partition of their own.';

SELECT pg_catalog.pg_extension_config_dump('mcp.step_artifacts_default', '');

CREATE FUNCTION mcp.list_artifacts(run uuid)
RETURNS TABLE (step_id text, attempt integer, name text, content_type text, size integer, created_at timestamptz)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM mcp._find_run(run);
    RETURN QUERY
        SELECT s.step_id, a.attempt, a.name, a.content_type, octet_length(a.data), a.created_at
        FROM mcp.step_artifacts AS a
        JOIN mcp.step_runs AS s
          ON s.run_id = run
         AND s.step_ordinal = a.step_ordinal
         AND s.attempt = a.attempt
        WHERE a.run_id = run
        ORDER BY a.step_ordinal, a.attempt;
END
$$;

COMMENT ON FUNCTION mcp.list_artifacts(uuid) IS
'The files that the attempts of a run have left, by step and attempt: a notebook as it was executed, for instance. Raises MC020 for an unknown run.';

CREATE FUNCTION mcp.get_artifact(run uuid, step_id text, attempt integer DEFAULT NULL)
RETURNS TABLE (name text, content_type text, data bytea)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM mcp._find_run(run);
    RETURN QUERY
        SELECT a.name, a.content_type, a.data
        FROM mcp.step_artifacts AS a
        JOIN mcp.step_runs AS s
          ON s.run_id = run
         AND s.step_ordinal = a.step_ordinal
         AND s.attempt = a.attempt
        WHERE a.run_id = run
          AND s.step_id = get_artifact.step_id
          AND (a.attempt = get_artifact.attempt
               OR get_artifact.attempt IS NULL)
        ORDER BY a.attempt DESC
        LIMIT 1;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'step "%" of run "%" has left no artifact', left(get_artifact.step_id, 100), run
            USING ERRCODE = 'MC020',
                  HINT = 'mcp.list_artifacts(run) lists those that there are.';
    END IF;
END
$$;

COMMENT ON FUNCTION mcp.get_artifact(uuid, text, integer) IS
'The file that an attempt of a step has left, the last one where no attempt is named. Raises MC020 where there is none.';
