-- Results that are used again: of steps that say so, for equal inputs of the same
-- version.

-- A log of its own would only repeat what step_runs has; after a crash the cache
-- begins anew, and so does a restored database.
CREATE UNLOGGED TABLE mcp.step_cache (
    key             bytea       PRIMARY KEY,
    mcp_version_id  uuid        NOT NULL,
    result          jsonb,
    stored_at       timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL
);

COMMENT ON TABLE mcp.step_cache IS
'Results of steps with "cache", by what they were made of. mcp.maintain() lets go of what has expired.';

COMMENT ON COLUMN mcp.step_cache.key IS 'SHA-256 of the id of the version and of its inputs as canonical JSON.';
COMMENT ON COLUMN mcp.step_cache.mcp_version_id IS 'The version that gave the result.';
COMMENT ON COLUMN mcp.step_cache.result IS 'What it resulted in; null: null.';
COMMENT ON COLUMN mcp.step_cache.stored_at IS 'When it did.';
COMMENT ON COLUMN mcp.step_cache.expires_at IS 'Until when it is used again.';

CREATE INDEX step_cache_expiry ON mcp.step_cache (expires_at);
CREATE INDEX step_cache_version ON mcp.step_cache (mcp_version_id);

CREATE FUNCTION mcp.clear_step_cache(mcp text DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wanted      uuid := CASE WHEN mcp IS NOT NULL THEN (mcp.get_mcp(mcp) ->> 'id')::uuid END;
    gone        bigint;
BEGIN
    DELETE FROM mcp.step_cache AS c
    WHERE wanted IS NULL
       OR c.mcp_version_id IN (SELECT v.id FROM mcp.mcp_versions AS v WHERE v.mcp_id = wanted);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

COMMENT ON FUNCTION mcp.clear_step_cache(text) IS
'Forgets the cached results of an MCP (id or slug), or all; how many there were. Raises MC020 for an unknown MCP.';
