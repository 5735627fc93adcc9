-- The rows of schedules: what is started by the clock, when next, and what became
-- of the times that passed.

-- A schedule does not die with its workflow, nor the other way: who deletes a
-- workflow that is still to be started hears of it.
CREATE TABLE mcp.schedules (
    schedule_id     uuid        PRIMARY KEY DEFAULT mcp.uuid_v7(),
    name            text        NOT NULL,
    slug            text        COLLATE "C" NOT NULL UNIQUE,
    description     text,
    workflow_id     uuid        NOT NULL,
    cron            text,
    repeat_every    interval,
    anchor          timestamptz,
    time_zone       text        NOT NULL DEFAULT 'UTC',
    inputs          jsonb       NOT NULL DEFAULT '{}',
    options         jsonb       NOT NULL DEFAULT '{}',
    overlap         text        NOT NULL DEFAULT 'skip'
                                CONSTRAINT schedules_overlap_known
                                CHECK (overlap IN ('skip', 'queue', 'allow')),
    catch_up        text        NOT NULL DEFAULT 'none'
                                CONSTRAINT schedules_catch_up_known
                                CHECK (catch_up IN ('none', 'one', 'all')),
    catch_up_limit  integer     NOT NULL DEFAULT 100,
    jitter_seconds  integer     NOT NULL DEFAULT 0,
    is_paused       boolean     NOT NULL DEFAULT false,
    owner           name        NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    next_fire_at    timestamptz,
    wakes_at        timestamptz,
    last_fire_at    timestamptz,
    last_run_id     uuid,
    waiting         timestamptz[] NOT NULL DEFAULT '{}',
    CONSTRAINT schedules_rule
    CHECK ((cron IS NULL) = (repeat_every IS NOT NULL)
           AND (cron IS NULL) = (anchor IS NOT NULL))
);

COMMENT ON TABLE mcp.schedules IS
'What is started by the clock, and when next. mcp.get_schedule and mcp.list_schedules read it.';

-- The one look that turns take at this table finds here what is due.
CREATE INDEX schedules_due ON mcp.schedules (wakes_at)
    WHERE NOT is_paused AND wakes_at IS NOT NULL;
CREATE INDEX schedules_workflow ON mcp.schedules (workflow_id);

-- The key is what keeps a time from being fired twice, whoever tries.
CREATE TABLE mcp.schedule_fires (
    schedule_id     uuid        NOT NULL REFERENCES mcp.schedules ON DELETE CASCADE,
    scheduled_at    timestamptz NOT NULL,
    fired_at        timestamptz NOT NULL,
    outcome         text        NOT NULL
                                CONSTRAINT schedule_fires_outcome_known
                                CHECK (outcome IN ('started', 'queued', 'skipped', 'failed')),
    run_id          uuid,
    detail          text,
    PRIMARY KEY (schedule_id, scheduled_at)
);

COMMENT ON TABLE mcp.schedule_fires IS
'What became of the times of schedules; mcp.maintain() lets the old go.';

CREATE INDEX schedule_fires_run ON mcp.schedule_fires (run_id)
    WHERE run_id IS NOT NULL;
CREATE INDEX schedule_fires_age ON mcp.schedule_fires (fired_at);

SELECT pg_catalog.pg_extension_config_dump('mcp.schedules', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.schedule_fires', '');

COMMENT ON COLUMN mcp.schedules.schedule_id IS 'UUID of version 7: sorts by the time it was made.';
COMMENT ON COLUMN mcp.schedules.name IS 'For people; 3 to 100 characters, not unique.';
COMMENT ON COLUMN mcp.schedules.slug IS 'For URLs and programs; unique, and never changes.';
COMMENT ON COLUMN mcp.schedules.description IS 'For people; at most 500 characters.';
COMMENT ON COLUMN mcp.schedules.workflow_id IS 'What it starts: the latest version of it, each time.';
COMMENT ON COLUMN mcp.schedules.cron IS 'When, as a cron expression; null: by repeat_every.';
COMMENT ON COLUMN mcp.schedules.repeat_every IS 'When, as the time between; null: by cron.';
COMMENT ON COLUMN mcp.schedules.anchor IS 'From when on repeat_every is counted.';
COMMENT ON COLUMN mcp.schedules.time_zone IS 'By whose clock.';
COMMENT ON COLUMN mcp.schedules.inputs IS 'The inputs of its runs.';
COMMENT ON COLUMN mcp.schedules.options IS 'The options of their start, as for mcp.start_run.';
COMMENT ON COLUMN mcp.schedules.overlap IS 'What is done while its last run lives: skip, queue or allow.';
COMMENT ON COLUMN mcp.schedules.catch_up IS 'What is done for times that passed unseen: none, one (run for all) or all.';
COMMENT ON COLUMN mcp.schedules.catch_up_limit IS 'Of those at most so many, and at most so many wait for the last run to end.';
COMMENT ON COLUMN mcp.schedules.jitter_seconds IS 'A time is fired up to so many seconds later.';
COMMENT ON COLUMN mcp.schedules.is_paused IS 'Whether it rests.';
COMMENT ON COLUMN mcp.schedules.owner IS 'The role that made it, which its runs belong to.';
COMMENT ON COLUMN mcp.schedules.created_at IS 'When it was made.';
COMMENT ON COLUMN mcp.schedules.updated_at IS 'When its definition last changed.';
COMMENT ON COLUMN mcp.schedules.next_fire_at IS 'The next time it fires for; null: never again.';
COMMENT ON COLUMN mcp.schedules.wakes_at IS 'When a turn is to look at it: next_fire_at with its jitter, or sooner where times wait.';
COMMENT ON COLUMN mcp.schedules.last_fire_at IS 'The last time that was fired.';
COMMENT ON COLUMN mcp.schedules.last_run_id IS 'The last run that was started.';
COMMENT ON COLUMN mcp.schedules.waiting IS 'Times that wait for the last run to end.';

COMMENT ON COLUMN mcp.schedule_fires.schedule_id IS 'Whose time it was.';
COMMENT ON COLUMN mcp.schedule_fires.scheduled_at IS 'The time; of mcp.trigger_schedule, when it was called.';
COMMENT ON COLUMN mcp.schedule_fires.fired_at IS 'When it was looked at.';
COMMENT ON COLUMN mcp.schedule_fires.outcome IS 'started, queued (until the last run ends), skipped or failed.';
COMMENT ON COLUMN mcp.schedule_fires.run_id IS 'The run that was started.';
COMMENT ON COLUMN mcp.schedule_fires.detail IS 'Why none was.';
