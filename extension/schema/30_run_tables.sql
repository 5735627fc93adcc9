-- Runs, their finished attempts, and the hot tables of the engine.
--
-- One table to ask, two places where the rows lie: a run that lives is in
-- live_runs, small and updated in place (HOT: no index covers a column that a
-- step changes); when it ends it moves, once, into the partition of history
-- that the time in its id names.  History is only ever appended to, and dropped by
-- partition.

CREATE TABLE mcp.workflow_runs (
    run_id          uuid        NOT NULL,
    workflow_id     uuid,                   -- null: a run of one MCP
    workflow_version integer,
    mcp_version_id  uuid,                   -- set for a run of one MCP
    status          text        NOT NULL,
    queue           text        NOT NULL DEFAULT 'default',
    priority        integer     NOT NULL DEFAULT 0,
    created_at      timestamptz NOT NULL DEFAULT now(),
    started_at      timestamptz,
    finished_at     timestamptz,
    inputs          jsonb       NOT NULL DEFAULT '{}',
    outputs         jsonb,
    error_message   text,
    idempotency_key text,
    parent_run_id   uuid,
    parent_step_id  text,
    owner           name        NOT NULL DEFAULT current_user,
    pinned_versions uuid[],                 -- by step ordinal: what runs
    state           bytea                   -- of a live run: run_state's bytes
) PARTITION BY LIST (status);

CREATE TABLE mcp.live_runs
    PARTITION OF mcp.workflow_runs (PRIMARY KEY (run_id))
    FOR VALUES IN ('PENDING', 'RUNNING', 'PAUSED')
    WITH (fillfactor = 60);

-- Keys and indexes are the leaves' own: were they the parent's, a dump could not
-- restore the partitions that maintain() made, as attaching them would make the
-- same index twice.  What the default partition has, the others get.
CREATE TABLE mcp.finished_runs
    PARTITION OF mcp.workflow_runs
    FOR VALUES IN ('SUCCESS', 'FAILED', 'CANCELLED')
    PARTITION BY RANGE (run_id);

CREATE TABLE mcp.finished_runs_default
    PARTITION OF mcp.finished_runs (PRIMARY KEY (run_id)) DEFAULT;

-- One row for each finished attempt.  Its partition is that of its run's id,
-- so that a run and its steps are dropped together.
CREATE TABLE mcp.step_runs (
    run_id          uuid        NOT NULL,
    step_ordinal    integer     NOT NULL,
    attempt         integer     NOT NULL,
    step_id         text        NOT NULL,
    name            text        NOT NULL,
    mcp_id          uuid,
    mcp_version     text,
    status          text        NOT NULL,
    started_at      timestamptz,
    finished_at     timestamptz NOT NULL,
    inputs_used     jsonb,
    outputs_generated jsonb,
    error           text,
    error_class     text,
    stdout          text,
    stderr          text,
    worker          text
) PARTITION BY RANGE (run_id);

CREATE TABLE mcp.step_runs_default
    PARTITION OF mcp.step_runs (PRIMARY KEY (run_id, step_ordinal, attempt)) DEFAULT;

-- Steps that wait for a worker.  A claim deletes the row: whose step it is then
-- stands in the run's state, so no claim ever scans past claimed rows.
CREATE TABLE mcp.ready_steps (
    queue           text        NOT NULL,
    priority        integer     NOT NULL,
    ready_id        bigint      GENERATED ALWAYS AS IDENTITY,
    run_id          uuid        NOT NULL,
    step_ordinal    integer     NOT NULL,
    attempt         integer     NOT NULL,
    PRIMARY KEY (queue, priority, ready_id)
);

-- Steps that wait for a time: retries, sleeps, time limits.
CREATE TABLE mcp.timers (
    due_at          timestamptz NOT NULL,
    timer_id        bigint      GENERATED ALWAYS AS IDENTITY,
    run_id          uuid        NOT NULL,
    step_ordinal    integer,
    attempt         integer,
    kind            text        NOT NULL,
    PRIMARY KEY (due_at, timer_id)
);

-- One row for each worker: its lease.  The epoch is drawn anew at each
-- registration from one sequence, so it names the registration as well: a task
-- carries it, and a result with another epoch is refused.
CREATE SEQUENCE mcp.worker_epochs AS integer;

CREATE TABLE mcp.workers (
    worker          text        PRIMARY KEY,
    epoch           integer     NOT NULL,
    lease_until     timestamptz NOT NULL,
    capacity        jsonb       NOT NULL DEFAULT '{}',
    is_asleep       boolean     NOT NULL DEFAULT false,
    registered_at   timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);
