-- JSON Schema 2020-12: documents held against schemas, both jsonb.

CREATE TABLE mcp.json_schemas (
    uri             text        PRIMARY KEY
                                CHECK (uri ~ '^[A-Za-z][A-Za-z0-9+.-]*:[^#]*$'),
    schema          jsonb       NOT NULL,
    owner           name        NOT NULL DEFAULT current_user,
    registered_at   timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE mcp.json_schemas IS
'Schemas that other schemas may refer to with $ref, $dynamicRef or $schema; written by mcp.register_json_schema() and mcp.drop_json_schema().';
COMMENT ON COLUMN mcp.json_schemas.uri IS
'Absolute URI without fragment. Nothing is ever fetched from it: it is a name.';
COMMENT ON COLUMN mcp.json_schemas.schema IS
'The schema: an object, true or false.';
COMMENT ON COLUMN mcp.json_schemas.owner IS
'The role that registered it first, by name; it and admins replace or drop it.';
COMMENT ON COLUMN mcp.json_schemas.registered_at IS
'When it was registered, or last replaced.';

CREATE FUNCTION mcp._json_schemas_changed()
RETURNS trigger
AS 'MODULE_PATHNAME', 'mcp_json_schemas_changed'
LANGUAGE C VOLATILE;

COMMENT ON FUNCTION mcp._json_schemas_changed() IS
'Trigger: lets every session forget the schemas it has compiled with the help of mcp.json_schemas.';

-- A statement, not a row, is what counts; and no row is changed, so that a
-- restore, where these triggers fire once more, ends with the rows of the dump.
CREATE TRIGGER json_schemas_changed
    AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON mcp.json_schemas
    FOR EACH STATEMENT
    EXECUTE FUNCTION mcp._json_schemas_changed();

-- STABLE, not IMMUTABLE: what a $ref leads to may be registered anew.

CREATE FUNCTION mcp.json_schema_is_valid(
    schema          jsonb,
    instance        jsonb,
    assert_format   boolean DEFAULT false
)
RETURNS boolean
AS 'MODULE_PATHNAME', 'mcp_json_schema_is_valid'
LANGUAGE C STABLE STRICT PARALLEL SAFE
COST 100;

COMMENT ON FUNCTION mcp.json_schema_is_valid(jsonb, jsonb, boolean) IS
'Whether the instance is what the JSON Schema (2020-12) describes. "format" is checked if asked for. Raises MC001 for a schema that is none, MC002 for a reference that leads nowhere, MC003 for one that leads only to itself, 54000 for a schema that multiplies work beyond measure.';

CREATE FUNCTION mcp.json_schema_errors(
    schema          jsonb,
    instance        jsonb,
    assert_format   boolean DEFAULT false,
    OUT instance_path text,
    OUT schema_path text,
    OUT keyword     text,
    OUT message     text
)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'mcp_json_schema_errors'
LANGUAGE C STABLE STRICT PARALLEL SAFE
COST 200 ROWS 10;

COMMENT ON FUNCTION mcp.json_schema_errors(jsonb, jsonb, boolean) IS
'What of the instance is not as the JSON Schema describes: one row for each mismatch, none if it is valid, 1000 at most. instance_path is an SQL/JSON path ($.steps[2].name), schema_path the place of the rule as a URI reference (#/properties/steps/items/required).';

-- Of other names and not of the same with json arguments: a call with two literals
-- could not be told which of the two is meant.
CREATE FUNCTION mcp.json_schema_is_valid_json(
    schema          json,
    instance        json,
    assert_format   boolean DEFAULT false
)
RETURNS boolean
AS 'MODULE_PATHNAME', 'mcp_json_schema_is_valid_json'
LANGUAGE C STABLE STRICT PARALLEL SAFE
COST 1000;

COMMENT ON FUNCTION mcp.json_schema_is_valid_json(json, json, boolean) IS
'As mcp.json_schema_is_valid, of documents that jsonb cannot hold: their strings may have the character \u0000. Slower, for both are read anew at each call.';

CREATE FUNCTION mcp.json_schema_errors_json(
    schema          json,
    instance        json,
    assert_format   boolean DEFAULT false,
    OUT instance_path text,
    OUT schema_path text,
    OUT keyword     text,
    OUT message     text
)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'mcp_json_schema_errors_json'
LANGUAGE C STABLE STRICT PARALLEL SAFE
COST 2000 ROWS 10;

COMMENT ON FUNCTION mcp.json_schema_errors_json(json, json, boolean) IS
'As mcp.json_schema_errors, of documents that jsonb cannot hold: their strings may have the character \u0000.';

CREATE FUNCTION mcp.json_schema_check(
    schema          jsonb,
    OUT instance_path text,
    OUT schema_path text,
    OUT keyword     text,
    OUT message     text
)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'mcp_json_schema_check'
LANGUAGE C STABLE STRICT PARALLEL SAFE
COST 1000 ROWS 10;

COMMENT ON FUNCTION mcp.json_schema_check(jsonb) IS
'What is wrong with a JSON Schema itself: by the meta-schema that its $schema names, or if that has no complaint, by its patterns and references (schema_path is null then). instance_path is the place in the schema.';

CREATE FUNCTION mcp._lock_json_schema(uri text)
RETURNS jsonb
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found_one   mcp.json_schemas;
BEGIN
    SELECT s.*
    INTO found_one
    FROM mcp.json_schemas AS s
    WHERE s.uri = _lock_json_schema.uri
    FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'JSON Schema "%" is not registered', _lock_json_schema.uri
            USING ERRCODE = 'MC020';
    END IF;
    PERFORM mcp._check_owner('JSON Schema', found_one.uri, found_one.owner);
    RETURN found_one.schema;
END
$$;

COMMENT ON FUNCTION mcp._lock_json_schema(text) IS
'A registered schema, locked for a change by who may change it; raises MC020 or 42501.';

CREATE FUNCTION mcp.register_json_schema(uri text, schema jsonb)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    -- An empty fragment names the same document.
    name    CONSTANT text := rtrim(register_json_schema.uri, '#');
    problem record;
    before  jsonb;
BEGIN
    IF NOT mcp.json_schema_is_valid(
        '{"format": "uri", "pattern": "^[^#]*$"}', to_jsonb(name), true) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('"%s" is no absolute URI', name),
            HINT = 'A schema is registered under a URI like https://example.com/person, without a fragment.';
    END IF;

    -- What it refers to may be registered later.
    SELECT c.instance_path, c.message
    INTO problem
    FROM mcp.json_schema_check(register_json_schema.schema) AS c
    WHERE c.keyword NOT IN ('$ref', '$dynamicRef')
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING
            ERRCODE = 'MC001',
            MESSAGE = problem.message,
            DETAIL = format('The problem is at %s.', problem.instance_path),
            CONSTRAINT = 'json_schema',
            COLUMN = problem.instance_path,
            HINT = 'mcp.json_schema_check() lists all that is wrong with a schema.';
    END IF;

    INSERT INTO mcp.json_schemas (uri, schema, owner)
    VALUES (name, register_json_schema.schema, mcp._actor())
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        before := mcp._lock_json_schema(name);
        IF before IS NOT DISTINCT FROM register_json_schema.schema THEN
            RETURN;
        END IF;
        UPDATE mcp.json_schemas AS s
        SET schema = register_json_schema.schema,
            registered_at = now()
        WHERE s.uri = name;
    END IF;
    PERFORM mcp._audit(
        CASE WHEN before IS NULL THEN 'create' ELSE 'update' END,
        'json_schema', name, name,
        CASE WHEN before IS NOT NULL THEN jsonb_build_object('schema', before) END,
        jsonb_build_object('schema', register_json_schema.schema));
END
$$;

COMMENT ON FUNCTION mcp.register_json_schema(text, jsonb) IS
'Registers a schema under an absolute URI, or replaces the one that is there, so that others may refer to it; replaces it for who registered it first, or an admin. The schema must be one (MC001); what it refers to itself may be registered later.';

CREATE FUNCTION mcp.drop_json_schema(uri text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    name    CONSTANT text := rtrim(drop_json_schema.uri, '#');
    before  CONSTANT jsonb := mcp._lock_json_schema(name);
BEGIN
    DELETE FROM mcp.json_schemas AS s
    WHERE s.uri = name;
    PERFORM mcp._audit('delete', 'json_schema', name, name,
                       jsonb_build_object('schema', before), NULL);
END
$$;

COMMENT ON FUNCTION mcp.drop_json_schema(text) IS
'Takes a registered schema away; MC020 where there is none. Schemas that refer to it are not valid any more.';
