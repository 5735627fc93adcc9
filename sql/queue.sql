-- Queues with limits: what is handed out, and what waits.
\set VERBOSITY terse
SET client_min_messages = error;
CREATE EXTENSION IF NOT EXISTS mcp;

CREATE SCHEMA queue_test;

SELECT mcp.create_mcp('{"name": "Queue test", "type": "python_script",
    "config": {"script_content": "pass"}, "initial_version_str": "1.0.0"}') ->> 'slug' AS mcp;
SELECT mcp.create_workflow('{"name": "Queue test", "execution_mode": "sequential", "steps": [
    {"step_id": "one", "name": "One", "mcp_id": "queue-test"},
    {"step_id": "two", "name": "Two", "mcp_id": "queue-test"}]}') ->> 'slug' AS workflow;

CREATE TABLE queue_test.tasks (worker text, run_id uuid, step_ordinal integer, attempt integer);

-- A turn of a worker with room for so many, after the results of so many that it has;
-- how many it was handed.
CREATE FUNCTION queue_test.turn(worker text, room integer, done integer DEFAULT 0, is_success boolean DEFAULT true)
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    results     jsonb;
    answer      jsonb;
BEGIN
    WITH gone AS (
        DELETE FROM queue_test.tasks AS t
        WHERE t.ctid IN (SELECT h.ctid FROM queue_test.tasks AS h WHERE h.worker = turn.worker ORDER BY run_id LIMIT done)
        RETURNING *
    )
    SELECT coalesce(jsonb_agg(jsonb_build_object('run_id', g.run_id, 'step_ordinal', g.step_ordinal,
               'attempt', g.attempt, 'success', is_success, 'error', 'no')), '[]')
    INTO results
    FROM gone AS g;
    SELECT mcp.worker_turn(turn.worker, w.epoch, results, jsonb_build_object('queue_test', room, 'queue_free', 1))
    INTO answer
    FROM mcp.workers AS w
    WHERE w.worker = turn.worker;
    INSERT INTO queue_test.tasks
    SELECT turn.worker, t.run_id, t.step_ordinal, t.attempt
    FROM jsonb_to_recordset(answer -> 'tasks') AS t (run_id uuid, step_ordinal integer, attempt integer);
    RETURN jsonb_array_length(answer -> 'tasks');
END
$$;

CREATE FUNCTION queue_test.start(n integer)
RETURNS bigint
LANGUAGE sql
AS $$
    SELECT count(mcp.start_run('queue-test', '{}', '{"queue": "queue_test"}')) FROM generate_series(1, n)
$$;

-- What the row says, and what is so.
CREATE FUNCTION queue_test.counts()
RETURNS text
LANGUAGE sql
AS $$
    SELECT format('%s running, counted %s', t.running, mcp.get_queue('queue_test') ->> 'running')
    FROM (SELECT count(*) AS running
          FROM mcp.live_runs AS l
          CROSS JOIN LATERAL mcp._live_tasks(l.state) AS t
          WHERE l.queue = 'queue_test'
            AND t.status = 'RUNNING') AS t
$$;

SELECT mcp.register_worker('queue_one') IS NOT NULL AS one, mcp.register_worker('queue_two') IS NOT NULL AS two;

-- What can be said
SELECT mcp.set_queue('');
SELECT mcp.set_queue('queue_test', 0);
SELECT mcp.set_queue('queue_test', rate_limit => -1);
SELECT mcp.set_queue('queue_test', 1, rate_period => '0');
SELECT mcp.get_queue('queue_test');

-- At once: over all workers, and what is under way when the limit comes counts
SELECT queue_test.start(8);
SELECT queue_test.turn('queue_one', 2);
SELECT mcp.set_queue('queue_test', 3) - 'updated_at' AS queue;
SELECT queue_test.turn('queue_one', 5), queue_test.turn('queue_two', 5), queue_test.counts();
-- A successor goes on in the place of what ended, at its worker.
SELECT queue_test.turn('queue_one', 1, 1), queue_test.counts();
-- With no room there it goes to the queue, and the other finds it.
SELECT queue_test.turn('queue_one', 0, 1), queue_test.turn('queue_two', 5), queue_test.counts();
-- More makes room at once, less ends nothing.
SELECT mcp.set_queue('queue_test', 5) ->> 'running' AS running;
SELECT queue_test.turn('queue_two', 5), queue_test.counts();
SELECT mcp.set_queue('queue_test', 1) ->> 'running' AS running;
SELECT queue_test.turn('queue_two', 5, 1), queue_test.counts();
-- A run that ends otherwise gives its place back: it fails, is cancelled, its worker is gone.
SELECT queue_test.turn('queue_two', 0, 1, false), queue_test.counts();
SELECT count(mcp.cancel_run(run_id)) FROM queue_test.tasks WHERE worker = 'queue_one';
DELETE FROM queue_test.tasks WHERE worker = 'queue_one';
SELECT queue_test.counts();
SELECT mcp.retire_worker(w.worker, w.epoch) FROM mcp.workers AS w WHERE w.worker = 'queue_two';
TRUNCATE queue_test.tasks;
SELECT queue_test.counts();
SELECT queue_test.turn('queue_one', 5), queue_test.counts();

-- Other queues are free.
SELECT count(mcp.start_run('queue-test', '{}', '{"queue": "queue_free"}')) FROM generate_series(1, 2);
SELECT queue_test.turn('queue_one', 5), mcp.get_queue('queue_free') -> 'running' AS nobody_counts;

-- Paused, and resumed
SELECT mcp.set_queue('queue_test', 4) -> 'is_paused' AS is_paused;
SELECT mcp.pause_queue('queue_test') -> 'is_paused' AS is_paused;
SELECT queue_test.turn('queue_one', 5) AS of_the_free, queue_test.counts();
SELECT mcp.resume_queue('queue_test') -> 'is_paused' AS is_paused;
SELECT queue_test.turn('queue_one', 5), queue_test.counts();
SELECT q ->> 'queue' AS queue, q -> 'concurrency_limit' AS concurrency_limit FROM mcp.list_queues() AS q WHERE q ->> 'queue' LIKE 'queue_%';

-- No limits, no row
SELECT mcp.set_queue('queue_test') - 'updated_at' AS queue;
SELECT count(*) FROM mcp.queues;
SELECT mcp.pause_queue('queue_test') -> 'running' AS running;
SELECT mcp.resume_queue('queue_test') -> 'running' AS running;
SELECT count(mcp.cancel_run(run_id)) > 0 AS are_gone FROM mcp.live_runs WHERE queue LIKE 'queue_%';
TRUNCATE queue_test.tasks;

-- In a while: a whole period's at once, then as time goes by
SELECT mcp.set_queue('queue_test', rate_limit => 3, rate_period => '1 day') ->> 'rate_period_seconds' AS seconds;
SELECT queue_test.start(5);
SELECT queue_test.turn('queue_one', 2), queue_test.turn('queue_one', 5), queue_test.counts();
SELECT queue_test.turn('queue_one', 5, 3) AS successors_count_too;
UPDATE mcp.queue_uses SET refilled_at = refilled_at - interval '16 hours' WHERE queue = 'queue_test';
SELECT queue_test.turn('queue_one', 5) AS two_thirds_of_a_day;
SELECT queue_test.turn('queue_one', 5) AS no_more;
SELECT DISTINCT w.what
FROM mcp.live_runs AS l
CROSS JOIN LATERAL mcp.why_waiting(l.run_id) AS w
WHERE l.queue = 'queue_test'
  AND w.kind = 'worker';
SELECT mcp.set_queue('queue_test', rate_limit => 1, rate_period => '900 ms') ->> 'rate_limit' AS rate_limit;
SELECT queue_test.turn('queue_one', 1) AS handed;
SELECT (mcp.worker_turn('queue_one', w.epoch, '[]', '{"queue_test": 1}') ->> 'sleep_ms')::integer BETWEEN 1 AND 950 AS wakes_for_the_next
FROM mcp.workers AS w
WHERE w.worker = 'queue_one';

SELECT count(mcp.cancel_run(run_id)) > 0 AS are_gone FROM mcp.live_runs WHERE queue LIKE 'queue_%';
SELECT mcp.set_queue('queue_test') -> 'running' AS running;
SELECT mcp.retire_worker(w.worker, w.epoch) FROM mcp.workers AS w WHERE w.worker = 'queue_one';
SELECT mcp.delete_workflow('queue-test');
DROP SCHEMA queue_test CASCADE;
SELECT mcp.delete_mcp('queue-test');
