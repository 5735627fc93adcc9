-- The audit log: who did what, when, and what became different by it; written in
-- the transaction of the change and only ever appended to.
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SET jit = off;
CREATE EXTENSION IF NOT EXISTS mcp;

DO $$
DECLARE
    role_name   text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['developer', 'operator', 'admin', 'keeper'] LOOP
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'mcp_audit_' || role_name) THEN
            EXECUTE format('DROP OWNED BY mcp_audit_%s CASCADE', role_name);
            EXECUTE format('DROP ROLE mcp_audit_%s', role_name);
        END IF;
        EXECUTE format('CREATE ROLE mcp_audit_%s', role_name);
    END LOOP;
END
$$;

-- What was written since the last look, in order; times and ids are nobody's to know.
CREATE TEMP TABLE seen AS SELECT max(a.audit_id::text) AS last FROM mcp.audit_log AS a;
CREATE FUNCTION pg_temp.news()
RETURNS TABLE (actor name, action text, kind text, object_name text, path text, change text, old text, new text)
LANGUAGE sql
AS $$
    WITH fresh AS (
        SELECT a.*
        FROM mcp.audit_log AS a, seen
        WHERE seen.last IS NULL OR a.audit_id::text > seen.last
    ), looked AS (
        UPDATE seen SET last = (SELECT max(f.audit_id::text) FROM fresh AS f) WHERE EXISTS (SELECT FROM fresh)
    )
    SELECT f.actor, f.action, f.kind, f.object_name,
           c.item ->> 'path', c.item ->> 'change',
           left(c.item ->> 'old', 38),
           left(c.item ->> 'new', 38)
    FROM fresh AS f
    LEFT JOIN LATERAL jsonb_array_elements(f.changes) AS c (item)
      ON c.item ->> 'path' !~ '_at$|id$|hash$'
    ORDER BY f.audit_id, c.item ->> 'path' COLLATE "C"
$$;

--
-- Grants
--
SELECT mcp.grant_role(('mcp_audit_' || level)::regrole, level)
FROM unnest(ARRAY['developer', 'operator', 'admin']) AS level;
-- Again: nothing changes, nothing is said.
SELECT mcp.grant_role('mcp_audit_admin', 'admin');
SET ROLE mcp_audit_admin;
SELECT mcp.grant_role('mcp_audit_operator', 'worker');
SELECT mcp.revoke_role('mcp_audit_operator', 'worker');
RESET ROLE;
SELECT action, kind, object_name, path, change, old, new FROM pg_temp.news();

--
-- Definitions, by who SET ROLE says
--
SET ROLE mcp_audit_developer;
SELECT mcp.create_mcp('{"name": "Audited", "type": "llm_prompt", "initial_version_str": "1.0.0",
                        "initial_config": {"template": "one"}}') ->> 'slug' AS mcp;
SELECT mcp.update_mcp('audited', '{"description": "said", "tags": ["a"]}') ->> 'revision' AS revision;
SELECT mcp.update_mcp('audited', '{}') ->> 'revision' AS revision;
SELECT mcp.add_mcp_version('audited', '{"version_str": "1.1.0", "config": {"template": "two"}}') ->> 'version_str' AS added;
SELECT mcp.deprecate_mcp_version('audited', '1.1.0', 'no good') ->> 'version_str' AS deprecated;
SELECT mcp.deprecate_mcp_version('audited', '1.1.0', 'no good') ->> 'version_str' AS again;
SELECT mcp.undeprecate_mcp_version('audited', '1.1.0') ->> 'version_str' AS undeprecated;
SELECT mcp.create_workflow('{"name": "Audited flow", "steps": [
    {"step_id": "a", "name": "A", "mcp_id": "audited", "mcp_version_id": "1.0.0"},
    {"step_id": "b", "name": "B", "mcp_id": "audited"}]}') ->> 'slug' AS workflow;
SELECT mcp.update_workflow('audited-flow', jsonb_set(mcp.get_workflow('audited-flow') - '{workflow_id,id,version,created_at,updated_at,owner}'::text[],
                                                     '{steps,0,name}', '"First"')) ->> 'version' AS version;
SELECT mcp.update_workflow('audited-flow', '{"description": null}') ->> 'version' AS version;
SELECT mcp.register_json_schema('https://example.com/audited', '{"type": "object"}');
SELECT mcp.register_json_schema('https://example.com/audited', '{"type": "object"}');
SELECT mcp.register_json_schema('https://example.com/audited', '{"type": "array"}');
SELECT mcp.drop_json_schema('https://example.com/audited');
RESET ROLE;
SELECT * FROM pg_temp.news() 
WHERE path IS NULL
   OR path ~ '^\$\.(name|slug|tags|description|steps|version|revision|owner|config|deprecation_reason|schema)';
SELECT mcp.set_mcp_owner('audited', 'mcp_audit_admin');
SELECT mcp.set_workflow_owner('audited-flow', 'mcp_audit_admin');
SELECT action, kind, object_name, path, change, old, new FROM pg_temp.news();

--
-- Kinds and policies
--
SET ROLE mcp_audit_admin;
SELECT mcp.create_mcp_type('audited_kind', 'worker', '{"type": "object"}');
SELECT mcp.drop_mcp_type('audited_kind');
SELECT mcp.create_constraint('audited', '{"max_workflow_steps": 9}') IS NOT NULL AS is_made;
SELECT mcp.update_constraint('audited', '{"max_workflow_steps": 8}') IS NOT NULL AS is_changed;
SELECT mcp.drop_constraint('audited');
RESET ROLE;
SELECT actor, action, kind, object_name, path, change FROM pg_temp.news()
WHERE path ~ 'type|max_workflow_steps|name' OR path IS NULL;

--
-- Control over runs
--
SELECT mcp.register_worker('audited') > 0 AS is_registered;
SET ROLE mcp_audit_operator;
SELECT mcp.start_run('audited-flow') AS run \gset
SELECT mcp.cancel_run(:'run', 'enough') ->> 'status' AS status;
SELECT mcp.record_run(jsonb_build_object(
    'workflow_id', mcp.get_workflow('audited-flow') ->> 'id', 'status', 'CANCELLED',
    'error_message', 'elsewhere', 'started_at', now(), 'finished_at', now())) IS NOT NULL AS is_recorded;
RESET ROLE;
SELECT actor, action, kind, path, change, old, new FROM pg_temp.news();

--
-- Found again by kind, object, actor and time
--
SELECT action, object_kind, actor_name FROM mcp.list_audit(kind => 'run', object => :'run');
SELECT count(*) > 3 AS has_many FROM mcp.list_audit(actor => 'mcp_audit_developer', since => now() - interval '1 hour');
SELECT count(*) FROM mcp.list_audit(actor => 'mcp_audit_developer', since => now() + interval '1 hour');

--
-- In the same transaction: what is rolled back never was, nor does a refusal say a word
--
BEGIN;
SELECT mcp.delete_workflow('audited-flow');
SELECT count(*) > 0 AS is_told FROM pg_temp.news();
ROLLBACK;
SELECT mcp.delete_mcp('audited');
SET ROLE mcp_audit_developer;
SELECT mcp.delete_workflow('audited-flow');
RESET ROLE;
SELECT * FROM pg_temp.news();

--
-- Bounded: a change of megabytes leaves a note of what it was
--
CREATE FUNCTION pg_temp.big(letter text, steps integer, size integer)
RETURNS jsonb
LANGUAGE sql
AS $$
    SELECT jsonb_build_object('name', 'Big', 'steps', jsonb_agg(jsonb_build_object(
               'step_id', 's' || i, 'name', 'S', 'mcp_id', 'audited',
               'inputs', jsonb_build_object('x', jsonb_build_object(
                   'source_type', 'static_value', 'value', repeat(letter, size))))))
    FROM generate_series(1, steps) AS i
$$;
SELECT mcp.create_workflow(pg_temp.big('a', 3, 100000)) ->> 'slug' AS workflow;
SELECT action, path, change, new FROM pg_temp.news() WHERE path = '$.steps';
SELECT mcp.update_workflow('big', pg_temp.big('b', 3000, 1000) - 'name') ->> 'version' AS version;
SELECT action, count(*) BETWEEN 100 AND 1000 AS has_some,
       max(new) FILTER (WHERE change = 'cut') AS rest
FROM pg_temp.news() GROUP BY 1;
SELECT pg_column_size(changes) < 300000 AS is_bounded FROM mcp.audit_log ORDER BY audit_id DESC LIMIT 1;
SELECT mcp.delete_workflow('big');

--
-- Nobody changes it: not an admin, not a role that was given the table, not its owner
--
GRANT USAGE ON SCHEMA mcp TO mcp_audit_keeper;
GRANT ALL ON mcp.audit_log TO mcp_audit_keeper;
SET ROLE mcp_audit_admin;
UPDATE mcp.audit_log SET actor = 'nobody';
DELETE FROM mcp.audit_log;
TRUNCATE mcp.audit_log;
RESET ROLE;
SET ROLE mcp_audit_keeper;
UPDATE mcp.audit_log SET actor = 'nobody';
DELETE FROM mcp.audit_log WHERE false;
TRUNCATE mcp.audit_log;
ALTER TABLE mcp.audit_log DISABLE TRIGGER ALL;
DROP TRIGGER audit_log_append_only ON mcp.audit_log;
INSERT INTO mcp.audit_log (actor, session_role, action, kind, object_id, changes)
VALUES ('root', 'root', 'grant', 'role', 'x', '[]');
RESET ROLE;
ALTER TABLE mcp.audit_log OWNER TO mcp_audit_keeper;
SET ROLE mcp_audit_keeper;
UPDATE mcp.audit_log SET actor = 'nobody';
DELETE FROM mcp.audit_log;
TRUNCATE mcp.audit_log;
RESET ROLE;
ALTER TABLE mcp.audit_log OWNER TO CURRENT_USER;
DELETE FROM mcp.audit_log;

SELECT mcp.delete_workflow('audited-flow');
SELECT mcp.delete_mcp('audited');
SELECT mcp.retire_worker('audited', (SELECT w.epoch FROM mcp.workers AS w WHERE w.worker = 'audited'));
DO $$
DECLARE
    role_name   text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['developer', 'operator', 'admin', 'keeper'] LOOP
        EXECUTE format('DROP OWNED BY mcp_audit_%s CASCADE', role_name);
        EXECUTE format('DROP ROLE mcp_audit_%s', role_name);
    END LOOP;
END
$$;
DELETE FROM mcp.role_grants WHERE role_name LIKE 'mcp\_audit\_%';
