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

-- Taken back: what is not deprecated is the latest again, be it an old one.
SELECT mcp.undeprecate_mcp_version('greeter', '1.9.1') ->> 'deprecated_at' AS deprecated_at;
SELECT mcp.get_mcp('greeter') ->> 'latest_version_str' AS latest;
SELECT mcp.deprecate_mcp_version('greeter', '1.9.1') ->> 'version_str' AS deprecated;
SELECT mcp.get_mcp('greeter') ->> 'latest_version_str' AS latest;
-- An old one that is added while all others are deprecated is the latest, too.
SELECT mcp.create_mcp('{"name": "Patched", "type": "llm_prompt", "config": {"template": "x"},
                        "initial_version_str": "2.0.0"}') ->> 'slug' AS mcp;
SELECT mcp.deprecate_mcp_version('patched', '2.0.0', 'leaks') ->> 'version_str' AS deprecated;
SELECT mcp.add_mcp_version('patched', '{"version_str": "1.5.1", "config": {"template": "y"}}') ->> 'version_str' AS added;
SELECT m ->> 'latest_version_str' AS latest, m -> 'latest_version_config' ->> 'template' AS template
FROM mcp.get_mcp('patched') AS m;
SELECT mcp.add_mcp_version('patched', '{"version_str": "1.4.9", "config": {"template": "z"}}') ->> 'version_str' AS added;
SELECT mcp.get_mcp('patched') ->> 'latest_version_str' AS latest;
SELECT mcp.undeprecate_mcp_version('patched', '2.0.0') ->> 'deprecation_reason' AS reason;
SELECT mcp.get_mcp('patched') ->> 'latest_version_str' AS latest;
SELECT mcp.undeprecate_mcp_version('patched', '9.0.0');
SELECT mcp.delete_mcp('patched');

-- Who has read an old version changes nothing.
SELECT mcp.update_mcp('greeter', '{"description": "new"}', expected_version => '1.9.0');
\echo :LAST_ERROR_SQLSTATE
SELECT mcp.update_mcp('greeter', '{"description": "new"}', expected_version => '1.10.0') ->> 'description' AS description;
-- A name changes without a version: the revision counts both.
SELECT (mcp.get_mcp('greeter') ->> 'revision')::integer AS revision \gset
SELECT mcp.update_mcp('greeter', '{"tags": ["a"]}', expected_revision => :revision) ->> 'tags' AS tags;
SELECT mcp.update_mcp('greeter', '{"tags": ["b"]}', expected_revision => :revision) ->> 'tags' AS tags;
\echo :LAST_ERROR_SQLSTATE
SELECT mcp.update_mcp('greeter', '{"tags": ["b"]}', expected_revision => NULL) ->> 'tags' AS tags;
SELECT mcp.update_mcp('greeter', '{"tags": ["c"]}', expected_revision => 0) ->> 'tags' AS tags;
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

-- Who uses a deprecated version is warned, and not refused; a latest that is not
-- deprecated is nothing to warn of.
SELECT count(mcp.create_mcp(jsonb_build_object(
           'name', n, 'type', 'llm_prompt', 'initial_version_str', '1.0.0',
           'initial_config', '{"template": "x"}'::jsonb)))
FROM unnest('{Old,Older}'::text[]) AS n;
SELECT mcp.add_mcp_version('old', '{"version_str": "2.0.0", "config": {"template": "y"}}') ->> 'version_str' AS version;
SELECT mcp.deprecate_mcp_version('old', '1.0.0', 'it lies') ->> 'version_str' AS version;
SELECT mcp.deprecate_mcp_version('older', '1.0.0') ->> 'version_str' AS version;
SELECT mcp.create_workflow('{
    "name": "Warned", "steps": [
        {"step_id": "a", "name": "A", "mcp_id": "old", "mcp_version_id": "1.0.0"},
        {"step_id": "b", "name": "B", "mcp_id": "old", "mcp_version_id": "1.0.0"},
        {"step_id": "c", "name": "C", "mcp_id": "older"}]}') ->> 'slug' AS workflow;
SELECT mcp.register_worker('versions') > 0 AS is_registered;
SELECT mcp.start_run('warned') IS NOT NULL AS is_started;
SELECT mcp.start_mcp('older') IS NOT NULL AS is_started;
SELECT mcp.start_mcp('old') IS NOT NULL AS is_started;
SELECT mcp.update_workflow('warned', '{"steps": [{"step_id": "a", "name": "A", "mcp_id": "old"}]}') ->> 'version' AS version;

-- A version goes with its MCP and never before it.
DELETE FROM mcp.mcp_versions WHERE version_str = '2.0.0-rc.10';
TRUNCATE mcp.mcp_versions;
TRUNCATE mcp.mcp_definitions CASCADE;
-- The newest three are those of this test.
SELECT mcp.cancel_run((r ->> 'run_id')::uuid) ->> 'status' AS status FROM mcp.list_runs(max_rows => 3) AS r;
SELECT mcp.retire_worker('versions', (SELECT w.epoch FROM mcp.workers AS w WHERE w.worker = 'versions'));
SELECT mcp.delete_workflow('warned');
SELECT mcp.delete_mcp(s) FROM unnest('{old,older}'::text[]) AS s;
SELECT count(*) FROM mcp.mcp_versions AS v JOIN mcp.mcp_definitions AS d ON d.id = v.mcp_id WHERE d.slug IN ('old', 'older');

SELECT mcp.delete_workflow('greet');
SELECT mcp.delete_mcp('greeter');
