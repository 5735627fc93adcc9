-- Levels are given to roles and taken from them.
--
-- What role_grants says is what counts, the GRANTs follow from it: so they can be made
-- anew whenever functions came or a dump was restored, and taking one level
-- leaves what another still allows.

CREATE FUNCTION mcp.refresh_grants(role regrole DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    granted     record;
    signature   regprocedure;
BEGIN
    FOR granted IN
        SELECT g.role_name, g.level
        FROM mcp.role_grants AS g
        JOIN pg_roles AS r ON r.rolname = g.role_name
        WHERE refresh_grants.role IS NULL
           OR r.oid = refresh_grants.role
    LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA mcp TO %I', granted.role_name);
        FOR signature IN
            SELECT f FROM mcp._functions_of(granted.level) AS f
        LOOP
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I',
                           signature, granted.role_name);
        END LOOP;
    END LOOP;
END
$$;

COMMENT ON FUNCTION mcp.refresh_grants(regrole) IS
'Grants again what role_grants says, to one role or to all: after an upgrade that brought new functions, and after a restore.';

-- Deferred, because a GRANT inside the script of an upgrade would be taken for an
-- initial privilege, which no dump carries.  After a restore it gives the roles what
-- the dump could not know: functions of a later version.
CREATE FUNCTION mcp._refresh_grants_of_role()
RETURNS trigger
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM mcp.refresh_grants(r.oid)
    FROM pg_roles AS r
    WHERE r.rolname = NEW.role_name;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION mcp._refresh_grants_of_role() IS
'Trigger: mcp.refresh_grants for the role of the row.';

CREATE CONSTRAINT TRIGGER role_grants_refresh
    AFTER INSERT OR UPDATE ON mcp.role_grants
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW
    EXECUTE FUNCTION mcp._refresh_grants_of_role();

COMMENT ON TRIGGER role_grants_refresh ON mcp.role_grants IS
'At the commit of an upgrade or a restore, roles get the functions that are new.';

CREATE FUNCTION mcp._check_level(level text)
RETURNS void
LANGUAGE plpgsql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF mcp._levels_of(level) IS NULL THEN
        RAISE EXCEPTION 'unknown level %', coalesce(quote_literal(level), 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Levels are viewer, operator, developer, admin and worker.';
    END IF;
END
$$;

COMMENT ON FUNCTION mcp._check_level(text) IS
'Raises unless the text names a level.';

CREATE FUNCTION mcp.grant_role(role regrole, level text)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM mcp._check_level(level);
    IF role IS NULL THEN
        RAISE EXCEPTION 'role must not be null'
            USING ERRCODE = 'null_value_not_allowed';
    END IF;
    INSERT INTO mcp.role_grants (role_name, level, granted_by)
    SELECT r.rolname, grant_role.level, mcp._actor()
    FROM pg_roles AS r
    WHERE r.oid = role
    ON CONFLICT DO NOTHING;
    IF FOUND THEN
        PERFORM mcp._audit('grant', 'role', role::text, role::text,
                           NULL, jsonb_build_object('level', level));
    END IF;
    PERFORM mcp.refresh_grants(role);
END
$$;

COMMENT ON FUNCTION mcp.grant_role(regrole, text) IS
'Lets a role call the functions of a level: viewer, operator, developer, admin or worker. The role must exist; granting again changes nothing.';

CREATE FUNCTION mcp.revoke_role(role regrole, level text)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    who         name;
    signature   regprocedure;
BEGIN
    PERFORM mcp._check_level(level);
    DELETE FROM mcp.role_grants AS g
    USING pg_roles AS r
    WHERE r.oid = role
      AND g.role_name = r.rolname
      AND g.level = revoke_role.level
    RETURNING g.role_name INTO who;
    IF who IS NULL THEN
        RAISE EXCEPTION 'role % was not granted level %', role, quote_literal(level)
            USING ERRCODE = 'undefined_object',
                  HINT = 'mcp.role_grants lists what was granted.';
    END IF;
    FOR signature IN
        SELECT f FROM mcp._functions_of(level) AS f
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM %I', signature, who);
    END LOOP;
    EXECUTE format('REVOKE USAGE ON SCHEMA mcp FROM %I', who);
    -- What another of its levels still allows is granted anew.
    PERFORM mcp.refresh_grants(role);
    PERFORM mcp._audit('revoke', 'role', role::text, role::text,
                       jsonb_build_object('level', level), NULL);
END
$$;

COMMENT ON FUNCTION mcp.revoke_role(regrole, text) IS
'Takes a level from a role; what another level of the role allows stays. Raises undefined_object where the level was not granted.';
