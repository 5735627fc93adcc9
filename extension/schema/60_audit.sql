-- Who changed what, when: written in the transaction of the change, only ever
-- appended to.

CREATE TABLE mcp.audit_log (
    audit_id        uuid        PRIMARY KEY DEFAULT mcp.uuid_v7(),
    recorded_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor           name        NOT NULL,
    session_role    name        NOT NULL,
    application     text,
    action          text        NOT NULL,
    kind            text        NOT NULL,
    object_id       text        NOT NULL,
    object_name     text,
    changes         jsonb       NOT NULL
);

COMMENT ON TABLE mcp.audit_log IS
'One row for each change of a definition, a kind of MCP, a grant, a key or a policy, and for each act of control over a run.';
COMMENT ON COLUMN mcp.audit_log.actor IS
'The role that asked: the session''s, or what SET ROLE made of it.';
COMMENT ON COLUMN mcp.audit_log.changes IS
'What became different: an array of {path, change, old, new}. Of more than 256 KiB the rest is cut, and the last item says so: {path: $, change: cut, new: {differences: how many in all}}; in place of a value of more than 64 KiB stands {cut: its bytes}.';

CREATE INDEX audit_log_object ON mcp.audit_log (kind, object_id, audit_id);

CREATE FUNCTION mcp._refuse_audit_change()
RETURNS trigger
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION 'audit_log is only ever appended to'
        USING ERRCODE = 'insufficient_privilege',
              DETAIL = format('%s was tried.', tg_op);
END
$$;

COMMENT ON FUNCTION mcp._refuse_audit_change() IS
'Trigger: refuses whatever would change or remove a row of audit_log.';

CREATE TRIGGER audit_log_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE
    ON mcp.audit_log
    FOR EACH STATEMENT
    EXECUTE FUNCTION mcp._refuse_audit_change();

CREATE FUNCTION mcp._actor()
RETURNS name
AS 'MODULE_PATHNAME', 'mcp_actor'
LANGUAGE C STABLE STRICT PARALLEL RESTRICTED;

COMMENT ON FUNCTION mcp._actor() IS
'The role that asks, seen through SECURITY DEFINER: the session''s, or what SET ROLE made of it.';

-- 256 KiB of differences at most: who changes a workflow of megabytes at each of its
-- steps reads all of it in its versions, which are kept whole.
CREATE FUNCTION mcp._audit(
    action          text,
    kind            text,
    object_id       text,
    object_name     text,
    before          jsonb,
    after           jsonb)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO mcp.audit_log (
        actor, session_role, application, action, kind, object_id, object_name, changes)
    SELECT mcp._actor(),
           session_user,
           nullif(current_setting('application_name'), ''),
           _audit.action,
           _audit.kind,
           _audit.object_id,
           _audit.object_name,
           mcp._json_changes(
               coalesce(before, '{}'), coalesce(after, '{}'), 'step_id', 262144);
END
$$;

COMMENT ON FUNCTION mcp._audit(text, text, text, text, jsonb, jsonb) IS
'Appends a row to audit_log for a change from one document to another; null stands for none.';

CREATE FUNCTION mcp.list_audit(
    kind            text        DEFAULT NULL,
    object          text        DEFAULT NULL,
    actor           text        DEFAULT NULL,
    since           timestamptz DEFAULT NULL,
    skip            integer     DEFAULT 0,
    max_rows        integer     DEFAULT 100,
    after           uuid        DEFAULT NULL)
RETURNS TABLE (
    recorded_at     timestamptz,
    actor_name      text,
    action          text,
    object_kind     text,
    object_id       text,
    object_name     text,
    changes         jsonb,
    application     text,
    audit_id        uuid)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
    PERFORM mcp._check_page(skip, max_rows);
    RETURN QUERY
        SELECT a.recorded_at, a.actor::text, a.action, a.kind,
               a.object_id, a.object_name, a.changes, a.application, a.audit_id
        FROM mcp.audit_log AS a
        WHERE (list_audit.kind IS NULL OR a.kind = list_audit.kind)
          AND (object IS NULL OR object IN (a.object_id, a.object_name))
          AND (list_audit.actor IS NULL OR a.actor = list_audit.actor)
          AND (since IS NULL OR a.audit_id >= mcp.uuid_v7_floor(since))
          AND (after IS NULL OR a.audit_id < after)
        ORDER BY a.audit_id DESC
        OFFSET skip
        LIMIT max_rows;
END
$$;

COMMENT ON FUNCTION mcp.list_audit(text, text, text, timestamptz, integer, integer, uuid) IS
'The audit log, newest first, narrowed to a kind (mcp, mcp_version, workflow, mcp_type, constraint, json_schema, role, run), an object by id or name, an actor, or a time on, and to what is behind (older than) the id after.';
