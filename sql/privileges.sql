-- Who may do what, tried as each of them.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS mcp;

-- Roles are the cluster's: leftovers of an interrupted run are taken away first.
DO $$
DECLARE
    role_name   text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['nobody', 'viewer', 'operator', 'developer', 'other', 'admin', 'worker'] LOOP
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'mcp_test_' || role_name) THEN
            EXECUTE format('DROP OWNED BY mcp_test_%s CASCADE', role_name);
            EXECUTE format('DROP ROLE mcp_test_%s', role_name);
        END IF;
        EXECUTE format('CREATE ROLE mcp_test_%s', role_name);
    END LOOP;
END
$$;

SELECT mcp.grant_role(('mcp_test_' || level)::regrole, level)
FROM unnest(ARRAY['viewer', 'operator', 'developer', 'admin', 'worker']) AS level;
SELECT mcp.grant_role('mcp_test_other', 'developer');

-- Every function stands in function_levels, or is internal by its name.
SELECT p.proname AS function_without_level
FROM pg_proc AS p
WHERE p.pronamespace = 'mcp'::regnamespace
  AND p.proname NOT LIKE '\_%'
  AND NOT EXISTS (
        SELECT FROM mcp.function_levels AS f
        WHERE f.function_name = p.proname)
ORDER BY 1;

SELECT f.function_name AS level_without_function
FROM mcp.function_levels AS f
WHERE NOT EXISTS (
        SELECT FROM pg_proc AS p
        WHERE p.pronamespace = 'mcp'::regnamespace
          AND p.proname = f.function_name)
ORDER BY 1;

SELECT f.function_name AS function_with_two_levels
FROM mcp.function_levels AS f
GROUP BY 1
HAVING count(*) > 1
ORDER BY 1;

-- What each may call.  An internal function is nobody's.  (Not aligned and not
-- counted, or one more name would change other lines of what is expected, too.)
\pset format unaligned
\pset footer off
SELECT p.proname AS function,
       string_agg(DISTINCT r.name, ', ' ORDER BY r.name) AS roles
FROM pg_proc AS p
JOIN (VALUES ('nobody'), ('viewer'), ('operator'), ('developer'), ('admin'), ('worker')) AS r (name)
  ON has_function_privilege('mcp_test_' || r.name, p.oid, 'EXECUTE')
WHERE p.pronamespace = 'mcp'::regnamespace
GROUP BY 1
ORDER BY 1;
\pset footer on
\pset format aligned

-- No table, view or sequence is anybody's.
SELECT c.relname AS reachable_relation, r.name AS role
FROM pg_class AS c
JOIN (VALUES ('nobody'), ('viewer'), ('operator'), ('developer'), ('admin'), ('worker')) AS r (name)
  ON CASE c.relkind
         WHEN 'S' THEN has_sequence_privilege('mcp_test_' || r.name, c.oid, 'USAGE, SELECT, UPDATE')
         ELSE has_table_privilege('mcp_test_' || r.name, c.oid,
                                  'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
     END
WHERE c.relnamespace = 'mcp'::regnamespace
  AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
ORDER BY 1, 2;

-- Every function pins its search_path, so nobody's schema comes before pg_catalog.
SELECT p.proname AS function_with_open_path
FROM pg_proc AS p
JOIN pg_language AS l ON l.oid = p.prolang
WHERE p.pronamespace = 'mcp'::regnamespace
  AND (p.prosecdef OR l.lanname IN ('sql', 'plpgsql'))
  AND NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (p.proconfig), false)
ORDER BY 1;

-- As nobody: not even the schema.
SET ROLE mcp_test_nobody;
SELECT mcp.version_full();
SELECT count(*) FROM mcp.mcp_definitions;
RESET ROLE;

-- As a viewer: reads, and nothing else.
SET ROLE mcp_test_viewer;
SELECT count(*) >= 0 AS may_list FROM mcp.list_mcps();
SELECT mcp.create_mcp('{}');
SELECT mcp.start_run('x');
SELECT mcp.maintain();
SELECT mcp.grant_role('mcp_test_viewer', 'admin');
SELECT mcp.worker_turn('w', 1);
SELECT mcp._audit('grant', 'role', 'x', 'x', NULL, NULL);
INSERT INTO mcp.role_grants VALUES ('mcp_test_viewer', 'admin', 'me');
UPDATE mcp.mcp_types SET executor = 'sh';
SELECT * FROM mcp.audit_log;
SELECT nextval('mcp.worker_epochs');
RESET ROLE;

-- As an operator: runs, no definitions.
SET ROLE mcp_test_operator;
SELECT mcp.start_run('no-such-workflow');
SELECT mcp.delete_mcp('no-such-mcp');
DELETE FROM mcp.workflow_runs;
RESET ROLE;

-- As a developer: definitions, his own.
SET ROLE mcp_test_developer;
SELECT mcp.create_mcp('{
    "name": "Mine",
    "type": "python_script",
    "initial_config": {"script_content": "print(1)"}
}') ->> 'slug' AS slug;
SELECT mcp.create_workflow('{
    "name": "My flow",
    "execution_mode": "sequential",
    "steps": [{"step_id": "s", "name": "S", "mcp_id": "mine"}]
}') ->> 'slug' AS slug;
SELECT mcp.grant_role('mcp_test_developer', 'admin');
SELECT mcp.revoke_role('mcp_test_admin', 'admin');
UPDATE mcp.mcp_definitions SET owner = 'mcp_test_developer';
RESET ROLE;

-- Another developer reads and runs them, and changes none.
SET ROLE mcp_test_other;
SELECT mcp.get_mcp('mine') ->> 'name' AS name;
SELECT mcp.update_mcp('mine', '{"description": "taken over"}');
SELECT mcp.add_mcp_version('mine', '{"version_str": "9.0.0", "config": {"script_content": "evil"}}');
SELECT mcp.delete_mcp('mine', force => true);
SELECT mcp.update_workflow('my-flow', '{"description": "taken over"}');
SELECT mcp.delete_workflow('my-flow');
RESET ROLE;

-- He cannot be given what is not the giver's to give, nor take it.
SELECT mcp.set_mcp_owner('mine', 'mcp_test_other');
SET ROLE mcp_test_other;
SELECT mcp.set_mcp_owner('mine', 'mcp_test_other');
SELECT mcp.set_workflow_owner('my-flow', 'mcp_test_other');
RESET ROLE;
SET ROLE mcp_test_developer;
SELECT mcp.update_mcp('mine', '{"description": "not mine any more"}');
RESET ROLE;
SET ROLE mcp_test_other;
SELECT mcp.set_mcp_owner('mine', 'mcp_test_developer');
RESET ROLE;
SELECT mcp.set_mcp_owner('mine', 'mcp_test_developer');
-- A member gives what is his to the role that he is a member of.
GRANT mcp_test_other TO mcp_test_developer;
SET ROLE mcp_test_developer;
SELECT mcp.set_mcp_owner('mine', 'mcp_test_other');
SELECT mcp.update_mcp('mine', '{"description": "ours"}') ->> 'owner' AS owner;
SELECT mcp.set_mcp_owner('mine', 'mcp_test_developer');
SELECT mcp.set_workflow_owner('my-flow', 'mcp_test_other');
SELECT mcp.set_workflow_owner('my-flow', 'mcp_test_developer');
RESET ROLE;
REVOKE mcp_test_other FROM mcp_test_developer;
-- A registered schema is of who registered it.
SET ROLE mcp_test_developer;
SELECT mcp.register_json_schema('https://example.com/mine', '{"type": "object"}');
RESET ROLE;
SET ROLE mcp_test_other;
SELECT mcp.register_json_schema('https://example.com/mine', '{"type": "array"}');
SELECT mcp.drop_json_schema('https://example.com/mine');
RESET ROLE;
SELECT mcp.drop_json_schema('https://example.com/mine');

-- A member that does not inherit is not the owner until it says so.
ALTER ROLE mcp_test_nobody NOINHERIT;
GRANT mcp_test_developer TO mcp_test_nobody;
SELECT mcp.grant_role('mcp_test_nobody', 'developer');
SET SESSION AUTHORIZATION mcp_test_nobody;
SELECT mcp.update_mcp('mine', '{"description": "taken over"}');
SET ROLE mcp_test_developer;
SELECT mcp.update_mcp('mine', '{"description": "as its owner"}') ->> 'description' AS description;
SET ROLE mcp_test_admin;
RESET SESSION AUTHORIZATION;
SELECT mcp.revoke_role('mcp_test_nobody', 'developer');
REVOKE mcp_test_developer FROM mcp_test_nobody;

-- A function of somebody else's that runs with his rights lends nobody what he owns.
CREATE SCHEMA mcp_test_loan AUTHORIZATION mcp_test_developer;
GRANT USAGE ON SCHEMA mcp_test_loan TO PUBLIC;
SET ROLE mcp_test_developer;
CREATE FUNCTION mcp_test_loan.describe(text) RETURNS jsonb LANGUAGE sql SECURITY DEFINER
    AS $$ SELECT mcp.update_mcp('mine', jsonb_build_object('description', $1)) $$;
RESET ROLE;
SET ROLE mcp_test_viewer;
SELECT mcp_test_loan.describe('lent');
RESET ROLE;

-- Through views: one reads with the rights of its owner, who has none.
CREATE SCHEMA mcp_test_views AUTHORIZATION mcp_test_viewer;
GRANT USAGE ON SCHEMA mcp_test_views TO PUBLIC;
SET ROLE mcp_test_viewer;
CREATE VIEW mcp_test_views.definitions AS SELECT * FROM mcp.mcp_definitions;
CREATE VIEW mcp_test_views.log WITH (security_invoker) AS SELECT * FROM mcp.audit_log;
CREATE VIEW mcp_test_views.grants AS SELECT * FROM mcp.role_grants;
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA mcp_test_views TO PUBLIC;
SELECT * FROM mcp_test_views.definitions;
SELECT * FROM mcp_test_views.log;
SELECT * FROM mcp.mcp_search_documents;
RESET ROLE;
SET ROLE mcp_test_admin;
SELECT * FROM mcp_test_views.definitions;
SELECT * FROM mcp_test_views.log;
INSERT INTO mcp_test_views.grants VALUES ('mcp_test_viewer', 'admin', 'me');
RESET ROLE;
DROP SCHEMA mcp_test_views CASCADE;

-- What is ours is not to be made anew, nor more to be added to it.
SET ROLE mcp_test_developer;
ALTER FUNCTION mcp.get_mcp(text) RESET search_path;
ALTER FUNCTION mcp.get_mcp(text) SECURITY INVOKER;
ALTER FUNCTION mcp.get_mcp(text) OWNER TO mcp_test_developer;
CREATE OR REPLACE FUNCTION mcp.get_mcp(mcp text) RETURNS jsonb LANGUAGE sql AS 'SELECT NULL::jsonb';
CREATE FUNCTION mcp.get_mcp(mcp varchar) RETURNS jsonb LANGUAGE sql AS 'SELECT NULL::jsonb';
CREATE TABLE mcp.trap ();
CREATE TRIGGER trap BEFORE UPDATE ON mcp.mcp_definitions EXECUTE FUNCTION suppress_redundant_updates_trigger();
CREATE RULE trap AS ON SELECT TO mcp.mcp_definitions DO INSTEAD NOTHING;
CREATE POLICY trap ON mcp.mcp_definitions USING (true);
ALTER TABLE mcp.mcp_definitions DISABLE ROW LEVEL SECURITY;
ALTER EXTENSION mcp UPDATE;
DROP EXTENSION mcp;
SET session_replication_role = replica;
COPY mcp.role_grants TO STDOUT;
BEGIN;
LOCK TABLE mcp.workflow_runs;
ROLLBACK;
RESET ROLE;

-- Who is given a table changes his own rows and gives none away; nor does a condition
-- that looks at rows before the policy does find one that is not his to change.
GRANT SELECT, INSERT, UPDATE, DELETE ON mcp.mcp_definitions TO mcp_test_other, mcp_test_developer;
SET client_min_messages = notice;
SET ROLE mcp_test_other;
CREATE FUNCTION pg_temp.leak(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001
    AS $$ BEGIN RAISE NOTICE 'seen: %', $1; RETURN true; END $$;
UPDATE mcp.mcp_definitions SET description = 'stolen' WHERE pg_temp.leak(slug);
UPDATE mcp.mcp_definitions SET owner = 'mcp_test_other';
DELETE FROM mcp.mcp_definitions WHERE pg_temp.leak(slug);
INSERT INTO mcp.mcp_definitions (name, slug, type, latest_version_str, owner)
VALUES ('Gift', 'gift', 'llm_prompt', '1.0.0', 'mcp_test_developer');
RESET ROLE;
SET client_min_messages = warning;
SET ROLE mcp_test_developer;
UPDATE mcp.mcp_definitions SET description = 'by hand' RETURNING slug, description;
UPDATE mcp.mcp_definitions SET owner = 'mcp_test_other';
RESET ROLE;
REVOKE ALL ON mcp.mcp_definitions FROM mcp_test_other, mcp_test_developer;

-- As a worker: work, and the versions to work with.
SET ROLE mcp_test_worker;
SELECT mcp.register_worker('w') > 0 AS has_epoch;
SELECT mcp.create_mcp('{}');
SELECT mcp.get_mcp('mine');
SELECT mcp.cancel_run('00000000-0000-7000-8000-000000000000');
RESET ROLE;

-- As an admin: grants, and what others own; but no table either.
SET ROLE mcp_test_admin;
SELECT mcp.update_mcp('mine', '{"description": "seen by an admin"}') ->> 'description' AS description;
SELECT mcp.grant_role('mcp_test_nobody', 'viewer');
SELECT mcp.revoke_role('mcp_test_nobody', 'viewer');
DELETE FROM mcp.audit_log;
RESET ROLE;

-- What was taken away is gone.
SET ROLE mcp_test_nobody;
SELECT mcp.version_full();
RESET ROLE;

-- Taking one level from a role leaves what another of its levels allows.
SELECT mcp.grant_role('mcp_test_viewer', 'operator');
SELECT mcp.revoke_role('mcp_test_viewer', 'viewer');
SELECT has_function_privilege('mcp_test_viewer', 'mcp.get_run(uuid)', 'EXECUTE') AS still_reads,
       has_function_privilege('mcp_test_viewer', 'mcp.cancel_run(uuid, text)', 'EXECUTE') AS controls;
SELECT mcp.revoke_role('mcp_test_viewer', 'viewer');
SELECT mcp.grant_role('mcp_test_viewer', 'king');
SELECT mcp.grant_role(NULL, 'viewer');

-- A schema of one's own puts no words into our functions' mouths.
CREATE SCHEMA mcp_test_trap AUTHORIZATION mcp_test_developer;
SET ROLE mcp_test_developer;
CREATE FUNCTION mcp_test_trap.now() RETURNS timestamptz LANGUAGE sql
    AS 'SELECT pg_catalog.now() - interval ''100 years''';
CREATE FUNCTION mcp_test_trap.eq(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR mcp_test_trap.= (FUNCTION = mcp_test_trap.eq, LEFTARG = text, RIGHTARG = text);
CREATE TEMP TABLE mcp_definitions (id uuid, slug text, name text);
SET search_path = mcp_test_trap, pg_temp, pg_catalog;
SELECT mcp.get_mcp('no-such-mcp');
SELECT (mcp.get_mcp('mine') ->> 'created_at')::timestamptz OPERATOR(pg_catalog.>)
       '2020-01-01'::timestamptz AS is_true_time;
RESET search_path;
RESET ROLE;

SELECT mcp.delete_workflow('my-flow');
SELECT mcp.delete_mcp('mine');
DROP TABLE pg_temp.mcp_definitions;
DO $$
DECLARE
    role_name   text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['nobody', 'viewer', 'operator', 'developer', 'other', 'admin', 'worker'] LOOP
        EXECUTE format('DROP OWNED BY mcp_test_%s CASCADE', role_name);
        EXECUTE format('DROP ROLE mcp_test_%s', role_name);
    END LOOP;
END
$$;
DELETE FROM mcp.role_grants WHERE role_name LIKE 'mcp\_test\_%';
