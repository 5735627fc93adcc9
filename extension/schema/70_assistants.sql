-- Assistants: what they have said so far.
--
-- A step of kind ai_assistant is handed out for each answer of its model.  Where the
-- answer calls tools, the turn starts a run for each call and puts the step aside;
-- when these have ended the step is handed out again, to whoever has room.  So no
-- worker waits for a tool, and what was said and called survives any worker.

UPDATE mcp.mcp_types AS t
SET config_schema = t.config_schema || jsonb_build_object('properties', t.config_schema -> 'properties' || '{
    "memory_days": {"type": ["integer", "null"], "minimum": 1, "maximum": 36500},
    "max_turns": {"type": ["integer", "null"], "minimum": 1, "maximum": 100, "default": 10},
    "tools": {
        "type": ["array", "null"],
        "items": {
            "type": "object",
            "properties": {
                "name": {"type": "string", "pattern": "^(?=.*\\S)[^\\x00-\\x1f\\x7f-\\x9f]*$", "minLength": 1, "maxLength": 100},
                "description": {"type": ["string", "null"]},
                "parameters": {"type": ["object", "null"]},
                "mcp": {"type": ["string", "null"], "minLength": 1, "maxLength": 200},
                "workflow": {"type": ["string", "null"], "minLength": 1, "maxLength": 200}
            },
            "required": ["name"],
            "additionalProperties": false
        }
    }
 }')
WHERE t.type = 'ai_assistant';

-- They live as long as the run does, as the calls do.
CREATE TABLE mcp.assistant_rounds (
    run_id          uuid        NOT NULL,
    step_ordinal    integer     NOT NULL,
    round           integer     NOT NULL,
    attempt         integer     NOT NULL,
    answer          jsonb,
    usage           jsonb,
    recorded_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (run_id, step_ordinal, round)
);

COMMENT ON TABLE mcp.assistant_rounds IS
'The answers of models that called tools, in steps that are under way: what another attempt goes on from.';
COMMENT ON COLUMN mcp.assistant_rounds.run_id IS 'Whose step it is.';
COMMENT ON COLUMN mcp.assistant_rounds.step_ordinal IS 'The place of the step in the list, from 0, or of an item behind them.';
COMMENT ON COLUMN mcp.assistant_rounds.round IS 'Counted from 1, over all attempts.';
COMMENT ON COLUMN mcp.assistant_rounds.attempt IS 'In which it was.';
COMMENT ON COLUMN mcp.assistant_rounds.answer IS 'What was said beside the calls: {"text"}.';
COMMENT ON COLUMN mcp.assistant_rounds.usage IS '{"input_tokens", "output_tokens"} of this answer.';
COMMENT ON COLUMN mcp.assistant_rounds.recorded_at IS 'When.';

SELECT pg_catalog.pg_extension_config_dump('mcp.assistant_rounds', '');

-- Notes what a model said, unless it has called tools often enough.
CREATE FUNCTION mcp._open_round(
    run             uuid,
    step_ordinal    integer,
    attempt         integer,
    version_id      uuid,
    answer          jsonb,
    usage           jsonb)
RETURNS integer
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    opened      integer;
BEGIN
    INSERT INTO mcp.assistant_rounds (run_id, step_ordinal, round, attempt, answer, usage)
    SELECT run, _open_round.step_ordinal, p.rounds + 1, _open_round.attempt, _open_round.answer, _open_round.usage
    FROM (SELECT count(*)::integer AS rounds
          FROM mcp.assistant_rounds AS r
          WHERE r.run_id = run
            AND r.step_ordinal = _open_round.step_ordinal) AS p
    WHERE p.rounds < mcp._max_rounds(version_id)
    RETURNING round INTO opened;
    RETURN opened;
END
$$;

COMMENT ON FUNCTION mcp._open_round(uuid, integer, integer, uuid, jsonb, jsonb) IS
'Notes an answer that calls tools, and returns its number; null where there were too many already.';

CREATE FUNCTION mcp._max_rounds(version_id uuid)
RETURNS integer
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce((SELECT (v.config_snapshot ->> 'max_turns')::integer
                     FROM mcp.mcp_versions AS v
                     WHERE v.id = version_id), 10)
$$;

COMMENT ON FUNCTION mcp._max_rounds(uuid) IS
'How often a version of an assistant may call tools before it has to answer.';

-- A tool's attempt that called tools itself has their sum in its total.
CREATE FUNCTION mcp._tools_usage(run uuid, step_ordinal integer, attempt integer)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    usages      jsonb[];
BEGIN
    SELECT array_agg(coalesce(x.usage -> 'total', x.usage))
    INTO usages
    FROM mcp.assistant_rounds AS r
    JOIN mcp.tool_calls AS c USING (run_id, step_ordinal, round)
    JOIN mcp.step_details AS x ON x.run_id = c.child_run_id
    WHERE r.run_id = run
      AND r.step_ordinal = _tools_usage.step_ordinal
      AND r.attempt = _tools_usage.attempt
      AND x.reused_from IS NULL
      AND x.usage ? 'input_tokens';
    IF usages IS NULL THEN
        RETURN '{}';
    END IF;
    RETURN jsonb_build_object('tools', mcp._add_usages(usages));
END
$$;

COMMENT ON FUNCTION mcp._tools_usage(uuid, integer, integer) IS
'{"tools": {input_tokens, output_tokens, costs}}: what the runs of the tools that an attempt called have used; nothing where they asked no model.';

CREATE FUNCTION mcp.get_assistant_state(
    epoch           integer,
    run             uuid,
    step_ordinal    integer,
    attempt         integer,
    session         text DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    version     mcp.mcp_versions := mcp._held_version(run, step_ordinal, attempt, epoch);
    run_owner   name := (SELECT l.owner FROM mcp.live_runs AS l WHERE l.run_id = run);
BEGIN
    RETURN jsonb_build_object(
        'memory', (
            SELECT coalesce(jsonb_agg(jsonb_build_object('message', e.message, 'answer', e.answer)
                                      ORDER BY e.entry_id), '[]')
            FROM (SELECT m.message, m.answer, m.entry_id
                  FROM mcp.assistant_memory AS m
                  WHERE m.owner = run_owner
                    AND m.mcp_id = version.mcp_id
                    AND m.session = get_assistant_state.session
                  ORDER BY m.entry_id DESC
                  LIMIT coalesce((version.config_snapshot ->> 'memory_size')::integer, 10)) AS e),
        'rounds', (
            SELECT coalesce(jsonb_agg(
                       jsonb_build_object('text', coalesce(r.answer ->> 'text', ''), 'calls', mcp._calls_of_round(r))
                       ORDER BY r.round), '[]')
            FROM mcp.assistant_rounds AS r
            WHERE r.run_id = run
              AND r.step_ordinal = get_assistant_state.step_ordinal),
        'usage', (
            SELECT jsonb_build_object(
                       'input_tokens', coalesce(sum((r.usage ->> 'input_tokens')::bigint), 0),
                       'output_tokens', coalesce(sum((r.usage ->> 'output_tokens')::bigint), 0))
            FROM mcp.assistant_rounds AS r
            WHERE r.run_id = run
              AND r.step_ordinal = get_assistant_state.step_ordinal
              AND r.attempt = get_assistant_state.attempt)
            || mcp._tools_usage(run, step_ordinal, attempt),
        'rounds_left', mcp._max_rounds(version.id) - (
            SELECT count(*)
            FROM mcp.assistant_rounds AS r
            WHERE r.run_id = run
              AND r.step_ordinal = get_assistant_state.step_ordinal),
        'tools', (
            SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                       'name', t.name, 'description', t.description)) || jsonb_build_object('parameters', t.parameters)), '[]')
            FROM mcp._assistant_tools(version.id) AS t));
END
$$;

COMMENT ON FUNCTION mcp.get_assistant_state(integer, uuid, integer, integer, text) IS
'What a worker needs for the next answer of an assistant whose attempt it has: {memory: [{message, answer}], rounds: [{text, calls: [{id, name, arguments, run_id, is_error, content}]}], usage, rounds_left, tools: [{name, description, parameters}]}. rounds are those of attempts before, too: a retry goes on from there. Where the answer calls tools, the result for mcp.worker_turn is {run_id, step_ordinal, attempt, success: true, result: {text}, usage, tool_calls: [{id, name, arguments}]}; the step is handed out again when they have ended. The last answer is a result like any other, with memory: {session, message, answer} where it is to be remembered. Raises MC011 where the attempt is not the worker''s.';

CREATE FUNCTION mcp._calls_of_round(round mcp.assistant_rounds)
RETURNS jsonb
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(jsonb_agg(
               jsonb_build_object(
                   'id', c.call_id, 'name', c.tool, 'arguments', c.arguments, 'run_id', c.child_run_id,
                   'is_error', coalesce(c.is_error, true), 'content', coalesce(c.content, 'the call was given up'))
               ORDER BY c.place), '[]')
    FROM mcp.tool_calls AS c
    WHERE c.run_id = (_calls_of_round.round).run_id
      AND c.step_ordinal = (_calls_of_round.round).step_ordinal
      AND c.round = (_calls_of_round.round).round
$$;

COMMENT ON FUNCTION mcp._calls_of_round(mcp.assistant_rounds) IS
'The calls of an answer with their results.';
