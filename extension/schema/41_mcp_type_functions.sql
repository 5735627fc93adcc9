-- Kinds of MCP that a DBA adds; 12_mcp_types.sql has those that are built in.

INSERT INTO mcp.mcp_types (type, executor, description, is_builtin, config_schema)
VALUES
('sql', 'sql',
 'A query with named parameters, run in the transaction that records its result.', true,
 '{
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "query": {"type": "string", "pattern": "\\S"},
        "parameters": {
            "type": "array",
            "uniqueItems": true,
            "items": {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"}
        },
        "role": {"type": "string", "minLength": 1, "maxLength": 63},
        "read_only": {"type": "boolean", "default": true},
        "max_rows": {"type": "integer", "minimum": 1, "maximum": 100000, "default": 1000},
        "timeout": {"type": "integer", "minimum": 1, "maximum": 86400, "default": 600}
    },
    "required": ["query"],
    "additionalProperties": false
 }'),
('http_request', 'http_request',
 'A request to an HTTP server whose address is allowed.', true,
 '{
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "method": {"enum": ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"], "default": "GET"},
        "url": {"type": "string", "pattern": "^https?://", "maxLength": 8000},
        "headers": {"type": "object", "additionalProperties": {"type": "string"}},
        "query": {"type": "object"},
        "body": true,
        "expected_status": {
            "type": "array",
            "items": {"type": "integer", "minimum": 100, "maximum": 599},
            "minItems": 1
        },
        "response": {"enum": ["json", "text"], "default": "json"},
        "timeout": {"type": "integer", "minimum": 1, "maximum": 3600, "default": 60}
    },
    "required": ["url"],
    "additionalProperties": false
 }'),
('worker', 'worker',
 'A task in a queue, for a program of yours that completes it.', true,
 '{
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "queue": {"type": "string", "pattern": "^[A-Za-z0-9_.-]{1,63}$"},
        "timeout": {"type": "integer", "minimum": 1, "default": 600}
    }
 }');

CREATE FUNCTION mcp._check_type_schema(key text, schema jsonb)
RETURNS void
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    first_error record;
BEGIN
    IF jsonb_typeof(schema) <> 'object' THEN
        RAISE EXCEPTION '% must be a JSON Schema that is an object', key
            USING ERRCODE = 'MC001', COLUMN = '$', CONSTRAINT = 'type';
    END IF;
    SELECT e.instance_path, e.message, e.keyword, count(*) OVER () AS errors
    INTO first_error
    FROM mcp.json_schema_check(schema) AS e
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '% is no valid JSON Schema: %', key, first_error.message
            USING ERRCODE = 'MC001',
                  COLUMN = first_error.instance_path,
                  CONSTRAINT = first_error.keyword,
                  DETAIL = format('The problem is at %s; it is the first of %s.',
                                  first_error.instance_path, first_error.errors);
    END IF;
END
$$;

COMMENT ON FUNCTION mcp._check_type_schema(text, jsonb) IS
'Raises MC001 unless the schema, which may be null, is a valid JSON Schema in the form of an object.';

CREATE FUNCTION mcp.create_mcp_type(
    type            text,
    executor        text,
    config_schema   jsonb,
    description     text    DEFAULT '',
    input_schema    jsonb   DEFAULT NULL,
    output_schema   jsonb   DEFAULT NULL)
RETURNS mcp.mcp_types
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    made        mcp.mcp_types;
    executors   text[] := ARRAY(
        SELECT DISTINCT t.executor
        FROM mcp.mcp_types AS t
        WHERE t.is_builtin
        ORDER BY 1);
BEGIN
    IF type IS NULL OR type !~ '^[a-z][a-z0-9_]{0,62}$' THEN
        RAISE EXCEPTION 'invalid name of a kind of MCP: %', coalesce(quote_literal(left(type, 100)), 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Use up to 63 small letters, digits and underscores, a letter first.';
    END IF;
    IF executor IS NULL OR executor <> ALL (executors) THEN
        RAISE EXCEPTION 'unknown executor %', coalesce(quote_literal(left(executor, 100)), 'NULL')
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = format('Executors are %s. A kind that a program of yours executes has the executor worker.',
                                array_to_string(executors, ', '));
    END IF;
    IF config_schema IS NULL THEN
        RAISE EXCEPTION 'config_schema must not be null'
            USING ERRCODE = 'null_value_not_allowed',
                  HINT = 'The schema {} allows any config.';
    END IF;
    PERFORM mcp._check_type_schema('config_schema', config_schema),
            mcp._check_type_schema('input_schema', input_schema),
            mcp._check_type_schema('output_schema', output_schema);
    INSERT INTO mcp.mcp_types AS t (
        type, executor, description, config_schema, input_schema, output_schema)
    VALUES (
        create_mcp_type.type, create_mcp_type.executor, coalesce(create_mcp_type.description, ''),
        create_mcp_type.config_schema, create_mcp_type.input_schema, create_mcp_type.output_schema)
    ON CONFLICT ON CONSTRAINT mcp_types_pkey DO NOTHING
    RETURNING t.* INTO made;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'kind of MCP "%" already exists', create_mcp_type.type
            USING ERRCODE = 'unique_violation';
    END IF;
    PERFORM mcp._audit('create', 'mcp_type', made.type, made.type, NULL, to_jsonb(made));
    RETURN made;
END
$$;

COMMENT ON FUNCTION mcp.create_mcp_type(text, text, jsonb, text, jsonb, jsonb) IS
'Adds a kind of MCP: who executes it, and the JSON Schema that the config of each of its versions must match. input_schema and output_schema are those of versions that have none of their own. Raises MC001 for a schema that is none, unique_violation where the kind exists.';

CREATE FUNCTION mcp.drop_mcp_type(type text)
RETURNS void
LANGUAGE plpgsql
VOLATILE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    dropped     mcp.mcp_types;
    user_name   text;
BEGIN
    SELECT t.*
    INTO dropped
    FROM mcp.mcp_types AS t
    WHERE t.type = drop_mcp_type.type
    FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'kind of MCP % does not exist', coalesce(quote_literal(left(type, 100)), 'NULL')
            USING ERRCODE = 'MC020';
    END IF;
    IF dropped.is_builtin THEN
        RAISE EXCEPTION 'kind of MCP "%" is built in', type
            USING ERRCODE = 'MC021';
    END IF;
    SELECT d.slug
    INTO user_name
    FROM mcp.mcp_definitions AS d
    WHERE d.type = drop_mcp_type.type
    ORDER BY d.slug
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'kind of MCP "%" is used by MCP "%"', type, user_name
            USING ERRCODE = 'MC021',
                  HINT = format('mcp.list_mcps(type => %L) shows all.', type);
    END IF;
    PERFORM mcp._audit('delete', 'mcp_type', dropped.type, dropped.type, to_jsonb(dropped), NULL);
    DELETE FROM mcp.mcp_types AS t
    WHERE t.type = drop_mcp_type.type;
END
$$;

COMMENT ON FUNCTION mcp.drop_mcp_type(text) IS
'Removes a kind of MCP. Raises MC021 for one that is built in or used, MC020 for an unknown one.';

CREATE FUNCTION mcp.list_mcp_types()
RETURNS SETOF mcp.mcp_types
LANGUAGE sql
STABLE
PARALLEL RESTRICTED
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT t.*
    FROM mcp.mcp_types AS t
    ORDER BY t.type
$$;

COMMENT ON FUNCTION mcp.list_mcp_types() IS
'The kinds of MCP: {type, executor, description, config_schema, input_schema, output_schema, is_builtin}.';
