-- Workers: register, turn, retire.
--
-- These tables are nearly empty when statistics are taken of them and full a
-- second later, so the plans that suit small tables are switched off: every
-- statement of a turn finds its rows by key, whatever the statistics say.

CREATE FUNCTION mcp._state_epochs(state bytea)
RETURNS integer[]
AS 'MODULE_PATHNAME', 'mcp_state_epochs'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mcp._state_epochs(bytea) IS
'The epochs of the workers that have steps of a live run under way, from its state.';

CREATE FUNCTION mcp.register_worker(
    worker          text,
    capacity        jsonb   DEFAULT '{}',
    session_pid     integer DEFAULT NULL)
RETURNS integer
AS 'MODULE_PATHNAME', 'mcp_register_worker'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_bitmapscan = off
SET jit = off;

COMMENT ON FUNCTION mcp.register_worker(text, jsonb, integer) IS
'Registers a worker under a name of its choice and returns its epoch, to be given with each turn. The lease is 15 seconds from now and from each turn. Whoever had the name before is lost: its tasks go back to the queue. capacity is for those who look at mcp.workers. session_pid is for a worker that takes its turns in one session and means to live no longer than it: the process id of the server process that its client sees, PQbackendPID() in libpq. It is compared with that of this session, for behind a pooler they differ, and then only the lease counts. With it other workers take the tasks over within two seconds after the session has ended, unless the worker has taken a turn in another one by then.';

CREATE FUNCTION mcp.worker_turn(
    worker          text,
    epoch           integer,
    results         jsonb DEFAULT '[]',
    demand          jsonb DEFAULT '{"default": 1}',
    held            jsonb DEFAULT NULL)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_worker_turn'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_bitmapscan = off
SET jit = off;

COMMENT ON FUNCTION mcp.worker_turn(text, integer, jsonb, jsonb, jsonb) IS
'One turn of a worker: takes results in, moves their runs on, hands out tasks. results: [{run_id, step_ordinal, attempt, success, result, error, error_class, stdout, stderr, usage, retry_after_seconds, tool_calls, memory}] (an attempt that failed is not repeated before retry_after_seconds; for tool_calls and memory see mcp.get_assistant_state). demand: how many tasks of each queue the worker has room for now, {"default": 4}. Returns {tasks: [{run_id, step_id, step_ordinal, attempt, name, queue, mcp_id, mcp_version_id, inputs, timeout_seconds, idempotency_token}], finished: [{run_id, status}] (runs that ended in this turn), refused: [{run_id, step_ordinal, attempt, reason}] (run_over: stop, the run has ended; not_held: the attempt is another''s by now; gone: so is one of held), sleep_ms}. With nothing to tell, come again when NOTIFY mcp_work is heard, at the latest after sleep_ms. A step is handed out at least once: idempotency_token is the same for all its attempts. After an answer that was lost on its way, send the results again and in held all attempts that the worker knows to have, [{run_id, step_ordinal, attempt}]: what else it was handed comes again, and what it should not have any more is refused. Raises MC011, and changes nothing, where the worker''s lease is gone.';

CREATE FUNCTION mcp.retire_worker(worker text, epoch integer)
RETURNS void
AS 'MODULE_PATHNAME', 'mcp_retire_worker'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_bitmapscan = off
SET jit = off;

COMMENT ON FUNCTION mcp.retire_worker(text, integer) IS
'Ends a worker''s life: tasks that it still has go back to the queue, counted as attempts. Raises MC011 where its lease is gone.';
