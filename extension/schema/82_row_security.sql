-- Rows belong to somebody, for those too who were given a table.
--
-- Our functions run as the owner of the tables and ask access.h instead.  A DBA
-- who grants a table to a role for reports or repairs finds the same rule here:
-- everybody reads, and changes what is his.

CREATE FUNCTION mcp._may_change(owner name)
RETURNS boolean
LANGUAGE sql
STABLE
PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM pg_roles AS r
        WHERE r.rolname = owner
          AND pg_has_role(current_user, r.oid, 'USAGE'))
$$;

COMMENT ON FUNCTION mcp._may_change(name) IS
'Whether the current role is the owner named, or inherits from it.';

ALTER TABLE mcp.mcp_definitions ENABLE ROW LEVEL SECURITY;
ALTER TABLE mcp.mcp_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE mcp.workflow_definitions ENABLE ROW LEVEL SECURITY;
ALTER TABLE mcp.workflow_versions ENABLE ROW LEVEL SECURITY;

CREATE POLICY everybody_reads ON mcp.mcp_definitions
    FOR SELECT
    USING (true);
CREATE POLICY owner_adds ON mcp.mcp_definitions
    FOR INSERT
    WITH CHECK (mcp._may_change(owner));
CREATE POLICY owner_changes ON mcp.mcp_definitions
    FOR UPDATE
    USING (mcp._may_change(owner))
    WITH CHECK (mcp._may_change(owner));
CREATE POLICY owner_deletes ON mcp.mcp_definitions
    FOR DELETE
    USING (mcp._may_change(owner));

CREATE POLICY everybody_reads ON mcp.mcp_versions
    FOR SELECT
    USING (true);
CREATE POLICY owner_adds ON mcp.mcp_versions
    FOR INSERT
    WITH CHECK (EXISTS (
        SELECT FROM mcp.mcp_definitions AS d
        WHERE d.id = mcp_id
          AND mcp._may_change(d.owner)));

CREATE POLICY everybody_reads ON mcp.workflow_definitions
    FOR SELECT
    USING (true);
CREATE POLICY owner_adds ON mcp.workflow_definitions
    FOR INSERT
    WITH CHECK (mcp._may_change(owner));
CREATE POLICY owner_changes ON mcp.workflow_definitions
    FOR UPDATE
    USING (mcp._may_change(owner))
    WITH CHECK (mcp._may_change(owner));
CREATE POLICY owner_deletes ON mcp.workflow_definitions
    FOR DELETE
    USING (mcp._may_change(owner));

CREATE POLICY everybody_reads ON mcp.workflow_versions
    FOR SELECT
    USING (true);
CREATE POLICY owner_adds ON mcp.workflow_versions
    FOR INSERT
    WITH CHECK (EXISTS (
        SELECT FROM mcp.workflow_definitions AS d
        WHERE d.workflow_id = workflow_versions.workflow_id
          AND mcp._may_change(d.owner)));
