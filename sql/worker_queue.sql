-- Steps of MCPs that are for workers of one's own wait in the queue that the MCP names.
\set VERBOSITY terse
SET client_min_messages = error;
CREATE EXTENSION IF NOT EXISTS mcp;

CREATE SCHEMA worker_queue_test;

SELECT mcp.create_mcp('{"name": "Worker queue theirs", "type": "worker",
    "config": {"queue": "worker_queue_theirs"}, "initial_version_str": "1.0.0"}') ->> 'slug' AS theirs;
SELECT mcp.create_mcp('{"name": "Worker queue ours", "type": "python_script",
    "config": {"script_content": "pass"}, "initial_version_str": "1.0.0"}') ->> 'slug' AS ours;
SELECT mcp.create_workflow('{"name": "Worker queue", "queue": "worker_queue_ours", "steps": [
    {"step_id": "theirs", "name": "Theirs", "mcp_id": "worker-queue-theirs",
     "retry": {"max_attempts": 2, "delay": 0}},
    {"step_id": "ours", "name": "Ours", "mcp_id": "worker-queue-ours"},
    {"step_id": "again", "name": "Again", "mcp_id": "worker-queue-theirs", "mcp_version_id": "1.0.0"}]}') ->> 'slug' AS workflow;

CREATE TABLE worker_queue_test.tasks (task jsonb);

-- A turn with room for so many of either queue, after the end of what is in hand; what
-- it was handed, with the queue each says that it is of.
CREATE FUNCTION worker_queue_test.turn(theirs integer, ours integer, is_success boolean DEFAULT true)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    results     jsonb;
    answer      jsonb;
BEGIN
    WITH gone AS (DELETE FROM worker_queue_test.tasks RETURNING task)
    SELECT coalesce(jsonb_agg(g.task || jsonb_build_object('success', is_success, 'error', 'no')), '[]')
    INTO results
    FROM gone AS g;
    SELECT mcp.worker_turn('worker_queue', w.epoch, results,
               jsonb_build_object('worker_queue_theirs', theirs, 'worker_queue_ours', ours))
    INTO answer
    FROM mcp.workers AS w
    WHERE w.worker = 'worker_queue';
    INSERT INTO worker_queue_test.tasks
    SELECT jsonb_build_object('run_id', t -> 'run_id', 'step_ordinal', t -> 'step_ordinal', 'attempt', t -> 'attempt')
    FROM jsonb_array_elements(answer -> 'tasks') AS t;
    RETURN (
        SELECT string_agg(format('%s of %s', t ->> 'step_id', t ->> 'queue'), ', ' ORDER BY t ->> 'step_id')
        FROM jsonb_array_elements(answer -> 'tasks') AS t);
END
$$;

CREATE FUNCTION worker_queue_test.uses()
RETURNS text
LANGUAGE sql
AS $$
    SELECT format('%s of theirs, %s of ours', mcp.get_queue('worker_queue_theirs') ->> 'running',
                  mcp.get_queue('worker_queue_ours') ->> 'running')
$$;

SELECT mcp.register_worker('worker_queue') IS NOT NULL AS is_registered;
SELECT count(mcp.start_run('worker-queue')) AS runs FROM generate_series(1, 2);

-- The first steps are theirs: nothing is there for ours, and each waits where it says.
SELECT r.queue, count(*) FROM mcp.ready_steps AS r WHERE r.queue LIKE 'worker_queue%' GROUP BY r.queue;
SELECT what FROM mcp.list_runs('worker-queue') AS r, mcp.why_waiting((r ->> 'run_id')::uuid) LIMIT 1;
SELECT worker_queue_test.turn(0, 5);
SELECT worker_queue_test.turn(1, 5);
SELECT s.queue, s.ready, s.running, s.live_runs FROM mcp.stat_queues AS s WHERE s.queue LIKE 'worker_queue%' ORDER BY s.queue;

-- A limit counts what is under way in the queue, whatever queue the run has.
SELECT mcp.set_queue('worker_queue_theirs', 1) ->> 'running' AS theirs, mcp.set_queue('worker_queue_ours', 1) ->> 'running' AS ours;
-- What failed is tried again there.
SELECT worker_queue_test.turn(0, 0, false);
SELECT worker_queue_test.uses();
SELECT worker_queue_test.turn(5, 5);
SELECT worker_queue_test.uses();
-- The step after it is ours, and makes room for the other of theirs.
SELECT worker_queue_test.turn(5, 5);
SELECT worker_queue_test.uses();
SELECT worker_queue_test.turn(5, 0);
SELECT worker_queue_test.uses();
SELECT worker_queue_test.turn(5, 5);
SELECT worker_queue_test.uses();
SELECT worker_queue_test.turn(5, 5);
SELECT worker_queue_test.uses();
SELECT worker_queue_test.turn(5, 5);
SELECT worker_queue_test.uses();
SELECT worker_queue_test.turn(5, 5);
SELECT worker_queue_test.uses();
SELECT worker_queue_test.turn(5, 5);
SELECT worker_queue_test.uses();
SELECT r ->> 'status' AS status, count(*) FROM mcp.list_runs('worker-queue') AS r GROUP BY 1;

-- One MCP alone
SELECT mcp.start_mcp('worker-queue-theirs') IS NOT NULL AS is_started;
SELECT worker_queue_test.turn(1, 1);
SELECT worker_queue_test.uses();
SELECT worker_queue_test.turn(0, 0);
SELECT worker_queue_test.uses();

SELECT mcp.set_queue('worker_queue_theirs') -> 'running' AS theirs, mcp.set_queue('worker_queue_ours') -> 'running' AS ours;
SELECT mcp.retire_worker('worker_queue', epoch) FROM mcp.workers WHERE worker = 'worker_queue';
DROP SCHEMA worker_queue_test CASCADE;
SELECT mcp.delete_workflow('worker-queue');
SELECT mcp.delete_mcp('worker-queue-theirs');
SELECT mcp.delete_mcp('worker-queue-ours');
