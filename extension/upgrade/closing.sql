
-- What the upgrade made: a member without initial privileges, for the script of
-- each version gives them to all that it makes.  It belongs to the owner of the
-- extension, whoever upgrades, and PUBLIC has nothing.  What was there before is
-- left alone: a REVOKE in a script would write the grants of its day
-- into pg_init_privs, and pg_dump would leave them out from then on.
DO $$
DECLARE
    made        record;
BEGIN
    FOR made IN
        SELECT CASE
                   WHEN c.oid IS NULL THEN 'ROUTINE'       -- an aggregate too
                   WHEN c.relkind = 'S' THEN 'SEQUENCE'
                   ELSE 'TABLE'                            -- a view too
               END AS kind,
               CASE
                   WHEN c.oid IS NULL THEN d.objid::regprocedure::text
                   ELSE d.objid::regclass::text
               END AS name,
               e.extowner::regrole AS owner
        FROM pg_extension AS e
        JOIN pg_depend AS d
          ON d.refclassid = 'pg_extension'::regclass
         AND d.refobjid = e.oid
         AND d.deptype = 'e'
         AND d.classid IN ('pg_proc'::regclass, 'pg_class'::regclass)
        LEFT JOIN pg_class AS c
          ON d.classid = 'pg_class'::regclass
         AND c.oid = d.objid
        WHERE e.extname = 'mcp'
          AND NOT EXISTS (
                SELECT FROM pg_init_privs AS i
                WHERE i.classoid = d.classid
                  AND i.objoid = d.objid
                  AND i.objsubid = 0)
    LOOP
        EXECUTE format('ALTER %s %s OWNER TO %s', made.kind, made.name, made.owner);
        EXECUTE format('REVOKE ALL ON %s %s FROM PUBLIC', made.kind, made.name);
    END LOOP;
END
$$;

-- Roles get the functions that are new: the trigger role_grants_refresh waits for
-- the commit, for a GRANT in this script would become an initial privilege too.
UPDATE mcp.role_grants
SET granted_at = granted_at;
