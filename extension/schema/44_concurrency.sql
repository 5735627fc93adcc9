-- Runs that take turns: of a workflow with "concurrency", at most so many of one key
-- have begun at a time.  The others wait in the order of their start.

CREATE TABLE mcp.concurrency_keys (
    workflow_id     uuid        NOT NULL,
    key             text        COLLATE "C" NOT NULL,
    concurrency_limit integer   NOT NULL,
    running         integer     NOT NULL DEFAULT 0,
    PRIMARY KEY (workflow_id, key)
) WITH (fillfactor = 70);

COMMENT ON TABLE mcp.concurrency_keys IS
'One row for each key of which a run has begun or waits.';

COMMENT ON COLUMN mcp.concurrency_keys.workflow_id IS 'The workflow that limits its runs.';
COMMENT ON COLUMN mcp.concurrency_keys.key IS 'What its "concurrency" found in the inputs; empty: all of its runs.';
COMMENT ON COLUMN mcp.concurrency_keys.concurrency_limit IS 'So many of its runs at a time, as the last one that came said.';
COMMENT ON COLUMN mcp.concurrency_keys.running IS 'So many there are.';

CREATE TABLE mcp.concurrency_runs (
    run_id          uuid        PRIMARY KEY,
    workflow_id     uuid        NOT NULL,
    key             text        COLLATE "C" NOT NULL,
    has_begun       boolean     NOT NULL DEFAULT false
);

COMMENT ON TABLE mcp.concurrency_runs IS
'The live runs that have a place among those of their key, or wait for one.';

COMMENT ON COLUMN mcp.concurrency_runs.run_id IS 'The run.';
COMMENT ON COLUMN mcp.concurrency_runs.workflow_id IS 'Its workflow.';
COMMENT ON COLUMN mcp.concurrency_runs.key IS 'Its key.';
COMMENT ON COLUMN mcp.concurrency_runs.has_begun IS 'Whether it has its place.';

CREATE INDEX concurrency_runs_waiting ON mcp.concurrency_runs (workflow_id, key, run_id)
    WHERE NOT has_begun;

SELECT pg_catalog.pg_extension_config_dump('mcp.concurrency_keys', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.concurrency_runs', '');

-- Called once a turn, where timers say that runs are to begin or have ended, and
-- with no other lock taken since those runs were.  Nobody else locks these rows, so a
-- start in a long transaction holds up no one.
CREATE FUNCTION mcp._take_places(
    begin_runs      uuid[],
    workflow_ids    uuid[],
    keys            text[],
    limits          integer[],
    ended_runs      uuid[])
RETURNS uuid[]
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    ids         uuid[];
    names       text[];
    locked      integer;
    place       record;
    admitted    uuid[];
BEGIN
    -- The keys that this is about, each once and in one order.
    SELECT coalesce(array_agg(w.workflow_id ORDER BY w.workflow_id, w.key), '{}'),
           coalesce(array_agg(w.key ORDER BY w.workflow_id, w.key), '{}')
    INTO ids, names
    FROM (SELECT n.workflow_id, n.key COLLATE "C" AS key
          FROM unnest(workflow_ids, keys) AS n (workflow_id, key)
          UNION
          SELECT r.workflow_id, r.key
          FROM mcp.concurrency_runs AS r
          WHERE r.run_id = ANY (ended_runs)) AS w;
    -- A row may be taken away between the two statements.
    LOOP
        INSERT INTO mcp.concurrency_keys (workflow_id, key, concurrency_limit)
        SELECT n.workflow_id, n.key, 1
        FROM unnest(ids, names) AS n (workflow_id, key)
        ORDER BY 1, 2
        ON CONFLICT DO NOTHING;
        SELECT count(*)
        INTO locked
        FROM (SELECT
              FROM mcp.concurrency_keys AS k
              WHERE (k.workflow_id, k.key) IN (SELECT n.* FROM unnest(ids, names) AS n)
              ORDER BY k.workflow_id, k.key
              FOR UPDATE) AS l;
        EXIT WHEN locked = cardinality(ids);
    END LOOP;
    UPDATE mcp.concurrency_keys AS k
    SET concurrency_limit = n.most
    FROM (SELECT w.workflow_id, w.key, max(w.most) AS most
          FROM unnest(workflow_ids, keys, limits) AS w (workflow_id, key, most)
          GROUP BY 1, 2) AS n
    WHERE k.workflow_id = n.workflow_id
      AND k.key = n.key
      AND k.concurrency_limit <> n.most;
    WITH gone AS (
        DELETE FROM mcp.concurrency_runs AS r
        WHERE r.run_id = ANY (ended_runs)
        RETURNING r.workflow_id, r.key, r.has_begun
    )
    UPDATE mcp.concurrency_keys AS k
    SET running = k.running - n.places
    FROM (SELECT g.workflow_id, g.key, count(*) AS places
          FROM gone AS g
          WHERE g.has_begun
          GROUP BY 1, 2) AS n
    WHERE k.workflow_id = n.workflow_id
      AND k.key = n.key;
    -- Who comes now is the last of those who wait.
    INSERT INTO mcp.concurrency_runs (run_id, workflow_id, key)
    SELECT n.run_id, n.workflow_id, n.key
    FROM unnest(begin_runs, workflow_ids, keys) AS n (run_id, workflow_id, key)
    ON CONFLICT DO NOTHING;
    FOR place IN
        SELECT k.workflow_id, k.key, k.concurrency_limit - k.running AS free
        FROM mcp.concurrency_keys AS k
        WHERE (k.workflow_id, k.key) IN (SELECT n.* FROM unnest(ids, names) AS n)
    LOOP
        CONTINUE WHEN place.free <= 0;
        WITH next AS (
            SELECT r.run_id
            FROM mcp.concurrency_runs AS r
            WHERE r.workflow_id = place.workflow_id
              AND r.key = place.key
              AND NOT r.has_begun
            ORDER BY r.run_id
            LIMIT place.free
        ), begun AS (
            UPDATE mcp.concurrency_runs AS r
            SET has_begun = true
            FROM next AS n
            WHERE r.run_id = n.run_id
            RETURNING r.run_id
        )
        SELECT array_agg(b.run_id)
        INTO admitted
        FROM begun AS b;
        CONTINUE WHEN admitted IS NULL;
        UPDATE mcp.concurrency_keys AS k
        SET running = k.running + cardinality(admitted)
        WHERE k.workflow_id = place.workflow_id
          AND k.key = place.key;
        -- Those that are not in the hands of this turn begin in the next.
        INSERT INTO mcp.timers (due_at, run_id, step_ordinal)
        SELECT now(), a, -2
        FROM unnest(admitted) AS a
        WHERE a <> ALL (begin_runs)
        ON CONFLICT DO NOTHING;
    END LOOP;
    DELETE FROM mcp.concurrency_keys AS k
    WHERE (k.workflow_id, k.key) IN (SELECT n.* FROM unnest(ids, names) AS n)
      AND k.running = 0;
    RETURN ARRAY(
        SELECT r.run_id
        FROM mcp.concurrency_runs AS r
        WHERE r.run_id = ANY (begin_runs)
          AND r.has_begun);
END
$$;

COMMENT ON FUNCTION mcp._take_places(uuid[], uuid[], text[], integer[], uuid[]) IS
'Of runs that would begin, each with its workflow, key and limit: those that may. Runs that ended give their places to those that wait longest.';
