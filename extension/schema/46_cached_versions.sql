-- Versions that say for how long their results are used again.
--
-- Of the kinds that are built in all may; what a kind of a DBA's own may say, its
-- config_schema does.

UPDATE mcp.mcp_types AS t
SET config_schema = jsonb_set(
        t.config_schema,
        '{properties,cache}',
        '{
            "type": ["object", "null"],
            "properties": {"ttl": {"type": "number", "minimum": 0.001, "maximum": 315360000}},
            "required": ["ttl"],
            "additionalProperties": false
        }')
WHERE t.is_builtin
  AND t.config_schema ? 'properties';
