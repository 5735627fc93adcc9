-- Artifacts: what attempts leave beside their results.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS mcp;

CREATE SCHEMA artifact_test;

SELECT mcp.create_mcp('{"name": "Artifact test", "type": "python_script",
    "config": {"script_content": "pass"}, "initial_version_str": "1.0.0"}') ->> 'slug' AS mcp;
SELECT mcp.create_workflow('{"name": "Artifact test", "execution_mode": "parallel",
    "error_handling": {"strategy": "Retry with Backoff", "max_retries": 1}, "steps": [
    {"step_id": "one", "name": "One", "mcp_id": "artifact-test"},
    {"step_id": "two", "name": "Two", "mcp_id": "artifact-test"}]}') ->> 'slug' AS workflow;
SELECT mcp.register_worker('artifact worker') AS epoch \gset
SELECT mcp.start_run('artifact-test', '{}', '{"queue": "artifact_test"}') AS run \gset
SELECT jsonb_array_length(mcp.worker_turn('artifact worker', :epoch, '[]', '{"artifact_test": 2}') -> 'tasks') AS tasks;

-- A turn with one artifact
CREATE FUNCTION artifact_test.leave(run uuid, epoch integer, step integer, artifact jsonb, success boolean DEFAULT true)
RETURNS jsonb
LANGUAGE sql
AS $$
    SELECT mcp.worker_turn('artifact worker', epoch, jsonb_build_array(jsonb_build_object(
               'run_id', run, 'step_ordinal', step, 'attempt', 1, 'success', success, 'error', 'no luck',
               'result', 'ok', 'artifact', artifact)), '{}') -> 'refused'
$$;

-- What is none changes nothing, and says why
SELECT artifact_test.leave(:'run', :epoch, 0, '5');
SELECT artifact_test.leave(:'run', :epoch, 0, '{"name": "a.txt", "content_type": "text/plain"}');
SELECT artifact_test.leave(:'run', :epoch, 0, '{"name": "a.txt", "content_type": "text/plain", "text": "a", "data_base64": "YQ=="}');
SELECT artifact_test.leave(:'run', :epoch, 0, '{"name": "../a", "content_type": "text/plain", "text": "a"}');
SELECT artifact_test.leave(:'run', :epoch, 0, '{"name": "a\"b", "content_type": "text/plain", "text": "a"}');
SELECT artifact_test.leave(:'run', :epoch, 0, '{"name": "a", "content_type": "text", "text": "a"}');
SELECT artifact_test.leave(:'run', :epoch, 0, '{"name": "a", "content_type": "text/html; charset=x", "text": "a"}');
SELECT artifact_test.leave(:'run', :epoch, 0, '{"name": "a", "content_type": "text/plain", "data_base64": "*"}');
SELECT artifact_test.leave(:'run', :epoch, 0, jsonb_build_object(
    'name', 'a', 'content_type', 'text/plain', 'text', repeat('x', 16 * 1024 * 1024 + 1)));
SELECT count(*) FROM mcp.list_artifacts(:'run');

-- As text, and as bytes; of a failed attempt too
SELECT artifact_test.leave(:'run', :epoch, 0, '{"name": "a.txt", "content_type": "text/plain", "text": "Grüße"}');
SELECT artifact_test.leave(:'run', :epoch, 1, '{"name": "b.bin", "content_type": "application/octet-stream", "data_base64": "AP8="}', false);
SELECT step_id, attempt, name, content_type, size FROM mcp.list_artifacts(:'run');
SELECT name, content_type, convert_from(data, 'UTF8') FROM mcp.get_artifact(:'run', 'one');
SELECT name, content_type, data FROM mcp.get_artifact(:'run', 'two', 1);

-- Unknown ones
\set VERBOSITY sqlstate
SELECT * FROM mcp.get_artifact(:'run', 'three');
SELECT * FROM mcp.get_artifact('00000000-0000-0000-0000-000000000000', 'one');
SELECT * FROM mcp.list_artifacts('00000000-0000-0000-0000-000000000000');
\set VERBOSITY terse

-- They go with their run
SELECT mcp.cancel_run(:'run') ->> 'status' AS status;
SELECT mcp._delete_runs_of(workflow_id, now() + interval '1 minute', 10) AS runs
FROM mcp.list_workflows('Artifact test');
SELECT count(*) FROM mcp.step_artifacts WHERE run_id = :'run';

SELECT mcp.retire_worker('artifact worker', :epoch);
SELECT mcp.delete_workflow('artifact-test');
SELECT mcp.delete_mcp('artifact-test');
DROP SCHEMA artifact_test CASCADE;
