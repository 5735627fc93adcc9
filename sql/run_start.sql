-- Starting runs: once by a key, later, many at once, with the caller's own rows.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS mcp;
CREATE SCHEMA start_test;

CREATE TABLE start_test.worker AS SELECT mcp.register_worker('start_test') AS epoch;

-- What a turn has for the queues of these tests.
CREATE FUNCTION start_test.turn()
RETURNS SETOF text
LANGUAGE sql
AS $$
    SELECT format('do %s of %s with %s', t ->> 'step_id', t ->> 'queue', t -> 'inputs')
    FROM jsonb_array_elements(mcp.worker_turn(
        'start_test', (SELECT epoch FROM start_test.worker), '[]',
        '{"start_test": 10, "start_test_own": 10}') -> 'tasks') AS t
$$;

CREATE FUNCTION start_test.start(inputs jsonb, options jsonb DEFAULT '{}')
RETURNS uuid
LANGUAGE sql
AS $$
    SELECT mcp.start_run('start-test', inputs, '{"queue": "start_test"}' || options)
$$;

CREATE FUNCTION start_test.let_time_pass()
RETURNS void
LANGUAGE sql
AS $$
    UPDATE mcp.timers SET due_at = now() - interval '1 second'
$$;

SELECT mcp.create_mcp('{"name": "Start test", "slug": "start-test-mcp", "type": "python_script",
    "initial_config": {"script_content": "x"}}') ->> 'slug' AS slug;
SELECT mcp.create_workflow('{"name": "Start test", "slug": "start-test",
    "input_schema": {"type": "object", "required": ["n"],
                     "properties": {"n": {"type": "integer", "minimum": 1}}},
    "queue": "start_test_own", "priority": 5,
    "steps": [{"step_id": "s1", "name": "One", "mcp_id": "start-test-mcp",
               "inputs": {"n": {"source_type": "workflow_input", "workflow_input_key": "n"}}}]}')
    ->> 'slug' AS slug;

--
-- The workflow says what inputs it takes, and where its runs wait
--
\set VERBOSITY default
SELECT mcp.start_run('start-test', '{"n": 0}');
SELECT mcp.start_run('start-test');
\set VERBOSITY terse
SELECT mcp.start_run('start-test', '{"n": 1}') AS run \gset
SELECT r ->> 'queue' AS queue, r -> 'priority' AS priority FROM mcp.get_run(:'run') AS r;
SELECT mcp.start_run('start-test', '{"n": 2}', '{"queue": "start_test", "priority": -1}') AS run \gset
SELECT r ->> 'queue' AS queue, r -> 'priority' AS priority FROM mcp.get_run(:'run') AS r;
SELECT start_test.turn();

--
-- What a start says is kept with the run
--
SELECT start_test.start('{"n": 3}',
    '{"tags": {"team": "a"}, "timeout_seconds": 9.5,
      "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}') AS run \gset
SELECT r -> 'tags' AS tags, r -> 'traceparent' AS traceparent, r -> 'timeout_seconds' AS timeout
FROM mcp.get_run(:'run') AS r;
SELECT start_test.turn();
SELECT start_test.start('{"n": 3}', '{"tags": {"team": 1}}');
SELECT start_test.start('{"n": 3}', '{"tags": "a"}');
SELECT start_test.start('{"n": 3}', '{"traceparent": "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}');
SELECT start_test.start('{"n": 3}', '{"timeout_seconds": 0}');
SELECT start_test.start('{"n": 3}', '{"who": "me"}');

--
-- A time limit of the run's own
--
SELECT start_test.let_time_pass();
SELECT start_test.turn();
SELECT status, regexp_replace(error_message, '[0-9.]+ s$', 'N s') AS error
FROM mcp.finished_runs
WHERE queue = 'start_test';

--
-- Later
--
SELECT start_test.start('{"n": 4}', '{"delay_seconds": 3600}') AS later \gset
SELECT start_test.turn();
SELECT (r ->> 'start_at')::timestamptz > now() + interval '59 minutes' AS is_later, r ->> 'status' AS status
FROM mcp.get_run(:'later') AS r;
SELECT start_test.let_time_pass();
SELECT start_test.turn();
SELECT start_test.start('{"n": 5}', '{"start_at": "2020-01-01T00:00:00Z"}') IS NOT NULL AS is_at_once;
SELECT start_test.turn();
SELECT start_test.start('{"n": 5}', '{"start_at": "tomorrow"}');
SELECT start_test.start('{"n": 5}', '{"start_at": "2020-01-01T00:00:00Z", "delay_seconds": 1}');
SELECT start_test.start('{"n": 5}', '{"delay_seconds": -1}');

-- A run that was paused before its time begins when it is resumed
SELECT start_test.start('{"n": 6}', '{"delay_seconds": 3600}') AS later \gset
SELECT mcp.pause_run(:'later') ->> 'status' AS status;
SELECT start_test.let_time_pass();
SELECT start_test.turn();
SELECT mcp.resume_run(:'later') ->> 'status' AS status;
SELECT start_test.turn();

-- And one that was resumed before it too, not earlier
SELECT start_test.start('{"n": 7}', '{"delay_seconds": 3600}') AS later \gset
SELECT mcp.pause_run(:'later') ->> 'status' AS status;
SELECT mcp.resume_run(:'later') ->> 'status' AS status;
SELECT start_test.turn();
SELECT start_test.let_time_pass();
SELECT start_test.turn();

--
-- Once: the same key and the same body is the same run
--
SELECT start_test.start('{"n": 8}', '{"idempotency_key": "k"}') AS first \gset
SELECT start_test.start('{"n": 8}', '{"idempotency_key": "k"}') = :'first' AS is_same;
SELECT start_test.start('{"n": 8}',
    '{"idempotency_key": "k", "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}')
    = :'first' AS is_same;
SELECT start_test.turn();
\set VERBOSITY default
SELECT start_test.start('{"n": 9}', '{"idempotency_key": "k"}');
SELECT start_test.start('{"n": 8}', '{"idempotency_key": "k", "priority": 1}');
\set VERBOSITY terse
-- A key is that of a workflow, or of an MCP
SELECT mcp.start_mcp('start-test-mcp', '{"n": 8}', '{"idempotency_key": "k", "queue": "start_test"}')
    <> :'first' AS is_another;
SELECT mcp.start_mcp('start-test-mcp', '{"n": 8}', '{"idempotency_key": "k", "queue": "start_test"}')
    <> :'first' AS is_another;
SELECT start_test.turn();
-- It holds for its time
UPDATE mcp.idempotency_keys SET expires_at = now() - interval '1 second';
SELECT start_test.start('{"n": 9}', '{"idempotency_key": "k"}') <> :'first' AS is_another;
UPDATE mcp.idempotency_keys SET expires_at = now() - interval '1 second';
SELECT mcp.maintain(0) IS NOT NULL AS is_maintained;
SELECT count(*) AS keys FROM mcp.idempotency_keys;
-- What was rolled back took no key
BEGIN;
SELECT start_test.start('{"n": 9}', '{"idempotency_key": "r"}') IS NOT NULL AS is_started;
ROLLBACK;
SELECT count(*) AS keys FROM mcp.idempotency_keys;
SELECT start_test.turn();

--
-- With the caller's own rows: both or neither
--
CREATE TABLE start_test.orders (id integer PRIMARY KEY, run_id uuid);
BEGIN;
INSERT INTO start_test.orders VALUES (1, start_test.start('{"n": 1}'));
ROLLBACK;
SELECT count(*) AS orders FROM start_test.orders;
SELECT start_test.turn();
BEGIN;
INSERT INTO start_test.orders VALUES (1, start_test.start('{"n": 1}'));
COMMIT;
SELECT r ->> 'status' AS status FROM start_test.orders AS o, mcp.get_run(o.run_id) AS r;
INSERT INTO start_test.orders VALUES (1, start_test.start('{"n": 2}'));
SELECT start_test.turn();

--
-- Many
--
SELECT cardinality(mcp.start_runs(ARRAY(
    SELECT jsonb_build_object('workflow', 'start-test', 'inputs', jsonb_build_object('n', n),
                              'options', '{"queue": "start_test_many"}'::jsonb)
    FROM generate_series(1, 1000) AS n))) AS started;
SELECT count(*) AS runs, count(DISTINCT inputs) AS inputs, min(status) AS status
FROM mcp.live_runs
WHERE queue = 'start_test_many';
SELECT mcp.start_runs(ARRAY[
    '{"workflow": "start-test", "inputs": {"n": 1}, "options": {"queue": "m1"}}',
    '{"mcp": "start-test-mcp", "options": {"queue": "m2"}}',
    '{"workflow": "start-test", "inputs": {"n": 1}, "options": {"queue": "m3"}}']::jsonb[]) AS runs \gset
SELECT array_agg(r ->> 'queue' ORDER BY place) AS in_order
FROM unnest(:'runs'::uuid[]) WITH ORDINALITY AS u (id, place), mcp.get_run(u.id) AS r;
SELECT mcp.start_runs('{}');
-- All or none
\set VERBOSITY default
SELECT mcp.start_runs(ARRAY[
    '{"workflow": "start-test", "inputs": {"n": 1}, "options": {"queue": "none"}}',
    '{"workflow": "start-test", "inputs": {"n": 1}, "options": {"queue": 1}, "more": 1}']::jsonb[]);
SELECT mcp.start_runs(ARRAY[
    '{"workflow": "start-test", "inputs": {"n": 1}, "options": {"queue": "none"}}',
    '{"workflow": "start-test", "inputs": {}}']::jsonb[]);
\set VERBOSITY terse
SELECT count(*) AS started FROM mcp.live_runs WHERE queue = 'none';
SELECT mcp.start_runs(ARRAY['{}']::jsonb[]);
SELECT mcp.start_runs(ARRAY['{"workflow": "a", "mcp": "b"}']::jsonb[]);
SELECT mcp.start_runs(ARRAY['[]']::jsonb[]);
SELECT mcp.start_runs(ARRAY[NULL]::jsonb[]);
SELECT mcp.start_runs(NULL);
SELECT mcp.start_runs(array_fill('{}'::jsonb, ARRAY[10001]));
-- A key is good for one of many too
SELECT ids[1] = ids[2] AS is_same
FROM mcp.start_runs(ARRAY[
    '{"workflow": "start-test", "inputs": {"n": 1}, "options": {"queue": "once", "idempotency_key": "m"}}',
    '{"workflow": "start-test", "inputs": {"n": 1}, "options": {"queue": "once", "idempotency_key": "m"}}'
    ]::jsonb[]) AS ids;
SELECT count(*) AS runs FROM mcp.live_runs WHERE queue = 'once';

SELECT (mcp.cancel_runs('{"workflow": "start-test"}', max_rows => 10000) ->> 'count')::integer > 1000 AS are_gone;
SELECT mcp.retire_worker('start_test', (SELECT epoch FROM start_test.worker));
DROP SCHEMA start_test CASCADE;
