-- Versions compared, and versions that are not to be used any more.

CREATE FUNCTION mcp.diff_mcp_versions(mcp text, a text, b text)
RETURNS TABLE (path text, change text, old jsonb, new jsonb)
LANGUAGE sql
STABLE
STRICT
PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT d.path, d.change, d.old_value, d.new_value
    FROM (SELECT mcp.get_mcp_version($1, $2) AS a, mcp.get_mcp_version($1, $3) AS b) AS v
    CROSS JOIN LATERAL mcp._json_diff(
        jsonb_build_object(
            'description', v.a -> 'description',
            'config', v.a -> 'config',
            'input_schema', v.a -> 'input_schema',
            'output_schema', v.a -> 'output_schema'),
        jsonb_build_object(
            'description', v.b -> 'description',
            'config', v.b -> 'config',
            'input_schema', v.b -> 'input_schema',
            'output_schema', v.b -> 'output_schema')) AS d
$$;

COMMENT ON FUNCTION mcp.diff_mcp_versions(text, text, text) IS
'What became different from version a of an MCP to version b, each difference as deep as it lies; change is added, removed or changed. latest is a version too. Raises MC020 for an unknown MCP or version.';

CREATE FUNCTION mcp.diff_workflow_versions(workflow text, a integer, b integer)
RETURNS TABLE (path text, change text, old jsonb, new jsonb)
LANGUAGE plpgsql
STABLE
STRICT
PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wanted CONSTANT uuid := mcp._workflow_id_of(workflow);
    missing     integer;
BEGIN
    SELECT n.version
    INTO missing
    FROM unnest(ARRAY[a, b]) AS n (version)
    WHERE NOT EXISTS (
        SELECT FROM mcp.workflow_versions AS v
        WHERE v.workflow_id = wanted
          AND v.version = n.version)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'workflow "%" has no version %', left(workflow, 100), missing
            USING ERRCODE = 'MC020',
                  HINT = 'mcp.list_workflow_versions() shows those there are.';
    END IF;
    RETURN QUERY
        SELECT d.path, d.change, d.old_value, d.new_value
        FROM mcp.workflow_versions AS va
        JOIN mcp.workflow_versions AS vb USING (workflow_id)
        CROSS JOIN LATERAL mcp._json_diff(va.definition, vb.definition, 'step_id') AS d
        WHERE va.workflow_id = wanted
          AND va.version = a
          AND vb.version = b;
END
$$;

COMMENT ON FUNCTION mcp.diff_workflow_versions(text, integer, integer) IS
'What became different from version a of a workflow to version b, each difference as deep as it lies; steps are told apart by step_id, not by place. Raises MC020 for an unknown workflow or version.';

CREATE FUNCTION mcp.deprecate_mcp_version(mcp text, version_str text, reason text DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    before CONSTANT jsonb := mcp.get_mcp_version(mcp, version_str);
    wanted CONSTANT uuid := (before ->> 'id')::uuid;
    after       jsonb;
BEGIN
    -- Locks the MCP, and is refused to whoever does not own it.
    PERFORM mcp.update_mcp(mcp, '{}');
    UPDATE mcp.mcp_versions AS v
    SET deprecated_at = coalesce(v.deprecated_at, now()),
        deprecation_reason = reason
    WHERE v.id = wanted;
    PERFORM mcp._keep_mcp((before ->> 'mcp_id')::uuid);
    after := mcp.get_mcp_version_by_id(wanted);
    PERFORM mcp._audit('deprecate', 'mcp_version', before ->> 'mcp_id',
                       format('%s@%s', before ->> 'mcp_slug', before ->> 'version_str'),
                       before, after);
    RETURN after;
END
$$;

COMMENT ON FUNCTION mcp.deprecate_mcp_version(text, text, text) IS
'Marks a version as one that is not to be used any more: it still runs where it is named, lists show it with the reason, and the latest is another while there is one. Returns it as mcp.get_mcp_version does. Raises MC020 for an unknown one.';
