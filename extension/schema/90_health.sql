-- What an operator asks first.

CREATE FUNCTION mcp._library_version()
RETURNS text
AS 'MODULE_PATHNAME', 'mcp_library_version'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mcp._library_version() IS
'The version the loaded library was built as; it may be ahead of the extension''s until ALTER EXTENSION mcp UPDATE.';

CREATE FUNCTION mcp.version_full()
RETURNS text
LANGUAGE sql
STABLE
PARALLEL SAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format('mcp %s, library %s, PostgreSQL %s',
                  e.extversion,
                  mcp._library_version(),
                  current_setting('server_version'))
    FROM pg_extension AS e
    WHERE e.extname = 'mcp'
$$;

COMMENT ON FUNCTION mcp.version_full() IS
'The versions of the extension, of its loaded library and of the server, in one line.';

CREATE FUNCTION mcp.health()
RETURNS jsonb
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_build_object(
        'extension_version', e.extversion,
        'library_version', mcp._library_version(),
        'is_in_recovery', pg_is_in_recovery(),
        'live_workers', (SELECT count(*)
                         FROM mcp.workers AS w
                         WHERE w.lease_until > clock_timestamp()),
        'oldest_ready_at', (SELECT min(created_at)
                            FROM mcp.live_runs AS l
                            WHERE l.status = 'PENDING'))
    FROM pg_extension AS e
    WHERE e.extname = 'mcp'
$$;

COMMENT ON FUNCTION mcp.health() IS
'{extension_version, library_version, is_in_recovery, live_workers, oldest_ready_at}: what tells whether work moves. oldest_ready_at is when the oldest run that no worker has begun was started.';

CREATE FUNCTION mcp.stats()
RETURNS jsonb
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    WITH kinds AS (
        SELECT d.type, count(*) AS n
        FROM mcp.mcp_definitions AS d
        GROUP BY d.type
    ), models AS (
        SELECT v.config_snapshot ->> 'model_name' AS model, count(*) AS n
        FROM mcp.mcp_definitions AS d
        JOIN mcp.mcp_versions AS v
          ON v.mcp_id = d.id
         AND v.version_str = d.latest_version_str
        WHERE v.config_snapshot ->> 'model_name' IS NOT NULL
        GROUP BY 1
    )
    SELECT jsonb_build_object(
        'total_servers', (SELECT coalesce(sum(n), 0) FROM kinds),
        'server_types', (SELECT coalesce(jsonb_object_agg(type, n), '{}') FROM kinds),
        'model_usage', (SELECT coalesce(jsonb_object_agg(model, n), '{}') FROM models),
        'total_workflows', (SELECT count(*) FROM mcp.workflow_definitions),
        'live_runs', (SELECT count(*) FROM mcp.live_runs),
        'live_workers', (SELECT count(*)
                         FROM mcp.workers AS w
                         WHERE w.lease_until > clock_timestamp()),
        'timestamp', clock_timestamp())
$$;

COMMENT ON FUNCTION mcp.stats() IS
'{total_servers, server_types: {type: n}, model_usage: {model: n}, total_workflows, live_runs, live_workers, timestamp}. Counts definitions and what lives, never history.';
