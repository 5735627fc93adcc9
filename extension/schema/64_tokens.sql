-- Answers of language models while they come in, as events of their runs.
--
-- For who looks on: the result of the step has the whole text.  So these events are
-- few and short, they wait for no disk, and they go a day later.

-- Where old ones are found; on the leaf, as all indexes of history.
CREATE INDEX run_events_tokens
    ON mcp.run_events_default (recorded_at)
    WHERE kind = 'tokens';

-- The lock of the run, as everybody takes who writes of it: an event is never told
-- before one that was seen already.  It is held no longer than the rows take.
CREATE FUNCTION mcp.add_tokens(epoch integer, pieces jsonb)
RETURNS integer
LANGUAGE plpgsql
VOLATILE
STRICT
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
AS $$
DECLARE
    taken       integer;
BEGIN
    IF jsonb_typeof(pieces) <> 'array' OR jsonb_array_length(pieces) > 1000 THEN
        RAISE EXCEPTION 'pieces must be an array of at most 1000'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM set_config('synchronous_commit', 'off', true);
    WITH pieces_in AS MATERIALIZED (
        SELECT p.*, t.nth
        FROM jsonb_array_elements(pieces) WITH ORDINALITY AS t (piece, nth)
        CROSS JOIN LATERAL jsonb_to_record(t.piece)
            AS p (run_id uuid, step_ordinal integer, attempt integer, round integer, answer integer,
                  place integer, text text)
    ), runs AS MATERIALIZED (
        SELECT l.run_id, l.state
        FROM mcp.live_runs AS l
        WHERE l.run_id = ANY (ARRAY(SELECT i.run_id FROM pieces_in AS i))
        ORDER BY l.run_id
        FOR NO KEY UPDATE
    ), held AS MATERIALIZED (
        SELECT i.*
        FROM pieces_in AS i
        JOIN runs AS r ON r.run_id = i.run_id
        CROSS JOIN LATERAL mcp._live_tasks(r.state) AS t
        WHERE t.step_ordinal = i.step_ordinal
          AND t.attempt = i.attempt
          AND t.epoch = add_tokens.epoch
          AND t.status = 'RUNNING'
        ORDER BY i.nth
    )
    INSERT INTO mcp.run_events (run_id, step_ordinal, kind, detail)
    SELECT h.run_id, h.step_ordinal, 'tokens',
           jsonb_build_object(
               'attempt', h.attempt, 'round', h.round, 'answer', h.answer, 'place', h.place,
               'text', left(h.text, 16384))
    FROM held AS h;
    GET DIAGNOSTICS taken = ROW_COUNT;
    RETURN taken;
END
$$;

COMMENT ON FUNCTION mcp.add_tokens(integer, jsonb) IS
'Tells whoever follows runs what a model has said so far: pieces [{run_id, step_ordinal, attempt, round, answer, place, text}], at most 1000, become events of kind tokens with the detail {attempt, round, answer, place, text}. Pieces of attempts that the worker of the epoch does not have (any more) are passed over. Returns how many were taken.';
