-- Workers: their leases, their turns, and what becomes of their tasks.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS mcp;

CREATE SCHEMA worker_test;

-- A turn of a worker, without ids.
CREATE FUNCTION worker_test.turn(worker text, results jsonb DEFAULT '[]', demand jsonb DEFAULT '{"worker_test": 1}', held jsonb DEFAULT NULL)
RETURNS SETOF text
LANGUAGE sql
AS $$
    WITH answer AS MATERIALIZED (
        SELECT mcp.worker_turn(turn.worker, w.epoch, results, demand, held) AS a
        FROM mcp.workers AS w
        WHERE w.worker = turn.worker
    )
    SELECT format('do %s of %s, attempt %s', t ->> 'step_id', t ->> 'queue', t ->> 'attempt')
    FROM answer
    CROSS JOIN jsonb_array_elements(a -> 'tasks') AS t
    UNION ALL
    SELECT 'a run ended as ' || (f ->> 'status')
    FROM answer
    CROSS JOIN jsonb_array_elements(a -> 'finished') AS f
    UNION ALL
    SELECT 'refused: ' || (r ->> 'reason')
    FROM answer
    CROSS JOIN jsonb_array_elements(a -> 'refused') AS r
$$;

CREATE FUNCTION worker_test.start(workflow text, options jsonb DEFAULT '{}')
RETURNS uuid
LANGUAGE sql
AS $$
    SELECT mcp.start_run(workflow, '{}', '{"queue": "worker_test"}' || options)
$$;

CREATE FUNCTION worker_test.did(run uuid, step_ordinal integer, attempt integer DEFAULT 1)
RETURNS jsonb
LANGUAGE sql
AS $$
    SELECT jsonb_build_array(jsonb_build_object(
        'run_id', run, 'step_ordinal', step_ordinal, 'attempt', attempt, 'success', true, 'result', 'ok'))
$$;

CREATE FUNCTION worker_test.steps(run uuid)
RETURNS TABLE (step text, attempt integer, status text, worker text, error text, error_class text)
LANGUAGE sql
AS $$
    SELECT s.*
    FROM mcp.get_run(run) AS r
    CROSS JOIN jsonb_to_recordset(r -> 'step_results')
        AS s (step_id text, attempt integer, status text, worker text, error text, error_class text)
$$;

SELECT mcp.create_mcp('{"name": "Worker test", "type": "python_script",
    "config": {"script_content": "pass"}, "initial_version_str": "1.0.0"}') ->> 'slug' AS mcp;
SELECT mcp.create_workflow('{"name": "Worker test one", "steps": [
    {"step_id": "one", "name": "One", "mcp_id": "worker-test", "mcp_version_id": "1.0.0"}]}') ->> 'slug' AS workflow;
SELECT mcp.create_workflow('{"name": "Worker test two", "execution_mode": "parallel", "steps": [
    {"step_id": "x", "name": "X", "mcp_id": "worker-test", "mcp_version_id": "1.0.0"},
    {"step_id": "y", "name": "Y", "mcp_id": "worker-test", "mcp_version_id": "1.0.0"}]}') ->> 'slug' AS workflow;

--
-- Nobody works: a start says so, and goes through
--
DELETE FROM mcp.workers;
SET client_min_messages = notice;
\set VERBOSITY default
SELECT worker_test.start('worker-test-one') AS run \gset
SET client_min_messages = warning;
\set VERBOSITY terse

--
-- Register
--
SELECT mcp.register_worker('one', '{"cores": 2}') AS epoch \gset
SELECT worker, epoch = :epoch AS is_its_epoch, capacity, is_asleep,
       lease_until - now() BETWEEN '14 s' AND '16 s' AS is_leased
FROM mcp.workers;
SELECT worker_test.start('worker-test-one') AS other_run \gset
SELECT mcp.register_worker('');
SELECT mcp.register_worker(repeat('x', 201));
SELECT mcp.register_worker(NULL);

--
-- Turns
--
SELECT worker_test.turn('one', demand => '{"worker_test": 5}');
-- The same result twice: taken once.
SELECT worker_test.turn('one', worker_test.did(:'run', 0) || worker_test.did(:'run', 0));
SELECT worker_test.turn('one', worker_test.did(:'run', 0));
SELECT worker_test.turn('one', worker_test.did(:'other_run', 0));
-- What is no worker's to tell.
SELECT worker_test.turn('one', worker_test.did('01890000-0000-7000-8000-000000000000', 0));
SELECT worker_test.start('worker-test-two') AS run \gset
SELECT worker_test.turn('one');
SELECT worker_test.turn('one', worker_test.did(:'run', 0, 2), '{}');
SELECT worker_test.turn('one', worker_test.did(:'run', 1), '{}');
SELECT worker_test.turn('one', worker_test.did(:'run', 2), '{}');
SELECT worker_test.turn('one', worker_test.did(:'run', 0), '{}');
-- Another's attempt is another's.
SELECT mcp.register_worker('two') IS NOT NULL AS registered;
SELECT worker_test.turn('two');
SELECT worker_test.turn('one', worker_test.did(:'run', 1), '{}');
SELECT worker_test.turn('two', worker_test.did(:'run', 1));
SELECT * FROM worker_test.steps(:'run');

-- A worker is told when to come again, and asks to be woken while it has room.
SELECT (mcp.worker_turn('two', epoch, demand => '{"worker_test": 1}') -> 'sleep_ms')::integer BETWEEN 1 AND 1000 AS may_sleep
FROM mcp.workers WHERE worker = 'two';
SELECT worker, is_asleep FROM mcp.workers ORDER BY worker;

-- Documents that are wrong change nothing.
SELECT worker_test.start('worker-test-one') AS run \gset
SELECT worker_test.turn('one');
\set VERBOSITY default
\set SHOW_CONTEXT never
SELECT worker_test.turn('one', worker_test.did(:'run', 0) || '[{"run_id": "x", "step_ordinal": -1, "attempt": 0}]');
SELECT worker_test.turn('one', '[{"run_id": "01890000-0000-7000-8000-000000000000", "step_ordinal": 0, "attempt": 1, "success": false}]');
SELECT worker_test.turn('one', '{}');
SELECT worker_test.turn('one', '[[]]');
SELECT worker_test.turn('one', demand => '{"worker_test": -1}');
SELECT worker_test.turn('one', demand => '{"worker_test": "many"}');
SELECT worker_test.turn('one', demand => '[1]');
SELECT worker_test.turn('one', held => '[{}]');
\set VERBOSITY terse
SELECT status FROM worker_test.steps(:'run');
-- Keys that a newer worker may send are passed over.
SELECT worker_test.turn('one', jsonb_set(worker_test.did(:'run', 0), '{0,seconds}', '1.5'));

--
-- Queues and priorities
--
SELECT worker_test.start('worker-test-one', '{"queue": "other"}') AS run \gset
SELECT worker_test.turn('one');
SELECT worker_test.turn('one', demand => '{"worker_test": 1, "other": 0}');
SELECT worker_test.turn('one', demand => '{"worker_test": 1, "other": 2}');
SELECT worker_test.turn('one', worker_test.did(:'run', 0));
SELECT worker_test.start('worker-test-one', '{"priority": -5}') AS low \gset
SELECT worker_test.start('worker-test-two') AS middle \gset
SELECT worker_test.start('worker-test-one', '{"priority": 5}') AS high \gset
SELECT worker_test.start('worker-test-one') AS later \gset
SELECT CASE t ->> 'run_id'
           WHEN :'low' THEN 'low'
           WHEN :'middle' THEN 'middle'
           WHEN :'high' THEN 'high'
           WHEN :'later' THEN 'later'
       END AS run, t ->> 'step_id' AS step
FROM mcp.workers AS w
CROSS JOIN mcp.worker_turn(w.worker, w.epoch, demand => '{"worker_test": 9}') AS a
CROSS JOIN jsonb_array_elements(a -> 'tasks') WITH ORDINALITY AS t (t, place)
WHERE w.worker = 'one'
ORDER BY place;

--
-- An answer that was lost: what the worker does not know of comes again
--
SELECT worker_test.turn('one', demand => '{}', held => '[]');
SELECT worker_test.turn('one', demand => '{}', held => jsonb_build_array(
    jsonb_build_object('run_id', :'low', 'step_ordinal', 0, 'attempt', 1),
    jsonb_build_object('run_id', :'middle', 'step_ordinal', 1, 'attempt', 1),
    jsonb_build_object('run_id', :'later', 'step_ordinal', 0, 'attempt', 2)));
-- The tasks of others are none of its business, nor what its results tell.
SELECT worker_test.turn('two', held => '[]');
SELECT worker_test.turn('one', worker_test.did(:'low', 0) || worker_test.did(:'high', 0) || worker_test.did(:'middle', 0), '{}', '[]');

--
-- Retire: what it still has goes back, counted as an attempt
--
SELECT mcp.retire_worker('one', 0);
SELECT mcp.retire_worker('one', epoch) FROM mcp.workers WHERE worker = 'one';
SELECT worker_test.turn('one');
SELECT mcp.worker_turn('one', 1);
SELECT * FROM worker_test.steps(:'middle');
SELECT worker_test.turn('two', demand => '{"worker_test": 9}');
SELECT worker_test.turn('two', worker_test.did(:'middle', 1, 1), '{}');
SELECT worker_test.turn('two', worker_test.did(:'middle', 1, 2), '{}');
SELECT worker_test.turn('two', worker_test.did(:'later', 0, 2), '{}');

--
-- Registered anew under its name: whoever had it before is lost
--
SELECT worker_test.start('worker-test-one') AS run \gset
SELECT worker_test.turn('two');
SELECT epoch AS old_epoch FROM mcp.workers WHERE worker = 'two' \gset
SELECT mcp.register_worker('two') > :old_epoch AS is_later;
DO $$
BEGIN
    PERFORM mcp.worker_turn('two', epoch - 1) FROM mcp.workers WHERE worker = 'two';
EXCEPTION WHEN SQLSTATE 'MC011' THEN
    RAISE WARNING 'its lease is lost';
END
$$;
SELECT * FROM worker_test.steps(:'run');
SELECT worker_test.turn('two');

--
-- Lease run out: the next turn of another takes over
--
SELECT mcp.register_worker('three') IS NOT NULL AS registered;
UPDATE mcp.workers SET lease_until = now() - interval '1 second' WHERE worker = 'two';
-- Sessions look after leases once a second; a new one at once.
\c -
\set VERBOSITY terse
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT worker_test.turn('three');
SELECT worker FROM mcp.workers ORDER BY worker;
SELECT mcp.worker_turn('two', 1);
SELECT s.step, s.attempt, s.status, s.worker, s.error, s.error_class
FROM mcp.list_runs('worker-test-one', 'RUNNING') AS r
CROSS JOIN worker_test.steps((r ->> 'run_id')::uuid) AS s;
-- A lease that ran out while nobody took over goes on with the next turn.
UPDATE mcp.workers SET lease_until = now() - interval '1 second' WHERE worker = 'three';
SELECT worker_test.turn('three');
SELECT lease_until > now() AS is_alive FROM mcp.workers WHERE worker = 'three';

-- A step that takes down its worker each time fails in the end.
DO $$
BEGIN
    FOR attempt IN 4 .. 5 LOOP
        PERFORM mcp.register_worker('three');
        PERFORM worker_test.turn('three');
    END LOOP;
    PERFORM mcp.register_worker('three');
END
$$;
SELECT r ->> 'status' AS status, r ->> 'error_message' AS error, jsonb_array_length(mcp.get_run((r ->> 'run_id')::uuid) -> 'step_results') AS attempts
FROM mcp.list_runs('worker-test-one', max_rows => 1) AS r;

-- A state that is damaged ends its run and no other.
SELECT worker_test.start('worker-test-one') AS broken \gset
SELECT worker_test.start('worker-test-one') AS sound \gset
UPDATE mcp.live_runs SET state = '\x00' WHERE run_id = :'broken';
SELECT worker_test.turn('three', demand => '{"worker_test": 2}');
SELECT r ->> 'status' AS status, r ->> 'error_message' AS error FROM mcp.get_run(:'broken') AS r;
SELECT worker_test.turn('three', worker_test.did(:'sound', 0));

SELECT mcp.retire_worker(worker, epoch) FROM mcp.workers;
SELECT count(*) AS live FROM mcp.live_runs WHERE queue IN ('worker_test', 'other');
DROP SCHEMA worker_test CASCADE;
