-- Tasks, for workers that are programs of anybody's: three calls around a turn.
--
-- mcp.worker_turn is all of it in one round trip; these say the same in the words of
-- a work queue, for a worker that does one thing after the other.

CREATE FUNCTION mcp.claim_tasks(
    worker          text,
    queues          jsonb   DEFAULT '{"default": 1}',
    epoch           integer DEFAULT NULL,
    held            jsonb   DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    answer      jsonb;
BEGIN
    IF queues IS NULL OR jsonb_typeof(queues) <> 'object' THEN
        RAISE EXCEPTION 'queues must be an object of how many tasks are wanted of each'
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Like {"default": 1}.';
    END IF;
    IF epoch IS NULL THEN
        epoch := mcp.register_worker(
            worker,
            jsonb_build_object('queues', (SELECT coalesce(jsonb_agg(q), '[]')
                                          FROM jsonb_object_keys(queues) AS q)));
    END IF;
    answer := mcp.worker_turn(worker, epoch, '[]', queues, held);
    RETURN jsonb_build_object(
        'worker', worker,
        'epoch', epoch,
        'tasks', answer -> 'tasks',
        'sleep_ms', answer -> 'sleep_ms',
        'lease_until', mcp._lease_of(worker));
END
$$;

COMMENT ON FUNCTION mcp.claim_tasks(text, jsonb, integer, jsonb) IS
'Hands tasks to a worker: as many of each queue as queues says, {"default": 1}. Without an epoch the worker is registered first, and whoever had its name is lost. Returns {worker, epoch (to be given from then on), tasks (as of mcp.worker_turn), lease_until (call something before), sleep_ms}. held: the attempts that the worker has, where an answer was lost on its way: what else it was handed comes again. Raises MC011 where the lease of the epoch is gone.';

CREATE FUNCTION mcp.complete_tasks(worker text, epoch integer, results jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    answer      jsonb := mcp.worker_turn(worker, epoch, results, '{}');
BEGIN
    RETURN jsonb_build_object(
        'finished', answer -> 'finished',
        'refused', answer -> 'refused',
        'lease_until', mcp._lease_of(worker));
END
$$;

COMMENT ON FUNCTION mcp.complete_tasks(text, integer, jsonb) IS
'Takes the results of tasks in, [{run_id, step_ordinal, attempt, success, result, error, error_class, ...}] as of mcp.worker_turn. Returns {finished: [{run_id, status}], refused: [{run_id, step_ordinal, attempt, reason}], lease_until}. Raises MC011, and takes none, where the lease of the epoch is gone.';

CREATE FUNCTION mcp.heartbeat(worker text, epoch integer)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM mcp.worker_turn(worker, epoch, '[]', '{}');
    RETURN jsonb_build_object('lease_until', mcp._lease_of(worker));
END
$$;

COMMENT ON FUNCTION mcp.heartbeat(text, integer) IS
'Renews the lease of a worker that is busy; returns {lease_until}. Raises MC011 where it is gone.';

-- VOLATILE: it is to see what the turn before it wrote.
CREATE FUNCTION mcp._lease_of(worker text)
RETURNS timestamptz
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT w.lease_until
        FROM mcp.workers AS w
        WHERE w.worker = _lease_of.worker);
END
$$;

COMMENT ON FUNCTION mcp._lease_of(text) IS
'Until when a worker counts as alive.';
