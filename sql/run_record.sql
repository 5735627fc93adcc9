-- Runs that were executed elsewhere: what is recorded of them, and what is refused.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS mcp;

SELECT mcp.create_mcp('{"name": "Record Echo", "type": "python_script", "config": {"script_content": "x"}}') \g /dev/null
SELECT mcp.create_workflow(jsonb_build_object('name', 'Record', 'steps', jsonb_agg(jsonb_build_object(
    'step_id', s, 'name', s, 'mcp_id', 'record-echo', 'inputs', '{}'::jsonb))))
FROM unnest('{first,second}'::text[]) AS s \g /dev/null

-- A run of it that is right, with some of its fields replaced; null takes one away.
CREATE FUNCTION pg_temp.record(changes jsonb, step_changes jsonb DEFAULT '{}')
RETURNS jsonb
LANGUAGE sql
AS $$
    SELECT jsonb_strip_nulls(jsonb_build_object(
        'workflow_id', 'record', 'status', 'SUCCESS',
        'started_at', '2026-11-01T10:00:00Z', 'finished_at', '2026-11-01T10:00:02Z',
        'inputs', '{"who": "Ada"}'::jsonb, 'final_outputs', '{"n": 2}'::jsonb,
        'step_results', jsonb_build_array(
            jsonb_build_object('step_id', 'first', 'status', 'SUCCESS', 'outputs_generated', '{"n": 1}'::jsonb,
                'started_at', '2026-11-01T10:00:00Z', 'finished_at', '2026-11-01T10:00:01Z'),
            jsonb_build_object('step_id', 'second', 'status', 'SKIPPED',
                'finished_at', '2026-11-01T10:00:02Z') || step_changes)) || changes)
$$;
CREATE FUNCTION pg_temp.error_of(
    run             jsonb,
    OUT state       text,
    OUT rule        text,
    OUT path        text,
    OUT message     text
)
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM mcp.record_run(run);
    message := 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS
        state = RETURNED_SQLSTATE,
        rule = CONSTRAINT_NAME,
        path = COLUMN_NAME,
        message = MESSAGE_TEXT;
END
$$;

--
-- What is recorded
--
SELECT run ->> 'status' AS status, run ->> 'started_at' AS started_at, run ->> 'finished_at' AS finished_at,
    run -> 'inputs' AS inputs, run -> 'final_outputs' AS outputs, jsonb_array_length(run -> 'step_results') AS steps
FROM mcp.record_run(pg_temp.record('{"run_id": "01a20000-0000-7000-8000-000000000001"}')) AS run;
SELECT step ->> 'step_id' AS step, step ->> 'status' AS status, step -> 'outputs_generated' AS outputs
FROM jsonb_array_elements(mcp.get_run('01a20000-0000-7000-8000-000000000001') -> 'step_results') AS step;

-- A run that never began has no start, as one that was cancelled before.
SELECT run ->> 'status' AS status, run -> 'started_at' AS started_at, run ->> 'finished_at' AS finished_at
FROM mcp.record_run(pg_temp.record('{"status": "CANCELLED", "started_at": null, "step_results": null}')) AS run;

--
-- What is refused: one error, and nothing is recorded
--
SELECT count(*) AS runs FROM mcp.list_runs('record') \gset before_
\pset null '(null)'
SELECT d.what, e.*
FROM (VALUES
    (1, 'twice', pg_temp.record('{"run_id": "01a20000-0000-7000-8000-000000000001"}')),
    (2, 'no UUID', pg_temp.record('{"run_id": "1"}')),
    (3, 'two ids', pg_temp.record('{"run_id": "01a20000-0000-7000-8000-000000000002",
        "execution_id": "01a20000-0000-7000-8000-000000000003"}')),
    (4, 'no workflow', pg_temp.record('{"workflow_id": null}')),
    (5, 'unknown workflow', pg_temp.record('{"workflow_id": "nowhere"}')),
    (6, 'unknown version', pg_temp.record('{"workflow_version": 7}')),
    (7, 'still running', pg_temp.record('{"status": "RUNNING"}')),
    (8, 'no end', pg_temp.record('{"finished_at": null}')),
    (9, 'neither start nor end', pg_temp.record('{"started_at": null, "finished_at": null}')),
    (10, 'ends before it starts', pg_temp.record('{"finished_at": "2026-11-01T09:59:59Z"}')),
    (11, 'no time', pg_temp.record('{"started_at": null, "finished_at": "yesterday"}')),
    (12, 'no zone', pg_temp.record('{"finished_at": "2026-11-01T10:00:02"}')),
    (13, 'failed, without a word', pg_temp.record('{"status": "FAILED"}')),
    (14, 'success with an error', pg_temp.record('{"error_message": "none"}')),
    (15, 'unknown field', pg_temp.record('{"outputs": {}}')),
    (16, 'step without an end', pg_temp.record('{}', '{"finished_at": null}')),
    (17, 'step ends before it starts', pg_temp.record('{}', '{"started_at": "2026-11-01T10:00:03Z"}')),
    (18, 'step with no time', pg_temp.record('{}', '{"finished_at": 5}')),
    (19, 'unknown step', pg_temp.record('{}', '{"step_id": "third"}')),
    (20, 'attempt twice', pg_temp.record('{}', '{"step_id": "first"}')),
    (21, 'attempt 0', pg_temp.record('{}', '{"attempt": 0}')),
    (22, 'success with a step that failed', pg_temp.record('{}', '{"status": "FAILED", "error": "no"}')),
    (23, 'step failed, without a word', pg_temp.record('{"status": "FAILED", "error_message": "no"}', '{"status": "FAILED"}')),
    (24, 'no object', '[]')
) AS d (place, what, run)
CROSS JOIN LATERAL pg_temp.error_of(d.run) AS e
ORDER BY d.place;
\pset null ''
SELECT count(*) = :before_runs AS is_unchanged FROM mcp.list_runs('record');
