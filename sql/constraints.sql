-- Policies that workflows are held to.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS mcp;

SELECT mcp.create_mcp('{"name": "Safe", "type": "python_script", "tags": ["reviewed"], "config": {"script_content": "x"}}') IS NOT NULL AS created;
SELECT mcp.create_mcp('{"name": "Wild", "type": "llm_prompt", "tags": ["beta"], "config": {"template": "x"}}') IS NOT NULL AS created;

CREATE FUNCTION pg_temp.flow(VARIADIC mcps text[])
RETURNS jsonb
LANGUAGE sql
AS $$
    SELECT jsonb_build_object(
        'name', 'Flow',
        'execution_mode', 'sequential',
        'steps', coalesce(jsonb_agg(jsonb_build_object('step_id', 's' || i, 'name', 'S', 'mcp_id', m)
                                    ORDER BY i), '[]'))
    FROM unnest(mcps) WITH ORDINALITY AS u (m, i)
$$;

-- Without constraints anything goes.
SELECT * FROM mcp.validate_workflow(pg_temp.flow('safe', 'wild'));

SELECT (mcp.create_constraint('scripts-only', '{"allowed_mcp_types": ["python_script", "sql"]}', 'Prompts cost money.')).name;
SELECT (mcp.create_constraint('no-prompts', '{"prohibited_mcp_types": ["llm_prompt"]}')).name;
SELECT (mcp.create_constraint('short', '{"max_workflow_steps": 2}')).name;
SELECT (mcp.create_constraint('reviewed', '{"required_tags_all_steps": ["reviewed"], "prohibited_tags_any_step": ["beta"]}')).name;

-- All that is against it, with the step and the constraint by name.
SELECT * FROM mcp.validate_workflow(pg_temp.flow('safe', 'wild', 'safe'));
SELECT * FROM mcp.validate_workflow(pg_temp.flow('safe', 'safe'));
SELECT mcp.create_workflow(pg_temp.flow('wild'));
\echo :LAST_ERROR_SQLSTATE

-- A workflow of before is held to them when it is changed.
SELECT (mcp.update_constraint(name, is_enabled => false)).is_enabled
FROM mcp.list_constraints();
SELECT mcp.create_workflow(pg_temp.flow('wild')) ->> 'slug' AS slug;
SELECT (mcp.update_constraint('short', policy => '{"max_workflow_steps": 0}', is_enabled => true)).policy;
SELECT mcp.update_workflow('flow', '{"description": "changed"}');
SELECT mcp.drop_constraint('short');
SELECT mcp.update_workflow('flow', '{"description": "changed"}') ->> 'description' AS description;

-- Policies are checked themselves: all problems.
SELECT * FROM mcp.validate_constraint('{
    "allowed_mcp_types": ["cobol", "python_script"],
    "prohibited_mcp_types": [],
    "max_workflow_steps": -1,
    "required_tags_all_steps": "reviewed",
    "colour": true
}');
SELECT * FROM mcp.validate_constraint('{}');
SELECT mcp.create_constraint('wrong', '{"max_workflow_steps": "many"}');
SELECT mcp.create_constraint('wrong', NULL);
SELECT mcp.create_constraint('Wrong Name', '{"max_workflow_steps": 1}');
SELECT mcp.create_constraint('reviewed', '{"max_workflow_steps": 1}');
SELECT mcp.update_constraint('nothing');
SELECT mcp.drop_constraint('nothing');

SELECT action, object_name FROM mcp.list_audit(kind => 'constraint')
WHERE object_name <> 'audited'
ORDER BY recorded_at, object_name;
SELECT mcp.delete_workflow('flow');
SELECT mcp.delete_mcp('safe'), mcp.delete_mcp('wild');
SELECT mcp.drop_constraint(name) FROM mcp.list_constraints();
