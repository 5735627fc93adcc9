-- Kinds of MCP are rows: those built in, and those a DBA adds.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS mcp;

SELECT type, executor, is_builtin FROM mcp.list_mcp_types() ORDER BY type;

-- Each built-in schema is one by the meta-schema.
SELECT t.type, e.*
FROM mcp.mcp_types AS t
CROSS JOIN LATERAL mcp.json_schema_check(t.config_schema) AS e;

SELECT (mcp.create_mcp_type(
    type => 'invoice_check',
    executor => 'worker',
    description => 'Checks an invoice',
    config_schema => '{
        "type": "object",
        "properties": {
            "currency": {"enum": ["EUR", "USD"]},
            "limit": {"type": "number", "minimum": 0}
        },
        "required": ["currency"],
        "additionalProperties": false
    }',
    input_schema => '{"type": "object", "required": ["invoice"]}')).type;

-- Its configs are checked like ours: all problems, with rule and path.
SELECT * FROM mcp.validate_mcp('{
    "name": "Invoices",
    "type": "invoice_check",
    "initial_config": {"currency": "GBP", "limit": -1, "colour": "red"}
}');
SELECT mcp.create_mcp('{"name": "Invoices", "type": "invoice_check", "config": {}}');
\echo :LAST_ERROR_SQLSTATE
SELECT mcp.create_mcp('{
    "name": "Invoices",
    "type": "invoice_check",
    "config": {"currency": "EUR"},
    "output_schema": {"type": "object", "required": ["is_paid"]}
}') -> 'latest_version_config' AS config;
SELECT mcp.get_mcp_version('invoices', 'latest') -> 'output_schema' AS output_schema;
SELECT * FROM mcp.validate_mcp_version('invoices', '{"version_str": "0.2.0", "config": {"limit": "x"}}');
SELECT mcp.add_mcp_version('invoices', '{
    "version_str": "0.2.0",
    "config": {"currency": "USD"},
    "input_schema": {"properties": {"invoice": {"type": "string"}}}
}') -> 'input_schema' AS input_schema;

-- Schemas of a version are schemas.
SELECT rule, path, message FROM mcp.validate_mcp('{
    "name": "Bad schemas",
    "type": "invoice_check",
    "config": {"currency": "EUR"},
    "input_schema": {"type": "strnig", "properties": {"a": {"minimum": "1"}}},
    "output_schema": true
}');

-- An unknown kind is told which there are.
SELECT rule, path, message, hint FROM mcp.validate_mcp('{"name": "Typo", "type": "invoice_chek", "config": {}}');

-- What a kind may not be.
SELECT mcp.create_mcp_type('Invoice', 'worker', '{}');
SELECT mcp.create_mcp_type(NULL, 'worker', '{}');
SELECT mcp.create_mcp_type('other', 'bash', '{}');
SELECT mcp.create_mcp_type('other', 'worker', NULL);
SELECT mcp.create_mcp_type('other', 'worker', '[]');
SELECT mcp.create_mcp_type('other', 'worker', '{"type": "thing"}');
SELECT mcp.create_mcp_type('other', 'worker', '{}', input_schema => '{"required": "a"}');
SELECT mcp.create_mcp_type('invoice_check', 'worker', '{}');
SELECT mcp.create_mcp_type('python_script', 'worker', '{}');

-- Nor can one go while it is used, or built in.
SELECT mcp.drop_mcp_type('invoice_check');
SELECT mcp.drop_mcp_type('python_script');
SELECT mcp.drop_mcp_type('nothing');
SELECT mcp.delete_mcp('invoices');
SELECT mcp.drop_mcp_type('invoice_check');
SELECT count(*) FROM mcp.list_mcp_types() WHERE type = 'invoice_check';
SELECT action, object_name FROM mcp.list_audit(kind => 'mcp_type', object => 'invoice_check') ORDER BY recorded_at;
