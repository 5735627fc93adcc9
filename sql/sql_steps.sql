-- Steps of kind sql: as whom they run, what they may, and that it happens once.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS mcp;

CREATE ROLE sql_test_clerk;
CREATE SCHEMA sql_test;
CREATE SEQUENCE sql_test.numbers;
GRANT USAGE ON SCHEMA sql_test TO sql_test_clerk;
CREATE TABLE sql_test.orders (id integer PRIMARY KEY, customer text, total numeric);
CREATE TABLE sql_test.secrets (word text);
INSERT INTO sql_test.orders VALUES (1, 'ann', 10.5), (2, 'bob', 20), (3, 'ann', 30);
GRANT SELECT, INSERT ON sql_test.orders TO sql_test_clerk;

-- One run of a query, as a worker does it; what is recorded of it.
SELECT mcp.register_worker('sql_test') AS epoch \gset
CREATE FUNCTION sql_test.run(epoch integer, config jsonb, inputs jsonb DEFAULT '{}')
RETURNS TABLE (status text, result jsonb, error text, error_class text)
LANGUAGE plpgsql
AS $$
DECLARE
    mcp_id      text;
    task        jsonb;
    run         uuid;
BEGIN
    mcp_id := mcp.create_mcp(jsonb_build_object(
        'name', 'SQL test ' || nextval('sql_test.numbers'), 'type', 'sql',
        'config', '{"role": "sql_test_clerk"}' || config)) ->> 'id';
    run := mcp.start_mcp(mcp_id, inputs, '{"queue": "sql_test"}');
    task := mcp.worker_turn('sql_test', epoch, '[]', '{"sql_test": 1}') -> 'tasks' -> 0;
    PERFORM mcp.run_sql_step('sql_test', epoch, run, 0, 1, task -> 'inputs');
    RETURN QUERY
        SELECT s ->> 'status', s -> 'outputs_generated', s ->> 'error', s ->> 'error_class'
        FROM jsonb_array_elements(mcp.get_run(run) -> 'step_results') AS s;
END
$$;

SELECT * FROM sql_test.run(:epoch, '{"query": "SELECT id, total FROM sql_test.orders WHERE customer = inputs.who AND total > $2 ORDER BY id", "parameters": ["who", "above"]}', '{"who": "ann", "above": 11}');
SELECT * FROM sql_test.run(:epoch, '{"query": "SELECT inputs.a AS a, inputs.b::jsonb AS b, inputs.c::int + 1 AS c, inputs.d AS d", "parameters": ["a", "b", "c", "d"]}', '{"a": "x''; DROP TABLE y", "b": {"k": [1, "two"]}, "c": 4, "d": null}');
SELECT * FROM sql_test.run(:epoch, '{"query": "SELECT n FROM generate_series(1, 5) AS n", "max_rows": 2}');
SELECT * FROM sql_test.run(:epoch, '{"query": "SELECT 1 WHERE false"}');
-- Writes, where the MCP says so.
SELECT * FROM sql_test.run(:epoch, '{"query": "INSERT INTO sql_test.orders VALUES (4, ''eve'', 1) RETURNING id"}');
SELECT * FROM sql_test.run(:epoch, '{"query": "INSERT INTO sql_test.orders VALUES (4, ''eve'', 1) RETURNING id", "read_only": false}');
SELECT * FROM sql_test.run(:epoch, '{"query": "INSERT INTO sql_test.orders VALUES (5, ''eve'', 1), (4, ''eve'', 1)", "read_only": false}');
SELECT id FROM sql_test.orders ORDER BY id;
-- What is wrong with a query is the failure of its step.
SELECT * FROM sql_test.run(:epoch, '{"query": "SELEC 1"}');
SELECT * FROM sql_test.run(:epoch, '{"query": "SELECT inputs.none", "parameters": ["some"]}', '{"some": 1}');
SELECT * FROM sql_test.run(:epoch, '{"query": "SELECT inputs.some", "parameters": ["some"]}');
SELECT * FROM sql_test.run(:epoch, '{"query": "SELECT $2", "parameters": ["some"]}', '{"some": 1}');
SELECT * FROM sql_test.run(:epoch, '{"query": "SELECT 1; SELECT 2"}');
SELECT * FROM sql_test.run(:epoch, '{"query": "SELECT inputs.n / 0", "parameters": ["n"]}', '{"n": 1}');
-- The role is a wall.
SELECT * FROM sql_test.run(:epoch, '{"query": "SELECT current_user"}');
SELECT * FROM sql_test.run(:epoch, '{"query": "SELECT * FROM sql_test.secrets"}');
SELECT * FROM sql_test.run(:epoch, '{"query": "SELECT * FROM mcp.mcp_definitions"}');
SELECT * FROM sql_test.run(:epoch, '{"query": "RESET ROLE"}');
SELECT * FROM sql_test.run(:epoch, '{"query": "COMMIT"}');
SELECT * FROM sql_test.run(:epoch, '{"query": "SELECT set_config(''role'', ''postgres'', false)"}');
SELECT * FROM sql_test.run(:epoch, '{"query": "SELECT set_config(''session_authorization'', ''postgres'', false)"}');
SELECT * FROM sql_test.run(:epoch, '{"query": "SELECT set_config(''transaction_read_only'', ''off'', false)"}');
SELECT * FROM sql_test.run(:epoch, '{"query": "SELECT set_config(''search_path'', ''sql_test'', false)"}');
SHOW search_path;
SELECT * FROM sql_test.run(:epoch, '{"query": "SELECT 1", "role": "sql_test_none"}');
SELECT * FROM sql_test.run(:epoch, format('{"query": "SELECT 1", "role": "%s"}', current_user)::jsonb);
CREATE ROLE sql_test_admin;
SELECT mcp.grant_role('sql_test_admin', 'admin');
GRANT sql_test_admin TO sql_test_clerk;
SELECT * FROM sql_test.run(:epoch, '{"query": "SELECT 1"}');
SELECT mcp.revoke_role('sql_test_admin', 'admin');
DROP ROLE sql_test_admin;
-- Nothing that it leaves behind runs later, as somebody else.
GRANT CREATE, USAGE ON SCHEMA sql_test TO sql_test_clerk;
SET ROLE sql_test_clerk;
CREATE TABLE sql_test.trap (n integer);
CREATE FUNCTION sql_test.spring() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE WARNING 'sprung as %', current_user;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER spring AFTER INSERT ON sql_test.trap DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION sql_test.spring();
RESET ROLE;
SELECT * FROM sql_test.run(:epoch, '{"query": "INSERT INTO sql_test.trap VALUES (1)", "read_only": false}');
-- Only who has the attempt may run it, and only once.
\set VERBOSITY sqlstate
SELECT mcp.start_mcp('sql-test-1', '{"who": "ann", "above": 0}', '{"queue": "sql_test"}') AS run \gset
SELECT mcp.run_sql_step('sql_test', :epoch, :'run', 0, 1, '{}');
SELECT jsonb_array_length(mcp.worker_turn('sql_test', :epoch, '[]', '{"sql_test": 1}') -> 'tasks') AS tasks;
SELECT mcp.run_sql_step('sql_test', :epoch + 1, :'run', 0, 1, '{"who": "ann", "above": 0}');
SELECT mcp.run_sql_step('sql_test', :epoch, :'run', 0, 1, '{"who": "ann", "above": 0}') -> 'finished' -> 0 ->> 'status' AS status;
SELECT mcp.run_sql_step('sql_test', :epoch, :'run', 0, 1, '{"who": "ann", "above": 0}');

SELECT mcp.retire_worker('sql_test', :epoch);
SELECT count(mcp.delete_mcp(id::text, true)) > 0 AS cleaned FROM mcp.list_mcps(type => 'sql');
DROP SCHEMA sql_test CASCADE;
DROP ROLE sql_test_clerk;
