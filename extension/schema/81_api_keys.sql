-- Keys of the HTTP face: who has one, and what it is for.
--
-- The text of a key is shown once and is not kept; its SHA-256 is, which tells
-- nothing of 244 random bits.  A key has a role, and requests run as that role,
-- so that its grants and row-level security hold; or a level, which is then
-- asked of each function that is called.  Scopes only ever narrow.

CREATE TABLE mcp.api_keys (
    key_id          uuid        PRIMARY KEY DEFAULT mcp.uuid_v7(),
    name            text        NOT NULL
                                CONSTRAINT api_keys_name_length
                                CHECK (char_length(name) BETWEEN 1 AND 100),
    prefix          text        NOT NULL
                                CONSTRAINT api_keys_prefix_unique UNIQUE,
    digest          bytea       NOT NULL,
    role_name       name,
    level           text
                                CONSTRAINT api_keys_level_known
                                CHECK (level IN ('viewer', 'operator', 'developer', 'admin')),
    scopes          text[]      NOT NULL DEFAULT '{}',
    created_by      name        NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    expires_at      timestamptz,
    revoked_at      timestamptz,
    last_used_at    timestamptz,
    CONSTRAINT api_keys_role_or_level CHECK (num_nonnulls(role_name, level) = 1)
);

COMMENT ON TABLE mcp.api_keys IS
'Keys of the HTTP face that mcp.create_api_key made; the text of a key is not among it.';
COMMENT ON COLUMN mcp.api_keys.key_id IS 'UUIDv7.';
COMMENT ON COLUMN mcp.api_keys.name IS 'What people call it; unique among the keys that are not revoked.';
COMMENT ON COLUMN mcp.api_keys.prefix IS 'The part of the key before its secret, to find it by.';
COMMENT ON COLUMN mcp.api_keys.digest IS 'SHA-256 of the whole key.';
COMMENT ON COLUMN mcp.api_keys.role_name IS 'The role that its requests run as; null: the daemon''s own.';
COMMENT ON COLUMN mcp.api_keys.level IS 'Where it has no role: the level of the functions that it may call.';
COMMENT ON COLUMN mcp.api_keys.scopes IS 'Functions, or families of them (list_*), that it is narrowed to; none: all that its role or level may.';
COMMENT ON COLUMN mcp.api_keys.created_by IS 'The role that made it.';
COMMENT ON COLUMN mcp.api_keys.created_at IS 'When it was made.';
COMMENT ON COLUMN mcp.api_keys.expires_at IS 'From then on it is refused; null: never.';
COMMENT ON COLUMN mcp.api_keys.revoked_at IS 'From then on it is refused.';
COMMENT ON COLUMN mcp.api_keys.last_used_at IS 'When it was last let in, give or take a minute.';

CREATE UNIQUE INDEX api_keys_name ON mcp.api_keys (name) WHERE revoked_at IS NULL;

SELECT pg_catalog.pg_extension_config_dump('mcp.api_keys', '');

-- Who makes a key for a role could be that role himself: a key never gives more
-- than its maker has.
CREATE FUNCTION mcp._check_key_role(role regrole)
RETURNS void
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles AS r WHERE r.oid = role) THEN
        RAISE EXCEPTION 'there is no role %', role
            USING ERRCODE = 'undefined_object';
    END IF;
    IF NOT pg_has_role(mcp._actor(), role, 'MEMBER') THEN
        RAISE EXCEPTION 'permission denied to make a key for role %', role
            USING ERRCODE = 'insufficient_privilege',
                  HINT = format('%I must be a member of it.', mcp._actor());
    END IF;
    IF NOT EXISTS (
        SELECT FROM mcp.role_grants AS g
        JOIN pg_roles AS r ON r.rolname = g.role_name
        WHERE r.oid = role)
    THEN
        RAISE EXCEPTION 'role % was granted no level', role
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Grant one with mcp.grant_role first.';
    END IF;
END
$$;

COMMENT ON FUNCTION mcp._check_key_role(regrole) IS
'Raises unless a key for the role may be made by whoever asks.';

CREATE FUNCTION mcp._check_key_scopes(scopes text[])
RETURNS void
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    unknown     text;
BEGIN
    SELECT s INTO unknown
    FROM unnest(scopes) AS s
    WHERE s IS NULL
       OR NOT EXISTS (
            SELECT FROM mcp.function_levels AS f
            WHERE mcp._scope_covers(s, f.function_name))
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'scope % names no function', coalesce(quote_literal(unknown), 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'A scope is a function of mcp.function_levels, or the beginning of some with a *: list_*.';
    END IF;
END
$$;

COMMENT ON FUNCTION mcp._check_key_scopes(text[]) IS
'Raises where a scope covers no function at all.';

CREATE FUNCTION mcp._scope_covers(scope text, function_name text)
RETURNS boolean
LANGUAGE sql
IMMUTABLE
STRICT
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE
        WHEN right(scope, 1) = '*' THEN starts_with(function_name, left(scope, -1))
        ELSE function_name = scope
    END
$$;

COMMENT ON FUNCTION mcp._scope_covers(text, text) IS
'Whether a scope, which may end in *, covers a function.';

-- The key, as everybody may see it who may see keys at all.
CREATE FUNCTION mcp._key_json(key mcp.api_keys)
RETURNS jsonb
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_build_object(
        'id', key.key_id,
        'name', key.name,
        'prefix', key.prefix,
        'role', key.role_name,
        'level', key.level,
        'scopes', to_jsonb(key.scopes),
        'created_by', key.created_by,
        'created_at', key.created_at,
        'expires_at', key.expires_at,
        'revoked_at', key.revoked_at,
        'last_used_at', key.last_used_at)
$$;

COMMENT ON FUNCTION mcp._key_json(mcp.api_keys) IS
'A key as JSON, without its digest.';

CREATE FUNCTION mcp.create_api_key(
    name            text,
    role            regrole     DEFAULT NULL,
    level           text        DEFAULT NULL,
    scopes          text[]      DEFAULT '{}',
    expires         timestamptz DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    prefix      text := 'mcp_' || left(replace(gen_random_uuid()::text, '-', ''), 12);
    key         text := prefix || '_' || encode(sha256(
                    uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 'hex');
    made        mcp.api_keys;
BEGIN
    IF name IS NULL OR char_length(name) NOT BETWEEN 1 AND 100 THEN
        RAISE EXCEPTION 'the name of a key must have 1 to 100 characters'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF num_nonnulls(role, level) <> 1 THEN
        RAISE EXCEPTION 'a key has either a role or a level'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF level NOT IN ('viewer', 'operator', 'developer', 'admin') THEN
        RAISE EXCEPTION 'unknown level % of a key', quote_literal(level)
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Levels of keys are viewer, operator, developer and admin.';
    END IF;
    IF role IS NOT NULL THEN
        PERFORM mcp._check_key_role(role);
    END IF;
    PERFORM mcp._check_key_scopes(scopes);
    IF expires <= now() THEN
        RAISE EXCEPTION 'the key would have expired already, at %', expires
            USING ERRCODE = 'invalid_parameter_value';
    END IF;

    INSERT INTO mcp.api_keys AS k (
        name, prefix, digest, role_name, level, scopes, created_by, expires_at)
    SELECT create_api_key.name, prefix, sha256(convert_to(key, 'UTF8')),
           (SELECT r.rolname FROM pg_roles AS r WHERE r.oid = role),
           create_api_key.level, coalesce(create_api_key.scopes, '{}'), mcp._actor(), expires
    ON CONFLICT DO NOTHING
    RETURNING k.* INTO made;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a key named % exists', quote_literal(name)
            USING ERRCODE = 'unique_violation',
                  HINT = 'Revoke it first, or choose another name.';
    END IF;
    PERFORM mcp._audit('create', 'api_key', made.key_id::text, made.name,
                       NULL, mcp._key_json(made));
    RETURN mcp._key_json(made) || jsonb_build_object('key', key);
END
$$;

COMMENT ON FUNCTION mcp.create_api_key(text, regrole, text, text[], timestamptz) IS
'Makes a key of the HTTP face and returns it with its text in "key", which is shown only here. Requests with it run as the role, to which a level was granted and which the daemon''s role must be a member of; or, with a level instead, as the daemon''s role within the functions of that level. Scopes narrow it to functions, or families of them such as list_*.';

CREATE FUNCTION mcp.list_api_keys(
    skip            integer     DEFAULT 0,
    max_rows        integer     DEFAULT 100,
    after           uuid        DEFAULT NULL)
RETURNS SETOF jsonb
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM mcp._check_page(skip, max_rows);
    RETURN QUERY
        SELECT mcp._key_json(k)
        FROM mcp.api_keys AS k
        WHERE after IS NULL
           OR k.key_id < after
        ORDER BY k.key_id DESC
        OFFSET skip
        LIMIT max_rows;
END
$$;

COMMENT ON FUNCTION mcp.list_api_keys(integer, integer, uuid) IS
'Keys of the HTTP face, newest first, those that were revoked among them, and behind (older than) the id after; never their texts.';

CREATE FUNCTION mcp.revoke_api_key(key text)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    before      mcp.api_keys;
    after       mcp.api_keys;
BEGIN
    SELECT k.* INTO before
    FROM mcp.api_keys AS k
    WHERE revoke_api_key.key IN (k.key_id::text, k.prefix)
       OR (k.name = revoke_api_key.key AND k.revoked_at IS NULL)
    ORDER BY k.key_id::text = revoke_api_key.key DESC, k.prefix = revoke_api_key.key DESC
    LIMIT 1
    FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no key %', coalesce(quote_literal(key), 'NULL')
            USING ERRCODE = 'MC020',
                  HINT = 'A key is named by its id, its prefix, or its name while it is good.';
    END IF;
    IF before.revoked_at IS NOT NULL THEN
        RETURN mcp._key_json(before);
    END IF;
    UPDATE mcp.api_keys AS k
    SET revoked_at = now()
    WHERE k.key_id = before.key_id
    RETURNING k.* INTO after;
    PERFORM mcp._audit('revoke', 'api_key', after.key_id::text, after.name,
                       mcp._key_json(before), mcp._key_json(after));
    RETURN mcp._key_json(after);
END
$$;

COMMENT ON FUNCTION mcp.revoke_api_key(text) IS
'Revokes a key, named by its id, its prefix or its name, for requests from now on. Revoking again changes nothing; an unknown one is MC020.';
