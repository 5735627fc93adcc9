-- Runs that take turns: so many of a key at a time, the others in their order.
\set VERBOSITY terse
SET client_min_messages = error;
CREATE EXTENSION IF NOT EXISTS mcp;

CREATE SCHEMA concurrency_test;

SELECT mcp.create_mcp('{"name": "Concurrency test", "type": "python_script",
    "config": {"script_content": "pass"}, "initial_version_str": "1.0.0"}') ->> 'slug' AS mcp;
SELECT mcp.create_workflow('{"name": "Concurrency keys", "concurrency": {"key": "$.inputs.user", "limit": 1}, "steps": [
    {"step_id": "one", "name": "One", "mcp_id": "concurrency-test"}]}') ->> 'slug' AS workflow;
SELECT mcp.create_workflow('{"name": "Concurrency whole", "concurrency": {"limit": 2}, "steps": [
    {"step_id": "one", "name": "One", "mcp_id": "concurrency-test"}]}') ->> 'slug' AS workflow;
SELECT mcp.register_worker('concurrency_test') AS epoch \gset

CREATE TABLE concurrency_test.runs (n serial, name text, run_id uuid);
CREATE TABLE concurrency_test.tasks (name text, run_id uuid, step_ordinal integer, attempt integer);

CREATE FUNCTION concurrency_test.start(workflow text, name text, inputs jsonb DEFAULT '{}')
RETURNS void
LANGUAGE sql
AS $$
    INSERT INTO concurrency_test.runs (name, run_id)
    VALUES (name, mcp.start_run(workflow, inputs, '{"queue": "concurrency_test"}'))
$$;

-- Ends the tasks of those runs, and takes turns until there is no more to be had;
-- the runs whose tasks came.
CREATE FUNCTION concurrency_test.turn(epoch integer, done text[] DEFAULT '{}', is_success boolean DEFAULT true)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    results     jsonb;
    answer      jsonb;
    came        text[] := '{}';
    more        text[];
BEGIN
    WITH gone AS (
        DELETE FROM concurrency_test.tasks AS t WHERE t.name = ANY (done) RETURNING *
    )
    SELECT coalesce(jsonb_agg(jsonb_build_object('run_id', g.run_id, 'step_ordinal', g.step_ordinal,
               'attempt', g.attempt, 'success', is_success, 'error', 'no')), '[]')
    INTO results
    FROM gone AS g;
    FOR round IN 1 .. 4 LOOP
        answer := mcp.worker_turn('concurrency_test', epoch, results, '{"concurrency_test": 10}');
        results := '[]';
        WITH came AS (
            INSERT INTO concurrency_test.tasks
            SELECT r.name, t.run_id, t.step_ordinal, t.attempt
            FROM jsonb_to_recordset(answer -> 'tasks') AS t (run_id uuid, step_ordinal integer, attempt integer)
            JOIN concurrency_test.runs AS r USING (run_id)
            RETURNING name
        )
        SELECT array_agg(c.name ORDER BY c.name) INTO more FROM came AS c;
        came := came || coalesce(more, '{}');
    END LOOP;
    RETURN array_to_string(came, ' ');
END
$$;

CREATE FUNCTION concurrency_test.keys()
RETURNS TABLE (key text, concurrency_limit integer, running integer, waiting bigint)
LANGUAGE sql
AS $$
    SELECT k.key, k.concurrency_limit, k.running,
           (SELECT count(*) FROM mcp.concurrency_runs AS r
            WHERE r.workflow_id = k.workflow_id AND r.key = k.key AND NOT r.has_begun)
    FROM mcp.concurrency_keys AS k
    ORDER BY 1
$$;

-- One run of each key; the others wait, PENDING.
SELECT concurrency_test.start('concurrency-keys', w[1], jsonb_build_object('user', w[2]))
FROM (VALUES (1, '{a1,ada}'::text[]), (2, '{a2,ada}'), (3, '{a3,ada}'), (4, '{b1,bob}')) AS n (n, w) ORDER BY n;
SELECT concurrency_test.start('concurrency-keys', 'n1'), concurrency_test.start('concurrency-keys', 'n2');
SELECT concurrency_test.start('concurrency-keys', 'long', jsonb_build_object('user', repeat('x', 10000)));
SELECT concurrency_test.turn(:epoch) AS came;
SELECT left(key, 20) AS key, concurrency_limit, running, waiting FROM concurrency_test.keys() WHERE length(key) < 30;
SELECT string_agg(name || ' ' || (mcp.get_run(run_id) ->> 'status'), ', ' ORDER BY n) FROM concurrency_test.runs;
-- What each waits for, in words.
CREATE FUNCTION concurrency_test.why(names text[])
RETURNS TABLE (name text, step_id text, kind text, has_since boolean, what text)
LANGUAGE sql
AS $$
    SELECT r.name, w.step_id, w.kind, w.since IS NOT NULL, w.what
    FROM concurrency_test.runs AS r
    CROSS JOIN LATERAL mcp.why_waiting(r.run_id) AS w
    WHERE r.name = ANY (names)
    ORDER BY r.n
$$;
SELECT name, step_id, kind, has_since, what FROM concurrency_test.why('{a2, a3, n2}');
-- The end of one is the beginning of the next, in the order of their start.
SELECT concurrency_test.turn(:epoch, '{a1}') AS came;
SELECT concurrency_test.turn(:epoch, '{b1, n1, long}') AS came;
-- So is a failure; and one that is cancelled while it waits leaves no gap.
SELECT concurrency_test.start('concurrency-keys', 'a4', '{"user": "ada"}');
SELECT mcp.cancel_run(run_id) ->> 'status' AS status FROM concurrency_test.runs WHERE name = 'a3';
SELECT concurrency_test.turn(:epoch, '{a2}', false) AS came;
-- And one that is cancelled before anybody looked at it.
SELECT concurrency_test.start('concurrency-keys', 'a5', '{"user": "ada"}'), concurrency_test.start('concurrency-keys', 'a6', '{"user": "ada"}');
SELECT mcp.cancel_run(run_id) ->> 'status' AS status FROM concurrency_test.runs WHERE name = 'a5';
SELECT concurrency_test.turn(:epoch) AS came;
SELECT * FROM concurrency_test.keys();
SELECT mcp.cancel_run(run_id) ->> 'status' AS status FROM concurrency_test.runs WHERE name = 'a4';
SELECT concurrency_test.turn(:epoch) AS came;
SELECT concurrency_test.turn(:epoch, '{a6, n2}') AS came;
SELECT * FROM concurrency_test.keys();
SELECT count(*) FROM mcp.concurrency_runs;

-- Without a key the workflow as a whole.
SELECT concurrency_test.start('concurrency-whole', 'w' || n) FROM generate_series(1, 5) AS n;
SELECT concurrency_test.turn(:epoch) AS came;
SELECT * FROM concurrency_test.why('{w3, w4, w5}');
SELECT concurrency_test.turn(:epoch, '{w2}') AS came;
SELECT * FROM concurrency_test.keys();
-- A higher limit holds from the next start on.
SELECT mcp.update_workflow('concurrency-whole', '{"concurrency": {"limit": 4}}') ->> 'version' AS version;
SELECT concurrency_test.start('concurrency-whole', 'w6');
SELECT concurrency_test.turn(:epoch) AS came;
SELECT concurrency_test.turn(:epoch, '{w1, w3, w4, w5}') AS came;
SELECT concurrency_test.turn(:epoch, '{w6}') AS came;
SELECT * FROM concurrency_test.keys();

-- A retry is a start: it waits for a place of the key, and for room in its queue.
SELECT concurrency_test.start('concurrency-keys', 'r1', '{"user": "eve"}'), concurrency_test.start('concurrency-keys', 'r2', '{"user": "eve"}');
SELECT concurrency_test.turn(:epoch) AS came;
SELECT concurrency_test.turn(:epoch, '{r1}', false) AS came;
INSERT INTO concurrency_test.runs (name, run_id)
SELECT 'again', mcp.retry_run(r.run_id) FROM concurrency_test.runs AS r WHERE r.name = 'r1';
SELECT concurrency_test.turn(:epoch) AS came;
SELECT * FROM concurrency_test.keys();
SELECT * FROM concurrency_test.why('{again}');
SELECT q ->> 'running' AS running FROM mcp.set_queue('concurrency_test', concurrency_limit => 1) AS q;
SELECT concurrency_test.start('concurrency-keys', 'other', '{"user": "eli"}');
SELECT concurrency_test.turn(:epoch) AS came;
SELECT concurrency_test.turn(:epoch, '{r2}') AS came;
SELECT name, kind, what FROM concurrency_test.why('{again}');
SELECT concurrency_test.turn(:epoch, '{other}') AS came;
SELECT concurrency_test.turn(:epoch, '{again}') AS came;
SELECT r.name, u ->> 'status' AS status
FROM concurrency_test.runs AS r
CROSS JOIN LATERAL mcp.get_run(r.run_id) AS u
WHERE r.name IN ('r1', 'r2', 'other', 'again')
ORDER BY r.n;
SELECT * FROM concurrency_test.keys();
SELECT q ->> 'running' AS running FROM mcp.set_queue('concurrency_test') AS q;

-- What it keeps of the run before it, it has when it begins.
SELECT mcp.create_workflow('{"name": "Concurrency pair", "concurrency": {"limit": 1}, "steps": [
    {"step_id": "one", "name": "One", "mcp_id": "concurrency-test"},
    {"step_id": "two", "name": "Two", "mcp_id": "concurrency-test"}]}') ->> 'slug' AS workflow;
SELECT concurrency_test.start('concurrency-pair', 'p1'), concurrency_test.start('concurrency-pair', 'p2');
SELECT concurrency_test.turn(:epoch) AS came;
SELECT concurrency_test.turn(:epoch, '{p1}') AS came;
SELECT concurrency_test.turn(:epoch, '{p1}', false) AS came;
INSERT INTO concurrency_test.runs (name, run_id)
SELECT 'p3', mcp.retry_run(r.run_id) FROM concurrency_test.runs AS r WHERE r.name = 'p1';
SELECT concurrency_test.turn(:epoch) AS came;
SELECT concurrency_test.turn(:epoch, '{p2}', false) AS came;
SELECT name, step_ordinal, attempt FROM concurrency_test.tasks WHERE name = 'p3';
SELECT concurrency_test.turn(:epoch, '{p3}') AS came;
SELECT mcp.get_run(run_id) ->> 'status' AS status FROM concurrency_test.runs WHERE name = 'p3';

-- A crowd of one key does not stand before the run of another.
SELECT count(*) AS crowd FROM generate_series(1, 200), LATERAL concurrency_test.start('concurrency-keys', 'crowd', '{"user": "crowd"}');
SELECT concurrency_test.start('concurrency-keys', 'alone', '{"user": "alone"}');
SELECT concurrency_test.turn(:epoch) AS came;
SELECT concurrency_test.turn(:epoch, '{alone}') AS came;
SELECT (mcp.cancel_runs('{"queue": "concurrency_test"}') ->> 'count')::integer AS cancelled;
SELECT concurrency_test.turn(:epoch) AS came;
SELECT * FROM concurrency_test.keys();

SELECT mcp.retire_worker('concurrency_test', :epoch);
SELECT count(*) FROM mcp.timers AS t JOIN concurrency_test.runs AS r USING (run_id);
SELECT count(mcp.delete_workflow(slug)) FROM mcp.list_workflows('concurrency-');
DROP SCHEMA concurrency_test CASCADE;
SELECT mcp.delete_mcp('concurrency-test');
