-- Runs, their finished attempts, and the hot tables of the engine.
--
-- One table to ask, two places where the rows lie: a run that lives is in
-- live_runs, small and updated in place (HOT: no index covers a column that a
-- step changes); when it ends it moves, once, into the partition of history
-- that the time in its id names.  History is only ever appended to, and dropped by
-- partition.

-- The state stands last and behind columns that do not change, so that the log
-- of an update holds little more than the state itself.
CREATE TABLE mcp.workflow_runs (
    run_id          uuid        NOT NULL,
    workflow_id     uuid,                   -- null: a run of one MCP
    mcp_version_id  uuid,                   -- set for a run of one MCP
    parent_run_id   uuid,                   -- this run is the fallback of that one
    fallback_run_id uuid,
    workflow_version integer,
    priority        integer     NOT NULL DEFAULT 0,
    depth           integer     NOT NULL DEFAULT 0, -- of parents above it
    created_at      timestamptz NOT NULL DEFAULT now(),
    queue           text        NOT NULL DEFAULT 'default',
    owner           name        NOT NULL,
    idempotency_key text,
    parent_step_id  text,
    inputs          jsonb       NOT NULL DEFAULT '{}',
    pinned_versions uuid[],                 -- by step: what runs; null: as the workflow version says
    outputs         jsonb,
    error_message   text,
    finished_at     timestamptz,
    started_at      timestamptz,
    status          text        NOT NULL,
    state           bytea                   -- of a live run: run_state's bytes
) PARTITION BY LIST (status);

COMMENT ON TABLE mcp.workflow_runs IS
'Every run: those that live and those that ended. mcp.get_run and mcp.list_runs read it.';

CREATE TABLE mcp.live_runs
    PARTITION OF mcp.workflow_runs (PRIMARY KEY (run_id))
    FOR VALUES IN ('PENDING', 'RUNNING', 'PAUSED')
    WITH (
        autovacuum_vacuum_scale_factor = 0.0,
        autovacuum_vacuum_threshold = 20000,
        autovacuum_analyze_scale_factor = 0.0,
        autovacuum_analyze_threshold = 100000,
        -- Each row is updated where it lies when its first step is handed out.
        fillfactor = 45
    );

COMMENT ON TABLE mcp.live_runs IS
'The runs that have not ended, each with the state of its steps.';

-- Keys and indexes are the leaves' own: were they the parent's, a dump could not
-- restore the partitions that maintain() made, as attaching them would make the
-- same index twice.  What the default partition has, the others get.
CREATE TABLE mcp.finished_runs
    PARTITION OF mcp.workflow_runs
    FOR VALUES IN ('SUCCESS', 'FAILED', 'CANCELLED')
    PARTITION BY RANGE (run_id);

COMMENT ON TABLE mcp.finished_runs IS
'The runs that ended, by the month in which they were started.';

CREATE TABLE mcp.finished_runs_default
    PARTITION OF mcp.finished_runs (PRIMARY KEY (run_id)) DEFAULT;

-- One row for each finished attempt.  Its partition is that of its run's id,
-- so that a run and its steps are dropped together.
CREATE TABLE mcp.step_runs (
    run_id          uuid        NOT NULL,
    step_ordinal    integer     NOT NULL,
    attempt         integer     NOT NULL,
    mcp_id          uuid,
    started_at      timestamptz,
    finished_at     timestamptz NOT NULL,
    status          text        NOT NULL,
    step_id         text        NOT NULL,
    name            text        NOT NULL,
    mcp_version     text,
    worker          text,
    inputs_used     jsonb,
    outputs_generated jsonb,
    error           text,
    error_class     text,
    stdout          text,
    stderr          text
) PARTITION BY RANGE (run_id);

COMMENT ON TABLE mcp.step_runs IS
'The attempts that ended, by the month in which their run was started.';

CREATE TABLE mcp.step_runs_default
    PARTITION OF mcp.step_runs (PRIMARY KEY (run_id, step_ordinal, attempt)) DEFAULT;

-- What few attempts have, beside the row of the attempt and not in it: the columns
-- of history never change, so that the partitions in an older dump still fit.
CREATE TABLE mcp.step_details (
    run_id          uuid        NOT NULL,
    step_ordinal    integer     NOT NULL,
    attempt         integer     NOT NULL,
    usage           jsonb,
    is_from_cache   boolean     NOT NULL DEFAULT false,
    reused_from     uuid                    -- not done in this run: a retry of that one
) PARTITION BY RANGE (run_id);

COMMENT ON TABLE mcp.step_details IS
'What is known of an attempt beyond how it went; most attempts have no row.';

CREATE TABLE mcp.step_details_default
    PARTITION OF mcp.step_details (PRIMARY KEY (run_id, step_ordinal, attempt)) DEFAULT;

COMMENT ON TABLE mcp.step_details_default IS
'Details of attempts of months without a partition of their own.';

-- Steps that wait for a worker.  A claim deletes the row: whose step it is then
-- stands in the run's state, so no claim ever scans past claimed rows.  The key
-- is the order of claims, and within a priority nothing new stands before what is
-- old (ready_at is the clock when the row is written): where an open transaction
-- keeps deleted rows from going away, a claim knows where they end.  The rows of
-- a run that ends early stay, and go when somebody comes to claim them.
CREATE TABLE mcp.ready_steps (
    run_id          uuid        NOT NULL,
    step_ordinal    integer     NOT NULL,
    priority        integer     NOT NULL,
    queue           text        COLLATE "C" NOT NULL,
    ready_at        timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (
    autovacuum_vacuum_scale_factor = 0.0,
    autovacuum_vacuum_threshold = 20000
);

CREATE UNIQUE INDEX ready_steps_order
    ON mcp.ready_steps (queue, priority DESC, ready_at, run_id, step_ordinal);

COMMENT ON TABLE mcp.ready_steps IS
'One row for each step that waits for a worker.';

-- Steps that wait for a time: retries.  The time stands in the run's state too,
-- so a run that ends early finds its rows.  No row is written with a time before
-- that of the clock, for the same reason: whoever wants a step looked at now
-- gives clock_timestamp(), not now().
CREATE TABLE mcp.timers (
    due_at          timestamptz NOT NULL,
    run_id          uuid        NOT NULL,
    step_ordinal    integer     NOT NULL,
    PRIMARY KEY (due_at, run_id, step_ordinal)
);

COMMENT ON TABLE mcp.timers IS
'One row for each step that waits for a time.';

-- Steps that wait for something outside their run.  Few rows: a step that a
-- worker has, or that waits for one, has none here.
CREATE TABLE mcp.parked_steps (
    run_id          uuid        NOT NULL,
    step_ordinal    integer     NOT NULL,
    kind            text        NOT NULL
        CHECK (kind IN ('time', 'signal', 'approval', 'workflow', 'tools')),
    name            text,                   -- of a signal
    child_run_id    uuid,                   -- of a sub-workflow
    expires_at      timestamptz,            -- a timer stands there too
    detail          jsonb,                  -- of an approval: what was asked, and the decision
    since           timestamptz NOT NULL,
    PRIMARY KEY (run_id, step_ordinal)
);

CREATE INDEX parked_steps_child
    ON mcp.parked_steps (child_run_id)
    WHERE child_run_id IS NOT NULL;

COMMENT ON TABLE mcp.parked_steps IS
'One row for each step that waits for a time, a signal, an approval, a sub-workflow or its tools.';

-- Signals that no step has taken yet: those that came early are kept.
CREATE TABLE mcp.signals (
    run_id          uuid        NOT NULL,
    signal_id       uuid        NOT NULL DEFAULT mcp.uuid_v7(),
    name            text        NOT NULL,
    payload         jsonb,
    sent_by         name        NOT NULL,
    sent_at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run_id, signal_id)
);

COMMENT ON TABLE mcp.signals IS
'One row for each signal that was sent to a run and not yet taken by a step.';

-- One row for each worker: its lease.  The epoch is drawn anew at each
-- registration from one sequence, so it names the registration as well: a task
-- carries it, and a result with another epoch is refused.
CREATE SEQUENCE mcp.worker_epochs AS integer CYCLE;

CREATE TABLE mcp.workers (
    worker          text        PRIMARY KEY,
    epoch           integer     NOT NULL,
    lease_until     timestamptz NOT NULL,
    capacity        jsonb       NOT NULL DEFAULT '{}',
    is_asleep       boolean     NOT NULL DEFAULT false,
    registered_at   timestamptz NOT NULL DEFAULT now(),
    has_session     boolean     NOT NULL DEFAULT false,
    away_since      timestamptz
) WITH (fillfactor = 50);

COMMENT ON TABLE mcp.workers IS
'The workers that are alive: each holds a lease and renews it with its turns.';

-- All but the leases go with a dump: what lived goes on living where it is
-- restored, and attempts whose worker did not come along are taken over.
SELECT pg_catalog.pg_extension_config_dump('mcp.live_runs', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.finished_runs_default', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.step_runs_default', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.step_details_default', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.ready_steps', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.timers', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.parked_steps', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.signals', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.worker_epochs', '');
