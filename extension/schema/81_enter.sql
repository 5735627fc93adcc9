-- How a request comes in: by a key or as a role, and what it may call from then on.

CREATE FUNCTION mcp._check_called(function_name text, level text, scopes text[])
RETURNS void
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF function_name IS NULL THEN
        RETURN;
    END IF;
    IF level IS NOT NULL AND NOT EXISTS (
        SELECT FROM mcp.function_levels AS f
        WHERE f.function_name = _check_called.function_name
          AND f.level = ANY (mcp._levels_of(_check_called.level)))
    THEN
        RAISE EXCEPTION 'permission denied for function %', function_name
            USING ERRCODE = 'insufficient_privilege',
                  HINT = format('Level %L does not contain it.', level);
    END IF;
    IF cardinality(scopes) > 0 AND NOT EXISTS (
        SELECT FROM unnest(scopes) AS s
        WHERE mcp._scope_covers(s, function_name))
    THEN
        RAISE EXCEPTION 'permission denied for function %', function_name
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'No scope of the key covers it.';
    END IF;
END
$$;

COMMENT ON FUNCTION mcp._check_called(text, text, text[]) IS
'Raises unless a level, where there is one, and the scopes, where there are any, cover a function.';

-- A minute of imprecision saves a write for nearly every request.  A row that is
-- locked is being written by somebody else for the same reason.
CREATE FUNCTION mcp._note_key_use(key_id uuid)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE mcp.api_keys AS k
    SET last_used_at = now()
    WHERE k.key_id IN (
        SELECT u.key_id
        FROM mcp.api_keys AS u
        WHERE u.key_id = _note_key_use.key_id
        FOR UPDATE SKIP LOCKED);
END
$$;

COMMENT ON FUNCTION mcp._note_key_use(uuid) IS
'Sets last_used_at of a key, unless somebody else is doing so.';

CREATE FUNCTION mcp.enter_api_key(
    prefix          text,
    digest          bytea,
    function_name   text        DEFAULT NULL,
    OUT role_name   text,
    OUT label       text)
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    key         mcp.api_keys;
BEGIN
    SELECT k.* INTO key
    FROM mcp.api_keys AS k
    WHERE k.prefix = enter_api_key.prefix
      AND k.digest = enter_api_key.digest;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the API key is not known'
            USING ERRCODE = 'invalid_authorization_specification';
    END IF;
    IF key.revoked_at IS NOT NULL THEN
        RAISE EXCEPTION 'the API key was revoked'
            USING ERRCODE = 'invalid_authorization_specification';
    END IF;
    IF key.expires_at <= now() THEN
        RAISE EXCEPTION 'the API key has expired'
            USING ERRCODE = 'invalid_authorization_specification';
    END IF;
    IF key.role_name IS NOT NULL
       AND NOT EXISTS (SELECT FROM pg_roles AS r WHERE r.rolname = key.role_name)
    THEN
        RAISE EXCEPTION 'the role of the API key is gone'
            USING ERRCODE = 'invalid_authorization_specification';
    END IF;
    PERFORM mcp._check_called(function_name, key.level, key.scopes);
    IF (key.last_used_at IS NULL OR key.last_used_at < now() - interval '1 minute')
       AND NOT current_setting('transaction_read_only')::boolean
    THEN
        PERFORM mcp._note_key_use(key.key_id);
    END IF;
    PERFORM set_config('mcp.key_level', coalesce(key.level, ''), true);
    role_name := coalesce(key.role_name, 'none');
    label := 'mcpd key ' || key.name;
END
$$;

COMMENT ON FUNCTION mcp.enter_api_key(text, bytea, text) IS
'For the daemon, in the transaction of each request: the role to take on for a key ("none": its own) and a label for the audit log, where the key is good and its level and scopes cover the function. Else raises 28000 or insufficient_privilege.';

CREATE FUNCTION mcp.enter_role(
    who             text,
    subject         text,
    function_name   text        DEFAULT NULL,
    OUT role_name   text,
    OUT label       text)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    label := 'mcpd token ' || coalesce(subject, '');
    IF EXISTS (
        SELECT FROM mcp.role_grants AS g
        JOIN pg_roles AS r ON r.rolname = g.role_name
        WHERE g.role_name = who)
    THEN
        role_name := who;
        RETURN;
    END IF;
    IF who IS NULL OR who NOT IN ('viewer', 'operator', 'developer', 'admin') THEN
        RAISE EXCEPTION 'the token names neither a role with a level nor a level'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM mcp._check_called(function_name, who, '{}');
    role_name := 'none';
END
$$;

COMMENT ON FUNCTION mcp.enter_role(text, text, text) IS
'For the daemon, in the transaction of a request with a token of another issuer: the role to take on for what the token names, which is a role with a level of its own, or else a level that covers the function.';
