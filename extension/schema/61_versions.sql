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

-- action is "deprecate" or "undeprecate", as the audit log will say.
CREATE FUNCTION mcp._mark_mcp_version(
    mcp             text,
    version_str     text,
    action          text,
    reason          text)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    before      jsonb;
    after       jsonb;
BEGIN
    -- Locks the MCP, and is refused to whoever does not own it.
    PERFORM mcp.update_mcp(mcp, '{}');
    before := mcp.get_mcp_version(mcp, version_str);
    UPDATE mcp.mcp_versions AS v
    SET deprecated_at = CASE action
                            WHEN 'deprecate' THEN coalesce(v.deprecated_at, now())
                        END,
        deprecation_reason = reason
    WHERE v.id = (before ->> 'id')::uuid;
    after := mcp.get_mcp_version_by_id((before ->> 'id')::uuid);
    IF before IS DISTINCT FROM after THEN
        PERFORM mcp._keep_mcp((before ->> 'mcp_id')::uuid);
        PERFORM mcp._audit(action, 'mcp_version', before ->> 'mcp_id',
                           format('%s@%s', before ->> 'mcp_slug', before ->> 'version_str'),
                           before, after);
    END IF;
    RETURN after;
END
$$;

COMMENT ON FUNCTION mcp._mark_mcp_version(text, text, text, text) IS
'Says of a version that it is not to be used any more, or that it is again.';

CREATE FUNCTION mcp.deprecate_mcp_version(mcp text, version_str text, reason text DEFAULT NULL)
RETURNS jsonb
LANGUAGE sql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT mcp._mark_mcp_version(mcp, version_str, 'deprecate', reason)
$$;

COMMENT ON FUNCTION mcp.deprecate_mcp_version(text, text, text) IS
'Marks a version as one that is not to be used any more: it still runs where it is named, lists show it with the reason, and the latest is another while there is one. Returns it as mcp.get_mcp_version does. Raises MC020 for an unknown one.';

CREATE FUNCTION mcp.undeprecate_mcp_version(mcp text, version_str text)
RETURNS jsonb
LANGUAGE sql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT mcp._mark_mcp_version(mcp, version_str, 'undeprecate', NULL)
$$;

COMMENT ON FUNCTION mcp.undeprecate_mcp_version(text, text) IS
'Takes back what mcp.deprecate_mcp_version said of a version; it may be the latest again. Returns it as mcp.get_mcp_version does.';

-- Whether anything is deprecated is asked at every start of a run.
CREATE INDEX mcp_versions_deprecated ON mcp.mcp_versions (id)
WHERE deprecated_at IS NOT NULL;

CREATE FUNCTION mcp._warn_of_deprecated(steps jsonb)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    used        record;
BEGIN
    FOR used IN
        SELECT DISTINCT d.name, d.latest_version_str, v.version_str, v.deprecation_reason
        FROM jsonb_array_elements(steps) AS s (step)
        JOIN mcp.mcp_definitions AS d
          ON d.id = (s.step ->> 'mcp_id')::uuid
        JOIN mcp.mcp_versions AS v
          ON v.mcp_id = d.id
         AND v.version_str = coalesce(s.step ->> 'mcp_version_id', d.latest_version_str)
        WHERE v.deprecated_at IS NOT NULL
        ORDER BY 1, 3
        LIMIT 5
    LOOP
        RAISE WARNING 'version "%" of MCP "%" is deprecated', used.version_str, used.name
            USING ERRCODE = '01P01',       -- deprecated_feature
                  DETAIL = coalesce('The reason given is: ' || used.deprecation_reason,
                                    'No reason was given.'),
                  HINT = CASE
                             WHEN used.version_str = used.latest_version_str
                             THEN 'It has no version that is not.'
                             ELSE format('The latest version is "%s".', used.latest_version_str)
                         END;
    END LOOP;
END
$$;

COMMENT ON FUNCTION mcp._warn_of_deprecated(jsonb) IS
'Warns of the deprecated versions that steps name, or would take as the latest; of five at most.';

-- A version goes with its MCP and never before it.
CREATE FUNCTION mcp._refuse_version_delete()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT FROM mcp.mcp_definitions AS d WHERE d.id = OLD.mcp_id) THEN
        RAISE EXCEPTION 'version "%" of an MCP that exists is never deleted', OLD.version_str
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Use mcp.deprecate_mcp_version(), or mcp.delete_mcp() for the whole MCP.';
    END IF;
    RETURN OLD;
END
$$;

COMMENT ON FUNCTION mcp._refuse_version_delete() IS
'Trigger: refuses to delete a version but by the deletion of its MCP.';

CREATE TRIGGER mcp_versions_are_kept
BEFORE DELETE ON mcp.mcp_versions
FOR EACH ROW
EXECUTE FUNCTION mcp._refuse_version_delete();

COMMENT ON TRIGGER mcp_versions_are_kept ON mcp.mcp_versions IS
'Workflows name versions, and runs have pinned them.';

CREATE TRIGGER mcp_versions_are_never_emptied
BEFORE TRUNCATE ON mcp.mcp_versions
FOR EACH STATEMENT
EXECUTE FUNCTION mcp._refuse_delete('Delete MCPs with mcp.delete_mcp(); their versions go with them.');

COMMENT ON TRIGGER mcp_versions_are_never_emptied ON mcp.mcp_versions IS
'TRUNCATE deletes rows without asking a row trigger.';
