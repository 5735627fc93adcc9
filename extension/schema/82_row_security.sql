-- Rows belong to somebody, for those too who were given a table.
--
-- Our functions run as the owner of the tables and ask access.h instead.  A DBA
-- who grants a table to a role for reports or repairs finds the same rule here:
-- everybody reads, and changes what is his.
--
-- "His" is spelled out in each policy: a policy calls its functions with the rights
-- of who asks, and no function of ours is granted with a table.  pg_has_role() alone
-- would raise for an owner that was dropped since.

ALTER TABLE mcp.mcp_definitions ENABLE ROW LEVEL SECURITY;
ALTER TABLE mcp.mcp_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE mcp.workflow_definitions ENABLE ROW LEVEL SECURITY;
ALTER TABLE mcp.workflow_versions ENABLE ROW LEVEL SECURITY;

CREATE POLICY everybody_reads ON mcp.mcp_definitions
    FOR SELECT
    USING (true);
CREATE POLICY owner_adds ON mcp.mcp_definitions
    FOR INSERT
    WITH CHECK (EXISTS (
        SELECT FROM pg_catalog.pg_roles AS r
        WHERE r.rolname = owner
          AND pg_catalog.pg_has_role(r.oid, 'USAGE')));
CREATE POLICY owner_changes ON mcp.mcp_definitions
    FOR UPDATE
    USING (EXISTS (
        SELECT FROM pg_catalog.pg_roles AS r
        WHERE r.rolname = owner
          AND pg_catalog.pg_has_role(r.oid, 'USAGE')));
CREATE POLICY owner_deletes ON mcp.mcp_definitions
    FOR DELETE
    USING (EXISTS (
        SELECT FROM pg_catalog.pg_roles AS r
        WHERE r.rolname = owner
          AND pg_catalog.pg_has_role(r.oid, 'USAGE')));

CREATE POLICY everybody_reads ON mcp.mcp_versions
    FOR SELECT
    USING (true);
CREATE POLICY owner_adds ON mcp.mcp_versions
    FOR INSERT
    WITH CHECK (EXISTS (
        SELECT FROM mcp.mcp_definitions AS d
        JOIN pg_catalog.pg_roles AS r ON r.rolname = d.owner
        WHERE d.id = mcp_id
          AND pg_catalog.pg_has_role(r.oid, 'USAGE')));

CREATE POLICY everybody_reads ON mcp.workflow_definitions
    FOR SELECT
    USING (true);
CREATE POLICY owner_adds ON mcp.workflow_definitions
    FOR INSERT
    WITH CHECK (EXISTS (
        SELECT FROM pg_catalog.pg_roles AS r
        WHERE r.rolname = owner
          AND pg_catalog.pg_has_role(r.oid, 'USAGE')));
CREATE POLICY owner_changes ON mcp.workflow_definitions
    FOR UPDATE
    USING (EXISTS (
        SELECT FROM pg_catalog.pg_roles AS r
        WHERE r.rolname = owner
          AND pg_catalog.pg_has_role(r.oid, 'USAGE')));
CREATE POLICY owner_deletes ON mcp.workflow_definitions
    FOR DELETE
    USING (EXISTS (
        SELECT FROM pg_catalog.pg_roles AS r
        WHERE r.rolname = owner
          AND pg_catalog.pg_has_role(r.oid, 'USAGE')));

CREATE POLICY everybody_reads ON mcp.workflow_versions
    FOR SELECT
    USING (true);
CREATE POLICY owner_adds ON mcp.workflow_versions
    FOR INSERT
    WITH CHECK (EXISTS (
        SELECT FROM mcp.workflow_definitions AS d
        JOIN pg_catalog.pg_roles AS r ON r.rolname = d.owner
        WHERE d.workflow_id = workflow_versions.workflow_id
          AND pg_catalog.pg_has_role(r.oid, 'USAGE')));

-- What was said to an assistant is between it and who said it.
ALTER TABLE mcp.assistant_memory ENABLE ROW LEVEL SECURITY;

CREATE POLICY owner_does ON mcp.assistant_memory
    USING (EXISTS (
        SELECT FROM pg_catalog.pg_roles AS r
        WHERE r.rolname = owner
          AND pg_catalog.pg_has_role(r.oid, 'USAGE')));
