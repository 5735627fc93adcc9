-- Requests that come twice: what the first was answered with, for the second.
--
-- A client that heard no answer cannot know whether what he asked for was done.  With
-- a key of his he may ask again: taking the key, doing it and keeping the answer are
-- one transaction, so it is done once, or not at all and the key is free still.
-- Starts of runs keep their keys with the runs (63_run_control.sql).

CREATE TABLE mcp.kept_answers (
    actor           name        NOT NULL,
    application     text        NOT NULL,
    key             text        NOT NULL,
    request_hash    text        NOT NULL,
    answer          jsonb,
    expires_at      timestamptz NOT NULL,
    PRIMARY KEY (actor, application, key)
);

CREATE INDEX kept_answers_expiry ON mcp.kept_answers (expires_at);

COMMENT ON TABLE mcp.kept_answers IS
'What requests with a key were answered with, for those that come again.';

SELECT pg_catalog.pg_extension_config_dump('mcp.kept_answers', '');

-- Keys are whose who asks, told apart as the audit log does.
CREATE FUNCTION mcp.take_answer_key(key text, request_hash text)
RETURNS void
LANGUAGE plpgsql
VOLATILE
STRICT
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    asker       name := mcp._actor();
    program     text := current_setting('application_name');
    known_hash  text;
BEGIN
    IF length(key) NOT BETWEEN 1 AND 255 THEN
        RAISE EXCEPTION 'an idempotency key must have 1 to 255 characters, not %', length(key)
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF NOT pg_try_advisory_xact_lock(hashtextextended(concat_ws(' ', 'mcp answer', asker, program, key), 0)) THEN
        RAISE EXCEPTION 'the request with idempotency key % is under way', quote_literal(key)
            USING ERRCODE = 'MC013',
                  HINT = 'Ask again when it has been answered.';
    END IF;
    SELECT k.request_hash
    INTO known_hash
    FROM mcp.kept_answers AS k
    WHERE k.actor = asker
      AND k.application = program
      AND k.key = take_answer_key.key
      AND k.expires_at > now();
    IF known_hash <> request_hash THEN
        RAISE EXCEPTION 'idempotency key % was used for another request', quote_literal(key)
            USING ERRCODE = 'MC012',
                  HINT = 'A key belongs to one request; another one needs a key of its own.';
    END IF;
    IF known_hash IS NOT NULL THEN
        RAISE EXCEPTION 'the request with idempotency key % was answered', quote_literal(key)
            USING ERRCODE = 'MC014',
                  HINT = 'mcp.get_kept_answer() has the answer.';
    END IF;
    INSERT INTO mcp.kept_answers AS k (actor, application, key, request_hash, expires_at)
    VALUES (asker, program, take_answer_key.key, take_answer_key.request_hash, now() + interval '1 day')
    ON CONFLICT ON CONSTRAINT kept_answers_pkey DO UPDATE
    SET request_hash = excluded.request_hash,
        answer = NULL,
        expires_at = excluded.expires_at;
END
$$;

COMMENT ON FUNCTION mcp.take_answer_key(text, text) IS
'Takes the key of a request that is to be carried out once, for a day, in the transaction that does it. Raises MC014 where the same request was answered, MC012 where the key was used for another one (its hash tells), MC013 where another session has it at the moment.';

CREATE FUNCTION mcp.keep_answer(key text, answer jsonb)
RETURNS void
LANGUAGE plpgsql
VOLATILE
STRICT
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE mcp.kept_answers AS k
    SET answer = keep_answer.answer
    WHERE k.actor = mcp._actor()
      AND k.application = current_setting('application_name')
      AND k.key = keep_answer.key
      AND k.answer IS NULL;
END
$$;

COMMENT ON FUNCTION mcp.keep_answer(text, jsonb) IS
'Keeps the answer to the request whose key this transaction took.';

CREATE FUNCTION mcp.get_kept_answer(key text)
RETURNS jsonb
LANGUAGE sql
STABLE
STRICT
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT k.answer
    FROM mcp.kept_answers AS k
    WHERE k.actor = mcp._actor()
      AND k.application = current_setting('application_name')
      AND k.key = get_kept_answer.key
$$;

COMMENT ON FUNCTION mcp.get_kept_answer(text) IS
'What the request with the key was answered with; null where there is none of who asks.';
