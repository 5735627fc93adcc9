-- JSON Schema 2020-12: what the official suite, which tests/integration runs, does
-- not ask: messages, errors, the registry, limits.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS mcp;
\pset null '(null)'

CREATE FUNCTION pg_temp.error_of(command text)
RETURNS text
LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE command;
    RETURN 'no error';
EXCEPTION WHEN query_canceled OR OTHERS THEN
    RETURN format('%s %s', SQLSTATE, SQLERRM);
END
$$;

-- Each keyword says what is wrong, where, and what would be right.
SELECT e.instance_path, e.schema_path, e.message
FROM (VALUES
    (1, '{"type": "integer"}', '"a"'),
    (2, '{"type": ["integer", "null"]}', '1.5'),
    (3, '{"const": {"a": 1}}', '{"a": 2}'),
    (4, '{"enum": ["red", "green", 3]}', '"blue"'),
    (5, '{"enum": [1,2,3,4,5,6,7,8,9,10,11]}', '12'),
    (6, '{"properties": {"temperature": {"maximum": 1}}}', '{"temperature": 3}'),
    (7, '{"minimum": 1}', '0'),
    (8, '{"exclusiveMinimum": 1}', '1'),
    (9, '{"exclusiveMaximum": 1}', '1.0'),
    (10, '{"multipleOf": 0.01}', '0.075'),
    (11, '{"minLength": 2}', '"é"'),
    (12, '{"maxLength": 2}', '"abc"'),
    (13, '{"pattern": "^[a-z]+$"}', '"a1"'),
    (14, '{"minItems": 2}', '[1]'),
    (15, '{"maxItems": 0}', '[1]'),
    (16, '{"uniqueItems": true}', '[1, {"a": 1.0}, "x", {"a": 1}]'),
    (17, '{"uniqueItems": true}', '[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 5.0]'),
    (18, '{"minProperties": 1}', '{}'),
    (19, '{"maxProperties": 1}', '{"a": 1, "b": 2}'),
    (20, '{"required": ["b", "a"]}', '{}'),
    (21, '{"dependentRequired": {"a": ["b"]}}', '{"a": 1}'),
    (22, '{"dependentSchemas": {"a": {"maxProperties": 1}}}', '{"a": 1, "b": 1}'),
    (23, '{"additionalProperties": false}', '{"a b": 1}'),
    (24, '{"patternProperties": {"^x": {"type": "null"}}}', '{"x": 1, "y": 1}'),
    (25, '{"propertyNames": {"maxLength": 1}}', '{"long": 1}'),
    (26, '{"prefixItems": [{"type": "null"}], "items": false}', '[1, 2]'),
    (27, '{"properties": {"tags": {"items": {"type": "string"}}}}', '{"tags": ["a", 1]}'),
    (28, '{"contains": {"const": 1}}', '[2]'),
    (29, '{"contains": {"const": 1}, "minContains": 2}', '[1, 2]'),
    (30, '{"contains": {"const": 1}, "maxContains": 1}', '[1, 1]'),
    (31, '{"anyOf": [{"type": "null"}, {"minimum": 5}]}', '1'),
    (32, '{"oneOf": [{"type": "null"}, {"minimum": 5}]}', '1'),
    (33, '{"oneOf": [{"type": "number"}, {"minimum": 0}]}', '1'),
    (34, '{"not": {"type": "number"}}', '1'),
    (35, '{"if": {"minimum": 1}, "then": {"maximum": 2}, "else": false}', '3'),
    (36, '{"if": {"minimum": 1}, "then": {"maximum": 2}, "else": false}', '0'),
    (37, '{"properties": {"a": true}, "unevaluatedProperties": false}', '{"a": 1, "b": 1}'),
    (38, '{"prefixItems": [true], "unevaluatedItems": false}', '[1, 2]'),
    (39, '{"$ref": "#/$defs/a~1b", "$defs": {"a/b": {"type": "null"}}}', '1'),
    (40, '{"$ref": "x:y", "$defs": {"a": {"$id": "x:y", "type": "null"}}}', '1'),
    (41, 'false', '{"a": [1, 2]}'),
    (42, '{"items": {"items": {"type": "null"}}}', '[[null, 1]]')
) AS v (ordinal, schema, instance),
    mcp.json_schema_errors(v.schema::jsonb, v.instance::jsonb) AS e
ORDER BY v.ordinal, e.instance_path, e.schema_path;

-- All mismatches come at once, and no more than a reader can use.
SELECT e.keyword, e.instance_path
FROM mcp.json_schema_errors(
    '{"type": "object", "required": ["a", "b"], "properties": {"c": {"type": "string"}}, "additionalProperties": false}',
    '{"c": 1, "d": 1}') AS e
ORDER BY 1, 2;
SELECT count(*)
FROM mcp.json_schema_errors(
    '{"items": false}',
    (SELECT jsonb_agg(i) FROM generate_series(1, 5000) AS i));

-- What was left unevaluated is not blamed while something else is wrong.
SELECT e.keyword
FROM mcp.json_schema_errors(
    '{"allOf": [{"properties": {"a": {"type": "null"}}}], "unevaluatedProperties": false}',
    '{"a": 1}') AS e;

-- Numbers are exact at any size.
SELECT mcp.json_schema_is_valid('{"type": "integer", "minimum": 1e399}', '1e400') AS huge,
       mcp.json_schema_is_valid('{"const": 1}', '1.000') AS equal,
       mcp.json_schema_is_valid('{"multipleOf": 1e-300}', '1e300') AS multiple,
       mcp.json_schema_is_valid('{"multipleOf": 0.1}', '0.3') AS tenth,
       mcp.json_schema_is_valid('{"maximum": 9007199254740992}', '9007199254740993') AS beyond_double;

-- Formats are asserted if asked for.
SELECT v.format,
       v.instance,
       mcp.json_schema_is_valid(jsonb_build_object('format', v.format), to_jsonb(v.instance)) AS annotation,
       mcp.json_schema_is_valid(jsonb_build_object('format', v.format), to_jsonb(v.instance), assert_format => true) AS assertion
FROM (VALUES
    ('date-time', '2024-02-30T00:00:00Z'), ('email', 'nobody'), ('idn-hostname', 'ü.example'),
    ('ipv6', '::1'), ('uuid', '00000000-0000-7000-8000-00000000000g'), ('regex', '(?<=a)b'),
    ('regex', '(a'), ('no-such-format', 'x')
) AS v (format, instance);
SELECT e.message
FROM mcp.json_schema_errors('{"format": "date"}', '"tomorrow"', assert_format => true) AS e;

-- Patterns are ECMA-262's, matched by PostgreSQL.
SELECT v.pattern,
       left(v.instance, 20) AS instance,
       mcp.json_schema_is_valid(jsonb_build_object('pattern', v.pattern), to_jsonb(v.instance)) AS matches
FROM (VALUES
    ('^\d+$', '٣'), ('^\w+$', 'é'), ('^\p{L}+$', 'é'), ('^\p{Script=Greek}+$', 'αβγ'), ('^.$', E'\u2028'),
    ('^[^]$', E'\n'), ('^[]$', ''), ('[\w-.]+', 'a-b.c'), ('^a{300}$', repeat('a', 300)), ('^a{2,300}$', 'a'),
    ('^(?<q>[''"]).*\k<q>$', '"it''s"'), ('\bcat\b', 'a cat'), ('\bcat\b', 'concat'), ('(?<!a)b', 'ab'), ('^a??b*?$', 'abb')
) AS v (pattern, instance);

-- A schema that is none is refused, whatever the instance.
SELECT v.schema, pg_temp.error_of(format('SELECT mcp.json_schema_is_valid(%L, %L)', v.schema, '1'))
FROM (VALUES
    ('1'), ('{"type": "strnig"}'), ('{"type": []}'), ('{"minimum": "1"}'), ('{"minLength": -1}'), ('{"multipleOf": 0}'),
    ('{"required": "a"}'), ('{"required": [1]}'), ('{"properties": {"a": 1}}'), ('{"items": [true]}'), ('{"allOf": []}'),
    ('{"pattern": "("}'), ('{"pattern": "\\a"}'), ('{"pattern": "(?i)a"}'), ('{"pattern": "(a)?\\1"}'), ('{"patternProperties": {"[": true}}'),
    ('{"$id": "x#y"}'), ('{"$defs": {"a": {"$anchor": "x"}, "b": {"$anchor": "x"}}}'), ('{"$defs": {"a": {"$id": "x:y"}, "b": {"$id": "x:y"}}}'),
    ('{"$ref": "#/nowhere"}'), ('{"$ref": "#nowhere"}'), ('{"$ref": "https://example.com/nowhere"}'),
    ('{"$schema": "http://json-schema.org/draft-07/schema#"}'), ('{"$ref": "#"}'), ('{"anyOf": [{"$ref": "#"}]}')
) AS v (schema);

-- json_schema_check says all that is wrong, with the place in the meta-schema.
SELECT c.*
FROM mcp.json_schema_check('{"type": "strnig", "properties": {"a": {"minLength": -1}, "b": 1}, "required": ["a", "a"]}') AS c
ORDER BY c.instance_path, c.schema_path;
SELECT c.instance_path, c.schema_path, c.keyword, c.message
FROM mcp.json_schema_check('{"properties": {"a": {"pattern": "a**"}, "b": {"$ref": "#/c"}}}') AS c;
SELECT count(*) AS complaints
FROM mcp.json_schema_check('{"$schema": "https://json-schema.org/draft/2020-12/schema", "unknown": 1, "properties": {"a": {"$ref": "#"}}}');

-- Work and depth are bounded.
SELECT pg_temp.error_of(format('SELECT mcp.json_schema_is_valid(%L, %L)',
    jsonb_build_object('$ref', '#/$defs/a0', '$defs', jsonb_object_agg('a' || i,
        CASE WHEN i = 60 THEN 'false'::jsonb
             ELSE jsonb_build_object('anyOf', jsonb_build_array(
                 jsonb_build_object('$ref', '#/$defs/a' || i + 1),
                 jsonb_build_object('$ref', '#/$defs/a' || i + 1))) END)), '1'))
FROM generate_series(0, 60) AS i;
SELECT left(pg_temp.error_of(format('SELECT mcp.json_schema_is_valid(%L, %L)',
    repeat('{"items":', 9999) || 'true' || repeat('}', 9999), repeat('[', 9999) || repeat(']', 9999))), 32);
-- A pattern that takes seconds to compile is cancelled like any query.
SET statement_timeout = '200ms';
SELECT pg_temp.error_of(format('SELECT mcp.json_schema_is_valid(%L, %L)',
    jsonb_build_object('pattern', repeat('(a|b|', 5000) || 'a' || repeat(')', 5000)), '"c"'));
RESET statement_timeout;

-- Where problems are listed, a schema that cannot be evaluated is one of them: it
-- must not end a statement that is about more than this document.
BEGIN;
SELECT (mcp.create_mcp_type(
    type => 'loop',
    executor => 'worker',
    description => 'Its schema leads back to itself',
    config_schema => '{"anyOf": [{"$ref": "#"}]}')).type;
SELECT p.sqlstate, p.rule, p.path, p.message
FROM mcp.validate_mcp('{"name": "Loop", "type": "loop", "initial_config": {}}') AS p;
ROLLBACK;

-- The registry.
SELECT mcp.register_json_schema('https://example.com/size', '{"type": "integer", "minimum": 0}');
SELECT mcp.json_schema_is_valid('{"$ref": "https://example.com/size"}', '-1');
SELECT e.schema_path, e.message
FROM mcp.json_schema_errors('{"$ref": "https://example.com/size"}', '-1') AS e;

-- What changes there counts at once, and a rollback takes it back.
SELECT mcp.register_json_schema('https://example.com/size#', '{"type": "integer"}');
SELECT mcp.json_schema_is_valid('{"$ref": "https://example.com/size"}', '-1');
BEGIN;
SELECT mcp.register_json_schema('https://example.com/size', '{"type": "null"}');
SELECT mcp.json_schema_is_valid('{"$ref": "https://example.com/size"}', '-1');
ROLLBACK;
SELECT mcp.json_schema_is_valid('{"$ref": "https://example.com/size"}', '-1');

-- A query that holds a schema follows the changes that a function in it makes.
CREATE FUNCTION pg_temp.change(i integer)
RETURNS integer
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM mcp.register_json_schema('https://example.com/size', jsonb_build_object('const', i));
    RETURN i;
END
$$;
SELECT i,
       mcp.json_schema_is_valid('{"$ref": "https://example.com/size"}', to_jsonb(pg_temp.change(i) + i % 2))
FROM generate_series(1, 4) AS i;

-- Documents may refer to each other, in any order of registration, and carry
-- other dialects and anchors.
SELECT mcp.register_json_schema('https://example.com/node', '{"properties": {"next": {"$ref": "list#/$defs/item"}}}');
SELECT pg_temp.error_of($$SELECT mcp.json_schema_is_valid('{"$ref": "https://example.com/node"}', '{}')$$);
SELECT mcp.register_json_schema('https://example.com/list', '{"$defs": {"item": {"anyOf": [{"type": "null"}, {"$ref": "node"}], "type": ["object", "null"]}}}');
SELECT mcp.json_schema_is_valid('{"$ref": "https://example.com/node"}', '{"next": {"next": null}}') AS good,
       mcp.json_schema_is_valid('{"$ref": "https://example.com/node"}', '{"next": {"next": 1}}') AS bad;
SELECT mcp.register_json_schema('https://example.com/no-validation',
    '{"$id": "https://example.com/no-validation", "$vocabulary": {"https://json-schema.org/draft/2020-12/vocab/core": true}}');
SELECT mcp.json_schema_is_valid('{"$schema": "https://example.com/no-validation", "type": "null"}', '1');
SELECT mcp.register_json_schema('https://example.com/strange', '{"$vocabulary": {"https://example.com/vocab": true}}');
SELECT pg_temp.error_of($$SELECT mcp.json_schema_is_valid('{"$schema": "https://example.com/strange"}', '1')$$);

-- Only schemas are registered, under URIs, and what is dropped is gone.
SELECT pg_temp.error_of($$SELECT mcp.register_json_schema('relative', '{}')$$);
SELECT pg_temp.error_of($$SELECT mcp.register_json_schema('https://example.com/a#b', '{}')$$);
SELECT pg_temp.error_of($$SELECT mcp.register_json_schema('https://example.com/bad', '{"minLength": -1}')$$);
SELECT mcp.drop_json_schema('https://example.com/size');
SELECT pg_temp.error_of($$SELECT mcp.drop_json_schema('https://example.com/size')$$);
SELECT pg_temp.error_of($$SELECT mcp.json_schema_is_valid('{"$ref": "https://example.com/size"}', '-1')$$);
SELECT pg_temp.error_of($$SELECT mcp._json_schemas_changed()$$);

-- In a CHECK constraint, over toasted documents, and with null.
CREATE TEMPORARY TABLE document (
    content jsonb CHECK (mcp.json_schema_is_valid('{"required": ["text"], "properties": {"text": {"minLength": 3}}}', content))
);
INSERT INTO document
SELECT jsonb_build_object('text', string_agg(md5(i::text), '')) FROM generate_series(1, 2000) AS i;
SELECT pg_temp.error_of($$INSERT INTO document VALUES ('{"text": "ab"}')$$);
INSERT INTO document VALUES (NULL);
SELECT count(*) FROM document;

-- Schemas out of a table, one after another, each toasted.
CREATE TEMPORARY TABLE toasted AS
SELECT i, jsonb_build_object('description', string_agg(md5(i::text || j), ''), 'minimum', i) AS schema
FROM generate_series(1, 100) AS i, generate_series(1, 200) AS j
GROUP BY i;
SELECT count(*) FILTER (WHERE mcp.json_schema_is_valid(schema, '50')) AS valid,
       count(*) FILTER (WHERE NOT mcp.json_schema_is_valid(schema, '50')) AS invalid
FROM toasted, generate_series(1, 2);

-- No more than a bounded number of schemas stays compiled.
SELECT count(*) BETWEEN 1 AND 65 AS bounded
FROM pg_backend_memory_contexts
WHERE name = 'JSON Schema';
SELECT mcp.drop_json_schema(uri) FROM mcp.json_schemas;

--
-- U+0000, which jsonb cannot hold
--
SELECT mcp.json_schema_is_valid('true', '"a\u0000b"');
SELECT mcp.json_schema_is_valid_json('{"const": "a\u0000b"}', '"a\u0000b"') AS same,
       mcp.json_schema_is_valid_json('{"const": "a\u0000b"}', '"ab"') AS without,
       mcp.json_schema_is_valid_json('{"const": "a\u0000b"}', '"a\\u0000b"') AS spelled_out,
       mcp.json_schema_is_valid_json('{"enum": [{"\u0000": 1.0}]}', '{"\u0000": 1}') AS key,
       mcp.json_schema_is_valid_json('{"uniqueItems": true}', '["\u0000", "\u0000\u0000"]') AS differ,
       mcp.json_schema_is_valid_json('{"uniqueItems": true}', '["\u0000", "\u0000"]') AS repeated,
       mcp.json_schema_is_valid_json('{"minLength": 3, "maxLength": 3}', '"\u0000\\\u0000"') AS length,
       mcp.json_schema_is_valid_json('{"pattern": "^a.b$"}', '"a\u0000b"') AS any_character,
       mcp.json_schema_is_valid_json('{"pattern": "^[\\x00-\\x1f]+$"}', '"\u0000\u0001"') AS range,
       mcp.json_schema_is_valid_json('{"pattern": "^\\w$"}', '"\u0000"') AS word,
       mcp.json_schema_is_valid_json('{"format": "hostname"}', '"a\u0000"', true) AS hostname;
SELECT * FROM mcp.json_schema_errors_json(
    '{"properties": {"\u0000": {"const": "a\u0000b"}}, "additionalProperties": false, "required": ["\u0000\u0000"]}',
    '{"\u0000": "\u0000", "x\u0000y": 1}');
SELECT mcp.json_schema_is_valid_json('{"pattern": "(\u0000"}', '1');
SELECT mcp.json_schema_is_valid_json('{"type": "\u0000"}', '1');
SELECT mcp.json_schema_is_valid_json('{"$ref": "#/\u0000"}', '1');
SELECT mcp.json_schema_is_valid_json('true', '"\ud800\u0000"');
SELECT mcp.json_schema_is_valid_json('{"minLength": 1}', '"\\\u0000"') AS backslash_and_nul;
