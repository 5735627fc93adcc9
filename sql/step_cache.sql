-- Results that are used again.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS mcp;

CREATE SCHEMA step_cache_test;

SELECT mcp.create_mcp('{"name": "Step cache test", "type": "python_script",
    "config": {"script_content": "pass"}, "initial_version_str": "1.0.0"}') ->> 'slug' AS mcp;
SELECT mcp.create_workflow('{"name": "Step cache test", "steps": [
    {"step_id": "one", "name": "One", "mcp_id": "step-cache-test",
     "inputs": {"a": {"source_type": "workflow_input", "workflow_input_key": "a"}}},
    {"step_id": "two", "name": "Two", "mcp_id": "step-cache-test",
     "inputs": {"c": {"source_type": "step_output", "source_step_id": "one", "source_output_name": "b"}}}]}')
    ->> 'workflow_id' AS workflow \gset
-- Both steps keep their results.
INSERT INTO mcp.workflow_versions (workflow_id, version, definition)
SELECT v.workflow_id, 2, jsonb_set(jsonb_set(v.definition,
           '{steps,0,cache}', '{"ttl": 3600}'), '{steps,1,cache}', '{"ttl": 0.000001}')
FROM mcp.workflow_versions AS v
WHERE v.workflow_id = :'workflow' AND v.version = 1;
UPDATE mcp.workflow_definitions SET latest_version = 2 WHERE workflow_id = :'workflow';

SELECT mcp.register_worker('step_cache_test') AS epoch \gset

CREATE FUNCTION step_cache_test.start(inputs jsonb)
RETURNS uuid
LANGUAGE sql
AS $$
    SELECT mcp.start_run('step-cache-test', inputs, '{"queue": "step_cache_test"}')
$$;

-- Works through whatever there is; says which steps it was handed.
CREATE FUNCTION step_cache_test.work(epoch integer, is_success boolean DEFAULT true)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    answer      jsonb := mcp.worker_turn('step_cache_test', epoch, '[]', '{"step_cache_test": 10}');
    done        text[] := '{}';
BEGIN
    WHILE jsonb_array_length(answer -> 'tasks') > 0 LOOP
        done := done || ARRAY(
            SELECT concat(t ->> 'step_id', ' ', t -> 'inputs')
            FROM jsonb_array_elements(answer -> 'tasks') AS t ORDER BY 1);
        answer := mcp.worker_turn('step_cache_test', epoch,
            (SELECT jsonb_agg(jsonb_build_object(
                'run_id', t -> 'run_id', 'step_ordinal', t -> 'step_ordinal', 'attempt', t -> 'attempt',
                'success', is_success, 'error', 'no', 'result', jsonb_build_object('b', t -> 'inputs' -> 'a')))
             FROM jsonb_array_elements(answer -> 'tasks') AS t),
            '{"step_cache_test": 10}');
    END LOOP;
    RETURN array_to_string(done, ', ');
END
$$;

CREATE FUNCTION step_cache_test.steps(run uuid)
RETURNS TABLE (step text, status text, inputs jsonb, outputs jsonb, worker text, is_from_cache jsonb)
LANGUAGE sql
AS $$
    SELECT s ->> 'step_id', s ->> 'status', s -> 'inputs_used', s -> 'outputs_generated', s ->> 'worker', s -> 'is_from_cache'
    FROM jsonb_array_elements(mcp.get_run(run) -> 'step_results') AS s
$$;

-- The first time it is run, the second time it is known; the other's time is over.
SELECT step_cache_test.start('{"a": {"x": 1, "y": [1, 2]}}') AS run \gset
SELECT step_cache_test.work(:epoch);
SELECT * FROM step_cache_test.steps(:'run');
SELECT step_cache_test.start('{"a": {"y": [1, 2], "x": 1}}') AS run \gset
SELECT step_cache_test.work(:epoch);
SELECT * FROM step_cache_test.steps(:'run');
SELECT mcp.get_run(:'run') -> 'final_outputs' AS outputs;

-- Other inputs are others, of any two at once.
SELECT count(step_cache_test.start('{"a": 7}')) FROM generate_series(1, 2);
SELECT step_cache_test.work(:epoch);
SELECT step_cache_test.start('{"a": 7}') AS run \gset
SELECT step_cache_test.work(:epoch);

-- A failure is not kept.
SELECT step_cache_test.start('{"a": "bad"}') AS run \gset
SELECT step_cache_test.work(:epoch, false);
SELECT step_cache_test.start('{"a": "bad"}') AS run \gset
SELECT step_cache_test.work(:epoch);

-- Another version is another.
SELECT mcp.add_mcp_version('step-cache-test', '{"version_str": "1.1.0", "config": {"script_content": "pass"}}') ->> 'version_str' AS version;
SELECT step_cache_test.start('{"a": 7}') AS run \gset
SELECT step_cache_test.work(:epoch);

SELECT count(*) FILTER (WHERE expires_at > now() + '59 min') AS for_an_hour, count(*) FILTER (WHERE expires_at <= now()) AS expired
FROM mcp.step_cache;
SELECT mcp.clear_step_cache('nowhere');
SELECT mcp.clear_step_cache('step-cache-test') > 0 AS has_gone;
SELECT mcp.clear_step_cache() AS gone;
SELECT step_cache_test.start('{"a": 7}') AS run \gset
SELECT step_cache_test.work(:epoch);

-- A version may say so itself, for runs of its own and for steps that do not.
SELECT rule, path, message FROM mcp.validate_mcp('{"name": "Bad cache", "type": "python_script",
    "config": {"script_content": "pass", "cache": {"ttl": 0, "in": "redis"}}}');
SELECT rule, path FROM mcp.validate_mcp('{"name": "Bad cache", "type": "sql",
    "config": {"query": "SELECT 1", "role": "nobody", "cache": {"ttl": "long"}}}');
SELECT mcp.clear_step_cache() > 0 AS has_gone;
SELECT mcp.add_mcp_version('step-cache-test', '{"version_str": "1.2.0",
    "config": {"script_content": "pass", "cache": {"ttl": 3600}}}') ->> 'version_str' AS version;
SELECT mcp.start_mcp('step-cache-test', '{"a": 8}', '{"queue": "step_cache_test"}') AS run \gset
SELECT step_cache_test.work(:epoch);
SELECT mcp.start_mcp('step-cache-test', '{"a": 8}', '{"queue": "step_cache_test"}') AS run \gset
SELECT step_cache_test.work(:epoch);
SELECT * FROM step_cache_test.steps(:'run');
SELECT step_cache_test.start('{"a": 8}') AS run \gset
SELECT step_cache_test.work(:epoch);
SELECT * FROM step_cache_test.steps(:'run');
-- The step's word goes before its own: the second one's is over at once.
SELECT step_cache_test.start('{"a": 8}') AS run \gset
SELECT step_cache_test.work(:epoch);

SELECT mcp.retire_worker('step_cache_test', :epoch);
SELECT mcp.delete_workflow('step-cache-test');
SELECT mcp.delete_mcp('step-cache-test', true);
DROP SCHEMA step_cache_test CASCADE;
