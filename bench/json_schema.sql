-- Prints microseconds per call, of the table's documents and of constants, each
-- run after run and then the median.
\set loops 100000

CREATE TEMPORARY TABLE document AS
SELECT t.config_schema AS schema, '{
    "name": "Support assistant",
    "type": "ai_assistant",
    "description": "Answers questions of customers about their orders and hands over to a person where it cannot help.",
    "input_variables": ["message", "session", "customer_id", "locale"],
    "system_prompt": "You are the assistant of a small shop. Be brief, be kind, never invent an order number. If you do not know, say so and offer to call a colleague.",
    "model_name": "claude-3-5-sonnet-20241022",
    "temperature": 0.3,
    "max_tokens": 2000,
    "memory_size": 20,
    "tools": [
        {"name": "find_order", "description": "Finds an order by its number", "parameters": {"type": "object", "properties": {"order_number": {"type": "string"}}, "required": ["order_number"]}},
        {"name": "refund_order", "description": "Refunds an order, whole or in part", "parameters": {"type": "object", "properties": {"order_number": {"type": "string"}, "amount": {"type": "number"}}, "required": ["order_number", "amount"]}}],
    "tool_choice": "auto",
    "response_format": null,
    "metadata": {"team": "support", "cost_center": 4711}
}'::jsonb AS instance
FROM mcp.mcp_types AS t
WHERE t.type = 'ai_assistant';

SELECT format('document %s bytes, schema %s bytes as text; valid: %s',
              length(instance::text), length(schema::text),
              mcp.json_schema_is_valid(schema, instance))
FROM document;

-- Nanoseconds that this backend has been on a processor.
CREATE FUNCTION pg_temp.cpu()
RETURNS bigint
LANGUAGE sql VOLATILE
AS $$
    SELECT split_part(pg_read_file('/proc/' || pg_backend_pid() || '/schedstat'), ' ', 1)::bigint
$$;

CREATE FUNCTION pg_temp.measure(what text, query text, loops integer)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    started bigint;
    valid   bigint;
    costs   numeric[] := '{}';
BEGIN
    FOR run IN 1 .. 7 LOOP
        started := pg_temp.cpu();
        EXECUTE query INTO valid;
        costs := costs || round((pg_temp.cpu() - started) / 1000.0 / loops, 2);
        ASSERT valid = loops;
    END LOOP;
    RETURN format('%s: %s us, median %s us', what, array_to_string(costs, ' '),
                  (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY c) FROM unnest(costs) AS c));
END
$$;

SELECT pg_temp.measure(
    'from a table (compressed there)',
    format('SELECT count(*) FILTER (WHERE mcp.json_schema_is_valid(d.schema, d.instance))
            FROM document AS d, generate_series(1, %s)', :loops),
    :loops);
SELECT pg_temp.measure(
    'constants',
    format('SELECT count(*) FILTER (WHERE mcp.json_schema_is_valid(%L::jsonb, %L::jsonb))
            FROM generate_series(1, %s)', d.schema, d.instance, :loops),
    :loops)
FROM document AS d;
