-- What versions take and give, when a workflow is written and when it runs.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS mcp;

SELECT mcp.create_mcp('{
    "name": "Counter",
    "type": "python_script",
    "config": {"script_content": "print(1)"},
    "input_schema": {
        "type": "object",
        "$defs": {"count": {"type": "integer", "minimum": 0}},
        "properties": {
            "count": {"$ref": "#/$defs/count"},
            "unit": {"enum": ["kg", "lb"]},
            "a/b~c %": {"type": "boolean"}
        },
        "required": ["count"],
        "additionalProperties": false
    },
    "output_schema": {
        "type": "object",
        "properties": {
            "total": {"type": "number"},
            "label": {"type": "string"},
            "unit": {"enum": ["st", "oz"]},
            "never": false
        },
        "required": ["total"],
        "additionalProperties": false
    }
}') IS NOT NULL AS created;
SELECT mcp.create_mcp('{
    "name": "Anything",
    "type": "python_script",
    "config": {"script_content": "print(1)"}
}') IS NOT NULL AS created;

CREATE FUNCTION pg_temp.problems(mode text, steps jsonb)
RETURNS TABLE (rule text, path text, message text)
LANGUAGE sql
AS $$
    SELECT p.rule, p.path, p.message
    FROM mcp.validate_workflow(jsonb_build_object(
        'name', 'Flow', 'execution_mode', mode, 'steps', steps)) AS p
$$;

-- Nothing wrong.
SELECT * FROM pg_temp.problems('sequential', '[
    {"step_id": "a", "name": "A", "mcp_id": "counter",
     "inputs": {"count": {"source_type": "static_value", "value": 3},
                "unit": {"source_type": "workflow_input", "workflow_input_key": "unit"},
                "a/b~c %": {"source_type": "static_value", "value": true}}},
    {"step_id": "b", "name": "B", "mcp_id": "counter",
     "inputs": {"count": {"source_type": "step_output", "source_step_id": "a", "source_output_name": "total"}}},
    {"step_id": "c", "name": "C", "mcp_id": "anything",
     "inputs": {"x": {"source_type": "step_output", "source_step_id": "a", "source_output_name": "deep.path[0]"},
                "y": {"source_type": "static_value", "value": "whatever"}}}
]');

-- Each thing that is certain to fail.
SELECT * FROM pg_temp.problems('parallel', '[
    {"step_id": "a", "name": "A", "mcp_id": "counter", "inputs": {}},
    {"step_id": "b", "name": "B", "mcp_id": "counter",
     "inputs": {"count": {"source_type": "static_value", "value": -1},
                "colour": {"source_type": "static_value", "value": "red"},
                "a/b~c %": {"source_type": "static_value", "value": "yes"}}},
    {"step_id": "c", "name": "C", "mcp_id": "counter",
     "inputs": {"count": {"source_type": "step_output", "source_step_id": "a", "source_output_name": "sum"},
                "unit": {"source_type": "step_output", "source_step_id": "a", "source_output_name": "unit"},
                "a/b~c %": {"source_type": "step_output", "source_step_id": "a", "source_output_name": "label"}}},
    {"step_id": "d", "name": "D", "mcp_id": "anything",
     "inputs": {"x": {"source_type": "step_output", "source_step_id": "a", "source_output_name": "never"},
                "y": {"source_type": "step_output", "source_step_id": "c", "source_output_name": "nothing"}}}
]');

-- What is not certain is no problem: it is checked when it is there.
SELECT * FROM pg_temp.problems('sequential', '[
    {"step_id": "a", "name": "A", "mcp_id": "anything", "inputs": {}},
    {"step_id": "b", "name": "B", "mcp_id": "counter",
     "inputs": {"count": {"source_type": "step_output", "source_step_id": "a", "source_output_name": "n"}}}
]');

-- The version that is named counts, or the latest.
SELECT mcp.add_mcp_version('counter', '{
    "version_str": "0.2.0",
    "config": {"script_content": "print(2)"}
}') IS NOT NULL AS added;
SELECT * FROM pg_temp.problems('sequential',
    '[{"step_id": "a", "name": "A", "mcp_id": "counter", "inputs": {}}]');
SELECT * FROM pg_temp.problems('sequential',
    '[{"step_id": "a", "name": "A", "mcp_id": "counter", "mcp_version_id": "0.1.0", "inputs": {}}]');

-- And it is an error on write.
SELECT mcp.create_workflow('{
    "name": "Wrong", "execution_mode": "sequential",
    "steps": [{"step_id": "a", "name": "A", "mcp_id": "counter", "mcp_version_id": "0.1.0"}]
}');
\echo :LAST_ERROR_SQLSTATE

-- When it runs: inputs before a worker sees them.
SELECT mcp.create_workflow('{
    "name": "Count", "slug": "count", "execution_mode": "sequential",
    "steps": [{"step_id": "a", "name": "A", "mcp_id": "counter", "mcp_version_id": "0.1.0",
               "inputs": {"count": {"source_type": "workflow_input", "workflow_input_key": "n"}}}]
}') ->> 'slug' AS slug;
SELECT mcp.register_worker('io-worker') AS epoch \gset
SELECT mcp.start_run('count', '{"n": "three"}') AS run \gset
SELECT jsonb_array_length(mcp.worker_turn('io-worker', :epoch) -> 'tasks') AS tasks;
SELECT r ->> 'status' AS status, r ->> 'error_message' AS error_message,
       s ->> 'error_class' AS error_class, s -> 'inputs_used' AS inputs_used
FROM mcp.get_run(:'run') AS r, jsonb_array_elements(r -> 'step_results') AS s;

-- Results when they are reported.
CREATE FUNCTION pg_temp.report(epoch integer, run uuid, result jsonb)
RETURNS jsonb
LANGUAGE sql
AS $$
    SELECT mcp.worker_turn('io-worker', epoch, jsonb_build_array(jsonb_build_object(
        'run_id', run, 'step_ordinal', 0, 'attempt', 1, 'success', true, 'result', result)))
$$;
SELECT mcp.start_run('count', '{"n": 3}') AS run \gset
SELECT jsonb_array_length(mcp.worker_turn('io-worker', :epoch) -> 'tasks') AS tasks;
SELECT pg_temp.report(:epoch, :'run', '{"total": "six"}') -> 'refused' AS refused;
SELECT r ->> 'status' AS status, r ->> 'error_message' AS error_message,
       s ->> 'error_class' AS error_class, s -> 'outputs_generated' AS outputs
FROM mcp.get_run(:'run') AS r, jsonb_array_elements(r -> 'step_results') AS s;

SELECT mcp.start_run('count', '{"n": 3}') AS run \gset
SELECT jsonb_array_length(mcp.worker_turn('io-worker', :epoch) -> 'tasks') AS tasks;
SELECT pg_temp.report(:epoch, :'run', '6') -> 'refused' AS refused;
SELECT mcp.get_run(:'run') ->> 'error_message' AS error_message;

SELECT mcp.start_run('count', '{"n": 3}') AS run \gset
SELECT jsonb_array_length(mcp.worker_turn('io-worker', :epoch) -> 'tasks') AS tasks;
SELECT pg_temp.report(:epoch, :'run', '{"total": 6}') -> 'refused' AS refused;
SELECT mcp.get_run(:'run') ->> 'status' AS status;

SELECT mcp.retire_worker('io-worker', :epoch);
SELECT mcp.delete_workflow('count');
SELECT mcp.delete_mcp('counter');
SELECT mcp.delete_mcp('anything');
