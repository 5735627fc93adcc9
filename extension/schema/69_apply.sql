-- Definitions as documents: written out, and applied so that what is there becomes
-- what they say.

CREATE TABLE mcp.applied_definitions (
    kind            text        NOT NULL
                                CONSTRAINT applied_definitions_kind_known
                                CHECK (kind IN ('mcp', 'workflow', 'schedule')),
    definition_id   uuid        NOT NULL,
    set_name        text        NOT NULL
                                CONSTRAINT applied_definitions_set_name_form
                                CHECK (length(set_name) BETWEEN 1 AND 100),
    applied_by      name        NOT NULL,
    applied_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, definition_id)
);

CREATE INDEX applied_definitions_set_name ON mcp.applied_definitions (set_name);

COMMENT ON TABLE mcp.applied_definitions IS
'To which set of documents a definition belongs: whoever applies the set with "prune" deletes what the set has no more. One that is gone since is passed over.';
COMMENT ON COLUMN mcp.applied_definitions.kind IS 'mcp, workflow or schedule.';
COMMENT ON COLUMN mcp.applied_definitions.definition_id IS 'Its id.';
COMMENT ON COLUMN mcp.applied_definitions.set_name IS 'The set that it was applied with last.';
COMMENT ON COLUMN mcp.applied_definitions.applied_by IS 'The role that applied it.';
COMMENT ON COLUMN mcp.applied_definitions.applied_at IS 'When it came to the set.';

SELECT pg_catalog.pg_extension_config_dump('mcp.applied_definitions', '');

CREATE FUNCTION mcp._export_mcp(id uuid)
RETURNS jsonb
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_strip_nulls(jsonb_build_object(
               'name', d.name,
               'slug', d.slug,
               'type', d.type,
               'description', d.description,
               'tags', to_jsonb(d.tags),
               'initial_version_str', d.latest_version_str))
           || jsonb_build_object('initial_config', v.config_snapshot)
           || CASE WHEN v.input_schema IS NULL THEN '{}'
                   ELSE jsonb_build_object('input_schema', v.input_schema) END
           || CASE WHEN v.output_schema IS NULL THEN '{}'
                   ELSE jsonb_build_object('output_schema', v.output_schema) END
    FROM mcp.mcp_definitions AS d
    JOIN mcp.mcp_versions AS v
      ON v.mcp_id = d.id
     AND v.version_str = d.latest_version_str
    WHERE d.id = $1
$$;

COMMENT ON FUNCTION mcp._export_mcp(uuid) IS
'The MCP with its latest version, as create_mcp takes it.';

-- What a step names by its id is named by its slug, which is the same elsewhere.
CREATE FUNCTION mcp._export_step(step jsonb)
RETURNS jsonb
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT step - 'workflow_id'
           - CASE WHEN step -> 'mcp_version_id' = 'null' THEN 'mcp_version_id' ELSE '' END
           - CASE WHEN step -> 'depends_on' = '[]' THEN 'depends_on' ELSE '' END
           - CASE WHEN step -> 'inputs' = '{}' THEN 'inputs' ELSE '' END
           || CASE WHEN step ->> 'mcp_id' IS NULL THEN '{}'
                   ELSE jsonb_build_object('mcp_id', coalesce(
                       (SELECT d.slug FROM mcp.mcp_definitions AS d
                        WHERE d.id = (step ->> 'mcp_id')::uuid), step ->> 'mcp_id')) END
           || CASE WHEN step ->> 'workflow_id' IS NULL THEN '{}'
                   ELSE jsonb_build_object('workflow', coalesce(
                       (SELECT w.slug FROM mcp.workflow_definitions AS w
                        WHERE w.workflow_id = (step ->> 'workflow_id')::uuid), step ->> 'workflow_id')) END
$$;

COMMENT ON FUNCTION mcp._export_step(jsonb) IS
'A step in its normal form, with slugs for ids and without what says nothing.';

CREATE FUNCTION mcp._export_workflow(id uuid)
RETURNS jsonb
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT (v.definition
            - CASE WHEN d.description IS NULL THEN 'description' ELSE '' END)
           || jsonb_build_object(
               'slug', d.slug,
               'error_handling', jsonb_strip_nulls(d.error_handling)
                   || CASE WHEN d.error_handling ->> 'fallback_workflow_id' IS NULL THEN '{}'
                           ELSE jsonb_build_object('fallback_workflow_id', coalesce(
                               (SELECT f.slug FROM mcp.workflow_definitions AS f
                                WHERE f.workflow_id = (d.error_handling ->> 'fallback_workflow_id')::uuid),
                               d.error_handling ->> 'fallback_workflow_id')) END,
               'steps', coalesce(
                   (SELECT jsonb_agg(mcp._export_step(s.step) ORDER BY s.place)
                    FROM jsonb_array_elements(d.steps) WITH ORDINALITY AS s (step, place)), '[]'))
    FROM mcp.workflow_definitions AS d
    JOIN mcp.workflow_versions AS v
      ON v.workflow_id = d.workflow_id
     AND v.version = d.latest_version
    WHERE d.workflow_id = $1
$$;

COMMENT ON FUNCTION mcp._export_workflow(uuid) IS
'The latest version of the workflow, as create_workflow takes it.';

CREATE FUNCTION mcp._export_schedule(id uuid)
RETURNS jsonb
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_object_agg(m.key, m.value)
           || jsonb_build_object('workflow', coalesce(
               (SELECT w.slug FROM mcp.workflow_definitions AS w
                WHERE w.workflow_id = (s.schedule ->> 'workflow_id')::uuid),
               s.schedule ->> 'workflow_id'))
    FROM (SELECT mcp.get_schedule($1::text)) AS s (schedule),
         jsonb_each(s.schedule) AS m
    WHERE m.key IN ('name', 'slug', 'description', 'cron', 'interval', 'anchor', 'time_zone', 'inputs',
                    'options', 'overlap', 'catch_up', 'catch_up_limit', 'jitter_seconds')
      AND m.value <> 'null'
    GROUP BY s.schedule
$$;

COMMENT ON FUNCTION mcp._export_schedule(uuid) IS
'The schedule, as create_schedule takes it. Whether it is paused is how things stand, and is left out.';

CREATE FUNCTION mcp._export(kind text, id uuid)
RETURNS jsonb
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE kind
               WHEN 'mcp' THEN mcp._export_mcp(id)
               WHEN 'workflow' THEN mcp._export_workflow(id)
               ELSE mcp._export_schedule(id)
           END
$$;

COMMENT ON FUNCTION mcp._export(text, uuid) IS
'A definition of that kind as a document.';

CREATE FUNCTION mcp.export_definition(kind text, name text)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    CASE kind
        WHEN 'mcp' THEN
            RETURN mcp._export_mcp((mcp.get_mcp(name) ->> 'id')::uuid);
        WHEN 'workflow' THEN
            RETURN mcp._export_workflow((mcp.get_workflow(name) ->> 'id')::uuid);
        WHEN 'schedule' THEN
            RETURN mcp._export_schedule((mcp.get_schedule(name) ->> 'id')::uuid);
        ELSE
            RAISE EXCEPTION 'unknown kind of definition: %', coalesce(quote_literal(left(kind, 100)), 'NULL')
                USING ERRCODE = 'invalid_parameter_value',
                      HINT = 'There are mcp, workflow and schedule.';
    END CASE;
END
$$;

COMMENT ON FUNCTION mcp.export_definition(text, text) IS
'An MCP, a workflow or a schedule (kind: mcp, workflow, schedule) by its id or slug, as the document that mcp.apply takes: slugs stand for ids, and applying it changes nothing. Example: SELECT mcp.export_definition(''workflow'', ''join'').';

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

-- A document may name what another one defines, so what does not find what it names
-- is tried again as long as others come to be.
CREATE FUNCTION mcp._apply_documents(documents jsonb, options jsonb)
RETURNS jsonb[]
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    results     jsonb[] := array_fill(NULL::jsonb, ARRAY[jsonb_array_length(documents)]);
    seen        jsonb := '{}';
    result      jsonb;
    place       integer;
    has_moved   boolean := true;
BEGIN
    WHILE has_moved LOOP
        has_moved := false;
        FOR place IN
            SELECT d.place
            FROM jsonb_array_elements(documents) WITH ORDINALITY AS d (document, place)
            WHERE results[d.place] IS NULL
               OR results[d.place] ->> 'code' = 'MC002'
            ORDER BY CASE WHEN jsonb_typeof(d.document) <> 'object' THEN 0
                          WHEN d.document ? 'steps' THEN 2
                          WHEN d.document ?| ARRAY['cron', 'interval'] THEN 3
                          ELSE 1 END, d.place
        LOOP
            result := mcp._apply_one(documents -> (place - 1), options, seen);
            IF result ->> 'outcome' <> 'failed' THEN
                seen := seen || jsonb_build_object(result ->> 'id', true);
                has_moved := true;
            END IF;
            results[place] := result || jsonb_build_object('index', place - 1);
        END LOOP;
        EXIT WHEN NOT EXISTS (SELECT FROM unnest(results) AS r (result) WHERE r.result ->> 'code' = 'MC002');
    END LOOP;
    RETURN results;
END
$$;

COMMENT ON FUNCTION mcp._apply_documents(jsonb, jsonb) IS
'Applies the documents, each after those that it names, and returns what became of each, in their order.';

CREATE FUNCTION mcp._prune_one(kind text, id uuid)
RETURNS jsonb
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    document    jsonb := mcp._export(kind, id);
    message     text;
    hint        text;
    state       text;
BEGIN
    CASE kind
        WHEN 'mcp' THEN PERFORM mcp.delete_mcp(id::text);
        WHEN 'workflow' THEN PERFORM mcp.delete_workflow(id::text);
        ELSE PERFORM mcp.delete_schedule(id::text);
    END CASE;
    DELETE FROM mcp.applied_definitions AS a
    WHERE a.kind = _prune_one.kind
      AND a.definition_id = _prune_one.id;
    RETURN jsonb_build_object('kind', kind, 'name', document -> 'name', 'slug', document -> 'slug', 'id', id,
                              'outcome', 'pruned', 'differences', '[]'::jsonb);
EXCEPTION
    WHEN SQLSTATE 'MC021' OR SQLSTATE '42501' THEN
        GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE,
                                message = MESSAGE_TEXT,
                                hint = PG_EXCEPTION_HINT;
        RETURN jsonb_build_object(
            'kind', kind, 'name', document -> 'name', 'slug', document -> 'slug', 'id', id, 'outcome', 'failed', 'code', state,
            'problems', jsonb_build_array(jsonb_build_object('path', NULL, 'rule', NULL, 'message', message, 'hint', hint)));
END
$$;

COMMENT ON FUNCTION mcp._prune_one(text, uuid) IS
'Deletes a definition that its set has no more, unless others use it.';

-- Schedules before the workflows that they start, these before MCPs; a workflow that
-- another one uses comes again once that one is gone.
CREATE FUNCTION mcp._prune_set(set_name text, kept jsonb)
RETURNS jsonb[]
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    results     jsonb[] := '{}';
    failed      jsonb[];
    one         record;
    result      jsonb;
    has_moved   boolean := true;
BEGIN
    WHILE has_moved LOOP
        has_moved := false;
        failed := '{}';
        FOR one IN
            SELECT a.kind, a.definition_id
            FROM mcp.applied_definitions AS a
            WHERE a.set_name = _prune_set.set_name
              AND NOT kept ? a.definition_id::text
              AND mcp._is_defined(a.kind, a.definition_id)
            ORDER BY array_position(ARRAY['schedule', 'workflow', 'mcp'], a.kind), a.applied_at DESC, a.definition_id DESC
        LOOP
            result := mcp._prune_one(one.kind, one.definition_id);
            IF result ->> 'outcome' = 'pruned' THEN
                results := results || result;
                has_moved := true;
            ELSE
                failed := failed || result;
            END IF;
        END LOOP;
        EXIT WHEN cardinality(failed) = 0;
    END LOOP;
    RETURN results || failed;
END
$$;

COMMENT ON FUNCTION mcp._prune_set(text, jsonb) IS
'Deletes what belongs to the set and is not among the ids that are kept.';

CREATE FUNCTION mcp._is_defined(kind text, id uuid)
RETURNS boolean
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE kind
               WHEN 'mcp' THEN EXISTS (SELECT FROM mcp.mcp_definitions AS d WHERE d.id = $2)
               WHEN 'workflow' THEN EXISTS (SELECT FROM mcp.workflow_definitions AS w WHERE w.workflow_id = $2)
               ELSE EXISTS (SELECT FROM mcp.schedules AS s WHERE s.schedule_id = $2)
           END
$$;

COMMENT ON FUNCTION mcp._is_defined(text, uuid) IS
'Whether there is such a definition.';

CREATE FUNCTION mcp._check_apply(documents jsonb, options jsonb)
RETURNS void
LANGUAGE plpgsql
IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    unknown     text;
BEGIN
    IF documents IS NULL OR jsonb_typeof(documents) <> 'array' THEN
        RAISE EXCEPTION 'documents must be an array'
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give all documents in one array: [{"name": …}, …].';
    END IF;
    SELECT m.key INTO unknown
    FROM jsonb_each(options) AS m
    WHERE m.key NOT IN ('dry_run', 'bump', 'set', 'prune')
    LIMIT 1;
    IF unknown IS NOT NULL THEN
        RAISE EXCEPTION 'unknown option %', quote_literal(unknown)
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'There are dry_run, bump, set and prune.';
    END IF;
    IF (options ->> 'prune')::boolean AND coalesce(options ->> 'set', '') = '' THEN
        RAISE EXCEPTION 'prune needs the name of a set'
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Only what was applied with the same "set" before is deleted.';
    END IF;
END
$$;

COMMENT ON FUNCTION mcp._check_apply(jsonb, jsonb) IS
'Raises where mcp.apply is called wrongly.';

CREATE FUNCTION mcp.apply(documents jsonb, options jsonb DEFAULT '{}')
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    results     jsonb[];
    kept        jsonb;
BEGIN
    options := coalesce(nullif(options, 'null'), '{}');
    PERFORM mcp._check_apply(documents, options);
    results := mcp._apply_documents(documents, options);
    -- While a document is wrong nobody knows what the set should be.
    IF (options ->> 'prune')::boolean
       AND NOT EXISTS (SELECT FROM unnest(results) AS r (result) WHERE r.result ->> 'outcome' = 'failed') THEN
        SELECT coalesce(jsonb_object_agg(r.result ->> 'id', true), '{}')
        INTO kept
        FROM unnest(results) AS r (result);
        results := results || mcp._prune_set(options ->> 'set', kept);
    END IF;
    IF (options ->> 'dry_run')::boolean THEN
        RAISE SQLSTATE 'MCX01';
    END IF;
    RETURN coalesce(to_jsonb(results), '[]');
EXCEPTION
    WHEN SQLSTATE 'MCX01' THEN
        RETURN coalesce(to_jsonb(results), '[]');
END
$$;

COMMENT ON FUNCTION mcp.apply(jsonb, jsonb) IS
'Makes the registry what the documents say: MCPs as create_mcp takes them, workflows, schedules, in any order; one is the same as another by its "slug", or by its name. Returns for each [{index, kind, name, slug, id, outcome, differences}], outcome being created, updated, unchanged or failed (then with code and problems); each is done whole or not at all, and one that fails leaves the others. What a document does not say is as if it never was said; a changed config is a new version, under the "initial_version_str" of the document or the next patch. Options: {"dry_run": true} does nothing and says what would become of it; {"bump": true} takes the next patch where the version that is named exists with another config; {"set": name} remembers that they belong together, and {"prune": true} then deletes what belongs to the set and is among the documents no more, unless one of them failed. Example: SELECT mcp.apply(''[{"name": "join", "steps": []}]'', ''{"dry_run": true}'').';
