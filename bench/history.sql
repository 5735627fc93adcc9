-- What history.sh measures with.

CREATE SCHEMA history;

SELECT mcp.create_mcp('{"name": "History", "type": "python_script",
    "config": {"script_content": "pass"}, "initial_version_str": "1.0.0"}') ->> 'slug';
SELECT mcp.create_workflow(jsonb_build_object('name', 'History', 'steps', jsonb_agg(jsonb_build_object(
    'step_id', 's' || n, 'name', 'S' || n, 'mcp_id', 'history', 'mcp_version_id', '1.0.0')))) ->> 'slug'
FROM generate_series(1, 10) AS n;

-- Months that lie behind us get their partitions too, before they have rows.
SELECT count(mcp._make_partition(parent, (date_trunc('month', now()) - make_interval(months => m))::date))
FROM unnest(ARRAY['finished_runs', 'step_runs']::name[]) AS parent
CROSS JOIN generate_series(0, 11) AS m;

-- So many runs of ten steps that ended, over the last twelve months.
CREATE FUNCTION history.load(runs integer)
RETURNS void
LANGUAGE sql
AS $$
    WITH made AS MATERIALIZED (
        SELECT overlay(mcp.uuid_v7_floor(at)::text PLACING substr(md5(n::text), 1, 12) FROM 25)::uuid AS run_id, at
        FROM generate_series(1, runs) AS n
        CROSS JOIN LATERAL (SELECT now() - random() * interval '330 days' AS at) AS t
    ), run AS (
        INSERT INTO mcp.finished_runs (run_id, workflow_id, workflow_version, created_at, started_at,
                                       finished_at, queue, owner, inputs, outputs, status)
        SELECT m.run_id, d.workflow_id, 1, m.at, m.at, m.at + interval '1 s', 'default', current_user, '{"n": 1}',
               '{"ok": true}', CASE WHEN random() < 0.02 THEN 'FAILED' ELSE 'SUCCESS' END
        FROM made AS m
        CROSS JOIN mcp.workflow_definitions AS d
        WHERE d.slug = 'history'
    )
    INSERT INTO mcp.step_runs (run_id, step_ordinal, attempt, started_at, finished_at, status, step_id, name, worker,
                               inputs_used, outputs_generated)
    SELECT m.run_id, s, 1, m.at, m.at + interval '0.1 s', 'SUCCESS', 's' || s, 'S' || s, 'loader', '{"n": 1}', '{"ok": true}'
    FROM made AS m
    CROSS JOIN generate_series(0, 9) AS s
$$;

-- The median of so many calls, in microseconds.
CREATE FUNCTION history.measure(query text, calls integer)
RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
    began       timestamptz;
    took        double precision[];
BEGIN
    FOR turn IN 1 .. calls LOOP
        began := clock_timestamp();
        EXECUTE query;
        took := took || extract(epoch FROM clock_timestamp() - began)::double precision;
    END LOOP;
    RETURN (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY t) * 1000000 FROM unnest(took) AS t);
END
$$;

-- A run of the middle of history, another each time.
CREATE FUNCTION history.any_run()
RETURNS uuid
LANGUAGE sql
AS $$
    SELECT run_id
    FROM mcp.finished_runs
    WHERE run_id >= mcp.uuid_v7_floor(now() - random() * interval '300 days')
    ORDER BY run_id
    LIMIT 1
$$;

-- What a run starts with, and the turn that takes it.
CREATE FUNCTION history.claim()
RETURNS jsonb
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM mcp.start_run('history');
    RETURN mcp.worker_turn('history', (SELECT epoch FROM mcp.workers WHERE worker = 'history'));
END
$$;

-- The nodes of a plan that read a table of history otherwise than by an index.
CREATE FUNCTION history.scans(query text)
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    line        text;
    found_ones  bigint := 0;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        -- A month without rows is read as fast as can be either way.
        found_ones := found_ones + (
            SELECT count(*)
            FROM pg_class AS c
            WHERE c.relname = substring(line FROM 'Seq Scan on ((?:finished_runs|step_runs)\w+)')
              AND c.reltuples > 100);
    END LOOP;
    RETURN found_ones;
END
$$;
