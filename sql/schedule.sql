-- Schedules: when they fire, what they start, and what they do not.
\set VERBOSITY terse
SET client_min_messages = warning;
SET timezone = 'UTC';
SET datestyle = 'ISO';
CREATE EXTENSION IF NOT EXISTS mcp;

CREATE SCHEMA schedule_test;

SELECT mcp.create_mcp('{"name": "Schedule test", "type": "python_script",
    "config": {"script_content": "pass"}, "initial_version_str": "1.0.0"}') ->> 'slug' AS mcp;
SELECT mcp.create_workflow('{"name": "Schedule test", "steps": [
    {"step_id": "one", "name": "One", "mcp_id": "schedule-test"}]}') ->> 'slug' AS workflow;

--
-- The clock: put forward, put back, and a day that never was
--
SELECT * FROM mcp.next_fire_times('30 2 * * *', 3, 'Europe/Berlin', '2026-03-28 00:00Z') AS once_after_the_gap;
SELECT * FROM mcp.next_fire_times('*/15 2 * * *', 2, 'Europe/Berlin', '2026-03-28 12:00Z') AS four_in_the_gap_are_one;
SELECT * FROM mcp.next_fire_times('30 2 * * *', 3, 'Europe/Berlin', '2026-10-24 00:00Z') AS twice_on_the_clock;
SELECT * FROM mcp.next_fire_times('30 2 * * *', 1, 'Europe/Berlin', '2026-10-25 00:45Z') AS between_the_two;
SELECT * FROM mcp.next_fire_times('30 * * * *', 4, 'Europe/Berlin', '2026-10-24 23:00Z') AS a_rhythm_goes_on;
SELECT * FROM mcp.next_fire_times('0 12 * * *', 4, 'Pacific/Apia', '2011-12-28') AS without_the_30th;
SELECT * FROM mcp.next_fire_times('@monthly', 2, 'America/New_York', '2026-10-31') AS new_york;

--
-- Intervals: by the clock where they are of days, by the hour where not
--
SELECT * FROM mcp.next_fire_times('1 month', 3, 'UTC', '2026-01-31 01:45Z') AS months_from_the_31st;
SELECT * FROM mcp.next_fire_times('1 day', 3, 'Europe/Berlin', '2026-03-28 01:30Z') AS same_time_each_day;
SELECT * FROM mcp.next_fire_times('PT24H', 3, 'Europe/Berlin', '2026-03-28 01:30Z') AS each_24_hours;
SELECT * FROM mcp.next_fire_times('90', 2, 'UTC', '2026-01-01') AS bare_seconds;

SELECT * FROM mcp.next_fire_times('61 0 * * *', 1);
SELECT * FROM mcp.next_fire_times('tomorrow', 1);
SELECT * FROM mcp.next_fire_times('-1 day', 1);
SELECT * FROM mcp.next_fire_times('0 seconds', 1);
SELECT * FROM mcp.next_fire_times('0 0 30 2 *', 1) AS never;
SELECT * FROM mcp.next_fire_times('@daily', 1, 'Europe/Atlantis');
SELECT * FROM mcp.next_fire_times('@daily', 1001);
SELECT count(*) FROM mcp.next_fire_times('* * * * * *', 1000);
SELECT count(*) FROM mcp.next_fire_times('1 day', 10, 'UTC', 'infinity');
SELECT * FROM mcp.next_fire_times('0 0 1 1 *', 2, 'UTC', '0044-03-15 12:00:00 BC');

--
-- Definitions
--
SELECT rule, path, message
FROM mcp.validate_schedule('{
    "name": "x", "workflow": "nowhere", "cron": "* * * *", "interval": "1 day", "time_zone": "Mars",
    "overlap": "maybe", "catch_up": "some", "catch_up_limit": 0, "jitter_seconds": -1,
    "inputs": [], "options": {"speed": 1}, "colour": "red"}');
SELECT rule, path, message
FROM mcp.validate_schedule('{"name": "Test", "workflow": "schedule-test"}');
SELECT rule, path, message
FROM mcp.validate_schedule('{"name": "Test", "workflow": "schedule-test", "cron": "0 0 31 feb *", "anchor": "2026-01-01T00:00:00Z"}');
SELECT rule, path, message
FROM mcp.validate_schedule('{"name": "Test", "workflow": "schedule-test", "cron": "0 0 31 feb *"}');
SELECT rule, path, message
FROM mcp.validate_schedule('{"name": "Test", "workflow": "schedule-test", "interval": 0.5}');
SELECT rule, path, message
FROM mcp.validate_schedule('{"name": "Test", "workflow": "schedule-test", "interval": "soon", "anchor": "yesterday"}');
SELECT mcp.create_schedule('{"name": "Test", "workflow": "nowhere", "cron": "@daily"}');
SELECT mcp.create_schedule(NULL);

SELECT s - ARRAY['id', 'schedule_id', 'workflow', 'workflow_id', 'created_at', 'updated_at', 'next_fire_at', 'owner'] AS schedule,
       (s ->> 'next_fire_at')::timestamptz = f.next AS is_next
FROM mcp.create_schedule('{"name": "Nightly report", "workflow": "schedule-test", "cron": "0 3 * * *",
    "time_zone": "Europe/Berlin", "inputs": {"a": 1}, "options": {"queue": "schedule_test", "priority": 5}}') AS s
CROSS JOIN mcp.next_fire_times('0 3 * * *', 1, 'Europe/Berlin') AS f (next);
SELECT mcp.create_schedule('{"name": "Nightly report", "workflow": "schedule-test", "cron": "@daily"}') ->> 'slug' AS slug;
SELECT mcp.create_schedule('{"name": "Other", "slug": "nightly-report", "workflow": "schedule-test", "cron": "@daily"}') ->> 'slug' AS slug;
SELECT s ->> 'slug' AS slug FROM mcp.list_schedules('schedule-test') AS s;
SELECT mcp.get_schedule('nowhere');

SELECT s -> 'cron' AS cron, s -> 'interval' AS interval, s -> 'anchor' AS anchor, s -> 'next_fire_at' AS next_fire_at, s -> 'name' AS name
FROM mcp.update_schedule('nightly-report-2', '{"interval": 86400, "anchor": "2100-01-01T00:00:00Z", "name": "Daily"}') AS s;
SELECT s -> 'cron' AS cron, s -> 'interval' AS interval
FROM mcp.update_schedule('nightly-report-2', '{"cron": "@hourly"}') AS s;
SELECT mcp.update_schedule('nightly-report-2', '{"slug": "another"}');
SELECT mcp.update_schedule('nightly-report-2', '[]');
SELECT rule, path FROM mcp.validate_schedule('{"cron": "x"}', 'nightly-report-2');
SELECT mcp.delete_schedule('nightly-report-2');
SELECT mcp.delete_workflow('schedule-test');

--
-- Firing.  A schedule of the far past is one that nobody looked at since.
--
CREATE FUNCTION schedule_test.make(extra jsonb)
RETURNS text
LANGUAGE sql
AS $$
    SELECT mcp.create_schedule(
        '{"name": "Schedule test", "workflow": "schedule-test", "interval": "1 day",
          "options": {"queue": "schedule_test"}}' || extra) ->> 'slug'
$$;

-- As if it had last been looked at so long ago.
CREATE FUNCTION schedule_test.rewind(slug text, ago interval)
RETURNS void
LANGUAGE sql
AS $$
    UPDATE mcp.schedules AS s
    SET anchor = date_trunc('second', now()) - ago,
        next_fire_at = date_trunc('second', now()) - ago,
        wakes_at = now() - ago
    WHERE s.slug = rewind.slug
$$;

CREATE FUNCTION schedule_test.fires(slug text)
RETURNS TABLE (seconds_ago integer, outcome text, detail text, status text)
LANGUAGE sql
AS $$
    SELECT extract(epoch FROM now() - f.scheduled_at)::integer / 10 * 10, f.outcome, f.detail,
           CASE WHEN f.run_id IS NOT NULL THEN mcp.get_run(f.run_id) ->> 'status' END
    FROM mcp.list_schedule_fires(slug) AS f
    ORDER BY f.scheduled_at
$$;

CREATE FUNCTION schedule_test.end_runs()
RETURNS bigint
LANGUAGE sql
AS $$
    SELECT count(mcp.cancel_run(run_id))
    FROM mcp.live_runs
    WHERE queue = 'schedule_test'
$$;

-- What is due is fired once, in time or up to a minute late.
SELECT schedule_test.make('{"slug": "st-due", "inputs": {"n": 1}}') AS slug;
SELECT mcp._fire_schedules() AS due;
SELECT schedule_test.rewind('st-due', '30 s');
SELECT mcp._fire_schedules() AS due;
SELECT mcp._fire_schedules() AS due;
SELECT * FROM schedule_test.fires('st-due');
SELECT r ->> 'status' AS status, r -> 'inputs' AS inputs, r ->> 'queue' AS queue,
       r ->> 'owner' = current_user AS is_mine
FROM mcp.get_schedule('st-due') AS s
CROSS JOIN mcp.get_run((s ->> 'last_run_id')::uuid) AS r;
SELECT idempotency_key = format('schedule %s at %s', s.schedule_id,
           to_char(s.last_fire_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) AS is_named_after_its_time
FROM mcp.schedules AS s
JOIN mcp.live_runs AS l ON l.run_id = s.last_run_id
WHERE s.slug = 'st-due';
SELECT (next_fire_at - last_fire_at)::text AS until_the_next FROM mcp.schedules WHERE slug = 'st-due';

-- A time that was fired is not fired again, whatever the row says.
SELECT schedule_test.end_runs();
UPDATE mcp.schedules SET next_fire_at = last_fire_at, wakes_at = last_fire_at WHERE slug = 'st-due';
SELECT mcp._fire_schedules() AS due;
SELECT count(*) FROM schedule_test.fires('st-due');

-- Times that nobody saw: none, one, or all of the last few.
SELECT schedule_test.make('{"slug": "st-none", "interval": "100 s", "overlap": "allow"}') AS slug;
SELECT schedule_test.make('{"slug": "st-one", "interval": "100 s", "catch_up": "one", "overlap": "allow"}') AS slug;
SELECT schedule_test.make('{"slug": "st-all", "interval": "100 s", "catch_up": "all", "catch_up_limit": 3, "overlap": "allow"}') AS slug;
SELECT schedule_test.rewind(slug, '570 s') FROM unnest(ARRAY['st-none', 'st-one', 'st-all']) AS slug;
SELECT mcp._fire_schedules() AS due;
SELECT * FROM schedule_test.fires('st-none');
SELECT * FROM schedule_test.fires('st-one');
SELECT * FROM schedule_test.fires('st-all');
-- In years of seconds, too.
SELECT schedule_test.make('{"slug": "st-years", "interval": 1, "catch_up": "all", "catch_up_limit": 2}') AS slug;
SELECT schedule_test.rewind('st-years', '10 years');
SELECT mcp._fire_schedules() AS due;
SELECT outcome, count(*) BETWEEN 1 AND 64 AS is_a_minute_at_most
FROM mcp.list_schedule_fires('st-years', 0, 500) GROUP BY 1 ORDER BY 1;
SELECT mcp.delete_schedule('st-' || which) FROM unnest(ARRAY['none', 'one', 'all', 'years']) AS which;
SELECT schedule_test.end_runs();

-- While the last run lives: skip, queue, allow.
SELECT schedule_test.make(format('{"slug": "st-%s", "overlap": "%s", "interval": "20 s"}', o, o)::jsonb) AS slug
FROM unnest(ARRAY['skip', 'queue', 'allow']) AS o;
SELECT schedule_test.rewind('st-' || o, '45 s') FROM unnest(ARRAY['skip', 'queue', 'allow']) AS o;
SELECT mcp._fire_schedules() AS due;
SELECT * FROM schedule_test.fires('st-skip');
SELECT * FROM schedule_test.fires('st-queue');
SELECT * FROM schedule_test.fires('st-allow');
SELECT jsonb_array_length(mcp.get_schedule('st-queue') -> 'waiting') AS waiting;
SELECT schedule_test.end_runs();
UPDATE mcp.schedules SET next_fire_at = '2100-01-01', wakes_at = now() WHERE slug = 'st-queue';
SELECT mcp._fire_schedules() AS due;
SELECT * FROM schedule_test.fires('st-queue');
SELECT jsonb_array_length(mcp.get_schedule('st-queue') -> 'waiting') AS waiting,
       (SELECT wakes_at < now() + '2 s' FROM mcp.schedules WHERE slug = 'st-queue') AS is_looked_at_soon;
SELECT mcp.delete_schedule('st-' || o) FROM unnest(ARRAY['skip', 'queue', 'allow']) AS o;
SELECT schedule_test.end_runs();

-- Jitter: later by the same for the same time, and within the bound.
SELECT schedule_test.make('{"slug": "st-jitter", "cron": "@hourly", "interval": null, "jitter_seconds": 600}') AS slug;
SELECT wakes_at - next_fire_at BETWEEN '0' AND '600 s' AS is_within, wakes_at > next_fire_at AS is_later
FROM mcp.schedules WHERE slug = 'st-jitter';
SELECT mcp.delete_schedule('st-jitter');

-- Paused: nothing fires, and what passed meanwhile is nobody's.
SELECT mcp.pause_schedule('st-due') ->> 'is_paused' AS is_paused;
SELECT mcp.get_schedule('st-due') -> 'next_fire_at' AS next_fire_at;
SELECT schedule_test.rewind('st-due', '300 s');
SELECT mcp._fire_schedules() AS due;
SELECT (mcp.resume_schedule('st-due') ->> 'next_fire_at')::timestamptz > now() AS is_ahead;
SELECT mcp._fire_schedules() AS due;

-- By hand: paused or not, and the rule stays as it is.
SELECT mcp.pause_schedule('st-due') ->> 'is_paused' AS is_paused;
SELECT mcp.trigger_schedule('st-due') AS run \gset
SELECT mcp.get_run(:'run') ->> 'status' AS status;
SELECT detail, outcome FROM mcp.list_schedule_fires('st-due', 0, 1);
SELECT mcp.trigger_schedule('nowhere');
SELECT mcp.resume_schedule('st-due') ->> 'is_paused' AS is_paused;
SELECT schedule_test.end_runs();

-- A start that fails is written down, and stops nobody.
SELECT schedule_test.make('{"slug": "st-fails"}') AS slug;
UPDATE mcp.schedules SET options = '{"queue": 1}' WHERE slug = 'st-fails';
SELECT schedule_test.rewind('st-fails', '10 s');
SELECT schedule_test.rewind('st-due', '20 s');
SELECT mcp._fire_schedules() AS due;
SELECT outcome, detail FROM mcp.list_schedule_fires('st-fails');
SELECT outcome FROM mcp.list_schedule_fires('st-due', 1, 1);
SELECT mcp.trigger_schedule('st-fails');
SELECT schedule_test.end_runs();

-- A worker's turn fires, and is told when to come again.
SELECT mcp.register_worker('schedule_test') AS epoch \gset
SELECT jsonb_array_length(t -> 'tasks') AS tasks
FROM mcp.worker_turn('schedule_test', :epoch, '[]', '{"schedule_test": 5}') AS t;
SELECT schedule_test.rewind('st-due', '5 s');
-- A session looks once a second.
SELECT pg_sleep(1.1);
SELECT jsonb_array_length(t -> 'tasks') AS tasks
FROM mcp.worker_turn('schedule_test', :epoch, '[]', '{"schedule_test": 5}') AS t;
SELECT mcp.retire_worker('schedule_test', :epoch);

SELECT schedule_test.end_runs();
SELECT count(mcp.delete_schedule(s ->> 'slug')) FROM mcp.list_schedules('schedule-test') AS s;
SELECT count(*) AS fires_that_outlive_their_schedule FROM mcp.schedule_fires;
SELECT mcp.delete_workflow('schedule-test');
DROP SCHEMA schedule_test CASCADE;
SELECT mcp.delete_mcp('schedule-test');
