-- MCPs: define, read, change, delete; and their versions.
--
-- An argument `mcp` is an id or a slug.  One that does not exist raises MC020,
-- whether or not it could be an id.

CREATE FUNCTION mcp.create_mcp(definition jsonb)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_create_mcp'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.create_mcp(jsonb) IS
'Defines an MCP with its first version and returns it in full. Takes {name, type, description, tags, slug, initial_config, initial_version_str, initial_version_description, input_schema, output_schema}; raises the first problem of mcp.validate_mcp.';

CREATE FUNCTION mcp.validate_mcp(definition jsonb)
RETURNS TABLE (sqlstate text, rule text, path text, message text, hint text)
AS 'MODULE_PATHNAME', 'mcp_validate_mcp'
LANGUAGE C STABLE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.validate_mcp(jsonb) IS
'All that is wrong with a definition for mcp.create_mcp, one problem to a row; no row, no problem.';

CREATE FUNCTION mcp.validate_mcp_changes(changes jsonb)
RETURNS TABLE (sqlstate text, rule text, path text, message text, hint text)
AS 'MODULE_PATHNAME', 'mcp_validate_mcp_changes'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION mcp.validate_mcp_changes(jsonb) IS
'All that is wrong with changes for mcp.update_mcp, one problem to a row; no row, no problem.';

CREATE FUNCTION mcp.validate_mcp_version(mcp text, version jsonb)
RETURNS TABLE (sqlstate text, rule text, path text, message text, hint text)
AS 'MODULE_PATHNAME', 'mcp_validate_mcp_version'
LANGUAGE C STABLE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.validate_mcp_version(text, jsonb) IS
'All that is wrong with a version for mcp.add_mcp_version, one problem to a row; no row, no problem.';

CREATE FUNCTION mcp.get_mcp(mcp text)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_get_mcp'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.get_mcp(text) IS
'One MCP, by id or slug: {id, name, slug, type, description, tags, created_at, updated_at, latest_version_str, latest_version_config, owner, revision}.';

CREATE FUNCTION mcp._find_mcp(mcp text)
RETURNS uuid
AS 'MODULE_PATHNAME', 'mcp_find_mcp'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED;

COMMENT ON FUNCTION mcp._find_mcp(text) IS
'The id of an MCP, by id or slug.';

-- A type of its own: plpgsql cannot have "type" as an argument and a column.
CREATE TYPE mcp.listed_mcp AS (
    id              uuid,
    name            text,
    slug            text,
    type            text,
    description     text,
    tags            text[],
    latest_version_str text,
    updated_at      timestamptz
);

COMMENT ON TYPE mcp.listed_mcp IS
'A row of mcp.list_mcps.';

-- The page is found in an index alone where that can be, and only its rows are
-- read; so each call is planned for the filters it has.
CREATE FUNCTION mcp.list_mcps(
    query           text        DEFAULT NULL,
    type            text        DEFAULT NULL,
    tag             text        DEFAULT NULL,
    skip            integer     DEFAULT 0,
    max_rows        integer     DEFAULT 100,
    after           uuid        DEFAULT NULL
)
RETURNS SETOF mcp.listed_mcp
LANGUAGE plpgsql
STABLE
PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
    PERFORM mcp._check_page(skip, max_rows);
    RETURN QUERY
    WITH page AS (
        SELECT d.id
        FROM mcp.mcp_definitions AS d
        WHERE (query IS NULL
               OR position(lower(query) IN lower(d.name)) > 0
               OR position(lower(query) IN d.slug) > 0
               OR position(lower(query) IN lower(d.description)) > 0)
          AND (list_mcps.type IS NULL OR d.type = list_mcps.type)
          AND (tag IS NULL OR d.tags @> ARRAY[tag])
          AND (after IS NULL OR d.id > after)
        ORDER BY d.id
        OFFSET skip
        LIMIT max_rows
    )
    SELECT d.id, d.name, d.slug, d.type, d.description, d.tags,
           d.latest_version_str, d.updated_at
    FROM page AS p
    JOIN mcp.mcp_definitions AS d ON d.id = p.id
    ORDER BY d.id;
END
$$;

COMMENT ON FUNCTION mcp.list_mcps(text, text, text, integer, integer, uuid) IS
'MCPs in the order they were made: those with the query in name, slug or description (case does not matter), of the type, and with the tag, where these are given; and behind the id after, which is how one pages through many.';

CREATE FUNCTION mcp.update_mcp(
    mcp             text,
    changes         jsonb,
    expected_version text       DEFAULT NULL,
    expected_revision integer   DEFAULT NULL
)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_update_mcp'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.update_mcp(text, jsonb, text, integer) IS
'Changes name, description or tags of an MCP: those given change, the rest stays. Returns it in full. Raises MC022, and changes nothing, where expected_revision or expected_version is given and is not the revision or the latest version that it has; the revision counts every change, of the name or of the versions. What the MCP does changes by mcp.add_mcp_version.';

CREATE FUNCTION mcp.delete_mcp(
    mcp             text,
    force           boolean     DEFAULT false,
    expected_revision integer   DEFAULT NULL
)
RETURNS void
AS 'MODULE_PATHNAME', 'mcp_delete_mcp'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.delete_mcp(text, boolean, integer) IS
'Deletes an MCP with all its versions. While a workflow uses it this raises MC021, unless by force. Raises MC022 where expected_revision is given and is not the revision that it has.';

CREATE FUNCTION mcp.add_mcp_version(
    mcp             text,
    version         jsonb,
    expected_version text       DEFAULT NULL
)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_add_mcp_version'
LANGUAGE C VOLATILE PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.add_mcp_version(text, jsonb, text) IS
'Raises MC022, and changes nothing, where expected_version is given and is not the latest. Adds a version {version_str, description, config, input_schema, output_schema} to an MCP and returns it as mcp.get_mcp_version does. The highest release is the latest, whichever was added last; a prerelease only where there is no release.';

CREATE FUNCTION mcp.list_mcp_versions(mcp text)
RETURNS TABLE (
    id              uuid,
    version_str     text,
    description     text,
    config          jsonb,
    created_at      timestamptz,
    deprecated_at   timestamptz,
    deprecation_reason text
)
LANGUAGE plpgsql
STABLE
STRICT
PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    -- Found first: a join would never ask where no version is.
    wanted CONSTANT uuid := mcp._find_mcp($1);
BEGIN
    RETURN QUERY
    SELECT v.id, v.version_str, v.description, v.config_snapshot, v.created_at,
           v.deprecated_at, v.deprecation_reason
    FROM mcp.mcp_versions AS v
    WHERE v.mcp_id = wanted
    ORDER BY v.version_key DESC, v.id DESC;
END
$$;

COMMENT ON FUNCTION mcp.list_mcp_versions(text) IS
'The versions of an MCP, the highest semantic version first.';

CREATE FUNCTION mcp.get_mcp_version(mcp text, version_str text)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_get_mcp_version'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.get_mcp_version(text, text) IS
'One version of an MCP: {id, mcp_id, mcp_name, mcp_slug, type, executor, version_str, description, config, config_hash, input_schema, output_schema, created_at}. The version may be ''latest''.';

CREATE FUNCTION mcp.get_mcp_version_by_id(version_id uuid)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'mcp_get_mcp_version_by_id'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION mcp.get_mcp_version_by_id(uuid) IS
'One version by its own id, as mcp.get_mcp_version gives it: what a worker needs to run a task.';
