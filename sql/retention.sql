-- Retention: what goes, what stays, and what never goes.
\set VERBOSITY terse
SET client_min_messages = error;
SET timezone = 'UTC';
SET datestyle = 'ISO';
CREATE EXTENSION IF NOT EXISTS mcp;

CREATE SCHEMA retention_test;

SELECT mcp.create_mcp('{"name": "Retention test", "type": "python_script",
    "config": {"script_content": "pass"}, "initial_version_str": "1.0.0"}') ->> 'slug' AS mcp;
SELECT mcp.create_workflow(jsonb_build_object('name', 'Retention ' || which, 'steps', '[
    {"step_id": "one", "name": "One", "mcp_id": "retention-test"}]'::jsonb)) ->> 'slug' AS workflow
FROM unnest(ARRAY['short', 'long']) AS which;

-- A run that was started in a month and ended so many days ago.
CREATE FUNCTION retention_test.record(workflow text, started timestamptz, ended timestamptz)
RETURNS void
LANGUAGE sql
AS $$
    SELECT mcp.record_run(jsonb_build_object(
        'run_id', mcp.uuid_v7_floor(started)::text::uuid, 'workflow_id', workflow, 'status', 'SUCCESS',
        'started_at', to_char(started, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'finished_at', to_char(ended, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'inputs', '{}'::jsonb,
        'step_results', jsonb_build_array(jsonb_build_object(
            'step_id', 'one', 'status', 'SUCCESS', 'attempt', 1,
            'started_at', to_char(started, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
            'finished_at', to_char(ended, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
            'inputs_used', '{}'::jsonb))))
$$;

CREATE FUNCTION retention_test.left_over()
RETURNS TABLE (slug text, runs bigint, steps bigint)
LANGUAGE sql
AS $$
    SELECT d.slug, count(DISTINCT r.run_id), count(s.*)
    FROM mcp.workflow_definitions AS d
    LEFT JOIN mcp.workflow_runs AS r USING (workflow_id)
    LEFT JOIN mcp.step_runs AS s USING (run_id)
    WHERE d.slug LIKE 'retention-%'
    GROUP BY 1
    ORDER BY 1
$$;

CREATE FUNCTION retention_test.months()
RETURNS SETOF text
LANGUAGE sql
AS $$
    SELECT c.relname::text
    FROM pg_class AS c
    WHERE c.relname ~ '^(finished|step)_runs_20[01]\d_\d\d$'
    ORDER BY 1
$$;

-- Kept for ever, at first.
SELECT mcp._make_partition(parent, '2001-01-01'), mcp._make_partition(parent, '2001-02-01')
FROM unnest(ARRAY['finished_runs', 'step_runs']::name[]) AS parent;
SELECT count(retention_test.record('retention-' || w, d + n * interval '1 hour', d + interval '2 days'))
FROM unnest(ARRAY['short', 'long']) WITH ORDINALITY AS w (w, n)
CROSS JOIN unnest(ARRAY['2001-01-10', '2001-02-10', '2002-03-10']::timestamptz[]) AS d;
SELECT * FROM retention_test.left_over();
SELECT mcp.maintain() -> 'runs_deleted' AS runs_deleted;

-- Of one workflow: its runs go, the months stay for the others'.
SELECT mcp.set_retention(0);
SELECT mcp.set_retention(7, 'nowhere');
SELECT mcp.set_retention(7.5, 'retention-short');
SELECT slug, retention_days, source FROM mcp.list_retention() WHERE slug LIKE 'retention-%';
SELECT m -> 'runs_deleted' AS runs_deleted, m -> 'partitions_dropped' AS partitions_dropped, m -> 'is_more' AS is_more
FROM mcp.maintain() AS m;
SELECT * FROM retention_test.left_over();
SELECT * FROM retention_test.months();

-- Longer than an id can tell.
SELECT mcp.set_retention(36500);
SELECT mcp.maintain() -> 'runs_deleted' AS runs_deleted;

-- Of all: months go as a whole, and what lies in the default partition is deleted;
-- a month in which a run ended late stays, and one with a run that lives.
SELECT retention_test.record('retention-long', '2001-02-11', now() - interval '1 day');
SELECT mcp.set_retention(3650);
SELECT mcp.set_retention(NULL, 'retention-short');
SELECT slug, retention_days, source FROM mcp.list_retention() WHERE slug LIKE 'retention-%';
SELECT m -> 'runs_deleted' AS runs_deleted, m -> 'partitions_dropped' AS partitions_dropped FROM mcp.maintain() AS m;
SELECT * FROM retention_test.left_over();
SELECT mcp.unset_retention('retention-short');
SELECT slug, retention_days, source FROM mcp.list_retention() WHERE slug LIKE 'retention-%';
SELECT m -> 'partitions_dropped' AS partitions_dropped FROM mcp.maintain() AS m;
SELECT * FROM retention_test.months();
DELETE FROM mcp.finished_runs WHERE finished_at > now() - interval '2 days' AND run_id < mcp.uuid_v7_floor('2002-01-01');
SELECT mcp.start_run('retention-long', '{}', '{"queue": "retention_test"}') AS live \gset
UPDATE mcp.live_runs SET run_id = mcp.uuid_v7_floor('2001-02-12') WHERE run_id = :'live';
SELECT m -> 'partitions_dropped' AS partitions_dropped FROM mcp.maintain() AS m;
UPDATE mcp.live_runs SET run_id = :'live' WHERE run_id = mcp.uuid_v7_floor('2001-02-12');
SELECT m -> 'partitions_dropped' AS partitions_dropped FROM mcp.maintain() AS m;
SELECT * FROM retention_test.months();
SELECT mcp.cancel_run(:'live') ->> 'status' AS status;

-- What a workflow says of itself.
INSERT INTO mcp.workflow_versions (workflow_id, version, definition)
SELECT v.workflow_id, 2, v.definition || '{"retention_days": 2}'
FROM mcp.workflow_versions AS v
JOIN mcp.workflow_definitions AS d USING (workflow_id)
WHERE d.slug = 'retention-short';
SELECT slug, retention_days, source FROM mcp.list_retention() WHERE slug LIKE 'retention-%';
SELECT mcp.unset_retention();
SELECT slug, retention_days, source FROM mcp.list_retention() WHERE slug LIKE 'retention-%';

-- A month that has rows in the default partition stays there, and is not moved.
SELECT retention_test.record('retention-long', '2003-05-10', '2003-05-10');
SELECT mcp._make_partition('finished_runs', '2003-05-01') AS is_made;
SELECT mcp._make_partition('finished_runs', '2003-06-01') AS is_made;
DROP TABLE mcp.finished_runs_2003_06;

-- Rows of other kinds that are over.
SELECT mcp.start_run('retention-long', '{}', '{"queue": "retention_test"}') AS live \gset
INSERT INTO mcp.signals (run_id, name, sent_by) VALUES (:'live', 'go', 'me'), (mcp.uuid_v7(), 'go', 'me');
INSERT INTO mcp.step_cache VALUES ('a', mcp.uuid_v7(), '1', now(), now() - interval '1 s'), ('b', mcp.uuid_v7(), '1', now(), now() + interval '1 h');
SELECT mcp.create_schedule('{"name": "Retention", "workflow": "retention-long", "cron": "@yearly"}') ->> 'schedule_id' AS schedule \gset
INSERT INTO mcp.schedule_fires VALUES (:'schedule', now() - interval '40 d', now() - interval '40 d', 'skipped'), (:'schedule', now() - interval '41 d', now() - interval '41 d', 'queued'), (:'schedule', now(), now(), 'skipped');
SELECT mcp.maintain() -> 'rows_expired' AS rows_expired;
SELECT (SELECT count(*) FROM mcp.signals WHERE run_id = :'live') AS signals, (SELECT string_agg(encode(key, 'escape'), '') FROM mcp.step_cache WHERE length(key) = 1) AS cache,
       (SELECT count(*) FROM mcp.schedule_fires) AS fires;
SELECT mcp.cancel_run(:'live') ->> 'status' AS status;
SELECT mcp.maintain() -> 'rows_expired' AS rows_expired;

DELETE FROM mcp.step_cache;
SELECT mcp.delete_schedule(:'schedule');
DELETE FROM mcp.step_runs WHERE run_id IN (SELECT r.run_id FROM mcp.workflow_runs AS r JOIN mcp.workflow_definitions AS d USING (workflow_id) WHERE d.slug LIKE 'retention-%');
DELETE FROM mcp.finished_runs WHERE workflow_id IN (SELECT d.workflow_id FROM mcp.workflow_definitions AS d WHERE d.slug LIKE 'retention-%');
SELECT count(mcp.delete_workflow(slug)) FROM mcp.list_workflows('retention-');
DROP SCHEMA retention_test CASCADE;
SELECT mcp.delete_mcp('retention-test', true);
