-- Documents applied, together and as a set: what is there becomes what they say.

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
