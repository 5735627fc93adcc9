-- Whose a definition is, and whose it becomes.

CREATE FUNCTION mcp._check_owner(kind text, name text, owner name)
RETURNS void
AS 'MODULE_PATHNAME', 'mcp_check_owner'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED;

COMMENT ON FUNCTION mcp._check_owner(text, text, name) IS
'Raises 42501 unless the actor is the owner, inherits from it, or is an admin; kind and name are for the message.';

CREATE FUNCTION mcp._check_heir(owner regrole)
RETURNS void
AS 'MODULE_PATHNAME', 'mcp_check_heir'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED;

COMMENT ON FUNCTION mcp._check_heir(regrole) IS
'Raises 42501 unless the actor is a member of the role, or an admin.';

CREATE FUNCTION mcp.set_mcp_owner(mcp text, owner regrole)
RETURNS void
LANGUAGE plpgsql
VOLATILE
STRICT
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    before      record;
    new_owner   CONSTANT name := pg_get_userbyid(set_mcp_owner.owner);
BEGIN
    SELECT d.id, d.name, d.owner
    INTO before
    FROM mcp.mcp_definitions AS d
    WHERE d.id = mcp._find_mcp(mcp)
    FOR NO KEY UPDATE;
    PERFORM mcp._check_owner('MCP', before.name, before.owner);
    PERFORM mcp._check_heir(set_mcp_owner.owner);
    UPDATE mcp.mcp_definitions AS d
    SET owner = new_owner
    WHERE d.id = before.id
      AND d.owner <> new_owner;
    IF FOUND THEN
        PERFORM mcp._audit('update', 'mcp', before.id::text, before.name,
                           jsonb_build_object('owner', before.owner),
                           jsonb_build_object('owner', new_owner));
    END IF;
END
$$;

COMMENT ON FUNCTION mcp.set_mcp_owner(text, regrole) IS
'Gives an MCP to another role. Its owner may, if it is a member of that role, and an admin always; 42501 for others.';

CREATE FUNCTION mcp.set_workflow_owner(workflow text, owner regrole)
RETURNS void
LANGUAGE plpgsql
VOLATILE
STRICT
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    before      record;
    new_owner   CONSTANT name := pg_get_userbyid(set_workflow_owner.owner);
BEGIN
    SELECT d.workflow_id, d.name, d.owner
    INTO before
    FROM mcp.workflow_definitions AS d
    WHERE d.workflow_id = mcp._find_workflow(workflow)
    FOR NO KEY UPDATE;
    PERFORM mcp._check_owner('workflow', before.name, before.owner);
    PERFORM mcp._check_heir(set_workflow_owner.owner);
    UPDATE mcp.workflow_definitions AS d
    SET owner = new_owner
    WHERE d.workflow_id = before.workflow_id
      AND d.owner <> new_owner;
    IF FOUND THEN
        PERFORM mcp._audit('update', 'workflow', before.workflow_id::text, before.name,
                           jsonb_build_object('owner', before.owner),
                           jsonb_build_object('owner', new_owner));
    END IF;
END
$$;

COMMENT ON FUNCTION mcp.set_workflow_owner(text, regrole) IS
'Gives a workflow to another role. Its owner may, if it is a member of that role, and an admin always; 42501 for others.';
