-- Versions: immutable, in order, compared, deprecated; and optimistic locking.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS mcp;

SELECT mcp.create_mcp('{
    "name": "Greeter", "type": "python_script",
    "config": {"script_content": "print(1)"}, "initial_version_str": "1.9.0"
}') ->> 'latest_version_str' AS latest;
SELECT v, mcp.add_mcp_version('greeter', jsonb_build_object(
              'version_str', v, 'config', jsonb_build_object('script_content', 'print("' || v || '")', 'timeout', 900))) ->> 'version_str' AS added
FROM unnest(ARRAY['1.10.0', '2.0.0-rc.2', '2.0.0-rc.10', '1.9.1']) AS v;

-- Semantic order, and the latest is a release.
SELECT version_str FROM mcp.list_mcp_versions('greeter');
SELECT mcp.get_mcp('greeter') ->> 'latest_version_str' AS latest;

-- Whoever writes a table by hand is told.
UPDATE mcp.mcp_versions SET config_snapshot = '{}';
UPDATE mcp.mcp_versions SET version_str = '9.9.9';

-- What became different.
SELECT * FROM mcp.diff_mcp_versions('greeter', '1.9.0', '1.10.0');
SELECT * FROM mcp.diff_mcp_versions('greeter', 'latest', '1.10.0');
SELECT * FROM mcp.diff_mcp_versions('greeter', '1.9.0', '7.0.0');
SELECT * FROM mcp.diff_mcp_versions('nobody', '1.9.0', '7.0.0');

-- Not to be used any more: the latest is another, while there is one.
SELECT mcp.deprecate_mcp_version('greeter', '1.10.0', 'Greets twice; use 1.9.1.') ->> 'deprecation_reason' AS reason;
SELECT mcp.get_mcp('greeter') ->> 'latest_version_str' AS latest;
SELECT version_str, deprecated_at IS NOT NULL AS is_deprecated, deprecation_reason
FROM mcp.list_mcp_versions('greeter');
SELECT count(mcp.deprecate_mcp_version('greeter', v.version_str))
FROM mcp.list_mcp_versions('greeter') AS v;
SELECT mcp.get_mcp('greeter') ->> 'latest_version_str' AS latest;
SELECT mcp.deprecate_mcp_version('greeter', '7.0.0');

-- Who has read an old version changes nothing.
SELECT mcp.update_mcp('greeter', '{"description": "new"}', expected_version => '1.9.0');
\echo :LAST_ERROR_SQLSTATE
SELECT mcp.update_mcp('greeter', '{"description": "new"}', expected_version => '1.10.0') ->> 'description' AS description;
SELECT mcp.add_mcp_version('greeter', '{"version_str": "3.0.0", "config": {"script_content": "x"}}', expected_version => '0.0.1');
SELECT mcp.add_mcp_version('greeter', '{"version_str": "3.0.0", "config": {"script_content": "x"}}', expected_version => '1.10.0') ->> 'version_str' AS added;
SELECT mcp.get_mcp('greeter') ->> 'latest_version_str' AS latest;

-- Workflows alike.
SELECT mcp.create_workflow('{
    "name": "Greet", "execution_mode": "sequential",
    "steps": [{"step_id": "a", "name": "A", "mcp_id": "greeter"},
              {"step_id": "b", "name": "B", "mcp_id": "greeter"}]
}') ->> 'version' AS version;
SELECT mcp.update_workflow('greet', '{
    "description": "Greets",
    "steps": [{"step_id": "b", "name": "Second", "mcp_id": "greeter"}]
}', expected_version => 1) ->> 'version' AS version;
SELECT mcp.update_workflow('greet', '{"description": "late"}', expected_version => 1);
\echo :LAST_ERROR_SQLSTATE
SELECT path, change, old - 'mcp_id' AS old, new FROM (
    SELECT path, change, CASE jsonb_typeof(old) WHEN 'object' THEN old ELSE jsonb_build_object('', old) END AS old, new
    FROM mcp.diff_workflow_versions('greet', 1, 2)) AS d
ORDER BY path;
SELECT * FROM mcp.diff_workflow_versions('greet', 1, 9);
UPDATE mcp.workflow_versions SET definition = '{}';
DELETE FROM mcp.workflow_versions;
SELECT mcp.delete_workflow('greet');
SELECT mcp.delete_mcp('greeter');
