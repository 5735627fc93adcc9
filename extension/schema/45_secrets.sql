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

-- Roles by name: a dump restores where their oids are strangers'.
CREATE TABLE mcp.secret_grants (
    secret          text        COLLATE "C" NOT NULL
                                REFERENCES mcp.secrets (name) ON DELETE CASCADE,
    role_name       name        NOT NULL,
    granted_at      timestamptz NOT NULL DEFAULT now(),
    granted_by      name        NOT NULL,
    PRIMARY KEY (secret, role_name)
);

COMMENT ON TABLE mcp.secret_grants IS
'Who may name a secret in a config, beside admins.';
COMMENT ON COLUMN mcp.secret_grants.secret IS 'Which secret; the grants go with it.';
COMMENT ON COLUMN mcp.secret_grants.role_name IS 'The role that may, and all that inherit from it.';
COMMENT ON COLUMN mcp.secret_grants.granted_at IS 'Since when.';
COMMENT ON COLUMN mcp.secret_grants.granted_by IS 'The role that granted it.';

SELECT pg_catalog.pg_extension_config_dump('mcp.secrets', '');
SELECT pg_catalog.pg_extension_config_dump('mcp.secret_grants', '');

-- The same rule as access.h has of admins, for any role.
CREATE FUNCTION mcp._may_use_secret(role_name name, secret text, is_by_grant boolean DEFAULT false)
RETURNS boolean
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM pg_roles AS r
        WHERE r.rolname = _may_use_secret.role_name
          AND ((NOT is_by_grant
                AND (r.rolsuper
                     OR EXISTS (
                           SELECT FROM pg_namespace AS n
                           WHERE n.nspname = 'mcp'
                             AND pg_has_role(r.oid, n.nspowner, 'USAGE'))
                     OR EXISTS (
                           SELECT FROM mcp.role_grants AS a
                           JOIN pg_roles AS g ON g.rolname = a.role_name
                           WHERE a.level = 'admin'
                             AND pg_has_role(r.oid, g.oid, 'USAGE'))))
               OR EXISTS (
                     SELECT FROM mcp.secret_grants AS s
                     JOIN pg_roles AS g ON g.rolname = s.role_name
                     WHERE s.secret = _may_use_secret.secret
                       AND pg_has_role(r.oid, g.oid, 'USAGE'))))
$$;

COMMENT ON FUNCTION mcp._may_use_secret(name, text, boolean) IS
'Whether a role was granted a secret, by itself or a role that it inherits from, or (not is_by_grant) is an admin.';

-- A key without a role acts as the daemon's, which is an admin; its level says what
-- it is.
CREATE FUNCTION mcp._writer_may_use_secret(role_name text, secret text)
RETURNS boolean
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT mcp._may_use_secret(
               role_name::name, secret,
               coalesce(current_setting('mcp.key_level', true), '') NOT IN ('', 'admin'))
$$;

COMMENT ON FUNCTION mcp._writer_may_use_secret(text, text) IS
'Whether the role, as who asks now, may name a secret in a config.';

CREATE FUNCTION mcp.grant_secret(name text, role regrole)
RETURNS void
LANGUAGE plpgsql
VOLATILE
STRICT
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    grantee     CONSTANT name := pg_get_userbyid(role);
BEGIN
    PERFORM FROM mcp.secrets AS s
    WHERE s.name = grant_secret.name
    FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'secret % does not exist', quote_literal(left(name, 100))
            USING ERRCODE = 'MC020';
    END IF;
    INSERT INTO mcp.secret_grants (secret, role_name, granted_by)
    VALUES (grant_secret.name, grantee, mcp._actor())
    ON CONFLICT DO NOTHING;
    IF FOUND THEN
        PERFORM mcp._audit('grant', 'secret', name, name, NULL, jsonb_build_object('role', grantee));
    END IF;
END
$$;

COMMENT ON FUNCTION mcp.grant_secret(text, regrole) IS
'Lets a role, and all that inherit from it, name a secret in the configs of MCPs. Raises MC020 for an unknown secret.';

CREATE FUNCTION mcp.revoke_secret(name text, role text)
RETURNS void
LANGUAGE plpgsql
VOLATILE
STRICT
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM mcp.secret_grants AS g
    WHERE g.secret = revoke_secret.name
      AND g.role_name = revoke_secret.role;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'secret % is not granted to role %', quote_literal(left(name, 100)), quote_literal(left(role, 100))
            USING ERRCODE = 'MC020';
    END IF;
    PERFORM mcp._audit('revoke', 'secret', name, name, jsonb_build_object('role', role), NULL);
END
$$;

COMMENT ON FUNCTION mcp.revoke_secret(text, text) IS
'Takes a secret from a role, which may be gone by now: the next attempt of an MCP that it owns is refused the secret. Raises MC020 where it was not granted.';

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
RETURNS TABLE (name text, key text, created_at timestamptz, updated_at timestamptz, updated_by name, roles name[])
LANGUAGE sql
STABLE
PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT s.name, substr(s.sealed, 6, 8), s.created_at, s.updated_at, s.updated_by,
           ARRAY(SELECT g.role_name
                 FROM mcp.secret_grants AS g
                 WHERE g.secret = s.name
                 ORDER BY g.role_name)
    FROM mcp.secrets AS s
    ORDER BY s.name
$$;

COMMENT ON FUNCTION mcp.list_secrets() IS
'The names of secrets, which key each is sealed by, and which roles may use it beside admins. Nobody is shown a value.';

CREATE FUNCTION mcp.get_sealed_secrets(names jsonb DEFAULT NULL, mcp_version_id uuid DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    refused     record;
BEGIN
    SELECT d.owner, d.name AS mcp, n.name AS secret
    INTO refused
    FROM mcp.mcp_versions AS v
    JOIN mcp.mcp_definitions AS d ON d.id = v.mcp_id
    CROSS JOIN jsonb_array_elements_text(names) AS n (name)
    WHERE v.id = mcp_version_id
      AND NOT mcp._may_use_secret(d.owner, n.name)
    ORDER BY n.name
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'role "%", which owns MCP "%", may not use secret "%"', refused.owner, refused.mcp, refused.secret
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'An admin can grant it: mcp.grant_secret(name, role).';
    END IF;
    RETURN (
        SELECT coalesce(jsonb_object_agg(s.name, s.sealed), '{}')
        FROM mcp.secrets AS s
        WHERE names IS NULL
           OR names ? s.name);
END
$$;

COMMENT ON FUNCTION mcp.get_sealed_secrets(jsonb, uuid) IS
'Secrets as they are sealed, {name: text}, all or those of a list of names: for daemons, which have the key. Raises 42501 where the owner of the MCP of a version may not use one of them.';

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
