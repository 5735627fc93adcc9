-- One document applied, so that what it describes becomes what it says.

-- Which definition a document is of: that of its slug, else the one of its name.
CREATE FUNCTION mcp._apply_find(kind text, document jsonb)
RETURNS uuid
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wanted  text := document ->> 'slug';
    found   uuid[];
BEGIN
    SELECT array_agg(c.id)
    INTO found
    FROM (SELECT 'mcp' AS kind, d.id, d.name, d.slug FROM mcp.mcp_definitions AS d
          UNION ALL
          SELECT 'workflow', w.workflow_id, w.name, w.slug FROM mcp.workflow_definitions AS w
          UNION ALL
          SELECT 'schedule', s.schedule_id, s.name, s.slug FROM mcp.schedules AS s) AS c
    WHERE c.kind = _apply_find.kind
      AND CASE WHEN wanted IS NULL THEN c.name = document ->> 'name'
               ELSE c.slug = wanted END;
    IF cardinality(found) > 1 THEN
        RAISE EXCEPTION '% definitions have the name %', cardinality(found), quote_literal(document ->> 'name')
            USING ERRCODE = 'MC001',
                  HINT = 'Say which one is meant by its "slug".',
                  CONSTRAINT = 'ambiguous_name',
                  COLUMN = '$.name';
    END IF;
    RETURN found[1];
END
$$;

COMMENT ON FUNCTION mcp._apply_find(text, jsonb) IS
'The id of the definition that the document describes, or null where there is none yet.';

CREATE FUNCTION mcp._apply_kind(document jsonb)
RETURNS text
LANGUAGE plpgsql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    kind    text := document ->> 'kind';
BEGIN
    kind := CASE
                WHEN kind IN ('mcp', 'workflow', 'schedule') THEN kind
                WHEN kind IS NOT NULL OR jsonb_typeof(document) <> 'object' THEN NULL
                WHEN document ? 'steps' THEN 'workflow'
                WHEN document ? 'type' THEN 'mcp'
                WHEN document ?| ARRAY['cron', 'interval'] THEN 'schedule'
            END;
    IF kind IS NULL THEN
        RAISE EXCEPTION 'the document is no MCP, workflow or schedule'
            USING ERRCODE = 'MC001',
                  HINT = 'An MCP has a "type", a workflow "steps", a schedule "cron" or "interval"; "kind" says it too: mcp, workflow, schedule.',
                  CONSTRAINT = 'unknown_kind',
                  COLUMN = '$';
    END IF;
    RETURN kind;
END
$$;

COMMENT ON FUNCTION mcp._apply_kind(jsonb) IS
'What the document defines: mcp, workflow or schedule.';

CREATE FUNCTION mcp._next_version(mcp_id uuid)
RETURNS text
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format('%s.%s.%s', p.parts[1], p.parts[2],
                  CASE WHEN d.latest_version_str ~ '^[0-9.]+$' THEN p.parts[3]::numeric + 1
                       ELSE p.parts[3]::numeric END)
    FROM mcp.mcp_definitions AS d,
         regexp_match(d.latest_version_str, '^(\d+)\.(\d+)\.(\d+)') AS p (parts)
    WHERE d.id = mcp_id
$$;

COMMENT ON FUNCTION mcp._next_version(uuid) IS
'The version after the latest: the next patch, or the release that it leads up to.';

-- Whether a config is the same cannot be seen from the document, whose defaults are
-- not filled in: so it becomes a version, and one that says nothing new goes again.
CREATE FUNCTION mcp._apply_version(mcp_id uuid, document jsonb, bump boolean)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    given       text := document ->> 'initial_version_str';
    exists      boolean := EXISTS (SELECT FROM mcp.mcp_versions AS v
                                   WHERE v.mcp_id = _apply_version.mcp_id
                                     AND v.version_str = document ->> 'initial_version_str');
    base        text := CASE WHEN exists THEN given
                             ELSE (SELECT d.latest_version_str FROM mcp.mcp_definitions AS d
                                   WHERE d.id = _apply_version.mcp_id) END;
    added       jsonb;
    is_same     boolean;
BEGIN
    added := mcp.add_mcp_version(mcp_id::text, jsonb_strip_nulls(jsonb_build_object(
                 'version_str', CASE WHEN exists THEN mcp._next_version(mcp_id)
                                     ELSE coalesce(given, mcp._next_version(mcp_id)) END,
                 'description', document -> 'initial_version_description'))
             || jsonb_build_object('config', coalesce(document -> 'initial_config', document -> 'config'))
             || (SELECT coalesce(jsonb_object_agg(m.key, m.value), '{}')
                 FROM jsonb_each(document) AS m
                 WHERE m.key IN ('input_schema', 'output_schema')));
    SELECT a.config_snapshot = b.config_snapshot
           AND a.input_schema IS NOT DISTINCT FROM b.input_schema
           AND a.output_schema IS NOT DISTINCT FROM b.output_schema
    INTO STRICT is_same
    FROM mcp.mcp_versions AS a, mcp.mcp_versions AS b
    WHERE a.mcp_id = _apply_version.mcp_id
      AND a.version_str = added ->> 'version_str'
      AND b.mcp_id = _apply_version.mcp_id
      AND b.version_str = base;
    IF is_same AND (exists OR given IS NULL) THEN
        RAISE SQLSTATE 'MCX00';
    END IF;
    IF exists AND NOT bump THEN
        RAISE EXCEPTION 'version % exists with another config', quote_literal(given)
            USING ERRCODE = 'unique_violation',
                  HINT = format('A version never changes: write a higher "initial_version_str", or leave it out or bump to have %s.',
                                quote_literal(added ->> 'version_str')),
                  CONSTRAINT = 'version_exists',
                  COLUMN = '$.initial_version_str';
    END IF;
EXCEPTION
    WHEN SQLSTATE 'MCX00' THEN
        RETURN;
END
$$;

COMMENT ON FUNCTION mcp._apply_version(uuid, jsonb, boolean) IS
'Adds a version of the MCP where the document says something else than the one that it names, or than the latest.';

CREATE FUNCTION mcp._apply_changes(kind text, id uuid, document jsonb, bump boolean)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    -- What a document does not say is to be as if it never was said.
    workflow_defaults CONSTANT jsonb := '{"description": null, "execution_mode": null, "error_handling": null,
        "input_schema": null, "outputs": null, "timeout_seconds": null, "queue": null, "priority": null,
        "concurrency": null, "retention_days": null}';
    schedule_defaults CONSTANT jsonb := '{"description": null, "cron": null, "interval": null, "time_zone": null,
        "inputs": null, "options": null, "overlap": null, "catch_up": null, "catch_up_limit": null,
        "jitter_seconds": null}';
    known       text;
BEGIN
    CASE kind
        WHEN 'mcp' THEN
            SELECT d.type INTO STRICT known FROM mcp.mcp_definitions AS d WHERE d.id = _apply_changes.id;
            IF known IS DISTINCT FROM document ->> 'type' THEN
                RAISE EXCEPTION 'the MCP is of type %, not %', quote_literal(known), coalesce(quote_literal(document ->> 'type'), 'null')
                    USING ERRCODE = 'MC001',
                          HINT = 'A type never changes: give the new one another name and slug.',
                          CONSTRAINT = 'type_changed',
                          COLUMN = '$.type';
            END IF;
            PERFORM mcp.update_mcp(id::text, jsonb_build_object(
                        'name', document -> 'name',
                        'description', coalesce(document -> 'description', 'null'),
                        'tags', coalesce(nullif(document -> 'tags', 'null'), '[]')));
            PERFORM mcp._apply_version(id, document, bump);
        WHEN 'workflow' THEN
            PERFORM mcp.update_workflow(id::text, workflow_defaults || document);
        ELSE
            -- An interval that says no anchor keeps the one it has.
            PERFORM mcp.update_schedule(id::text, schedule_defaults
                        || CASE WHEN document ? 'cron' THEN '{"anchor": null}'::jsonb ELSE '{}' END
                        || document);
    END CASE;
END
$$;

COMMENT ON FUNCTION mcp._apply_changes(text, uuid, jsonb, boolean) IS
'Makes the definition what the document says.';

CREATE FUNCTION mcp._apply_create(kind text, document jsonb)
RETURNS uuid
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT (CASE kind
                WHEN 'mcp' THEN mcp.create_mcp(document)
                WHEN 'workflow' THEN mcp.create_workflow(document)
                ELSE mcp.create_schedule(document)
            END ->> 'id')::uuid
$$;

COMMENT ON FUNCTION mcp._apply_create(text, jsonb) IS
'Creates what the document defines, and returns its id.';

CREATE FUNCTION mcp._apply_problems(kind text, id uuid, document jsonb)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    problems    jsonb;
BEGIN
    CASE kind
        WHEN 'mcp' THEN
            SELECT jsonb_agg(to_jsonb(p)) INTO problems FROM mcp.validate_mcp(document) AS p;
        WHEN 'workflow' THEN
            SELECT jsonb_agg(to_jsonb(p)) INTO problems
            FROM mcp.validate_workflow(definition => document, workflow => id::text) AS p;
        WHEN 'schedule' THEN
            SELECT jsonb_agg(to_jsonb(p)) INTO problems
            FROM mcp.validate_schedule(definition => document, schedule => id::text) AS p;
        ELSE
            NULL;
    END CASE;
    RETURN problems;
EXCEPTION
    WHEN OTHERS THEN
        RETURN NULL;
END
$$;

COMMENT ON FUNCTION mcp._apply_problems(text, uuid, jsonb) IS
'All that is wrong with the document, or null where its validation has nothing to say.';

-- One document in a subtransaction of its own: what it says is done whole or not at
-- all, and the others go on.
CREATE FUNCTION mcp._apply_one(document jsonb, options jsonb, seen jsonb)
RETURNS jsonb
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    kind        text;
    id          uuid;
    before      jsonb;
    after       jsonb;
    outcome     text := 'created';
    differences jsonb := '[]';
    problem     jsonb;
    state       text;
    message     text;
    hint        text;
    rule        text;
    path        text;
BEGIN
    kind := mcp._apply_kind(document);
    document := document - 'kind';
    id := mcp._apply_find(kind, document);
    IF id IS NULL THEN
        id := mcp._apply_create(kind, document);
        after := mcp._export(kind, id);
    ELSE
        IF seen ? id::text THEN
            RAISE EXCEPTION 'another document is of this % too', kind
                USING ERRCODE = 'MC001',
                      HINT = 'Give each a name, or a "slug", of its own.',
                      CONSTRAINT = 'duplicate_document',
                      COLUMN = '$.name';
        END IF;
        before := mcp._export(kind, id);
        PERFORM mcp._apply_changes(kind, id, document, coalesce((options ->> 'bump')::boolean, false));
        after := mcp._export(kind, id);
        outcome := CASE WHEN before = after THEN 'unchanged' ELSE 'updated' END;
        SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'path', d.path, 'change', d.change, 'old', d.old_value, 'new', d.new_value)), '[]')
        INTO differences
        FROM mcp._json_diff(before, after, 'step_id') AS d;
    END IF;
    IF options ->> 'set' IS NOT NULL THEN
        INSERT INTO mcp.applied_definitions AS a (kind, definition_id, set_name, applied_by)
        VALUES (kind, id, options ->> 'set', mcp._actor())
        ON CONFLICT ON CONSTRAINT applied_definitions_pkey DO UPDATE
        SET set_name = excluded.set_name, applied_by = excluded.applied_by, applied_at = now()
        WHERE a.set_name <> excluded.set_name;
    END IF;
    RETURN jsonb_build_object('kind', kind, 'name', after -> 'name', 'slug', after -> 'slug', 'id', id,
                              'outcome', outcome, 'differences', differences);
EXCEPTION
    WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE,
                                message = MESSAGE_TEXT,
                                hint = PG_EXCEPTION_HINT,
                                rule = CONSTRAINT_NAME,
                                path = COLUMN_NAME;
        -- What is no fault of the document ends it all.
        IF state !~ '^(MC|22|23|42501|42704|54)' THEN
            RAISE;
        END IF;
        IF state ~ '^MC00' AND rule NOT IN ('unknown_kind', 'ambiguous_name', 'duplicate_document', 'type_changed') THEN
            problem := mcp._apply_problems(kind, id, document);
        END IF;
        RETURN jsonb_build_object(
            'kind', kind, 'name', document -> 'name', 'slug', document -> 'slug', 'outcome', 'failed', 'code', state,
            'problems', coalesce(problem, jsonb_build_array(jsonb_build_object(
                'path', nullif(path, ''), 'rule', nullif(rule, ''), 'message', message, 'hint', nullif(hint, '')))));
END
$$;

COMMENT ON FUNCTION mcp._apply_one(jsonb, jsonb, jsonb) IS
'Applies one document: {kind, name, slug, id, outcome, differences}, or, where the outcome is failed, code and problems.';
