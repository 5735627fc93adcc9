-- The workflows of the workloads: one step, a chain of ten, fifty and a join.
-- A step takes {"n": 3} and results in {"n": 4, ...}; it is a task in the queue
-- bench, which noop_worker does.

SELECT mcp.create_mcp('{"name": "Noop", "type": "worker",
    "config": {"queue": "bench"}, "initial_version_str": "1.0.0"}');

SELECT mcp.create_workflow('{"name": "W1", "steps": [
    {"step_id": "s0", "name": "noop", "mcp_id": "noop", "mcp_version_id": "1.0.0",
     "inputs": {"n": {"source_type": "workflow_input", "workflow_input_key": "n"}}}]}');

SELECT mcp.create_workflow(jsonb_build_object(
    'name', 'W2',
    'steps', jsonb_agg(jsonb_build_object(
        'step_id', 's' || i,
        'name', 'noop',
        'mcp_id', 'noop',
        'mcp_version_id', '1.0.0',
        'inputs', jsonb_build_object('n',
            CASE i WHEN 0
            THEN '{"source_type": "workflow_input", "workflow_input_key": "n"}'::jsonb
            ELSE jsonb_build_object(
                'source_type', 'step_output',
                'source_step_id', 's' || i - 1,
                'source_output_name', 'n')
            END)) ORDER BY i)))
FROM generate_series(0, 9) AS i;

SELECT mcp.create_workflow(jsonb_build_object(
    'name', 'W3',
    'execution_mode', 'parallel',
    'steps', jsonb_agg(s.step ORDER BY s.i)))
FROM (
    SELECT i,
           jsonb_build_object(
               'step_id', 's' || i,
               'name', 'noop',
               'mcp_id', 'noop',
               'mcp_version_id', '1.0.0',
               'inputs', '{"n": {"source_type": "workflow_input", "workflow_input_key": "n"}}'::jsonb)
    FROM generate_series(0, 49) AS i
    UNION ALL
    SELECT 50,
           jsonb_build_object(
               'step_id', 'join',
               'name', 'join',
               'mcp_id', 'noop',
               'mcp_version_id', '1.0.0',
               'inputs', jsonb_object_agg('n' || i, jsonb_build_object(
                   'source_type', 'step_output',
                   'source_step_id', 's' || i,
                   'source_output_name', 'n')))
    FROM generate_series(0, 49) AS i
) AS s (i, step);
