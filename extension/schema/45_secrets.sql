-- Secrets: here lies only what a daemon has sealed.
--
-- The key is the daemon's.  What SQL would encrypt, SQL would have to be told:
-- the statement with the plain text would stand in logs and in pg_stat_statements.
-- So it is sealed outside, by PUT /secrets/{name} or mcpd --seal.

CREATE TABLE mcp.secrets (
    name            text        COLLATE "C" PRIMARY KEY
                                CONSTRAINT secrets_name_known
                                CHECK (name ~ '^[A-Za-z_][A-Za-z0-9_.-]{0,99}$'),
    sealed          text        NOT NULL
                                CONSTRAINT secrets_sealed
                                CHECK (sealed ~ '^mcp1:[0-9a-f]{8}:[A-Za-z0-9_-]{39,}$' AND length(sealed) <= 100000),
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    updated_by      name        NOT NULL
);

COMMENT ON TABLE mcp.secrets IS
'Secrets that configs name as {"secret": name}, sealed by a key that only mcpd has.';
COMMENT ON COLUMN mcp.secrets.name IS 'What configs say.';
COMMENT ON COLUMN mcp.secrets.sealed IS 'AES-256-GCM: mcp1, which key, nonce and ciphertext and tag in base64url.';
COMMENT ON COLUMN mcp.secrets.created_at IS 'When there first was a secret of that name.';
COMMENT ON COLUMN mcp.secrets.updated_at IS 'When it was last set.';
COMMENT ON COLUMN mcp.secrets.updated_by IS 'The role that set it.';

SELECT pg_catalog.pg_extension_config_dump('mcp.secrets', '');

CREATE FUNCTION mcp.set_secret(name text, sealed text)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    is_new      boolean;
BEGIN
    IF name IS NULL OR name !~ '^[A-Za-z_][A-Za-z0-9_.-]{0,99}$' THEN
        RAISE EXCEPTION 'invalid name of a secret: %', coalesce(quote_literal(left(name, 100)), 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Use up to 100 letters, digits, "_", "." and "-", a letter or "_" first.';
    END IF;
    -- The text is not quoted: it may be what should have been sealed.
    IF sealed IS NULL OR length(sealed) > 100000 OR sealed !~ '^mcp1:[0-9a-f]{8}:[A-Za-z0-9_-]{39,}$' THEN
        RAISE EXCEPTION 'the value of secret "%" is not sealed', name
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Seal it by mcpd --seal NAME, or use PUT /secrets/{name}. A plain text that was sent here may stand in logs: change it.';
    END IF;
    INSERT INTO mcp.secrets AS s (name, sealed, updated_by)
    VALUES (set_secret.name, set_secret.sealed, mcp._actor())
    ON CONFLICT ON CONSTRAINT secrets_pkey DO UPDATE
    SET sealed = excluded.sealed,
        updated_at = now(),
        updated_by = excluded.updated_by
    RETURNING s.xmax = 0 INTO is_new;
    PERFORM mcp._audit(CASE WHEN is_new THEN 'create' ELSE 'update' END,
                       'secret', name, name, NULL,
                       jsonb_build_object('key', substr(sealed, 6, 8)));
END
$$;

COMMENT ON FUNCTION mcp.set_secret(text, text) IS
'Stores a secret that mcpd has sealed: printf %s "$VALUE" | mcpd --seal NAME prints what to give. A plain text is refused, for the database must not know it.';

CREATE FUNCTION mcp.drop_secret(name text)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM mcp.secrets AS s
    WHERE s.name = drop_secret.name;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'secret % does not exist', coalesce(quote_literal(left(name, 100)), 'NULL')
            USING ERRCODE = 'MC020';
    END IF;
    PERFORM mcp._audit('delete', 'secret', name, name, NULL, NULL);
END
$$;

COMMENT ON FUNCTION mcp.drop_secret(text) IS
'Removes a secret. MCPs that name it fail from then on. Raises MC020 for an unknown one.';

CREATE FUNCTION mcp.list_secrets()
RETURNS TABLE (name text, key text, created_at timestamptz, updated_at timestamptz, updated_by name)
LANGUAGE sql
STABLE
PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT s.name, substr(s.sealed, 6, 8), s.created_at, s.updated_at, s.updated_by
    FROM mcp.secrets AS s
    ORDER BY s.name
$$;

COMMENT ON FUNCTION mcp.list_secrets() IS
'The names of secrets, and which key each is sealed by. Nobody is shown a value.';

CREATE FUNCTION mcp.get_sealed_secrets(names jsonb DEFAULT NULL)
RETURNS jsonb
LANGUAGE sql
STABLE
PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(jsonb_object_agg(s.name, s.sealed), '{}')
    FROM mcp.secrets AS s
    WHERE names IS NULL
       OR names ? s.name
$$;

COMMENT ON FUNCTION mcp.get_sealed_secrets(jsonb) IS
'Secrets as they are sealed, {name: text}, all or those of a list of names: for daemons, which have the key.';

-- What is sealed anew is compared with what was read: a secret that was set
-- meanwhile stays as it was set.
CREATE FUNCTION mcp.reseal_secrets(changes jsonb)
RETURNS integer
LANGUAGE sql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    WITH resealed AS (
        UPDATE mcp.secrets AS s
        SET sealed = c.change ->> 'new'
        FROM jsonb_each(changes) AS c (name, change)
        WHERE s.name = c.name
          AND s.sealed = c.change ->> 'old'
        RETURNING s.name, c.change
    ), audited AS (
        SELECT mcp._audit('reseal', 'secret', r.name, r.name,
                          jsonb_build_object('key', substr(r.change ->> 'old', 6, 8)),
                          jsonb_build_object('key', substr(r.change ->> 'new', 6, 8)))
        FROM resealed AS r
    )
    SELECT count(*)::integer
    FROM audited
$$;

COMMENT ON FUNCTION mcp.reseal_secrets(jsonb) IS
'Puts the same secrets, sealed by another key, in place of what they were, {name: {old, new}}, and returns how many: what was set meanwhile stays. For daemons: POST /secrets/rotate.';
