-- What assistants remember of the sessions that they are talked to in.

CREATE TABLE mcp.assistant_memory (
    owner           name        NOT NULL,
    mcp_id          uuid        NOT NULL REFERENCES mcp.mcp_definitions ON DELETE CASCADE,
    session         text        NOT NULL
                                CONSTRAINT assistant_memory_session_named
                                CHECK (session <> '' AND length(session) <= 200),
    entry_id        uuid        NOT NULL DEFAULT mcp.uuid_v7(),
    run_id          uuid        NOT NULL,
    message         text        NOT NULL,
    answer          text        NOT NULL,
    recorded_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (owner, mcp_id, session, entry_id)
);

CREATE INDEX assistant_memory_mcp ON mcp.assistant_memory (mcp_id);

COMMENT ON TABLE mcp.assistant_memory IS
'What was said in the sessions of assistants: a message and its answer are one row, so that runs at the same time do not mix them up.';
COMMENT ON COLUMN mcp.assistant_memory.owner IS 'Whose run it was: sessions of one name that belong to two roles are two.';
COMMENT ON COLUMN mcp.assistant_memory.mcp_id IS 'The assistant.';
COMMENT ON COLUMN mcp.assistant_memory.session IS 'What the run was given as its session.';
COMMENT ON COLUMN mcp.assistant_memory.entry_id IS 'UUID of version 7: the order in which they ended.';
COMMENT ON COLUMN mcp.assistant_memory.run_id IS 'The run that it was said in.';
COMMENT ON COLUMN mcp.assistant_memory.message IS 'What the assistant was asked.';
COMMENT ON COLUMN mcp.assistant_memory.answer IS 'What it said in the end.';
COMMENT ON COLUMN mcp.assistant_memory.recorded_at IS 'When.';

SELECT pg_catalog.pg_extension_config_dump('mcp.assistant_memory', '');

CREATE FUNCTION mcp._remember(run uuid, owner name, mcp_id uuid, version_id uuid, exchange jsonb)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    memory_size integer;
BEGIN
    SELECT coalesce((v.config_snapshot ->> 'memory_size')::integer, 10)
    INTO memory_size
    FROM mcp.mcp_versions AS v
    JOIN mcp.mcp_definitions AS d ON d.id = v.mcp_id
    JOIN mcp.mcp_types AS t USING (type)
    WHERE v.id = version_id
      AND t.executor = 'ai_assistant';
    IF NOT FOUND OR coalesce(exchange ->> 'session', '') = '' OR length(exchange ->> 'session') > 200 THEN
        RETURN;
    END IF;
    INSERT INTO mcp.assistant_memory (owner, mcp_id, session, run_id, message, answer)
    VALUES (_remember.owner, _remember.mcp_id, exchange ->> 'session', run,
            left(coalesce(exchange ->> 'message', ''), 100000), left(coalesce(exchange ->> 'answer', ''), 100000));
    -- What somebody else is at goes with the next one.
    DELETE FROM mcp.assistant_memory AS m
    WHERE (m.owner, m.mcp_id, m.session, m.entry_id) IN (
        SELECT o.owner, o.mcp_id, o.session, o.entry_id
        FROM mcp.assistant_memory AS o
        WHERE o.owner = _remember.owner
          AND o.mcp_id = _remember.mcp_id
          AND o.session = exchange ->> 'session'
          AND o.entry_id <= (
                SELECT n.entry_id
                FROM mcp.assistant_memory AS n
                WHERE n.owner = _remember.owner
                  AND n.mcp_id = _remember.mcp_id
                  AND n.session = exchange ->> 'session'
                ORDER BY n.entry_id DESC
                OFFSET memory_size
                LIMIT 1)
        FOR UPDATE SKIP LOCKED);
END
$$;

COMMENT ON FUNCTION mcp._remember(uuid, name, uuid, uuid, jsonb) IS
'Adds a message and its answer to the memory of a session, and forgets what is more than its size.';

-- Where the latest version of an assistant says for how long.
CREATE FUNCTION mcp._delete_old_memory(max_rows integer)
RETURNS integer
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    gone        integer;
BEGIN
    DELETE FROM mcp.assistant_memory AS m
    WHERE (m.owner, m.mcp_id, m.session, m.entry_id) IN (
        SELECT e.owner, e.mcp_id, e.session, e.entry_id
        FROM mcp.mcp_definitions AS d
        JOIN mcp.mcp_versions AS v
          ON v.mcp_id = d.id
         AND v.version_str = d.latest_version_str
        JOIN mcp.assistant_memory AS e ON e.mcp_id = d.id
        WHERE d.type IN (
                SELECT t.type
                FROM mcp.mcp_types AS t
                WHERE t.executor = 'ai_assistant')
          AND jsonb_typeof(v.config_snapshot -> 'memory_days') = 'number'
          AND e.recorded_at < now() - make_interval(days => (v.config_snapshot ->> 'memory_days')::integer)
        LIMIT max_rows
        FOR UPDATE OF e SKIP LOCKED);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

COMMENT ON FUNCTION mcp._delete_old_memory(integer) IS
'Deletes exchanges that are older than the memory_days of their assistants; how many there were.';

CREATE FUNCTION mcp.list_assistant_sessions(mcp text, skip integer DEFAULT 0, max_rows integer DEFAULT 100)
RETURNS TABLE (session text, exchanges bigint, last_at timestamptz)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wanted      uuid := mcp._find_mcp(mcp);
BEGIN
    PERFORM mcp._check_page(skip, max_rows);
    RETURN QUERY
        SELECT m.session, count(*), max(m.recorded_at)
        FROM mcp.assistant_memory AS m
        WHERE m.owner = mcp._actor()
          AND m.mcp_id = wanted
        GROUP BY m.session
        ORDER BY max(m.recorded_at) DESC, m.session
        OFFSET skip
        LIMIT max_rows;
END
$$;

COMMENT ON FUNCTION mcp.list_assistant_sessions(text, integer, integer) IS
'The sessions of an assistant that the caller''s own runs made, the latest first, and how many exchanges each remembers.';

CREATE FUNCTION mcp.get_assistant_session(mcp text, session text, skip integer DEFAULT 0, max_rows integer DEFAULT 100)
RETURNS TABLE (run_id uuid, message text, answer text, recorded_at timestamptz)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wanted      uuid := mcp._find_mcp(mcp);
BEGIN
    PERFORM mcp._check_page(skip, max_rows);
    RETURN QUERY
        SELECT m.run_id, m.message, m.answer, m.recorded_at
        FROM mcp.assistant_memory AS m
        WHERE m.owner = mcp._actor()
          AND m.mcp_id = wanted
          AND m.session = get_assistant_session.session
        ORDER BY m.entry_id
        OFFSET skip
        LIMIT max_rows;
END
$$;

COMMENT ON FUNCTION mcp.get_assistant_session(text, text, integer, integer) IS
'What an assistant remembers of a session of the caller''s own, the oldest first.';

CREATE FUNCTION mcp.forget_assistant_session(mcp text, session text)
RETURNS integer
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wanted      uuid := mcp._find_mcp(mcp);
    gone        integer;
BEGIN
    DELETE FROM mcp.assistant_memory AS m
    WHERE m.owner = mcp._actor()
      AND m.mcp_id = wanted
      AND m.session = forget_assistant_session.session;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

COMMENT ON FUNCTION mcp.forget_assistant_session(text, text) IS
'Forgets a session of the caller''s own with an assistant; how many exchanges there were.';
