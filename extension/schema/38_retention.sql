-- Retention: how long runs stay in history, and who said so.
--
-- Nothing goes by it here: 38_retention_runs.sql asks _retentions() when
-- mcp.maintain() comes by.

CREATE TABLE mcp.retention_rules (
    workflow_id     uuid        PRIMARY KEY,
    retention_days  numeric
                                CONSTRAINT retention_rules_days_positive
                                CHECK (retention_days > 0),
    set_by          name        NOT NULL,
    set_at          timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE mcp.retention_rules IS
'For how long the runs of a workflow stay in history, where mcp.set_retention said so.';

COMMENT ON COLUMN mcp.retention_rules.workflow_id IS 'The workflow; the nil UUID stands for all that say nothing.';
COMMENT ON COLUMN mcp.retention_rules.retention_days IS 'Days after their end; null: for ever.';
COMMENT ON COLUMN mcp.retention_rules.set_by IS 'Who said so.';
COMMENT ON COLUMN mcp.retention_rules.set_at IS 'When.';

SELECT pg_catalog.pg_extension_config_dump('mcp.retention_rules', '');

-- Also of workflows that are deleted, and of none: the runs of single MCPs.  What
-- set_retention said comes first, then what the workflow says of itself.
CREATE FUNCTION mcp._retentions()
RETURNS TABLE (workflow_id uuid, retention_days numeric, source text)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    default_days CONSTANT numeric := (
        SELECT r.retention_days
        FROM mcp.retention_rules AS r
        WHERE r.workflow_id = '00000000-0000-0000-0000-000000000000');
BEGIN
    RETURN QUERY
        SELECT w.workflow_id,
               CASE
                   WHEN r.workflow_id IS NOT NULL THEN r.retention_days
                   ELSE coalesce((v.definition ->> 'retention_days')::numeric, default_days)
               END,
               CASE
                   WHEN r.workflow_id IS NOT NULL THEN 'set'
                   WHEN v.definition ->> 'retention_days' IS NOT NULL THEN 'definition'
                   ELSE 'default'
               END
        FROM (SELECT f.workflow_id, max(f.version) AS version
              FROM mcp.workflow_versions AS f
              GROUP BY 1
              UNION ALL
              SELECT NULL, NULL) AS w
        LEFT JOIN mcp.workflow_versions AS v USING (workflow_id, version)
        LEFT JOIN mcp.retention_rules AS r USING (workflow_id);
END
$$;

COMMENT ON FUNCTION mcp._retentions() IS
'For how long the runs of each workflow are kept, and why; null days: for ever.';

CREATE FUNCTION mcp.list_retention()
RETURNS TABLE (workflow_id uuid, slug text, retention_days numeric, source text)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
        SELECT r.workflow_id, d.slug, r.retention_days, r.source
        FROM mcp._retentions() AS r
        LEFT JOIN mcp.workflow_definitions AS d USING (workflow_id)
        ORDER BY d.slug NULLS LAST, r.workflow_id NULLS LAST;
END
$$;

COMMENT ON FUNCTION mcp.list_retention() IS
'For how many days after their end the runs of each workflow are kept (null: for ever), and by what: set (mcp.set_retention), definition (its retention_days) or default. slug is null for workflows that are deleted; the row without a workflow_id is that of the runs of single MCPs.';

CREATE FUNCTION mcp.set_retention(
    days            numeric,
    workflow        text    DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wanted_id   uuid := coalesce(mcp._workflow_id_of(workflow),
                                 '00000000-0000-0000-0000-000000000000');
    before      numeric;
BEGIN
    IF days <= 0 OR days > 36500 THEN
        RAISE EXCEPTION 'days must be more than 0 and at most 36500, not %', days
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'NULL keeps runs for ever.';
    END IF;
    SELECT r.retention_days
    INTO before
    FROM mcp.retention_rules AS r
    WHERE r.workflow_id = wanted_id;
    INSERT INTO mcp.retention_rules AS r (workflow_id, retention_days, set_by)
    VALUES (wanted_id, days, mcp._actor())
    ON CONFLICT (workflow_id) DO UPDATE
    SET retention_days = excluded.retention_days,
        set_by = excluded.set_by,
        set_at = now();
    PERFORM mcp._audit('set_retention', 'workflow', wanted_id::text, workflow,
                       jsonb_build_object('retention_days', before),
                       jsonb_build_object('retention_days', days));
END
$$;

COMMENT ON FUNCTION mcp.set_retention(numeric, text) IS
'Runs stay in history for so many days after they ended: those of a workflow (id or slug), or, without one, all of which nothing else is said. NULL keeps them for ever, as it is at first. A workflow may say retention_days itself; what is set here comes before that. mcp.maintain() lets go of what is older; runs that live are never touched.';

CREATE FUNCTION mcp.unset_retention(workflow text DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wanted_id   uuid := coalesce(mcp._workflow_id_of(workflow),
                                 '00000000-0000-0000-0000-000000000000');
    before      numeric;
BEGIN
    DELETE FROM mcp.retention_rules AS r
    WHERE r.workflow_id = wanted_id
    RETURNING r.retention_days INTO before;
    IF FOUND THEN
        PERFORM mcp._audit('unset_retention', 'workflow', wanted_id::text, workflow,
                           jsonb_build_object('retention_days', before), NULL);
    END IF;
END
$$;

COMMENT ON FUNCTION mcp.unset_retention(text) IS
'Takes back what mcp.set_retention said of a workflow, or, without one, of all.';
